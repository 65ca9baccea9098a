"""What a reviewer sees: every statement, group and sentence with the answers that now stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp_kit.drafting.checking import Evidence, piece_at
from nlp_kit.drafting.groups import Group, span_of
from nlp_kit.records import ClassifiedStatement, Draft, Span, Submission
from nlp_kit.review.standing import Standing
from nlp_kit.taxonomy import ROLE_NAMES, Taxonomy

LEAD = "导语"


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement as it stands; role, category and issue in people's words, "" for none.

    Args:
        item: The statement with the answer that counts.
        waiting: Whether a person has to decide.
        decided: Whether a person has decided about it.
        answered: Whether a person has said what it is.
        role: Its role.
        category: Its category.
        issue: Its issue.
        group: Title of its group.
    """

    item: ClassifiedStatement
    waiting: bool
    decided: bool
    answered: bool
    role: str
    category: str
    issue: str
    group: str

    @property
    def id(self) -> str:
        """What decisions know it by."""
        return self.item.id


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group as a reviewer sees it.

    Args:
        title: Number and name, as the rows of its statements show them.
        name: Its name.
        own: Its number among the committee's own groups, "" where no person has touched it.
        category: Key of its category.
        key: Key of its issue, "" where the inventory has none.
        members: How many members tell it.
        statements: Ids of its statements.
        keep: What a person has said of telling it.
        place: Its place as a person has said.
        locked: Whether nothing may join.
        wording: Its sentence, "" where the draft does not tell it.
        worded: Whether that is a person's, or one that a person has fixed.
    """

    title: str
    name: str
    own: str
    category: str
    key: str
    members: int
    statements: tuple[str, ...]
    keep: bool | None
    place: int | None
    locked: bool
    wording: str
    worded: bool


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A sentence of the draft as a reviewer sees it.

    Args:
        category: Key of its paragraph.
        number: Its number in the paragraph from 1; the lead is ``LEAD``.
        text: The sentence.
        group: Title of its group, "" for a lead.
        members: How many members it speaks of, 0 for a lead.
        fixed: Whether a person has worded it.
        faults: What the checker says of it.
    """

    category: str
    number: str
    text: str
    group: str
    members: int
    fixed: bool
    faults: str


@dataclass(frozen=True, slots=True)
class ReviewTable:
    """All that can be reviewed, in the order in which it is shown."""

    statements: tuple[StatementRow, ...]
    groups: tuple[GroupRow, ...]
    sentences: tuple[SentenceRow, ...]


def build_table(
    submissions: Sequence[Submission], evidence: Evidence, standing: Standing, taxonomy: Taxonomy
) -> ReviewTable:
    """Return the table.

    Args:
        submissions: What counts, corrected.
        evidence: The checked draft and all groups of all categories.
        standing: What persons have decided.
        taxonomy: Names of categories and issues.
    """
    draft, groups = evidence.draft, evidence.groups
    titles = {group.issue.id: title_of(group) for group in groups}
    of_span: dict[Span, str] = {span: titles[group.issue.id] for group in groups for span in group.spans}
    # Blank lines and lines of signs only have nothing to decide about.
    rows = [
        _statement(item, of_span.get(span_of(item), ""), standing, taxonomy)
        for one in submissions
        for item in one.statements
        if re.search(r"\w", item.statement.text)
    ]
    rows.sort(key=lambda row: not row.waiting)
    return ReviewTable(
        tuple(rows),
        tuple(_group(group, titles, draft) for group in groups),
        tuple(_sentences(draft, groups, titles, standing)),
    )


def title_of(group: Group) -> str:
    """Return the number and name of a group; two of one name differ by their number."""
    return f"{group.issue.id} {group.issue.label}"


def _statement(item: ClassifiedStatement, group: str, standing: Standing, taxonomy: Taxonomy) -> StatementRow:
    found = item.prediction
    names = {one.key: one.name for one in taxonomy.categories}
    return StatementRow(
        item,
        found.review and not (item.dropped or item.copied),
        standing.has_decided(item),
        item.id in standing.answers,
        ROLE_NAMES[found.role],
        names.get(found.category or "", ""),
        issue_name(found.issue, taxonomy),
        group,
    )


def issue_name(key: str | None, taxonomy: Taxonomy) -> str:
    """Return what people call an issue or a kind of problem outside the categories, "" for none."""
    return "" if key is None else taxonomy.issue_names.get(key, key)


def _group(group: Group, titles: dict[str, str], draft: Draft) -> GroupRow:
    told = (
        sentence.text
        for section in draft.sections
        for sentence in section.sentences
        if group.issue.id in sentence.issues
    )
    return GroupRow(
        titles[group.issue.id],
        group.issue.label,
        group.will.group,
        group.issue.category,
        group.issue.key or "",
        group.issue.members,
        tuple(item.id for item in group.statements),
        group.will.keep,
        group.will.place,
        group.will.locked,
        group.will.wording or next(told, ""),
        bool(group.will.wording),
    )


def _sentences(draft: Draft, groups: Sequence[Group], titles: dict[str, str], standing: Standing) -> list[SentenceRow]:
    worded = {group.issue.id for group in groups if group.will.wording}
    rows = []
    for place, section in enumerate(draft.sections, 1):
        fixed = bool(standing.leads.get(section.category))
        rows.append(SentenceRow(section.category, LEAD, section.lead, "", 0, fixed, _faults(draft, place, 0)))
        for number, one in enumerate(section.sentences, 1):
            rows.append(
                SentenceRow(
                    section.category,
                    str(number),
                    one.text,
                    titles[one.issues[0]],
                    one.members,
                    one.issues[0] in worded,
                    _faults(draft, place, number),
                )
            )
    return rows


def _faults(draft: Draft, section: int, piece: int) -> str:
    """Return what the checker says of a lead (0) or a sentence of a paragraph, both numbered from 1."""
    return "\n".join(
        f"{'请核对' if one.doubt else '错误'}：{one.message}"
        for one in draft.faults
        if one.section == section and one.sentence and piece_at(draft.sections[section - 1], one.sentence) == piece
    )
