"""Pictures of text (photos, scans): lines recognised on this machine and joined into paragraphs.

Needs the extra ``ocr``. Only the models inside the package rapidocr are used, so nothing is fetched.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits, Reading
from nlp_kit.reading.scan.furniture import without_furniture
from nlp_kit.reading.scan.image import INSTALL, MAX_SIDE, Picture, decoded_pages, prepared, refuse_large, refuse_many
from nlp_kit.reading.scan.lines import Found, page_lines
from nlp_kit.reading.scan.paragraphs import ScanLine, composed

if TYPE_CHECKING:
    from PIL.Image import Image

# A longer line is a stroke; reading it would take seconds.
_MAX_RATIO = 120
# Lines are looked for in a copy of this size and cut out of the picture itself.
_DETECTION_SIDE = 1280
# What is below is no text: specks, seals, the edge of the desk.
_MIN_SCORE = 0.5
# Upright lines score above it even when blurred, those upside down below.
_LEGIBLE = 0.8

_NO_TEXT = "图片里没有认出文字，请重新扫描或拍清楚些，或录成文字"


def read_image(data: bytes, limits: Limits) -> Reading:
    """Return the text in a photo or scan: .jpg, .png, .heic, .bmp, .webp or a .tif of several pages.

    Raises:
        UnreadableError: The file is damaged or too large, nothing is recognised, or the extra is not installed.
    """
    reading = read_pictures(decoded_pages(data, limits), limits)
    if not reading.text:
        raise UnreadableError(_NO_TEXT)
    return reading


def read_pictures(pages: "Iterable[Image]", limits: Limits) -> Reading:
    """Return the text of the pages of one scanned document; it is empty where nothing is recognised.

    Args:
        pages: The pages in order; each is recognised before the next is asked for.
        limits: ``scanned_pages`` and ``megapixels`` count here.

    Raises:
        UnreadableError: There are too many pages, one is too large, or the extra is not installed.
    """
    read: list[list[ScanLine]] = []
    for number, page in enumerate(pages, 1):
        refuse_many(number, limits)
        refuse_large(page.size, limits)
        _engine()  # says what to install before anything else of the extra is imported
        read.append(page_lines(*_recognised(prepared(page))))
    lines, taken = without_furniture(read)
    return replace(composed(lines, limits), hidden=tuple(taken))


@cache
def _engine() -> Any:  # noqa: ANN401 - rapidocr is no dependency of the type checker
    try:
        import rapidocr
        from rapidocr import RapidOCR
    except ImportError as error:
        raise UnreadableError(INSTALL) from error
    models = Path(rapidocr.__file__).parent / "models"
    settings = {
        "Global.log_level": "critical",
        "Global.use_cls": False,
        "Global.text_score": _MIN_SCORE,
        "Global.max_side_len": MAX_SIDE,
        # Without explicit paths rapidocr would fetch what it does not find.
        "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
        "Det.limit_type": "max",
        "Det.limit_side_len": _DETECTION_SIDE,
        "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
        "Rec.rec_batch_num": 1,  # lines of a batch are padded to the longest
        "EngineConfig.onnxruntime.intra_op_num_threads": 2,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    with _silence():
        return RapidOCR(params=settings)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the logger of rapidocr, which its constructor sets, as another user of it left it."""
    logger = logging.getLogger("RapidOCR")
    before = logger.level, logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.level, logger.disabled = before


def _recognised(picture: Picture) -> tuple[Picture, list[Found]]:
    """Return a page, turned upright where it lies on its side or stands on its head, and its lines."""
    with _silence():
        boxes = _boxes(picture)
        if len(boxes) and np.median(np.ptp(boxes[..., 1], axis=1)) > np.median(np.ptp(boxes[..., 0], axis=1)):
            picture = np.ascontiguousarray(np.rot90(picture))
            boxes = _boxes(picture)
        if not _is_upright(picture, boxes):
            picture = np.ascontiguousarray(np.rot90(picture, 2))
            boxes = _boxes(picture)
        found = [Found(box, *_read(_cut(picture, box))) for box in boxes]
    return picture, [line for line in found if line.text and np.mean(line.scores) >= _MIN_SCORE]


def _boxes(picture: Picture) -> NDArray[np.float64]:
    """Return the corners of the lines as (n_lines, 4, 2), from the top left one clockwise."""
    output = _engine()(picture, use_det=True, use_cls=False, use_rec=False)
    boxes = np.empty((0, 4, 2)) if output.boxes is None else np.asarray(output.boxes, dtype=float)
    sides = np.linalg.norm(boxes - np.roll(boxes, -1, axis=1), axis=2)
    legible: NDArray[np.float64] = boxes[sides.max(axis=1) <= _MAX_RATIO * sides.min(axis=1)]
    return legible


def _cut(picture: Picture, box: NDArray[np.float64]) -> Picture:
    from rapidocr.utils.process_img import get_rotate_crop_image

    cut: Picture = get_rotate_crop_image(picture, box.astype(np.float32))
    return np.ascontiguousarray(cut)


def _read(line: Picture) -> tuple[str, tuple[float, ...]]:
    """Return what a line says and how sure each character is."""
    output = _engine()(line, use_det=False, use_cls=False, use_rec=True, return_word_box=True)
    if not output.txts:
        return "", ()
    text = output.txts[0].rstrip()
    blanks = len(text) - len(text.lstrip())
    return text[blanks:], tuple(output.word_results[0].confs[blanks : len(text)])


def _is_upright(picture: Picture, boxes: NDArray[np.float64]) -> bool:
    """Tell by the longest lines, which read badly upside down, whether a page stands on its feet."""
    longest = np.argsort(-np.ptp(boxes[..., 0], axis=1), kind="stable")[:5]
    lines = [_cut(picture, boxes[number]) for number in longest]
    score = _mean_score(lines)
    return score > _LEGIBLE or score >= _mean_score([np.ascontiguousarray(line[::-1, ::-1]) for line in lines])


def _mean_score(lines: Sequence[Picture]) -> float:
    return float(np.mean([score for line in lines for score in _read(line)[1]] or [0.0]))
