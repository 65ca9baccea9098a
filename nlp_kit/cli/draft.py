"""nlpkit draft-problems, draft-report, demo."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from nlp_kit.cli.options import ChineseCommand, Name, PlainPath, headcount_table, quiet_option, workspace_option
from nlp_kit.cli.output import (
    DRAFT_SUFFIXES,
    EXIT_UNREADABLE,
    choose_format,
    open_workspace,
    render,
    show_progress,
    tell,
    write,
)
from nlp_kit.errors import InputError, OutputError, UnreadableError
from nlp_kit.records import Report

if TYPE_CHECKING:
    from nlp_kit.export import Style


Command = Callable[..., int]


class Choices(TypedDict):
    """The options of ``drafting_options`` but for the workspace and --quiet."""

    output: Path | None
    format_: str | None
    length: str
    style: "Style"
    headcounts: Path | None
    sources: bool
    polish: str | None
    polish_model: str
    polish_remote: bool


def drafting_options(command: Command) -> Command:
    """Add what drafting a section and drafting a report have in common."""
    for option in (
        quiet_option,
        workspace_option,
        click.option("--polish-remote", is_flag=True, help="允许 --polish 用别的机器上的模型；材料内容会传过去。"),
        click.option("--polish-model", type=Name("模型"), default="default", metavar="名称", help="用哪个模型。"),
        click.option(
            "--polish",
            type=Name("地址"),
            metavar="地址",
            help="请本机的语言模型逐句润色（OpenAI 接口），例如 http://127.0.0.1:8080；通不过检查的一律不用。",
        ),
        click.option("--sources", is_flag=True, help="在 Word 文件里用批注写明每句话的出处，只供书记核对。"),
        click.option("--headcounts", type=PlainPath(), metavar="文件", help="换用自己的人数用语表（TOML）。"),
        click.option(
            "--style",
            type=click.Choice(["paragraph", "items"]),
            default="paragraph",
            help="每个方面写成一段（paragraph，默认），或分条（items）。",
        ),
        click.option(
            "--length",
            type=click.Choice(["short", "normal", "long"]),
            default="normal",
            help="每段的长短：short 约 120—200 字，normal 200—300 字（默认），long 约 360—450 字。",
        ),
        click.option(
            "--format",
            "format_",
            type=click.Choice(["text", "markdown", "docx", "xlsx", "html", "json"]),
            help="输出格式；默认在屏幕上显示文字。",
        ),
        click.option(
            "-o",
            "--output",
            type=PlainPath(),
            metavar="文件",
            help="写入文件，格式随结尾：.docx、.xlsx、.md、.txt、.html、.json。",
        ),
    ):
        command = option(command)
    return command


@click.command("draft-problems", cls=ChineseCommand, options_metavar="[选项]")
@drafting_options
def draft_problems_command(folder: Path, quiet: bool, **choices: Unpack[Choices]) -> int:
    """起草“查摆的主要问题”一节。

    依据工作区里已分类的材料，先用 nlpkit classify 分类。.xlsx 是问题清单；.json 里有每句话的出处和成员数，供核对。

    \b
    例：
      nlpkit draft-problems
      nlpkit draft-problems -o 查摆的主要问题.docx
      nlpkit draft-problems --length short --style items
      nlpkit draft-problems --sources -o 书记核对.docx
    """
    return _draft(folder, quiet, whole=False, **choices)


@click.command("draft-report", cls=ChineseCommand, options_metavar="[选项]")
@drafting_options
def draft_report_command(folder: Path, quiet: bool, **choices: Unpack[Choices]) -> int:
    """起草组织生活会情况报告的全文。

    查摆的问题、原因剖析、整改措施都依据工作区里的材料；只有人才知道的内容用【】留空。
    .xlsx 里是问题清单、整改台账和问题、原因、措施对照表。

    \b
    例：
      nlpkit draft-report -o 情况报告.docx
      nlpkit draft-report -o 整改台账.xlsx
    """
    return _draft(folder, quiet, whole=True, **choices)


def _draft(folder: Path, quiet: bool, *, whole: bool, **choices: Unpack[Choices]) -> int:
    output, polish = choices["output"], choices["polish"]
    chosen = choose_format(choices["format_"], output, DRAFT_SUFFIXES, "text")
    if chosen in ("docx", "xlsx") and output is None:
        raise click.UsageError(f"{chosen} 要写入文件，请加 -o 文件名.{chosen}")
    if choices["sources"] and chosen != "docx":
        raise click.UsageError("--sources 写的是 Word 批注，要和 -o 文件名.docx 一起用")
    from nlp_kit.cli.drafted import format_account, format_polished, format_report
    from nlp_kit.console import format_unreadable
    from nlp_kit.drafting import LENGTHS, DraftOptions
    from nlp_kit.language_model import LanguageModel
    from nlp_kit.pipeline import draft_problems, draft_report, engine_of, find_sources, polish_draft
    from nlp_kit.taxonomy import load_taxonomy

    table = headcount_table(choices["headcounts"])
    options = DraftOptions(LENGTHS[choices["length"]], table)
    model = LanguageModel(polish, choices["polish_model"], choices["polish_remote"]) if polish else None
    lines = []
    with open_workspace(folder, must_exist=True) as workspace:
        engine = engine_of(workspace)
        if model:
            polished = polish_draft(workspace, model.rephrase, options=options, engine=engine)
            draft = polished.draft
            lines = format_polished(polished, gone=model.is_gone, status=model.status)
        else:
            draft = draft_problems(workspace, options=options, engine=engine)
        drafted = draft_report(workspace, draft=draft, options=options, engine=engine) if whole else draft
        hide = engine.masker(workspace.names()).mask_path
        known = find_sources(workspace, engine) if choices["sources"] else None
    write(render(drafted, chosen, choices["style"], known), output, private=choices["sources"])
    unreadable = draft.account.unreadable
    least = options.length.least
    lines += format_unreadable(unreadable, hide) if quiet else format_account(draft, load_taxonomy(), hide, least)
    if isinstance(drafted, Report) and not quiet:
        lines += format_report(drafted)
    tell(lines, False)
    return EXIT_UNREADABLE if unreadable else 0


@click.command("check-draft", cls=ChineseCommand, options_metavar="[选项]")
@click.argument("file", type=PlainPath(), metavar="文件")
@click.option("--length", type=click.Choice(["short", "normal", "long"]), help="起草时选的长短；不写就由程序辨认。")
@click.option("--headcounts", type=PlainPath(), metavar="文件", help="起草时用的人数用语表（TOML）。")
@click.option("-o", "--output", type=PlainPath(), metavar="文件", help="把结果写入文件（.txt、.json）。")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), help="输出格式；默认在屏幕上显示文字。")
@workspace_option
@quiet_option
def check_draft_command(
    file: Path,
    length: str | None,
    headcounts: Path | None,
    output: Path | None,
    format_: str | None,
    folder: Path,
    quiet: bool,
) -> int:
    """检查“查摆的主要问题”，也可以检查人改过的稿子（.docx、.md、.txt）。

    逐句核对：人数用语、数字、姓名、单位、程度、照抄、重复、标点、顺序、长短，有没有混进原因、措施、成绩。
    “错误”要改；“请核对”由人判断改动的地方还是不是成员的意思。

    \b
    例：
      nlpkit check-draft 查摆的主要问题.docx
    """
    chosen = choose_format(format_, output, {".txt": "text", ".json": "json"}, "text")
    from nlp_kit.cli.drafted import format_faults
    from nlp_kit.drafting import LENGTHS, DraftOptions
    from nlp_kit.export import faults_json
    from nlp_kit.pipeline import check_draft
    from nlp_kit.reading import read_document

    if file.is_dir():
        raise InputError(f"“{file}”是文件夹，请写上要检查的那份稿子。")
    if not file.is_file():
        raise InputError(f"找不到文件“{file}”，请检查名字和位置。")
    try:
        text = read_document(file).text
    except UnreadableError as error:
        raise InputError(f"“{file.name}”{error}。") from error
    table = headcount_table(headcounts)
    with open_workspace(folder, must_exist=True) as workspace:
        options = DraftOptions(LENGTHS[length or "normal"], table)
        faults = check_draft(text, workspace, options=options, any_length=length is None)
    write(
        (faults_json(faults) if chosen == "json" else "".join(f"{line}\n" for line in format_faults(faults))).encode(),
        output,
    )
    return 0


@click.command("demo", cls=ChineseCommand, options_metavar="[选项]")
@click.option(
    "-o",
    "--output",
    type=PlainPath(),
    default=Path("demo"),
    metavar="文件夹",
    help="结果放在哪里；默认 demo。",
)
@quiet_option
def demo(output: Path, quiet: bool) -> int:
    """用自带的样例支部演示一遍，不需要自己的材料。

    \b
    例：
      nlpkit demo
      nlpkit demo -o 演示
    """
    from nlp_kit.export import blocks_text, draft_blocks, statements_jsonl
    from nlp_kit.page import beginning, page_of
    from nlp_kit.pipeline import classify_files, draft_problems
    from nlp_kit.resources import data_path

    if output.exists() and not output.is_dir():
        raise OutputError(f"“{output}”是文件，演示的结果要放在文件夹里，请用 -o 换一个名字。")
    samples = data_path("corpora", "samples", "branch")
    with open_workspace(output / ".nlpkit") as workspace:
        with show_progress(quiet, "读取材料") as progress:
            result = classify_files([samples], workspace, progress=progress)
        draft = draft_problems(workspace)
        with show_progress(quiet, "做网页") as progress:
            page = page_of(workspace, progress=progress)
    write(page.encode(), output / "一览.html", private=True, own=beginning(circulation=False))
    write(statements_jsonl(result.submissions).encode(), output / "语句.jsonl")
    for name in ("查摆的主要问题.docx", "查摆的主要问题.md", "依据.json"):
        write(render(draft, DRAFT_SUFFIXES[Path(name).suffix]), output / name)
    click.echo(blocks_text(draft_blocks(draft)))
    from nlp_kit.cli.drafted import format_account
    from nlp_kit.privacy import mask_path
    from nlp_kit.taxonomy import load_taxonomy

    tell(
        [
            *format_account(draft, load_taxonomy(), mask_path),
            f"样例材料在：{samples}",
            f"结果在：{output.absolute()}（一览.html、查摆的主要问题.docx、查摆的主要问题.md、依据.json、语句.jsonl）",
            "先双击一览.html 看看。",
        ],
        quiet,
    )
    return 0
