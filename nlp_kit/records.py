"""The records that flow between the steps: small, frozen, without behaviour beyond derived values.

Offsets are always 0-based Unicode characters of ``Document.text``, end exclusive.
Invariants (tested as properties): ``document.text[s.start:s.end] == s.text``; the statements of a
document are in order and do not overlap.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal[
    "problem", "cause", "measure", "achievement", "preamble", "heading", "rectification", "criticism", "case", "other"
]
ROLES: tuple[Role, ...] = (
    "problem",
    "cause",
    "measure",
    "achievement",
    "preamble",
    "heading",
    "rectification",
    "criticism",
    "case",
    "other",
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What a file says about a stretch of its text that the characters alone do not say.

    Args:
        start: First character.
        end: One past the last character.
        level: Depth of the heading or list item, 0 is the outermost.
        heading: Whether the file marks it as a heading (a Word heading style or outline level).
    """

    start: int
    end: int
    level: int
    heading: bool


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one file, exactly as later offsets index it.

    Args:
        path: Relative path with forward slashes, as shown to the user.
        text: Extracted text, lines separated by line feeds; table cells by tabs, in a list of comma-separated values by
            what the file itself holds.
        paragraphs: Levels that the file carries beside its text, in order.
        rows: Table rows in order, each as the (start, end) of its cells; an empty cell has start == end.
        doubts: Stretches that may have been misread; their statements wait for a person.
        notes: What was special about reading it, one Chinese sentence each.
        wrapped: Whether lines may be broken at a fixed width: in plain text, and pasted into Word line by line.
    """

    path: str
    text: str
    paragraphs: tuple[Paragraph, ...] = ()
    rows: tuple[tuple[tuple[int, int], ...], ...] = ()
    doubts: tuple[tuple[int, int], ...] = ()
    notes: tuple[str, ...] = ()
    wrapped: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be read, with the reason in one sentence."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class SetAsideFile:
    """A file that was read and is not counted: no member's text, or an older version.

    Args:
        path: The file.
        reason: Why, without a full stop.
        key: What its content is known by, so that an unchanged file is not read again; empty where it may be.
    """

    path: str
    reason: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, list item, cell or heading of a document.

    Args:
        document: Path of the document.
        start: First character in the document's text.
        end: One past the last character.
        text: The characters themselves.
        heading: Headings above it, outermost first, with their numbers.
        part: Part of the document it stands in (``problem``, ``cause`` … or ``body`` when nothing says so).
        hint: Category that the headings suggest, or None.
        focus: Where the half that counts begins: after 但 in a concession, else ``start``. The draft tells that half;
            the classifier reads the whole sentence, whose first half tells it what the second is about.
    """

    document: str
    start: int
    end: int
    text: str
    heading: tuple[str, ...] = ()
    part: str = "body"
    hint: str | None = None
    focus: int = -1

    @property
    def counted_text(self) -> str:
        """The half of the sentence that the draft may tell, without white space around it."""
        return (self.text[self.focus - self.start :] if self.focus > self.start else self.text).strip()


@dataclass(frozen=True, slots=True)
class Prediction:
    """The classifier's answer for one statement.

    Args:
        role: What the statement does in the text.
        category: One of the report's categories, None for other roles and for problems outside the four.
        issue: Issue key, ``integrity`` or ``personal``; None where the role is not problem.
        confidence: Calibrated probability of role and category together, 0 to 1.
        review: Whether a person has to decide.
    """

    role: Role
    category: str | None
    issue: str | None
    confidence: float
    review: bool


