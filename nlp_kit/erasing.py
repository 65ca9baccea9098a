"""Delete what is told of members, or a whole workspace, so that nothing of it can be brought back."""

import os
import re
import shutil
import sqlite3
from collections.abc import Collection, Iterable
from pathlib import Path

from nlp_kit.errors import InputError, WorkspaceError
from nlp_kit.keyfile import FILE_NAME as KEY_FILE
from nlp_kit.privacy.masking import spread
from nlp_kit.schema import FILE_NAME

# What stands in place of each character that was deleted in a text.
BLANK = "□"


def erase_members(
    database: sqlite3.Connection, pseudonyms: Collection[str], statements: Iterable[str], names: Iterable[str]
) -> None:
    """Delete members with their texts and what was decided about them; their numbers stay taken.

    Args:
        database: The workspace, in a transaction.
        pseudonyms: Whose texts go.
        statements: Ids of their statements.
        names: Their names; files set aside or unreadable that bear one go, too, and in the others' texts they are
            blanked.
    """
    # What was decided about the others' words still counts.
    database.executemany("DELETE FROM decisions WHERE statement = ?", [(id_,) for id_ in statements])
    for pseudonym in pseudonyms:
        said = f"{pseudonym}："
        database.execute("DELETE FROM decisions WHERE substr(about, 1, ?) = ?", (len(said), said))
        _blank_shared(database, pseudonym)
    for name in names:
        for table in ("set_aside", "unreadable"):
            database.execute(f"DELETE FROM {table} WHERE instr(path, ?)", (name,))
    rows = [(pseudonym,) for pseudonym in pseudonyms]
    database.executemany("DELETE FROM submissions WHERE member = ?", rows)
    # The number stays taken, without anything that tells whose it was.
    database.executemany("UPDATE members SET text_hash = pseudonym, path = pseudonym WHERE pseudonym = ?", rows)
    clear_away(database)
    for name in names:
        _blank_name(database, name)


def require_workspace(folder: Path) -> None:
    """Do nothing where a folder is a workspace.

    Raises:
        InputError: It is none.
    """
    if not (folder / FILE_NAME).exists():
        raise InputError(f"“{folder}”不是工作区，没有删除任何东西。")


def remove_workspace(folder: Path) -> None:
    """Delete a workspace with everything that nlpkit has put into it; other files in the folder stay.

    Raises:
        InputError: There is none.
        WorkspaceError: A file cannot be deleted.
    """
    require_workspace(folder)
    try:
        for name in (FILE_NAME, f"{FILE_NAME}-journal", KEY_FILE):
            _overwrite(folder / name)
        # Models of other encoders, and what a killed run may have left.
        for made in (folder / "models", *folder.glob("scratch-*")):
            shutil.rmtree(made, ignore_errors=True)
        if not any(folder.iterdir()):
            folder.rmdir()
    except OSError as error:
        raise WorkspaceError(f"工作区“{folder}”没有删干净，请关闭正在使用它的程序后再运行。") from error


def _overwrite(file: Path) -> None:
    """Delete a file after its content has been overwritten."""
    if file.exists():
        with file.open("r+b") as opened:
            opened.write(bytes(file.stat().st_size))
            opened.flush()
            os.fsync(opened.fileno())
        file.unlink()


def _blank_shared(database: sqlite3.Connection, pseudonym: str) -> None:
    """Take a member's statements out of the files that others share, and have those files read anew next time."""
    shared = database.execute(
        "SELECT d.key, d.part FROM submissions s JOIN documents d ON d.key = s.key AND d.part = s.part"
        " WHERE s.member = ? AND d.shared",
        (pseudonym,),
    ).fetchall()
    for key, part in shared:
        (text,) = database.execute("SELECT text FROM documents WHERE key = ? AND part = ?", (key, part)).fetchone()
        spans = database.execute('SELECT start, "end" FROM statements WHERE key = ? AND part = ?', (key, part))
        for start, end in spans.fetchall():
            text = text[:start] + BLANK * (end - start) + text[end:]
        database.execute("UPDATE documents SET text = ?, made_by = '' WHERE key = ?", (text, key))


def _blank_name(database: sqlite3.Connection, name: str) -> None:
    """Blank a name in the texts that stay, in headings and in what was said of decisions; nothing changes its place."""
    written = spread(name)
    for key, part, text in database.execute("SELECT key, part, text FROM documents").fetchall():
        blanked = written.sub(lambda found: re.sub(r"\S", BLANK, found.group()), text)
        if blanked != text:
            # The next run reads the file anew.
            database.execute(
                "UPDATE documents SET text = ?, made_by = '' WHERE key = ? AND part = ?", (blanked, key, part)
            )
    for table, column in (("statements", "heading"), ("decisions", "about"), ("decisions", "reason")):
        database.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (name, BLANK * len(name)))


def clear_away(database: sqlite3.Connection) -> None:
    """Delete the texts that no current file holds; what was read of a page stays beside the page of the whole text."""
    database.execute(
        "DELETE FROM documents WHERE NOT EXISTS"
        " (SELECT 1 FROM submissions s WHERE s.key = documents.key AND s.part = documents.part)"
        " AND NOT EXISTS"
        " (SELECT 1 FROM submissions s WHERE substr(s.key, 1, length(documents.key) + 1) = documents.key || '/')"
    )
