"""OpenDocument spreadsheets (.ods): cells as they are shown, with their merges.

calamine would unfold every repeated cell and give no merges.
"""

import re
from collections.abc import Iterator

from lxml import etree

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits
from nlp_kit.reading.sheets.grid import Cells, Merge, refuse_characters, refuse_rows
from nlp_kit.reading.sheets.workbook import TOO_LARGE, Sheet, collapse_blanks
from nlp_kit.reading.sheets.xmlparts import elements

# A text that more columns repeat is no table.
_MAX_REPEAT = 256

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def ods_sheets(content: bytes, limits: Limits) -> list[Sheet]:
    """Return the sheets in the part ``content.xml``.

    Raises:
        UnreadableError: A sheet has too many rows, columns or characters.
        lxml.etree.XMLSyntaxError: The part is no sound XML.
    """
    sheets: list[Sheet] = []
    hidden_styles: set[str] = set()
    tags = (f"{_STYLE}style", f"{_TABLE}table-row", f"{_TABLE}table")
    cells: Cells = {}
    merges: list[Merge] = []
    index = length = 0
    for element in elements(content, *tags):
        if element.tag == f"{_STYLE}style":
            properties = element.find(f"{_STYLE}table-properties")
            if properties is not None and properties.get(f"{_TABLE}display") == "false":
                hidden_styles.add(element.get(f"{_STYLE}name", ""))
        elif element.tag == f"{_TABLE}table-row":
            row, spans = _row(element)
            merges += [(index, index + span - 1, column) for column, span in spans]
            repeated = _count(element, "number-rows-repeated")
            if row:
                refuse_rows(len(cells) + repeated, limits)
                length += repeated * sum(map(len, row.values()))
                refuse_characters(length, limits)
                cells.update((place, row) for place in range(index, index + repeated))
            index += repeated
        else:
            visible = element.get(f"{_TABLE}style-name") not in hidden_styles
            sheets.append(Sheet(element.get(f"{_TABLE}name", ""), visible, cells, merges))
            cells, merges, index = {}, [], 0
    return sheets


def _row(row: etree._Element) -> tuple[dict[int, str], list[tuple[int, int]]]:
    """Return column → text and the (column, number of rows) of cells merged downwards."""
    cells: dict[int, str] = {}
    spans = []
    column = 0
    for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
        repeated = _count(cell, "number-columns-repeated")
        text = _text(cell) if cell.tag == f"{_TABLE}table-cell" else ""
        if text:
            if repeated > _MAX_REPEAT:
                raise UnreadableError(TOO_LARGE)
            cells.update((place, text) for place in range(column, column + repeated))
        if _count(cell, "number-rows-spanned") > 1:
            spans.append((column, _count(cell, "number-rows-spanned")))
        column += repeated
    return cells, spans


def _count(element: etree._Element, attribute: str) -> int:
    found = element.get(f"{_TABLE}{attribute}", "1")
    return int(found) if re.fullmatch(r"\d{1,9}", found) else 1


def _text(cell: etree._Element) -> str:
    if any(name.endswith("}value-type") and found == "error" for name, found in cell.attrib.items()):
        return ""
    if cell.get(f"{_OFFICE}value-type") == "date":
        return str(cell.get(f"{_OFFICE}date-value", "")).removesuffix("T00:00:00")[:16].replace("T", " ")
    paragraphs = ("".join(_pieces(paragraph)) for paragraph in cell.iterchildren(f"{_TEXT}p"))
    return collapse_blanks(" ".join(paragraphs))


def _pieces(paragraph: etree._Element) -> Iterator[str]:
    for piece in paragraph.iter():
        if piece.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
            yield " "
        yield piece.text or ""
        if piece is not paragraph:
            yield piece.tail or ""
