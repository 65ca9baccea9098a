"""nlpkit privacy, nlpkit forget."""

import sys
from pathlib import Path

import click

from nlp_kit.cli.options import ChineseCommand, ChineseGroup, PlainPath, quiet_option, workspace_option
from nlp_kit.cli.output import EXIT_UNREADABLE, confirm, open_workspace, show_progress, tell, write


@click.group(
    "privacy", cls=ChineseGroup, options_metavar="[选项]", subcommand_metavar="命令 …", invoke_without_command=True
)
@click.pass_context
def privacy_group(ctx: click.Context) -> None:
    """查看材料里有哪些个人信息会被遮盖。"""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@privacy_group.command("check", cls=ChineseCommand, options_metavar="[选项]")
@click.argument("files", nargs=-1, required=True, type=PlainPath(), metavar="材料…")
@click.option(
    "--members", type=PlainPath(), metavar="名单", help="成员名单（.csv，要有“姓名”一列），名单上的人一定遮盖。"
)
@click.option("--show", is_flag=True, help="把原文也显示出来；默认只显示遮盖后的样子。")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="输出格式；默认 text。")
@workspace_option
@quiet_option
def check(files: tuple[Path, ...], members: Path | None, show: bool, format_: str, folder: Path, quiet: bool) -> int:
    """列出文件或文件夹里会被遮盖的姓名、证件号、电话、单位等。

    只查看，不改动文件。工作区里已知的成员姓名也会用上。

    \b
    例：
      nlpkit privacy check 查摆的主要问题.docx
      nlpkit privacy check 2025年度材料 --format json
    """
    from nlp_kit.console import format_privacy, format_unreadable
    from nlp_kit.inspection import inspect_files, inspection_json
    from nlp_kit.schema import FILE_NAME

    names: list[str] = []
    if (folder / FILE_NAME).exists():
        with open_workspace(folder) as workspace:
            names = workspace.names()
    with show_progress(quiet, "检查") as progress:
        result = inspect_files(files, names, members=members, exclude=folder, progress=progress)

    def hide(path: str) -> str:
        return path if show else result.hide(path)

    if format_ == "json":
        write(inspection_json(result.texts, show, hide).encode(), None)
    elif result.texts:
        write(("\n".join(format_privacy(result.texts, show, hide)) + "\n").encode(), None)
    tell(format_unreadable(result.unreadable, hide), False)
    return EXIT_UNREADABLE if result.unreadable else 0


@click.command("forget", cls=ChineseCommand, options_metavar="[选项]")
@click.argument("members", nargs=-1, metavar="[代号或姓名…]")
@click.option("--all", "everything", is_flag=True, help="删除整个工作区：读出的文字、分类、对照表和训练的模型。")
@click.option("--yes", is_flag=True, help="不再询问，直接删除。")
@workspace_option
@quiet_option
def forget(members: tuple[str, ...], everything: bool, yes: bool, folder: Path, quiet: bool) -> int:
    """从工作区里彻底删除某个成员，或删除整个工作区。

    只删工作区里的内容，不动交来的材料文件；材料还在文件夹里的，下次分类会再读进来。

    \b
    例：
      nlpkit forget 成员07
      nlpkit forget --all
    """
    if everything == bool(members):
        raise click.UsageError("请写上要删除的成员代号或姓名，或者用 --all 删除整个工作区")
    what = f"整个工作区“{folder}”" if everything else f"{'、'.join(members)}的全部内容"
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("删除后不能恢复；确定要删，请加 --yes")
        _require(members, folder)
        if not confirm(f"要删除{what}，删除后不能恢复。确定吗？"):
            tell(["没有删除。"], quiet)
            return 0
    if everything:
        from nlp_kit.erasing import remove_workspace

        remove_workspace(folder)
    else:
        with open_workspace(folder, must_exist=True) as workspace:
            workspace.forget(members)
    tell([f"已删除{what}。"], quiet)
    return 0


def _require(members: tuple[str, ...], folder: Path) -> None:
    """Find out whether there is anything to delete, before the person is asked about it.

    Raises:
        InputError: There is no workspace, or one of the members is not in it.
    """
    from nlp_kit.erasing import require_workspace

    require_workspace(folder)
    if members:
        with open_workspace(folder) as workspace:
            workspace.find_members(members)
