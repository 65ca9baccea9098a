"""Tables as text: what of a grid of cells becomes a row and what a plain line (workbooks, HTML)."""

from bisect import bisect_right
from collections.abc import Iterable

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import MAX_LABEL, Limits, Reading, Row
from nlp_kit.records import Paragraph

# Row → column → text; rows and columns without text are absent.
Cells = dict[int, dict[int, str]]
# First row, last row, column.
Merge = tuple[int, int, int]


class TableText:
    """Builds a text line by line and keeps where its rows and levels lie.

    Args:
        limits: Adding a line or row beyond them raises UnreadableError.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lines: list[str] = []
        self._length = 0
        self._rows: list[Row] = []
        self._paragraphs: list[Paragraph] = []

    def add_line(self, line: str, level: int | None = None, *, heading: bool = False) -> None:
        """Add a line that is no row; a heading or list item has a level."""
        if level is not None:
            self._paragraphs.append(Paragraph(self._length, self._length + len(line), level, heading))
        self._lines.append(line)
        self._length += len(line) + 1
        refuse_characters(self._length, self._limits)

    def add_table(self, cells: Cells, merges: Iterable[Merge]) -> None:
        """Add a table: a row with one filled cell becomes plain lines, empty rows and columns are left out.

        Line breaks in a cell become blanks in a row and stay in a plain line.
        """
        covered = _fill_down(cells, merges)
        columns = sorted({column for row in cells.values() for column in row})
        for index in sorted(cells):
            row = covered.get(index, {}) | cells[index]
            if len(row) == 1:
                for line in next(iter(row.values())).split("\n"):
                    self.add_line(line)
            else:
                self._add_row([row.get(column, "").replace("\n", " ") for column in columns])

    def reading(self, hidden: Iterable[str] = ()) -> Reading:
        """Return what has been added so far; lines of ``hidden`` without words are dropped."""
        lines = tuple(line for line in hidden if line.strip())
        return Reading("\n".join(self._lines), tuple(self._paragraphs), tuple(self._rows), hidden=lines)

    def _add_row(self, values: list[str]) -> None:
        while not values[-1]:
            values.pop()
        spans, start = [], self._length
        for value in values:
            spans.append((start, start + len(value)))
            start += len(value) + 1
        self._rows.append(tuple(spans))
        refuse_rows(len(self._rows), self._limits)
        self.add_line("\t".join(values))


def _fill_down(cells: Cells, merges: Iterable[Merge]) -> Cells:
    """Return what merged cells put into the rows below their first: a label again, of longer content nothing."""
    rows = sorted(cells)
    covered: Cells = {}
    free: dict[int, int] = {}
    for top, bottom, column in sorted(merges):
        value = cells.get(top, {}).get(column, "")
        # Merges that overlap are damage, and without this check they would cost rows times merges.
        if not value or top < free.get(column, 0):
            continue
        free[column] = bottom + 1
        for place in range(bisect_right(rows, top), bisect_right(rows, bottom)):
            covered.setdefault(rows[place], {})[column] = value if len(value) <= MAX_LABEL else ""
    return covered


def refuse_rows(count: int, limits: Limits) -> None:
    """Stop at a table that is no list of problems.

    Raises:
        UnreadableError: It has more rows than the limit.
    """
    if count > limits.rows:
        raise UnreadableError(f"表格超过 {limits.rows} 行的上限，请检查是不是放错了文件")


def refuse_characters(count: int, limits: Limits) -> None:
    """Stop before a text is built that would be refused for its length.

    Raises:
        UnreadableError: It has more characters than the limit.
    """
    if count > limits.characters:
        raise UnreadableError(f"超过 {limits.characters / 10000:.0f} 万字的上限，请检查是不是放错了文件")
