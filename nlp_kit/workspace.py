"""The workspace: one SQLite file that holds what was read, classified and decided.

Every file is stored by the hash of its content in a transaction of its own, so a crash loses at most the file at
hand, and a second run finds what it already knows. What belongs to the current run is switched in one transaction.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from nlp_kit.erasing import clear_away, erase_members
from nlp_kit.errors import InputError, WorkspaceError
from nlp_kit.keyfile import FILE_NAME as KEY_FILE
from nlp_kit.keyfile import KeyEntry, read_key, split_names, write_key
from nlp_kit.pseudonyms import assign_pseudonyms
from nlp_kit.records import Decision, Prediction, SetAsideFile, Statement, Submission, Unreadable
from nlp_kit.schema import FILE_NAME, MIGRATIONS, SCHEMA_VERSION
from nlp_kit.stored import HandedIn, StoredText, read_layout, submissions_of, write_layout

BUSY_SECONDS = 60.0

_DOCUMENT = "d.key, d.part, d.text_hash, d.name, d.shared, d.text, d.layout"


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
            self._path.chmod(0o600)
            self._connection.execute("PRAGMA foreign_keys = ON")
            # What is deleted is overwritten too: the texts are about persons.
            self._connection.execute("PRAGMA secure_delete = ON")
            self._prepare()

    def _prepare(self) -> None:
        with self._transaction() as database:
            version = int(database.execute("PRAGMA user_version").fetchone()[0])
            if version > SCHEMA_VERSION:
                raise WorkspaceError(
                    "这个工作区是更新版本的 nlpkit 建的，请升级 nlpkit 再用（pip install -U nlpkit）。"
                )
            for migration in MIGRATIONS[version:]:
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

    def find(self, key: str, made_by: str) -> list[StoredText]:
        """Return the parts of a file that was stored by the same version of reader and model, none for another."""
        with _reported(self._path):
            rows = self._connection.execute(
                f"SELECT {_DOCUMENT} FROM documents d WHERE key = ? AND made_by = ? ORDER BY part", (key, made_by)
            ).fetchall()
            return [self._load(*row) for row in rows]

    def reason_set_aside(self, path: str, key: str) -> str:
        """Return why the last run set aside this very file under this name, "" when it did not."""
        with _reported(self._path):
            row = self._connection.execute(
                "SELECT reason FROM set_aside WHERE path = ? AND key = ?", (path, key)
            ).fetchone()
            return "" if row is None else str(row[0])

    def _load(self, key: str, part: int, text_hash: str, name: str, shared: int, text: str, layout: str) -> StoredText:
        rows = self._connection.execute(
            'SELECT start, "end", heading, place, hint, focus, role, category, issue, confidence, review'
            " FROM statements WHERE key = ? AND part = ? ORDER BY position",
            (key, part),
        )
        statements = tuple(
            (
                Statement("", start, end, text[start:end], tuple(json.loads(heading)), place, hint, focus),
                Prediction(role, category, issue, confidence, bool(review)),
            )
            for start, end, heading, place, hint, focus, role, category, issue, confidence, review in rows
        )
        return StoredText(key, part, text_hash, name, read_layout(text, layout), statements, bool(shared))

    def store(self, parts: Sequence[StoredText], made_by: str) -> None:
        """Store the parts of one file in a transaction of its own."""
        with self._transaction() as database:
            for part in parts:
                _insert(database, part, made_by)

    def commit_run(
        self,
        texts: Sequence[HandedIn],
        unreadable: Sequence[Unreadable],
        made_by: str,
        theme: str | None = None,
        set_aside: Sequence[SetAsideFile] = (),
        expected: Sequence[str] = (),
    ) -> list[Submission]:
        """Make these files the current ones, all at once, and return them with their members.

        Files of earlier runs that are not among them leave the workspace; their members keep their pseudonyms.

        Args:
            texts: Every author's part of every readable file.
            unreadable: Files that could not be read.
            made_by: Version of reader and model.
            theme: Title of the taxonomy whose categories the statements have, None for the report's own.
            set_aside: Files that are not counted.
            expected: Names of all members, where there is a list of them; the key file keeps them for masking.
        """
        ordered = sorted(
            texts, key=lambda one: (one.stored.text_hash, one.stored.page, one.stored.document.text, one.path)
        )
        with self._transaction() as database:
            # Another run may have cleared texts away since they were stored.
            for one in ordered:
                _insert(database, one.stored, made_by)
            members = self._assign_members(database, ordered, expected)
            database.execute("DELETE FROM run")
            database.execute("INSERT INTO run VALUES (?)", (theme,))
            for table in ("submissions", "unreadable", "set_aside"):
                database.execute(f"DELETE FROM {table}")
            database.executemany(
                "INSERT INTO submissions VALUES (?, ?, ?, ?, ?)",
                [
                    (index, one.path, one.stored.key, one.stored.part, member)
                    for index, (one, member) in enumerate(zip(ordered, members, strict=True))
                ],
            )
            database.executemany("INSERT INTO unreadable VALUES (?, ?)", [(one.path, one.reason) for one in unreadable])
            database.executemany(
                "INSERT INTO set_aside VALUES (?, ?, ?)", [(one.path, one.reason, one.key) for one in set_aside]
            )
            clear_away(database)
        return submissions_of((one.stored, one.path, member) for one, member in zip(ordered, members, strict=True))

    def _assign_members(
        self, database: sqlite3.Connection, texts: Sequence[HandedIn], expected: Sequence[str]
    ) -> list[str]:
        known = [tuple(row) for row in database.execute("SELECT pseudonym, text_hash, path FROM members")]
        key = {one.pseudonym: one for one in read_key(self.folder) if one.pseudonym}
        names = {name: one.pseudonym for one in key.values() for name in split_names(one.name)}
        members = assign_pseudonyms([(one.path, one.stored.text_hash, one.name) for one in texts], known, names)
        told: dict[str, set[str]] = {}
        for one, member in zip(texts, members, strict=True):
            database.execute(
                "INSERT OR REPLACE INTO members VALUES (?, ?, ?)", (member, one.stored.text_hash, one.path)
            )
            told.setdefault(member, set()).update(split_names(one.name))
            name = "、".join(sorted(told[member])) or (key[member].name if member in key else "")
            key[member] = KeyEntry(member, name, one.path)
        present = {name for entry in key.values() for name in split_names(entry.name)}
        missing = [KeyEntry("", name) for name in expected if name not in present]
        write_key(self.folder, [*key.values(), *missing])
        return members

    def decisions(self) -> list[Decision]:
        """Return everything that persons have decided, oldest first."""
        with _reported(self._path):
            rows = self._connection.execute(
                'SELECT kind, value, statement, "group", about, reason, number, batch, time, reviewer'
                " FROM decisions ORDER BY number"
            )
            return [Decision(kind, json.loads(value), *rest) for kind, value, *rest in rows]

    def decide(self, decisions: Sequence[Decision], reviewer: str, time: str) -> int:
        """Append decisions to the log, all at once or none, and return the number of their batch.

        Args:
            decisions: Without number, batch, time and reviewer.
            reviewer: Who has decided.
            time: When.
        """
        with self._transaction() as database:
            batch = int(database.execute("SELECT coalesce(max(batch), 0) + 1 FROM decisions").fetchone()[0])
            database.executemany(
                'INSERT INTO decisions (batch, time, reviewer, kind, statement, "group", value, about, reason)'
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        *(batch, time, reviewer, one.kind, one.statement, one.group),
                        *(json.dumps(one.value, ensure_ascii=False, sort_keys=True), one.about, one.reason),
                    )
                    for one in decisions
                ],
            )
        return batch

    def mark(self) -> str:
        """Return what spreadsheets that leave this workspace are known by: random, once for all."""
        with _reported(self._path):
            return str(self._connection.execute("SELECT mark FROM mark").fetchone()[0])

    @property
    def models(self) -> Path:
        """The folder of the models that were trained for this workspace."""
        return self.folder / "models"

    def adopted(self) -> Path | None:
        """Return the folder of the model that is in use here, None for the shipped one."""
        with _reported(self._path):
            row = self._connection.execute("SELECT name FROM adopted ORDER BY number DESC LIMIT 1").fetchone()
        return self.models / row[0] if row is not None and row[0] else None

    def adopt(self, name: str) -> None:
        """Take a model of this workspace into use from now on."""
        with self._transaction() as database:
            database.execute("INSERT INTO adopted (name) VALUES (?)", (name,))

    def go_back(self) -> Path | None:
        """Take the model before the one in use into use again, and return it; None is the shipped one.

        Raises:
            InputError: The shipped model is in use.
        """
        with self._transaction() as database:
            rows = database.execute("SELECT number, name FROM adopted ORDER BY number DESC LIMIT 2").fetchall()
            if not rows:
                raise InputError("现在用的就是自带的模型，没有可以退回的。")
            database.execute("DELETE FROM adopted WHERE number = ?", (rows[0][0],))
        return self.adopted()

    def forget(self, members: Sequence[str]) -> None:
        """Remove members with their texts and names; their pseudonyms are never given to others.

        Args:
            members: Pseudonyms or names.

        Raises:
            InputError: One of them is not known.
        """
        gone = self.find_members(members)
        # Who has handed in nothing has no pseudonym, and no texts.
        known = {one.pseudonym for one in gone if one.pseudonym}
        told = [item.id for one in self.submissions() if one.member in known for item in one.statements]
        names = [name for one in gone for name in split_names(one.name)]
        with self._transaction() as database:
            erase_members(database, known, told, names)
        with _reported(self._path):
            self._connection.execute("VACUUM")
        write_key(self.folder, [one for one in read_key(self.folder) if one not in gone])

    def find_members(self, members: Sequence[str]) -> set[KeyEntry]:
        """Return what the key file holds of members.

        Args:
            members: Pseudonyms or names.

        Raises:
            InputError: One of them is not known.
        """
        entries, found = read_key(self.folder), set()
        for member in members:
            own = [one for one in entries if member == one.pseudonym or member in split_names(one.name)]
            if not own:
                raise InputError(f"工作区里没有“{member}”，代号和姓名见“{self.folder / KEY_FILE}”。")
            found.update(own)
        return found

    def names(self) -> list[str]:
        """Return the names in the key file, for masking."""
        return [name for one in read_key(self.folder) for name in split_names(one.name)]

    def submissions(self) -> list[Submission]:
        """Return the current files in content order."""
        with _reported(self._path):
            rows = self._connection.execute(
                f"SELECT s.path, s.member, {_DOCUMENT} FROM submissions s"
                " JOIN documents d ON d.key = s.key AND d.part = s.part ORDER BY s.position"
            ).fetchall()
            return submissions_of((self._load(*values), path, member) for path, member, *values in rows)

    def set_aside(self) -> list[SetAsideFile]:
        """Return the files of the current run that are not counted, in path order."""
        with _reported(self._path):
            rows = self._connection.execute("SELECT path, reason, key FROM set_aside ORDER BY path")
            return [SetAsideFile(*row) for row in rows]

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
                    "SELECT s.path, d.text_hash FROM submissions s"
                    " JOIN documents d ON d.key = s.key AND d.part = s.part ORDER BY s.path"
                ).fetchall()
            )

    def unreadable(self) -> list[Unreadable]:
        """Return the files of the current run that could not be read, in path order."""
        with _reported(self._path):
            return [
                Unreadable(*row)
                for row in self._connection.execute("SELECT path, reason FROM unreadable ORDER BY path")
            ]


def _insert(database: sqlite3.Connection, stored: StoredText, made_by: str) -> None:
    place = (stored.key, stored.part)
    same = database.execute("SELECT 1 FROM documents WHERE key = ? AND part = ? AND made_by = ?", (*place, made_by))
    if same.fetchone():
        return
    database.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key, part) DO UPDATE SET"
        " made_by = excluded.made_by, text_hash = excluded.text_hash, name = excluded.name,"
        " shared = excluded.shared, text = excluded.text, layout = excluded.layout",
        (
            *place,
            made_by,
            stored.text_hash,
            stored.name,
            stored.shared,
            stored.document.text,
            write_layout(stored.document),
        ),
    )
    database.execute("DELETE FROM statements WHERE key = ? AND part = ?", place)
    database.executemany(
        "INSERT INTO statements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *place,
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
        if path.is_file():
            raise WorkspaceError(f"工作区“{path.parent}”写不进去，请检查权限，或者这个文件夹是不是只读的。") from error
        raise WorkspaceError(
            f"工作区“{path.parent}”建不起来，请检查权限和磁盘，或用 --workspace 换一个文件夹。"
        ) from error
