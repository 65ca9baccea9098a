"""The printed lines of a PDF page: characters by their places, and the blanks that gaps between them stand for."""

import ctypes
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, pairwise, takewhile
from math import cos, hypot
from statistics import median
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

# In characters' widths: room that programs leave between Latin letters or digits and Chinese characters.
_MIXED_GAP = 0.25
_CLOSERS = frozenset("，。、；：！？）》”’」』】〉％%…—·,.;:!?)]")
_OPENERS = frozenset("（《“‘「『【〈([")
NUMBERS = "一二三四五六七八九十"
_GLUED_MARK = re.compile(rf"[（(]?[第{NUMBERS}\d]{{1,4}}[、．）)，,：:.]")

# Radicals that fonts share with the ordinary character and that have no compatibility mapping.
_RADICALS = str.maketrans(
    "⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰",
    "民虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙",
)
UNKNOWN = "\ufffd"
Point = tuple[float, float]
Placing = Callable[[float, float], Point]


class Glyph(NamedTuple):
    """A character, its left and right end, its baseline and its size; in points, from the bottom left of the page."""

    char: str
    x0: float
    x1: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: ``edge`` is its end without closing punctuation, ``need`` the room its beginning would take.

    ``halved`` says that it stands in one of two columns.
    """

    text: str
    page: int
    x0: float
    x1: float
    edge: float
    y: float
    em: float
    need: float
    halved: bool = False

    @property
    def width(self) -> float:
        """How much of the column it takes."""
        return self.x1 - self.x0


def placing_of(page: pdfium.PdfPage) -> Placing:
    """Return what turns a point of the file into one of the page as it is looked at."""
    left, bottom, right, top = page.get_bbox()
    turns: dict[int, Placing] = {
        0: lambda x, y: (x - left, y - bottom),
        90: lambda x, y: (y - bottom, right - x),
        180: lambda x, y: (right - x, top - y),
        270: lambda x, y: (top - y, x - left),
    }
    return turns[page.get_rotation()]


def glyphs_of(textpage: pdfium.PdfTextPage, placing: Placing, turned: float) -> Iterator[tuple[Glyph, bool]]:
    """Yield the characters in the file's order, and whether each is visible and stands upright."""
    x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium_c.FS_RECTF()
    raw = textpage.raw
    for index in range(textpage.count_chars()):
        char = _character(raw, index)
        if not char:
            continue
        pdfium_c.FPDFText_GetCharOrigin(raw, index, x, y)
        pdfium_c.FPDFText_GetLooseCharBox(raw, index, box)
        (xa, ya), (xb, yb) = placing(box.left, box.bottom), placing(box.right, box.top)
        left, right, origin = min(xa, xb), max(xa, xb), placing(x.value, y.value)
        if _is_wide(char) and origin[0] < left and _is_drawn_box(raw, index, box):
            left, right = origin[0], origin[0] + _em(raw, index)
        size = right - left if _is_wide(char) else 0.85 * abs(yb - ya)
        glyph = Glyph(char, left, right, origin[1], size)
        upright = cos(pdfium_c.FPDFText_GetCharAngle(raw, index) + turned) > 0.99
        mode = pdfium_c.FPDFTextObj_GetTextRenderMode(pdfium_c.FPDFText_GetTextObject(raw, index))
        yield glyph, upright and mode != pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE


def _is_drawn_box(raw: pdfium_c.FPDF_TEXTPAGE, index: int, box: pdfium_c.FS_RECTF) -> bool:
    """Whether a box holds the drawn shape alone, as the library gives it where the file names a text for a shape."""
    sides = [ctypes.c_double() for _ in range(4)]
    pdfium_c.FPDFText_GetCharBox(raw, index, *sides)
    drawn = [side.value for side in sides]
    return all(abs(a - b) < 0.01 for a, b in zip(drawn, (box.left, box.right, box.bottom, box.top), strict=True))


def _em(raw: pdfium_c.FPDF_TEXTPAGE, index: int) -> float:
    """Return the width of a Chinese character in the font of this one."""
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(raw, index, matrix)
    return float(pdfium_c.FPDFText_GetFontSize(raw, index)) * hypot(matrix.a, matrix.b)


