"""Excel files (.xlsx, .xlsm): what calamine would blow up is refused before it sees them."""

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from nlp_kit.reading.base import Limits
from nlp_kit.reading.sheets.grid import refuse_characters
from nlp_kit.reading.sheets.workbook import Extent, refuse_area
from nlp_kit.reading.sheets.xmlparts import elements

_PAGE_MARKS = tuple(f"{{*}}{page}{place}" for page in ("odd", "even", "first") for place in ("Header", "Footer"))


def check_xlsx(parts: Mapping[str, bytes], limits: Limits) -> list[str]:
    """Refuse far-off cells, and long strings that thousands of cells share.

    Returns:
        The headers and footers of the sheets.

    Raises:
        UnreadableError: A sheet is too large, or its text too long.
        lxml.etree.XMLSyntaxError: A part is no sound XML.
    """
    shared: list[int] = []
    for name, part in parts.items():
        if name.lower().endswith("sharedstrings.xml"):
            shared += [sum(map(len, element.itertext())) for element in elements(part, "{*}si")]
    page_marks: list[str] = []
    length = 0
    for name, part in parts.items():
        if name.lower().startswith("xl/worksheets/") and name.lower().endswith(".xml"):
            length += _check_worksheet(part, shared, page_marks)
            refuse_characters(length, limits)
    return page_marks


def _check_worksheet(part: bytes, shared: Sequence[int], page_marks: list[str]) -> int:
    """Return how many characters of shared strings the cells refer to; headers and footers go to ``page_marks``."""
    length = column = row = 0
    rows, columns = Extent(), Extent()
    filled = False
    for element in elements(part, "{*}c", "{*}row", *_PAGE_MARKS):
        kind = etree.QName(element).localname
        if kind == "row":
            row = int(element.get("r")) if re.fullmatch(r"\d{1,7}", element.get("r", "")) else row + 1
            column = 0
            if filled:
                rows.add(row)
                filled = False
        elif kind == "c":
            place = re.fullmatch(r"([A-Za-z]{1,3})(\d{1,7})", element.get("r", ""))
            column = _column_number(place[1]) if place else column + 1
            content = element.findtext("{*}v")
            if content is None and element.find("{*}is") is None:
                continue
            filled = True
            columns.add(column)
            rows.add(int(place[2]) if place else row + 1)
            if element.get("t") == "s" and re.fullmatch(r"\d{1,9}", content or "") and int(content) < len(shared):
                length += shared[int(content)]
        else:
            # Codes such as &C set the place and the font of what follows.
            page_marks += re.split(r"&(?:[LCRPNDTGAFZ]|\"[^\"]*\"|\d+)", element.text or "")
    refuse_area(rows, columns)
    return length


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
