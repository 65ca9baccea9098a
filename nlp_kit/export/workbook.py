"""Tables as .xlsx: a caption, a header that stays in sight, wrapped rows, lists to choose from, laid out to print."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format

# A fixed date, so that the same rows give the same bytes.
_DATE = datetime(2000, 1, 1)
# Columns that a Chinese character takes; points of a line, of a row's margin, and of the highest row that Excel has.
_CHARACTER, _LINE, _MARGIN, _HIGHEST = 2.0, 15.0, 5.0, 409.0
# Narrow columns are centred.
_NARROW = 14
# Lists are kept in a hidden sheet: one of more than 255 characters is refused inside a rule.
_LISTS = "选项"
# Rows above the data: caption and header.
HEADER_ROWS = 2

# Captions of the tables that are for the committee's own use; a file that begins so is known as our own.
REVIEW_CAPTION = "语句表：逐条核对角色、方面、问题和归组"
AUDIT_CAPTION = "个人材料审核表（由程序初审，请支委会核定）"

GREY, YELLOW, RED, GREEN = "#F2F2F2", "#FFF2CC", "#F8CBAD", "#E2EFDA"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        name: Its header.
        width: In digits of the standard font, as Excel counts.
        choices: What its cells may be chosen from.
        free: Whether a cell may also hold what is not among the choices.
        edited: Whether people are to fill it in; the header shows it.
        hidden: Whether it is only for the program.
    """

    name: str
    width: int
    choices: tuple[str, ...] = ()
    free: bool = False
    edited: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table.

    Args:
        name: Of the sheet.
        caption: Above the table.
        columns: In order.
        rows: Values in the order of the columns.
        colours: Number of a row → its colour.
        spare: Empty rows below that have the lists too.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    colours: Mapping[int, str] = field(default_factory=dict)
    spare: int = 0


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook; the same sheets give the same bytes."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _DATE})
    made = _Book(book)
    for sheet in sheets:
        made.add(sheet)
    made.finish()
    book.close()
    return buffer.getvalue()


class _Book:
    """A workbook in the making, its cell formats and its lists."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._formats: dict[tuple[bool, bool, str], Format] = {}
        self._lists: dict[tuple[str, ...], str] = {}
        self._title = book.add_format(
            {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "font_name": "黑体"}
        )
        head = _cell() | {"bold": True, "align": "center"}
        self._head = book.add_format(head | {"bg_color": "#D9E2F3"})
        self._head_edited = book.add_format(head | {"bg_color": "#C6E0B4"})

    def _body(self, centred: bool, full: bool, colour: str) -> Format:
        """Return the look of a cell; a text that may not fit its row begins at the top."""
        if (centred, full, colour) not in self._formats:
            look = _cell() | ({"align": "center"} if centred else {}) | ({"bg_color": colour} if colour else {})
            self._formats[centred, full, colour] = self._book.add_format(look | ({"valign": "top"} if full else {}))
        return self._formats[centred, full, colour]

    def add(self, table: Sheet) -> None:
        columns, rows = table.columns, table.rows
        sheet = self._book.add_worksheet(table.name)
        last = len(rows) + HEADER_ROWS - 1
        if len(columns) > 1:
            sheet.merge_range(0, 0, 0, len(columns) - 1, table.caption, self._title)
        else:
            sheet.write_string(0, 0, table.caption, self._title)
        sheet.set_row(0, 30)
        sheet.set_row(1, _height([column.name for column in columns], columns))
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, None, {"hidden": column.hidden})
            sheet.write_string(1, place, column.name, self._head_edited if column.edited else self._head)
            if column.choices:
                rule = {"validate": "list", "source": self._list(column.choices), "show_error": not column.free}
                sheet.data_validation(HEADER_ROWS, place, max(last + table.spare, HEADER_ROWS), place, rule)
        for number, row in enumerate(rows, HEADER_ROWS):
            height = _height(row, columns)
            sheet.set_row(number, height)
            colour = table.colours.get(number - HEADER_ROWS, "")
            for place, value in enumerate(row):
                sheet.write(
                    number, place, value, self._body(columns[place].width <= _NARROW, height >= _HIGHEST, colour)
                )
        sheet.freeze_panes(HEADER_ROWS, 0)
        sheet.autofilter(1, 0, max(last, HEADER_ROWS), len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.set_footer("&C第 &P 页，共 &N 页")

    def _list(self, choices: tuple[str, ...]) -> str | list[str]:
        """Return a list for a rule, or the range of the hidden sheet that will hold it."""
        if len(",".join(choices)) < 200 and not any("," in one for one in choices):
            return list(choices)
        if choices not in self._lists:
            name = xlsxwriter.utility.xl_col_to_name(len(self._lists))
            self._lists[choices] = f"={_LISTS}!${name}$1:${name}${len(choices)}"
        return self._lists[choices]

    def finish(self) -> None:
        """Write the lists."""
        if not self._lists:
            return
        sheet = self._book.add_worksheet(_LISTS)
        for place, choices in enumerate(self._lists):
            sheet.write_column(0, place, choices)
        sheet.hide()


def _cell() -> dict[str, object]:
    return {"border": 1, "text_wrap": True, "valign": "vcenter", "font_name": "宋体", "font_size": 11}


def _height(row: Sequence[object], columns: Sequence[Column]) -> float:
    """Return the height in points that a row's wrapped texts need; LibreOffice does not find it out by itself."""
    lines = (
        sum(math.ceil(max(_CHARACTER * len(line), 1) / (column.width - 1)) for line in str(value).split("\n"))
        for value, column in zip(row, columns, strict=True)
        if not column.hidden
    )
    return min(max(1, *lines) * _LINE + _MARGIN, _HIGHEST)
