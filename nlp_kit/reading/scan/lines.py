"""The lines of a scanned page in reading order, from the boxes in which the model has recognised them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp_kit.reading.scan.image import Picture
from nlp_kit.reading.scan.paragraphs import INDENT, ScanLine, run_on
from nlp_kit.reading.scan.tables import Piece, ruled_rows

_PAGE_NUMBER = re.compile(r"[-—–_·.~一\s]*(?:第\s*)?\d{1,3}\s*页?(?:\s*[/，,共]\s*共?\s*\d{1,3}\s*页?)?[-—–_·.~一\s]*")


class Found(NamedTuple):
    """One recognised line: its corners (4, 2) from top left clockwise, its text, how sure each character is."""

    corners: NDArray[np.float64]
    text: str
    scores: tuple[float, ...]


def page_lines(picture: Picture, found: Sequence[Found]) -> list[ScanLine]:
    """Return the lines of a page and the rows of its tables in reading order."""
    if not found:
        return []
    corners = np.array([line.corners for line in found])
    along = corners[:, 1] - corners[:, 0]
    lengths = np.hypot(along[:, 0], along[:, 1])
    skew = float(np.median(np.arctan2(along[:, 1], along[:, 0])[lengths >= np.median(lengths)]))
    back = np.array([[np.cos(skew), np.sin(skew)], [-np.sin(skew), np.cos(skew)]])
    pieces = [_piece(line, line.corners @ back.T) for line in found]
    table = ruled_rows(picture, back, pieces)
    inside = {piece for row in table for cell in row for piece in cell}
    rows = _rows([piece for piece in pieces if piece not in inside])
    ends = rows[:1] + rows[-1:]
    rows = [row for row in rows if row not in ends or not _PAGE_NUMBER.fullmatch(_joined(row, 0)[0])]
    return sorted(_measured(rows) + [_table_line(row) for row in table], key=lambda line: line.middle)


def _piece(line: Found, corners: NDArray[np.float64]) -> Piece:
    left, right = float(corners[[0, 3], 0].mean()), float(corners[1:3, 0].mean())
    top, bottom = float(corners[:2, 1].mean()), float(corners[2:, 1].mean())
    return Piece(line.text, line.scores, left, right, (top + bottom) / 2, bottom - top)


def _table_line(row: Sequence[Sequence[Piece]]) -> ScanLine:
    text, scores, cells = "", list[float](), []
    for number, cell in enumerate(row):
        words, marks, _ = run_on(_measured(_rows(cell)), " ")
        if number:
            text, scores = text + "\t", [*scores, 1.0]
        cells.append((len(text), len(text) + len(words)))
        text, scores = text + words, scores + marks
    middle = min(piece.middle for cell in row for piece in cell)
    return ScanLine(
        text,
        tuple(scores),
        indent=0,
        room=0,
        gap=1,
        height=1,
        indents_tell=False,
        middle=middle,
        cells=tuple(cells),
    )


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the lines from top to bottom, each as its pieces from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        above = rows[-1][0] if rows else None
        if above and piece.middle - above.middle < min(piece.height, above.height) / 2:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _joined(pieces: Sequence[Piece], size: float) -> tuple[str, tuple[float, ...]]:
    """Join the pieces of a line; a gap wider than ``size`` becomes a blank."""
    text, scores, right = "", tuple[float, ...](), pieces[0].left
    for piece in pieces:
        if piece.left - right > size:
            text, scores = text + " ", (*scores, 1.0)
        text, scores, right = text + piece.text, scores + piece.scores, piece.right
    return text, scores


def _measured(rows: Sequence[Sequence[Piece]]) -> list[ScanLine]:
    """Relate lines that stand below each other to their edges, which a photo may show slanted."""
    if not rows:
        return []
    heights = [max(piece.height for piece in row) for row in rows]
    size = float(np.median(heights))
    middles = np.array([row[0].middle for row in rows])
    indents = _inwards(np.array([row[0].left for row in rows]), middles, size)
    rooms = _inwards(-np.array([row[-1].right for row in rows]), middles, size)
    steps = np.diff(middles)
    gaps = [1.0, *(steps / np.median(steps))] if len(rows) > 1 else [1.0]
    indents_tell = int(((indents > INDENT) & (indents < 3)).sum()) >= 2
    return [
        ScanLine(
            *_joined(row, size),
            indent=float(indent),
            room=float(room),
            gap=float(gap),
            height=height / size,
            indents_tell=indents_tell,
            middle=row[0].middle,
        )
        for row, indent, room, gap, height in zip(rows, indents, rooms, gaps, heights, strict=True)
    ]


def _inwards(ends: NDArray[np.float64], middles: NDArray[np.float64], size: float) -> NDArray[np.float64]:
    """Return how many heights each line ends from the edge: the slightly slanted line at which most of them end."""
    best = np.zeros_like(ends)
    most = 0
    for slope in sorted(np.linspace(-0.08, 0.08, 33), key=abs):
        flat = ends - slope * (middles - middles.mean())
        flat -= np.sort(flat)[len(flat) // 20]
        touching = int((np.abs(flat) < 0.6 * size).sum())
        if touching > most:
            best, most = flat / size, touching
    return best