@dataclass(frozen=True, slots=True)
class ClassifiedStatement:
    """A statement with its member's pseudonym and its prediction.

    Args:
        statement: What was written.
        member: Pseudonym.
        prediction: The answer that counts: the classifier's, or a person's.
        id: What decisions know it by: the same for the same words of the same member in any file and place.
        dropped: Whether a person has taken it out of the draft.
        copied: Whether it stands in a passage that another member's text has word for word, so that it counts there.
    """

    statement: Statement
    member: str
    prediction: Prediction
    id: str = ""
    dropped: bool = False
    copied: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person has decided, as the log keeps it.

    Args:
        kind: One of ``nlp_kit.review.standing.KINDS``.
        value: What was decided, in the form of its kind.
        statement: Id of the statement that it is about, "" for others.
        group: Number of the committee's own group that it is about, "" for others.
        about: Words by which a person knows again what it is about.
        reason: Why, in the reviewer's words.
        number: Place in the log, from 1.
        batch: Number of the command that brought it.
        time: When, as ``2026-02-01 09:30:00``.
        reviewer: Who.
    """

    kind: str
    value: Mapping[str, Any]
    statement: str = ""
    group: str = ""
    about: str = ""
    reason: str = ""
    number: int = 0
    batch: int = 0
    time: str = ""
    reviewer: str = ""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A labelled statement of the corpus and its cosine with the statement asked about."""

    text: str
    label: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one statement got its answer.

    Args:
        answers: (label, probability), likeliest first.
        words: (term of the statement, how much it speaks for the first answer), weightiest first.
        neighbours: Nearest first.
    """

    answers: tuple[tuple[str, float], ...]
    words: tuple[tuple[str, float], ...]
    neighbours: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a document's text."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Issue:
    """The same problem as several members tell it.

    Args:
        id: Number within the draft, such as ``T-03``.
        category: Category key.
        key: Issue key of most of its statements; None where the inventory has no such issue.
        label: Short name for people.
        members: How many different members tell it.
        statements: Spans of its statements, sorted.
        stability: How much of the group stays together when one member is left out, 0 to 1; None where that was not
            measured.
    """

    id: str
    category: str
    key: str | None
    label: str
    members: int
    statements: tuple[Span, ...]
    stability: float | None = None


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence of the draft with what proves it.

    Args:
        text: The sentence.
        issues: Ids of the issues it speaks of.
        quantifier: The headcount word it uses.
        members: How many members the headcount word stands for.
        evidence: Source spans, at least one.
        quoted: The spans among the evidence whose wording it uses.
    """

    text: str
    issues: tuple[str, ...]
    quantifier: str
    members: int
    evidence: tuple[Span, ...]
    quoted: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One paragraph: a lead and sentences.

    Args:
        category: Whose problems it tells.
        lead: Its opening.
        sentences: The others.
        unworded: Ids of the issues that are not in it because no words can be found for them.
    """

    category: str
    lead: str
    sentences: tuple[DraftSentence, ...]
    unworded: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The paragraph as it is printed."""
        return self.lead + "".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Account:
    """The fate of every statement; ``statements`` equals the sum of the others (checked by ``balanced``)."""

    statements: int
    used: int
    merged: int
    set_aside: dict[str, int]
    review: int
    unreadable: tuple[Unreadable, ...] = ()
    files_set_aside: tuple[SetAsideFile, ...] = ()

    @property
    def balanced(self) -> bool:
        """Whether every statement has exactly one fate."""
        return self.statements == self.used + self.merged + sum(self.set_aside.values()) + self.review


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What the checker finds in a draft.

    Args:
        section: Number of the paragraph from 1, 0 for the draft as a whole.
        sentence: Number of the sentence in its paragraph, whose lead is 1; 0 for the paragraph as a whole.
        rule: Name of the rule.
        doubt: Whether a person has to decide; else it is a fault.
        excerpt: The words in question.
        message: What is wrong and what to do, one Chinese sentence.
    """

    section: int
    sentence: int
    rule: str
    doubt: bool
    excerpt: str
    message: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The drafted section with every group, the proof, the account, and what the checker found in it."""

    title: str
    members: int
    sections: tuple[Section, ...]
    issues: tuple[Issue, ...]
    account: Account
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """What the members who tell an issue wrote against it.

    Args:
        issue: Id of the issue.
        causes: (what the report says, where they wrote it); empty where nobody names a cause that fits.
        measures: The same of measures; where they wrote none, those that the report tells and that fit.
    """

    issue: str
    causes: tuple[tuple[str, tuple[Span, ...]], ...]
    measures: tuple[tuple[str, tuple[Span, ...]], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report: the drafted section, the paragraphs of causes and measures, and what stands against what."""

    draft: Draft
    causes: tuple[Section, ...]
    measures: tuple[Section, ...]
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A statement behind a sentence, for those who may see it.

    Args:
        member: Pseudonym.
        document: Path as the user knows it.
        text: What was written.
    """

    member: str
    document: str
    text: str


@dataclass(frozen=True, slots=True)
class Submission:
    """What one member wrote in one file, as the workspace holds it now.

    Args:
        document: The file; its text is whole also where several members share it.
        member: Pseudonym.
        statements: The member's own, in order.
        page: Its number among the pages of a text that came in several files; 0 where the file holds it whole.
        seams: Of a text that was joined from pages, (where each begins, its file).
    """

    document: Document
    member: str
    statements: tuple[ClassifiedStatement, ...] = field(default=())
    page: int = 0
    seams: tuple[tuple[int, str], ...] = ()
