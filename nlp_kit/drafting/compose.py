"""Write the section: choose issues, condense what the members told, count, and keep the proof.

A paragraph is a lead and two to four sentences. Each sentence is a headcount word, the issue's verdict, and the
behaviour behind it, introduced by 有的. The behaviour is told in a member's own clause where that clause is clear and
points to nobody, and else in the general words for what the statement shows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nlp_kit.drafting.groups import Group, originals, span_of
from nlp_kit.drafting.headcount import headcount
from nlp_kit.drafting.voice import Tagger, Voice
from nlp_kit.records import Account, ClassifiedStatement, Draft, DraftSentence, Section, Span, Submission, Unreadable
from nlp_kit.taxonomy import Category, Taxonomy

ORDINALS = "一二三四五六七八九十"

AIM_LENGTH = 220
MAX_LENGTH = 300
MAX_ISSUES = 4
MAX_WORDINGS = 5

# A wording was judged with its whole sentence; read alone it must still be a problem of some kind. How well it shows
# its own issue decides which wording comes first.
MIN_PROBLEM_SUPPORT = 0.6
GOOD_SUPPORT = 0.5
GOOD_LENGTH = 24
MAX_SIMILAR = 0.34

# General behaviours with the rows of the statements that show them.
Told = Mapping[str, Sequence[int]]
Scorer = Callable[[list[str]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A wording that may be used, the statements that it tells, and how well it shows the issue."""

    wording: str
    items: tuple[ClassifiedStatement, ...]
    support: float

    @property
    def members(self) -> set[str]:
        return {item.member for item in self.items}


@dataclass
class _Plan:
    """A sentence in the making."""

    group: Group
    candidates: list[_Candidate]
    chosen: list[_Candidate] = field(default_factory=list)


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
        behaviours: Issue key, statements → the general behaviours that they surely show, each with their rows; first
            the narrow ones, then the wider ones.
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
    ) -> None:
        self._taxonomy = taxonomy
        self._voice = Voice(tag, is_common, is_known)
        self._score = score
        self._is_fit = is_fit
        self._behaviours = behaviours
        self._column = {label: index for index, label in enumerate(labels)}

    def compose(
        self, submissions: Sequence[Submission], groups: Sequence[Group], unreadable: Sequence[Unreadable] = ()
    ) -> Draft:
        """Return the draft of all categories with its account.

        Args:
            submissions: Everything that was read, in a fixed order.
            groups: All issues of all categories, heaviest first inside a category.
            unreadable: Files that could not be read.
        """
        members = len({submission.member for submission in submissions})
        sections = []
        for index, category in enumerate(self._taxonomy.categories):
            own = [group for group in groups if group.issue.category == category.key]
            sections.append(self._section(ORDINALS[index], category, own, members))
        issues = tuple(group.issue for group in groups)
        account = _account(submissions, groups, sections, unreadable)
        return Draft(self._taxonomy.title, members, tuple(sections), issues, account)

    def _section(self, ordinal: str, category: Category, groups: Sequence[Group], members: int) -> Section:
        if not groups:
            return Section(category.key, f"{ordinal}是{category.empty}，成员材料中没有查摆出具体问题。", ())
        plans = self._plans(groups)
        marks = dict.fromkeys(self._taxonomy.by_key[plan.group.issue.key].mark for plan in plans[:2])
        lead = f"{ordinal}是{category.lead.format(marks=''.join(f'“{mark}”' for mark in marks))}。"
        self._fill(plans, lead, members)
        return Section(category.key, lead, tuple(self._sentences(plans, members)))

    def _plans(self, groups: Sequence[Group]) -> list[_Plan]:
        """Return the issues to write about: the heaviest; of equal weight, first those that can be told.

        Issues of one member only fill the paragraph up.
        """
        lightest = min(group.issue.members for group in groups[:MAX_ISSUES])
        plans = [_Plan(group, self._candidates(group)) for group in groups if group.issue.members >= lightest]
        return sorted(plans, key=lambda plan: (-plan.group.issue.members, not plan.candidates))[:MAX_ISSUES]

    def _candidates(self, group: Group) -> list[_Candidate]:
        """Return what the issue can be told with, best first; wider words come last, because they say less."""
        narrow, wider = self._general_words(group)
        return sorted([*self._own_words(group), *narrow], key=_by_worth) + sorted(wider, key=_by_worth)

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
        of_issue = scores[:, self._column[group.issue.key]]
        of_problems = scores[:, [self._column[key] for key in self._taxonomy.by_key]].sum(axis=1)
        fit = self._is_fit(wordings, group.issue.members == 1)
        return [
            _Candidate(wording, (item,), float(support))
            for (wording, item), support, problem, may_stand in zip(pairs, of_issue, of_problems, fit, strict=True)
            if may_stand and problem >= MIN_PROBLEM_SUPPORT
        ]

    def _general_words(self, group: Group) -> list[list[_Candidate]]:
        """Return the narrow and the wider behaviours that the statements show, each with all statements that do."""
        texts = [item.statement.counted_text for item in group.statements]
        return [
            [_Candidate(text, tuple(group.statements[row] for row in rows), 1.0) for text, rows in told.items()]
            for told in self._behaviours(group.issue.key, texts)
        ]

    def _fill(self, plans: list[_Plan], lead: str, members: int) -> None:
        """Add wordings in turn, heaviest issue first, until the paragraph has its length."""
        for _ in range(MAX_WORDINGS):
            for plan in plans:
                if self._length(plans, lead, members) >= AIM_LENGTH:
                    return
                self._add_wording(plans, plan, lead, members)

    def _add_wording(self, plans: list[_Plan], plan: _Plan, lead: str, members: int) -> None:
        for candidate in plan.candidates:
            if not self._fits(plans, plan, candidate):
                continue
            plan.chosen.append(candidate)
            if self._length(plans, lead, members) <= MAX_LENGTH:
                return
            plan.chosen.pop()

    def _fits(self, plans: list[_Plan], plan: _Plan, candidate: _Candidate) -> bool:
        """Whether a wording says something new, shown by a member that the sentence does not tell of yet."""
        told = {member for one in plan.chosen for member in one.members}
        if candidate.members <= told:
            return False
        said = [one.wording for other in plans for one in other.chosen]
        verdict = self._taxonomy.by_key[plan.group.issue.key].verdict
        return all(_similarity(candidate.wording, text) <= MAX_SIMILAR for text in (*said, verdict))

    def _length(self, plans: list[_Plan], lead: str, members: int) -> int:
        return len(lead) + sum(len(sentence.text) for sentence in self._sentences(plans, members))

    def _sentences(self, plans: list[_Plan], members: int) -> list[DraftSentence]:
        sentences: list[DraftSentence] = []
        used: dict[tuple[str, ...], int] = {}
        for plan in plans:
            issue = plan.group.issue
            count = headcount(issue.members, members)
            turn = used.get(count.words, 0)
            used[count.words] = turn + 1
            quantifier = count.words[turn % len(count.words)]
            kind = self._taxonomy.by_key[issue.key]
            opening = f"{quantifier}存在{kind.label}的问题" if count.shared else f"{quantifier}{kind.verdict}"
            text = opening + _details([one.wording for one in plan.chosen], issue.members) + "。"
            told = {span_of(item) for one in plan.chosen for item in one.items}
            quoted = tuple(span for span in plan.group.spans if span in told)
            sentences.append(DraftSentence(text, (issue.id,), quantifier, issue.members, plan.group.spans, quoted))
        return sentences


