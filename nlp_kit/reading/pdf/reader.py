"""Text PDFs: pages, headers and footers, and what is no text; the lines are put together elsewhere."""

import ctypes
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from math import radians
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits, Reading, refuse_long
from nlp_kit.reading.pdf.halves import reading_order
from nlp_kit.reading.pdf.lines import UNKNOWN, Glyph, Line, glyphs_of, lines_of, paired, placing_of
from nlp_kit.reading.pdf.paragraphs import MIN_PICTURE, Page, blocks_of, columns_of, compose
from nlp_kit.reading.pdf.tables import tables_of

if TYPE_CHECKING:
    from PIL.Image import Image


_DPI = 200
_DAMAGED = "打不开，PDF 文件不完整或已损坏，请重新导出 PDF，或交 Word 原稿"
_LOCKED = "设了打开密码，请去掉密码后另存，或交 Word 原稿"
_EMPTY = "里面没有文字，请确认材料已保存好再导出 PDF"
_SCANNED = "没有可以读的文字（是扫描的图片，或字体不带编码），请交 Word 原稿，或先用文字识别软件转成文字"
_WRONG_FILE = "请检查是不是放错了文件"
_TOO_MANY_SCANS = "请拆成几个文件，或交有文字的版本"

# Above this share of characters that the file does not explain, the text layer of a page is no text.
_MAX_GARBLED = 0.1

# A page without text but with more drawn shapes than this holds letters as outlines.
_MAX_SHAPES = 50

# Headers and footers stand in these shares of the page at its top and bottom, on this share of the pages.
_HEADER = 0.1
_FOOTER = 0.12
_MOST_PAGES = 0.4
_PAGE_NUMBER = re.compile(r"[—–－-]\s*\d{1,4}\s*[—–－-]|第\s*\d+\s*页.{0,3}(?:共\s*\d+\s*页)?|\d+\s*/\s*\d+")


class ScannedPdf(UnreadableError):  # noqa: N818 - the cause says it better
    """A page has no text of its own; only recognition of its picture can read it.

    Args:
        hidden: What was found all the same and may hold a secrecy mark.
    """

    def __init__(self, hidden: tuple[str, ...] = ()) -> None:
        super().__init__(_SCANNED)
        self.hidden = hidden


def read_pdf(data: bytes, limits: Limits) -> Reading:
    """Return the text of a PDF, one line per paragraph or table row.

    Page numbers, running headers and footers, slanted or invisible text, properties and annotations are hidden lines.

    Raises:
        ScannedPdf: A page is a picture, or its text layer is garbage.
        UnreadableError: The file is damaged, locked, empty or too long.
    """
    with _opened(data, limits.pages, _WRONG_FILE) as document:
        hidden = [value for value in document.get_metadata_dict().values() if value]
        pages = list(_read_pages(document, limits))
    hidden += _take_furniture(pages)
    hidden += [line for page in pages for line in page.hidden]
    if any(page.is_scan for page in pages):
        raise ScannedPdf((*hidden, *(line.text for page in pages for line in page.lines)))
    columns = columns_of(pages)
    text, rows = compose(blocks_of(pages, columns), columns)
    if not text.strip():
        raise UnreadableError(_EMPTY)
    if len(rows) > limits.rows:
        raise UnreadableError(f"表格有 {len(rows)} 行，超过 {limits.rows} 行的上限，{_WRONG_FILE}")
    refuse_long(text, limits)
    return Reading(text, rows=tuple(rows), notes=_notes(pages), hidden=tuple(hidden))


def render_pages(data: bytes, limits: Limits) -> Iterator["Image"]:
    """Yield the pages as pictures in RGB, 200 dots an inch or as many as the limit on megapixels allows.

    Raises:
        UnreadableError: The file is damaged, locked or has too many pages to recognise; raised at the first picture.
    """
    with _opened(data, limits.scanned_pages, _TOO_MANY_SCANS) as document:
        for page in document:
            width, height = page.get_size()
            # A little less than the limit, since sides are rounded up.
            most = (0.98 * limits.megapixels * 1_000_000 / (width * height)) ** 0.5
            bitmap = page.render(scale=min(_DPI / 72, most), rev_byteorder=True)
            yield bitmap.to_pil().convert("RGB").copy()
            bitmap.close()
            page.close()


def _notes(pages: list[Page]) -> tuple[str, ...]:
    pictured = [str(number) for number, page in enumerate(pages, 1) if page.pictures > MIN_PICTURE]
    halved = [str(number) for number, page in enumerate(pages, 1) if any(line.halved for line in page.lines)]
    notes = (pictured, "有图片，图片里的文字没有读"), (halved, "分两栏，已按先左后右的顺序读，请核对")
    return tuple(f"第 {'、'.join(numbers)} 页{note}" for numbers, note in notes if numbers)


