"""The workspace: one SQLite file that holds what was read, classified and decided.

Every file is stored by the hash of its content in a transaction of its own, so a crash loses at most the file at
hand, and a second run finds what it already knows. What belongs to the current run is switched in one transaction.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from nlp_kit.errors import WorkspaceError
from nlp_kit.records import ClassifiedStatement, Document, Paragraph, Prediction, Statement, Submission, Unreadable

FILE_NAME = "nlpkit.sqlite3"
BUSY_SECONDS = 60.0

# What brings a workspace from version n to n + 1; only ever added to.
_MIGRATIONS = (
    """
CREATE TABLE documents (key TEXT PRIMARY KEY, made_by TEXT NOT NULL, text_hash TEXT NOT NULL, text TEXT NOT NULL,
    paragraphs TEXT NOT NULL);
CREATE TABLE statements (key TEXT NOT NULL REFERENCES documents(key) ON DELETE CASCADE, position INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL, part TEXT NOT NULL, hint TEXT,
    focus INTEGER NOT NULL, role TEXT NOT NULL, category TEXT, issue TEXT, confidence REAL NOT NULL,
    review INTEGER NOT NULL, PRIMARY KEY (key, position));
CREATE TABLE members (pseudonym TEXT PRIMARY KEY, text_hash TEXT NOT NULL, path TEXT NOT NULL);
CREATE TABLE submissions (path TEXT PRIMARY KEY, key TEXT NOT NULL REFERENCES documents(key), member TEXT NOT NULL,
    position INTEGER NOT NULL);
CREATE TABLE unreadable (path TEXT PRIMARY KEY, reason TEXT NOT NULL);
""",
    "CREATE TABLE run (theme TEXT)",
)
SCHEMA_VERSION = len(_MIGRATIONS)


@dataclass(frozen=True, slots=True)
class StoredText:
    """A classified text, independent of the file name it came under.

    Args:
        key: Hash of the file's content and of how it is to be read.
        text_hash: Hash of the text alone; the same for copies in other formats.
        text: Extracted text.
        paragraphs: Levels that the file carries.
        statements: Statements with an empty document path, and their predictions.
    """

    key: str
    text_hash: str
    text: str
    paragraphs: tuple[Paragraph, ...]
    statements: tuple[tuple[Statement, Prediction], ...]

    def submission(self, path: str, member: str) -> Submission:
        """Return it as one member's file."""
        statements = tuple(
            ClassifiedStatement(
                Statement(path, found.start, found.end, found.text, found.heading, found.part, found.hint, found.focus),
                member,
                prediction,
            )
            for found, prediction in self.statements
        )
        return Submission(Document(path, self.text, self.paragraphs), member, statements)


