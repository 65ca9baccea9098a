"""nlpkit classify."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nlp_kit.cli.options import (
    ChineseCommand,
    Limit,
    Name,
    PlainPath,
    Share,
    download_option,
    model_option,
    quiet_option,
    theme_option,
    workspace_option,
)
from nlp_kit.cli.output import EXIT_UNREADABLE, choose_format, open_workspace, show_progress, tell, write

if TYPE_CHECKING:
    from nlp_kit.engine import Engine

CLASSIFY_SUFFIXES = {".jsonl": "jsonl"}


@click.command("classify", cls=ChineseCommand, options_metavar="[选项]")
@click.argument("submissions", nargs=-1, required=True, type=PlainPath(), metavar="材料…")
@click.option("-o", "--output", type=PlainPath(), metavar="文件", help="把结果写入文件（.jsonl）。")
@click.option("--format", "format_", type=click.Choice(["table", "jsonl"]), help="输出格式；默认在屏幕上显示表格。")
@click.option("--lines", is_flag=True, help="每行是一条语句（从表格粘贴的清单），不再拆分。")
@click.option("--allow-internal", is_flag=True, help="标有“内部资料”的也读；涉密的一律不读。")
@click.option(
    "--members",
    type=PlainPath(),
    metavar="名单",
    help="成员名单（.csv，要有“姓名”一列）；文件夹里有 members.csv 或 成员名单.csv 时自动使用。",
)
@click.option(
    "--limit",
    "limits",
    type=Limit(),
    multiple=True,
    metavar="名称=数值",
    help="放宽或收紧一个上限，例如 pages=500、seconds=300、file_mb=100，可以写多次。",
)
@theme_option
@click.option(
    "--review-below",
    type=Share(),
    metavar="把握",
    help="把握低于此值的语句留给人判断，0 到 1；默认由模型定。",
)
@model_option
@click.option(
    "--encoder",
    type=Name("编码器"),
    metavar="编码器",
    help="换用自己的句向量模型（sentence-transformers 的文件夹或本机已有的名称）；第一次要训练五分钟左右。",
)
@download_option
@workspace_option
@quiet_option
def classify(
    submissions: tuple[Path, ...],
    output: Path | None,
    format_: str | None,
    lines: bool,
    allow_internal: bool,
    members: Path | None,
    limits: tuple[tuple[str, int], ...],
    theme: str | None,
    review_below: float | None,
    model: Path | None,
    encoder: str | None,
    allow_download: bool,
    folder: Path,
    quiet: bool,
) -> int:
    """读取材料，找出其中的问题并分类。

    写上材料所在的文件夹或文件，可以写多个。Word、WPS、PDF、表格、网页、文本和 zip 压缩包都能读，
    装了文字识别的还能读扫描件和照片；读不了的文件会逐个说明原因。同一人交了几稿的只算最新一稿，
    会议纪要、台账、模板等不是个人材料的放在一边；确实要算的，把那个文件直接写在命令里。

    \b
    例：
      nlpkit classify 2025年度材料
      nlpkit classify 2025年度材料 -o 语句.jsonl
      nlpkit classify --lines 意见清单.txt --format jsonl
      nlpkit classify 2025年度材料 --taxonomy 2025-members
    """
    chosen = choose_format(format_, output, CLASSIFY_SUFFIXES, "table")
    if chosen == "table" and output is not None:
        raise click.UsageError("表格只能显示在屏幕上，写入文件请用 --format jsonl")
    from nlp_kit.console import SubmissionsTable, format_run, format_unreadable, make_console
    from nlp_kit.engine import Engine
    from nlp_kit.export import statements_jsonl
    from nlp_kit.intake import Way
    from nlp_kit.pipeline import classify_files
    from nlp_kit.reading import changed_limits
    from nlp_kit.themes import load_theme

    if model is not None and encoder is not None:
        raise click.UsageError("--model 和 --encoder 只能用一个：训练好的模型已经带着它的编码器")
    way = Way(lines, allow_internal, limits=changed_limits(dict(limits)))
    chosen_theme = load_theme(theme) if theme else None
    if allow_download and encoder is None:
        raise click.UsageError("--allow-download 要和 --encoder 一起用")
    if encoder is not None:
        from nlp_kit.encoding import download_encoder
        from nlp_kit.training.fit import model_for_encoder

        if allow_download:
            download_encoder(encoder)
        with show_progress(quiet, "训练模型") as progress:
            model = model_for_encoder(encoder, folder / "models", progress)
    with open_workspace(folder) as workspace, show_progress(quiet, "读取材料") as progress:
        engine = Engine(model or workspace.adopted(), chosen_theme, review_below)
        result = classify_files(submissions, workspace, way=way, members=members, progress=progress, engine=engine)
        hide = engine.masker(workspace.names()).mask_path
    if chosen == "jsonl":
        write(statements_jsonl(result.submissions).encode(), output)
    elif result.submissions:
        make_console(sys.stdout).print(SubmissionsTable(result.submissions, *_columns(engine), hide))
    following = "nlpkit draft-problems" if engine.theme is None else ""
    tell(format_unreadable(result.unreadable, hide) if quiet else format_run(result, following, hide), False)
    return EXIT_UNREADABLE if result.unreadable else 0


def _columns(engine: "Engine") -> tuple[dict[str, str], str]:
    """Return key → short name of the categories that answers have, and what they are called together."""
    if engine.theme is not None:
        return {one.key: one.name for one in engine.theme.classes}, f"“{engine.theme.title}”各类"
    return {one.key: one.short for one in engine.taxonomy.categories}, "四个方面"
