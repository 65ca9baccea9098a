"""A group of statements that name the same problem, as drafting works on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from nlp_kit.records import ClassifiedStatement, Issue, Span, Submission


def span_of(item: ClassifiedStatement) -> Span:
    """Return where a statement stands."""
    return Span(item.statement.document, item.statement.start, item.statement.end)


def originals(submissions: Sequence[Submission]) -> list[Submission]:
    """Return the first text of every member; what was handed in twice counts once."""
    first: dict[str, Submission] = {}
    for submission in submissions:
        first.setdefault(submission.member, submission)
    return list(first.values())


@dataclass(frozen=True)
class Group:
    """One issue with its statements.

    Args:
        issue: The record that the draft shows.
        statements: Its statements in the order of ``issue.statements``.
    """

    issue: Issue
    statements: tuple[ClassifiedStatement, ...]

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Where the statements stand, in the same order."""
        return tuple(span_of(item) for item in self.statements)
