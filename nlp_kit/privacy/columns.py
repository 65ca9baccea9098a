"""Tables in a text: what stands below a header that names a kind of personal data is of that kind."""

import re
from collections.abc import Iterator

from nlp_kit.names import surname_of
from nlp_kit.privacy.finding import Finding, Kind

# Words of a header → kind, and what a cell below it must look like; the first that fits counts.
_HEADERS: dict[Kind, tuple[str, str]] = {
    "id_card": ("身份证", r"[\dXx]{15,18}"),
    "bank_card": ("银行卡|卡号|账号", r"[\d\s]{12,24}"),
    "wechat": ("微信|QQ", r"[A-Za-z0-9][\w.—-]{4,}"),
    "email": ("邮箱|邮件", r"\S+@\S+"),
    "plate": ("车牌", r"\S{6,10}"),
    "birth_date": ("出生", r".*\d.*"),
    "address": ("住址|地址", r".{3,40}"),
    "phone": ("电话|手机|联系方式", r"[\d\s()（）—-]{7,20}"),
    "name": (
        "姓名|户主|联系人|走访人|谈话人|签名|签字|申请人|经办人|记录人|帮扶人",
        r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff·]{4,12}",
    ),
}
_COLUMNS = [(re.compile(header), kind, re.compile(cell)) for kind, (header, cell) in _HEADERS.items()]
_MAX_HEADER = 8
_REDACTED = re.compile("[某×*＊]")
# In a form, what stands below 姓名 is the next label.
_LABEL = re.compile("(?:用|笔|别|签)名$")


def find_columns(text: str) -> Iterator[Finding]:
    """Yield the cells of tables whose header says what they are; cells are parted by tabs."""
    headers: list[str] = []
    position = 0
    for line in text.split("\n"):
        cells = line.split("\t")
        if len(cells) == 1:
            headers = []
        elif _is_header(cells):
            headers = cells
        elif headers:
            yield from _row(position, cells, headers)
        position += len(line) + 1


def _is_header(cells: list[str]) -> bool:
    """Whether a row names columns: short cells without figures, one of a known kind."""
    short = all(len(cell.strip()) <= _MAX_HEADER and not re.search(r"\d", cell) for cell in cells)
    return short and any(header.search(cell) for cell in cells for header, _, _ in _COLUMNS)


def _row(position: int, cells: list[str], headers: list[str]) -> Iterator[Finding]:
    for cell, header in zip(cells, headers, strict=False):
        words = cell.strip()
        start = position + cell.find(words)
        for named, kind, form in _COLUMNS:
            if named.search(header):
                if form.fullmatch(words) and _may_be(kind, words):
                    yield Finding(start, start + len(words), kind)
                break
        position += len(cell) + 1


def _may_be(kind: Kind, words: str) -> bool:
    """Whether a cell is no redacted entry and no label; a name begins with a family name or is written with a dot."""
    if _REDACTED.search(words) or _LABEL.search(words):
        return False
    return kind != "name" or bool(surname_of(words)) or "·" in words
