"""Word documents (.docx): paragraphs, tables, text boxes and automatic numbers as one text with offsets."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml import etree

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.numbering import Numbering
from nlp_kit.records import Paragraph

# The parts that are read must not unfold to more than this; a member's text has a few hundred KB.
MAX_XML_BYTES = 100 * 1024 * 1024

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_TEXT_BOX = f"{{{_W}}}txbxContent"
_BROKEN = "打不开，文件不完整或已损坏，请用 Word 或 WPS 打开后重新另存为 .docx"


def read_docx(data: bytes) -> tuple[str, tuple[Paragraph, ...]]:
    """Return the text of a .docx and the levels of its headings and list items.

    Lines are separated by line feeds, the cells of a table row by tabs. A paragraph's automatic number stands before
    its text. Deleted text, headers, footers and fall-back copies of text boxes are left out.

    Raises:
        UnreadableError: The file is damaged or unfolds to an absurd size.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist() if info.filename.endswith(".xml")) > MAX_XML_BYTES:
                raise UnreadableError("内容大得不正常，请检查文件，或把文字复制到新的 .docx")
        document = docx.Document(BytesIO(data))
        return _Extractor(document).extract()
    except (zipfile.BadZipFile, PackageNotFoundError, etree.XMLSyntaxError, KeyError, ValueError, EOFError) as error:
        raise UnreadableError(_BROKEN) from error


class _Extractor:
    """Walks the body once and collects lines."""

    def __init__(self, document: "docx.document.Document") -> None:
        self._body = document.element.body
        try:
            root: etree._Element | None = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            root = None
        self._numbering = Numbering(root)
        self._styles = {style.style_id: style.element for style in document.styles}
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
            if element.tag == qn("w:p"):
                self._add_paragraph(element)
            else:
                self._add_table(element)

    def _add_paragraph(self, element: etree._Element) -> None:
        text = self._numbered_text(element)
        level, heading = self._outline(element)
        for index, line in enumerate(text.split("\n")):
            if level is not None and index == 0 and line.strip():
                self._levels.append((len(self._lines), level, heading))
            self._lines.append(line)
        for box in _text_boxes(element):
            self._walk(box)

    def _add_table(self, table: etree._Element) -> None:
        for row in table.iter(qn("w:tr")):
            if next(row.iterancestors(qn("w:tbl"))) is not table:
                continue
            cells = [self._cell_text(cell) for cell in _cells(row)]
            self._lines.append("\t".join(cells).rstrip("\t"))

    def _cell_text(self, cell: etree._Element) -> str:
        merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
        if merge is not None and merge.get(qn("w:val"), "continue") == "continue":
            return ""
        parts = [self._numbered_text(paragraph) for paragraph in cell.iter(qn("w:p"))]
        return " ".join(" ".join(part.split()) for part in parts if part.strip())

    def _numbered_text(self, paragraph: etree._Element) -> str:
        text = _paragraph_text(paragraph)
        number, level = self._list_place(paragraph)
        # Word counts an empty numbered paragraph too, so the counter moves on in any case.
        mark = self._numbering.next_number(number, level) if number else ""
        if not mark or not text.strip():
            return text
        gap = "" if mark[-1] in "、.．）)，,：:" else " "
        return mark + gap + text.lstrip()

    def _list_place(self, paragraph: etree._Element) -> tuple[str, int]:
        number = level = None
        for properties in self._property_chain(paragraph):
            found = properties.find(qn("w:numPr"))
            if found is None:
                continue
            if number is None and (value := found.find(qn("w:numId"))) is not None:
                number = value.get(qn("w:val"))
            if level is None and (value := found.find(qn("w:ilvl"))) is not None:
                level = int(value.get(qn("w:val"), "0"))
        return ("" if number in (None, "0") else str(number)), level or 0

    def _outline(self, paragraph: etree._Element) -> tuple[int | None, bool]:
        for properties in self._property_chain(paragraph):
            outline = properties.find(qn("w:outlineLvl"))
            if outline is not None and int(outline.get(qn("w:val"), "9")) < 9:
                return int(outline.get(qn("w:val"), "9")), True
        number, level = self._list_place(paragraph)
        return (level, False) if number else (None, False)

    def _property_chain(self, paragraph: etree._Element) -> Iterator[etree._Element]:
        """Yield the paragraph's own properties, then its style's and that style's ancestors'."""
        own = paragraph.find(qn("w:pPr"))
        style_id: str | None = None
        if own is not None:
            yield own
            style = own.find(qn("w:pStyle"))
            style_id = None if style is None else style.get(qn("w:val"))
        seen: set[str] = set()
        while style_id and style_id not in seen and style_id in self._styles:
            seen.add(style_id)
            style_element = self._styles[style_id]
            properties = style_element.find(qn("w:pPr"))
            if properties is not None:
                yield properties
            parent = style_element.find(qn("w:basedOn"))
            style_id = None if parent is None else parent.get(qn("w:val"))


def _blocks(container: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs and tables of a container in order, also those inside content controls."""
    for child in container:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:smartTag"), qn("w:customXml")):
            yield from _blocks(child)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for cell in row.iter(qn("w:tc")):
        if next(cell.iterancestors(qn("w:tr"))) is row:
            yield cell


def _text_boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield the outermost text boxes; mc:Fallback repeats what mc:Choice holds."""
    for box in paragraph.iter(_TEXT_BOX):
        ancestors = {ancestor.tag for ancestor in box.iterancestors()}
        if f"{{{_MC}}}Fallback" not in ancestors and _TEXT_BOX not in ancestors:
            yield box


def _paragraph_text(paragraph: etree._Element) -> str:
    return "".join(_run_text(paragraph))


def _run_text(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag == qn("w:tab"):
            # Inside a cell a tab would read as a cell border; a blank says the same.
            yield " "
        elif child.tag in (qn("w:br"), qn("w:cr")):
            yield "\n"
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        elif child.tag not in (
            qn("w:pPr"),
            qn("w:rPr"),
            qn("w:del"),
            qn("w:moveFrom"),
            _TEXT_BOX,
            f"{{{_MC}}}Fallback",
        ):
            yield from _run_text(child)
