"""What is said of an audit: a table of verdicts, and what a person should know besides."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nlp_kit.console import Hide, format_unreadable

if TYPE_CHECKING:
    from nlp_kit.audit.report import Verdict
    from nlp_kit.audit.rules import Rules
    from nlp_kit.pipeline import AuditResult


def audit_table(found: Sequence["Verdict"], rules: "Rules") -> Any:  # noqa: ANN401 - a rich table
    """Return a table with a row per member: verdict, size, share of problems, and what the rules found."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(title="材料审核（程序初审，请支委会核定）", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("成员", no_wrap=True, min_width=6)
    table.add_column("结论", no_wrap=True)
    table.add_column("字数", justify="right")
    table.add_column("问题占比", justify="right")
    table.add_column("发现", overflow="fold", min_width=16)
    styles = {"退回修改": "red", "请本人再看": "yellow", "可以上会": "green"}
    for one in found:
        told = dict.fromkeys(rules[finding.rule].name for finding in one.findings)
        verdict = Text(one.verdict, style=styles[one.verdict])
        table.add_row(one.member, verdict, str(one.size), f"{one.share:.0%}", Text("、".join(told)))
    return table


def format_audit(result: "AuditResult", found: Sequence["Verdict"], hide: Hide) -> list[str]:
    """Return what a person should know after ``audit``."""
    lines = [f"“{'”和“'.join(map(hide, paths))}”全文相同，只算一份，请核对是谁写的。" for _, paths in result.same]
    lines += format_unreadable(result.unreadable, hide)
    if not result.rules["missing_aspect"].on:
        pass
    elif result.theme is None:
        lines.append("认不出今年要求的是哪几个方面，没有查缺方面；请用 --taxonomy 指定（见 nlpkit taxonomy list）。")
    else:
        lines.append(f"缺方面按“{result.theme.title}”查，换一个用 --taxonomy。")
    counts = Counter(one.verdict for one in found)
    told = "，".join(f"{verdict} {count} 份" for verdict, count in counts.items())
    return [*lines, f"共审核 {len(found)} 份：{told}。原文和建议：nlpkit audit -o 个人材料审核表.xlsx"]
