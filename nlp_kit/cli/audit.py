"""nlpkit audit."""

import sys
from pathlib import Path

import click

from nlp_kit.cli.options import ChineseCommand, Name, PlainPath, quiet_option, workspace_option
from nlp_kit.cli.output import EXIT_UNREADABLE, choose_format, open_workspace, show_progress, tell, write

AUDIT_SUFFIXES = {".xlsx": "xlsx", ".json": "json"}


@click.command("audit", cls=ChineseCommand, options_metavar="[选项]")
@click.option(
    "--against",
    type=PlainPath(),
    multiple=True,
    metavar="文件夹",
    help="对照查抄袭的文件夹（范文、别的支部的材料），可写多次。",
)
@click.option(
    "--last-year",
    type=PlainPath(),
    multiple=True,
    metavar="文件夹",
    help="上年的材料：查抄旧稿和上年问题重现，可写多次。",
)
@click.option(
    "--taxonomy", "theme", type=Name("分类表"), metavar="分类表", help="今年要求的几个方面；默认按小标题自动认。"
)
@click.option("--rules", "rules_file", type=PlainPath(), metavar="文件", help="换用自己的审核规则（TOML）。")
@click.option(
    "--off", type=Name("规则"), multiple=True, metavar="规则", help="关掉一条规则，可写多次，例如 --off length。"
)
@click.option("--write-rules", type=PlainPath(), metavar="文件", help="把审核规则写成文件，供修改；不审核。")
@click.option("--names", is_flag=True, help="表格里写姓名，不用代号；只供书记使用，不要外传。")
@click.option("-o", "--output", type=PlainPath(), metavar="文件", help="写入文件，格式随结尾：.xlsx（审核表）、.json。")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), help="输出格式；默认在屏幕上显示表格。")
@workspace_option
@quiet_option
def audit_command(
    against: tuple[Path, ...],
    last_year: tuple[Path, ...],
    theme: str | None,
    rules_file: Path | None,
    off: tuple[str, ...],
    write_rules: Path | None,
    names: bool,
    output: Path | None,
    format_: str | None,
    folder: Path,
    quiet: bool,
) -> int:
    """审核交来的材料：有没有雷同、抄袭、空话、缺方面、跑题。

    先用 nlpkit classify 读材料。审核意见由程序初提，请支委会核定。

    \b
    例：
      nlpkit audit
      nlpkit audit -o 个人材料审核表.xlsx
      nlpkit audit --last-year 2024年度材料 --against 范文
    """
    chosen = choose_format(format_, output, AUDIT_SUFFIXES, "table")
    if names and chosen != "xlsx":
        raise click.UsageError("姓名只写进给书记的表格，--names 要和 -o 文件名.xlsx 一起用")
    from nlp_kit.audit.report import audit_json, audit_xlsx, verdicts
    from nlp_kit.audit.rules import DEFAULT_RULES, load_rules, switched_off
    from nlp_kit.cli.audited import audit_table, format_audit
    from nlp_kit.console import format_unreadable, make_console
    from nlp_kit.errors import InputError
    from nlp_kit.keyfile import read_key
    from nlp_kit.pipeline import audit_submissions, engine_of
    from nlp_kit.themes import load_theme

    if write_rules is not None:
        write(DEFAULT_RULES.read_bytes(), write_rules)
        tell([f'已写好“{write_rules}”，改好后：nlpkit audit --rules "{write_rules}"'], quiet)
        return 0
    rules = load_rules(rules_file)
    try:
        rules = switched_off(rules, off)
    except InputError as error:
        raise click.UsageError(str(error).rstrip("。")) from error
    wanted = load_theme(theme) if theme else None
    with open_workspace(folder, must_exist=True) as workspace, show_progress(quiet, "审核") as progress:
        engine = engine_of(workspace)
        result = audit_submissions(
            workspace,
            against=against,
            last_year=last_year,
            rules=rules,
            theme=wanted,
            progress=progress,
            engine=engine,
        )
    masker = engine.masker(result.names)
    masked = masker.mask_path
    hide = (lambda path: path) if names else masked
    found = verdicts(result.texts, result.findings, rules, masker.mask, hide)
    title = result.theme.title if result.theme else None
    if chosen == "json":
        write(audit_json(found, rules, title).encode(), output)
    elif chosen == "xlsx":
        key = {one.pseudonym: one.name for one in read_key(folder)} if names else {}
        write(audit_xlsx(found, rules, lambda member: key.get(member) or member), output, private=True)
    else:
        make_console(sys.stdout).print(audit_table(found, rules))
    tell(format_unreadable(result.unreadable, masked) if quiet else format_audit(result, found, masked), False)
    return EXIT_UNREADABLE if result.unreadable else 0
