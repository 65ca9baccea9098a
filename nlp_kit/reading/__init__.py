"""Reading: a path becomes a Document, whatever the kind of file."""

from collections.abc import Callable
from pathlib import Path

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.docx import every_line, read_docx
from nlp_kit.reading.folder import FoundFile, Listing, list_files
from nlp_kit.reading.kinds import sniff
from nlp_kit.reading.text import decode
from nlp_kit.records import Document, Paragraph

__all__ = [
    "MAX_FILE_BYTES",
    "FoundFile",
    "Listing",
    "lines_to_check",
    "list_files",
    "load_bytes",
    "read_bytes",
    "read_document",
]

MAX_FILE_BYTES = 20 * 1024 * 1024

_READERS: dict[str, Callable[[bytes], tuple[str, tuple[Paragraph, ...]]]] = {
    "text": lambda data: (decode(data), ()),
    "docx": read_docx,
}


def load_bytes(location: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        UnreadableError: It is not a plain file, is too large, or the system refuses it.
    """
    try:
        if not location.is_file():
            raise UnreadableError("不是普通文件，请移出文件夹")
        size = location.stat().st_size
        if size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 1024 // 1024
            raise UnreadableError(f"有 {size / 1024 / 1024:.0f} MB，超过 {limit} MB 的上限，请检查是不是放错了文件")
        return location.read_bytes()
    except PermissionError as error:
        raise UnreadableError("没有权限打开，请检查文件权限，或关闭正在使用它的程序") from error
    except OSError as error:
        raise UnreadableError("打不开，请检查磁盘或网络盘是否正常") from error


def read_bytes(data: bytes, path: str) -> Document:
    """Return the document that a file's bytes hold.

    Args:
        data: The whole file.
        path: Relative path, kept in the document; its ending tells plain text from other text-like files.

    Raises:
        UnreadableError: The kind is not supported, or the file is damaged or empty.
    """
    if not data:
        raise UnreadableError("是空文件，请确认材料已保存好再放进来")
    kind, reason = sniff(data, path)
    if not kind:
        raise UnreadableError(reason)
    text, paragraphs = _READERS[kind](data)
    if not text.strip():
        raise UnreadableError("里面没有文字，请确认材料已保存好；如果是图片，请录成文字")
    return Document(path, text, paragraphs)


def lines_to_check(data: bytes, document: Document) -> list[str]:
    """Return every line of a file in which a secrecy mark may stand, also those that are no part of the text.

    Args:
        data: The whole file.
        document: What ``read_bytes`` has read from it.
    """
    lines = document.text.split("\n")
    return lines + every_line(data) if sniff(data, document.path)[0] == "docx" else lines


def read_document(location: Path, path: str | None = None) -> Document:
    """Read one file from disk.

    Args:
        location: The file.
        path: Path to show; the file name by default.

    Raises:
        UnreadableError: The file cannot be read; the message says why and what to do.
    """
    return read_bytes(load_bytes(location), path or location.name)