@contextmanager
def _opened(data: bytes, most_pages: int, advice: str) -> Iterator[pdfium.PdfDocument]:
    """Open a file, refuse too many pages and tell the library's errors as ours."""
    if not data:
        raise UnreadableError("是空文件，请确认材料已保存好再放进来")
    try:
        document = pdfium.PdfDocument(data)
        try:
            if not len(document):
                raise UnreadableError(_DAMAGED)
            if len(document) > most_pages:
                raise UnreadableError(f"有 {len(document)} 页，超过 {most_pages} 页的上限，{advice}")
            yield document
        finally:
            document.close()
    except pdfium.PdfiumError as error:
        locked = error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
        raise UnreadableError(_LOCKED if locked else _DAMAGED) from error


def _read_pages(document: pdfium.PdfDocument, limits: Limits) -> Iterator[Page]:
    characters = 0
    for number, page in enumerate(document):
        textpage = page.get_textpage()
        characters += textpage.count_chars()
        if characters > limits.characters:
            raise UnreadableError(f"超过 {limits.characters / 10000:.0f} 万字的上限，{_WRONG_FILE}")
        yield _read_page(page, textpage, number)
        textpage.close()
        page.close()


def _read_page(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, number: int) -> Page:
    width, height = page.get_size()
    placing = placing_of(page)
    shown: list[Glyph] = []
    aside: list[str] = []
    for glyph, upright in glyphs_of(textpage, placing, radians(page.get_rotation())):
        inside = 0 <= glyph.x0 <= glyph.x1 < 2 * width and 0 <= glyph.y < height and glyph.size < height
        if upright and inside:
            shown.append(glyph)
        else:
            aside.append(glyph.char)
    tables, rest = tables_of(page, placing, shown, number)
    lines = lines_of(rest, number) if tables else reading_order(rest, number)
    pictures = sum(_area(one) for one in page.get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=1))
    return Page(
        width=width,
        height=height,
        lines=lines,
        tables=tables,
        hidden=[text for text in (paired("".join(aside)).strip(), *_annotations(page)) if text],
        pictures=pictures / (width * height),
        unread=_is_garbled(shown, len(lines)) if shown else _is_drawn(page),
    )


def _area(thing: pdfium.PdfObject) -> float:
    left, bottom, right, top = thing.get_bounds()
    return float((right - left) * (top - bottom))


def _is_garbled(glyphs: list[Glyph], lines: int) -> bool:
    """Whether too many characters have no meaning; a bullet for each line is none of them."""
    strange = sum(glyph.char == UNKNOWN or unicodedata.category(glyph.char) == "Co" for glyph in glyphs)
    return strange - lines > _MAX_GARBLED * len(glyphs)


def _is_drawn(page: pdfium.PdfPage) -> bool:
    """Whether a page without text may show some all the same: as letters drawn as outlines or in a nested drawing."""
    kinds = Counter(thing.type for thing in page.get_objects(max_depth=1))
    return kinds[pdfium_c.FPDF_PAGEOBJ_PATH] > _MAX_SHAPES or pdfium_c.FPDF_PAGEOBJ_FORM in kinds


def _annotations(page: pdfium.PdfPage) -> Iterator[str]:
    """Yield the text of comments and the values of form fields."""
    for index in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
        for key in (b"Contents", b"V"):
            size = pdfium_c.FPDFAnnot_GetStringValue(annotation, key, None, 0)
            buffer = (ctypes.c_ushort * (size // 2))()
            pdfium_c.FPDFAnnot_GetStringValue(annotation, key, buffer, size)
            yield bytes(buffer).decode("utf-16-le", "replace").strip("\0 ")
        pdfium_c.FPDFPage_CloseAnnot(annotation)


def _take_furniture(pages: list[Page]) -> list[str]:
    """Take page numbers, running headers and footers off the pages and return them."""
    seen = Counter(key for page in pages for key in {_spot(line) for line in page.lines[:2] + page.lines[-2:]})
    repeated = {spot for spot, times in seen.items() if times > 1 and times >= _MOST_PAGES * len(pages)}
    taken = []
    for number, page in enumerate(pages, 1):
        for end in (0, -1):
            while page.lines and _is_furniture(page.lines[end], page, number, repeated):
                taken.append(page.lines.pop(end).text.strip())
    return taken


def _spot(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.y / 2)


def _is_furniture(line: Line, page: Page, number: int, repeated: set[tuple[str, int]]) -> bool:
    if _FOOTER * page.height < line.y < (1 - _HEADER) * page.height:
        return False
    text = line.text.strip()
    return _spot(line) in repeated or text == str(number) or _PAGE_NUMBER.fullmatch(text) is not None
