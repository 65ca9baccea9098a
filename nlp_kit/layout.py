"""The lines of a document as blocks: title, heading, paragraph, table row, closing.

Nothing is copied: a block is a pair of offsets into the document's text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlp_kit.parts import category_hint, part_of_heading
from nlp_kit.records import Document, Paragraph
from nlp_kit.wrapping import PrintedLine, join_wrapped

_NUMERAL = "一二三四五六七八九十"

# Numbers at the start of a line; the index is the depth (0 is the outermost).
_MARKERS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"第[{_NUMERAL}]{{1,3}}(?:(?:部分|章|节|方面)[、，,：:\s]*|[、，,：:\s]+)(?=\S)|[{_NUMERAL}]{{1,3}}(?:[、．.，,：:]|\s)\s*(?=\S)",
        rf"[（(][{_NUMERAL}]{{1,3}}[）)][、．.]?",
        r"\d{1,2}(?:[、．，,）)]|[.:：](?!\d)|\s)\s*(?=\S)",
        r"[（(]\d{1,2}[）)][、．.]?",
        r"[①-⑳❶-❿]",
        r"[•●■◆▪▶★※·*－-](?=\s|[\u4e00-\u9fff])\s*",
    )
)
_LINE = re.compile(r"[^\n\r\v\f\u2028\u2029]+")
_MARKDOWN = re.compile(r"(#{1,6})\s+")

# Markdown: a whole line in bold, and the lines that only draw (tables, rules).
_WRAPPED_BOLD = re.compile(r"(\*\*|__)[^*_]+\1")
_RULE = re.compile(r"[|\s:\-*_=]{3,}")

_SENTENCE_END = re.compile(r"[。！？!?…；;]\s*[”’\"』」）)]*$|(?<=[\u4e00-\u9fff])\.$")
_ASPECT_END = re.compile(
    r"(方面|问题|不足|短板|情况|原因|措施|打算|方向|计划|清单|剖析|建议|成绩|工作|作风|上|这块|[:：])$"
)
_DATE = re.compile(
    r"^[（(]?(?:20\d\d|二[〇○0零][一二三四五六七八九〇○零]{2})\s*[年./-]\s*[\d一二三四五六七八九十]{1,3}\s*(?:[月./-]\s*(?:[\d一二三四五六七八九十]{1,3}\s*日?)?)?"
    r"(?:\s*\d{1,2}[:：]\d\d)?[）)]?$"
)
_SALUTATION = re.compile(
    r"^(?:尊敬的|敬爱的|亲爱的|各位)?[^，。；]{0,14}(?:同志|支部|书记|领导|组织|大家|委员)(?:们|会)?(?:好)?[，,]?[^，。；]{0,4}[：:！!]$"
)
_CLOSING = re.compile(r"^(?:此致|敬礼|谢谢|您好|你好)[！!。]?$")
_FORM_FIELD = re.compile(r"^(?:姓名|岗位|部门|单位|职务|汇报人|发言人|检查人|对照检查人|日期|时间)\s*[：:]")

_TITLE_WORD = re.compile(r"(材料|提纲|清单|报告|总结|发言稿|剖析|对照检查)(?:[（(].*[）)])?$")

MAX_TITLE = 45
MAX_HEADING = 40
MAX_BARE_HEADING = 20
MAX_CHAT_HEADING = 14


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that is laid out as one unit.

    Args:
        start: First character, after indents.
        end: One past the last character.
        kind: ``title``, ``heading``, ``paragraph``, ``row`` or ``closing``.
        level: Depth of a heading or of a list item's number; 0 is the outermost, -1 for neither.
        content: Where the text after the number begins.
        cells: Spans of a row's cells, where the file says them.
    """

    start: int
    end: int
    kind: str
    level: int
    content: int
    cells: tuple[tuple[int, int], ...] = ()


def match_marker(text: str, start: int, end: int) -> tuple[int, int]:
    """Return ``(level, content)``: depth of the list number at ``start`` (-1 for none) and where the text begins."""
    markdown = _MARKDOWN.match(text, start, end)
    if markdown:
        level, content = match_marker(text, markdown.end(), end)
        return (level if level >= 0 else len(markdown.group(1)) - 1), content
    for level, pattern in enumerate(_MARKERS):
        found = pattern.match(text, start, end)
        if found:
            content = found.end()
            while content < end and text[content].isspace():
                content += 1
            return (level, content) if content < end else (-1, start)
    return -1, start


