"""Delimited text (.csv, .tsv): the text is the file itself, and the cells of its rows are slices of it."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from nlp_kit.parts import column_kind
from nlp_kit.reading.base import Limits, Reading, Row, refuse_long
from nlp_kit.reading.sheets.grid import refuse_rows
from nlp_kit.reading.text import decode

_DELIMITERS = ",\t;|"
# Rows that are looked at to tell the delimiter, and the share of them that must have the same number of cells.
_SAMPLE = 200
_MIN_SHARE = 0.7
MAX_HEADER_CELL = 16
_SENTENCE_MARK = re.compile("[。！？；，：]")


def read_delimited(data: bytes, limits: Limits) -> Reading:
    """Return the decoded file with the cells of its rows; a text that is no table has no rows.

    A cell's span lies inside its quotes, is trimmed, and keeps doubled quotes. A row with one filled cell is no row.

    Raises:
        UnreadableError: The bytes are no text, or the table is too long.
    """
    text = decode(data)
    refuse_long(text, limits)
    delimiter = _delimiter(text)
    rows: list[Row] = []
    if delimiter:
        for cells in _records(text, delimiter):
            if _filled(cells) > 1:
                rows.append(cells)
                refuse_rows(len(rows), limits)
    return Reading(text, rows=tuple(rows))


def _delimiter(text: str) -> str:
    """Return the character that cuts most of the lines into the same number of cells, "" when none does."""
    best, rank = "", (0, 0)
    for delimiter in _DELIMITERS:
        sample = [cells for cells in islice(_records(text, delimiter), _SAMPLE) if _filled(cells)]
        widths = Counter(len(cells) for cells in sample if len(cells) > 1)
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
        table = [cells for cells in sample if len(cells) == width]
        if count < 2 or count < _MIN_SHARE * len(sample) or not _has_header(text, table, delimiter):
            continue
        if (count, width) > rank:
            best, rank = delimiter, (count, width)
    return best


def _has_header(text: str, table: list[Row], delimiter: str) -> bool:
    """Whether the table begins as one does: prose has commas too, and may have the same number on every line."""
    if delimiter == "\t":
        return True
    words = next(
        ([text[start:end] for start, end in cells if start < end] for cells in table if _filled(cells) > 1), []
    )
    if any(len(word) > MAX_HEADER_CELL or _SENTENCE_MARK.search(word) for word in words):
        return False
    return sum(column_kind(word) is not None for word in words) >= 2 or len(table) >= 3


def _filled(cells: Row) -> int:
    return sum(start < end for start, end in cells)


def _records(text: str, delimiter: str) -> Iterator[Row]:
    """Yield the cells of every record as the csv module cuts them.

    A quote opens a cell only at its very start; one that is never closed is an ordinary character.
    """
    field = re.compile(rf'("[^"]*+(?:""[^"]*+)*+")?[^{re.escape(delimiter)}\r\n]*+')
    cells: list[tuple[int, int]] = []
    position = 0
    while position <= len(text):
        found = field.match(text, position)
        assert found is not None  # the pattern also fits nothing
        cells.append(_cell(text, found))
        position = found.end() + 1
        if text[found.end() : position] == delimiter:
            continue
        yield tuple(cells)
        cells = []
        if text.startswith("\r\n", found.end()):
            position += 1
        if position == len(text):
            return


def _cell(text: str, found: re.Match[str]) -> tuple[int, int]:
    """Return the trimmed span of a cell, inside its quotes where they stand around all of it."""
    start, end = found.span()
    if found.end(1) == end:
        start, end = start + 1, end - 1
    content = text[start:end]
    stripped = content.strip()
    start += len(content) - len(content.lstrip())
    return (start, start + len(stripped)) if stripped else (found.start(), found.start())
