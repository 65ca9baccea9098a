"""What is said of a draft: its account, what checker and language model did, what lacks a counterpart."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from nlp_kit.console import REASONS, Hide, format_unreadable
from nlp_kit.drafting import LENGTHS
from nlp_kit.drafting.compose import SMALL

if TYPE_CHECKING:
    from nlp_kit.drafting.polish import Polished
    from nlp_kit.records import Draft, Fault, Report
    from nlp_kit.taxonomy import Taxonomy


def format_account(draft: "Draft", taxonomy: "Taxonomy", hide: Hide, least: int = LENGTHS["normal"].least) -> list[str]:
    """Return the account of a draft and what a person has to look at; shorter paragraphs than ``least`` are named."""
    account = draft.account
    names = {**REASONS, **taxonomy.outside}
    reasons = "、".join(f"{names.get(key, key)} {count}" for key, count in account.set_aside.items())
    lines = [
        f"依据 {draft.members} 名成员的 {account.statements} 条语句：写入 {account.used}，并入 {account.merged}，"
        f"未采用 {sum(account.set_aside.values())}（{reasons}），待人判断 {account.review}。"
    ]
    if account.set_aside.get("integrity"):
        lines.append(f"另有 {account.set_aside['integrity']} 条廉洁自律方面的问题没有写入本节，请支委会另行研究。")
    empty = [
        category.name
        for category, section in zip(taxonomy.categories, draft.sections, strict=True)
        if not section.sentences
    ]
    if empty:
        lines.append(f"没有查摆出问题的方面：{'、'.join(empty)}，请支委会核实。")
    short = [
        category.name
        for category, section in zip(taxonomy.categories, draft.sections, strict=True)
        if section.sentences and len(section.text) < least
    ]
    if short:
        lines.append(f"材料能支撑的内容不多，不足 {least} 字的段落：{'、'.join(short)}，没有硬凑。")
    single = sum(sentence.members == 1 for section in draft.sections for sentence in section.sentences)
    if draft.members < SMALL and single:
        lines.append(f"只有 {draft.members} 名成员，{single} 句写的是一名成员的问题，容易认出是谁，请书记决定留不留。")
    unknown = [issue.label for issue in draft.issues if issue.key is None]
    if unknown:
        lines.append(f"有 {len(unknown)} 个问题不在常见问题清单里：{'、'.join(unknown)}，请在依据文件里核对。")
    if account.files_set_aside:
        lines.append(f"另有 {len(account.files_set_aside)} 个文件没有计入（不是个人材料，或有更新的一稿）。")
    found = [fault for fault in draft.faults if fault.rule != "length"]
    lines.append(
        "自查：没有发现问题。" if not found else f"自查发现 {len(found)} 处要看一看，请运行 nlpkit check-draft。"
    )
    return lines + format_unreadable(account.unreadable, hide)


def format_faults(faults: Sequence["Fault"]) -> list[str]:
    """Return what the checker found: first what is wrong, then what a person has to decide."""
    if not faults:
        return ["没有发现问题。"]
    errors = [fault for fault in faults if not fault.doubt]
    doubts = [fault for fault in faults if fault.doubt]
    lines = []
    for title, found in (("错误", errors), ("请核对", doubts)):
        if found:
            lines.append(f"{title} {len(found)} 处：")
            lines += [f"  {_place(fault)}{fault.message}" for fault in found]
    return lines


def _place(fault: "Fault") -> str:
    if not fault.section:
        return ""
    return f"第 {fault.section} 段第 {fault.sentence} 句：" if fault.sentence else f"第 {fault.section} 段："


def format_polished(polished: "Polished", *, gone: bool, status: int) -> list[str]:
    """Return what a language model has changed, or why it has not; ``status`` is the HTTP status of its last answer."""
    lines = [
        f"润色：改了 {polished.taken} 句，{polished.refused} 句没有通过检查、仍用原句，"
        f"{polished.unanswered} 句没有改动。"
    ]
    if gone and status != HTTPStatus.OK:
        return [f"语言模型的地址回应了错误（{status}），请检查地址和 --polish-model；稿子用的是原句。"]
    return ["语言模型没有回应，请检查它有没有启动、地址对不对；稿子用的是原句。"] if gone else lines


def format_report(report: "Report") -> list[str]:
    """Return which problems have no cause or no measure against them in the texts of the members who tell them."""
    labels = {issue.id: issue.label for issue in report.draft.issues}
    lines = []
    for name, bare in (
        ("原因", [match.issue for match in report.matches if not match.causes]),
        ("措施", [match.issue for match in report.matches if not match.measures]),
    ):
        if bare:
            lines.append(
                f"没有找到对应{name}的问题：{'、'.join(labels[number] for number in bare)}，请对照材料核对、补充。"
            )
    return [*lines, "【】处只有支部才知道，请逐处填写。"]