def read_blocks(document: Document) -> list[Block]:
    """Return the blocks of a document in order; every character that is no white space lies in one."""
    rows = [_row_block(row) for row in document.rows if any(start < end for start, end in row)]
    lines = _line_spans(document.text, rows)
    paragraphs = {paragraph.start: paragraph for paragraph in document.paragraphs}
    if document.wrapped:
        printed = [_printed_line(document.text, *line, paragraphs.get(line[0])) for line in lines]
        lines = join_wrapped(document.text, printed)
    blocks = [_plain_block(document.text, start, end, paragraphs.get(line)) for line, start, end in lines]
    blocks = sorted(blocks + rows, key=lambda block: block.start)
    chat = _is_chat(document.text, blocks)
    blocks = [_settle_heading(document.text, blocks, index, chat) for index in range(len(blocks))]
    return _mark_frame(document.text, blocks, chat)


def _row_block(row: tuple[tuple[int, int], ...]) -> Block:
    start = min(start for start, end in row if start < end)
    return Block(start, max(end for _, end in row), "row", -1, start, row)


def _line_spans(text: str, rows: Sequence[Block]) -> list[tuple[int, int, int]]:
    """Return (start of line, start, end) of every line outside the rows that is not blank, trimmed."""
    ends = [0, *(row.end for row in rows)]
    starts = [*(row.start for row in rows), len(text)]
    gaps = [span for start, end in zip(ends, starts, strict=True) for span in _lines_between(text, start, end)]
    # What stands between the cells of two rows is their border (a quotation mark, a comma).
    return gaps if not rows else [span for span in gaps if any(char.isalnum() for char in text[span[1] : span[2]])]


def _lines_between(text: str, start: int, end: int) -> list[tuple[int, int, int]]:
    spans = []
    for match in _LINE.finditer(text, start, end):
        line = match.group()
        stripped = line.strip().removeprefix("> ").strip()
        if _WRAPPED_BOLD.fullmatch(stripped):
            stripped = stripped.strip("*_").strip()
        if stripped and not _RULE.fullmatch(stripped):
            start = match.start() + line.index(stripped)
            spans.append((match.start(), start, start + len(stripped)))
    return spans


def _printed_line(text: str, first: int, start: int, end: int, paragraph: Paragraph | None) -> PrintedLine:
    """Return a line with what it says about going on in the next one."""
    level, content = match_marker(text, start, end)
    line = text[content:end]
    bare = not re.search("[，,。、；;]", line)
    opens = paragraph is not None or (level >= 0 and text[first - 2 : first] != "第\n")
    headed = bare and (level >= 0 or bool(_ASPECT_END.search(line) or _TITLE_WORD.search(line)))
    alone = headed or _is_formal(line) or _is_row(text, start, end) or (paragraph is not None and paragraph.heading)
    ended = line[-1] in ":：" or bool(_SENTENCE_END.search(line))
    return PrintedLine(first, start, end, opens or _is_row(text, start, end), alone, ended)


def _is_row(text: str, start: int, end: int) -> bool:
    """Whether a line is the row of a table that is written as text."""
    return "\t" in text[start:end] or (text[start] == "|" and text.count("|", start, end) > 1)


def _plain_block(text: str, start: int, end: int, paragraph: Paragraph | None) -> Block:
    if _is_row(text, start, end):
        return Block(start, end, "row", -1, start)
    level, content = match_marker(text, start, end)
    if paragraph is not None and paragraph.heading and end - start <= 60:
        return Block(start, end, "heading", level if level >= 0 else paragraph.level, content)
    if _MARKDOWN.match(text, start, end):
        return Block(start, end, "heading", level, content)
    return Block(start, end, "paragraph", level, content)


def _is_chat(text: str, blocks: list[Block]) -> bool:
    """Whether the writer sets no full stops, as in a chat message."""
    long = [block for block in blocks if block.end - block.start > 12 and block.kind == "paragraph"]
    ended = sum(bool(_SENTENCE_END.search(text, block.start, block.end)) for block in long)
    return bool(long) and ended < 0.3 * len(long)


