"""Tables that the committee keeps: 问题清单 (what was found) and 整改台账 (what will be done by whom), as .xlsx.

The columns are those of the units' own tables (DOMAIN.md section 4). Persons in charge are never taken from texts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format

from nlp_kit.records import Draft, DraftSentence, Report
from nlp_kit.taxonomy import Taxonomy

# A fixed date, so that the same draft gives the same bytes.
_DATE = datetime(2000, 1, 1)
_EMPTY_ROWS = 20
# Columns that a Chinese character takes; points of a line, of a row's margin, and of the highest row that Excel has.
_CHARACTER, _LINE, _MARGIN, _HIGHEST = 2.0, 15.0, 5.0, 409.0

SOURCES = ("自查", "群众提", "上级点", "谈心谈话")
STATES = ("未开始", "整改中", "已完成", "长期坚持")
CLOSED = ("否", "是")


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    width: int
    choices: tuple[str, ...] = ()


_FOUND = (
    _Column("序号", 6),
    _Column("类别", 14),
    _Column("问题", 26),
    _Column("具体表现", 60),
    _Column("频次用语", 12),
    _Column("来源", 12, SOURCES),
)
_LEDGER = (
    _Column("序号", 6),
    _Column("类别", 14),
    _Column("问题", 30),
    _Column("整改措施", 46),
    _Column("责任人", 14),
    _Column("整改时限", 12),
    _Column("完成情况", 12, STATES),
    _Column("佐证材料", 16),
    _Column("是否销号", 10, CLOSED),
)
_MATRIX = (
    _Column("序号", 6),
    _Column("问题", 26),
    _Column("原因", 50),
    _Column("整改措施", 50),
    _Column("没有找到的", 18),
)


def problems_xlsx(draft: Draft, taxonomy: Taxonomy) -> bytes:
    """Return the 问题清单 of a drafted section."""
    return _workbook([("问题清单", "查摆问题清单", _FOUND, _found_rows(draft, taxonomy))])


def report_xlsx(report: Report, taxonomy: Taxonomy) -> bytes:
    """Return 问题清单, 整改台账 and the matrix problem → cause → measure of a report."""
    return _workbook(
        [
            ("问题清单", "查摆问题清单", _FOUND, _found_rows(report.draft, taxonomy)),
            ("整改台账", "问题整改台账", _LEDGER, _ledger_rows(report, taxonomy)),
            ("问题原因措施对照", "问题、原因、措施对照表", _MATRIX, _matrix_rows(report)),
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
        [row, category, label, sentence.text, sentence.quantifier, SOURCES[0]]
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


def _workbook(sheets: Sequence[tuple[str, str, Sequence[_Column], list[list[object]]]]) -> bytes:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _DATE})
    title = book.add_format(
        {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "font_name": "黑体"}
    )
    head = book.add_format(_cell(bold=True) | {"align": "center", "bg_color": "#D9E2F3"})
    body, middle = book.add_format(_cell()), book.add_format(_cell() | {"align": "center"})
    for name, caption, columns, rows in sheets:
        _write_sheet(book, name, caption, columns, rows, (title, head, body, middle))
    book.close()
    return buffer.getvalue()


def _cell(*, bold: bool = False) -> dict[str, object]:
    return {"bold": bold, "border": 1, "text_wrap": True, "valign": "vcenter", "font_name": "宋体", "font_size": 11}


def _height(row: Sequence[object], columns: Sequence[_Column]) -> float:
    """Return the height in points that a row's wrapped texts need; LibreOffice does not find it out by itself."""
    lines = (
        math.ceil(_CHARACTER * len(str(value)) / (column.width - 1)) for value, column in zip(row, columns, strict=True)
    )
    return min(max(1, *lines) * _LINE + _MARGIN, _HIGHEST)


def _write_sheet(
    book: xlsxwriter.Workbook,
    name: str,
    caption: str,
    columns: Sequence[_Column],
    rows: list[list[object]],
    formats: tuple[Format, Format, Format, Format],
) -> None:
    """Write a caption, a header that stays in sight, the rows, and lists to choose from; laid out to print."""
    title, head, body, middle = formats
    sheet = book.add_worksheet(name)
    sheet.merge_range(0, 0, 0, len(columns) - 1, caption, title)
    sheet.set_row(0, 30)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(1, place, column.name, head)
        if column.choices:
            sheet.data_validation(
                *(2, place, len(rows) + 1 + _EMPTY_ROWS, place), {"validate": "list", "source": list(column.choices)}
            )
    for number, row in enumerate(rows, 2):
        sheet.set_row(number, _height(row, columns))
        for place, value in enumerate(row):
            sheet.write(number, place, value, middle if columns[place].width <= 14 else body)
    sheet.freeze_panes(2, 0)
    sheet.autofilter(1, 0, max(len(rows) + 1, 2), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.set_footer("&C第 &P 页，共 &N 页")
