"""Write the section: choose issues, condense what the members told, count, and keep the proof.

A paragraph is a lead that fits its heaviest issue, and a sentence an issue. The behaviour behind an issue is told in a
member's own clause where that clause is clear and points to nobody, and else in the general words for what the
statement shows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nlp_kit.drafting.account import account_of, fates_of
from nlp_kit.drafting.groups import Group, span_of
from nlp_kit.drafting.headcount import HeadcountTable, load_headcounts
from nlp_kit.drafting.overlap import likeness, shares_stretch
from nlp_kit.drafting.phrasing import LABELS, UNKNOWN_VERDICT, sentence
from nlp_kit.drafting.voice import Tagger, Voice
from nlp_kit.records import ClassifiedStatement, Draft, DraftSentence, Section, Submission, Unreadable
from nlp_kit.taxonomy import Category, IssueType, Taxonomy

ORDINALS = "一二三四五六七八九十"

MAX_WORDINGS = 5
# In a branch of fewer members everybody knows whose words one member's own are.
SMALL = 5

# A wording was judged with its whole sentence; read alone it must still be a problem of some kind. How well it shows
# its own issue decides which wording comes first.
MIN_PROBLEM_SUPPORT = 0.6
GOOD_SUPPORT = 0.5
# A general behaviour that statements show less surely is told only where nothing surer is left: on the development
# batches 97 of 100 single answers from here on are right, of those below 83.
SURE_BEHAVIOUR = 0.92
GOOD_LENGTH = 24
MAX_SIMILAR = 0.34
# A phrase of three characters is heard as the same when it comes again in one sentence.
PHRASE = 3

# General behaviours with how sure it is that statements show them, and the rows of those statements.
Told = Mapping[str, tuple[float, Sequence[int]]]
Scorer = Callable[[list[str]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Length:
    """How long a paragraph is to be.

    Args:
        least: Shorter paragraphs are told to the user: the texts do not carry more.
        aim: Characters from which on nothing more is added.
        most: Characters that it never goes over.
        issues: How many issues it tells at the most.
    """

    least: int
    aim: int
    most: int
    issues: int


LENGTHS = {
    "short": Length(100, 120, 200, 3),
    "normal": Length(200, 220, 300, 4),
    "long": Length(300, 360, 450, 6),
}


@dataclass(frozen=True)
class DraftOptions:
    """What a user may choose about a draft.

    Args:
        length: Of each paragraph.
        headcounts: Which words stand for how many members.
    """

    length: Length = LENGTHS["normal"]
    headcounts: HeadcountTable = field(default_factory=load_headcounts)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A wording that may be used, the statements that it tells, and whether it surely shows the issue, or is shown."""

    wording: str
    items: tuple[ClassifiedStatement, ...]
    sure: bool
    wider: bool = False

    @property
    def members(self) -> set[str]:
        return {item.member for item in self.items}


