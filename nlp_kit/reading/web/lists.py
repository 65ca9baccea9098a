"""The marks of list items in HTML: numbers and bullets that a browser draws, and numbers that Word has written out."""

import re
from dataclasses import dataclass

from nlp_kit.reading.word.numbering import chinese_number

_WORD_NUMBER = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_NO_MARK = re.compile(r"list-style(?:-type)?\s*:[^;]{0,40}\bnone\b", re.IGNORECASE)
_CHINESE_MARK = re.compile(r"list-style(?:-type)?\s*:[^;]{0,40}(?:cjk-ideographic|chinese-informal)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,6}")


@dataclass(slots=True)
class OpenList:
    """A list whose items are being read.

    Args:
        style: How it marks them: "decimal", "chinese", "bullet" or "none".
        number: What the next one counts as.
    """

    style: str
    number: int = 1

    def next_mark(self, value: str) -> str:
        """Return the mark of the next item, whose attribute ``value`` may set its number."""
        if _NUMBER.fullmatch(value):
            self.number = int(value)
        number, self.number = self.number, self.number + 1
        if self.style == "chinese":
            return f"{chinese_number(number)}、"
        return {"bullet": "•", "none": ""}.get(self.style, f"{number}.")


def opened_list(tag: str, style: str, start: str) -> OpenList:
    """Return a list by its tag and its attributes ``style`` and ``start``."""
    return OpenList(_list_style(tag, style), int(start) if _NUMBER.fullmatch(start) else 1)


def _list_style(tag: str, style: str) -> str:
    if _NO_MARK.search(style):
        return "none"
    if tag != "ol":
        return "bullet"
    return "chinese" if _CHINESE_MARK.search(style) else "decimal"


def is_word_number(style: str) -> bool:
    """Whether an element holds the number that Word has written out before a paragraph."""
    return _WORD_NUMBER.search(style) is not None


def word_mark(number: str) -> str:
    """Return the mark that Word has written out; letters and signs of its symbol fonts are bullets."""
    return "•" if re.fullmatch(r"[^\d\u2460-\u277f\u4e00-\u9fff]", number) else number


def marked(mark: str, line: str) -> str:
    """Return a line behind its mark, with a blank between them where people write one."""
    glued = mark[-1] in "、．）)，,：:" or (mark[-1] == "." and not line[0].isdigit())
    return mark + ("" if glued else " ") + line
