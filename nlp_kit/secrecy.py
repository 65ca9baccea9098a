"""Secrecy marks (密级) and marks of internal papers: a file that carries one must not be read on such a computer.

A mark is told from text about secrecy by its place: it stands alone in a line, a cell or a bracket, opens a line, or
fills the field 密级 of a form (the forms are those of GB/T 9704-2012 and of office habit). 保守秘密 in a sentence is
text; so is a mark that a sentence quotes.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import groupby, pairwise

from nlp_kit.errors import UnreadableError

_LEVEL = "(?:绝密|机密|秘密)级?"
_STAR = "[★☆*✩✭⭐※◆◇]"
# Possessive throughout: a crafted line must not make matching slow. Branches with a lookahead stand first, and it first
# in them: in the last branch of a possessive group Python 3.11.2 passes over a lookahead that fails.
_NUMBER = "[0-9〇零一二三四五六七八九十]++"
_TERM = f"(?:{_NUMBER}年(?:{_NUMBER}个?月)?(?:{_NUMBER}日)?|{_NUMBER}个?月|{_NUMBER}[天日]|长期|启用前)"
_THIS = "[此本](?:件|文件?|材料|资料|通知|简报)"
_BESIDE = (
    f"(?:{_TERM}|特提|特急|加急|平急|急件|平件|份号|编号|№|NO|密级|密等|等级|标识|标志|保密|期限|解密|时间|日期|和|及|{_THIS}"
    f"|(?=国家(?:绝密|机密|秘密))国家|注意?|备注|属于?|[定列]?为|系|共[0-9]++份|第?[0-9]++[份号期页]?|{_STAR}"
    r"|[-()\[\]【】〔〕<>《》:=,.、;·・•/~—])"
)
# A line that holds a level and nothing but what stands beside one. A full stop makes it a sentence.
_SECRET_LINE = re.compile(f"{_BESIDE}*+{_LEVEL}(?:(?=.{_TERM}).|{_BESIDE})*+", re.IGNORECASE)

_PAPER = "(?:资料|文件|材料|刊物|事项|信息|情况|参阅|参考|使用|传阅|掌握|学习|发行|印发)"
_CARE = "(?:(?:请|应|须|务必)?(?:注意|妥善)(?:保存|保管|保密)|[阅会]后(?:即)?(?:收回|销毁|退回|归还))"
_SPREAD = "(?:外传|外泄|公开|翻印|转发|复印|复制|扩散|上网|带出|拍照|摘抄|引用|传播)"
_BAN = f"(?:未经(?:批准|许可|同意)|请?(?:不得|勿|严禁|禁止|切勿|不准))(?:[,、]?(?:不得|{_SPREAD}))*+"
_UNPUBLISHED = f"{_THIS}不公开"
_INTERNAL_LINE = re.compile(
    f"(?:内部{_PAPER}*+|工作秘密|{_CARE}|{_BAN}|(?:仅供|仅限|只限|限|供)|党内|单位|使用|{_UNPUBLISHED}|{_BESIDE})++",
    re.IGNORECASE,
)
# One of these must be in it.
_INTERNAL_CORE = re.compile(f"内部|工作秘密|{_UNPUBLISHED}|(?:不得|勿|严禁|禁止|不准)[^。]*(?:外传|外泄|扩散)")

# How a line begins, whatever follows.
_OPEN, _CLOSE = r"[【\[(〔<《]*", r"[】\])〕>》]*"
_STARRED = f"(?:{_LEVEL}{_STAR}+|{_STAR}+{_LEVEL})"
_SECRET_OPENING = re.compile(
    f"{_OPEN}{_STARRED}"
    f"|(?:文件|材料)?(?:密级|密等|(?:秘密|保密|密件)?等级)[:=]?{_OPEN}{_LEVEL}(?![/、或(])"
    f"|国家秘密[·•:,-]?{_OPEN}(?:绝密|机密|秘密)级?(?:{_STAR}|{_TERM}|$)|密件$"
    f"|{_OPEN}{_THIS}(?:属于?|系|定为|为|列为)(?:国家)?{_LEVEL}"
    f"|{_OPEN}(?:绝密|机密|秘密){_PAPER}[,.]?{_CARE}"
)
_INTERNAL_OPENING = re.compile("(?:文件|材料)?(?:密级|密等|等级)[:=]?(?:内部|工作秘密)")
_SECRET_TICKED = re.compile(f"[☑✓✔√■]{_LEVEL}|{_LEVEL}[(][☑✓✔√■][)]")
_SECRET_TOKEN = re.compile(f"{_OPEN}(?:密级[:=]?)?{_STARRED}{_TERM}?{_CLOSE}")
# Units of the armed forces go by four or five digits.
_DIGITS = "(?:[0-9]{4,5}|[〇零一二三四五六七八九]{4,5})"
_UNIT = re.compile(f"(?<![0-9A-Za-z]){_DIGITS}部队|(?:武警|解放军)第?{_DIGITS}[部支大中]队")

_OPENING_BRACKET = re.compile(r"[【\[(〔]([^【\[(〔】\])〕]{2,40})[】\])〕]")
_CLOSING_BRACKET = re.compile(r"[【\[(〔]([^【\[(〔】\])〕]{2,40})[】\])〕]$")
_SUBJECT = re.compile("^(?:主题|标题|题目|文件名称?|名称)[:=]")
_TAG = re.compile(r"</?[A-Za-z][^>]*>")
_CELL_BORDER = re.compile(r"[\t|\x1f]|\s{3,}")
# No line without one of these holds a mark.
_HINT = re.compile("密|内部|部队|武警|解放军|外传|外泄|扩散|不公开")

_SIMPLE = str.maketrans(
    "機絕祕內資長啟號級隊傳閱護銷毀請嚴複轉發為屬僅參條", "机绝秘内资长启号级队传阅护销毁请严复转发为属仅参条"
)
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")


class Mark(Enum):
    """What kind of mark a file carries."""

    SECRET = "secret"
    INTERNAL = "internal"


def find_mark(lines: Iterable[str]) -> Mark | None:
    """Return the gravest mark that stands in the lines of a file, None when there is none.

    Args:
        lines: Of the whole file, headers and footers too; cells of a table row are separated by tabs.
    """
    found = None
    for line in _with_upright(lines):
        mark = _mark_of(line)
        if mark is Mark.SECRET:
            return mark
        found = found or mark
    return found


def _with_upright(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines, and marks that are written downwards, a character or two a line, as one line each."""
    for narrow, some in groupby(lines, key=lambda line: 0 < len(line.strip()) <= 2):
        kept = list(some)
        yield from kept
        if narrow and len(kept) > 1:
            yield "".join(line.strip() for line in kept)


