"""Document → parts and statements with offsets.

Two ways in: ``split`` for a member's text, ``split_lines`` for a list with one statement a line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlp_kit.layout import Block, match_marker, read_blocks
from nlp_kit.parts import category_hint, column_kind, part_of_heading, part_of_opener
from nlp_kit.records import Document, Statement
from nlp_kit.sentences import find_focus, split_sentences

# A run-in title is a short phrase before a colon or full stop, without a verdict in it.
_RUN_IN = re.compile(
    r"[（(【\[]([^，,。；;：:（）()]{2,10})[）)】\]]()\s*"
    r"|([^，,。；;：:！？!?“”]{2,20})([：:。])\s*"
)
_VERDICT = re.compile("[不没未无缺欠少弱差浅虚软散松懒慢拖难怕躲怠淡]")
_PART_OF_COLUMN = {
    "problem": "problem",
    "detail": "problem",
    "cause": "cause",
    "measure": "measure",
    "topic": "heading",
}
# A heading outweighs these openings of a sentence below it.
_NEVER_OPENED_IN = {
    "problem": ("achievement",),
    "cause": ("problem", "achievement"),
    "measure": ("problem", "achievement", "cause"),
    "rectification": ("problem", "achievement", "measure"),
    "case": ("problem", "rectification"),
    "criticism": ("problem", "achievement"),
}
MAX_CELL_LABEL = 14
MAX_HEADER_CELL = 16
MAX_PREAMBLE = 0.35


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    text: str
    part: str | None
    hint: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a statement stands: the headings above it and what they say."""

    heading: tuple[str, ...]
    part: str
    hint: str | None


def split(document: Document) -> list[Statement]:
    """Return the statements of a member's text, in order, without overlaps.

    Every character that is neither white space, a list number nor punctuation between items lies in a statement.
    """
    return list(_Splitter(document).statements())


def split_lines(document: Document) -> list[Statement]:
    """Return one statement for every line of the document, also for blank ones, never split or trimmed.

    A line break at the very end of the text opens no further line.
    """
    lines = document.text.split("\n")
    if lines[-1] == "":
        lines.pop()
    statements = []
    start = 0
    for line in lines:
        end = start + len(line)
        # The number of a list item says nothing about it.
        content = match_marker(document.text, start, end)[1]
        focus = find_focus(document.text, content, end)
        statements.append(Statement(document.path, start, end, line, part="lines", focus=focus))
        start = end + 1
    return statements


