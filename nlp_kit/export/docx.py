"""Blocks as a Word document laid out to GB/T 9704-2012: page, grid, fonts, heading levels, page numbers, signature.

The secretary's copy carries Word comments that name the sources of each sentence.
"""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from nlp_kit.export.blocks import Block, Kind, Piece
from nlp_kit.records import DraftSentence, Source, Span

LATIN_FONT, PAGE_FONT, BODY_FONT = "Times New Roman", "宋体", "仿宋"
TITLE_FONT = "方正小标宋简体"
FONTS: Mapping[Kind, str] = {
    "title": TITLE_FONT,
    "addressee": BODY_FONT,
    "heading1": "黑体",
    "heading2": "楷体",
    "body": BODY_FONT,
    "signature": BODY_FONT,
    "date": BODY_FONT,
}
# What Word and WPS take where a font is not installed (w:altName); a missing font only changes the looks.
FALLBACKS = {
    TITLE_FONT: "华文中宋",
    BODY_FONT: "FangSong",
    "黑体": "SimHei",
    "楷体": "KaiTi",
    PAGE_FONT: "SimSun",
}
BODY_SIZE, TITLE_SIZE, PAGE_SIZE = Pt(16), Pt(22), Pt(14)
LINE_PITCH = Pt(28.95)
_GRID_LINE_PITCH = "579"
# 28 characters must fit 156 mm, so each gives up a quarter point (unit: twentieths of a point). A character grid
# would say the same, but LibreOffice gives two cells to a character that is wider than one.
_CHARACTER_SPACING = "-5"
# A fixed date: the file must not tell when and by whom it was made, and the same draft must give the same bytes.
_DATE = datetime(2000, 1, 1)
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
_COMMENT_AUTHOR = "nlpkit"
_MAX_QUOTED = 12
# Characters of a title that fit a line.
_TITLE_CHARACTERS = 20

Sources = Mapping[Span, Source]


def blocks_docx(blocks: Sequence[Block], members: int, sources: Sources | None = None) -> bytes:
    """Return the bytes of a .docx file; the same blocks give the same bytes.

    Args:
        blocks: The document.
        members: Members whose texts were read, for the comments.
        sources: What stands at each span; with it, every sentence gets a comment that names its sources.
    """
    document = docx.Document()
    _set_page(document)
    _clear_properties(document)
    _set_fallbacks(document)
    for block in blocks:
        paragraph = document.add_paragraph()
        runs = [_add_run(paragraph, block.kind, piece) for piece in block.pieces]
        _set_line(paragraph)
        _place(paragraph, block.kind)
        if sources is not None:
            for run, piece in zip(runs, block.pieces, strict=True):
                if piece.sentence:
                    _comment(document, run, piece.sentence, members, sources)
        if block.kind == "title":
            _set_line(document.add_paragraph())
    buffer = BytesIO()
    document.save(buffer)
    return _with_fixed_dates(buffer.getvalue())


def _add_run(paragraph: Paragraph, kind: Kind, piece: Piece) -> Run:
    run = paragraph.add_run(_in_lines(piece.text) if kind == "title" else piece.text)
    _set_font(run, FONTS[kind], TITLE_SIZE if kind == "title" else BODY_SIZE)
    if kind != "title":
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), _CHARACTER_SPACING)
        properties: Any = run._r.get_or_add_rPr()
        properties.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")
    return run


def _in_lines(title: str) -> str:
    """Break a title that is longer than a line behind the name of the unit, so that no word is cut apart."""
    return title.replace("关于", "\n关于", 1) if len(title) > _TITLE_CHARACTERS else title


def _place(paragraph: Paragraph, kind: Kind) -> None:
    """Align and indent: the title in the middle, text from the third character on, signature and date at the right."""
    if kind == "title":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif kind in ("signature", "date"):
        # Without a seal: the name ends two characters from the edge; the date begins a line below, two characters after
        # the name's first. Both lengths are the placeholders', 7 and 6.
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.space_before = LINE_PITCH if kind == "signature" else Pt(0)
        _indent(paragraph, right=2 if kind == "signature" else 1)
    elif kind == "addressee":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    else:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        _indent(paragraph, first=2)
        paragraph.paragraph_format.keep_with_next = kind in ("heading1", "heading2") or None


def _comment(document: Any, run: Run, sentence: DraftSentence, members: int, sources: Sources) -> None:  # noqa: ANN401
    """Attach who said it, how many they are, and where; at most a dozen statements, those quoted first."""
    quoted = set(sentence.quoted)
    spans = [*sentence.quoted, *(span for span in sentence.evidence if span not in quoted)]
    lines = [f"{members} 名成员中 {sentence.members} 名查摆，出处 {len(sentence.evidence)} 条："]
    for span in spans[:_MAX_QUOTED]:
        one = sources[span]
        mark = "写入" if span in quoted else "并入"
        lines.append(f"{one.member}（{one.document}，第 {span.start}—{span.end} 字，{mark}）：{one.text}")
    if len(spans) > _MAX_QUOTED:
        lines.append(f"另有 {len(spans) - _MAX_QUOTED} 条，见依据文件。")
    comment = document.add_comment(run, "\n".join(lines), author=_COMMENT_AUTHOR, initials="n")
    comment._comment_elm.set(qn("w:date"), _DATE.isoformat() + "Z")


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


def _set_fallbacks(document: "docx.document.Document") -> None:
    """Name in the font table what stands in for each font."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    entries = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{other}"/></w:font>' for font, other in FALLBACKS.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", f"{entries}</w:fonts>".encode())


def _set_line(paragraph: Paragraph) -> None:
    spacing = paragraph.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    spacing.line_spacing = LINE_PITCH


def _indent(paragraph: Paragraph, *, first: int = 0, right: int = 0) -> None:
    """Indent by characters, which Word and WPS follow, with the length beside it for programs that do not."""
    indent = OxmlElement("w:ind")
    for name, characters in (("firstLine", first), ("right", right)):
        if characters:
            indent.set(qn(f"w:{name}Chars"), str(100 * characters))
            indent.set(qn(f"w:{name}"), str(320 * characters))
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(indent, "w:jc", "w:rPr", "w:sectPr")


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