def _settle_heading(text: str, blocks: list[Block], index: int, chat: bool) -> Block:
    block = blocks[index]
    if block.kind != "paragraph" or not _reads_as_heading(text, blocks, index, chat):
        return block
    return replace(block, kind="heading", level=max(block.level, 0))


def _reads_as_heading(text: str, blocks: list[Block], index: int, chat: bool) -> bool:
    block = blocks[index]
    line = text[block.content : block.end]
    if _SENTENCE_END.search(line) or "。" in line or len(line) > MAX_HEADING or not _has_content_below(blocks, index):
        return False
    if _is_formal(line):
        return False
    announces = part_of_heading(line) is not None
    commas = sum(line.count(mark) for mark in "，,；;")
    if block.level in (0, 1):
        return commas == 0 or (commas == 1 and bool(_ASPECT_END.search(line)))
    if block.level >= 2:
        names_aspect = announces or category_hint(line) is not None
        return commas == 0 and len(line) <= MAX_BARE_HEADING and names_aspect and not _is_list_item(blocks, index)
    if commas or len(line) > MAX_BARE_HEADING:
        return False
    if announces or (category_hint(line) is not None and _ASPECT_END.search(line)):
        return True
    after_blank = index == 0 or "\n" in text[blocks[index - 1].end : block.start].replace("\n", "", 1)
    return chat and after_blank and len(line) <= MAX_CHAT_HEADING


def _is_formal(line: str) -> bool:
    """Whether a line is a salutation, a closing, a date or a form field."""
    return any(pattern.match(line) for pattern in (_SALUTATION, _CLOSING, _DATE, _FORM_FIELD))


def _has_content_below(blocks: list[Block], index: int) -> bool:
    """A numbered line heads what follows only when something other than its own next number follows."""
    if index + 1 == len(blocks):
        return False
    level, following = blocks[index].level, blocks[index + 1]
    return level < 0 or following.level < 0 or following.level > level


def _is_list_item(blocks: list[Block], index: int) -> bool:
    return index > 0 and blocks[index - 1].kind == "paragraph" and blocks[index - 1].level == blocks[index].level


def _mark_frame(text: str, blocks: list[Block], chat: bool) -> list[Block]:
    """Mark the title lines at the top, and dates, salutations, form fields and signatures anywhere."""
    framed = []
    in_title = True
    for index, block in enumerate(blocks):
        line = text[block.start : block.end]
        if _is_formal(line):
            framed.append(replace(block, kind="closing"))
        elif in_title and _reads_as_title(text, block, index, chat):
            framed.append(replace(block, kind="title"))
        elif _reads_as_signature(text, blocks, index):
            framed.append(replace(block, kind="closing"))
        else:
            in_title = False
            framed.append(block)
    return framed


def _reads_as_title(text: str, block: Block, index: int, chat: bool) -> bool:
    line = text[block.start : block.end]
    if block.kind == "row" or (block.kind == "heading" and (index > 0 or _opens_part(line))):
        return False
    if match_marker(text, block.start, block.end)[0] >= 0 or len(line) > MAX_TITLE or re.search("[，,。；;]", line):
        return False
    return not _SENTENCE_END.search(line) and (not chat or bool(_TITLE_WORD.search(line)))


def _opens_part(line: str) -> bool:
    """Whether a first line is no title but already a heading such as 存在的问题."""
    return part_of_heading(line) is not None and not _TITLE_WORD.search(line) and not re.search(r"\d{4}", line)


def _reads_as_signature(text: str, blocks: list[Block], index: int) -> bool:
    """A short line set far to the right, or one right before the closing date."""
    block = blocks[index]
    line = text[block.start : block.end]
    if block.kind != "paragraph" or block.level >= 0 or len(line) > 25 or re.search("[，。；]", line):
        return False
    indent = block.start - (text.rfind("\n", 0, block.start) + 1)
    followed_by_date = index + 2 == len(blocks) and bool(_DATE.match(text[blocks[-1].start : blocks[-1].end]))
    return index > 2 and (indent >= 8 or followed_by_date)
