"""The lines of the page: statements, groups, sentences, paragraphs, categories, as they are shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A statement as the page lists it.

    Args:
        member: Pseudonym.
        document: Its file, names masked.
        text: What was written, personal data masked.
        kind: What it is: a category's name, ``OUTSIDE``, or the name of a role.
        issue: Name of its issue, "" for none.
        group: Number of its group among the page's, None where it is in none.
        confidence: How sure the answer is, 0 to 1.
        fate: What became of it.
        state: 人定, 雷同, or "".
        second: The next likeliest kind and its probability, ("", 0.0) where none is worth naming.
    """

    member: str
    document: str
    text: str
    kind: str
    issue: str
    group: int | None
    confidence: float
    fate: str
    state: str
    second: tuple[str, float]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group as the page shows it.

    Args:
        id: Its number.
        label: Its name.
        category: Name of its category.
        members: How many members tell it.
        stability: How much of it stays when one member is left out, 0 to 1; None where that says nothing.
        told: Whether the draft tells it.
        decided: Whether the committee has touched it.
        refused: Whether the committee wants it left out.
        rows: Numbers of its statements.
    """

    id: str
    label: str
    category: str
    members: int
    stability: float | None
    told: bool
    decided: bool
    refused: bool
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SentenceLine:
    """A sentence of the draft with what stands behind it.

    Args:
        text: The sentence.
        quantifier: The headcount word it uses.
        members: How many members that word stands for.
        groups: Names of the issues that it tells.
        rows: Numbers of the statements, those whose words it uses first.
        fixed: Whether the committee has worded it.
        faults: What the checker says of it.
    """

    text: str
    quantifier: str
    members: int
    groups: str
    rows: tuple[int, ...]
    fixed: bool
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionLines:
    """A paragraph of the draft."""

    name: str
    lead: str
    sentences: tuple[SentenceLine, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """A category in numbers; ``statements`` are the problems that count, ``told`` those that the draft tells."""

    name: str
    statements: int
    told: int
    waiting: int
    members: int
    issues: int
    sentences: int
