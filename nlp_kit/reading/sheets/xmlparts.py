"""The XML parts of a zipped workbook (.xlsx, .ods): unpacked within the limits, read piece by piece, packed again."""

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO

from lxml import etree

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import MB, Limits
from nlp_kit.reading.package import slashed
from nlp_kit.reading.sheets.workbook import BROKEN, ENCRYPTED, SAVE_AS, collapse_blanks


def unpack(data: bytes, limits: Limits) -> dict[str, bytes]:
    """Return the XML parts of a zip container, unpacked no further than the limit and than its directory says.

    Raises:
        UnreadableError: The container is damaged, encrypted or too large.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > limits.unpacked_mb * MB:
                raise UnreadableError(f"内容展开后超过 {limits.unpacked_mb} MB 的上限，请检查文件，{SAVE_AS}")
            infos = [info for info in archive.infolist() if info.filename.lower().endswith((".xml", ".rels"))]
            parts = {slashed(info.filename): archive.read(info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise UnreadableError(BROKEN) from error
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise UnreadableError(ENCRYPTED)
    return parts


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return a container of these parts alone: calamine sees what has been checked, not what a directory hides."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def elements(part: bytes, *tags: str) -> Iterator[etree._Element]:
    """Yield the elements with these tags as they end, and forget each afterwards.

    Raises:
        lxml.etree.XMLSyntaxError: The part is no sound XML.
    """
    events = etree.iterparse(
        BytesIO(part), tag=tags, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    for _, element in events:
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def texts(part: bytes) -> list[str]:
    """Return all the texts of a part that stands beside the cells; of a damaged one nothing."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return [collapse_blanks(text) for text in etree.fromstring(part, parser).itertext()]
    except etree.XMLSyntaxError:
        return []  # the cells may be sound
