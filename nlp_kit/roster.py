"""The list of members (members.csv): who should have handed in, and whose a file is where nothing else tells."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from nlp_kit.errors import InputError, UnreadableError
from nlp_kit.reading import load_bytes
from nlp_kit.reading.text import decode

# A file of one of these names in a given folder is the list, not a member's text.
FILE_NAMES = frozenset({"members.csv", "成员名单.csv", "党员名单.csv"})

_NAME_COLUMNS = ("姓名", "党员姓名", "成员", "name")
_FILE_COLUMNS = ("文件", "文件名", "材料", "file")


@dataclass(frozen=True, slots=True)
class Roster:
    """The members of the branch.

    Args:
        names: In the order of the list, without blanks inside.
        files: File name → name, for the files that the list names.
    """

    names: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    def name_of(self, path: str) -> str:
        """Return whose a file is: the list says so, or the file name holds exactly one name of the list."""
        file = PurePosixPath(path).name
        if file in self.files:
            return self.files[file]
        plain = "".join(file.split())
        held = [name for name in self.names if name in plain]
        # 高峰 is part of 高峰年; the longer name counts.
        held = [name for name in held if not any(name != other and name in other for other in held)]
        return held[0] if len(held) == 1 else ""


def load_roster(place: Path) -> Roster:
    """Return the list that a file on disk holds.

    Raises:
        InputError: There is no such file, or it is no such list.
    """
    if not place.exists():
        raise InputError(f"找不到成员名单“{place.name}”，请检查文件名是否写对。")
    try:
        return read_roster(load_bytes(place), place.name)
    except UnreadableError as error:
        raise InputError(f"成员名单“{place.name}”{error}。") from error


def read_roster(data: bytes, path: str) -> Roster:
    """Return the list that a .csv file holds: a column 姓名, and 文件 where files are to be named.

    Raises:
        InputError: It is no such list; the message says what it has to look like.
    """
    try:
        rows = [row for row in csv.reader(io.StringIO(decode(data).lstrip("\ufeff"))) if any(row)]
    except (UnreadableError, csv.Error) as error:
        raise InputError(f"成员名单“{path}”读不出来，请另存为 CSV（逗号分隔）再用。") from error
    header = ["".join(cell.split()).lower() for cell in rows[0]] if rows else []
    name = _column(header, _NAME_COLUMNS)
    if name is None:
        raise InputError(f"成员名单“{path}”的第一行要有“姓名”一列，可以再加“文件”一列写文件名。")
    file = _column(header, _FILE_COLUMNS)
    names, files = [], {}
    for row in rows[1:]:
        found = "".join(row[name].split()) if name < len(row) else ""
        if found:
            names.append(found)
            if file is not None and file < len(row) and row[file].strip():
                files[row[file].strip()] = found
    return Roster(tuple(dict.fromkeys(names)), files)


def _column(header: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((index for index, cell in enumerate(header) if cell in wanted), None)
