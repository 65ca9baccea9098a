"""nlpkit explain."""

from pathlib import Path

import click

from nlp_kit.cli.options import ChineseCommand, model_option, quiet_option, workspace_option
from nlp_kit.cli.output import open_workspace, tell, write


@click.command("explain", cls=ChineseCommand, options_metavar="[选项]")
@click.argument("texts", nargs=-1, metavar="[语句…]")
@model_option
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="输出格式；默认 text。")
@workspace_option
@quiet_option
def explain(texts: tuple[str, ...], model: Path | None, format_: str, folder: Path, quiet: bool) -> int:
    """说明一条语句为什么这样分类：起作用的词，和语料里最像的语句。

    不写语句时，说明工作区里所有待人判断的语句。

    \b
    例：
      nlpkit explain 轮到发言就念别人写好的稿子
      nlpkit explain
    """
    from nlp_kit.console import format_reasons
    from nlp_kit.engine import Engine
    from nlp_kit.errors import InputError
    from nlp_kit.export import reasons_json
    from nlp_kit.pipeline.loading import NOTHING_READ
    from nlp_kit.records import Statement
    from nlp_kit.review.standing import Standing
    from nlp_kit.taxonomy import load_taxonomy

    if any(not text.strip() for text in texts):
        raise click.UsageError("语句是空的，请写上要说明的语句")
    engine = Engine(model)
    names: list[str] = []
    if texts:
        found = engine.classify([Statement("", 0, len(text), text, part="lines", focus=0) for text in texts], "")
    else:
        with open_workspace(folder, must_exist=True) as workspace:
            reviewed = Standing(workspace.decisions()).correct(workspace.submissions())
            if not reviewed:
                raise InputError(NOTHING_READ)
            found = [one for item in reviewed for one in item.statements if one.prediction.review]
            engine = Engine(model or workspace.adopted())
            names = workspace.names()
        if not found:
            tell(["没有待人判断的语句。"], quiet)
    reasons = engine.explain([one.statement for one in found])
    if format_ == "json":
        write(reasons_json(found, reasons).encode(), None)
    elif found:
        masker = engine.masker(names)
        lines = format_reasons(found, reasons, load_taxonomy(), masker.mask, masker.mask_path)
        write(("\n".join(lines) + "\n").encode(), None)
    return 0
