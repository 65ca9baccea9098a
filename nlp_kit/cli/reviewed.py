"""What is said of a review: what was taken over, the log, what it changes, how two reviewers agree."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nlp_kit.review.standing import KINDS

if TYPE_CHECKING:
    from nlp_kit.records import Decision
    from nlp_kit.review.agreement import Agreement
    from nlp_kit.review.changes import Changes
    from nlp_kit.review.difference import Difference


def format_changes(changes: "Changes") -> list[str]:
    """Return what was taken over from a reviewed spreadsheet."""
    told = Counter(KINDS[one.kind] for one in _shown(changes.decisions))
    if not told:
        return ["表里没有新的改动。"]
    kinds = "、".join(f"{kind} {count}" for kind, count in told.items())
    return [f"记下 {told.total()} 处改动：{kinds}。", "下一步：nlpkit draft-problems"]


def format_undone(decisions: Sequence["Decision"]) -> list[str]:
    """Return what was taken back: as many as the log shows."""
    count = len(_shown(decisions))
    return [f"已撤销 {count} 条：", *format_log(decisions, (), ())] if count else ["已撤销：这一组又由程序来分。"]


def _shown(decisions: Iterable["Decision"]) -> list["Decision"]:
    """Return the decisions without how the program keeps a group that a person has touched: that is none of his."""
    return [one for one in decisions if one.kind != "gather"]


def format_log(decisions: Sequence["Decision"], gone: Container[int], lost: Container[int]) -> list[str]:
    """Return the decision log, a line for each.

    Args:
        decisions: What persons have decided.
        gone: Numbers of those that were taken back.
        lost: Numbers of those about statements that no text holds any longer.
    """
    lines, shown = [], _shown(decisions)
    hidden = {one.number for one in decisions} - {one.number for one in shown}
    for one in shown:
        state = "（已撤销）" if one.number in gone else "（语句已不在材料里）" if one.number in lost else ""
        reason = f"　因为：{one.reason}" if one.reason else ""
        lines.append(f"{one.number:>4}  {one.time}  {one.reviewer}  {_decision(one, hidden)}{reason}{state}")
    return lines or ["还没有人工决定。"]


def _decision(one: "Decision", hidden: Container[int]) -> str:
    if one.kind == "undo":
        numbers = [str(number) for number in one.value["numbers"] if number not in hidden]
        return f"{KINDS[one.kind]}第 {'、'.join(numbers)} 条" if numbers else f"{KINDS[one.kind]}一组的成立"
    return f"{KINDS[one.kind]}〔{one.about}〕{_decided(one.kind, one.value)}"


def _decided(kind: str, value: Mapping[str, Any]) -> str:
    if kind == "name":
        return f"“{value['name']}”"
    if kind == "keep":
        return {True: "写", False: "不写", None: "由程序定"}[value["keep"]]
    if kind == "place":
        return f"第 {value['place']} 位" if value["place"] else "由程序定"
    if kind == "lock":
        return "锁定" if value["locked"] else "解锁"
    if kind in ("word", "lead"):
        return value["text"] or "由程序写"
    return str(value.get("text", ""))


def format_difference(found: "Difference") -> list[str]:
    """Return what decisions change in groups and draft."""
    if not found.groups and not found.sentences:
        return ["人的决定没有让问题组和草稿有变化。"]
    lines = ["问题组："] + [f"  {line}" for line in found.groups] if found.groups else []
    return lines + (["草稿："] + [f"  {line}" for line in found.sentences] if found.sentences else [])


def format_agreement(found: "Agreement") -> list[str]:
    """Return how far two reviewers agree, and where they do not."""
    if not found.statements and not found.disagreements:
        return ["两份表都没有改过，没有可比的。"]
    figures = "，".join(f"{column} {kappa:.2f}" for column, kappa in found.kappa.items() if kappa is not None)
    lines = [
        f"两人至少有一人改过或确认过的语句 {found.statements} 条，"
        f"一致程度 κ（1 是完全一致，0 是碰巧）：{figures or '没有'}。"
    ]
    if not found.disagreements:
        return [*lines, "没有分歧。"]
    lines.append(f"分歧 {len(found.disagreements)} 处（行号是第一份表的）：")
    return lines + [
        f"  “{sheet}”表第 {place} 行 {column}：“{one or '空'}”和“{other or '空'}”"
        for sheet, place, column, one, other in found.disagreements
    ]