class Workspace:
    """The store of one branch.

    Args:
        folder: Where the file lies; made when it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / FILE_NAME
        with _reported(self._path):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._prepare()

    def _prepare(self) -> None:
        with self._transaction() as database:
            version = int(database.execute("PRAGMA user_version").fetchone()[0])
            if version > SCHEMA_VERSION:
                raise WorkspaceError(
                    "这个工作区是更新版本的 nlpkit 建的，请升级 nlpkit 再用（pip install -U nlpkit）。"
                )
            for migration in _MIGRATIONS[version:]:
                for command in migration.split(";"):
                    database.execute(command)
            if version < SCHEMA_VERSION:
                database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the block as one transaction that holds the write lock from its first statement."""
        with _reported(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                # SQLite has rolled back by itself when the disk is full.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def find(self, key: str, made_by: str) -> StoredText | None:
        """Return a text that was stored by the same version of reader and model, else None."""
        with _reported(self._path):
            row = self._connection.execute(
                "SELECT text_hash, text, paragraphs FROM documents WHERE key = ? AND made_by = ?", (key, made_by)
            ).fetchone()
            return None if row is None else self._load(key, *row)

    def _load(self, key: str, text_hash: str, text: str, paragraphs: str) -> StoredText:
        rows = self._connection.execute(
            'SELECT start, "end", heading, part, hint, focus, role, category, issue, confidence, review'
            " FROM statements WHERE key = ? ORDER BY position",
            (key,),
        )
        statements = tuple(
            (
                Statement("", start, end, text[start:end], tuple(json.loads(heading)), part, hint, focus),
                Prediction(role, category, issue, confidence, bool(review)),
            )
            for start, end, heading, part, hint, focus, role, category, issue, confidence, review in rows
        )
        levels = tuple(Paragraph(*values) for values in json.loads(paragraphs))
        return StoredText(key, text_hash, text, levels, statements)

    def store(self, stored: StoredText, made_by: str) -> None:
        """Store one classified text in a transaction of its own."""
        with self._transaction() as database:
            _insert(database, stored, made_by)

    def commit_run(
        self,
        texts: Sequence[tuple[str, StoredText]],
        unreadable: Sequence[Unreadable],
        made_by: str,
        theme: str | None = None,
    ) -> list[Submission]:
        """Make these files the current ones, all at once, and return them with their members.

        Files of earlier runs that are not among them leave the workspace; their members keep their pseudonyms.

        Args:
            texts: (path, text) of every readable file.
            unreadable: Files that could not be read.
            made_by: Version of reader and model.
            theme: Title of the taxonomy whose categories the statements have, None for the report's own.
        """
        ordered = sorted(texts, key=lambda pair: (pair[1].text_hash, pair[1].text, pair[0]))
        with self._transaction() as database:
            # Another run may have cleared texts away since they were stored.
            for _, stored in ordered:
                _insert(database, stored, made_by)
            members = self._assign_members(database, ordered)
            database.execute("DELETE FROM run")
            database.execute("INSERT INTO run VALUES (?)", (theme,))
            database.execute("DELETE FROM submissions")
            database.execute("DELETE FROM unreadable")
            database.executemany(
                "INSERT INTO submissions VALUES (?, ?, ?, ?)",
                [(path, stored.key, members[path], index) for index, (path, stored) in enumerate(ordered)],
            )
            database.executemany("INSERT INTO unreadable VALUES (?, ?)", [(one.path, one.reason) for one in unreadable])
            database.execute("DELETE FROM documents WHERE key NOT IN (SELECT key FROM submissions)")
        return [stored.submission(path, members[path]) for path, stored in ordered]

    def _assign_members(self, database: sqlite3.Connection, texts: Sequence[tuple[str, StoredText]]) -> dict[str, str]:
        known = [tuple(row) for row in database.execute("SELECT pseudonym, text_hash, path FROM members")]
        members = assign_pseudonyms([(path, stored.text_hash) for path, stored in texts], known)
        rows = {members[path]: (members[path], stored.text_hash, path) for path, stored in texts}
        database.executemany("INSERT OR REPLACE INTO members VALUES (?, ?, ?)", sorted(rows.values()))
        return members

    def submissions(self) -> list[Submission]:
        """Return the current files in content order."""
        with _reported(self._path):
            rows = self._connection.execute(
                "SELECT s.path, s.member, d.key, d.text_hash, d.text, d.paragraphs FROM submissions s"
                " JOIN documents d ON d.key = s.key ORDER BY s.position"
            ).fetchall()
            return [self._load(*values).submission(path, member) for path, member, *values in rows]

    def theme(self) -> str | None:
        """Return the title of the taxonomy that the current run was classified by, None for the report's own."""
        with _reported(self._path):
            row = self._connection.execute("SELECT theme FROM run").fetchone()
            return None if row is None else row[0]

    def text_hashes(self) -> dict[str, str]:
        """Return path → hash of the text of the current files, in path order."""
        with _reported(self._path):
            return dict(
                self._connection.execute(
                    "SELECT s.path, d.text_hash FROM submissions s JOIN documents d ON d.key = s.key ORDER BY s.path"
                ).fetchall()
            )

    def unreadable(self) -> list[Unreadable]:
        """Return the files of the current run that could not be read, in path order."""
        with _reported(self._path):
            return [
                Unreadable(*row)
                for row in self._connection.execute("SELECT path, reason FROM unreadable ORDER BY path")
            ]


def assign_pseudonyms(texts: Sequence[tuple[str, str]], known: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Return the pseudonym of every path.

    A text keeps its pseudonym under any file name; a changed text keeps that of its file name; a text that is
    handed in twice is one member; the others get the next free numbers in content order, so that file names
    decide nothing.

    Args:
        texts: (path, text hash) of the current files.
        known: (pseudonym, text hash, path) of earlier runs.
    """
    by_text = {text_hash: pseudonym for pseudonym, text_hash, _ in known}
    by_path = {path: pseudonym for pseudonym, _, path in known}
    owner = {text_hash: by_text[text_hash] for _, text_hash in texts if text_hash in by_text}
    taken = set(owner.values())
    for path, text_hash in sorted(texts):
        if text_hash not in owner and path in by_path and by_path[path] not in taken:
            owner[text_hash] = by_path[path]
            taken.add(by_path[path])
    following = max((int(pseudonym.removeprefix("成员")) for pseudonym, _, _ in known), default=0)
    for text_hash in sorted({text_hash for _, text_hash in texts} - owner.keys()):
        following += 1
        owner[text_hash] = f"成员{following:02d}"
    return {path: owner[text_hash] for path, text_hash in texts}


def _insert(database: sqlite3.Connection, stored: StoredText, made_by: str) -> None:
    same = database.execute("SELECT 1 FROM documents WHERE key = ? AND made_by = ?", (stored.key, made_by)).fetchone()
    if same:
        return
    paragraphs = json.dumps([[one.start, one.end, one.level, one.heading] for one in stored.paragraphs])
    database.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET made_by = excluded.made_by,"
        " text_hash = excluded.text_hash, text = excluded.text, paragraphs = excluded.paragraphs",
        (stored.key, made_by, stored.text_hash, stored.text, paragraphs),
    )
    database.execute("DELETE FROM statements WHERE key = ?", (stored.key,))
    database.executemany(
        "INSERT INTO statements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                stored.key,
                position,
                found.start,
                found.end,
                json.dumps(found.heading, ensure_ascii=False),
                found.part,
                found.hint,
                found.focus,
                answer.role,
                answer.category,
                answer.issue,
                answer.confidence,
                answer.review,
            )
            for position, (found, answer) in enumerate(stored.statements)
        ],
    )


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    """Turn what the system and SQLite complain about into one sentence."""
    try:
        yield
    except sqlite3.OperationalError as error:
        message = str(error)
        if "full" in message or "disk I/O" in message:
            raise WorkspaceError(
                f"工作区“{path.parent}”所在的磁盘已满，请腾出空间后再运行，之前存下的结果不会丢。"
            ) from error
        if "locked" in message:
            raise WorkspaceError("另一个 nlpkit 正在使用这个工作区，请等它结束后再运行。") from error
        raise WorkspaceError(
            f"工作区“{path.parent}”打不开或写不进去，请检查权限，或用 --workspace 换一个文件夹。"
        ) from error
    except (sqlite3.DatabaseError, ValueError, TypeError) as error:
        raise WorkspaceError(f"工作区文件“{path}”已损坏，请把它改名保留后重新运行。") from error
    except OSError as error:
        raise WorkspaceError(
            f"工作区“{path.parent}”建不起来，请检查权限和磁盘，或用 --workspace 换一个文件夹。"
        ) from error
