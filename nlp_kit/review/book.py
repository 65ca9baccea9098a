"""The table for reviewers as a spreadsheet that Excel, WPS and LibreOffice open.

Every row carries its number and, in a hidden column, what stood in its cells: so it may be sorted, filtered or deleted,
and only what a person has changed is taken.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nlp_kit.export.workbook import GREEN, GREY, REVIEW_CAPTION, YELLOW, Column, Sheet, workbook
from nlp_kit.records import Reason
from nlp_kit.review.table import LEAD, GroupRow, ReviewTable, SentenceRow, StatementRow, issue_name
from nlp_kit.taxonomy import ROLE_NAMES, Taxonomy

STATEMENTS, GROUPS, SENTENCES, HELP = "语句", "问题组", "草稿", "说明"
ID, BASE = "编号", "原值"
# The header of a hidden column, with the mark of the workspace behind it.
WORKSPACE = "工作区 "
# What a person fills in, sheet by sheet; these cells make up the hidden column.
EDITED = {
    STATEMENTS: ("角色", "方面", "问题", "归入组", "处理"),
    GROUPS: ("名称", "写不写", "顺序", "锁定", "并入", "句子"),
    SENTENCES: ("改为", "固定"),
}
REASON = "备注"
CONFIRM, DROP = "确认", "不写"
AUTOMATIC, KEEP, LEAVE = "自动", "写", "不写"
YES, NO = "是", "否"
# A cell holds 32,767 characters.
_MOST_IDS = 2000

_HELP = """1. 绿色表头的列可以改：从下拉列表里选，或直接打字。别的列改了也不算。
2. “语句”表：黄色的行是程序拿不准、待人判断的。答案对，就在“处理”里选“确认”；
不对，改“角色”“方面”或“问题”。不想写进稿子，选“不写”。灰色的“雷同”和别的成员几乎逐字相同，只算一次。
3. 想把一条移到别的组，改“归入组”；填一个新名字，就另立一组。
4. “问题组”表：可以改名（稿子按新名称说）、选写不写、定顺序（1 最先）、锁定（不再添语句）、并入另一组、改它的句子。
5. “草稿”表：在“改为”里写新句子；“固定”选“是”，这句以后不再变。
6. 为什么这样改，可以写在“备注”里，会记进记录。
7. 排序、筛选、删行都不要紧；不要改“编号”，也不要删表头。
8. 改完存盘，运行：nlpkit review apply 这个文件 --reviewer 您的名字
9. 改错了可以撤销：nlpkit review undo；看记录：nlpkit review log"""


def review_xlsx(
    table: ReviewTable, shown: Mapping[str, tuple[str, str, Reason]], taxonomy: Taxonomy, mark: str
) -> bytes:
    """Return the spreadsheet: statements (those that wait first), groups, sentences, and how to use it.

    Args:
        table: What stands.
        shown: Statement → its text and its file as they may be shown, and the reason of its answer.
        taxonomy: Names of categories and issues.
        mark: What the workspace is known by.
    """
    sheets = [
        _statements(table, shown, taxonomy),
        _groups(table, taxonomy),
        _sentences(table.sentences, taxonomy),
    ]
    marked = Column(f"{WORKSPACE}{mark}", 8, hidden=True)
    return workbook(
        [
            *(replace(one, columns=[*one.columns, marked], rows=[[*row, ""] for row in one.rows]) for one in sheets),
            Sheet(HELP, "说明", [Column("怎么用这份表", 100)], [[line] for line in _HELP.split("\n")]),
        ]
    )


def statement_cells(row: StatementRow) -> tuple[str, ...]:
    """Return what stands in the cells of ``EDITED[STATEMENTS]``."""
    return (row.role, row.category, row.issue, row.group, DROP if row.item.dropped else "")


def group_cells(row: GroupRow) -> tuple[str, ...]:
    """Return what stands in the cells of ``EDITED[GROUPS]``."""
    keep = {True: KEEP, False: LEAVE, None: AUTOMATIC}[row.keep]
    place = "" if row.place is None else str(row.place)
    return (row.name, keep, place, YES if row.locked else NO, "", row.wording)


def sentence_cells(row: SentenceRow) -> tuple[str, ...]:
    """Return what stands in the cells of ``EDITED[SENTENCES]``."""
    return ("", YES if row.fixed else NO)


def _base(cells: Sequence[str], *more: object) -> str:
    return json.dumps([*cells, *more], ensure_ascii=False, separators=(",", ":"))


def _statements(table: ReviewTable, shown: Mapping[str, tuple[str, str, Reason]], taxonomy: Taxonomy) -> Sheet:
    issues = tuple(dict.fromkeys([*(issue.label for issue in taxonomy.issues), *taxonomy.outside.values()]))
    columns = [
        Column("状态", 8),
        Column("成员", 9),
        Column("语句", 56),
        Column("角色", 12, tuple(ROLE_NAMES.values()), edited=True),
        Column("方面", 14, tuple(one.name for one in taxonomy.categories), edited=True),
        Column("问题", 16, issues, edited=True),
        Column("归入组", 20, tuple(group.title for group in table.groups), free=True, edited=True),
        Column("处理", 8, (CONFIRM, DROP), edited=True),
        Column(REASON, 18, edited=True),
        Column("把握", 7),
        Column("为什么", 34),
        Column("材料", 24),
        Column(ID, 13),
        Column(BASE, 8, hidden=True),
    ]
    rows, colours = [], {}
    for number, row in enumerate(table.statements):
        state = "待判" if row.waiting else "人定" if row.decided else "雷同" if row.item.copied else ""
        if state:
            colours[number] = {"待判": YELLOW, "人定": GREEN, "雷同": GREY}[state]
        cells = statement_cells(row)
        text, document, reason = shown[row.id]
        confidence = round(row.item.prediction.confidence, 2)
        rows.append(
            [
                *(state, row.item.member, text, *cells, "", confidence, _why(reason, taxonomy), document, row.id),
                _base(cells),
            ]
        )
    return Sheet(STATEMENTS, REVIEW_CAPTION, columns, rows, colours)


def _why(reason: Reason, taxonomy: Taxonomy) -> str:
    likely = (f"{ROLE_NAMES.get(label) or issue_name(label, taxonomy)} {share:.2f}" for label, share in reason.answers)
    words = "、".join(word for word, _ in reason.words)
    return f"像：{'，'.join(likely)}" + (f"\n依据：{words}" if words else "")


def _groups(table: ReviewTable, taxonomy: Taxonomy) -> Sheet:
    names = {one.key: one.name for one in taxonomy.categories}
    titles = tuple(group.title for group in table.groups)
    columns = [
        Column("组", 20),
        Column("方面", 14),
        Column("名称", 20, edited=True),
        Column("人数", 7),
        Column("条数", 7),
        Column("写不写", 9, (AUTOMATIC, KEEP, LEAVE), edited=True),
        Column("顺序", 7, edited=True),
        Column("锁定", 7, (NO, YES), edited=True),
        Column("并入", 20, titles, edited=True),
        Column("句子", 60, edited=True),
        Column(REASON, 18, edited=True),
        Column(ID, 9),
        Column(BASE, 8, hidden=True),
    ]
    rows = []
    for number, row in enumerate(table.groups, 1):
        cells = group_cells(row)
        counts = (row.members, len(row.statements))
        rows.append(
            [
                *(row.title, names[row.category], cells[0], *counts, *cells[1:2]),
                *(row.place or "", *cells[3:], "", f"z{number}"),
                _base(cells, row.title, row.statements[:_MOST_IDS]),
            ]
        )
    colours = {number: GREY for number, row in enumerate(table.groups) if not row.wording}
    return Sheet(GROUPS, "问题组：名称、写不写、顺序、合并、句子（灰色的没有写进稿子）", columns, rows, colours)


def _sentences(sentences: Sequence[SentenceRow], taxonomy: Taxonomy) -> Sheet:
    names = {one.key: one.name for one in taxonomy.categories}
    columns = [
        Column("方面", 14),
        Column("句", 7),
        Column("现在的句子", 60),
        Column("改为", 60, edited=True),
        Column("固定", 7, (NO, YES), edited=True),
        Column("人数", 7),
        Column("组", 20),
        Column("自查", 30),
        Column(REASON, 18, edited=True),
        Column(ID, 9),
        Column(BASE, 8, hidden=True),
    ]
    rows = []
    for number, row in enumerate(sentences, 1):
        cells = sentence_cells(row)
        rows.append(
            [
                *(names[row.category], row.number, row.text, *cells, row.members or "", row.group, row.faults, ""),
                *(f"j{number}", _base(cells, row.category, row.text, row.group)),
            ]
        )
    colours = {number: GREEN for number, row in enumerate(sentences) if row.fixed}
    return Sheet(SENTENCES, "草稿：在“改为”里写新句子", columns, rows, colours | _leads(sentences))


def _leads(sentences: Sequence[SentenceRow]) -> dict[int, str]:
    return {number: GREY for number, row in enumerate(sentences) if row.number == LEAD}
