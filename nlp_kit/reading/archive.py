"""Files inside archives (.zip): read in memory one after another, never written anywhere."""

import struct
import zipfile
import zlib
from calendar import timegm
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import PurePosixPath

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import MB, Limits
from nlp_kit.reading.folder import is_system_file
from nlp_kit.reading.kinds import sniff

_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_UNICODE_PATH = 0x7075
_BROKEN = "压缩包不完整或已损坏，请重新打包，或解压后把里面的材料放进来"
_OUTSIDE = "在压缩包里的位置不正常（指向包外），没有读，请解压后检查"


@dataclass(frozen=True, slots=True)
class Content:
    """One file as it was handed in, on its own or in an archive.

    Args:
        path: The archive's path, a slash, the name inside; for a file that is no archive its own path.
        data: Its bytes.
        fault: Why there are none; empty otherwise.
        ignored: Whether it is a system file, which is no input.
        modified: When it was last changed, in seconds as files on disk count them; in an archive without a time zone.
    """

    path: str
    data: bytes = b""
    fault: str = ""
    ignored: bool = False
    modified: int = 0


@dataclass(slots=True)
class _Budget:
    """What is left of the limits for one archive with all that it holds."""

    files: int
    size: int


def open_content(data: bytes, path: str, modified: int = 0, limits: Limits | None = None) -> Iterator[Content]:
    """Yield the file itself, or the files in it when it is an archive, in name order, archives in archives opened too.

    Args:
        data: The whole file.
        path: Its relative path.
        modified: When it was last changed.
        limits: How many files and how much data an archive may hold, and how deep.
    """
    limits = limits or Limits()
    content = Content(path, data, modified=modified)
    budget = _Budget(limits.archive_files, limits.unpacked_mb * MB)
    seen: Counter[str] = Counter()
    for one in _open(content, limits, budget, limits.archive_depth):
        # An archive may hold two files under one name.
        seen[one.path] += 1
        yield one if seen[one.path] == 1 else replace(one, path=f"{one.path} ({seen[one.path]})")


def _open(content: Content, limits: Limits, budget: _Budget, depth: int) -> Iterator[Content]:
    data, path = content.data, content.path
    if not _is_archive(data, path):
        yield content
        return
    if depth == 0:
        yield Content(path, fault=f"压缩包套了 {limits.archive_depth} 层还没有完，没有再读，请解压后把里面的材料放进来")
        return
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = sorted(((member_name(info), info) for info in _files_of(archive)), key=lambda pair: pair[0])
            if len(members) > budget.files:
                yield Content(
                    path, fault=f"压缩包里的文件超过 {limits.archive_files} 个，没有读，请解压后挑出材料放进来"
                )
                return
            budget.files -= len(members)
            for name, info in members:
                yield from _open_member(archive, info, f"{path}/{name}", limits, budget, depth)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError, struct.error):
        yield Content(path, fault=_BROKEN)


def _is_archive(data: bytes, path: str) -> bool:
    try:
        return bool(data) and sniff(data, path) == "archive"
    except UnreadableError:
        # Reading it will say why.
        return False


def _files_of(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [info for info in archive.infolist() if info.filename and not info.is_dir()]


def _open_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, limits: Limits, budget: _Budget, depth: int
) -> Iterator[Content]:
    name = PurePosixPath(member_name(info))
    if is_system_file(name.name) or "__MACOSX" in name.parts:
        yield Content(path, ignored=True)
    elif name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
        yield Content(f"{path.partition(str(name))[0]}{name.name}", fault=_OUTSIDE)
    elif info.flag_bits & _ENCRYPTED:
        yield Content(path, fault="所在的压缩包加了密码，请解压后把材料放进来")
    elif info.file_size > min(budget.size, limits.file_mb * MB):
        yield Content(path, fault=f"解压后超过上限（共 {limits.unpacked_mb} MB，每个 {limits.file_mb} MB），没有读")
    else:
        budget.size -= info.file_size
        try:
            data = archive.read(info)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, RuntimeError):
            yield Content(path, fault=_BROKEN)
            return
        modified = timegm((*info.date_time, 0, 0, 0))
        yield from _open(Content(path, data, modified=modified), limits, budget, depth - 1)


def member_name(info: zipfile.ZipInfo) -> str:
    """Return the real name of a file in an archive, with forward slashes.

    Names without the UTF-8 flag were decoded by ``zipfile`` as code page 437; programs on Chinese Windows write them
    in GBK, some others in UTF-8 without saying so. A Unicode Path field (APPNOTE 4.6.9) outweighs both.
    """
    declared = _unicode_path(info.extra)
    if declared:
        return declared.replace("\\", "/")
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _unicode_path(extra: bytes) -> str:
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == _UNICODE_PATH and size > 5:
            return extra[9 : 4 + size].decode("utf-8", "replace")
        extra = extra[4 + size :]
    return ""
