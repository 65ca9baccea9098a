"""Lines broken at a fixed width, in the middle of sentences: told from lines short by themselves, and joined."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# In columns, of which a Chinese character takes two: the widths at which programs break lines.
_NARROWEST = 36
_WIDEST = 120

# In columns: a full line may be shorter, where punctuation is squeezed or kept together, and may have one mark hanging.
_SLACK = 6
_HANGING = 2

# At most this share of the lines is longer than the width (a title, a line typed in later), or one.
_MAX_LONGER = 0.05

# Paragraphs of two lines prove a width when there are this many lines to go on from; a single paragraph needs more.
_MIN_BROKEN = 3
_MIN_BROKEN_IN_ONE = 5

# What is unfinished without being full speaks against a width; at most this share of what speaks for it.
_MAX_AGAINST = 0.5

# Signatures and dates below the text are no unfinished sentences.
_CLOSING_LINES = 3
_NEVER_FIRST = frozenset("，。、；：！？）”’》】」』")


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line as it stands in the file.

    Args:
        first: Where it begins, with its indent.
        start: Its first character.
        end: One past its last character.
        opens: Whether it begins something of its own, as a numbered point does.
        alone: Whether nothing goes on from it, as from a heading or the row of a table.
        ended: Whether a sentence ends with it.
    """

    first: int
    start: int
    end: int
    opens: bool
    alone: bool
    ended: bool


def join_wrapped(text: str, lines: Sequence[PrintedLine]) -> list[tuple[int, int, int]]:
    """Return (start of line, start, end) of the lines, those joined that were broken at a fixed width."""
    full = _full_lines(text, lines)
    joined: list[tuple[int, int, int]] = []
    for index, line in enumerate(lines):
        if index and full[index - 1] and _goes_on(text, lines[index - 1], line):
            first, start, _ = joined.pop()
            joined.append((first, start, line.end))
        else:
            joined.append((line.first, line.start, line.end))
    return joined


def _goes_on(text: str, line: PrintedLine, following: PrintedLine) -> bool:
    """Whether a full line goes on with the next one."""
    if following.first != line.end + 1:
        return False
    if text[following.start] in _NEVER_FIRST:
        return True
    indented = (following.start - following.first) - (line.start - line.first) > 1
    return not (line.ended or line.alone or following.opens or indented)


def _full_lines(text: str, lines: Sequence[PrintedLine]) -> list[bool]:
    """Return for each line whether it fills the width at which the text is broken; none does where there is none."""
    goes_on = [*(_goes_on(text, line, following) for line, following in pairwise(lines)), False]
    widths = [_columns(text[line.first : line.end]) for line in lines]
    best, most = [False] * len(lines), 0
    for width in sorted({width for width, goes in zip(widths, goes_on, strict=False) if goes}, reverse=True):
        if sum(one > width + _HANGING for one in widths) > max(1, _MAX_LONGER * len(lines)):
            break
        if _NARROWEST <= width <= _WIDEST:
            full = [width - _SLACK <= one <= width + _HANGING for one in widths]
            weight = _weight(lines, goes_on, full)
            if weight > most:
                best, most = full, weight
    return best


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _weight(lines: Sequence[PrintedLine], goes_on: Sequence[bool], full: Sequence[bool]) -> int:
    """Return how much speaks for a width, 0 if too little.

    Full lines in the middle of a sentence speak for it if the sentence is ended later on. Against it speak sentences
    that are never ended, as in chats, lists and titles, and lines that end too early.
    """
    begun = next((index for index, line in enumerate(lines) if line.ended), 0)
    broken = against = paragraphs = run = 0
    for index, line in enumerate(lines):
        if goes_on[index] and full[index]:
            run += 1
        elif run and line.ended:
            broken, paragraphs, run = broken + run, paragraphs + 1, 0
        elif run:
            against, run = against + run, 0
        elif not (line.ended or line.alone) and begun <= index < len(lines) - _CLOSING_LINES:
            against += 1
    enough = broken >= (_MIN_BROKEN if paragraphs > 1 else _MIN_BROKEN_IN_ONE)
    return broken - against if enough and against <= _MAX_AGAINST * broken else 0
