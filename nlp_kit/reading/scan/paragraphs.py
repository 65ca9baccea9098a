"""Paragraphs from the lines of a scan: where one begins, what its text is, which characters are doubtful."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp_kit.layout import match_marker
from nlp_kit.reading.base import Limits, Reading, Row, refuse_long

# Paragraphs begin two characters in, which is a little under two heights of a line.
INDENT = 1.2

# On spoilt scans four in five of the wrong characters score below, and one in four of those below is wrong.
_DOUBTFUL = 0.8
_NOTE = "是扫描件或照片，文字由本机识别，请核对"

_SENTENCE_END = re.compile(r"[。！？!?；;：:…][”’\"』」）)]*$")
_BRACKETS = re.compile(r"[(（][^()（）\n]{1,200}[)）]")
_NARROW = re.compile(r"(?<=[\u4e00-\u9fff”’）》])[,:;?!]")
_WIDE = str.maketrans(",:;?!", "，：；？！")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class ScanLine:
    """One line of a page; lengths are in heights of the page's usual line.

    Args:
        text: What it says.
        scores: How sure the model is of each character, from 0 to 1.
        indent: Distance from the left edge of the text.
        room: Distance from its end to the right edge of the text.
        gap: Distance from the line above, 1 is usual.
        height: Height, 1 is usual.
        indents_tell: Whether paragraphs are indented on its page.
        middle: Place on the page, for sorting.
        cells: Where its cells begin and end, if it is the row of a table.
    """

    text: str
    scores: tuple[float, ...]
    indent: float
    room: float
    gap: float
    height: float
    indents_tell: bool
    middle: float
    cells: Row = ()


def composed(lines: Sequence[ScanLine], limits: Limits) -> Reading:
    """Return what the lines of all pages say, in paragraphs and rows of tables.

    Raises:
        UnreadableError: The text is too long.
    """
    text, scores, starts = run_on(lines, "\n")
    refuse_long(text, limits)
    rows = tuple(
        tuple((start + first, start + last) for first, last in line.cells)
        for line, start in zip(lines, starts, strict=True)
        if line.cells
    )
    return Reading(_full_width(text), rows=rows, doubts=_doubts(text, scores), notes=(_NOTE,) if text else ())


def run_on(lines: Sequence[ScanLine], between: str) -> tuple[str, list[float], list[int]]:
    """Join lines to paragraphs with ``between`` them.

    Returns:
        The text, how sure the model is of each character of it, and where each line begins in it.
    """
    text, scores, starts = list[str](), list[float](), list[int]()
    for number, line in enumerate(lines):
        joint = ""
        if number and (_begins_paragraph(line, lines[number - 1]) or (number == 1 and line.indent > INDENT)):
            joint = between
        elif number and _LATIN.match(lines[number - 1].text[-1]) and _LATIN.match(line.text):
            joint = " "
        starts.append(len(scores) + len(joint))
        text += [joint, line.text]
        scores += [*[1.0] * len(joint), *line.scores]
    return "".join(text), scores, starts


def _begins_paragraph(line: ScanLine, above: ScanLine) -> bool:
    """Whether a paragraph begins with this line."""
    if line.cells or above.cells:
        return True
    centred = above.indent > 3 and above.room > 0.8
    # Boxes around a few characters are drawn too high.
    sized = min(len(line.text), len(above.text)) > 8 and not 0.8 < line.height / above.height < 1.25
    if line.gap > 1.6 or above.room > 3 or centred or sized:
        return True
    indented = line.indent > INDENT
    numbered = match_marker(line.text, 0, len(line.text))[0] >= 0
    if not _SENTENCE_END.search(above.text):
        return indented and (numbered or above.room > 1.5)
    return indented or (not line.indents_tell and (numbered or above.room > 1.5))


def _full_width(text: str) -> str:
    """Make the punctuation of Chinese full-width, character by character: the model confuses the two widths."""
    text = _BRACKETS.sub(lambda pair: pair[0] if pair[0].isascii() else f"（{pair[0][1:-1]}）", text)
    return _NARROW.sub(lambda mark: mark[0].translate(_WIDE), text)


def _doubts(text: str, scores: Sequence[float]) -> tuple[tuple[int, int], ...]:
    """Return the stretches of letters and digits that the model is not sure of."""
    doubts: list[tuple[int, int]] = []
    for place, (char, score) in enumerate(zip(text, scores, strict=True)):
        if score < _DOUBTFUL and char.isalnum():
            start = doubts.pop()[0] if doubts and doubts[-1][1] == place else place
            doubts.append((start, place + 1))
    return tuple(doubts)
