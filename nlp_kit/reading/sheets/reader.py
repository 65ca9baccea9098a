"""Spreadsheets (.xlsx, .xlsm, .xls, .et, .ods): every visible sheet as lines, its rows as cells with offsets."""

import re
from collections.abc import Iterable, Sequence

from lxml import etree

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits, Reading
from nlp_kit.reading.sheets.grid import TableText
from nlp_kit.reading.sheets.ods import ods_sheets
from nlp_kit.reading.sheets.workbook import BROKEN, Sheet, calamine_sheets, collapse_blanks
from nlp_kit.reading.sheets.xls import OLE_MAGIC, checked_xls
from nlp_kit.reading.sheets.xlsx import check_xlsx
from nlp_kit.reading.sheets.xmlparts import pack, texts, unpack

_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
# Properties, comments, text boxes, and in OpenDocument headers and footers.
_BESIDE_CELLS = re.compile(
    r"(?:docProps|xl/drawings)/[^/]+\.xml|xl/(?:threadedC|c)omments[^.]*\.xml|meta\.xml|styles\.xml"
)


def read_sheet(data: bytes, limits: Limits) -> Reading:
    """Return the rows and lines of all visible sheets.

    Raises:
        UnreadableError: The file is damaged, encrypted or too large.
    """
    if data.startswith(OLE_MAGIC[:4]):
        return _lay_out(calamine_sheets(checked_xls(data), limits), (), limits)
    try:
        return _read_zipped(data, limits)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(BROKEN) from error


def _read_zipped(data: bytes, limits: Limits) -> Reading:
    parts = unpack(data, limits)
    hidden: list[str] = []
    if "content.xml" in parts:
        sheets = ods_sheets(parts["content.xml"], limits)
    else:
        hidden += check_xlsx(parts, limits)
        sheets = calamine_sheets(pack(parts), limits)
    for name in filter(_BESIDE_CELLS.fullmatch, parts):
        hidden += texts(parts[name])
    return _lay_out(sheets, hidden, limits)


def _lay_out(sheets: Sequence[Sheet], beside: Iterable[str], limits: Limits) -> Reading:
    """Write the visible sheets; the name of a sheet is a line where several have content and it says something."""
    hidden = [*beside]
    several = sum(sheet.visible and bool(sheet.cells) for sheet in sheets) > 1
    text = TableText(limits)
    first = True
    for sheet in sheets:
        if not (sheet.visible and sheet.cells):
            hidden += [sheet.name, *("\t".join(row.values()) for _, row in sorted(sheet.cells.items()))]
            continue
        if not first:
            text.add_line("")
        first = False
        if several and not _DEFAULT_NAME.fullmatch(sheet.name):
            text.add_line(collapse_blanks(sheet.name), 0, heading=True)
        else:
            hidden.append(sheet.name)
        text.add_table(sheet.cells, sheet.merges)
    return text.reading(hidden)