@dataclass
class _Plan:
    """A sentence in the making."""

    group: Group
    candidates: list[_Candidate]
    chosen: list[_Candidate] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph in the making: its lead, its sentences, and the openings with labels that they may have."""

    lead: str
    plans: list[_Plan]
    openings: list[str]
    members: int

    @property
    def said(self) -> list[str]:
        return [one.wording for plan in self.plans for one in plan.chosen]


class Composer:
    """Writes drafts.

    Args:
        taxonomy: Categories in the report's order, verdicts and labels.
        tag: Cuts a text into (word, part of speech).
        is_common: Tells words that point to no trade.
        is_known: Tells words that a dictionary holds.
        score: Texts → probabilities over ``labels``, shape (n_texts, n_labels).
        labels: What the scorer's columns stand for.
        is_fit: Wordings, and whether one member alone told the issue → whether each may stand in a report that
            colleagues read.
        behaviours: Issue key, statements → the general behaviours that they surely show, each with how surely and
            with their rows; first the narrow ones, then the wider ones.
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        tag: Tagger,
        is_common: Callable[[str], bool],
        is_known: Callable[[str], bool],
        score: Scorer,
        labels: Sequence[str],
        is_fit: Callable[[list[str], bool], Sequence[bool]],
        behaviours: Callable[[str, list[str]], Sequence[Told]],
        options: DraftOptions | None = None,
    ) -> None:
        self._taxonomy = taxonomy
        self._voice = Voice(tag, is_common, is_known)
        self._score = score
        self._is_fit = is_fit
        self._behaviours = behaviours
        self._options = options or DraftOptions()
        self._members = 0
        self._column = {label: index for index, label in enumerate(labels)}

    def compose(
        self,
        submissions: Sequence[Submission],
        groups: Sequence[Group],
        unreadable: Sequence[Unreadable] = (),
        leads: Mapping[str, str] | None = None,
    ) -> Draft:
        """Return the draft of all categories with its account.

        Args:
            submissions: Everything that was read, in a fixed order.
            groups: All issues of all categories, heaviest first inside a category.
            unreadable: Files that could not be read.
            leads: Category → lead in the committee's words.
        """
        leads = leads or {}
        members = self._members = len({submission.member for submission in submissions})
        sections: list[Section] = []
        said: list[str] = []
        for index, category in enumerate(self._taxonomy.categories):
            own = [group for group in groups if group.issue.category == category.key and group.will.keep is not False]
            sections.append(self._section(index, category, own, members, said, leads.get(category.key, "")))
        issues = tuple(group.issue for group in groups)
        account = account_of(fates_of(submissions, groups, sections), unreadable)
        return Draft(self._taxonomy.title, members, tuple(sections), issues, account)

    def _section(
        self, index: int, category: Category, groups: Sequence[Group], members: int, said: list[str], lead: str
    ) -> Section:
        """Return a paragraph; ``said`` holds the wordings of the paragraphs before it and takes up its own."""
        ordinal = ORDINALS[index]
        plans, rest, unworded = self._plans(groups)
        if not plans:
            empty = f"{ordinal}是{category.empty}，成员材料中没有查摆出具体问题。"
            return Section(category.key, lead or empty, (), unworded)
        lead = lead or f"{ordinal}是{category.lead_for(plans[0].group.issue.key)}。"
        openings = [one.replace("{aspect}", category.aspect) for one in LABELS[index % len(LABELS)]]
        paragraph = _Paragraph(lead, plans, openings, members)
        self._fill(paragraph, said)
        # What was left out for its place in the row comes in where the paragraph would stay short.
        while rest and self._length(paragraph) < self._options.length.least:
            plans.append(rest.pop(0))
            if self._length(paragraph) > self._options.length.most:
                plans.pop()
                break
            self._fill(paragraph, said)
        said += paragraph.said
        return Section(category.key, lead, tuple(self._sentences(paragraph)), unworded)

    def _plans(self, groups: Sequence[Group]) -> tuple[list[_Plan], list[_Plan], tuple[str, ...]]:
        """Return the issues to write about, others, and the ids of those that no words can be found for.

        The heaviest come first; of equal weight, those that can be told.

        Issues of one member only fill the paragraph up. An issue that the inventory does not have is written about only
        where a wording of its own can be used. What the committee wants is told in any case, and in its order.
        """
        most = self._options.length.issues
        lightest = min((group.issue.members for group in groups[: 2 * most]), default=0)
        plans = [
            _Plan(group, [] if group.will.wording else self._candidates(group))
            for group in groups
            if group.issue.members >= lightest or group.will.wanted
        ]
        told = [plan for plan in plans if plan.candidates or plan.group.issue.key or plan.group.will.wanted]
        worded = {plan.group.issue.id for plan in told}
        unworded = tuple(plan.group.issue.id for plan in plans if plan.group.issue.id not in worded)
        told.sort(key=lambda plan: (not plan.group.will.wanted, -plan.group.issue.members, not plan.candidates))
        most = max(most, sum(plan.group.will.wanted for plan in told))
        chosen = sorted(told[:most], key=lambda plan: (plan.group.will.place or most, -plan.group.issue.members))
        return chosen, told[most : 2 * most], unworded

    def _candidates(self, group: Group) -> list[_Candidate]:
        """Return what the issue can be told with, best first; wider words come last, because they say less."""
        narrow, wider = self._general_words(group)
        alone = group.issue.members == 1 and self._members < SMALL
        own = [] if alone else self._own_words(group)
        return sorted([*own, *narrow], key=_by_worth) + sorted(wider, key=_by_worth)

    def _own_words(self, group: Group) -> list[_Candidate]:
        """Return the members' own clauses that may stand in the report."""
        pairs = [
            (wording, item)
            for item in group.statements
            for wording in self._voice.wordings(item.statement.counted_text)
        ]
        if not pairs:
            return []
        wordings = [wording for wording, _ in pairs]
        scores = self._score(wordings)
        of_problems = scores[:, [self._column[key] for key in self._taxonomy.by_key]].sum(axis=1)
        key = group.issue.key
        of_issue = scores[:, self._column[key]] if key else of_problems
        fit = self._is_fit(wordings, group.issue.members == 1)
        return [
            _Candidate(wording, (item,), bool(support >= GOOD_SUPPORT))
            for (wording, item), support, problem, may_stand in zip(pairs, of_issue, of_problems, fit, strict=True)
            if may_stand and problem >= MIN_PROBLEM_SUPPORT
        ]

    def _general_words(self, group: Group) -> list[list[_Candidate]]:
        """Return the narrow and the wider behaviours that the statements show, each with all statements that do."""
        if group.issue.key is None:
            return [[], []]
        texts = [item.statement.counted_text for item in group.statements]
        return [
            [
                _Candidate(text, tuple(group.statements[row] for row in rows), share >= SURE_BEHAVIOUR, wider)
                for text, (share, rows) in told.items()
            ]
            for wider, told in zip((False, True), self._behaviours(group.issue.key, texts), strict=True)
        ]

    def _fill(self, paragraph: _Paragraph, said: Sequence[str]) -> None:
        """Add wordings in turn, heaviest issue first, until the paragraph has its length."""
        for _ in range(MAX_WORDINGS):
            for plan in paragraph.plans:
                if self._length(paragraph) >= self._options.length.aim:
                    return
                self._add_wording(paragraph, plan, said)

    def _add_wording(self, paragraph: _Paragraph, plan: _Plan, said: Sequence[str]) -> None:
        for candidate in plan.candidates:
            if not self._fits(plan, candidate, [*said, *paragraph.said]):
                continue
            plan.chosen.append(candidate)
            if self._length(paragraph) <= self._options.length.most:
                return
            plan.chosen.pop()

    def _fits(self, plan: _Plan, candidate: _Candidate, said: Sequence[str]) -> bool:
        """Whether a wording says something new, shown by a member that the sentence does not tell of yet."""
        if candidate.wider and plan.chosen:
            # Behind a narrower one it would say the same once more.
            return False
        told = {member for one in plan.chosen for member in one.members}
        if candidate.members <= told or any(
            shares_stretch(candidate.wording, one.wording, PHRASE) for one in plan.chosen
        ):
            return False
        kind = self._kind(plan)
        others = (*said, plan.group.will.name or (kind.verdict if kind else UNKNOWN_VERDICT))
        return all(likeness(candidate.wording, text) <= MAX_SIMILAR for text in others)

    def _length(self, paragraph: _Paragraph) -> int:
        return len(paragraph.lead) + sum(len(one.text) for one in self._sentences(paragraph))

    def _kind(self, plan: _Plan) -> IssueType | None:
        key = plan.group.issue.key
        return self._taxonomy.by_key[key] if key else None

    def _sentences(self, paragraph: _Paragraph) -> list[DraftSentence]:
        sentences: list[DraftSentence] = []
        used: dict[tuple[str, ...], int] = {}
        labels = self._labels(paragraph)
        for turn, plan in enumerate(paragraph.plans):
            issue = plan.group.issue
            count = self._options.headcounts.of(issue.members, paragraph.members)
            times = used.get(count.words, 0)
            used[count.words] = times + 1
            word = count.words[times % len(count.words)]
            behaviours = [one.wording for one in plan.chosen]
            kind, name = self._kind(plan), plan.group.will.name
            text = sentence(kind, count, word, labels[turn], behaviours, issue.members, turn, name)
            if plan.group.will.wording:
                text = plan.group.will.wording
                word = next((one for one in self._options.headcounts.words if one in text), "")
            told = {span_of(item) for one in plan.chosen for item in one.items}
            quoted = tuple(span for span in plan.group.spans if span in told)
            sentences.append(DraftSentence(text, (issue.id,), word, issue.members, plan.group.spans, quoted))
        return sentences

    def _labels(self, paragraph: _Paragraph) -> list[str]:
        """Return each sentence's opening: the heaviest issues that several members tell and that can be told get one.

        A mark that the lead or another label holds already says nothing new, and behind a lead with a mark the first
        sentence needs none.
        """
        # An opening that stands in what a person has worded would come twice.
        worded = "".join(plan.group.will.wording for plan in paragraph.plans)
        free = [opening for opening in paragraph.openings if opening.split("“")[0] not in worded or not worded]
        marks: set[str] = set()
        labels = []
        for turn, plan in enumerate(paragraph.plans):
            kind = self._kind(plan)
            told = (
                bool(plan.chosen)
                and not (plan.group.will.wording or plan.group.will.name)
                and plan.group.issue.members > 1
                and (turn > 0 or "“" not in paragraph.lead)
            )
            if not free or kind is None or not told or kind.mark in marks or f"“{kind.mark}”" in paragraph.lead:
                labels.append("")
                continue
            marks.add(kind.mark)
            labels.append(free.pop(0).replace("{mark}", kind.mark))
        return labels


def _by_worth(one: _Candidate) -> tuple[bool, int, int, str]:
    """Sort key: first what is sure, then what more members show, then what has a good length."""
    return (not one.sure, -len(one.members), abs(len(one.wording) - GOOD_LENGTH), one.wording)
