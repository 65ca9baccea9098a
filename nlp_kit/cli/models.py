"""nlpkit train, nlpkit evaluate."""

from pathlib import Path

import click

from nlp_kit.cli.options import ChineseCommand, Name, PlainPath, download_option, quiet_option, workspace_option
from nlp_kit.cli.output import choose_format, open_workspace, show_progress, tell, write


class Part(click.ParamType):  # type: ignore[type-arg] # generic only since click 8.3
    """A part of the evaluation."""

    name = "part"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from nlp_kit.evaluation.runs import PARTS

        if value not in PARTS:
            raise click.UsageError(f"没有“{value}”这一项，可以测的是：{'、'.join(PARTS)}", ctx)
        return value


@click.command("train", cls=ChineseCommand, options_metavar="[选项]")
@click.option(
    "-o",
    "--output",
    type=PlainPath(),
    default=Path("nlpkit模型"),
    metavar="文件夹",
    help="模型放在哪里；默认 nlpkit模型。",
)
@click.option(
    "--encoder",
    type=Name("编码器"),
    metavar="编码器",
    help="换用自己的句向量模型：sentence-transformers 的模型文件夹，或本机已有的模型名。",
)
@click.option("--corpus", type=PlainPath(), metavar="文件夹", help="换用自己的语料，格式同自带的 corpora/statements。")
@click.option(
    "--from-review", is_flag=True, help="学支委会在 nlpkit review 里改过的语句，要一两分钟；学好就用在这个工作区。"
)
@click.option("--back", is_flag=True, help="退回上一个模型。")
@download_option
@workspace_option
@quiet_option
def train(
    output: Path,
    encoder: str | None,
    corpus: Path | None,
    from_review: bool,
    back: bool,
    allow_download: bool,
    folder: Path,
    quiet: bool,
) -> int:
    """用语料重新训练分类模型，约需两分钟；或学支委会改过的语句。

    同样的语料和编码器，每次训练出的模型都一样。训练好的模型用 nlpkit classify --model 使用。
    --from-review 在自带模型上学人工改动，先留出一部分检验，说明哪些变好、哪些变坏；不满意用 --back 退回。

    \b
    例：
      nlpkit train
      nlpkit train --encoder 我的编码器 -o 我的模型
      nlpkit classify 材料文件夹 --model 我的模型
      nlpkit train --from-review
      nlpkit train --back
    """
    if from_review or back:
        if encoder or corpus or (from_review and back):
            raise click.UsageError("--from-review 和 --back 要单独使用")
        return _review_model(folder, quiet, back=back)
    from nlp_kit.console import format_training
    from nlp_kit.encoding import download_encoder
    from nlp_kit.training.fit import train_model

    if allow_download:
        if encoder is None:
            raise click.UsageError("--allow-download 要和 --encoder 一起用")
        download_encoder(encoder)
    with show_progress(quiet, "训练模型") as progress:
        metrics = train_model(output, encoder=encoder, corpus=corpus, progress=progress)
    tell(format_training(metrics, output), quiet)
    return 0


def _review_model(folder: Path, quiet: bool, *, back: bool) -> int:
    from nlp_kit.console import format_learned
    from nlp_kit.pipeline import engine_of
    from nlp_kit.training.from_review import learn_from_review

    with open_workspace(folder, must_exist=True) as workspace:
        if back:
            model = workspace.go_back()
            tell([f"已退回{f'“{model.name}”' if model else '自带的模型'}；请重新运行 nlpkit classify。"], quiet)
            return 0
        with show_progress(quiet, "学习") as progress:
            learned = learn_from_review(workspace, progress)
        mask = engine_of(workspace).masker(workspace.names()).mask
    tell(format_learned(learned, mask), quiet)
    return 0


@click.command("evaluate", cls=ChineseCommand, options_metavar="[选项]")
@click.argument("parts", nargs=-1, type=Part(), metavar="[项目…]")
@click.option("--all", "everything", is_flag=True, help="测全部项目，约需十分钟；默认只测不到一分钟的几项。")
@click.option("--model", type=PlainPath(), metavar="文件夹", help="测 nlpkit train 训练出的模型；默认测自带的模型。")
@click.option(
    "--gold",
    "folders",
    type=PlainPath(),
    multiple=True,
    metavar="文件夹",
    help="另加自己标注的材料（statements.jsonl、gold.json 和材料文件），可写多次。",
)
@click.option("-o", "--output", type=PlainPath(), metavar="文件", help="把结果写入文件（.txt、.json）。")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), help="输出格式；默认在屏幕上显示文字。")
@quiet_option
def evaluate(
    parts: tuple[str, ...],
    everything: bool,
    model: Path | None,
    folders: tuple[Path, ...],
    output: Path | None,
    format_: str | None,
    quiet: bool,
) -> int:
    """用没有训练过的语料测模型准不准。

    项目：statements 单条语句，documents 完整材料，grouping 问题归并，counterparts 原因和措施，audit 材料审核，
    checking 稿子检查，privacy 遮盖，challenge 难句，border 角色边界，concessions 成绩和问题用词相近，
    agreement 标注一致性，baselines 与简单方法比较，taxonomies 换一套分类，curve 语料多少，corrections 学改动的效果，
    corpus 语料概况。

    \b
    例：
      nlpkit evaluate
      nlpkit evaluate baselines
      nlpkit evaluate --all -o 评测.json
      nlpkit evaluate --model 我的模型
    """
    chosen = choose_format(format_, output, {".txt": "text", ".json": "json"}, "text")
    import json

    from nlp_kit.engine import Engine
    from nlp_kit.evaluation.report import format_evaluation
    from nlp_kit.evaluation.runs import PARTS, QUICK
    from nlp_kit.evaluation.runs import evaluate as run

    wanted = tuple(PARTS) if everything else parts or (() if folders else QUICK)
    with show_progress(quiet, "评测") as progress:
        found = run(wanted, Engine(model), folders, progress)
    text = json.dumps(found, ensure_ascii=False, indent=2) if chosen == "json" else "\n".join(format_evaluation(found))
    write((text + "\n").encode(), output)
    return 0
