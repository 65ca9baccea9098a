"""nlpkit review export, apply, log, undo, diff, agree."""

from pathlib import Path

import click

from nlp_kit.cli.options import ChineseCommand, ChineseGroup, Name, Number, PlainPath, quiet_option, workspace_option
from nlp_kit.cli.output import EXIT_UNREADABLE, choose_format, fail, open_workspace, show_progress, tell, write

reviewer_option = click.option(
    "--reviewer", type=Name("复核人"), default="支委会", metavar="姓名", help="谁定的，记进记录；默认“支委会”。"
)


@click.group(
    "review", cls=ChineseGroup, options_metavar="[选项]", subcommand_metavar="命令 …", invoke_without_command=True
)
@click.pass_context
def review_group(ctx: click.Context) -> None:
    """由人复核：改分类、调分组、改句子，以后每次运行都算数。

    \b
      nlpkit review export -o 复核.xlsx
      （用 Excel、WPS 或 LibreOffice 改好存盘）
      nlpkit review apply 复核.xlsx --reviewer 张某
      nlpkit draft-problems
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@review_group.command("export", cls=ChineseCommand, options_metavar="[选项]")
@click.option(
    "-o", "--output", type=PlainPath(), default=Path("复核.xlsx"), metavar="文件", help="表格文件；默认 复核.xlsx。"
)
@workspace_option
@quiet_option
def export(output: Path, folder: Path, quiet: bool) -> int:
    """把语句、问题组和草稿写成一份可以改的表格。

    待人判断的语句排在最前、标黄；表里有下拉列表和用法说明。姓名等个人信息已经遮盖。

    \b
    例：
      nlpkit review export -o 复核.xlsx
    """
    choose_format(None, output, {".xlsx": "xlsx"}, "xlsx")
    from nlp_kit.pipeline import review_sheets

    with open_workspace(folder, must_exist=True) as workspace, show_progress(quiet, "整理"):
        sheets = review_sheets(workspace)
    write(sheets, output, private=True)
    tell([f'已写好“{output}”。改好存盘后运行：nlpkit review apply "{output}" --reviewer 您的名字'], quiet)
    return 0


@review_group.command("apply", cls=ChineseCommand, options_metavar="[选项]")
@click.argument("file", type=PlainPath(), metavar="文件")
@reviewer_option
@workspace_option
@quiet_option
def apply(file: Path, reviewer: str, folder: Path, quiet: bool) -> int:
    """采用改好的表格，记进记录；以后每次运行都照此办。

    只采用人改过的格子；排序、筛选、删行都不要紧。导出以后材料变了、或别人已经改了的，逐条指出，不会替人猜。

    \b
    例：
      nlpkit review apply 复核.xlsx --reviewer 张某
    """
    from nlp_kit.cli.reviewed import format_changes
    from nlp_kit.pipeline import apply_review

    with open_workspace(folder, must_exist=True) as workspace, show_progress(quiet, "采用"):
        changes = apply_review(file, workspace, reviewer)
    tell([*format_changes(changes), *changes.notes], quiet)
    for sentence in changes.conflicts:
        fail(sentence)
    return EXIT_UNREADABLE if changes.conflicts else 0


@review_group.command("log", cls=ChineseCommand, options_metavar="[选项]")
@click.option("-o", "--output", type=PlainPath(), metavar="文件", help="把记录写入文件（.txt、.json）。")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), help="输出格式；默认在屏幕上显示文字。")
@workspace_option
def log(output: Path | None, format_: str | None, folder: Path) -> int:
    """查看谁在什么时候定了什么、为什么。

    \b
    例：
      nlpkit review log
      nlpkit review log -o 记录.txt
    """
    chosen = choose_format(format_, output, {".txt": "text", ".json": "json"}, "text")
    from nlp_kit.cli.reviewed import format_log
    from nlp_kit.export import decisions_json
    from nlp_kit.review.standing import Standing, undone

    with open_workspace(folder, must_exist=True) as workspace:
        decisions = workspace.decisions()
        lost = {one.number for one in Standing(decisions).lost(workspace.submissions())}
    gone = undone(decisions)
    if chosen == "json":
        text = decisions_json(decisions, gone, lost)
    else:
        text = "".join(f"{line}\n" for line in format_log(decisions, gone, lost))
    write(text.encode(), output)
    return 0


@review_group.command("undo", cls=ChineseCommand, options_metavar="[选项]")
@click.argument("numbers", nargs=-1, type=Number(), metavar="[编号…]")
@reviewer_option
@workspace_option
@quiet_option
def undo(numbers: tuple[int, ...], reviewer: str, folder: Path, quiet: bool) -> int:
    """撤销决定：不写编号，撤销最近一次采用的全部改动。

    撤销也记进记录，原来的决定不会删掉。

    \b
    例：
      nlpkit review undo
      nlpkit review undo 12 13
    """
    from nlp_kit.cli.reviewed import format_undone
    from nlp_kit.pipeline import undo_decisions

    with open_workspace(folder, must_exist=True) as workspace:
        found = undo_decisions(numbers, workspace, reviewer)
    tell(format_undone(found), quiet)
    return 0


@review_group.command("diff", cls=ChineseCommand, options_metavar="[选项]")
@click.option("--since", type=Number(), default=0, metavar="编号", help="只看这条决定以后的；默认看全部。")
@workspace_option
def diff(since: int, folder: Path) -> int:
    """看人的决定让问题组和草稿变了什么。

    \b
    例：
      nlpkit review diff
      nlpkit review diff --since 12
    """
    from nlp_kit.cli.reviewed import format_difference
    from nlp_kit.pipeline import review_difference

    with open_workspace(folder, must_exist=True) as workspace:
        found = review_difference(workspace, since)
    write("".join(f"{line}\n" for line in format_difference(found)).encode(), None)
    return 0


@review_group.command("agree", cls=ChineseCommand, options_metavar="[选项]")
@click.argument("first", type=PlainPath(), metavar="表格1")
@click.argument("second", type=PlainPath(), metavar="表格2")
def agree(first: Path, second: Path) -> int:
    """比较两个人各自改的同一份表格：一致程度（κ）和分歧清单。

    \b
    例：
      nlpkit review agree 张某.xlsx 李某.xlsx
    """
    from nlp_kit.cli.reviewed import format_agreement
    from nlp_kit.review.agreement import compare_reviews
    from nlp_kit.review.readback import read_review

    found = compare_reviews(read_review(first), read_review(second))
    write("".join(f"{line}\n" for line in format_agreement(found)).encode(), None)
    return 0
