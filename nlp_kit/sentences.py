"""Cut a paragraph into sentences and list items, by offsets."""

import re
from dataclasses import dataclass
from itertools import pairwise

_NUMERAL = "一二三四五六七八九十"
# A semicolon ends a statement too: what stands on its two sides are often two problems.
_ENDS = "。！？!?；;"
_CLOSERS = "”’\"'』」）)】》"
_OPENING = {"“": "”", "‘": "’", "（": "）", "(": ")", "《": "》", "「": "」", "『": "』", "【": "】"}
_MAX_QUOTE = 80

# 一是 … 二是 … wherever a clause may begin; the other list words only where a sentence begins.
_SERIES = re.compile(
    rf"(?:(?:^|(?<=[。；;：:，,、！？!?\s）)”]))(?:[{_NUMERAL}]{{1,2}}(?:是(?!否)|要)|\d{{1,2}}[、．.](?=[^\d\s]))"
    r"|[（(]\d{1,2}[）)]|[①-⑳])\s*"
)
_SENTENCE_MARK = re.compile(
    rf"(?:首先|其次|再次|再者|最后|另外|此外|其[{_NUMERAL}]|第[{_NUMERAL}]{{1,2}}(?:点|条|个(?:问题|方面))?)(?:[，,、：:]|是)\s*|[{_NUMERAL}]{{1,2}}(?:是(?!否)|要)\s*|[{_NUMERAL}]{{1,2}}、\s*"
)
_CONTINUES = re.compile(
    r"(?:比如|例如|譬如|如[:：，,]|具体表现|主要表现|表现在|表现为|结果|导致|致使|以致|以至|甚至|特别是|尤其是|这(?:说明|反映|表明|样一来|导致|就)|其中)"
)

MAX_LEAD = 24
MAX_BARE_LEAD = 8
MAX_FRAGMENT = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence or list item.

    Args:
        start: First character after its list word.
        end: One past its last character.
        marked: Whether a list word (一是, （1）…) stood before it.
    """

    start: int
    end: int
    marked: bool


def split_sentences(text: str, start: int, end: int, *, marked: bool) -> list[Piece]:
    """Return the sentences and list items of ``text[start:end]``, leads joined to what follows them.

    Args:
        text: The document's text.
        start: First character of the paragraph's content.
        end: One past its last character.
        marked: Whether the paragraph itself is a numbered list item.
    """
    cuts = _sentence_cuts(text, start, end)
    cuts |= _series_cuts(text, start, end)
    borders = [start, *sorted(cut for cut in cuts if start < cut < end), end]
    pieces = []
    for index, (left, right) in enumerate(pairwise(borders)):
        piece = _trim(text, left, right)
        if piece is not None:
            pieces.append(Piece(piece.start, piece.end, piece.marked or (marked and index == 0)))
    return _join(text, pieces)


def _sentence_cuts(text: str, start: int, end: int) -> set[int]:
    cuts = set()
    position = start
    while position < end:
        close = _closing_quote(text, position, end)
        if close > 0:
            # A full stop inside quotes ends the sentence only when the whole quote is it: 他说：“先等等。”
            whole = text[close - 1] in _ENDS and (position == start or text[position - 1] in "：:")
            position = close - 1 if whole else close + 1
            continue
        char = text[position]
        if char in _ENDS or _is_dot_end(text, position, end):
            position += 1
            while position < end and (text[position] in _ENDS or text[position] in _CLOSERS):
                position += 1
            # “…吗？”他问: the quote is part of a longer sentence.
            if position < end and text[position] in "，,、；;的":
                continue
            cuts.add(position)
        else:
            position += 1
    return cuts


def _closing_quote(text: str, position: int, end: int) -> int:
    """Return where the quote or bracket that opens at ``position`` closes, -1 when none opens or it never closes."""
    closing = _OPENING.get(text[position])
    return text.find(closing, position + 1, min(end, position + _MAX_QUOTE)) if closing else -1


def _is_dot_end(text: str, position: int, end: int) -> bool:
    """Whether a half-width or full-width dot ends a Chinese sentence here."""
    if text[position] not in ".．" or position == 0 or not "\u4e00" <= text[position - 1] <= "\u9fff":
        return False
    following = text[position + 1 : position + 2] if position + 1 < end else ""
    return not following or following.isspace() or "\u4e00" <= following <= "\u9fff" or following in '“"(（'


def _series_cuts(text: str, start: int, end: int) -> set[int]:
    """Return where the items of an in-text list begin; one lone 一是 in mid-sentence is no list."""
    marks = [match.start() for match in _SERIES.finditer(text, start, end)]
    return set(marks) if len(marks) > 1 else set()


def _trim(text: str, start: int, end: int) -> Piece | None:
    """Strip white space and the list word from a piece; None when nothing is left."""
    while start < end and (text[start].isspace() or text[start] in "，,；;、：:。*_"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "*_"):
        end -= 1
    marker = _SERIES.match(text, start, end) or _SENTENCE_MARK.match(text, start, end)
    if marker and marker.end() < end:
        return Piece(marker.end(), end, True)
    return Piece(start, end, False) if end > start else None


def _join(text: str, pieces: list[Piece]) -> list[Piece]:
    """Join short leads to the sentence after them, and examples to the sentence before them."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and not piece.marked:
            last = joined[-1]
            if _is_lead(text, last, first=len(joined) == 1) or _CONTINUES.match(text, piece.start, piece.end):
                joined[-1] = Piece(last.start, piece.end, last.marked)
                continue
        joined.append(piece)
    return joined


def _is_lead(text: str, piece: Piece, *, first: bool) -> bool:
    """Whether a piece is a short title of what follows: 一是学得不深。, the first words of a paragraph, or 不问；."""
    length, last = piece.end - piece.start, text[piece.end - 1]
    if last in "；;":
        return length <= MAX_FRAGMENT
    limit = MAX_LEAD if piece.marked else MAX_BARE_LEAD if first else 0
    return length <= limit and last in "。.．"


_CONCESSION = re.compile(r"(?:^|[，,。；;：:\s])[^，,。；;]{0,12}?(?:虽然|虽说|虽|尽管|固然)")
_TURN = re.compile(r"[，,；;。\s](?:但是|但|可是|可|然而|不过|却|只是|而)(?![以能])")


def find_focus(text: str, start: int, end: int) -> int:
    """Return where the counted half of a concession begins (虽然 A 但 B counts as B), else ``start``."""
    sentence = text[start:end]
    concession = _CONCESSION.search(sentence, 0, 60)
    if concession is None:
        return start
    turn = _TURN.search(sentence, concession.end())
    return start + turn.start() + 1 if turn else start
