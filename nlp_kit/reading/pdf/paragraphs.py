"""Paragraphs from printed lines, told by geometry: where a line ends, where the next one begins."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from nlp_kit.reading.base import Row
from nlp_kit.reading.pdf.lines import NUMBERS, Line, joined
from nlp_kit.reading.pdf.tables import ENDS, Table, continued, same_table

# A page covered by a picture with fewer characters than this is a scan with the stamp of the scanning program.
_MAX_STAMP = 40
_COVERED = 0.5

# Pictures below this share of the page are logos and signatures.
MIN_PICTURE = 0.05

# A text whose longest line takes less than this share of the room between equal margins has no full line.
_MIN_COLUMN = 0.8

# In characters' widths: lines that begin this near to each other are flush.
_FLUSH = 0.6

# In characters' widths: a first line is indented by two; a typed or styled indent may differ.
_FIRST_LINE = 2
_INDENT = (1.2, 4.5)

# In line pitches: from here on a gap separates paragraphs, or holds a blank line.
_PARAGRAPH_GAP = 1.45
_BLANK_LINE_GAP = 1.6
_MARK = re.compile(rf"[{NUMBERS}]{{1,3}}、|[（(][{NUMBERS}\d]{{1,3}}[）)]|\d{{1,2}}[.、．](?!\d)|[•●■◆①-⑳]")


@dataclass(frozen=True, slots=True)
class Page:
    """A page: ``pictures`` is the share of it that pictures take, ``unread`` that it has drawn or garbled text only."""

    width: float
    height: float
    lines: list[Line]
    tables: list[Table]
    hidden: list[str]
    pictures: float
    unread: bool

    @property
    def is_scan(self) -> bool:
        """Whether its text, apart from headers and footers, is only to be had by recognition."""
        length = sum(len(line.text) for line in self.lines)
        length += sum(len(cell) for table in self.tables for row in table.rows for cell in row)
        covered = self.pictures > _COVERED and length < _MAX_STAMP
        return self.unread or covered or (self.pictures > MIN_PICTURE and not length)


@dataclass(frozen=True, slots=True)
class _Column:
    """What is usual for the lines of the text."""

    left: float
    right: float
    em: float
    pitch: float
    indented: bool

    def is_centred(self, line: Line) -> bool:
        """Whether a line stands in the middle, and not just as far from the right as paragraphs begin from the left."""
        if self.indented and abs((line.x0 - self.left) / self.em - _FIRST_LINE) < _FLUSH:
            return False
        return abs(line.x0 + line.x1 - self.left - self.right) < 0.5 * line.em


# The text column of a page's lines and of its halved lines.
Columns = dict[tuple[int, bool], _Column]


def columns_of(pages: list[Page]) -> Columns:
    """Return the text columns of the pages; lines of one kind on pages of one width have one."""
    groups: dict[tuple[float, bool], list[Line]] = {}
    for page in pages:
        for line in page.lines:
            groups.setdefault((round(page.width), line.halved), []).append(line)
    columns: Columns = {}
    for (width, halved), lines in groups.items():
        margins = min(line.x0 for line in lines) + max(line.edge for line in lines) if halved else width
        column = _column(lines, margins)
        columns |= {(line.page, halved): column for line in lines}
    return columns


def _column(lines: list[Line], width: float) -> _Column:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.em * 2) / 2] += len(line.text)
    em = max(sizes, key=lambda size: sizes[size])
    body = [line for line in lines if abs(line.em - em) < 0.1 * em] or lines
    starts = sorted(line.x0 for line in body)
    left = next((a for a, b in pairwise(starts) if b - a < 0.3 * em), starts[0])
    right = max(line.edge for line in body)
    few = sum(line.edge > right - em / 2 for line in body) < max(2, len(body) // 10)
    if few or right - left < _MIN_COLUMN * (width - 2 * left):
        right = max(right, width - left)  # no line may be full; the margins are alike
    gaps = sorted(a.y - b.y for a, b in pairwise(body) if a.page == b.page and 0 < a.y - b.y < 3 * em)
    pitch = gaps[len(gaps) // 4] if gaps else 2 * em
    return _Column(left, right, em, pitch, _is_indented(body, left, right, em))


def _is_indented(lines: list[Line], left: float, right: float, em: float) -> bool:
    """Whether somewhere an indented full line is followed by one that is not indented."""
    return any(
        _INDENT[0] < (a.x0 - left) / em < _INDENT[1] and b.x0 - left < _FLUSH * em and a.x1 + b.need > right
        for a, b in pairwise(lines)
    )


def blocks_of(pages: list[Page], columns: Columns) -> list[list[Line] | Table]:
    """Return paragraphs, as lists of lines, and tables in reading order, also over page breaks."""
    blocks: list[list[Line] | Table] = []
    for page in pages:
        parts: list[Line | Table] = [*page.lines, *page.tables]
        for part in sorted(parts, key=lambda one: -one.y) if page.tables else parts:
            last = blocks[-1] if blocks else None
            if isinstance(part, Table):
                if isinstance(last, Table) and same_table(last, part):
                    blocks[-1] = replace(part, rows=continued(last.rows, part.rows))
                else:
                    blocks.append(part)
            elif isinstance(last, list) and _continues(last, part, columns[part.page, part.halved]):
                last.append(part)
            else:
                blocks.append([part])
    return blocks


def _continues(paragraph: list[Line], line: Line, column: _Column) -> bool:
    """Whether a line goes on with a paragraph: the line before had no room for it, and it begins where it should."""
    first, last = paragraph[0], paragraph[-1]
    if abs(line.em - last.em) > 0.1 * last.em or _gap(last, line, column) > _PARAGRAPH_GAP:
        return False
    centred = column.is_centred(last)
    room = column.right - column.left - last.width if centred else column.right - last.x1
    if room >= line.need or (_MARK.match(line.text) and last.text.rstrip()[-1] in ENDS):
        return False
    offset = (line.x0 - last.x0) / last.em
    if centred and column.is_centred(line) and offset > 2 * _FLUSH:
        return True  # a title of two lines
    if last is not first:
        return abs(offset) < _FLUSH
    if offset > _FLUSH:
        return _MARK.match(first.text) is not None  # a list item with its number hanging out
    if column.indented and line.x0 - column.left > _FLUSH * last.em:
        return offset < -_FLUSH
    return True


def _gap(last: Line, line: Line, column: _Column) -> float:
    """Return how far a line stands below another one, in line pitches for its size; no more than 0 after a break."""
    return (last.y - line.y) / (column.pitch * max(1, last.em / column.em)) if last.page == line.page else 0


def compose(blocks: list[list[Line] | Table], columns: Columns) -> tuple[str, list[Row]]:
    """Return the text and the places of the table cells in it."""
    lines: list[str] = []
    tabled: list[tuple[int, list[str]]] = []
    for last, block in zip([None, *blocks], blocks, strict=False):
        if isinstance(block, Table):
            for cells in block.rows:
                tabled.append((len(lines), cells))
                lines.append("\t".join(cells).rstrip("\t"))
            continue
        if (
            isinstance(last, list)
            and _gap(last[-1], block[0], columns[block[0].page, block[0].halved]) > _BLANK_LINE_GAP
        ):
            lines.append("")
        lines.append(joined([line.text for line in block]).strip())
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    return "\n".join(lines), [_spans(cells, starts[index], len(lines[index])) for index, cells in tabled]


def _spans(cells: list[str], start: int, length: int) -> Row:
    """Return where the cells of a line are; empty ones at the end have no place of their own."""
    ends = accumulate((len(cell) + 1 for cell in cells), initial=0)
    return tuple(
        (start + min(at, length), start + min(at + len(cell), length)) for at, cell in zip(ends, cells, strict=False)
    )
