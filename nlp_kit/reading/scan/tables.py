"""The ruled tables of a scanned page: which pieces of lines stand in which cell."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp_kit.reading.scan.image import Picture

# Height of a line, in pixels, in the copy in which ruled lines are looked for.
_HEIGHT = 30


class Piece(NamedTuple):
    """A stretch of a line and its place on the page, in pixels, after the skew is taken out."""

    text: str
    scores: tuple[float, ...]
    left: float
    right: float
    middle: float
    height: float


def ruled_rows(picture: Picture, back: NDArray[np.float64], pieces: Sequence[Piece]) -> list[list[list[Piece]]]:
    """Return the rows of cells that ruled lines enclose, each cell as the pieces in it.

    Args:
        picture: The page.
        back: The (2, 2) turn that takes out its skew.
        pieces: Its lines, at least one.
    """
    # Lines of text are brought to one height, which also evens out noise.
    scale = min(1.0, _HEIGHT / max(1.0, float(np.median([piece.height for piece in pieces]))))
    margin = int(picture.shape[1] * scale) // 10
    areas, boxes = _ruled_areas(picture, back, scale, margin)
    cells: dict[int, list[Piece]] = {
        area: [] for area, box in enumerate(boxes) if area not in (0, areas[0, 0]) and min(box[2:4]) > _HEIGHT / 2
    }
    last = np.array(areas.shape) - 1
    for piece in pieces:
        place = np.array([piece.middle, (piece.left + piece.right) / 2]) * scale + margin
        area = int(areas[tuple(np.clip(place.astype(int), 0, last))])
        if area in cells:
            cells[area].append(piece)
    rows: list[list[int]] = []
    for area in sorted(cells, key=lambda area: boxes[area][1]):
        if rows and boxes[area][1] - boxes[rows[-1][0]][1] < _HEIGHT / 2:
            rows[-1].append(area)
        else:
            rows.append([area])
    found = [[cells[area] for area in sorted(row, key=lambda area: boxes[area][0])] for row in rows if len(row) > 1]
    return [row for row in found if any(row)]


def _ruled_areas(
    picture: Picture, back: NDArray[np.float64], scale: float, margin: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Find what ruled lines divide a page into, after the skew is taken out.

    Returns:
        For each pixel of the smaller copy, with a margin around it, the number of its area, 0 for the lines
        themselves; and left, top, width, height and size of each area.
    """
    import cv2

    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    shape = small.shape[1] + 2 * margin, small.shape[0] + 2 * margin
    straight = cv2.warpAffine(small, np.column_stack([back, [margin, margin]]), shape, borderValue=(255,))
    ink = (straight < 0.92 * cv2.medianBlur(straight, 31)).astype(np.uint8)
    # Thick enough to stay whole where a photo shows them slanted; longer than any stroke.
    across = cv2.morphologyEx(cv2.dilate(ink, np.ones((5, 1))), cv2.MORPH_OPEN, np.ones((1, int(2.5 * _HEIGHT))))
    down = cv2.morphologyEx(cv2.dilate(ink, np.ones((1, 5))), cv2.MORPH_OPEN, np.ones((int(1.2 * _HEIGHT), 1)))
    free = (cv2.dilate(np.maximum(across, down), np.ones((5, 5))) == 0).astype(np.uint8)
    _, areas, boxes, _ = cv2.connectedComponentsWithStats(free, connectivity=4)
    return np.asarray(areas, dtype=np.int32), np.asarray(boxes, dtype=np.int32)
