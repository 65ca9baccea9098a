"""What the page shows, gathered from the results: everything masked, in people's words, nothing of it laid out."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property

import numpy as np

from nlp_kit.audit.report import GOOD, LOOK, RETURN, Verdict
from nlp_kit.drafting.checking import piece_at
from nlp_kit.drafting.groups import Group, span_of
from nlp_kit.features import FloatArray
from nlp_kit.page.lines import CategoryLine, GroupLine, Row, SectionLines, SentenceLine
from nlp_kit.pipeline.steps import Classified, Drafted
from nlp_kit.plots import FATES, NOT_HERE, OUTSIDE, flow_of, sides_of
from nlp_kit.records import ClassifiedStatement, Fault, Issue, Section, Span
from nlp_kit.review.table import issue_name
from nlp_kit.taxonomy import ROLE_NAMES

NO_PROBLEM = "不是问题"
# Fewer members than this are not counted out in the version for circulation.
LEAST_SHOWN = 3
# What is less likely is not worth naming beside an answer.
_LEAST_DOUBT = 0.1


class Content:
    """What the page shows.

    Args:
        drafted: The draft with all that it was made from.
        verdicts: The audit's, masked.
        rules: Rule → its name and what to do, for the audit's findings.
        circulation: Whether it is for circulation.
    """

    def __init__(
        self,
        drafted: Drafted,
        verdicts: Sequence[Verdict],
        rules: Mapping[str, tuple[str, str]],
        *,
        circulation: bool = False,
    ) -> None:
        self.drafted = drafted
        self.classified: Classified = drafted.groups.classified
        self.verdicts = verdicts
        self.rules = rules
        self.circulation = circulation
        self.names = self.classified.engine.category_names
        self._row_of: dict[Span, int] = {}
        for one in self.classified.submissions:
            for item in one.statements:
                self._row_of.setdefault(span_of(item), len(self._row_of))

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """What statements may be, in the order in which filters offer it."""
        return (*self.names.values(), OUTSIDE, *(name for key, name in ROLE_NAMES.items() if key != "problem"))

    @cached_property
    def fates(self) -> tuple[str, ...]:
        """What may become of them."""
        return (*FATES.values(), NOT_HERE)

    @cached_property
    def rows(self) -> list[Row]:
        """Every statement of every text, in content order."""
        home = {span: number for number, one in enumerate(self.drafted.groups.groups) for span in one.spans}
        second = dict(zip(map(span_of, self.classified.items), self._seconds, strict=True))
        return [
            self._row(item, home.get(span_of(item)), second.get(span_of(item), ("", 0.0)))
            for one in self.classified.submissions
            for item in one.statements
        ]

    def _row(self, item: ClassifiedStatement, group: int | None, second: tuple[str, float]) -> Row:
        found = item.prediction
        decided = self.classified.standing.has_decided(item)
        return Row(
            item.member,
            self.file_name(item.statement.document),
            self.classified.shown.text(item.statement.text),
            self._kind(item),
            issue_name(found.issue, self.classified.engine.taxonomy),
            group,
            found.confidence,
            FATES.get(self.drafted.fates[span_of(item)], NOT_HERE),
            "雷同" if item.copied else "人定" if decided else "",
            second,
        )

    def _kind(self, item: ClassifiedStatement) -> str:
        return self._name(item.prediction.role, item.prediction.category)

    def _name(self, role: str, category: str | None) -> str:
        return self.names.get(category or "", OUTSIDE) if role == "problem" else ROLE_NAMES[role]

    @cached_property
    def _shares(self) -> FloatArray:
        """How likely each of the classified items is of each of ``kinds``, shape (n_statements, n_kinds)."""
        scheme = self.classified.engine.scheme
        shares = np.zeros((len(self.classified.items), len(self.kinds)))
        for column, (role, category) in enumerate(scheme.groups()):
            kind = self._name(role, category)
            shares[:, self.kinds.index(kind)] += self.classified.probabilities[:, column]
        return shares

    @cached_property
    def _seconds(self) -> list[tuple[str, float]]:
        """For every item the likeliest kind that is not its own, ("", 0.0) where none is likely or a person decided."""
        shares = self._shares.copy()
        own = [self.kinds.index(self._kind(item)) for item in self.classified.items]
        shares[np.arange(len(own)), own] = -1
        best = shares.argmax(axis=1)
        return [
            (self.kinds[kind], round(float(share), 2))
            if share >= _LEAST_DOUBT and not self.classified.standing.has_decided(item)
            else ("", 0.0)
            for item, kind, share in zip(self.classified.items, best, shares[np.arange(len(own)), best], strict=True)
        ]

    @cached_property
    def doubts(self) -> tuple[tuple[str, ...], list[list[int]]]:
        """Return names, and how many statements with the row's answer are next likeliest the column's.

        Those without a next likely answer stand under their own name, so the sum of a row is the number of statements
        with that answer. What persons have decided is left out: there is no doubt about it.
        """
        names = (*self.names.values(), OUTSIDE, NO_PROBLEM)
        place = {kind: min(number, len(names) - 1) for number, kind in enumerate(self.kinds)}
        table = [[0] * len(names) for _ in names]
        for item, (second, _) in zip(self.classified.items, self._seconds, strict=True):
            if not self.classified.standing.has_decided(item) and item.statement.text.strip():
                own = place[self._kind(item)]
                table[own][place.get(second, own)] += 1
        return names, table

    @cached_property
    def corrections(self) -> Counter[tuple[str, str]]:
        """(what the models said, what a person said) → how many statements."""
        found: Counter[tuple[str, str]] = Counter()
        for item, shares in zip(self.classified.items, self._shares, strict=True):
            if self.classified.standing.has_decided(item) and not item.dropped:
                found[self.kinds[int(shares.argmax())], self._kind(item)] += 1
        return found

    @cached_property
    def groups(self) -> list[GroupLine]:
        """The groups, in the report's order of categories and heaviest first."""
        told = {issue for section in self.drafted.draft.sections for one in section.sentences for issue in one.issues}
        return [self._group(one, one.issue.id in told) for one in self.drafted.groups.groups]

    def _group(self, one: Group, told: bool) -> GroupLine:
        issue = one.issue
        rows = tuple(self._row_of[span] for span in one.spans)
        # A group of one member is as stable as he is there.
        stability = issue.stability if issue.members > 1 else None
        refused = one.will.keep is False
        return GroupLine(
            *(issue.id, self._label(issue), self.names[issue.category], issue.members, stability, told),
            *(bool(one.will.group), refused, rows),
        )

    def _label(self, issue: Issue) -> str:
        """Return what a group is called; a name of members' or persons' own words is masked, or left out."""
        known = self.classified.engine.taxonomy.by_key.get(issue.key or "")
        if known is not None and issue.label == known.label:
            return issue.label
        if self.circulation:
            return known.label if known else "清单以外的问题"
        return self.classified.shown.text(issue.label)

    @cached_property
    def sections(self) -> list[SectionLines]:
        """The draft."""
        draft = self.drafted.draft
        return [self._section(section, number) for number, section in enumerate(draft.sections, 1)]

    def _section(self, section: Section, number: int) -> SectionLines:
        labels = {issue.id: self._label(issue) for issue in self.drafted.draft.issues}
        own = [fault for fault in self.drafted.draft.faults if fault.section == number]
        worded = {one.issue.id for one in self.drafted.groups.groups if one.will.wording}
        lines = []
        for place, one in enumerate(section.sentences, 1):
            used = set(one.quoted)
            rows = tuple(self._row_of[span] for span in sorted(one.evidence, key=lambda span: span not in used))
            faults = tuple(self._said(fault) for fault in own if _piece(section, fault) == place)
            groups = "、".join(labels[issue] for issue in one.issues)
            lines.append(
                SentenceLine(
                    *(one.text, one.quantifier, one.members, groups, rows),
                    *(any(issue in worded for issue in one.issues), faults),
                )
            )
        return SectionLines(
            self.names[section.category],
            section.lead,
            tuple(lines),
            tuple(self._said(fault) for fault in own if fault.rule != "length" and _piece(section, fault) == 0),
        )

    def _said(self, fault: Fault) -> str:
        # A message may quote a member.
        return f"自查：{self.classified.shown.text(fault.message)}"

    @cached_property
    def faults(self) -> list[str]:
        """What the checker says of the draft as a whole."""
        return [self._said(fault) for fault in self.drafted.draft.faults if not fault.section]

    @cached_property
    def quantifiers(self) -> list[tuple[str, str, int]]:
        """(headcount word, how many members it stands for, in how many sentences), the fewest members first."""
        members: dict[str, list[int]] = {}
        for section in self.drafted.draft.sections:
            for one in section.sentences:
                members.setdefault(one.quantifier, []).append(one.members)
        found = sorted(members.items(), key=lambda pair: (min(pair[1]), pair[0]))
        return [(word, "—".join(map(str, sorted({min(counts), max(counts)}))), len(counts)) for word, counts in found]

    def row_of(self, item: ClassifiedStatement) -> int:
        """Return the number of a statement among ``rows``."""
        return self._row_of[span_of(item)]

    @cached_property
    def categories(self) -> list[CategoryLine]:
        """The categories in numbers."""
        lines = []
        for key, name in self.names.items():
            own = [one for one in self.classified.items if one.prediction.category == key]
            own = [one for one in own if not (one.copied or one.dropped)]
            counted = [one for one in own if not one.prediction.review]
            section = next(one for one in self.drafted.draft.sections if one.category == key)
            lines.append(
                CategoryLine(
                    name,
                    len(counted),
                    sum(self.drafted.fates[span_of(one)] in ("used", "merged") for one in counted),
                    len(own) - len(counted),
                    len({one.member for one in counted}),
                    sum(one.category == name for one in self.groups),
                    len(section.sentences),
                )
            )
        return lines

    @cached_property
    def flow(self) -> tuple[list[str], list[str], dict[tuple[str, str], int]]:
        """What statements are, what became of them, and how many of each."""
        counts = flow_of(self.drafted)
        return *sides_of(counts), counts

    @property
    def waiting(self) -> list[int]:
        """Numbers of the statements that wait for a person."""
        return [number for number, row in enumerate(self.rows) if row.fate == FATES["review"]]

    @property
    def verdict_counts(self) -> list[tuple[str, int]]:
        """(verdict, how many texts)."""
        counts = Counter(one.verdict for one in self.verdicts)
        return [(verdict, counts[verdict]) for verdict in (GOOD, LOOK, RETURN)]

    @property
    def broken_rules(self) -> list[tuple[str, int]]:
        """(rule, how many members), the commonest first."""
        counts = Counter(rule for one in self.verdicts for rule in {finding.rule for finding in one.findings})
        named = ((self.rules[rule][0], count) for rule, count in counts.items())
        return sorted(named, key=lambda pair: (-pair[1], pair[0]))

    @cached_property
    def unreadable(self) -> list[tuple[str, str]]:
        """(file, why it was not read), names masked."""
        return [(self.file_name(one.path), one.reason) for one in self.classified.unreadable]

    @cached_property
    def set_aside(self) -> list[tuple[str, str]]:
        """(file, why it is not counted), names masked."""
        return [(self.file_name(one.path), one.reason) for one in self.classified.set_aside]

    @cached_property
    def file_name(self) -> Callable[[str], str]:
        """Path → what may be shown of it: names of members and whatever else looks like personal data masked."""
        return cache(lambda path: self.classified.shown.text(self.classified.shown.path(path)))

    @cached_property
    def notices(self) -> list[str]:
        """What the committee should know besides, a sentence each."""
        account, draft = self.drafted.draft.account, self.drafted.draft
        told = []
        if count := account.set_aside.get("integrity"):
            told.append(f"有 {count} 条廉洁自律方面的问题没有写进草稿，请支委会另行研究。")
        if unknown := [self._label(issue) for issue in draft.issues if issue.key is None]:
            told.append(f"有 {len(unknown)} 个问题不在常见问题清单里：{'、'.join(unknown)}，请看原话核对。")
        if count := sum(fault.rule != "length" for fault in draft.faults):
            told.append(f"草稿自查有 {count} 处要看一看，在草稿里画了波浪线。")
        texts = Counter(one.member for one in self.classified.submissions)
        told += [f"{member}交了 {count} 份内容相同的材料，只算一份。" for member, count in texts.items() if count > 1]
        return told


def few(members: int) -> str:
    """Return a number of members as the version for circulation may tell it."""
    return str(members) if members >= LEAST_SHOWN else f"不足 {LEAST_SHOWN} "


def _piece(section: Section, fault: Fault) -> int:
    """Return which sentence of a paragraph a fault is about, from 1; 0 for the lead and the paragraph as a whole."""
    return piece_at(section, fault.sentence) if fault.sentence else 0
