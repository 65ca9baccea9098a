"""Word documents (.docx): paragraphs, tables, text boxes and automatic numbers as one text with offsets.

Only the three parts that hold text and numbering are opened, straight from the container: pictures are never
unpacked, and a missing picture or a dangling link does not matter.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.numbering import Numbering
from nlp_kit.reading.ooxml import MC, W, integer, value
from nlp_kit.records import Paragraph

# A part must not unfold to more than this; a member's text has a few hundred KB.
MAX_XML_BYTES = 50 * 1024 * 1024

_TEXT_BOX = f"{W}txbxContent"
_WATERMARK = "{urn:schemas-microsoft-com:vml}textpath"
# Containers that stand around blocks without being one.
_TRANSPARENT = frozenset(
    {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}smartTag", f"{W}customXml"}
    | {f"{MC}AlternateContent", f"{MC}Choice", f"{MC}Fallback"}
)
_NO_TEXT = frozenset({f"{W}pPr", f"{W}rPr", f"{W}del", f"{W}moveFrom", f"{W}rt", _TEXT_BOX})
_BROKEN = "打不开，文件不完整或已损坏，请用 Word 或 WPS 打开后重新另存为 .docx"
_LINE_BREAKS = str.maketrans("\t\r\n", "   ")


def read_docx(data: bytes) -> tuple[str, tuple[Paragraph, ...]]:
    """Return the text of a .docx and the levels of its headings and list items.

    Lines are separated by line feeds, the cells of a table row by tabs. A paragraph's automatic number stands before
    its text. Deleted text, headers, footers and fall-back copies of text boxes are left out.

    Raises:
        UnreadableError: The file is damaged or unfolds to an absurd size.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            document = _part(archive, "word/document.xml")
            styles = _part(archive, "word/styles.xml")
            numbering = _part(archive, "word/numbering.xml")
    except (
        zipfile.BadZipFile,
        zlib.error,
        etree.XMLSyntaxError,
        RuntimeError,
        NotImplementedError,
        OSError,
        EOFError,
        ValueError,
    ) as error:
        raise UnreadableError(_BROKEN) from error
    body = None if document is None else document.find(f"{W}body")
    if body is None:
        raise UnreadableError(_BROKEN)
    return _Extractor(body, styles, Numbering(numbering)).extract()


def every_line(data: bytes) -> list[str]:
    """Return all lines of a .docx that ``read_docx`` can read, also those that it leaves out.

    Headers, footers, notes, comments, deleted text, watermarks and the properties of the file count; a secrecy mark may
    stand in any of them. Cells are lines of their own and of their row, separated by tabs.
    """
    lines: list[str] = []
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if not re.fullmatch(r"(?:word/[^/]+|docProps/[^/]+)\.xml", name):
                continue
            try:
                root = _part(archive, name, alternatives=True)
            except (etree.XMLSyntaxError, zlib.error, zipfile.BadZipFile, ValueError):
                continue  # no text of the document; read_docx has found its own parts sound
            if root is not None:
                lines += _lines_of(root)
    return lines


def _lines_of(root: etree._Element) -> Iterator[str]:
    for row in root.iter(f"{W}tr"):
        yield "\t".join("".join(_own_text(part) for part in cell.iter(f"{W}p")) for cell in row.iter(f"{W}tc"))
    for paragraph in root.iter(f"{W}p"):
        yield _own_text(paragraph)
    for watermark in root.iter(_WATERMARK):
        yield watermark.get("string", "")
    if not root.tag.startswith(W):
        yield from (part.strip() for part in root.itertext())


def _own_text(paragraph: etree._Element) -> str:
    """Return the text of a paragraph without that of the text boxes in it."""
    return "".join(
        part.text or ("\t" if part.tag == f"{W}tab" else "")
        for part in paragraph.iter(f"{W}t", f"{W}delText", f"{W}tab")
        if next(part.iterancestors(f"{W}p"), None) is paragraph
    )


def _part(archive: zipfile.ZipFile, name: str, *, alternatives: bool = False) -> etree._Element | None:
    """Return the root of one part, None when the container has no such part.

    Of alternative renderings one is left, unless all of them are asked for.
    """
    if name not in archive.namelist():
        return None
    with archive.open(name) as part:
        data = part.read(MAX_XML_BYTES + 1)
    if len(data) > MAX_XML_BYTES:
        raise UnreadableError("内容大得不正常，请检查文件，或把文字复制到新的 .docx")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(data, parser)
    if not alternatives:
        _choose_alternatives(root)
    return root


def _choose_alternatives(root: etree._Element) -> None:
    """Keep one branch of every mc:AlternateContent: the one with text, the first where several have it."""
    for alternatives in list(root.iter(f"{MC}AlternateContent")):
        branches = list(alternatives)
        kept = next((branch for branch in branches if next(branch.iter(f"{W}t"), None) is not None), None)
        for branch in branches:
            if branch is not kept and (kept is not None or branch is not branches[0]):
                alternatives.remove(branch)


class _Extractor:
    """Walks the body once and collects lines."""

    def __init__(self, body: etree._Element, styles: etree._Element | None, numbering: Numbering) -> None:
        self._body = body
        self._numbering = numbering
        found = () if styles is None else styles.iter(f"{W}style")
        self._styles = {style.get(f"{W}styleId", ""): style for style in found}
        self._lines: list[str] = []
        self._levels: list[tuple[int, int, bool]] = []

    def extract(self) -> tuple[str, tuple[Paragraph, ...]]:
        self._walk(self._body)
        starts = [0]
        for line in self._lines:
            starts.append(starts[-1] + len(line) + 1)
        paragraphs = tuple(
            Paragraph(starts[index], starts[index] + len(self._lines[index]), level, heading)
            for index, level, heading in self._levels
        )
        return "\n".join(self._lines), paragraphs

    def _walk(self, container: etree._Element) -> None:
        for element in _blocks(container):
            if element.tag == f"{W}p":
                self._add_paragraph(element)
            else:
                self._add_table(element)

    def _add_paragraph(self, element: etree._Element) -> None:
        text = self._numbered_text(element)
        level, heading = self._outline(element)
        for line in text.split("\n"):
            if level is not None and line.strip():
                self._levels.append((len(self._lines), level, heading))
                level = None
            self._lines.append(line)
        for box in _text_boxes(element):
            self._walk(box)

    def _add_table(self, table: etree._Element) -> None:
        for row in table.iter(f"{W}tr"):
            if next(row.iterancestors(f"{W}tbl")) is not table:
                continue
            cells = [self._cell_text(cell) for cell in _cells(row)]
            self._lines.append("\t".join(cells).rstrip("\t"))

    def _cell_text(self, cell: etree._Element) -> str:
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        if merge is not None and merge.get(f"{W}val", "continue") == "continue":
            return ""
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


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for cell in row.iter(f"{W}tc"):
        if next(cell.iterancestors(f"{W}tr")) is row:
            yield cell


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
        elif child.tag == f"{W}tab":
            yield " "
        elif child.tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif child.tag == f"{W}noBreakHyphen":
            yield "-"
        elif child.tag not in _NO_TEXT:
            yield from _run_text(child)
