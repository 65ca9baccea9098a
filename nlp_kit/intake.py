"""Files → classified texts with their members: reading, refusing, storing, telling authors and versions apart."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Protocol

from nlp_kit.authors import Author, find_authors
from nlp_kit.errors import OwnOutputError, UnreadableError
from nlp_kit.export.workbook import AUDIT_CAPTION, REVIEW_CAPTION
from nlp_kit.filenames import names_in_path, names_in_title
from nlp_kit.genres import find_genre
from nlp_kit.members import keep_newest
from nlp_kit.pages import cut_statements, join_documents
from nlp_kit.reading import Content, FoundFile, IsolatedReader, Limits, Listing, load_bytes, open_content
from nlp_kit.records import ClassifiedStatement, Document, SetAsideFile, Statement, Unreadable
from nlp_kit.roster import Roster
from nlp_kit.secrecy import refuse_marked
from nlp_kit.splitting import split, split_lines
from nlp_kit.stored import HandedIn, StoredText
from nlp_kit.taxonomy import Taxonomy
from nlp_kit.workspace import Workspace

# Raised whenever reading or splitting would give another result for the same bytes.
READING_VERSION = 7

# How the page of ``nlpkit report`` begins, and the files that ``nlp_kit.export.jsonl`` writes.
OWN_PAGE = b'<!doctype html>\n<html lang="zh-CN" data-made-by="nlpkit"'
_OWN = (b'{"document": "', b'{\n  "title": "', OWN_PAGE)

Progress = Callable[[int, int, str], None]


class Judge(Protocol):
    """What intake asks of the models."""

    @property
    def taxonomy(self) -> Taxonomy:
        """The report's categories and issues."""

    @property
    def version(self) -> str:
        """Names everything that decides an answer."""

    def classify(self, statements: Sequence[Statement], member: str) -> list[ClassifiedStatement]:
        """Return the statements with their predictions."""


@dataclass(frozen=True, slots=True)
class Way:
    """How files are to be read.

    Args:
        lines: Whether every line is one statement, never split; then no file is set aside.
        allow_internal: Whether files marked as internal papers are read; files with a secrecy mark never are.
        roster: The members, where the user has given a list.
        limits: How much one file may cost.
    """

    lines: bool = False
    allow_internal: bool = False
    roster: Roster = field(default_factory=Roster)
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class Intake:
    """What was found in the files.

    Args:
        texts: One entry for every member's part of every file.
        unreadable: Files that could not be read.
        set_aside: Files that are no member's text or an older version.
        own: Files that nlpkit itself has written.
        ignored: System files.
        fresh: Files that had to be read anew.
        notes: (path, what a person should know about that file).
    """

    texts: list[HandedIn] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    set_aside: list[SetAsideFile] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    fresh: set[str] = field(default_factory=set)
    notes: list[tuple[str, str]] = field(default_factory=list)


def made_by(judge: Judge) -> str:
    """Name the version of reader and models, so that an upgrade reads everything anew."""
    return f"reading {READING_VERSION}, {judge.version}"


def take_in(listing: Listing, workspace: Workspace, way: Way, judge: Judge, progress: Progress | None = None) -> Intake:
    """Read, split and classify every file, and tell whose it is.

    Args:
        listing: The files.
        workspace: Where results are kept; files that it already knows are not read again.
        way: How they are to be read.
        judge: The loaded models.
        progress: Called before each file with (done, total, path).
    """
    with IsolatedReader(way.limits, workspace.folder) as reader:
        desk = _Desk(workspace, way, judge, reader, Intake(unreadable=list(listing.unreadable)))
        desk.intake.ignored += listing.ignored
        for done, file in enumerate(listing.files):
            if progress is not None:
                progress(done, len(listing.files), file.path)
            for content in _contents(file, way):
                desk.take(content, file)
    if progress is not None:
        progress(len(listing.files), len(listing.files), "")
    intake = desk.intake
    chosen, older, notes = keep_newest(intake.texts)
    intake.texts = desk.join_pages(chosen)
    intake.set_aside += older
    intake.notes += notes
    intake.unreadable.sort(key=lambda one: one.path)
    intake.set_aside.sort(key=lambda one: one.path)
    return intake


