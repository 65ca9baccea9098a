"""nlpkit report."""

from pathlib import Path

import click

from nlp_kit.cli.options import ChineseCommand, PlainPath, headcount_table, quiet_option, workspace_option
from nlp_kit.cli.output import EXIT_UNREADABLE, open_workspace, show_progress, tell, write


@click.command("report", cls=ChineseCommand, options_metavar="[选项]")
@click.option(
    "-o",
    "--output",
    type=PlainPath(),
    metavar="文件",
    help="写入哪个文件（.html）；默认书记版是 report.html，传阅版是 传阅版.html。",
)
@click.option("--circulation", is_flag=True, help="传阅版：不列成员的语句、代号和文件名。默认是书记版，有原话。")
@click.option(
    "--length",
    type=click.Choice(["short", "normal", "long"]),
    default="normal",
    help="草稿每段的长短，同 nlpkit draft-problems。",
)
@click.option("--headcounts", type=PlainPath(), metavar="文件", help="换用自己的人数用语表（TOML）。")
@click.option("--against", type=PlainPath(), multiple=True, metavar="文件夹", help="审核时查抄袭，同 nlpkit audit。")
@click.option("--last-year", type=PlainPath(), multiple=True, metavar="文件夹", help="审核时比上年，同 nlpkit audit。")
@click.option("--rules", type=PlainPath(), metavar="文件", help="换用自己的审核规则（TOML），同 nlpkit audit。")
@workspace_option
@quiet_option
def report_command(
    output: Path | None,
    circulation: bool,
    length: str,
    headcounts: Path | None,
    against: tuple[Path, ...],
    last_year: tuple[Path, ...],
    rules: Path | None,
    folder: Path,
    quiet: bool,
) -> int:
    """把结果做成一个网页，双击就能看，不联网。

    有概览、草稿（点一句看出处）、问题组、语句地图、待人判断的、材料审核、每条语句的去向；能搜索、筛选、打印。

    \b
    例：
      nlpkit report
      nlpkit report -o 书记版.html
      nlpkit report --circulation
    """
    output = output or Path("传阅版.html" if circulation else "report.html")
    if output.suffix.lower() not in (".html", ".htm"):
        raise click.UsageError(f"网页要写进 .html 结尾的文件，“{output.name}”不是")
    from nlp_kit.audit.rules import load_rules
    from nlp_kit.console import format_unreadable
    from nlp_kit.drafting import LENGTHS, DraftOptions
    from nlp_kit.page import beginning, page_of
    from nlp_kit.pipeline import engine_of

    options = DraftOptions(LENGTHS[length], headcount_table(headcounts))
    with open_workspace(folder, must_exist=True) as workspace, show_progress(quiet, "做网页") as progress:
        page = page_of(
            workspace,
            circulation=circulation,
            options=options,
            progress=progress,
            audit_rules=load_rules(rules),
            against=against,
            last_year=last_year,
        )
        unreadable, hide = workspace.unreadable(), engine_of(workspace).masker(workspace.names()).mask_path
    write(page.encode(), output, private=not circulation, own=beginning(circulation))
    tell(format_unreadable(unreadable, hide), False)
    advice = (
        "不列成员的语句、代号和文件名；传阅前请支委会看一遍。"
        if circulation
        else "里面有成员的原话，不要外传；传阅请加 --circulation。"
    )
    tell([f"已写好“{output}”，用浏览器打开。{advice}"], quiet)
    return EXIT_UNREADABLE if unreadable else 0
