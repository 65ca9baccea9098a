"""A group of statements that name the same problem, as drafting works on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from nlp_kit.records import ClassifiedStatement, Issue, Span, Submission


def span_of(item: ClassifiedStatement) -> Span:
    """Return where a statement stands."""
    return Span(item.statement.document, item.statement.start, item.statement.end)


def originals(submissions: Sequence[Submission]) -> list[Submission]:
    """Return the first text of every member with all its pages; what was handed in twice counts once."""
    first: dict[str, Submission] = {}
    kept: dict[tuple[str, int], Submission] = {}
    for one in submissions:
        leader = first.setdefault(one.member, one)
        if one is leader or (leader.page and one.page):
            kept.setdefault((one.member, one.page), one)
    return list(kept.values())


def handed_in_twice(submissions: Sequence[Submission]) -> list[tuple[str, tuple[str, ...]]]:
    """Return (member, files in order) of the members of whom not every file counts."""
    counted = {id(one) for one in originals(submissions)}
    twice = dict.fromkeys(one.member for one in submissions if id(one) not in counted)
    return [
        (member, tuple(sorted(one.document.path for one in submissions if one.member == member))) for member in twice
    ]


@dataclass(frozen=True, slots=True)
class Will:
    """What the committee wants of a group in the draft.

    Args:
        group: Number of the group among the committee's own, "" where no person has touched it.
        keep: True to tell it, False to leave it out, None to leave that to the program.
        place: Its place in the paragraph, from 1; None to leave that to the program.
        wording: Its sentence, "" to leave that to the program.
        locked: Whether no further statement may join.
        as_drafted: Whether the wording is the program's own, which a person has only fixed.
        worded_for: How many members told it when a person worded it, 0 where that is not known.
        name: What a person calls the issue, "" to leave that to the program.
    """

    group: str = ""
    keep: bool | None = None
    place: int | None = None
    wording: str = ""
    locked: bool = False
    as_drafted: bool = False
    worded_for: int = 0
    name: str = ""

    @property
    def wanted(self) -> bool:
        """Whether a person has said that the draft is to tell it."""
        return self.keep is not False and bool(self.keep or self.place or self.wording)


@dataclass(frozen=True)
class Group:
    """One issue with its statements.

    Args:
        issue: The record that the draft shows.
        statements: Its statements in the order of ``issue.statements``.
        will: What the committee wants of it.
    """

    issue: Issue
    statements: tuple[ClassifiedStatement, ...]
    will: Will = Will()

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Where the statements stand, in the same order."""
        return tuple(span_of(item) for item in self.statements)
