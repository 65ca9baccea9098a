"""Figures of ``nlpkit evaluate`` as text for a person."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_TITLES = {
    "statements": "测试批次（单条语句）",
    "documents": "完整材料",
    "grouping": "同一问题的归并（与简单方法比较）",
    "audit": "材料审核（final 从未看过，test 看过合计，dev 用来定界限）",
    "corrections": "学支委会的改动（没见过的说法）",
    "counterparts": "原因和措施（没见过的支部）",
    "checking": "稿子检查（查出的比例）",
    "challenge": "难句（角色和类别都对的比例）",
    "border": "角色边界上的难句",
    "concessions": "成绩和问题用词相近的难句",
    "agreement": "两人标注的一致性（Cohen κ）",
    "baselines": "与简单方法比较（同一批测试语句）",
    "taxonomies": "换一套分类",
    "curve": "语料多少与效果",
    "corpus": "语料概况",
    "privacy": "个人信息",
}
_MAX_CELL = 90
_NARROW = 12

_NAMES = {
    "n": "条数",
    "n_documents": "份数",
    "category_macro_f1": "类别 macro-F1",
    "role_accuracy": "角色准确率",
    "role_macro_f1": "角色 macro-F1",
    "role_f1": "各角色 F1",
    "category_f1": "各类别 F1",
    "none_recall": "非问题召回率",
    "issue_accuracy": "问题种类准确率",
    "accepted": "不用人判断的",
    "accepted_precision": "不用人判断的准确率",
    "surest_80_accuracy": "最有把握的八成准确率",
    "calibration_error": "把握的误差（ECE）",
    "confusion": "混淆（行为标注，列为回答）",
    "risk_coverage": "只取最有把握的一部分时的准确率",
    "gold_problems": "问题",
    "problem_precision": "准确率",
    "problem_recall": "召回率",
    "leaks": "误当成问题的",
    "category_accuracy": "类别准确率",
    "accepted_recall": "不用人判断的召回率",
    "waiting": "待人判断的比例",
    "b_cubed": "归并 B³",
    "fault": "算错误的",
    "any": "连同请核对的",
    "pairwise_f1": "成对 F1",
    "stability": "少一人时不变的比例",
    "newcomer": "多一人时其余语句的归并不变",
    "pairs": "全部语句对",
    "together": "同组的语句对",
    "precision": "准确率",
    "error": "错误率",
    "corpus_right": "自带测试语料答对比例",
    "texts": "份数",
    "clean": "没有毛病的",
    "clean_without_findings": "其中没有误报的",
    "right": "答对比例",
    "labels": "全部标签",
    "roles_and_categories": "角色和类别",
    "per_label": "各标签",
    "macro_f1": "F1",
    "accuracy": "准确率",
    "batches": "批次",
    "least_of_an_issue": "最少的问题种类的条数",
    "characters": "字数（占比以下）",
    "problems_without_a_telling_word": "不含本类提示词的问题",
    "type_token_ratio": "词形比（每千词）",
    "commonest_words": "最常见的词",
    "authors": "作者",
    "trades": "行业",
    "planted": "埋入的个人信息",
    "recall": "找到的比例",
    "false_alarms_per_10000": "每万字误报",
    "recall_by_kind": "各种信息找到的比例",
    "achievements": "成绩",
    "achievements_as_problems": "当成问题的成绩",
    "surely_wrong": "错了却很有把握的",
    "causes kinds": "原因",
    "causes items": "原因的具体说法",
    "measures kinds": "措施",
    "measures items": "措施的具体说法",
    "words": "只用词语",
    "words and vectors": "词语和句向量",
}


def format_evaluation(found: Mapping[str, Any]) -> list[str]:
    """Return the figures as lines: titles, then tables where several rows have the same columns."""
    lines: list[str] = []
    for part, figures in found.items():
        lines += ["", f"== {_TITLES.get(part, part)}", *_block(figures, 0)]
    return lines[1:]


def _block(figures: Mapping[str, Any], depth: int) -> Iterator[str]:
    indent = "  " * depth
    plain = {name: value for name, value in figures.items() if not isinstance(value, Mapping)}
    nested = {name: value for name, value in figures.items() if isinstance(value, Mapping)}
    if plain:
        yield indent + "，".join(f"{_name(name)} {_number(value)}" for name, value in plain.items())
    if _is_table(list(nested.values())):
        yield from _table(nested, indent)
        return
    for name, value in nested.items():
        yield f"{indent}{_name(name)}："
        yield from _block(value, depth + 1)


def _is_table(rows: Sequence[Mapping[str, Any]]) -> bool:
    short = all(_width(_number(value)) <= _MAX_CELL for row in rows for value in row.values())
    return len(rows) > 1 and short and len({frozenset(row) for row in rows}) == 1


def _table(rows: Mapping[str, Mapping[str, Any]], indent: str) -> Iterator[str]:
    # What is longest comes last, so that the numbers stand near their names.
    widest = {
        column: max(_width(_number(row[column])) for row in rows.values()) for column in next(iter(rows.values()))
    }
    columns = sorted(widest, key=lambda column: widest[column] > _NARROW)
    cells = [["", *map(_name, columns)]]
    cells += [[_name(name), *(_number(row[column]) for column in columns)] for name, row in rows.items()]
    widths = [max(_width(row[place]) for row in cells) for place in range(len(cells[0]))]
    for row in cells:
        padded = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        yield (indent + "  ".join(padded)).rstrip()


def _width(cell: str) -> int:
    """Return how many columns of a terminal a cell takes; Chinese characters take two."""
    return sum(2 if char >= "\u1100" else 1 for char in cell)


def _name(name: str) -> str:
    return _NAMES.get(name, name)


def _number(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{_name(name)} {_number(inner)}" for name, inner in value.items())
    return f"{value:.3f}" if isinstance(value, float) else str(value)
