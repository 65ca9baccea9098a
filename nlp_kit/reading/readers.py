"""The table of readers: bytes of a known kind become a Reading."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits, Reading, refuse_long
from nlp_kit.reading.kinds import Kind, sniff
from nlp_kit.reading.text import decode

Reader = Callable[[bytes, Limits], Reading]

# Kind → (module, function); a reader is loaded when its first file comes.
_READERS: dict[Kind, tuple[str, str]] = {
    "delimited": ("sheets.delimited", "read_delimited"),
    "docx": ("word.docx", "read_docx"),
    "html": ("web.html", "read_html"),
    "image": ("scan.reader", "read_image"),
    "office": ("word.office", "read_office"),
    "sheet": ("sheets.reader", "read_sheet"),
}

# Kinds into which a text is pasted from a PDF, each printed line as a paragraph.
_PASTED = ("docx", "office")
_EMPTY = "里面没有文字，请确认材料已保存好；如果是图片，请录成文字"


def read_bytes(data: bytes, path: str, limits: Limits | None = None) -> Reading:
    """Return what a file's bytes hold.

    Args:
        data: The whole file; archives are opened by ``nlp_kit.reading.archive`` before.
        path: Its name; the ending tells plain text from other text-like files.
        limits: How much it may cost.

    Raises:
        UnreadableError: The kind is not supported, or the file is damaged or empty.
    """
    limits = limits or Limits()
    if not data:
        raise UnreadableError("是空文件，请确认材料已保存好再放进来")
    reading = _read(sniff(data, path), data, limits)
    if not reading.text.strip():
        raise UnreadableError(_EMPTY)
    refuse_long(reading.text, limits)
    return reading


def _read(kind: Kind, data: bytes, limits: Limits) -> Reading:
    if kind == "text":
        return Reading(decode(data), wrapped=True)
    if kind == "pdf":
        return _read_pdf(data, limits)
    module, function = _READERS[kind]
    reader: Reader = getattr(import_module(f"nlp_kit.reading.{module}"), function)
    return replace(reader(data, limits), wrapped=kind in _PASTED)


def _read_pdf(data: bytes, limits: Limits) -> Reading:
    from nlp_kit.reading.pdf.reader import ScannedPdf, read_pdf, render_pages

    try:
        return read_pdf(data, limits)
    except ScannedPdf as scan:
        from nlp_kit.reading.scan.reader import read_pictures

        reading = read_pictures(render_pages(data, limits), limits)
        return replace(reading, hidden=(*reading.hidden, *scan.hidden))
