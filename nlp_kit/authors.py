"""Who wrote a text, as the text itself says: form fields, title lines, signature, a column of names (DOMAIN.md 1.1)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from nlp_kit.filenames import names_in_title
from nlp_kit.names import HAN, name_score
from nlp_kit.parts import column_kind, part_of_heading
from nlp_kit.records import Document

_NAME_PART = rf"[{HAN}·•・‧]"
_FIELD = re.compile(
    r"(?:姓\s*名|(?:汇报|发言|检查|对照检查|报告|剖析|自查|自评|检视|述职|填表)人|(?:本人)?签[名字])\s*[:：]\s*"
    rf"({_NAME_PART}(?:[ \u3000]?{_NAME_PART}){{1,9}})"
)
# What follows a name in the same line of a form.
_NEXT_FIELD = re.compile(
    r"岗\s*位|职\s*务|单\s*位|部\s*门|性\s*别|时\s*间|日\s*期|所\s*在|年\s*月|入\s*党|支\s*部|党\s*小?组"
)
_TITLE = re.compile("对照检查|检视|剖析|发言|提纲|自查|自评|党性分析|问题清单|述职|材料|自我检查")
_NOT_HIS_OWN = re.compile("^(?:审核|审阅|主持|记录|地点|时间|各位|尊敬|敬爱|同志们|.{0,6}(?:书记|主任|组长)[您你]?好)")
_SPOKEN = re.compile("我(?!的?(?:发言|材料|对照|检视|剖析|问题))|您|了")
_SENTENCE = re.compile("[，。；！？,;]")
_INTRODUCTION = re.compile(rf"(?:我叫|我是|本人)({_NAME_PART}{{2,8}}?)(?=[，,。；;]|现任|同志|，)")
# What may stand beside the name in the name of a sheet: a number, a group.
_BESIDE_NAME = re.compile(r"^\d+[\s.、．_-]*|[（(][^）)]*[）)]|[\s_-]*\d+$")
_DATE_LINE = re.compile(r"^[（(]?[\s〇零一二三四五六七八九十\d年月日./-]{6,}[）)]?$")
_REDACTED = re.compile("[某×xX*]")
_PROBLEM_COLUMNS = frozenset({"problem", "detail"})
_NUMBERED = re.compile(r"[（(]?[一二三四五六七八九十\d]")
_TOP_NUMBER = re.compile("([一二三四五六七八九十]{1,3})、")
_COLUMN = frozenset({"姓名", "党员姓名", "成员", "成员姓名", "党员", "发言人", "本人姓名"})

_MAX_LINE, _HEAD_LINES, _END_LINES = 40, 8, 5


@dataclass(frozen=True, slots=True)
class Author:
    """From where on a text is whose.

    Args:
        start: First character that is the author's.
        name: As the text gives it, without blanks; empty when it does not.
    """

    start: int
    name: str


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    cells: tuple[str, ...]
    heading: bool = False


def find_authors(document: Document, *, named: bool = False) -> tuple[Author, ...]:
    """Return the authors of a text in the order of their parts, the first from 0 on; one without a name at least.

    Args:
        document: What was read.
        named: Whether the name of the file tells whose it is; then a table's column of names lists others.
    """
    lines = list(_lines(document))
    column = [] if named else _by_column(lines)
    if len(column) == 1:
        return (Author(0, column[0].name),)
    found = column or _by_heads(lines)
    if len({author.name for author in found}) > 1:
        return (Author(0, found[0].name), *found[1:])
    return (Author(0, _only_name(lines)),)


def begins_a_text(document: Document) -> bool:
    """Whether a text has a beginning of its own: a title, and a name or part one below it. A later page has none."""
    lines = list(_lines(document))
    head = lines[:_HEAD_LINES]
    first = next((found[1] for line in lines if (found := _TOP_NUMBER.match(line.text))), "")
    return any(map(_is_title, head)) and (first == "一" or bool(_by_heads(head)))


def _is_title(line: _Line) -> bool:
    """Whether a line may be a title, and no heading such as 原因剖析."""
    titled = _is_short(line) and _TITLE.search(line.text) and not _NUMBERED.match(line.text)
    return bool(titled) and part_of_heading(line.text) in (None, "problem")


def _lines(document: Document) -> Iterator[_Line]:
    rows = {row[0][0]: tuple(document.text[start:end] for start, end in row) for row in document.rows if row}
    headings = {one.start for one in document.paragraphs if one.heading}
    for match in re.finditer(r"[^\n]+", document.text):
        text = match.group()
        if text.strip():
            start = match.start()
            cells = rows.get(start) or tuple(cell.strip() for cell in text.split("\t"))
            yield _Line(start, text.strip(), cells, start in headings)


def _by_column(lines: Sequence[_Line]) -> list[Author]:
    """Return an author for every row of a table of names and problems, none in a text that has an author already."""
    header = next(((index, column) for index, line in enumerate(lines) for column in _name_columns(line.cells)), None)
    if header is None or _has_own_author(lines, header[0]):
        return []
    first, column = header
    authors = []
    for line in lines[first + 1 :]:
        name = _clean(line.cells[column]) if column < len(line.cells) else ""
        if len(line.cells) > 1 and _is_likely(name):
            authors.append(Author(line.start, name))
    below = sum(len(line.cells) > 1 for line in lines[first + 1 :])
    return authors if authors and len(authors) >= 0.5 * below else []


def _has_own_author(lines: Sequence[_Line], header: int) -> bool:
    """Whether a text names its author above a table and has sentences of its own beside it."""
    above = lines[:header]
    tells = any(len(line.cells) == 1 and not _is_short(line) for line in lines)
    return tells and bool(_by_heads(above) or (above and _only_name(above)))


def _name_columns(cells: Sequence[str]) -> list[int]:
    """Return where the names stand in the header of a list of problems; a table of anything else has no authors."""
    if not any(column_kind(cell) in _PROBLEM_COLUMNS for cell in cells):
        return []
    return [index for index, cell in enumerate(cells) if re.sub(r"\s", "", cell) in _COLUMN]


def _by_heads(lines: Sequence[_Line]) -> list[Author]:
    """Return an author for every head in the text.

    A head is a form field, a title with a name, a name below a title, or a heading that is only a name (of a sheet).
    """
    authors = []
    for index, line in enumerate(lines):
        name = _name_in_head(line, lines[index - 1] if index else None)
        if name:
            authors.append(Author(_start_of_head(lines, index), name))
    # A name told twice running is one head.
    return [next(group) for _, group in groupby(authors, key=lambda author: author.name)]


def _name_in_head(line: _Line, above: _Line | None) -> str:
    field = _name_in_field(line)
    if field:
        return field
    if not _is_short(line) or len(line.cells) > 1:
        return ""
    alone = _clean(_BESIDE_NAME.sub("", line.text))
    if line.heading and names_in_title(alone) == (alone,):
        return alone
    if _TITLE.search(line.text) or (above is not None and _is_short(above) and _is_bare_title(above.text)):
        return _single(line.text)
    return ""


def _is_bare_title(text: str) -> bool:
    return bool(_TITLE.search(text)) and not names_in_title(text) and not _NUMBERED.match(text)


def _start_of_head(lines: Sequence[_Line], index: int) -> int:
    """Return where a head begins: titles, dates and other short lines right above it belong to it."""
    while index and _is_short(lines[index - 1]) and _is_bare_title(lines[index - 1].text):
        index -= 1
    return lines[index].start


def _only_name(lines: Sequence[_Line]) -> str:
    """Return the name of the one author of a text, "" when it gives none."""
    head = [line for line in lines[:_HEAD_LINES] if not _NOT_HIS_OWN.match(line.text)]
    end = lines[-_END_LINES:]
    fields = (_name_in_field(line) for line in (*head, *end))
    title = (_single(line.text) for line in _title_lines(head))
    signature = (_single(line.text) for line in _signature_lines(end))
    found = next((name for names in (fields, title, signature) for name in names if name), "")
    return found or _introduced("\n".join(line.text for line in lines[:_HEAD_LINES]))


def _name_in_field(line: _Line) -> str:
    for cell, value in zip(line.cells, line.cells[1:], strict=False):
        if re.sub(r"\s", "", cell) == "姓名" and _is_likely(_clean(value)):
            return _clean(value)
    found = _FIELD.search(line.text)
    if found is None:
        return ""
    name = _clean(_NEXT_FIELD.split(found[1])[0])
    # A longer string begins with the name, and something else follows.
    return name if 2 <= len(name) <= 4 or "·" in name else _single(name)


def _title_lines(head: Sequence[_Line]) -> Iterator[_Line]:
    for line in head:
        # Chat messages are short lines too; they speak.
        if not _is_short(line) or _SPOKEN.search(line.text):
            return
        if len(line.cells) == 1:
            yield line


def _signature_lines(end: Sequence[_Line]) -> Iterator[_Line]:
    """Yield what may be a signature: the last short lines, or the one above the date."""
    for line in reversed(end):
        if _DATE_LINE.match(line.text):
            continue
        if not _is_short(line) or len(line.text) > 30 or len(line.cells) > 1:
            return
        yield line


def _introduced(text: str) -> str:
    for match in _INTRODUCTION.finditer(text):
        if name_score(match[1]) > 0:
            return match[1]
    return ""


def _single(text: str) -> str:
    """Return the name in a line, "" when there is none or several."""
    if _REDACTED.search(text) or re.match(r"[（(]?[一二三四五六七八九十\d]+[、.．）)]", text):
        return ""
    names = names_in_title(text)
    return names[0] if len(names) == 1 and _is_likely(names[0]) else ""


def _is_likely(name: str) -> bool:
    if not name or _REDACTED.search(name):
        return False
    score = name_score(name)
    return score > -2.0 or "·" in name or (names_in_title(name) == (name,) and score > -6.0)


def _is_short(line: _Line) -> bool:
    return len(line.text) <= _MAX_LINE and not _SENTENCE.search(line.text)


def _clean(text: str) -> str:
    return re.sub(r"[•・‧]", "·", re.sub(r"\s", "", text)).strip("·")