def _by_worth(one: _Candidate) -> tuple[int, bool, int, str]:
    """Sort key: first what more members show, then what shows the issue by itself, then what has a good length."""
    shows_it = one.support >= GOOD_SUPPORT
    return (-len(one.members), not shows_it, abs(len(one.wording) - GOOD_LENGTH), one.wording)


def _details(wordings: list[str], members: int) -> str:
    """Return the behaviours, each told as the case of some member; of one member alone 有的 would make two."""
    some = "有的" if members > 1 else ""
    separator = "；" if any("，" in wording for wording in wordings) else "，"
    return "".join(f"{separator if index else '，'}{some}{wording}" for index, wording in enumerate(wordings))


def _similarity(first: str, second: str) -> float:
    """Return the share of the shorter text's character pairs that the other one holds too."""
    pairs = [{text[index : index + 2] for index in range(len(text) - 1)} for text in (first, second)]
    return len(pairs[0] & pairs[1]) / max(min(map(len, pairs)), 1)


def _account(
    submissions: Sequence[Submission],
    groups: Sequence[Group],
    sections: Sequence[Section],
    unreadable: Sequence[Unreadable],
) -> Account:
    """Give every statement its one fate."""
    quoted = {span for section in sections for sentence in section.sentences for span in sentence.quoted}
    written = {span for section in sections for sentence in section.sentences for span in sentence.evidence}
    grouped = {span for group in groups for span in group.spans}
    used = merged = review = total = 0
    set_aside: dict[str, int] = {}
    counted = {(one.document.path, one.member) for one in originals(submissions)}
    for submission in submissions:
        is_copy = (submission.document.path, submission.member) not in counted
        for item in submission.statements:
            total += 1
            span = span_of(item)
            if is_copy:
                set_aside["copied"] = set_aside.get("copied", 0) + 1
            elif item.prediction.review:
                review += 1
            elif span in quoted:
                used += 1
            elif span in written:
                merged += 1
            else:
                reason = _reason(item, span, grouped)
                set_aside[reason] = set_aside.get(reason, 0) + 1
    return Account(total, used, merged, dict(sorted(set_aside.items())), review, tuple(unreadable))


def _reason(item: ClassifiedStatement, span: Span, grouped: set[Span]) -> str:
    """Return why a statement is not behind any sentence."""
    if item.prediction.role != "problem":
        return item.prediction.role
    return "left_out" if span in grouped else item.prediction.issue or "problem"
