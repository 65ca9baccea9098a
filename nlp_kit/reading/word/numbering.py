"""Word's automatic numbering: which number does a paragraph show?

Word keeps the numbers of 一、（一）1. out of the text; they follow from ``numbering.xml`` and the order of the
paragraphs (ECMA-376 part 1, 17.9). This resolver counts as Word does.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from nlp_kit.reading.word.ooxml import W, integer, value

_DIGITS = "〇一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def chinese_number(number: int) -> str:
    """Return 一, 十二, 一百零三 … for 1 to 9999."""
    if not 0 < number < 10000:
        return str(number)
    text = ""
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            text += _DIGITS[digit] + unit
        elif text and number % power:
            text = text.rstrip("零") + "零"
    return text[1:] if text.startswith("一十") else text


# Beyond this, letters and Roman numerals grow without end; no document counts so far.
_MAX_SPELLED = 999


def _letters(number: int) -> str:
    if not 0 < number <= _MAX_SPELLED:
        return str(number)
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    if not 0 < number <= _MAX_SPELLED:
        return str(number)
    text = ""
    for unit, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    ):
        text += sign * (number // unit)
        number %= unit
    return text


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: "".join(chr(0xFF10 + int(digit)) for digit in str(number)),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "chineseCounting": chinese_number,
    "chineseCountingThousand": chinese_number,
    "chineseLegalSimplified": lambda number: chinese_number(number).translate(
        str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
    ),
    "japaneseCounting": chinese_number,
    "taiwaneseCounting": chinese_number,
    "taiwaneseCountingThousand": chinese_number,
    "ideographDigital": lambda number: "".join(_DIGITS[int(digit)] for digit in str(number)),
    "ideographTraditional": lambda number: _STEMS[(number - 1) % 10],
    "ideographZodiac": lambda number: _BRANCHES[(number - 1) % 12],
}


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    style: str
    pattern: str
    restart: int | None
    legal: bool

    def format(self, number: int) -> str:
        return _FORMATS.get(self.style, str)(number)


class Numbering:
    """Counts the numbered paragraphs of one document in their order.

    Args:
        root: The ``w:numbering`` element, None when the document has none.
    """

    def __init__(self, root: etree._Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        # The counters belong to the abstract list: several w:num that share it go on counting together.
        self._counters: dict[str, dict[int, int]] = defaultdict(dict)
        self._overridden: set[tuple[str, int]] = set()
        self._starts: dict[tuple[str, int], int] = {}
        if root is not None:
            self._read(root)

    def _read(self, root: etree._Element) -> None:
        abstract = {element.get(f"{W}abstractNumId", ""): element for element in root.findall(f"{W}abstractNum")}
        by_style = {value(element, "styleLink"): key for key, element in abstract.items()}
        for element in root.findall(f"{W}num"):
            number = element.get(f"{W}numId", "")
            target = value(element, "abstractNumId") or ""
            if target in abstract:
                # A list may take its levels from a list style that another one defines.
                target = by_style.get(value(abstract[target], "numStyleLink") or "none", target)
            self._abstract[number] = target
            levels = abstract[target].findall(f"{W}lvl") if target in abstract else []
            self._levels[number] = {integer(level.get(f"{W}ilvl"), 0): _read_level(level) for level in levels}
            for override in element.findall(f"{W}lvlOverride"):
                level = integer(override.get(f"{W}ilvl"), 0)
                replaced = override.find(f"{W}lvl")
                if replaced is not None:
                    self._levels[number][level] = _read_level(replaced)
                start = value(override, "startOverride")
                if start is not None:
                    self._starts[number, level] = integer(start, 1)

    def next_number(self, number: str, level: int) -> str:
        """Return the number text of the next paragraph of list ``number`` at ``level``, "" for none or a bullet."""
        levels = self._levels.get(number)
        if not levels or level not in levels:
            return ""
        counters = self._counters[self._abstract[number]]
        if (number, level) in self._starts and (number, level) not in self._overridden:
            # A start override restarts the list once, at the first paragraph that uses this w:num.
            self._overridden.add((number, level))
            counters[level] = self._starts[number, level]
        elif level in counters:
            counters[level] += 1
        else:
            counters[level] = levels[level].start
        for deeper in [key for key in counters if key > level]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or (restart and level < restart):
                del counters[deeper]
        return self._text(levels, counters, level)

    def _text(self, levels: dict[int, _Level], counters: dict[int, int], level: int) -> str:
        if levels[level].style == "bullet":
            return "•"
        if levels[level].style == "none":
            return ""

        def show(match: re.Match[str]) -> str:
            index = int(match.group(1)) - 1
            if index not in levels:
                return ""
            count = counters.setdefault(index, levels[index].start)
            return str(count) if levels[level].legal else levels[index].format(count)

        return re.sub(r"%([1-9])", show, levels[level].pattern)


def _read_level(element: etree._Element) -> _Level:
    restart = value(element, "lvlRestart")
    legal = element.find(f"{W}isLgl")
    # Newer Word writes formats outside the old list inside mc:AlternateContent.
    formats = (found.get(f"{W}val", "decimal") for found in element.iter(f"{W}numFmt"))
    return _Level(
        start=integer(value(element, "start"), 1),
        style=next(formats, "decimal"),
        pattern=value(element, "lvlText") or "",
        restart=None if restart is None else integer(restart, 0),
        legal=legal is not None and legal.get(f"{W}val", "1") not in ("0", "false", "off"),
    )
