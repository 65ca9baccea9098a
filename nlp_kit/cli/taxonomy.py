"""nlpkit taxonomy list, show, check, new."""

import sys
from pathlib import Path

import click

from nlp_kit.cli.options import ChineseCommand, ChineseGroup, PlainPath
from nlp_kit.cli.output import EXIT_ERROR, fail, tell, write
from nlp_kit.errors import OutputError


@click.group(
    "taxonomy", cls=ChineseGroup, options_metavar="[选项]", subcommand_metavar="命令 …", invoke_without_command=True
)
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


@taxonomy_group.command("list", cls=ChineseCommand, options_metavar="[选项]")
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


@taxonomy_group.command("show", cls=ChineseCommand, options_metavar="[选项]")
@click.argument("theme", metavar="分类表")
def taxonomy_show(theme: str) -> int:
    """显示一个分类表的类别、说明和例句。

    \b
    例：
      nlpkit taxonomy show 2025-members
    """
    from nlp_kit.console import format_theme
    from nlp_kit.themes import load_theme

    write(("\n".join(format_theme(load_theme(theme))) + "\n").encode(), None)
    return 0


@taxonomy_group.command("check", cls=ChineseCommand, options_metavar="[选项]")
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
        fail(f"分类表“{path.name}”有 {len(found)} 处要改，改好后再检查一次。")
        return EXIT_ERROR
    from nlp_kit.engine import check_theme

    write(("\n".join(format_theme_report(check_theme(theme))) + "\n").encode(), None)
    return 0


@taxonomy_group.command("new", cls=ChineseCommand, options_metavar="[选项]")
@click.argument("output", type=PlainPath(), metavar="文件")
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
        raise click.UsageError(f"分类表的文件名要以 .toml 结尾，例如 {output.stem or '我的分类'}.toml")
    if output.exists():
        raise OutputError(f"“{output}”已经有了，没有改动它；请换一个名字，或先把它移开。")
    write(find_theme(source).read_bytes() if source else TEMPLATE.encode(), output)
    tell([f'已写好“{output}”，用记事本打开，照里面的样子填写；填好后检查：nlpkit taxonomy check "{output}"'], False)
    return 0
