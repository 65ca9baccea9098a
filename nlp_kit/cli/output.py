"""How commands open the workspace, show progress, and write results to files or standard output."""

import errno
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nlp_kit.errors import OutputError

if TYPE_CHECKING:
    from nlp_kit.export import Style
    from nlp_kit.intake import Progress
    from nlp_kit.records import Draft, Report, Source, Span
    from nlp_kit.workspace import Workspace

# Files with members' own words are for the committee; others may not read them.
_PRIVATE = 0o600

EXIT_ERROR, EXIT_USAGE, EXIT_UNREADABLE = 1, 2, 3

# What people go on working on in other programs.
_EDITED = (".docx", ".xlsx", ".md", ".markdown", ".txt", ".html", ".toml")

DRAFT_SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".html": "html",
    ".json": "json",
}


def choose_format(format_: str | None, output: Path | None, suffixes: dict[str, str], default: str) -> str:
    """Return the format that the option names, or the file's ending, or the default for the screen.

    Raises:
        UsageError: The ending stands for no format.
        OutputError: It is a folder.
    """
    if format_ is not None:
        return format_
    if output is None:
        return default
    _refuse_folder(output)
    chosen = suffixes.get(output.suffix.lower())
    if chosen is None:
        raise click.UsageError(f"认不出“{output.name}”的结尾，可以用：{'、'.join(suffixes)}，或加 --format 说明")
    return chosen


def render(
    drafted: "Draft | Report",
    format_: str,
    style: "Style" = "paragraph",
    sources: "Mapping[Span, Source] | None" = None,
) -> bytes:
    """Return a draft or a report in one of the formats of ``DRAFT_SUFFIXES``; ``sources`` are for a copy in Word."""
    from nlp_kit import export
    from nlp_kit.records import Report
    from nlp_kit.taxonomy import load_taxonomy

    if isinstance(drafted, Report):
        draft, blocks = drafted.draft, export.report_blocks(drafted, style)
    else:
        draft, blocks = drafted, export.draft_blocks(drafted, style)
    if format_ == "json":
        return (export.report_json(drafted) if isinstance(drafted, Report) else export.draft_json(draft)).encode()
    if format_ == "xlsx":
        taxonomy = load_taxonomy()
        if isinstance(drafted, Report):
            return export.report_xlsx(drafted, taxonomy)
        return export.problems_xlsx(draft, taxonomy)
    if format_ == "docx":
        return export.blocks_docx(blocks, draft.members, sources)
    writers = {"text": export.blocks_text, "markdown": export.blocks_markdown, "html": export.blocks_html}
    return writers[format_](blocks).encode()


def open_workspace(folder: Path, must_exist: bool = False) -> "Workspace":
    """Open the workspace in a folder.

    Raises:
        InputError: It has to be there already and is not.
        WorkspaceError: It cannot be opened.
    """
    from nlp_kit.errors import InputError
    from nlp_kit.schema import FILE_NAME
    from nlp_kit.workspace import Workspace

    if must_exist and not (folder / FILE_NAME).exists():
        raise InputError(f"工作区“{folder}”里还没有材料，请先运行：nlpkit classify 材料所在的文件夹")
    return Workspace(folder)


def write(data: bytes, output: Path | None, *, private: bool = False, own: bytes | None = None) -> None:
    """Write to a file, whole or not at all, or to standard output; a private file can be read by its owner alone.

    What stood in a document of that name may be a person's work; it is kept beside it under a name that is free, unless
    it begins with ``own``, which no person edits.
    """
    from nlp_kit.console import show

    if output is None:
        show(data)
        return
    _refuse_folder(output)
    partial = output.with_name(f".nlpkit-{os.getpid()}.part")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        if output.exists() and not os.access(output, os.W_OK):
            raise PermissionError(errno.EACCES, "read-only", str(output))
        if output.exists() and not output.is_file():
            output.write_bytes(data)
            return
        try:
            private = private or output.suffix.lower() in (".json", ".jsonl")
            partial.touch(mode=_PRIVATE if private else 0o666)
            partial.write_bytes(data)
            before = output.read_bytes() if output.suffix.lower() in _EDITED and output.exists() else data
            if before != data and not (own and before.startswith(own)):
                tell([f"原来的“{output.name}”没有丢，改名为“{_put_by(output).name}”。"], False)
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"写不了“{output}”：{write_problem(error)}。") from error


def _refuse_folder(output: Path) -> None:
    if output.is_dir():
        raise OutputError(f"写不了“{output}”：它是文件夹，请在后面写上文件名。")


def _put_by(file: Path) -> Path:
    """Rename a file to the first free name and return it."""
    number = 1
    while (kept := file.with_stem(f"{file.stem}（旧{number}）")).exists():
        number += 1
    return file.rename(kept)


def write_problem(error: OSError) -> str:
    """Return why nothing could be written and what to do, without a full stop."""
    problems = {
        errno.ENOSPC: "磁盘已满，请腾出空间后再试",
        errno.EACCES: "没有权限，或者文件正在 Word、WPS 里打开，请关闭后再试",
        errno.EPERM: "没有权限，或者文件正在 Word、WPS 里打开，请关闭后再试",
        errno.EROFS: "磁盘是只读的，请换一个位置",
        errno.ENOTDIR: "上一级不是文件夹，请换一个位置",
        errno.EEXIST: "上一级不是文件夹，请换一个位置",
        errno.ENAMETOOLONG: "文件名太长，请改短",
    }
    return problems.get(error.errno or 0, "请检查路径和磁盘，或换一个位置")


def tell(lines: list[str], quiet: bool) -> None:
    """Print messages for the person on stderr."""
    if quiet:
        return
    for line in lines:
        click.echo(line, err=True)


def confirm(question: str) -> bool:
    """Ask the person at the terminal; only a clear yes counts, and who breaks off has not said it."""
    answers = {"是": True, "y": True, "yes": True, "": False, "否": False, "n": False, "no": False}
    try:
        while True:
            told = click.prompt(f"{question}（是/否，默认否）", "", show_default=False, prompt_suffix="：", err=True)
            if told.strip().lower() in answers:
                return answers[told.strip().lower()]
            click.echo("没有看懂，请写“是”或“否”。", err=True)
    except click.Abort:
        click.echo(err=True)
        return False


@contextmanager
def show_progress(quiet: bool, title: str) -> "Iterator[Progress | None]":
    """Show a progress bar on stderr when somebody is looking; its texts say what is being worked on.

    Names of persons in file names are masked there too.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from nlp_kit.console import make_console
    from nlp_kit.privacy import mask_path

    columns = (
        TextColumn(title),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[what]}", markup=False),
    )
    with Progress(*columns, console=make_console(sys.stderr), transient=True) as bar:
        task = bar.add_task("", total=None, what="")
        yield lambda done, total, what: bar.update(task, completed=done, total=total, what=mask_path(what))


def fail(sentence: str) -> None:
    """Print an error on stderr."""
    click.echo(f"错误：{sentence}", err=True)
