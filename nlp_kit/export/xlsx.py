"""Tables that the committee keeps: 问题清单 (what was found) and 整改台账 (what will be done by whom), as .xlsx.

The columns are those of the units' own tables (DOMAIN.md section 4). Persons in charge are never taken from texts.
"""

from nlp_kit.export.blocks import alone
from nlp_kit.export.workbook import Column, Sheet, workbook
from nlp_kit.records import Draft, DraftSentence, Report
from nlp_kit.taxonomy import Taxonomy

# Empty rows below a table that people go on filling in.
SPARE = 20

SOURCES = ("自查", "群众提", "上级点", "谈心谈话")
STATES = ("未开始", "整改中", "已完成", "长期坚持")
CLOSED = ("否", "是")


_FOUND = (
    Column("序号", 6),
    Column("类别", 14),
    Column("问题", 26),
    Column("具体表现", 60),
    Column("人数用语", 12),
    Column("来源", 12, SOURCES),
)
_LEDGER = (
    Column("序号", 6),
    Column("类别", 14),
    Column("问题", 30),
    Column("整改措施", 46),
    Column("责任人", 14),
    Column("整改时限", 12),
    Column("完成情况", 12, STATES),
    Column("佐证材料", 16),
    Column("是否销号", 10, CLOSED),
)
_MATRIX = (
    Column("序号", 6),
    Column("问题", 26),
    Column("原因", 50),
    Column("整改措施", 50),
    Column("没有找到的", 18),
)


def problems_xlsx(draft: Draft, taxonomy: Taxonomy) -> bytes:
    """Return the 问题清单 of a drafted section."""
    return workbook([Sheet("问题清单", "查摆问题清单", _FOUND, _found_rows(draft, taxonomy), spare=SPARE)])


def report_xlsx(report: Report, taxonomy: Taxonomy) -> bytes:
    """Return 问题清单, 整改台账 and the matrix problem → cause → measure of a report."""
    return workbook(
        [
            Sheet("问题清单", "查摆问题清单", _FOUND, _found_rows(report.draft, taxonomy), spare=SPARE),
            Sheet("整改台账", "问题整改台账", _LEDGER, _ledger_rows(report, taxonomy), spare=SPARE),
            Sheet("问题原因措施对照", "问题、原因、措施对照表", _MATRIX, _matrix_rows(report)),
        ]
    )


def _told(draft: Draft, taxonomy: Taxonomy) -> list[tuple[str, str, str, DraftSentence]]:
    """Return category, issue id, issue name and sentence of everything that the section tells."""
    names = {category.key: category.name for category in taxonomy.categories}
    labels = {issue.id: issue.label for issue in draft.issues}
    return [
        (names[section.category], number, labels[number], sentence)
        for section in draft.sections
        for sentence in section.sentences
        for number in sentence.issues
    ]


def _found_rows(draft: Draft, taxonomy: Taxonomy) -> list[list[object]]:
    return [
        [row, category, label, alone(sentence), sentence.quantifier, SOURCES[0]]
        for row, (category, _, label, sentence) in enumerate(_told(draft, taxonomy), 1)
    ]


def _ledger_rows(report: Report, taxonomy: Taxonomy) -> list[list[object]]:
    measures = {match.issue: "；".join(text for text, _ in match.measures) for match in report.matches}
    return [
        [row, category, label, measures.get(number) or "【请补充】", "支部委员会", "", STATES[0], "", CLOSED[0]]
        for row, (category, number, label, _) in enumerate(_told(report.draft, taxonomy), 1)
    ]


def _matrix_rows(report: Report) -> list[list[object]]:
    labels = {issue.id: issue.label for issue in report.draft.issues}
    rows: list[list[object]] = []
    for number, match in enumerate(report.matches, 1):
        missing = [name for name, found in (("原因", match.causes), ("措施", match.measures)) if not found]
        sides = ["；".join(text for text, _ in found) for found in (match.causes, match.measures)]
        rows.append([number, labels[match.issue], *sides, "、".join(missing)])
    return rows
