"""Texts as the workspace holds them, and as one run hands them to it."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace

from nlp_kit.records import ClassifiedStatement, Document, Paragraph, Prediction, Statement, Submission


@dataclass(frozen=True, slots=True)
class StoredText:
    """One author's part of a classified text, independent of the file name it came under.

    Args:
        key: Hash of the file's content and of how it is to be read; of a page, with that of all pages behind a slash.
        part: Its number among the authors of the file; of a page, its number among the pages, from 1.
        text_hash: Hash of the author's text alone, of a page of the whole text; the same for copies in other formats.
        name: Author as the text names him, "" when it does not.
        document: What was read from the file, with an empty path.
        statements: The author's statements with an empty document path, and their predictions.
        shared: Whether several authors share the file.
    """

    key: str
    part: int
    text_hash: str
    name: str
    document: Document
    statements: tuple[tuple[Statement, Prediction], ...]
    shared: bool = False

    @property
    def page(self) -> int:
        """Its number among the pages of a text that came in several files; 0 where the file holds it whole."""
        return 0 if self.shared else self.part

    def submission(self, path: str, member: str, seen: Counter[str] | None = None) -> Submission:
        """Return it as one member's file.

        Args:
            path: The file.
            member: Pseudonym.
            seen: How often each statement stands on the pages before; counted on.
        """
        seen = Counter() if seen is None else seen
        statements = []
        for found, prediction in self.statements:
            words = "".join(found.text.split())
            seen[words] += 1
            known_by = _statement_id(member, words, seen[words])
            statements.append(ClassifiedStatement(replace(found, document=path), member, prediction, known_by))
        return Submission(replace(self.document, path=path), member, tuple(statements), self.page)


def submissions_of(texts: Iterable[tuple[StoredText, str, str]]) -> list[Submission]:
    """Return stored texts with (file, pseudonym) as what the members have handed in, the pages of a text in a row."""
    found = []
    seen = Counter[str]()
    for stored, path, member in texts:
        if stored.page < 2:
            seen = Counter()
        found.append(stored.submission(path, member, seen))
    return found


def _statement_id(member: str, words: str, turn: int) -> str:
    """Return what a member's statement is known by; a spreadsheet does not take it for a number."""
    return "s" + hashlib.sha256(f"{member}\0{words}\0{turn}".encode()).hexdigest()[:11]


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A text with the file that it came in.

    Args:
        path: The file.
        stored: One author's part of it.
        name: Whose it is, "" when nothing tells.
        modified: When the file was last changed, in seconds.
        pinned: Whether the list of members names the file itself, so that it counts whatever else there is.
        page: Its number among the pages of a text that came in several files; 0 where the file holds it whole.
    """

    path: str
    stored: StoredText
    name: str = ""
    modified: int = 0
    pinned: bool = False
    page: int = 0


def read_layout(text: str, layout: str) -> Document:
    """Return a document from its text and what ``write_layout`` has written."""
    found = json.loads(layout)
    return Document(
        "",
        text,
        tuple(Paragraph(*values) for values in found["paragraphs"]),
        tuple(tuple((start, end) for start, end in row) for row in found["rows"]),
        tuple((start, end) for start, end in found["doubts"]),
        tuple(found["notes"]),
        found["wrapped"],
    )


def write_layout(document: Document) -> str:
    """Return all that a document holds beside its text, as JSON."""
    return json.dumps(
        {
            "paragraphs": [astuple(one) for one in document.paragraphs],
            "rows": document.rows,
            "doubts": document.doubts,
            "notes": document.notes,
            "wrapped": document.wrapped,
        },
        ensure_ascii=False,
    )
