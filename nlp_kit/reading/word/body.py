"""The body of a Word document: paragraphs, tables, text boxes, notes and automatic numbers in reading order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from nlp_kit.reading.base import MAX_LABEL, Row
from nlp_kit.reading.word.numbering import Numbering
from nlp_kit.reading.word.ooxml import BREAKS, MC, TABS, W, integer, value
from nlp_kit.records import Paragraph

_TEXT_BOX = f"{W}txbxContent"
# Containers that stand around blocks without being one.
_TRANSPARENT = frozenset(
    {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}smartTag", f"{W}customXml"}
    | {f"{MC}AlternateContent", f"{MC}Choice", f"{MC}Fallback"}
)
_NO_TEXT = frozenset({f"{W}pPr", f"{W}rPr", f"{W}del", f"{W}moveFrom", f"{W}rt", _TEXT_BOX})
_NOTE_KINDS = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_LINE_BREAKS = str.maketrans("\t\r\n", "   ")

# (kind, id) → the note's paragraphs.
Notes = Mapping[tuple[str, str], list[etree._Element]]


@dataclass(slots=True)
class _Lines:
    """Lines in the making, with what is known about some of them."""

    lines: list[str] = field(default_factory=list)
    levels: list[tuple[int, int, bool]] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)

    def finish(self) -> tuple[str, tuple[Paragraph, ...], tuple[Row, ...]]:
        """Return the text, the levels and the rows as spans of the text."""
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        paragraphs = tuple(
            Paragraph(starts[index], starts[index] + len(self.lines[index]), level, heading)
            for index, level, heading in self.levels
        )
        return "\n".join(self.lines), paragraphs, tuple(_spans(starts[index], cells) for index, cells in self.rows)


def _spans(start: int, cells: list[str]) -> Row:
    spans = []
    for cell in cells:
        spans.append((start, start + len(cell)))
        start += len(cell) + 1
    return tuple(spans)


class BodyReader:
    """Walks the body once and collects lines.

    Args:
        body: The document's ``w:body``, with one branch left of all alternatives.
        styles: Root of the styles part, None when there is none.
        numbering: Its lists.
        notes: Footnotes and endnotes.
    """

    def __init__(self, body: etree._Element, styles: etree._Element | None, numbering: Numbering, notes: Notes) -> None:
        self._body = body
        self._numbering = numbering
        self._notes = notes
        found = () if styles is None else styles.iter(f"{W}style")
        self._styles = {style.get(f"{W}styleId", ""): style for style in found}
        self._out = _Lines()
        # Text of a paragraph whose end was deleted: it goes on in the next one.
        self._unfinished = ""

    def read(self) -> tuple[str, tuple[Paragraph, ...], tuple[Row, ...]]:
        """Return the text, the levels of headings and list items, and the table rows."""
        self._walk(self._body)
        if self._unfinished:
            self._out.lines.append(self._unfinished)
        return self._out.finish()

    def _walk(self, container: etree._Element) -> None:
        for element in _blocks(container):
            if element.tag == f"{W}p":
                self._add_paragraph(element)
            else:
                self._add_table(element)

    def _add_paragraph(self, element: etree._Element) -> None:
        text = self._unfinished + self._numbered_text(element)
        self._unfinished = ""
        if element.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            self._unfinished = text
            return
        level, heading = self._outline(element)
        for line in text.split("\n"):
            if level is not None and line.strip():
                self._out.levels.append((len(self._out.lines), level, heading))
                level = None
            self._out.lines.append(line)
        for box in _text_boxes(element):
            self._walk(box)
        for note in self._notes_of(element):
            self._out.lines.append(note)

    def _notes_of(self, element: etree._Element) -> Iterator[str]:
        for reference in element.iter(*_NOTE_KINDS):
            for paragraph in self._notes.get((_NOTE_KINDS[reference.tag], reference.get(f"{W}id", "")), ()):
                text = _paragraph_text(paragraph).strip()
                if text:
                    yield text

    def _add_table(self, table: etree._Element) -> None:
        above: list[str] = []
        for row in table.iter(f"{W}tr"):
            if next(row.iterancestors(f"{W}tbl")) is not table or row.find(f"{W}trPr/{W}del") is not None:
                continue
            if any(map(_is_table_of_its_own, row.iter(f"{W}tbl"))):
                # The row only lays out what stands in its cells.
                for cell in _cells(row):
                    if not _goes_on(cell):
                        self._walk(cell)
                above = []
                continue
            cells = self._row_cells(row, above)
            while cells and not cells[-1]:
                cells.pop()
            if not cells:
                self._out.lines.append("")
                continue
            # What fills the first cell alone is a title or heads a part of the table.
            if any(cells[1:]):
                self._out.rows.append((len(self._out.lines), cells))
            self._out.lines.append("\t".join(cells))
            above = cells

    def _row_cells(self, row: etree._Element, above: list[str]) -> list[str]:
        """Return the text of each column; a label that is merged downwards stands in each of its rows."""
        cells = [""] * integer(_inner(row, "trPr", "gridBefore"), 0)
        for cell in _cells(row):
            column = len(cells)
            if _goes_on(cell):
                label = above[column] if column < len(above) else ""
                text = label if len(label) <= MAX_LABEL else ""
            else:
                text = self._cell_text(cell)
            span = min(integer(_inner(cell, "tcPr", "gridSpan"), 1), 63)
            cells += [text, *[""] * (span - 1)]
        return cells

    def _cell_text(self, cell: etree._Element) -> str:
        parts = [self._numbered_text(paragraph) for paragraph in cell.iter(f"{W}p")]
        return " ".join(" ".join(part.split()) for part in parts if part.strip())

    def _numbered_text(self, paragraph: etree._Element) -> str:
        text = _paragraph_text(paragraph)
        number, level = self._list_place(paragraph)
        # Word counts an empty numbered paragraph too, so the counter moves on in any case.
        mark = self._numbering.next_number(number, level) if number else ""
        if not mark or not text.strip():
            return text
        text = text.lstrip()
        glued = mark[-1] in "、．）)，,：:" or (mark[-1] == "." and not text[0].isdigit())
        return mark + ("" if glued else " ") + text

    def _list_place(self, paragraph: etree._Element) -> tuple[str, int]:
        number = level = None
        for properties in self._property_chain(paragraph):
            found = properties.find(f"{W}numPr")
            if found is None:
                continue
            number = number or value(found, "numId")
            level = level if level is not None else value(found, "ilvl")
        return ("" if number in (None, "0") else str(number)), integer(level, 0)

    def _outline(self, paragraph: etree._Element) -> tuple[int | None, bool]:
        for properties in self._property_chain(paragraph):
            outline = value(properties, "outlineLvl")
            if outline is not None:
                # 9 is body text and overrides the style.
                if integer(outline, 9) < 9:
                    return integer(outline, 9), True
                break
        number, level = self._list_place(paragraph)
        return (level, False) if number else (None, False)

    def _property_chain(self, paragraph: etree._Element) -> Iterator[etree._Element]:
        """Yield the paragraph's own properties, then its style's and that style's ancestors'."""
        own = paragraph.find(f"{W}pPr")
        style_id: str | None = None
        if own is not None:
            yield own
            style = own.find(f"{W}pStyle")
            style_id = None if style is None else style.get(f"{W}val")
        seen: set[str] = set()
        while style_id and style_id not in seen and style_id in self._styles:
            seen.add(style_id)
            style_element = self._styles[style_id]
            properties = style_element.find(f"{W}pPr")
            if properties is not None:
                yield properties
            parent = style_element.find(f"{W}basedOn")
            style_id = None if parent is None else parent.get(f"{W}val")


def _blocks(container: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs and tables of a container in order, also those inside content controls."""
    for child in container:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag in _TRANSPARENT:
            yield from _blocks(child)