class _Splitter:
    """Walks the blocks of one document and keeps the headings that are in force."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text = document.text
        self._blocks = read_blocks(document)
        self._stack: list[_Heading] = []
        first = next((block.start for block in self._blocks if block.kind == "heading"), 0)
        # A long text before the first heading is no preamble: the writer only began to set headings late.
        self._in_preamble = 0 < first <= MAX_PREAMBLE * len(self._text)
        self._names_problems = any(
            block.kind == "heading" and part_of_heading(self._text[block.content : block.end]) == "problem"
            for block in self._blocks
        )
        self._is_list = any(
            block.kind == "title" and "清单" in self._text[block.start : block.end] for block in self._blocks
        )
        self._columns: list[str | None] = []

    def statements(self) -> Iterator[Statement]:
        for block in self._blocks:
            # A heading may stand between the rows of one table.
            if block.kind not in ("row", "heading"):
                self._columns = []
            if block.kind == "heading":
                self._push(block)
                yield self._statement(block.content, block.end, self._place(), part="heading")
            elif block.kind == "title":
                yield self._statement(block.start, block.end, _Place((), "heading", None))
            elif block.kind == "closing":
                yield self._statement(block.start, block.end, _Place((), "other", None))
            elif block.kind == "row":
                yield from self._row(block)
            else:
                yield from self._paragraph(block)

    def _push(self, block: Block) -> None:
        self._in_preamble = False
        while self._stack and self._stack[-1].level >= block.level:
            self._stack.pop()
        words = self._text[block.content : block.end]
        above = self._place().part
        self._stack.append(
            _Heading(
                block.level, self._text[block.start : block.end], part_of_heading(words, above), category_hint(words)
            )
        )

    def _place(self) -> _Place:
        part = next((heading.part for heading in reversed(self._stack) if heading.part), None)
        hint = next((heading.hint for heading in reversed(self._stack) if heading.hint), None)
        if part is None and hint is not None and not self._names_problems:
            part = "problem"
        if part is None:
            part = "preamble" if self._in_preamble else "problem" if self._is_list else "body"
        return _Place(tuple(heading.text for heading in self._stack), part, hint)

    def _paragraph(self, block: Block) -> Iterator[Statement]:
        start, place = block.content, self._place()
        run_in = self._run_in(start, block.end, numbered=block.level >= 0)
        if run_in is not None:
            place = self._enter_run_in(block, run_in.end(1) if run_in.group(1) else run_in.end(3))
            yield self._statement(start, run_in.end(), place, part="heading")
            start = run_in.end()
            while start < block.end and self._text[start].isspace():
                start += 1
            if start == block.end:
                return
        yield from self._pieces(start, block.end, place, marked=block.level >= 0)

    def _enter_run_in(self, block: Block, end: int) -> _Place:
        """Put a run-in title in force: a numbered one ("1.理论学习。") like a heading, others for their paragraph."""
        if block.level >= 0:
            self._push(Block(block.start, end, "heading", block.level, block.content))
            return self._place()
        place, title = self._place(), self._text[block.content : end]
        part = part_of_heading(title, place.part) or part_of_opener(title + "：") or place.part
        return _Place((*place.heading, title), part, category_hint(title) or place.hint)

    def _run_in(self, start: int, end: int, *, numbered: bool) -> re.Match[str] | None:
        found = _RUN_IN.match(self._text, start, end)
        if found is None or (found.end() >= end and not numbered):
            return None
        title, mark = (found.group(1) or found.group(3)), (found.group(2) or found.group(4))
        announces = part_of_heading(title) is not None or part_of_opener(title + "：") is not None
        if mark == "。":
            named = announces or category_hint(title) is not None
            return found if numbered and named and not _VERDICT.search(title) else None
        return found if announces or (category_hint(title) and not _VERDICT.search(title)) else None

    def _pieces(self, start: int, end: int, place: _Place, *, marked: bool) -> Iterator[Statement]:
        for piece in split_sentences(self._text, start, end, marked=marked):
            opened = part_of_opener(self._text[piece.start : piece.end])
            if opened and opened != place.part and opened not in _NEVER_OPENED_IN.get(place.part, ()):
                place = _Place(place.heading, opened, place.hint)
            yield self._statement(piece.start, piece.end, place)

    def _row(self, block: Block) -> Iterator[Statement]:
        cells = _cells(self._text, block)
        kinds = [column_kind(self._text[start:end]) for start, end in cells]
        if not self._is_header(cells, kinds):
            yield from self._cells_of_row(cells)
            return
        self._columns = kinds
        for start, end in cells:
            if start < end:
                yield self._statement(start, end, _Place(self._place().heading, "heading", None))

    def _is_header(self, cells: list[tuple[int, int]], kinds: list[str | None]) -> bool:
        filled = sum(start < end for start, end in cells)
        short = all(end - start <= MAX_HEADER_CELL for start, end in cells)
        return short and sum(kind is not None for kind in kinds) >= max(2, filled - 1)

    def _cells_of_row(self, cells: list[tuple[int, int]]) -> Iterator[Statement]:
        place = self._place()
        labels = place.heading
        hint = place.hint
        for index, (start, end) in enumerate(cells):
            kind = self._columns[index] if index < len(self._columns) else None
            if start == end or kind == "number":
                continue
            words = self._text[start:end]
            part = _PART_OF_COLUMN.get(kind or "", "other" if kind else place.part)
            is_label = kind == "problem" and "detail" in self._columns and len(words) <= MAX_CELL_LABEL
            if part == "heading" or (is_label and not words.endswith("。")):
                labels, hint = (*labels, words), category_hint(words) or hint
                yield self._statement(start, end, _Place(labels, "heading", hint))
            elif part == "other":
                yield self._statement(start, end, _Place(labels, "other", None))
            else:
                yield from self._pieces(start, end, _Place(labels, part, hint), marked=True)

    def _statement(self, start: int, end: int, place: _Place, part: str | None = None) -> Statement:
        return Statement(
            document=self._document.path,
            start=start,
            end=end,
            text=self._text[start:end],
            heading=place.heading,
            part=part or place.part,
            hint=place.hint,
            focus=find_focus(self._text, start, end),
        )


def _cells(text: str, block: Block) -> list[tuple[int, int]]:
    """Return the trimmed spans of a row's cells (tabs, or bars in Markdown); an empty cell has start == end."""
    if block.cells:
        return list(block.cells)
    border = "\t" if "\t" in text[block.start : block.end] else "|"
    left, right = block.start, block.end
    if border == "|":
        left, right = left + 1, right - (text[right - 1] == "|")
    spans = []
    position = left
    for cell in text[left:right].split(border):
        stripped = cell.strip()
        start = position + (cell.index(stripped) if stripped else 0)
        spans.append((start, start + len(stripped)))
        position += len(cell) + 1
    return spans