def _character(raw: pdfium_c.FPDF_TEXTPAGE, index: int) -> str:
    """Return a character in its everyday form, nothing for one that the library made up or that is not seen."""
    if pdfium_c.FPDFText_IsGenerated(raw, index) == 1:
        return ""
    if pdfium_c.FPDFText_IsHyphen(raw, index) == 1:
        return "-"
    code = pdfium_c.FPDFText_GetUnicode(raw, index)
    if pdfium_c.FPDFText_HasUnicodeMapError(raw, index) == 1 or code > sys.maxunicode:
        return UNKNOWN
    return _ordinary(chr(code))


def _ordinary(char: str) -> str:
    if "\u2e80" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff" or "\U0002f800" <= char <= "\U0002fa1f":
        return unicodedata.normalize("NFKC", char.translate(_RADICALS))
    if char in "\t\r\n":
        return " "
    return "" if unicodedata.category(char) in ("Cc", "Cf") else char


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def paired(text: str) -> str:
    """Return the text with the halves of rare characters put together, which the library gives one by one."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def lines_of(glyphs: Iterable[Glyph], page: int) -> list[Line]:
    """Return the lines from top to bottom."""
    return [line_of(row, page) for row in rows_of(glyphs)]


def rows_of(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Return the characters of each line, from the left; raised and lowered characters stand on their line."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: -one.y):
        if rows and rows[-1][-1].y - glyph.y < 0.5 * max(rows[-1][-1].size, glyph.size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    rows = [sorted(row, key=lambda one: one.x0) for row in rows]
    return [row for row in rows if not all(glyph.char.isspace() for glyph in row)]


def line_of(row: list[Glyph], page: int, *, halved: bool = False) -> Line:
    """Return what the characters of a line say, at least one of them no blank."""
    row = list(dropwhile(lambda glyph: glyph.char.isspace(), row))
    marks = [glyph for glyph in row if not glyph.char.isspace()]
    wide = [glyph for glyph in marks if _is_wide(glyph.char)]
    em = median(glyph.size for glyph in wide or marks) or 1
    inner = next((glyph for glyph in reversed(marks) if glyph.char not in _CLOSERS), marks[-1])
    y = median(glyph.y for glyph in marks)
    return Line(_text(row, em), page, marks[0].x0, marks[-1].x1, inner.x1, y, em, _need(row, em), halved)


def _text(row: list[Glyph], em: float) -> str:
    gaps = [b.x0 - a.x1 for a, b in pairwise(row) if _is_wide(a.char) and _is_wide(b.char) and b.x0 - a.x1 < em]
    spread = max(median(gaps), 0) if gaps else 0
    text = row[0].char
    if text == UNKNOWN or unicodedata.category(text) == "Co":
        text = "•"  # of a symbol font
    for left, right in pairwise(row):
        if left.char == right.char and right.x0 - left.x0 < 0.15 * em:
            continue  # bold made by printing twice
        text += _blank(text, left, right, em, spread) + right.char
    return paired(text)


def _blank(text: str, left: Glyph, right: Glyph, em: float, spread: float) -> str:
    """Return the blank that a gap stands for, given by how much all characters of the line are spread out."""
    gap = (right.x0 - left.x1 - spread) / em
    if left.char.isspace() or right.char.isspace() or gap < 0.18:
        return ""
    if gap > 1.5:  # a tab
        return "" if _GLUED_MARK.fullmatch(text) and not right.char.isdigit() else " "
    if left.char.isascii() and right.char.isascii():
        return " " if right.char.isalnum() else ""
    chinese = _is_wide(left.char) and _is_wide(right.char)
    return " " if chinese or gap > 0.15 + _MIXED_GAP else ""


def _need(row: list[Glyph], em: float) -> float:
    """Return the room that what cannot be parted from the start of a line would have needed on the line before."""
    word = list(takewhile(lambda glyph: not glyph.char.isspace(), row))
    end = next((i for i, (a, b) in enumerate(pairwise(word)) if not _sticks(a.char, b.char)), len(word) - 1)
    return word[end].x1 - word[0].x0 + _MIXED_GAP * em


def _sticks(char: str, following: str) -> bool:
    """Whether no line may end between two characters."""
    if (char.isascii() and following.isascii()) or following in _CLOSERS:
        return True
    return following.isdigit() if char in _CLOSERS else char in _OPENERS or following in "“‘"


def joined(texts: Sequence[str]) -> str:
    """Return lines as one: Latin words with a blank between them, Chinese without."""
    parts = [texts[0]]
    for text, more in pairwise(texts):
        words = text[-1:].isascii() and text[-1:].isalnum() and more[:1].isascii() and more[:1].isalnum()
        parts += (" ", more) if words else (more,)
    return "".join(parts)
