"""The command line: each command parses, calls one function, prints. Nothing heavy is imported before it is needed."""

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nlp_kit import __version__
from nlp_kit.errors import NlpkitError, OutputError

if TYPE_CHECKING:
    from nlp_kit.engine import Engine
    from nlp_kit.pipeline import Progress
    from nlp_kit.records import Draft
    from nlp_kit.workspace import Workspace

EXIT_ERROR, EXIT_USAGE, EXIT_UNREADABLE = 1, 2, 3

_DRAFT_SUFFIXES = {".md": "markdown", ".markdown": "markdown", ".txt": "text", ".docx": "docx", ".json": "json"}
_CLASSIFY_SUFFIXES = {".jsonl": "jsonl"}

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _PlainPath(click.ParamType):  # type: ignore[type-arg] # generic only since click 8.3
    """A path as it is written; whether it can be used is found out, and said in Chinese, when it is used."""

    name = "path"

    def convert(self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if not str(value).strip():
            raise click.UsageError("文件夹或文件的名字是空的", ctx)
        return Path(value)


class _Share(click.ParamType):  # type: ignore[type-arg] # generic only since click 8.3
    """A number from 0 to 1."""

    name = "share"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            share = float(value)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            raise click.UsageError(f"“{value}”不是 0 到 1 之间的数，例如 0.6", ctx)
        return share


_theme_option = click.option(
    "--taxonomy",
    "theme",
    metavar="分类表",
    help="换一套分类：自带分类表的名称（见 nlpkit taxonomy list），或自己写的 .toml 文件。",
)
_workspace_option = click.option(
    "--workspace",
    "folder",
    type=_PlainPath(),
    envvar="NLPKIT_WORKSPACE",
    default=Path(".nlpkit"),
    metavar="文件夹",
    help="工作区，存放读取和分类的结果；默认是当前文件夹下的 .nlpkit。",
)
_quiet_option = click.option("--quiet", is_flag=True, help="不显示进度和说明，只输出结果和错误。")


class _Group(click.Group):
    """A group whose help pages and errors are in Chinese."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(f"没有“{args[0]}”这个命令，可用的命令是：{'、'.join(self.list_commands(ctx))}", ctx)
        return super().resolve_command(ctx, args)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _chinese_help(super().get_help_option(ctx))


class _Command(click.Command):
    """A command whose help page is in Chinese."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _chinese_help(super().get_help_option(ctx))


def _chinese_help(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "显示这页帮助。"
    return option


@click.group(
    cls=_Group,
    context_settings=CONTEXT,
    invoke_without_command=True,
    options_metavar="[选项]",
    subcommand_metavar="命令 …",
)
@click.version_option(
    __version__, "-V", "--version", prog_name="nlpkit", message="%(prog)s %(version)s", help="显示版本号。"
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """把党员的个人对照检查材料汇总成“查摆的主要问题”。

    全部在本机完成，不联网。先分类，再起草：

    \b
      nlpkit classify 材料文件夹
      nlpkit draft-problems -o 查摆的主要问题.docx
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@cli.command(cls=_Command, options_metavar="[选项]")
@click.argument("submissions", nargs=-1, required=True, type=_PlainPath(), metavar="SUBMISSIONS...")
@click.option("-o", "--output", type=_PlainPath(), metavar="文件", help="把结果写入文件（.jsonl）。")
@click.option("--format", "format_", type=click.Choice(["table", "jsonl"]), help="输出格式；默认在屏幕上显示表格。")
@click.option("--lines", is_flag=True, help="每行是一条语句（从表格粘贴的清单），不再拆分。")
@_theme_option
@click.option(
    "--review-below",
    type=_Share(),
    metavar="把握",
    help="把握低于此值的语句留给人判断，0 到 1；默认由模型定。",
)
@_workspace_option
@_quiet_option
def classify(
    submissions: tuple[Path, ...],
    output: Path | None,
    format_: str | None,
    lines: bool,
    theme: str | None,
    review_below: float | None,
    folder: Path,
    quiet: bool,
) -> int:
    """读取材料，找出其中的问题并分类。

    SUBMISSIONS 是材料所在的文件夹或文件，可以写多个。能读 .docx、.txt 和 .md；读不了的文件会逐个说明原因。

    \b
    例：
      nlpkit classify 2025年度材料
      nlpkit classify 2025年度材料 -o 语句.jsonl
      nlpkit classify --lines 意见清单.txt --format jsonl
      nlpkit classify 2025年度材料 --taxonomy 2025-members
    """
    chosen = _choose_format(format_, output, _CLASSIFY_SUFFIXES, "table")
    if chosen == "table" and output is not None:
        raise click.UsageError("表格只能显示在屏幕上，写入文件请用 --format jsonl")
    from nlp_kit.console import format_run, make_console, submissions_table
    from nlp_kit.engine import Engine
    from nlp_kit.export import statements_jsonl
    from nlp_kit.pipeline import classify_files
    from nlp_kit.themes import load_theme

    engine = Engine(theme=load_theme(theme) if theme else None, review_below=review_below)
    with _open_workspace(folder) as workspace, _progress(quiet) as progress:
        result = classify_files(submissions, workspace, lines=lines, progress=progress, engine=engine)
    if chosen == "jsonl":
        _write(statements_jsonl(result.submissions).encode(), output)
    elif result.submissions:
        make_console(sys.stdout).print(submissions_table(result.submissions, *_columns(engine)))
    following = "nlpkit draft-problems" if engine.theme is None else ""
    _tell(format_run(result, following), quiet and not result.unreadable)
    return EXIT_UNREADABLE if result.unreadable else 0


def _columns(engine: "Engine") -> tuple[dict[str, str], str]:
    """Return key → short name of the categories that answers have, and what they are called together."""
    if engine.theme is not None:
        return {one.key: one.name for one in engine.theme.classes}, f"“{engine.theme.title}”各类"
    return {one.key: one.short for one in engine.taxonomy.categories}, "四个方面"


@cli.command("draft-problems", cls=_Command, options_metavar="[选项]")
@click.option(
    "-o",
    "--output",
    type=_PlainPath(),
    metavar="文件",
    help="写入文件，格式随结尾：.docx、.md、.txt、.json。",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown", "docx", "json"]),
    help="输出格式；默认在屏幕上显示文字。",
)
@_workspace_option
@_quiet_option
def draft_problems_command(output: Path | None, format_: str | None, folder: Path, quiet: bool) -> int:
    """起草“查摆的主要问题”一节。

    依据工作区里已分类的材料，先用 nlpkit classify 分类。JSON 里有每句话的出处和成员数，供核对。

    \b
    例：
      nlpkit draft-problems
      nlpkit draft-problems -o 查摆的主要问题.docx
      nlpkit draft-problems --format json -o 依据.json
    """
    chosen = _choose_format(format_, output, _DRAFT_SUFFIXES, "text")
    if chosen == "docx" and output is None:
        raise click.UsageError("docx 要写入文件，请加 -o 文件名.docx")
    from nlp_kit.console import format_account
    from nlp_kit.pipeline import draft_problems
    from nlp_kit.taxonomy import load_taxonomy

    with _open_workspace(folder, must_exist=True) as workspace:
        draft = draft_problems(workspace)
    _write(_render(draft, chosen), output)
    _tell(format_account(draft, load_taxonomy()), quiet and not draft.account.unreadable)
    return EXIT_UNREADABLE if draft.account.unreadable else 0


@cli.command(cls=_Command, options_metavar="[选项]")
@click.option(
    "-o",
    "--output",
    type=_PlainPath(),
    default=Path("demo"),
    metavar="文件夹",
    help="结果放在哪里；默认 demo。",
)
@_quiet_option
def demo(output: Path, quiet: bool) -> int:
    """用自带的样例支部演示一遍，不需要自己的材料。

    \b
    例：
      nlpkit demo
      nlpkit demo -o 演示
    """
    from nlp_kit.export import draft_text, statements_jsonl
    from nlp_kit.pipeline import classify_files, draft_problems
    from nlp_kit.resources import data_path

    samples = data_path("corpora", "samples", "branch")
    with _open_workspace(output / ".nlpkit") as workspace:
        with _progress(quiet) as progress:
            result = classify_files([samples], workspace, progress=progress)
        draft = draft_problems(workspace)
    _write(statements_jsonl(result.submissions).encode(), output / "语句.jsonl")
    for name in ("查摆的主要问题.docx", "查摆的主要问题.md", "依据.json"):
        _write(_render(draft, _DRAFT_SUFFIXES[Path(name).suffix]), output / name)
    click.echo(draft_text(draft))
    from nlp_kit.console import format_account
    from nlp_kit.taxonomy import load_taxonomy

    _tell(
        [
            *format_account(draft, load_taxonomy()),
            f"样例材料在：{samples}",
            f"结果在：{output.absolute()}（查摆的主要问题.docx、查摆的主要问题.md、依据.json、语句.jsonl）",
        ],
        quiet,
    )
    return 0


@cli.group("taxonomy", cls=_Group, options_metavar="[选项]", subcommand_metavar="命令 …", invoke_without_command=True)
@click.pass_context
def taxonomy_group(ctx: click.Context) -> None:
    """查看、检查和新建分类表。

    每年的会议要求不同，可以换一套分类：写上类别名称和一句说明，最好再给每类几条原话作例句。

    \b
      nlpkit taxonomy list
      nlpkit taxonomy new 我的分类.toml
      nlpkit classify 材料文件夹 --taxonomy 我的分类.toml
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@taxonomy_group.command("list", cls=_Command, options_metavar="[选项]")
def taxonomy_list() -> int:
    """列出自带的分类表。

    \b
    例：
      nlpkit taxonomy list
    """
    from nlp_kit.console import make_console, themes_table
    from nlp_kit.themes import load_theme, shipped_themes

    themes = {name: load_theme(name) for name in shipped_themes()}
    make_console(sys.stdout).print(themes_table(themes))
    return 0


@taxonomy_group.command("show", cls=_Command, options_metavar="[选项]")
@click.argument("theme", metavar="分类表")
def taxonomy_show(theme: str) -> int:
    """显示一个分类表的类别、说明和例句。

    \b
    例：
      nlpkit taxonomy show 2025-members
    """
    from nlp_kit.console import format_theme
    from nlp_kit.themes import load_theme

    _write(("\n".join(format_theme(load_theme(theme))) + "\n").encode(), None)
    return 0


@taxonomy_group.command("check", cls=_Command, options_metavar="[选项]")
@click.argument("theme", metavar="分类表")
def taxonomy_check(theme: str) -> int:
    """检查分类表写得对不对，例句有没有放错类。

    \b
    例：
      nlpkit taxonomy check 我的分类.toml
    """
    from nlp_kit.console import format_theme_report
    from nlp_kit.themes import find_theme, theme_faults

    path = find_theme(theme)
    found = theme_faults(path)
    if found:
        for number, fault in enumerate(found, 1):
            click.echo(f"{number}. {fault}。", err=True)
        _fail(f"分类表“{path.name}”有 {len(found)} 处要改，改好后再检查一次。")
        return EXIT_ERROR
    from nlp_kit.engine import check_theme

    _write(("\n".join(format_theme_report(check_theme(theme))) + "\n").encode(), None)
    return 0


@taxonomy_group.command("new", cls=_Command, options_metavar="[选项]")
@click.argument("output", type=_PlainPath(), metavar="文件")
@click.option("--from", "source", metavar="分类表", help="照着自带的或已有的分类表复制一份来改。")
def taxonomy_new(output: Path, source: str | None) -> int:
    """新建一个分类表文件，供自己填写。

    \b
    例：
      nlpkit taxonomy new 我的分类.toml
      nlpkit taxonomy new 我的分类.toml --from 2025-members
    """
    from nlp_kit.themes import TEMPLATE, find_theme

    if output.suffix.lower() != ".toml":
        raise click.UsageError(f"分类表的文件名要以 .toml 结尾，例如 {output.name or '我的分类'}.toml")
    if output.exists():
        raise OutputError(f"“{output}”已经有了，没有改动它；请换一个名字，或先把它移开。")
    _write(find_theme(source).read_bytes() if source else TEMPLATE.encode(), output)
    _tell([f"已写好“{output}”，用记事本打开，照里面的样子填写；填好后检查：nlpkit taxonomy check {output}"], False)
    return 0


def _choose_format(format_: str | None, output: Path | None, suffixes: dict[str, str], default: str) -> str:
    if format_ is not None:
        return format_
    if output is None:
        return default
    chosen = suffixes.get(output.suffix.lower())
    if chosen is None:
        raise click.UsageError(f"认不出“{output.name}”的结尾，可以用：{'、'.join(suffixes)}，或加 --format 说明")
    return chosen


def _render(draft: "Draft", format_: str) -> bytes:
    from nlp_kit import export

    if format_ == "docx":
        return export.draft_docx(draft)
    renderers: dict[str, Callable[[Draft], str]] = {
        "text": export.draft_text,
        "markdown": export.draft_markdown,
        "json": export.draft_json,
    }
    return renderers[format_](draft).encode()


def _open_workspace(folder: Path, must_exist: bool = False) -> "Workspace":
    from nlp_kit.errors import InputError
    from nlp_kit.workspace import FILE_NAME, Workspace

    if must_exist and not (folder / FILE_NAME).exists():
        raise InputError(f"工作区“{folder}”里还没有材料，请先运行：nlpkit classify 材料所在的文件夹")
    return Workspace(folder)


def _write(data: bytes, output: Path | None) -> None:
    """Write to a file, whole or not at all, or to standard output."""
    from nlp_kit.console import show

    if output is None:
        show(data)
        return
    if output.is_dir():
        raise OutputError(f"写不了“{output}”：它是文件夹，请在后面写上文件名。")
    partial = output.with_name(f".nlpkit-{os.getpid()}.part")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        if output.exists() and not os.access(output, os.W_OK):
            raise PermissionError(errno.EACCES, "read-only", str(output))
        if output.exists() and not output.is_file():
            output.write_bytes(data)
            return
        try:
            partial.write_bytes(data)
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"写不了“{output}”：{_write_problem(error)}。") from error


def _write_problem(error: OSError) -> str:
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


def _tell(lines: list[str], quiet: bool) -> None:
    """Print messages for the person on stderr."""
    if quiet:
        return
    for line in lines:
        click.echo(line, err=True)


@contextmanager
def _progress(quiet: bool) -> "Iterator[Progress | None]":
    """Show a progress bar on stderr while files are read, when somebody is looking."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from nlp_kit.console import make_console

    columns = (
        TextColumn("读取材料"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[path]}", markup=False),
    )
    with Progress(*columns, console=make_console(sys.stderr), transient=True) as bar:
        task = bar.add_task("", total=None, path="")
        yield lambda done, total, path: bar.update(task, completed=done, total=total, path=path)


def main() -> None:
    """Run the command line and leave with its exit code; every error is one sentence on stderr."""
    from nlp_kit.console import ChineseFormatter, forgive_unprintable, silence_stdout, usage_sentence

    forgive_unprintable()
    click.Context.formatter_class = ChineseFormatter
    try:
        code = cli.main(standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.UsageError as error:
        _fail(usage_sentence(error))
        code = EXIT_USAGE
    except NlpkitError as error:
        _fail(str(error))
        code = EXIT_ERROR
    except (click.Abort, KeyboardInterrupt):
        _fail("已中断；处理完的材料都已保存，再运行一次会接着做。")
        code = EXIT_ERROR
    except BrokenPipeError:
        # The reader of our output has gone (| head); there is nobody to tell.
        silence_stdout()
        code = 0
    except OSError as error:
        silence_stdout()
        _fail(f"输出写不出去：{_write_problem(error)}。")
        code = EXIT_ERROR
    except Exception as error:
        kind = type(error).__name__
        _fail(f"程序出了意料之外的错（{kind}），这次的结果没有写出；请把运行的命令和版本号告诉维护者。")
        code = EXIT_ERROR
    sys.exit(code)


def _fail(sentence: str) -> None:
    click.echo(f"错误：{sentence}", err=True)
