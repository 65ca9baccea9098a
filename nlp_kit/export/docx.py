"""The draft as a Word document laid out to GB/T 9704-2012 (sizes, margins, grid, indents, page number)."""

import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from nlp_kit.records import Draft

BODY_FONT, TITLE_FONT, LATIN_FONT, PAGE_FONT = "仿宋", "方正小标宋简体", "Times New Roman", "宋体"
BODY_SIZE, TITLE_SIZE, PAGE_SIZE = Pt(16), Pt(22), Pt(14)
LINE_PITCH = Pt(28.95)
_GRID_LINE_PITCH = "579"
# 28 characters must fit 156 mm, so each gives up a quarter point (unit: twentieths of a point). A character grid
# would say the same, but LibreOffice gives two cells to a character that is wider than one.
_CHARACTER_SPACING = "-5"
# A fixed date: the file must not tell when and by whom it was made, and the same draft must give the same bytes.
_DATE = datetime(2000, 1, 1)
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)


def draft_docx(draft: Draft) -> bytes:
    """Return the draft as the bytes of a .docx file; the same draft gives the same bytes."""
    document = docx.Document()
    _set_page(document)
    _clear_properties(document)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _set_font(title.add_run(draft.title), TITLE_FONT, TITLE_SIZE)
    _set_line(title)
    _set_line(document.add_paragraph())
    for section in draft.sections:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        _set_body_font(paragraph.add_run(section.text))
        _set_line(paragraph)
        _indent_two_characters(paragraph)
    buffer = BytesIO()
    document.save(buffer)
    return _with_fixed_dates(buffer.getvalue())


def _set_page(document: "docx.document.Document") -> None:
    page = document.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(37), Mm(35)
    page.left_margin, page.right_margin = Mm(28), Mm(26)
    # The page number stands 7 mm below the text area.
    page.footer_distance = Mm(35 - 7 - 5)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), _GRID_LINE_PITCH)
    for old in page._sectPr.findall(qn("w:docGrid")):
        page._sectPr.remove(old)
    page._sectPr.append(grid)
    document.settings.odd_and_even_pages_header_footer = True
    _add_page_number(page.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT, "w:right")
    _add_page_number(page.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT, "w:left")


def _add_page_number(paragraph: Paragraph, alignment: WD_ALIGN_PARAGRAPH, side: str) -> None:
    paragraph.alignment = alignment
    indent = OxmlElement("w:ind")
    indent.set(qn(f"{side}Chars"), "100")
    indent.set(qn(side), "280")
    paragraph._p.get_or_add_pPr().append(indent)
    _set_font(paragraph.add_run("— "), PAGE_FONT, PAGE_SIZE)
    field = paragraph.add_run()
    _set_font(field, PAGE_FONT, PAGE_SIZE)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        field._r.append(element)
    _set_font(paragraph.add_run(" —"), PAGE_FONT, PAGE_SIZE)


def _set_font(run: Run, font: str, size: Pt) -> None:
    run.font.name = LATIN_FONT
    run.font.size = size
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    # Curly quotes are shared by both scripts; the hint makes them as wide as Chinese characters.
    fonts.set(qn("w:hint"), "eastAsia")


def _set_body_font(run: Run) -> None:
    _set_font(run, BODY_FONT, BODY_SIZE)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), _CHARACTER_SPACING)
    properties: Any = run._r.get_or_add_rPr()
    properties.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")


def _set_line(paragraph: Paragraph) -> None:
    spacing = paragraph.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    spacing.line_spacing = LINE_PITCH


def _indent_two_characters(paragraph: Paragraph) -> None:
    indent = OxmlElement("w:ind")
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), "640")
    paragraph._p.get_or_add_pPr().append(indent)


def _clear_properties(document: "docx.document.Document") -> None:
    properties = document.core_properties
    for name in ("author", "last_modified_by", "title", "comments", "subject", "keywords", "category"):
        setattr(properties, name, "")
    properties.created = properties.modified = _DATE
    properties.revision = 1


def _with_fixed_dates(data: bytes) -> bytes:
    """Write the zip container anew, without the clock time that it carries for every part."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return buffer.getvalue()
