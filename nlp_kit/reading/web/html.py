"""HTML, also as Word or an office system saves it under the name .doc: the visible text as lines and rows.

Nothing is loaded and no script runs. One walk over the tree without recursion turns blocks into lines; white space is
collapsed as a browser does it.
"""

import re
from dataclasses import dataclass, field

from lxml import etree

from nlp_kit.errors import UnreadableError
from nlp_kit.layout import match_marker
from nlp_kit.reading.base import Limits, Reading
from nlp_kit.reading.sheets.grid import Cells, Merge, TableText, refuse_characters
from nlp_kit.reading.web.encoding import decode_page
from nlp_kit.reading.web.lists import OpenList, is_word_number, marked, opened_list, word_mark

# Cells that merged cells may take up in one file; real tables have some hundreds.
_MAX_MERGED = 1_000_000
_MAX_SPAN = 1000
_MAX_STYLE = 2000

_BLOCK = re.compile(
    "address|article|aside|blockquote|body|br|caption|center|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|"
    "footer|form|h[1-6r]|header|html|legend|li|main|menu|nav|ol|option|p|pre|section|summary|table|tbody|td|textarea|"
    "tfoot|th|thead|tr|ul"
)
_CELLS = ("td", "th")
_VERBATIM = ("pre", "textarea")
_LISTS = ("ol", "ul", "menu", "dir")
_NO_TEXT = re.compile(
    "head|script|style|template|noscript|xml|iframe|object|embed|svg|math|audio|video|canvas|select|datalist|noframes|"
    "rt|rp|del"
)
# What CSS hides, and what Word does: comments, and the headers and footers of a page.
_HIDDEN_STYLE = re.compile(
    r"(?<![\w-])display\s*:\s*none|mso-hide\s*:\s*all|mso-element\s*:\s*(?:comment-list|header|footer)", re.IGNORECASE
)
_OUTLINE = re.compile(r"mso-outline-level\s*:\s*([1-9])(?!\d)", re.IGNORECASE)
_WORD_LEVEL = re.compile(r"mso-list\s*:[^;]{0,20}\blevel([1-9])", re.IGNORECASE)

_WIDE = r"\u2014\u2018-\u201d\u2026\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_WRAP = re.compile(rf"(?<=[{_WIDE}])\n|\n(?=[{_WIDE}])")
_BLANKS = re.compile(r"[ \t\n\f]+")
_INVISIBLE = str.maketrans({"\xa0": " ", "\u200b": None, "\ufeff": None, "\xad": None, "\v": " "})
_INLINE_PICTURE = re.compile(r"data:[^\"'<>\s]{100,}")
# Markup may be this many times as long as the longest text.
_MARKUP_SHARE = 10


def read_html(data: bytes, limits: Limits) -> Reading:
    """Return the text that a browser would show, with headings, list items and table rows.

    Raises:
        UnreadableError: The bytes are no text, or the page is too long or nested absurdly deep.
    """
    text = decode_page(data).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    text = _INLINE_PICTURE.sub("data:", text)
    refuse_characters(len(text) // _MARKUP_SHARE, limits)
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser) if text.strip() else None
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        # The parser has dropped what stands below.
        raise UnreadableError("网页的层次嵌套得不正常，请用浏览器打开后把文字复制到 .docx")
    return Reading("") if root is None else _Page(root, limits).read()


@dataclass(slots=True)
class _Grid:
    """The rows of a table that are not yet written, as ``TableText.add_table`` takes them."""

    cells: Cells = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    row: int = -1
    column: int = 0
    taken: dict[int, int] = field(default_factory=dict)
    reach: int = -1