def _mark_of(line: str) -> Mark | None:
    plain = unicodedata.normalize("NFKC", _TAG.sub("\x1f", html.unescape(line)))
    plain = _INVISIBLE.sub("", plain).translate(_SIMPLE)
    cells = [_SUBJECT.sub("", _close_up(cell)) for cell in _CELL_BORDER.split(plain)]
    whole = "".join(cells)
    if not _HINT.search(whole):
        return None
    parts = [whole, *cells, *map("".join, pairwise(cells))]
    # A mark in a bracket counts where the bracket opens or closes a line.
    brackets = (find(part) for part in (whole, *cells) for find in (_OPENING_BRACKET.match, _CLOSING_BRACKET.search))
    parts += [found[1] for found in brackets if found]
    if any(_is_secret(part) for part in parts) or any(_SECRET_TOKEN.fullmatch(token) for token in plain.split()):
        return Mark.SECRET
    return Mark.INTERNAL if any(_is_internal(part) for part in parts) else None


def _is_secret(part: str) -> bool:
    if _SECRET_TICKED.search(part) or _UNIT.search(part) or _SECRET_OPENING.match(part):
        return True
    # Several levels in one line are a list of them, not a mark.
    return bool(_SECRET_LINE.fullmatch(part)) and len(set(re.findall("绝密|机密|秘密", part))) == 1


def _is_internal(part: str) -> bool:
    if _INTERNAL_OPENING.match(part):
        return True
    return bool(_INTERNAL_LINE.fullmatch(part.rstrip("。!")) and _INTERNAL_CORE.search(part))


def _close_up(text: str) -> str:
    return re.sub(r"[\s\x1f]", "", text)


def refuse_marked(lines: Iterable[str], *, allow_internal: bool = False) -> None:
    """Stop before anything of a marked file is kept or shown.

    Args:
        lines: Of the whole file, or the parts of its path.
        allow_internal: Whether files marked as internal papers may be read.

    Raises:
        UnreadableError: The file carries a mark; the message tells nothing of its content.
    """
    mark = find_mark(lines)
    if mark is Mark.SECRET:
        raise UnreadableError(
            "带有密级标志或部队番号，没有读入；涉密材料只能在涉密计算机上处理，请立即按保密规定处置这份文件"
        )
    if mark is Mark.INTERNAL and not allow_internal:
        raise UnreadableError(
            "标有内部资料、不得外传一类字样，没有读入；确认可以在这台电脑上处理的，请加 --allow-internal 再运行"
        )
