"""Read a reviewed spreadsheet back: rows by their headers, whatever was sorted, filtered, deleted or added."""

import json
import zipfile
from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from nlp_kit.errors import InputError
from nlp_kit.review.book import BASE, EDITED, ID, REASON, STATEMENTS, WORKSPACE

# A person may have put lines above the header.
_MOST_LINES_ABOVE = 10


@dataclass(frozen=True, slots=True)
class EditedRow:
    """A row of a reviewed sheet.

    Args:
        place: Its line in the sheet as it now is, from 1.
        id: Its number, "" for a row that a person has added.
        cells: Column → what stands there now, of the columns that people fill in.
        base: Column → what stood there when the sheet was written.
        more: What else the hidden column holds.
        reason: The reviewer's remark.
    """

    place: int
    id: str
    cells: dict[str, str]
    base: dict[str, str]
    more: tuple[Any, ...]
    reason: str

    def changed(self, column: str) -> bool:
        """Whether a person has changed a cell."""
        return self.cells[column] != self.base[column]


@dataclass(frozen=True, slots=True)
class ReviewedSheets:
    """What was read from a reviewed spreadsheet.

    Args:
        rows: The reviewed rows of each sheet.
        faults: What could not be used, one sentence each.
        marks: What the workspaces that wrote its sheets are known by; empty for those of older versions.
    """

    rows: dict[str, list[EditedRow]]
    faults: list[str]
    marks: set[str] = field(default_factory=set)

    def is_foreign(self, mark: str, statements: Container[str]) -> bool:
        """Tell whether another branch's workspace has written it; one that was made anew knows its statements.

        Args:
            mark: What the workspace at hand is known by.
            statements: Ids of its statements.
        """
        rows = self.rows[STATEMENTS]
        known = sum(row.id in statements for row in rows)
        return bool(self.marks - {mark}) and 2 * known <= len(rows)


def read_review(path: Path) -> ReviewedSheets:
    """Read a spreadsheet that ``review_xlsx`` wrote and persons edited (.xlsx, .xls, .ods).

    Raises:
        InputError: It is no spreadsheet, or none of ours, or a column is missing.
    """
    if not path.is_file():
        raise InputError(f"找不到文件“{path}”，请检查名字和位置。")
    try:
        book = CalamineWorkbook.from_path(path)
        sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as error:
        raise InputError(f"“{path.name}”打不开，请用 Excel、WPS 或 LibreOffice 存成 .xlsx 再试。") from error
    if not any(name in sheets for name in EDITED):
        raise InputError(f"“{path.name}”不是 nlpkit review export 写出的表，请用那份表来改。")
    found = ReviewedSheets({name: [] for name in EDITED}, [])
    for name in EDITED:
        if name in sheets:
            _read_sheet(path.name, name, sheets[name], found)
    return found


def _read_sheet(file: str, name: str, lines: list[list[Any]], found: ReviewedSheets) -> None:
    top = next((place for place, line in enumerate(lines[:_MOST_LINES_ABOVE]) if ID in line), None)
    header = [str(one).strip() for one in lines[top]] if top is not None else []
    found.marks.update(one.removeprefix(WORKSPACE) for one in header if one.startswith(WORKSPACE))
    missing = [column for column in (ID, BASE, *EDITED[name]) if column not in header]
    if top is None or missing:
        columns = "、".join(missing)
        raise InputError(f"“{file}”的“{name}”表里找不到“{columns}”列，请用原来的表头，或重新导出一份来改。")
    seen: dict[str, EditedRow] = {}
    for place, line in enumerate(lines[top + 1 :], top + 2):
        row = _read_row(place, dict(zip(header, line, strict=False)), EDITED[name])
        if row is None:
            continue
        if isinstance(row, str):
            found.faults.append(f"“{name}”表第 {place} 行{row}")
        elif row.id in seen and row.cells != seen[row.id].cells:
            found.faults.append(
                f"“{name}”表第 {seen[row.id].place} 行和第 {place} 行是同一条，填得不一样，按前一行算。"
            )
        elif row.id not in seen:
            seen[row.id] = row
            found.rows[name].append(row)


def _read_row(place: int, line: dict[str, Any], columns: tuple[str, ...]) -> EditedRow | str | None:
    """Return a row, what is wrong with it, or None for an empty one."""
    id_, base = _text(line.get(ID)), _text(line.get(BASE))
    cells = {column: _text(line.get(column)) for column in columns}
    if not id_ and not base:
        return "是新加的，没有编号，没有采用。" if any(map(_text, line.values())) else None
    try:
        values = json.loads(base)
        known = dict(zip(columns, map(str, values[: len(columns)]), strict=True))
    except (ValueError, TypeError):
        return "的“原值”被改动过，认不出改了什么，没有采用；请重新导出一份来改。"
    return EditedRow(place, id_, cells, known, tuple(values[len(columns) :]), _text(line.get(REASON)))


def _text(value: object) -> str:
    """Return a cell as text; spreadsheets make numbers of what looks like one."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