def _contents(file: FoundFile, way: Way) -> Iterator[Content]:
    try:
        refuse_marked(_parts_of(file.path), allow_internal=way.allow_internal)
        data = load_bytes(file.location, way.limits)
        modified = int(file.location.stat().st_mtime)
    except UnreadableError as error:
        yield Content(file.path, fault=str(error))
        return
    yield from open_content(data, file.path, modified, way.limits)


@dataclass(slots=True)
class _Desk:
    """Takes one file after another and keeps what was found."""

    workspace: Workspace
    way: Way
    judge: Judge
    reader: IsolatedReader
    intake: Intake

    def take(self, content: Content, file: FoundFile) -> None:
        if content.ignored:
            self.intake.ignored.append(content.path)
            return
        try:
            if content.fault:
                raise UnreadableError(content.fault)
            self._take_text(content, judged=not (self.way.lines or file.named))
        except OwnOutputError:
            self.intake.own.append(content.path)
        except UnreadableError as error:
            self.intake.unreadable.append(Unreadable(content.path, str(error)))

    def _take_text(self, content: Content, *, judged: bool) -> None:
        """Take a file as a member's text, or set it aside where it may be ``judged`` and is none."""
        name = PurePath(content.path)
        refuse_marked(_parts_of(content.path), allow_internal=self.way.allow_internal)
        owner = self._owner_told(content.path)
        # The ending decides how plain text is read, so it belongs to the key, and so does what tells the authors.
        told = f"{self.way.lines} {self.way.allow_internal} {name.suffix.lower()} {owner}\0"
        key = hashlib.sha256(told.encode() + content.data).hexdigest()
        if judged and (reason := self.workspace.reason_set_aside(content.path, key)):
            self.intake.set_aside.append(SetAsideFile(content.path, reason, key))
            return
        parts = self.workspace.find(key, made_by(self.judge))
        document = parts[0].document if parts else self._read(content)
        if judged and (genre := find_genre(document, content.path)):
            reason = f"看起来是{genre}，不是个人材料"
            self.intake.set_aside.append(SetAsideFile(content.path, reason, key))
            return
        if not parts:
            parts = self._classify(document, key, owner)
            self.workspace.store(parts, made_by(self.judge))
            self.intake.fresh.add(content.path)
        self.intake.notes += [(content.path, note) for note in document.notes]
        for part in parts:
            pinned = name.name in self.way.roster.files
            one = HandedIn(content.path, part, self._name(content.path, part), content.modified, pinned)
            self.intake.texts.append(one)
            if self.way.roster.names and one.name not in self.way.roster.names:
                self.intake.notes.append((content.path, "名单上没有这个人，也计入了"))

    def _read(self, content: Content) -> Document:
        if content.data.startswith(_OWN):
            raise OwnOutputError
        reading = self.reader.read(content.data, content.path)
        refuse_marked(reading.lines_to_check, allow_internal=self.way.allow_internal)
        # Stored texts carry no path: the same text may come under another name next time.
        document = reading.document("")
        if _is_own(document.text, self.judge.taxonomy):
            raise OwnOutputError
        return document

    def join_pages(self, texts: Sequence[HandedIn]) -> list[HandedIn]:
        """Return the texts with the statements of pages read as those of one text; each stays in its own file."""
        series: dict[str, dict[int, HandedIn]] = {}
        for one in texts:
            if one.page:
                series.setdefault(one.name, {}).setdefault(one.page, one)
        joined = {name: self._joined([pages[number] for number in sorted(pages)]) for name, pages in series.items()}
        return [replace(one, stored=joined[one.name][one.page - 1]) if one.page else one for one in texts]

    def _joined(self, pages: Sequence[HandedIn]) -> list[StoredText]:
        """Return the pages of one text, each with its own statements under the headings of those before it."""
        whole, starts = join_documents([one.stored.document for one in pages])
        mark = hashlib.sha256("".join(one.stored.key for one in pages).encode()).hexdigest()
        statements = [] if self.way.lines else split(whole)
        found = []
        for number, (one, start) in enumerate(zip(pages, starts, strict=True), 1):
            stored, document = one.stored, one.stored.document
            key = f"{stored.key}/{mark}"
            known = self.workspace.find(key, made_by(self.judge))
            pairs = known[0].statements if known else stored.statements
            if not (known or self.way.lines):
                own = cut_statements(statements, start, start + len(document.text))
                answers = (doubted(item, document) for item in self.judge.classify(own, ""))
                pairs = tuple((item.statement, item.prediction) for item in answers)
            found.append(replace(stored, key=key, part=number, text_hash=_hash(whole.text), statements=pairs))
        return found

    def _owner_told(self, path: str) -> str:
        """Return what tells, beside the text, that a file has one author: the ``list``, its ``name``, or nothing."""
        pure = PurePath(path)
        if pure.name in self.way.roster.files:
            return "list"
        return "name" if self.way.roster.name_of(path) or len(names_in_title(pure.stem)) == 1 else ""

    def _classify(self, document: Document, key: str, owner: str) -> list[StoredText]:
        """Return the text of each author with the statements that are his.

        Args:
            document: What was read.
            key: What the workspace knows it by.
            owner: What tells whose the file is, as ``_owner_told`` says.
        """
        statements = split_lines(document) if self.way.lines else split(document)
        classified = [doubted(item, document) for item in self.judge.classify(statements, "")]
        alone = self.way.lines or owner == "list"
        authors = [Author(0, "")] if alone else find_authors(document, named=bool(owner))
        owners = [_owner(item.statement, authors) for item in classified]
        names = list(dict.fromkeys(author.name for author in authors))
        parts = []
        for number, name in enumerate(names):
            own = [item for item, owner in zip(classified, owners, strict=True) if owner == name]
            text = document.text if len(names) == 1 else "".join(item.statement.text for item in own)
            pairs = tuple((item.statement, item.prediction) for item in own)
            parts.append(StoredText(key, number, _hash(text), name, document, pairs, len(names) > 1))
        return parts

    def _name(self, path: str, part: StoredText) -> str:
        """Return whose a part is: by the list of members, by the name of the file, by the text."""
        roster = self.way.roster
        if part.shared:
            return part.name
        named = names_in_path(path)
        found = roster.name_of(path) or (part.name if part.name in (*named, *roster.names) else "")
        if found:
            return found
        if named and part.name:
            self.intake.notes.append((path, "文件名和文中署名不是同一个人，按文件名计，请核对"))
        return "、".join(named) or part.name


