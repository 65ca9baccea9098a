"""nlpkit draft-problems, nlpkit demo."""

from functools import partial
from pathlib import Path

import click

from nlp_kit.cli.options import ChineseCommand, PlainPath, quiet_option, workspace_option
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
from nlp_kit.errors import OutputError


@click.command("draft-problems", cls=ChineseCommand, options_metavar="[选项]")
@click.option(
    "-o",
    "--output",
    type=PlainPath(),
    metavar="文件",
    help="写入文件，格式随结尾：.docx、.md、.txt、.json。",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown", "docx", "json"]),
    help="输出格式；默认在屏幕上显示文字。",
)
@workspace_option
@quiet_option
def draft_problems_command(output: Path | None, format_: str | None, folder: Path, quiet: bool) -> int:
    """起草“查摆的主要问题”一节。

    依据工作区里已分类的材料，先用 nlpkit classify 分类。JSON 里有每句话的出处和成员数，供核对。

    \b
    例：
      nlpkit draft-problems
      nlpkit draft-problems -o 查摆的主要问题.docx
      nlpkit draft-problems --format json -o 依据.json
    """
    chosen = choose_format(format_, output, DRAFT_SUFFIXES, "text")
    if chosen == "docx" and output is None:
        raise click.UsageError("docx 要写入文件，请加 -o 文件名.docx")
    from nlp_kit.console import format_account, format_unreadable
    from nlp_kit.pipeline import draft_problems
    from nlp_kit.privacy import mask_path
    from nlp_kit.taxonomy import load_taxonomy

    with open_workspace(folder, must_exist=True) as workspace:
        draft = draft_problems(workspace)
        hide = partial(mask_path, members=workspace.names())
    write(render(draft, chosen), output)
    unreadable = draft.account.unreadable
    tell(format_unreadable(unreadable, hide) if quiet else format_account(draft, load_taxonomy(), hide), False)
    return EXIT_UNREADABLE if draft.account.unreadable else 0


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
    from nlp_kit.export import draft_text, statements_jsonl
    from nlp_kit.pipeline import classify_files, draft_problems
    from nlp_kit.resources import data_path

    if output.exists() and not output.is_dir():
        raise OutputError(f"“{output}”是文件，演示的结果要放在文件夹里，请用 -o 换一个名字。")
    samples = data_path("corpora", "samples", "branch")
    with open_workspace(output / ".nlpkit") as workspace:
        with show_progress(quiet, "读取材料") as progress:
            result = classify_files([samples], workspace, progress=progress)
        draft = draft_problems(workspace)
    write(statements_jsonl(result.submissions).encode(), output / "语句.jsonl")
    for name in ("查摆的主要问题.docx", "查摆的主要问题.md", "依据.json"):
        write(render(draft, DRAFT_SUFFIXES[Path(name).suffix]), output / name)
    click.echo(draft_text(draft))
    from nlp_kit.console import format_account
    from nlp_kit.privacy import mask_path
    from nlp_kit.taxonomy import load_taxonomy

    tell(
        [
            *format_account(draft, load_taxonomy(), mask_path),
            f"样例材料在：{samples}",
            f"结果在：{output.absolute()}（查摆的主要问题.docx、查摆的主要问题.md、依据.json、语句.jsonl）",
        ],
        quiet,
    )
    return 0
