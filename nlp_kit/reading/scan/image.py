"""Pages as pictures for recognition: decoded within the limits, grey, on paper that is white everywhere."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits

if TYPE_CHECKING:
    from PIL.Image import Image

# Brightness, (height, width).
Picture = NDArray[np.uint8]

# Longest side of a picture; larger ones read no better.
MAX_SIDE = 4000
INSTALL = '是扫描件或照片，要识别文字请先安装：pip install "nlpkit[ocr]"，或者录成文字'

_BROKEN = "图片打不开，文件不完整或已损坏，请重新扫描或拍照，或录成文字"
_TOO_LARGE = "图片超过 {} 百万像素的上限，请缩小后再放进来"
_FORMATS = ("JPEG", "PNG", "BMP", "TIFF", "WEBP")


def decoded_pages(data: bytes, limits: Limits) -> "Iterator[Image]":
    """Decode a file's pages one by one; its header is checked before anything is decoded.

    Raises:
        UnreadableError: The file is damaged or too large, or the extra is not installed.
    """
    if data[4:8] == b"ftyp":
        with _damage_told():
            picture = _open_heif(data, limits)
        yield picture
        return
    with _damage_told():
        from PIL import Image, ImageOps

        try:
            file = Image.open(BytesIO(data), formats=_FORMATS)
        except Image.DecompressionBombError as error:
            raise UnreadableError(_TOO_LARGE.format(limits.megapixels)) from error
        pages = getattr(file, "n_frames", 1) if file.format == "TIFF" else 1
    refuse_many(pages, limits)
    for page in range(pages):
        with _damage_told():
            file.seek(page)
            refuse_large(file.size, limits)
            file.draft("L", (MAX_SIDE, MAX_SIDE))
            picture = ImageOps.exif_transpose(file)
        yield picture


def _open_heif(data: bytes, limits: Limits) -> "Image":
    import pi_heif

    file = pi_heif.open_heif(data)
    refuse_large(file.size, limits)
    picture: Image = file.to_pillow()  # turned as the telephone was held
    return picture


def prepared(page: "Image") -> Picture:
    """Return a page's brightness, with its paper made white wherever it lies in shadow.

    Raises:
        UnreadableError: It is damaged, or the extra is not installed.
    """
    with _damage_told():
        picture = _grey(page)
    return _evenly_lit(picture)


def refuse_many(pages: int, limits: Limits) -> None:
    """Stop at a scan that would take too long.

    Raises:
        UnreadableError: It has more pages than the limit.
    """
    if pages > limits.scanned_pages:
        raise UnreadableError(f"扫描的页数超过 {limits.scanned_pages} 页的上限，请拆成几个文件，或用有文字的版本")


def refuse_large(size: tuple[int, int], limits: Limits) -> None:
    """Stop before a picture is decoded that memory would not hold.

    Raises:
        UnreadableError: It has more pixels than the limit.
    """
    if size[0] * size[1] > limits.megapixels * 1_000_000:
        raise UnreadableError(_TOO_LARGE.format(limits.megapixels))


@contextmanager
def _damage_told() -> Iterator[None]:
    """Turn what the decoders raise into one sentence, and their warnings into nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (UnreadableError, MemoryError):
        raise
    except ImportError as error:
        raise UnreadableError(INSTALL) from error
    except Exception as error:  # on damaged bytes the decoders of Pillow raise whatever they stumble on
        raise UnreadableError(_BROKEN) from error


def _grey(page: "Image") -> Picture:
    """Return a page's brightness, white where it is transparent, shrunk to what is needed."""
    from PIL import Image

    if page.mode.startswith("I;16"):
        page = Image.fromarray((np.asarray(page) >> 8).astype(np.uint8))
    if page.has_transparency_data:
        layer = page.convert("RGBA")
        page = Image.new("RGBA", page.size, "white")
        page.alpha_composite(layer)
    page = page.convert("L")
    page.thumbnail((MAX_SIDE, MAX_SIDE))
    return np.asarray(page)


def _evenly_lit(picture: Picture) -> Picture:
    """Make the paper white in shadows too; faint lines are not found otherwise."""
    import cv2

    small = cv2.resize(
        picture, (max(1, picture.shape[1] // 8), max(1, picture.shape[0] // 8)), interpolation=cv2.INTER_AREA
    )
    paper = cv2.resize(cv2.medianBlur(small, 31), picture.shape[::-1])
    return np.asarray(cv2.divide(picture, np.maximum(paper, 32), scale=255), dtype=np.uint8)
