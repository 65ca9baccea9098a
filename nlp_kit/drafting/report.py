"""The rest of the report: causes, measures, and what stands against what (problem → cause → measure).

Each sentence is one kind of cause or measure in the report's words, with the members' statements that surely show it.
Kinds that nobody shows are not written.
"""

from collections.abc import Mapping, Sequence

from nlp_kit.counterparts import CounterpartRole, Counterparts, Kind, KindGroup
from nlp_kit.drafting.compose import ORDINALS, DraftOptions
from nlp_kit.drafting.groups import span_of
from nlp_kit.records import ClassifiedStatement, Draft, DraftSentence, Match, Report, Section, Span

# Kind → the statements that surely show it, in the order of the documents.
Shown = Mapping[str, Sequence[ClassifiedStatement]]

_MOST_KINDS = {"cause": 4, "measure": 6}
_NOTHING = "【请补充】"


def compose_report(
    draft: Draft, counterparts: Counterparts, shown: Shown, likely: Shown, options: DraftOptions
) -> Report:
    """Return the whole report around a drafted section.

    Args:
        draft: The section “查摆的主要问题”.
        counterparts: Groups of causes and measures.
        shown: Label of a kind → statements that surely show it.
        likely: The same of those that likely show it, for what stands against what.
        options: What the user has chosen.
    """
    written = {
        role: tuple(
            _paragraph(ORDINALS[index], role, group, shown, draft.members, options)
            for index, group in enumerate(groups)
        )
        for role, groups in counterparts.items()
    }
    return Report(
        draft, written["cause"], written["measure"], _matches(draft, counterparts, likely, _told(written["measure"]))
    )


def _paragraph(
    ordinal: str, role: CounterpartRole, group: KindGroup, shown: Shown, members: int, options: DraftOptions
) -> Section:
    told = sorted(
        (kind for kind in group.kinds if shown.get(kind.label)),
        key=lambda kind: -len(_members(shown[kind.label])),
    )[: _MOST_KINDS[role]]
    lead = f"{ordinal}是{group.lead}。"
    if not told:
        return Section(group.key, lead + _NOTHING, ())
    used: dict[tuple[str, ...], int] = {}
    return Section(
        group.key, lead, tuple(_sentence(role, kind, shown[kind.label], members, options, used) for kind in told)
    )


def _sentence(
    role: CounterpartRole,
    kind: Kind,
    items: Sequence[ClassifiedStatement],
    members: int,
    options: DraftOptions,
    used: dict[tuple[str, ...], int],
) -> DraftSentence:
    """Return one sentence; what a branch will do is said of the branch, so a measure has no headcount word."""
    count = len(_members(items))
    word = ""
    if role == "cause":
        words = options.headcounts.of(count, members)
        times = used.get(words.words, 0)
        used[words.words] = times + 1
        word = words.words[times % len(words.words)]
        word += "存在这样的情况，" if words.shared else ""
    spans = tuple(span_of(item) for item in items)
    return DraftSentence(
        f"{word}{kind.text}。", (kind.label,), word.removesuffix("存在这样的情况，"), count, spans, spans
    )


def _told(sections: Sequence[Section]) -> dict[str, tuple[Span, ...]]:
    """Return the kinds that paragraphs tell, with what proves them."""
    return {label: one.evidence for section in sections for one in section.sentences for label in one.issues}


def _matches(
    draft: Draft, counterparts: Counterparts, likely: Shown, measures: Mapping[str, tuple[Span, ...]]
) -> tuple[Match, ...]:
    """Return, for each issue that the section tells, the causes and measures that the same members wrote to it.

    Where they wrote no measure, those that the report tells (``measures``) answer it: they are the whole branch's.
    """
    told = {number for section in draft.sections for sentence in section.sentences for number in sentence.issues}
    found = []
    for issue in draft.issues:
        if issue.id not in told or issue.key is None:
            continue
        documents = {span.document for span in issue.statements}
        sides = {role: _against(issue.key, documents, groups, likely) for role, groups in counterparts.items()}
        told_anyway = tuple(
            (kind.text, measures[kind.label])
            for group in counterparts["measure"]
            for kind in group.kinds
            if issue.key in kind.issues and kind.label in measures
        )
        found.append(Match(issue.id, sides["cause"], sides["measure"] or told_anyway))
    return tuple(found)


def _against(
    issue: str, documents: set[str], groups: Sequence[KindGroup], shown: Shown
) -> tuple[tuple[str, tuple[Span, ...]], ...]:
    rows = []
    for kind in (kind for group in groups for kind in group.kinds if issue in kind.issues):
        spans = tuple(span_of(item) for item in shown.get(kind.label, ()) if item.statement.document in documents)
        if spans:
            rows.append((kind.text, spans))
    return tuple(rows)


def _members(items: Sequence[ClassifiedStatement]) -> set[str]:
    return {item.member for item in items}
