"""The rest of the report: causes, measures, and what stands against what (problem → cause → measure).

Each sentence is one kind of cause or measure in the report's words, with the members' statements that surely show it,
and the items beneath it that they tell. Kinds that nobody shows are not written.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from nlp_kit.counterparts import CounterpartRole, Counterparts, Kind, KindGroup
from nlp_kit.drafting.compose import MAX_SIMILAR, ORDINALS, PHRASE, DraftOptions
from nlp_kit.drafting.groups import span_of
from nlp_kit.drafting.overlap import likeness, shares_stretch
from nlp_kit.drafting.phrasing import details, first_half
from nlp_kit.records import ClassifiedStatement, Draft, DraftSentence, Issue, Match, Report, Section, Span

# Label of a kind or an item → the statements that show it, in the order of the documents.
ShownBy = Mapping[str, Sequence[ClassifiedStatement]]

_MOST_KINDS = {"cause": 4, "measure": 6}
_MOST_ITEMS = 2
# Causes and measures take half the room of the problems (480 and 580 characters against 1,050 in a finished report).
_SHARE_OF_LENGTH = 0.5
_NOTHING = "【请补充】"


@dataclass(frozen=True, slots=True)
class ShownTexts:
    """What the members' statements of one role show.

    Args:
        kinds: Kinds, surely.
        likely: Kinds that they likely show, for what stands against what.
        items: Items beneath the kinds, surely.
    """

    kinds: ShownBy
    likely: ShownBy
    items: ShownBy


@dataclass
class _Plan:
    """A sentence in the making."""

    kind: Kind
    members: int
    candidates: list[str]
    chosen: list[str] = field(default_factory=list)


def compose_report(
    draft: Draft, counterparts: Counterparts, shown: Mapping[CounterpartRole, ShownTexts], options: DraftOptions
) -> Report:
    """Return the whole report around a drafted section.

    Args:
        draft: The section “查摆的主要问题”.
        counterparts: Groups of causes and measures.
        shown: What the members' causes and measures show.
        options: What the user has chosen.
    """
    told = {number for section in draft.sections for sentence in section.sentences for number in sentence.issues}
    issues = [issue for issue in draft.issues if issue.id in told and issue.key is not None]
    keys = {issue.key for issue in issues}
    written = {}
    for role, groups in counterparts.items():
        said: list[str] = []
        written[role] = tuple(
            _Paragraph(role, group, shown[role], draft.members, keys, options, said).written(ORDINALS[index])
            for index, group in enumerate(groups)
        )
    matches = tuple(_match(issue, counterparts, shown, written["measure"]) for issue in issues)
    return Report(draft, written["cause"], written["measure"], matches)


class _Paragraph:
    """Writes a paragraph: its kinds by weight, and items beneath them in turn until it has its length.

    Args:
        role: Of its statements.
        group: Its kinds.
        shown: What the members' statements show.
        members: How many members there are.
        issues: Keys of the issues that the section tells; what explains or answers one of them is told first.
        options: What the user has chosen.
        said: Items of the paragraphs before it; takes up its own.
    """

    def __init__(
        self,
        role: CounterpartRole,
        group: KindGroup,
        shown: ShownTexts,
        members: int,
        issues: Collection[str | None],
        options: DraftOptions,
        said: list[str],
    ) -> None:
        self._role = role
        self._group = group
        self._shown = shown
        self._members = members
        self._options = options
        self._said = said
        plans = [
            _Plan(kind, len(_members(shown.kinds[kind.label])), [label for label in shown.items if label in kind.items])
            for kind in group.kinds
            if shown.kinds.get(kind.label)
        ]
        plans.sort(key=lambda plan: (plan.kind.issues.isdisjoint(issues), -plan.members))
        self._plans = sorted(plans[: _MOST_KINDS[role]], key=lambda plan: -plan.members)

    def written(self, ordinal: str) -> Section:
        lead = f"{ordinal}是{self._group.lead}。"
        if not self._plans:
            return Section(self._group.key, lead + _NOTHING, ())
        aim = self._options.length.most * _SHARE_OF_LENGTH
        for _ in range(_MOST_ITEMS):
            for plan in self._plans:
                if len(lead) + sum(len(one.text) for one in self._sentences()) < aim:
                    self._add_item(plan)
        return Section(self._group.key, lead, tuple(self._sentences()))

    def _add_item(self, plan: _Plan) -> None:
        for label in plan.candidates:
            text = plan.kind.items[label]
            beside = [plan.kind.items[one] for one in plan.chosen]
            others = [plan.kind.text, *beside, *self._said]
            if any(shares_stretch(text, one, PHRASE) for one in [plan.kind.text, *beside]):
                continue
            if all(likeness(text, one) <= MAX_SIMILAR for one in others):
                plan.candidates.remove(label)
                plan.chosen.append(label)
                self._said.append(text)
                return

    def _sentences(self) -> list[DraftSentence]:
        used: dict[tuple[str, ...], int] = {}
        return [self._sentence(plan, turn, used) for turn, plan in enumerate(self._plans)]

    def _sentence(self, plan: _Plan, turn: int, used: dict[tuple[str, ...], int]) -> DraftSentence:
        """Return one sentence; what a branch will do is said of the branch, so a measure has no headcount word."""
        items = [plan.kind.items[label] for label in plan.chosen]
        word = ""
        if self._role == "measure":
            text = "；".join([plan.kind.text, *items])
        else:
            words = self._options.headcounts.of(plan.members, self._members)
            times = used.get(words.words, 0)
            used[words.words] = times + 1
            word = words.words[times % len(words.words)]
            kind = first_half(plan.kind.text) if items else plan.kind.text
            told = f"存在{kind}的问题" if words.shared else kind
            text = word + told + details(items, plan.members, turn, among=word.startswith("有"))
        spans = tuple(span_of(item) for item in self._shown.kinds[plan.kind.label])
        concrete = {span_of(item) for label in plan.chosen for item in self._shown.items[label]}
        quoted = tuple(span for span in spans if span in concrete) or spans
        return DraftSentence(f"{text}。", (plan.kind.label,), word, plan.members, spans, quoted)


def _match(
    issue: Issue,
    counterparts: Counterparts,
    shown: Mapping[CounterpartRole, ShownTexts],
    measures: Sequence[Section],
) -> Match:
    """Return the causes and measures that the members who tell an issue wrote to it.

    Where they wrote no measure, those that the report tells (``measures``) answer it: they are the whole branch's.
    """
    documents = {span.document for span in issue.statements}
    sides = {role: _against(issue, documents, groups, shown[role]) for role, groups in counterparts.items()}
    fitting = {kind.label for group in counterparts["measure"] for kind in group.kinds if issue.key in kind.issues}
    told_anyway = tuple(
        (sentence.text.rstrip("。"), sentence.evidence)
        for section in measures
        for sentence in section.sentences
        if fitting.intersection(sentence.issues)
    )
    return Match(issue.id, sides["cause"], sides["measure"] or told_anyway)


def _against(
    issue: Issue, documents: set[str], groups: Sequence[KindGroup], shown: ShownTexts
) -> tuple[tuple[str, tuple[Span, ...]], ...]:
    """Return the kinds that fit an issue, told with the items of its own members, and where they wrote them."""
    rows = []
    for kind in (kind for group in groups for kind in group.kinds if issue.key in kind.issues):
        own = {label: _of(documents, shown.items.get(label, ())) for label in kind.items}
        items = [kind.items[label] for label in shown.items if own.get(label)][:_MOST_ITEMS]
        spans = tuple(span_of(item) for item in _of(documents, shown.likely.get(kind.label, ())))
        if spans:
            rows.append(("，".join([kind.text, *items]), spans))
    return tuple(rows)


def _of(documents: set[str], items: Sequence[ClassifiedStatement]) -> list[ClassifiedStatement]:
    return [item for item in items if item.statement.document in documents]


def _members(items: Sequence[ClassifiedStatement]) -> set[str]:
    return {item.member for item in items}
