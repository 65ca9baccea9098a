"""Pages printed in two columns: found by the room between them, read the left one first."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from nlp_kit.reading.pdf.lines import Glyph, Line, line_of, rows_of

# In characters' widths: the room between columns, how near to it most lines of the left column end, how wide both are.
_ROOM = 0.8
_NEAR = 2.5
_NARROWEST = 8

# So many lines stand side by side, and they are this share of all lines.
_MIN_BESIDE = 5
_MOST_LINES = 0.5

Row = list[Glyph]


class _Gutter(NamedTuple):
    """The room between two columns, and where these begin."""

    x0: float
    x1: float
    left: float

    def is_free(self, row: Row) -> bool:
        """Whether nothing of a line stands in it."""
        return all(glyph.x1 <= self.x0 + 1 or glyph.x0 >= self.x1 - 1 for glyph in row)


def reading_order(glyphs: Iterable[Glyph], page: int) -> list[Line]:
    """Return the lines of a page as one reads them.

    Lines of the right column are moved to where they would stand in the left one, as if on a page of their own.
    """
    rows = rows_of(glyphs)
    marks = [[glyph for glyph in row if not glyph.char.isspace()] for row in rows]
    gutter = _gutter(marks)
    if gutter is None:
        return [line_of(row, page) for row in rows]
    lines: list[Line] = []
    beside: list[Row] = []
    for row in marks:
        # What stands alone on the left before the columns begin is the end of a paragraph as wide as the page.
        if gutter.is_free(row) and (beside or row[-1].x0 >= gutter.x1 - 1):
            beside.append(row)
        else:
            lines += _halves(beside, gutter, page)
            lines.append(line_of(row, page))
            beside = []
    return lines + list(_halves(beside, gutter, page))


def _halves(rows: Sequence[Row], gutter: _Gutter, page: int) -> Iterator[Line]:
    shift = gutter.x1 - gutter.left
    lefts = [[glyph for glyph in row if glyph.x1 <= gutter.x0 + 1] for row in rows]
    rights = [
        [glyph._replace(x0=glyph.x0 - shift, x1=glyph.x1 - shift) for glyph in row if glyph.x0 >= gutter.x1 - 1]
        for row in rows
    ]
    return (line_of(row, page, halved=True) for row in (*lefts, *rights) if row)


def _gutter(rows: Sequence[Row]) -> _Gutter | None:
    """Return the room between two columns of running text; tables and forms have short lines or several such rooms."""
    em = median([glyph.size for row in rows for glyph in row] or [1]) or 1
    gaps = [[(a, b) for a, b in pairwise(row) if b.x0 - a.x1 > _ROOM * em] for row in rows]
    beside = [(row, found[0]) for row, found in zip(rows, gaps, strict=True) if len(found) == 1]
    if not beside:
        return None
    middle = median((a.x1 + b.x0) / 2 for _, (a, b) in beside)
    beside = [(row, (a, b)) for row, (a, b) in beside if a.x1 <= middle <= b.x0]
    if len(beside) < max(_MIN_BESIDE, _MOST_LINES * len(rows)):
        return None
    gutter = _Gutter(
        max(a.x1 for _, (a, _) in beside), min(b.x0 for _, (_, b) in beside), min(row[0].x0 for row, _ in beside)
    )
    right = max(row[-1].x1 for row, _ in beside)
    wide = min(gutter.x0 - gutter.left, right - gutter.x1) > _NARROWEST * em
    full = sum(a.x1 > gutter.x0 - _NEAR * em for _, (a, _) in beside)
    return gutter if wide and gutter.x1 - gutter.x0 > _ROOM * em and full > len(beside) / 2 else None
