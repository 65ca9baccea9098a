"""Find the files that were handed in, with paths that stay the same wherever the command is run."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from nlp_kit.errors import InputError
from nlp_kit.records import Unreadable

# Left behind by systems and office programs; they are named to the user but are no input.
_SYSTEM_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_SYSTEM_PREFIXES = ("~$", ".~", "._")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read.

    Args:
        path: Relative, with forward slashes.
        location: Its place on disk.
        named: Whether the user named the file itself and not only a folder that holds it.
    """

    path: str
    location: Path
    named: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in the given folders: files in path order, places that cannot be entered, system files."""

    files: tuple[FoundFile, ...]
    unreadable: tuple[Unreadable, ...]
    ignored: tuple[str, ...]


def list_files(submissions: Iterable[Path], exclude: Path | None = None) -> Listing:
    """Return all files below the given folders and the given files themselves.

    With one argument, paths are relative to it; with several, to their common parent.

    Args:
        submissions: Folders or files.
        exclude: A folder that is no input (the workspace).

    Raises:
        InputError: An argument does not exist.
    """
    arguments = sorted({Path(os.path.abspath(given)) for given in submissions})
    for argument in arguments:
        if not _exists(argument):
            raise InputError(f"找不到“{argument.name or argument}”，请检查文件夹或文件名是否写对。")
    base = _base(arguments)
    roots = [(argument if argument.is_dir() else argument.parent).resolve() for argument in arguments]
    skipped = None if exclude is None else Path(os.path.abspath(exclude))
    files: dict[str, FoundFile] = {}
    unreadable: dict[str, Unreadable] = {}
    ignored: set[str] = set()
    for argument in arguments:
        for location in _walk(argument, skipped, base, unreadable):
            path, fault = _relative(location, base), _fault(location, roots)
            if is_system_file(location.name):
                ignored.add(_shown(path))
            elif fault:
                unreadable[_shown(path)] = Unreadable(_shown(path), fault)
            else:
                files[path] = FoundFile(path, location, named=location in arguments)
    return Listing(
        tuple(files[path] for path in sorted(files)),
        tuple(unreadable[path] for path in sorted(unreadable)),
        tuple(sorted(ignored)),
    )


def is_system_file(name: str) -> bool:
    """Whether a file of this name was left behind by a system or an office program."""
    return name.lower() in _SYSTEM_NAMES or name.startswith(_SYSTEM_PREFIXES)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        # No permission on the way there, or a name that the system cannot hold.
        return False


def _base(arguments: list[Path]) -> Path:
    if not arguments:
        raise InputError("没有给出材料，请写上材料所在的文件夹。")
    parents = {argument if argument.is_dir() else argument.parent for argument in arguments}
    try:
        return Path(os.path.commonpath(parents))
    except ValueError as error:
        raise InputError("给出的文件夹在不同的盘上，请把材料放到同一个盘里再运行。") from error


def _relative(location: Path, base: Path) -> str:
    return PurePosixPath(location.relative_to(base)).as_posix()


def _walk(argument: Path, exclude: Path | None, base: Path, unreadable: dict[str, Unreadable]) -> Iterable[Path]:
    if not argument.is_dir():
        yield argument
        return

    def report(error: OSError) -> None:
        path = _relative(Path(error.filename), base) if error.filename else "."
        path = argument.name if path == "." else path
        unreadable[path] = Unreadable(path, "文件夹打不开，请检查是否有权限")

    for folder, subfolders, names in os.walk(argument, onerror=report):
        subfolders[:] = sorted(name for name in subfolders if Path(folder, name) != exclude)
        yield from (Path(folder, name) for name in subfolders if Path(folder, name).is_symlink())
        yield from (Path(folder, name) for name in sorted(names))


def _fault(location: Path, roots: list[Path]) -> str:
    """Return why a file must not be opened, "" for none."""
    if _is_raw(str(location)):
        return "文件名的编码不对，请把文件改名后再放进来"
    if not location.is_symlink():
        return ""
    try:
        target = location.resolve(strict=True)
    except (OSError, RuntimeError):
        return "是失效的快捷链接，请把文件本身复制进来"
    if target.is_dir():
        return "是文件夹的快捷链接，请把文件夹本身复制进来"
    if not any(target.is_relative_to(root) for root in roots):
        return "是指向文件夹外面的快捷链接，请把文件本身复制进来"
    return ""


def _shown(path: str) -> str:
    """Return a path that can be printed: names from old Chinese systems arrive as raw GB18030 bytes."""
    return os.fsencode(path).decode("gb18030", "replace") if _is_raw(path) else path


def _is_raw(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