def _owner(statement: Statement, authors: Sequence[Author]) -> str:
    return next((author.name for author in reversed(authors) if author.start <= statement.start), authors[0].name)


def doubted(item: ClassifiedStatement, document: Document) -> ClassifiedStatement:
    """Let a statement wait for a person where its text may have been misread."""
    found = item.statement
    if not any(start < found.end and found.start < end for start, end in document.doubts):
        return item
    return replace(item, prediction=replace(item.prediction, review=True))


def _hash(text: str) -> str:
    """Return what a text is known by: white space apart, so that a re-saved or re-indented copy is the same text."""
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()


def _parts_of(path: str) -> list[str]:
    """Return the names of the folders on the way to a file, and its own without the ending."""
    pure = PurePath(path)
    return [*pure.parts[:-1], pure.stem]


def _is_own(text: str, taxonomy: Taxonomy) -> bool:
    """Whether nlpkit wrote a text: a section (its title, then the first category's lead), or a table for reviewers."""
    lines = text.lstrip("# \ufeff").split()
    drafted = (
        lines[:1] == [taxonomy.title] and lines[1:2] and lines[1].startswith(f"一是{taxonomy.categories[0].lead[:4]}")
    )
    # The name of its sheet stands above a caption.
    return bool(drafted) or any(caption in lines[:2] for caption in (REVIEW_CAPTION, AUDIT_CAPTION))
