"""The ruled tables of a PDF page: cells from the lines drawn around them, also over page breaks."""

import ctypes
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from nlp_kit.reading.pdf.lines import Glyph, Line, Placing, Point, joined, lines_of

# In points: rulings this near to each other meet.
_TOUCH = 3.0

# With more path segments or rulings than this, a page holds a drawing and no table.
_MAX_SEGMENTS = 10_000
_MAX_RULINGS = 150
ENDS = frozenset("。；！？：.;!?:")
_Ruling = tuple[float, float, float]
_Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table: its top, where its columns begin and end, the texts of its cells."""

    page: int
    y: float
    xs: list[float]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class _Grid:
    """The places between the lines of a table, and for each the top left place of the cell that it belongs to."""

    ys: list[float]
    xs: list[float]
    owners: list[list[_Cell]]

    def cell_of(self, glyph: Glyph) -> _Cell | None:
        """Return the cell in which a character stands, None outside the table."""
        row = bisect(self.ys, -glyph.y - 0.3 * glyph.size) - 1
        column = bisect(self.xs, (glyph.x0 + glyph.x1) / 2) - 1
        inside = 0 <= row < len(self.owners) and 0 <= column < len(self.xs) - 1
        return self.owners[row][column] if inside else None

    def width(self, cell: _Cell) -> float:
        """Return how wide a cell is."""
        row, column = cell
        return self.xs[column + self.owners[row].count(cell)] - self.xs[column]


def tables_of(
    page: pdfium.PdfPage, placing: Placing, glyphs: list[Glyph], number: int
) -> tuple[list[Table], list[Glyph]]:
    """Return the ruled tables of a page and the characters outside them."""
    tables = []
    for horizontals, verticals in _joints(*_rulings(page, placing)):
        grid = _grid(horizontals, verticals)
        if grid is None:
            continue
        cells: dict[_Cell | None, list[Glyph]] = {}
        for glyph in glyphs:
            cells.setdefault(grid.cell_of(glyph), []).append(glyph)
        glyphs = cells.pop(None, [])
        lines = {cell: lines_of(found, number) for cell, found in cells.items() if cell}
        tables.append(Table(number, -grid.ys[0], grid.xs, _rows(grid, lines)))
    return tables, glyphs


def _grid(horizontals: set[_Ruling], verticals: set[_Ruling]) -> _Grid | None:
    """Return the grid of rulings that hang together, None for single lines and for the frame around a text."""
    ys, xs = sorted({-y for y, *_ in horizontals}), sorted({x for x, *_ in verticals})
    if len(xs) < 2 or len(ys) < 2 or len(xs) + len(ys) < 5:
        return None
    owners: list[list[_Cell]] = []
    for row, (top, bottom) in enumerate(pairwise(ys)):
        owners.append([])
        for column, (left, right) in enumerate(pairwise(xs)):
            x, y = (left + right) / 2, -(top + bottom) / 2
            owner = (row, column)
            if column and not any(at == left and start < y < end for at, start, end in verticals):
                owner = owners[row][column - 1]
            elif row and not any(at == -top and start < x < end for at, start, end in horizontals):
                owner = owners[row - 1][column]
            owners[row].append(owner)
    return _Grid(ys, xs, owners)


def same_table(table: Table, other: Table) -> bool:
    """Whether a table goes on at the top of the next page."""
    return (
        table.page == other.page - 1
        and len(table.xs) == len(other.xs)
        and all(abs(a - b) < _TOUCH for a, b in zip(table.xs, other.xs, strict=True))
    )


def continued(rows: list[list[str]], more: list[list[str]]) -> list[list[str]]:
    """Return a table with its part on the next page: no second header, a row that was cut made whole."""
    if len(more) > 1 and more[0] == rows[0]:
        more = more[1:]
    last, cut = rows[-1], more[0]
    if len(last) != len(cut) or cut[0] or not any(cut):
        return rows + more
    both = list(zip(last, cut, strict=True))
    if all(row[0] for row in rows) or any(old and new and old[-1] not in ENDS for old, new in both):
        return [*rows[:-1], [joined(pair) for pair in both], *more[1:]]
    return rows + more


def _rows(grid: _Grid, lines: dict[_Cell, list[Line]]) -> list[list[str]]:
    """Return the texts of the cells; one merged downwards is empty in its other rows, one merged sideways told once."""
    padding = min((max(line.x0 - grid.xs[cell[1]], 0) for cell, found in lines.items() for line in found), default=0)
    texts = {cell: _cell_text(found, grid.width(cell) - 2 * padding) for cell, found in lines.items()}
    return [
        [texts.get(cell, "") if cell[0] == row else "" for column, cell in enumerate(cells) if cell[1] == column]
        for row, cells in enumerate(grid.owners)
    ]


def _cell_text(lines: list[Line], width: float) -> str:
    """Return the lines of a cell joined, its paragraphs with a blank between them."""
    paragraphs = [[lines[0].text]]
    for last, line in pairwise(lines):
        if last.width + line.need <= width:
            paragraphs.append([line.text])
        else:
            paragraphs[-1].append(line.text)
    return " ".join(joined(texts).strip() for texts in paragraphs)


def _joints(horizontals: list[_Ruling], verticals: list[_Ruling]) -> list[tuple[set[_Ruling], set[_Ruling]]]:
    """Return the groups of rulings that hang together."""
    groups: list[tuple[set[_Ruling], set[_Ruling]]] = []
    for vertical in verticals:
        crossed = {horizontal for horizontal in horizontals if _meet(horizontal, vertical)}
        along = {vertical}
        for group in [group for group in groups if group[0] & crossed]:
            groups.remove(group)
            crossed |= group[0]
            along |= group[1]
        groups.append((crossed, along))
    return groups


def _meet(horizontal: _Ruling, vertical: _Ruling) -> bool:
    y, left, right = horizontal
    x, bottom, top = vertical
    return left - _TOUCH <= x <= right + _TOUCH and bottom - _TOUCH <= y <= top + _TOUCH


def _rulings(page: pdfium.PdfPage, placing: Placing) -> tuple[list[_Ruling], list[_Ruling]]:
    """Return the horizontal and vertical lines that are drawn on a page, each as (place, start, end)."""
    horizontals, verticals = [], []
    for (xa, ya), (xb, yb) in islice(_segments(page, placing), _MAX_SEGMENTS):
        if abs(ya - yb) < 1 < abs(xa - xb):
            horizontals.append(((ya + yb) / 2, min(xa, xb), max(xa, xb)))
        elif abs(xa - xb) < 1 < abs(ya - yb):
            verticals.append(((xa + xb) / 2, min(ya, yb), max(ya, yb)))
    both = _merged(horizontals), _merged(verticals)
    return ([], []) if max(map(len, both)) > _MAX_RULINGS else both


def _segments(page: pdfium.PdfPage, placing: Placing) -> Iterator[tuple[Point, Point]]:
    """Yield the straight strokes of all paths; the edges of a filled rectangle count, many programs draw lines so."""
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in page.get_objects([pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=1):
        matrix = path.get_matrix()
        start = last = (0.0, 0.0)
        for index in range(pdfium_c.FPDFPath_CountSegments(path)):
            segment = pdfium_c.FPDFPath_GetPathSegment(path, index)
            pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
            point = placing(*matrix.on_point(x.value, y.value))
            kind = pdfium_c.FPDFPathSegment_GetType(segment)
            if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
                start = point
            yield (last, point) if kind == pdfium_c.FPDF_SEGMENT_LINETO else (point, point)
            if pdfium_c.FPDFPathSegment_GetClose(segment):
                yield point, start
            last = point


def _merged(rulings: list[_Ruling]) -> list[_Ruling]:
    """Return the rulings with those on one line that meet made one."""
    merged: list[_Ruling] = []
    track: list[_Ruling] = []
    for ruling in sorted(rulings):
        if track and ruling[0] - track[0][0] > _TOUCH:
            merged += _strung(track)
            track = []
        track.append(ruling)
    return merged + _strung(track)


def _strung(track: list[_Ruling]) -> list[_Ruling]:
    strung: list[_Ruling] = []
    for _, start, end in sorted(track, key=lambda ruling: ruling[1]):
        if strung and start <= strung[-1][2] + _TOUCH:
            strung[-1] = (track[0][0], strung[-1][1], max(strung[-1][2], end))
        else:
            strung.append((track[0][0], start, end))
    return strung
