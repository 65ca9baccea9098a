"""The key file: which name stands behind which pseudonym, apart from everything else and for the owner alone."""

import csv
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nlp_kit.errors import WorkspaceError

FILE_NAME = "成员对照表.csv"
_HEADER = ["代号", "姓名", "材料"]


@dataclass(frozen=True, slots=True, order=True)
class KeyEntry:
    """One member.

    Args:
        pseudonym: Such as ``成员07``; empty for a member who has handed in nothing.
        name: Real name; several are joined by 、, none when neither the file nor its name tells it.
        path: File that the text came in.
    """

    pseudonym: str
    name: str
    path: str = ""


def split_names(name: str) -> list[str]:
    """Return the single names in the name of an entry."""
    return [part for part in name.split("、") if part]


def read_key(folder: Path) -> list[KeyEntry]:
    """Return the entries of a workspace's key file, none when there is no such file.

    Raises:
        WorkspaceError: It cannot be read.
    """
    place = folder / FILE_NAME
    try:
        text = place.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"“{place}”读不出来，请检查权限；如果已损坏，请改名保留后重新运行。") from error
    rows = list(csv.reader(io.StringIO(text)))[1:]
    return [KeyEntry(*row[:3]) for row in rows if len(row) >= 2]


def write_key(folder: Path, entries: Iterable[KeyEntry]) -> None:
    """Write the key file of a workspace, all at once, readable by its owner only.

    Raises:
        WorkspaceError: It cannot be written.
    """
    place = folder / FILE_NAME
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(_HEADER)
    writer.writerows([one.pseudonym, one.name, one.path] for one in sorted(entries))
    fresh = place.with_suffix(".new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 - mode of the new file
            file.write(buffer.getvalue())
        fresh.replace(place)
    except OSError as error:
        raise WorkspaceError(f"“{place}”写不进去，请检查权限和磁盘，或关闭正在打开它的程序后再运行。") from error