def _inner(element: etree._Element, properties: str, name: str) -> str | None:
    found = element.find(f"{W}{properties}")
    return None if found is None else value(found, name)


def _goes_on(cell: etree._Element) -> bool:
    """Whether a cell belongs to the one above it."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for cell in row.iter(f"{W}tc"):
        if next(cell.iterancestors(f"{W}tr")) is row:
            yield cell


def _is_table_of_its_own(table: etree._Element) -> bool:
    """Whether a table in a cell has rows and columns; a single row or column is the text of that cell."""
    rows = [row for row in table.iter(f"{W}tr") if next(row.iterancestors(f"{W}tbl")) is table]
    return len(rows) > 1 and any(len(list(_cells(row))) > 1 for row in rows)


def _text_boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield the text boxes that are anchored in this paragraph itself, not in a box inside it."""
    for box in paragraph.iter(_TEXT_BOX):
        if next(box.iterancestors(f"{W}p")) is paragraph:
            yield box


def _paragraph_text(paragraph: etree._Element) -> str:
    return "".join(_run_text(paragraph))


def _run_text(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{W}t":
            # Tabs and line breaks mean cells and paragraphs in our text, so a stray one becomes a blank.
            yield (child.text or "").translate(_LINE_BREAKS)
        elif child.tag in TABS:
            yield " "
        elif child.tag in BREAKS:
            yield "\n"
        elif child.tag == f"{W}noBreakHyphen":
            yield "-"
        elif child.tag not in _NO_TEXT:
            yield from _run_text(child)