class _Page:
    """Walks the tree once; blocks end lines, and the cells of a table row are gathered in a grid."""

    def __init__(self, root: etree._Element, limits: Limits) -> None:
        self._root = root
        self._text = TableText(limits)
        self._hidden = [_collapse(title.text or "") for title in root.iter("title")]
        self._layout_rows = _rows_around_tables(root)
        self._pieces: list[str] = []
        self._lists: list[OpenList] = []
        self._grid = _Grid()
        self._merged = 0
        self._in_row = False
        self._cell: list[str] | None = None
        self._verbatim = 0
        # What the next line gets: its level, the mark of its list item, and a number that Word has written out.
        self._level: tuple[int, bool] | None = None
        self._mark = ""
        self._number = ""
        self._number_from = 0

    def read(self) -> Reading:
        walk = etree.iterwalk(self._root, events=("start", "end"))
        left_out = False
        for event, element in walk:
            if event == "end":
                if not left_out:
                    self._close(element)
                left_out = False
                self._add(element.tail or "")
            elif _is_left_out(element):
                if element.tag == "del" or not _NO_TEXT.fullmatch(element.tag):
                    # A mark may begin wherever an element does.
                    self._hidden.append("\t".join(filter(None, map(_collapse, element.itertext()))))
                walk.skip_subtree()
                left_out = True
            else:
                self._open(element)
                self._add(element.text or "")
        self._end_line()
        self._end_grid()
        return self._text.reading(self._hidden)

    def _open(self, element: etree._Element) -> None:
        tag, style = element.tag, _style(element)
        if _BLOCK.fullmatch(tag):
            self._end_line()
        level = _level(tag, style)
        if level is not None:
            self._level = level
        if tag in _LISTS:
            self._lists.append(opened_list(tag, style, element.get("start", "")))
        elif tag == "li":
            self._level = (max(len(self._lists) - 1, 0), False)
            self._mark = self._lists[-1].next_mark(element.get("value", "")) if self._lists else ""
        elif tag in _VERBATIM:
            self._verbatim += 1
        elif tag == "tr":
            self._open_row(element)
        elif tag in _CELLS and self._in_row:
            self._cell = []
        elif is_word_number(style):
            self._number_from = len(self._pieces)

    def _close(self, element: etree._Element) -> None:
        tag, style = element.tag, _style(element)
        if _BLOCK.fullmatch(tag):
            self._end_line()
        if tag == "li" or _level(tag, style) is not None:
            self._level, self._mark = None, ""
        if tag in _LISTS:
            self._lists.pop()
        elif tag in _VERBATIM:
            self._verbatim -= 1
        elif tag == "table":
            self._end_grid()
        elif tag == "tr":
            self._in_row = False
        elif tag in _CELLS and self._cell is not None:
            self._close_cell(element, self._cell)
            self._cell = None
        elif is_word_number(style):
            self._number = word_mark(_collapse("".join(self._pieces[self._number_from :])))
            del self._pieces[self._number_from :]

    def _add(self, text: str) -> None:
        if not self._verbatim:
            self._pieces.append(text)
            return
        first, *others = text.split("\n")
        self._pieces.append(first)
        for line in others:
            self._end_line()
            self._pieces.append(line)

    def _end_line(self) -> None:
        line = _collapse("".join(self._pieces))
        self._pieces = []
        if not line:
            return
        if self._number or (self._mark and match_marker(line, 0, len(line))[0] < 0):
            line = marked(self._number or self._mark, line)
        if self._cell is None:
            self._end_grid()
            level, heading = self._level or (None, False)
            self._text.add_line(line, level, heading=heading)
        else:
            self._cell.append(line)
        self._level, self._mark, self._number = None, "", ""

    def _open_row(self, row: etree._Element) -> None:
        """Begin a row of the grid; the only cell of a row, or one that holds a table, is laid out as blocks."""
        grid = self._grid
        alone = sum(child.tag in _CELLS for child in row) == 1 and grid.reach <= grid.row
        if row in self._layout_rows or alone:
            self._end_grid()
            return
        self._in_row = True
        grid.row += 1
        grid.column = 0

    def _close_cell(self, cell: etree._Element, lines: list[str]) -> None:
        grid = self._grid
        while grid.column in grid.taken and grid.taken[grid.column] >= grid.row:
            grid.column += 1
            self._merged += 1
        width, height = _span(cell, "colspan"), _span(cell, "rowspan")
        if lines:
            grid.cells.setdefault(grid.row, {})[grid.column] = "\n".join(lines)
        if height > 1:
            last = grid.row + height - 1
            grid.merges.append((grid.row, last, grid.column))
            grid.taken.update(dict.fromkeys(range(grid.column, grid.column + width), last))
            grid.reach = max(grid.reach, last)
            self._merged += width
        grid.column += width
        if self._merged > _MAX_MERGED:
            raise UnreadableError("网页里的表格大得不正常，请把文字复制到 .docx")

    def _end_grid(self) -> None:
        self._text.add_table(self._grid.cells, self._grid.merges)
        self._grid = _Grid()


def _rows_around_tables(root: etree._Element) -> set[etree._Element]:
    """Return the table rows that hold a table in one of their cells."""
    found: set[etree._Element] = set()
    open_rows: list[etree._Element] = []
    for event, element in etree.iterwalk(root, events=("start", "end"), tag=("tr", "table")):
        if element.tag == "table":
            if event == "start" and open_rows:
                found.add(open_rows[-1])
        elif event == "start":
            open_rows.append(element)
        else:
            open_rows.pop()
            if element in found and open_rows:
                found.add(open_rows[-1])
    return found


def _style(element: etree._Element) -> str:
    return str(element.get("style", ""))[:_MAX_STYLE]


def _is_left_out(element: etree._Element) -> bool:
    hidden = "hidden" in element.attrib or _HIDDEN_STYLE.search(_style(element))
    # LibreOffice writes the header and the footer of a page as blocks with these titles.
    page_mark = element.tag == "div" and element.get("title") in ("header", "footer")
    return bool(hidden or page_mark or _NO_TEXT.fullmatch(element.tag))


def _level(tag: str, style: str) -> tuple[int, bool] | None:
    """Return (level, whether it is a heading) of an element that has one."""
    if re.fullmatch("h[1-6]", tag):
        return int(tag[1]) - 1, True
    outline = _OUTLINE.search(style)
    if outline:
        return int(outline[1]) - 1, True
    listed = _WORD_LEVEL.search(style)
    return (int(listed[1]) - 1, False) if listed else None


def _span(cell: etree._Element, attribute: str) -> int:
    found = cell.get(attribute, "")
    return min(max(int(found), 1), _MAX_SPAN) if re.fullmatch(r"\d{1,6}", found) else 1


def _collapse(text: str) -> str:
    """Collapse white space; between Chinese characters a line break of the source is none at all."""
    text = _BLANKS.sub(lambda found: "\n" if "\n" in found[0] else " ", text)
    return _WRAP.sub("", text).replace("\n", " ").translate(_INVISIBLE).strip()
