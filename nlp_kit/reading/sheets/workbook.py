"""The sheets of a workbook as calamine reads them, no larger than memory holds, and values as the cells show them."""

import math
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits
from nlp_kit.reading.sheets.grid import Cells, Merge, refuse_rows

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

# What is wrong with a workbook, whatever its format, and what to do.
SAVE_AS = "请用 Excel 或 WPS 打开后重新另存为 .xlsx"
BROKEN = f"打不开，表格文件不完整或已损坏，{SAVE_AS}"
ENCRYPTED = "加了打开密码，读不了，请用 Excel 或 WPS 打开后取消密码再保存"
TOO_LARGE = "表格大得不正常，请删掉远处的单元格后另存，或把文字复制到新的 .xlsx"

# calamine holds the whole rectangle between the outermost cells in memory, about 32 bytes a cell.
_MAX_AREA = 8_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook.

    Args:
        name: What its tab says.
        visible: Whether a person sees it who opens the workbook.
        cells: Its texts; no row is empty.
        merges: Its cells that are merged downwards.
    """

    name: str
    visible: bool
    cells: Cells
    merges: list[Merge]


class Extent:
    """How many rows or columns lie between the outermost that are used."""

    def __init__(self) -> None:
        self._first, self._last = 1, 0

    def add(self, number: int) -> None:
        """Take in a row or column that is used."""
        empty = self._last < self._first
        self._first = number if empty else min(self._first, number)
        self._last = number if empty else max(self._last, number)

    @property
    def length(self) -> int:
        """Number of rows or columns, 0 when none is used."""
        return self._last - self._first + 1


def refuse_area(rows: Extent, columns: Extent) -> None:
    """Stop at a sheet that calamine would need too much memory for.

    Raises:
        UnreadableError: Its outermost cells lie too far apart.
    """
    if rows.length * columns.length > _MAX_AREA:
        raise UnreadableError(TOO_LARGE)


def calamine_sheets(data: bytes, limits: Limits) -> list[Sheet]:
    """Return the sheets of an .xlsx or .xls of which it has been checked what calamine cannot bear.

    Raises:
        UnreadableError: The file is damaged or encrypted, or a sheet has too many rows.
    """
    import python_calamine as calamine

    try:
        with calamine.load_workbook(BytesIO(data)) as book:
            sheets = []
            for index, about in enumerate(book.sheets_metadata):
                if about.typ == calamine.SheetTypeEnum.WorkSheet:
                    sheet = book.get_sheet_by_index(index)
                    visible = about.visible == calamine.SheetVisibleEnum.Visible
                    merges = _merges(sheet)
                    sheets.append(Sheet(about.name, visible, _cells(sheet, limits), merges))
            return sheets
    except calamine.PasswordError as error:
        raise UnreadableError(ENCRYPTED) from error
    except (calamine.CalamineError, ValueError, OSError) as error:
        raise UnreadableError(BROKEN) from error
    except BaseException as error:
        # A panic in calamine's Rust code on a damaged .xls; its class derives from BaseException and is not public.
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise UnreadableError(BROKEN) from error


def _merges(sheet: "CalamineSheet") -> list[Merge]:
    ranges = sheet.merged_cell_ranges or ()
    return [(top, bottom, left) for (top, left), (bottom, _) in ranges if bottom > top]


def _cells(sheet: "CalamineSheet", limits: Limits) -> Cells:
    cells: Cells = {}
    left = sheet.start[1] if sheet.start else 0
    for index, values in enumerate(sheet.iter_rows()):
        row = {left + place: text for place, value in enumerate(values) if value != "" and (text := _shown(value))}
        if row:
            cells[index] = row
            refuse_rows(len(cells), limits)
    return cells


def _shown(value: object) -> str:
    """Return a value as a person reads it in the cell."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        # Excel itself shows no more than 15 digits.
        return f"{value:.0f}" if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d") if value.time() == time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return collapse_blanks(str(value))


def collapse_blanks(text: str) -> str:
    """Return a text on one line, with single blanks."""
    return " ".join(text.split())
