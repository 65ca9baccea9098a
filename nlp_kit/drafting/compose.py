"""Write the section: choose issues, condense the members' own clauses, count, and keep the proof.

A paragraph is a lead and two to four sentences. Each sentence is a headcount word, the issue's verdict, and the
behaviour as single members told it, introduced by 有的 where several members stand behind the sentence.
"""

from collections.abc import Callable, Sequence
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
# A word that this many members use cannot point to one of them.
SHARED_BY = 3

Scorer = Callable[[list[str]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A wording that may be used: whose it is and how well it shows the issue."""

    wording: str
    item: ClassifiedStatement
    support: float


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
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        tag: Tagger,
        is_common: Callable[[str], bool],
        is_known: Callable[[str], bool],
        score: Scorer,
        labels: Sequence[str],
    ) -> None:
        self._taxonomy = taxonomy
        self._tag = tag
        self._is_common = is_common
        self._is_known = is_known
        self._score = score
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
        shared = _shared_words(groups, self._tag)
        voice = Voice(self._tag, lambda word: self._is_common(word) or word in shared, self._is_known)
        sections = []
        for index, category in enumerate(self._taxonomy.categories):
            own = [group for group in groups if group.issue.category == category.key]
            sections.append(self._section(ORDINALS[index], category, own, members, voice))
        issues = tuple(group.issue for group in groups)
        account = _account(submissions, groups, sections, unreadable)
        return Draft(self._taxonomy.title, members, tuple(sections), issues, account)

    def _section(
        self, ordinal: str, category: Category, groups: Sequence[Group], members: int, voice: Voice
    ) -> Section:
        if not groups:
            return Section(category.key, f"{ordinal}是{category.empty}，成员材料中没有查摆出具体问题。", ())
        plans = self._plans(groups, voice)
        marks = dict.fromkeys(self._taxonomy.by_key[plan.group.issue.key].mark for plan in plans[:2])
        lead = f"{ordinal}是{category.lead.format(marks=''.join(f'“{mark}”' for mark in marks))}。"
        self._fill(plans, lead, members)
        return Section(category.key, lead, tuple(self._sentences(plans, members)))

    def _plans(self, groups: Sequence[Group], voice: Voice) -> list[_Plan]:
        """Return the issues to write about: the heaviest; of equal weight, first those that can be told.

        Issues of one member only fill the paragraph up.
        """
        lightest = min(group.issue.members for group in groups[:MAX_ISSUES])
        plans = [_Plan(group, self._candidates(group, voice)) for group in groups if group.issue.members >= lightest]
        return sorted(plans, key=lambda plan: (-plan.group.issue.members, not plan.candidates))[:MAX_ISSUES]

    def _candidates(self, group: Group, voice: Voice) -> list[_Candidate]:
        """Return the group's usable wordings, best first, at most one a statement in the end."""
        if group.issue.members == 1:
            # What one member alone told is named, never told: the incident could tell who it was.
            return []
        pairs = [
            (wording, item) for item in group.statements for wording in voice.wordings(item.statement.counted_text)
        ]
        if not pairs:
            return []
        scores = self._score([wording for wording, _ in pairs])
        of_issue = scores[:, self._column[group.issue.key]]
        of_problems = scores[:, [self._column[key] for key in self._taxonomy.by_key]].sum(axis=1)
        found = [
            _Candidate(wording, item, float(support))
            for (wording, item), support, problem in zip(pairs, of_issue, of_problems, strict=True)
            if problem >= MIN_PROBLEM_SUPPORT
        ]
        return sorted(found, key=_by_fitness)

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
        """Whether a wording says something new, told by a member that the sentence does not quote yet."""
        if any(one.item.member == candidate.item.member for one in plan.chosen):
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
            text = opening + _details([one.wording for one in plan.chosen]) + "。"
            told = {span_of(one.item) for one in plan.chosen}
            quoted = tuple(span for span in plan.group.spans if span in told)
            sentences.append(DraftSentence(text, (issue.id,), quantifier, issue.members, plan.group.spans, quoted))
        return sentences


def _by_fitness(one: _Candidate) -> tuple[bool, int, str, str]:
    """Sort key: wordings that show the issue by themselves first, then those of a good length; the rest breaks ties."""
    shows_it = one.support >= GOOD_SUPPORT
    return (not shows_it, abs(len(one.wording) - GOOD_LENGTH), one.wording, one.item.member)


def _details(wordings: list[str]) -> str:
    """Return the quoted behaviours, each told as the case of some member."""
    separator = "；" if any("，" in wording for wording in wordings) else "，"
    return "".join(f"{separator if index else '，'}有的{wording}" for index, wording in enumerate(wordings))


def _similarity(first: str, second: str) -> float:
    """Return the share of the shorter text's character pairs that the other one holds too."""
    pairs = [{text[index : index + 2] for index in range(len(text) - 1)} for text in (first, second)]
    return len(pairs[0] & pairs[1]) / max(min(map(len, pairs)), 1)


def _shared_words(groups: Sequence[Group], tag: Tagger) -> frozenset[str]:
    """Return words that at least ``SHARED_BY`` members use when they tell their problems."""
    users: dict[str, set[str]] = {}
    for item in (item for group in groups for item in group.statements):
        for word, _ in tag(item.statement.text):
            users.setdefault(word, set()).add(item.member)
    return frozenset(word for word, members in users.items() if len(members) >= SHARED_BY)


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
    counted = {submission.document.path for submission in originals(submissions)}
    for submission in submissions:
        is_copy = submission.document.path not in counted
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
