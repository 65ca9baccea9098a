"""Old Excel files (.xls, .et): checked, and repacked to the workbook alone, before calamine sees them."""

import struct
from collections.abc import Iterator, Sequence

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.sheets.workbook import BROKEN, ENCRYPTED, Extent, refuse_area

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# Kinds of records (MS-XLS 2.3).
_CELLS = frozenset((0x06, 0xBD, 0xFD, 0x203, 0x204, 0x205, 0x27E))
_END, _FILE_PASS, _BOUND_SHEET, _DIMENSIONS = 0x0A, 0x2F, 0x85, 0x200

_SMALL_SECTOR = 64
_DIRECTORY_ENTRY = 128


def checked_xls(data: bytes) -> bytes:
    """Return the workbook of an .xls alone, after refusing what would make calamine ask more memory than there is.

    The process would end then: an allocation that fails in calamine is no exception.

    Raises:
        UnreadableError: The file is damaged, encrypted or too large.
    """
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableError(ENCRYPTED)
    try:
        stream = _workbook_stream(data)
        sheets = {0}
        for kind, content in _records(stream, 0):
            if kind == _FILE_PASS:
                raise UnreadableError(ENCRYPTED)
            if kind == _BOUND_SHEET:
                sheets.add(struct.unpack_from("<I", content)[0])
        for start in sheets:
            _check_records(stream, start)
        return _packed_ole(stream)
    except struct.error as error:
        raise UnreadableError(BROKEN) from error


def _check_records(stream: bytes, start: int) -> None:
    rows, columns = Extent(), Extent()
    for kind, content in _records(stream, start):
        # calamine reads a size of either length; the last row and column are one beyond the cells.
        if kind == _DIMENSIONS and len(content) in (10, 14):
            top, bottom, left, right = struct.unpack_from("<IIHH" if len(content) == 14 else "<HHHH", content)
            if not (top <= bottom <= 65536 and left <= right <= 256):
                raise UnreadableError(BROKEN)
        elif kind in _CELLS:
            row, column = struct.unpack_from("<HH", content)
            rows.add(row)
            columns.add(column)
    refuse_area(rows, columns)


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield the (kind, content) of the records of a BIFF stream up to the next end mark."""
    kind = 0
    while kind != _END and start + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, start)
        yield kind, stream[start + 4 : start + 4 + length]
        start += 4 + length


def _workbook_stream(data: bytes) -> bytes:
    """Return the stream of an OLE container that holds the workbook (MS-CFB)."""
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        raise UnreadableError(BROKEN)
    size = 1 << shift
    table = _sector_table(data, size)

    def stream(first: int) -> bytes:
        return b"".join(_sector(data, size, number) for number in _chain(table, first, len(data) // size))

    first_directory, cutoff, small_table = struct.unpack_from("<I4xII", data, 48)
    directory = stream(first_directory)
    root = struct.unpack_from("<I", directory, 116)[0]
    start, length = _workbook_entry(directory)
    if length >= cutoff:
        return stream(start)[:length]
    # Streams below the cutoff lie in sectors of their own inside the root's stream.
    small = stream(root)
    chain = _chain(_numbers(stream(small_table)), start, len(small) // _SMALL_SECTOR)
    return b"".join(small[number * _SMALL_SECTOR : (number + 1) * _SMALL_SECTOR] for number in chain)[:length]


def _sector(data: bytes, size: int, number: int) -> bytes:
    return data[(number + 1) * size : (number + 2) * size]


def _sector_table(data: bytes, size: int) -> tuple[int, ...]:
    """Return for each sector which one follows it."""
    count = len(data) // size
    places = list(struct.unpack_from("<109I", data, 76))
    following, more_places = struct.unpack_from("<II", data, 68)
    for _ in range(min(more_places, count)):
        *more, following = struct.unpack(f"<{size // 4}I", _sector(data, size, following))
        places += more
    # A sector that stands in the list twice would multiply the table.
    return _numbers(b"".join(_sector(data, size, place) for place in dict.fromkeys(places) if place < count))


def _workbook_entry(directory: bytes) -> tuple[int, int]:
    """Return the first sector and the length of the stream that holds the workbook."""
    for place in range(0, len(directory) - _DIRECTORY_ENTRY + 1, _DIRECTORY_ENTRY):
        name_length, start, length = struct.unpack_from("<64xH50xII", directory, place)
        name = directory[place : place + max(min(name_length, 64) - 2, 0)].decode("utf-16-le", "replace")
        if name in ("Workbook", "Book"):
            return start, length
    raise UnreadableError(BROKEN)


def _numbers(table: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])


def _chain(table: Sequence[int], start: int, limit: int) -> Iterator[int]:
    """Yield the numbers of the sectors that hang together; damage may have closed the chain to a ring."""
    for _ in range(limit):
        if start >= len(table):
            return
        yield start
        start = table[start]


def _packed_ole(stream: bytes) -> bytes:
    """Return an OLE container with one stream, for calamine alone.

    Large sectors make it short; they belong to version 4, of which calamine asks more than this, so it says 3.
    """
    size, end, free = 4096, 0xFFFFFFFE, 0xFFFFFFFF
    count = len(stream) // size + 1
    tables = count // (size // 4 - 1) + 1
    first = tables + 1
    header = struct.pack("<8s16x5H6x9I", OLE_MAGIC, 62, 3, 0xFFFE, 12, 6, 1, tables, tables, 0, size, end, 0, end, 0)
    places = struct.pack("<109I", *range(tables), *[free] * (109 - tables))
    chain = [0xFFFFFFFD] * tables + [end, *range(first + 1, first + count), end]
    root, workbook = (
        struct.pack(
            "<64sHBB3I36xIQ", name.encode("utf-16-le"), 2 * len(name) + 2, kind, 1, free, free, child, start, length
        )
        for name, kind, child, start, length in (
            ("Root Entry", 5, 1, end, 0),
            ("Workbook", 2, free, first, count * size),
        )
    )
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * size, b"\xff")
    parts = ((header + places, size), (table, len(table)), (root + workbook, size), (stream, count * size))
    return b"".join(part.ljust(length, b"\0") for part, length in parts)
