"""Reading: a path becomes a Document, whatever the kind of file."""

from pathlib import Path

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.archive import Content, open_content
from nlp_kit.reading.base import MB, Limits, Reading, changed_limits
from nlp_kit.reading.folder import FoundFile, Listing, list_files
from nlp_kit.reading.isolation import IsolatedReader
from nlp_kit.records import Document

__all__ = [
    "Content",
    "FoundFile",
    "IsolatedReader",
    "Limits",
    "Listing",
    "Reading",
    "changed_limits",
    "list_files",
    "load_bytes",
    "open_content",
    "read_document",
]


def load_bytes(location: Path, limits: Limits | None = None) -> bytes:
    """Return a file's bytes.

    Raises:
        UnreadableError: It is not a plain file, is too large, or the system refuses it.
    """
    limit = (limits or Limits()).file_mb
    try:
        if not location.is_file():
            raise UnreadableError("不是普通文件，请移出文件夹")
        size = location.stat().st_size
        if size > limit * MB:
            raise UnreadableError(f"有 {size / MB:.0f} MB，超过 {limit} MB 的上限，请检查是不是放错了文件")
        return location.read_bytes()
    except PermissionError as error:
        raise UnreadableError("没有权限打开，请检查文件权限，或关闭正在使用它的程序") from error
    except OSError as error:
        raise UnreadableError("打不开，请检查磁盘或网络盘是否正常") from error


def read_document(location: Path, path: str | None = None) -> Document:
    """Read one file from disk.

    Args:
        location: The file.
        path: Path to show; the file name by default.

    Raises:
        UnreadableError: The file cannot be read; the message says why and what to do.
    """
    shown = path or location.name
    with IsolatedReader() as reader:
        return reader.read(load_bytes(location), shown).document(shown)
