"""Which of several files of one member is the newest, as far as their names tell (终稿2, V3, 改, 12.8 …)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import reduce
from operator import and_
from pathlib import PurePosixPath

_NUMERALS = {character: value for value, character in enumerate("〇一二三四五六七八九十")}
_NUMBER = r"(\d{1,2}|[一二三四五六七八九十]{1,3})"

# Marks of a stage of work, later ones further down; a file without any stands at _UNMARKED.
_STAGES = (
    re.compile("作废"),
    re.compile("初稿|原稿|草稿|未改|旧|未完|送审"),
    re.compile(
        rf"修改|修订|第?{_NUMBER}[稿版次]|{_NUMBER}改|(?<!未)改|修|[vV]\d|重[交发报]|补交|新|rev", re.IGNORECASE
    ),
    re.compile("定稿|终|最新|审后|已审|书记改|final", re.IGNORECASE),
    re.compile("打印版|签字|盖章|为准"),
)
_UNMARKED = 1.5

_VERSION = re.compile(r"[vV](\d+)(?:\.(\d+))?")
_DRAFT = re.compile(rf"第?{_NUMBER}[稿改版次]")
_COUNTED = re.compile(r"(?:终稿|定稿|修改稿|修改|最终版|改|稿|final|new)[（(\s_-]*(\d{1,2})(?!\d)", re.IGNORECASE)
_LAST_NUMBER = re.compile(r"(?:[（(]|(?<=\d)[-_])(\d{1,2})[）)]?\s*$")
_COPY = re.compile(r"[\s-]*副本(?:\s*[（(]\d+[）)])?")

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_DATES = (
    re.compile(r"(?<!\d)(20\d\d)(0\d|1[0-2])([0-3]\d)(?!\d{1,3}(?!\d))"),
    re.compile(r"(?<!\d)(20\d\d)[-./年](\d{1,2})[-./月](\d{1,2})"),
    re.compile(r"(?<!\d)()(\d{1,2})[.月](\d{1,2})(?!\d)"),
    re.compile(rf"()([一二三四五六七八九十]{{1,2}})月{_NUMBER}日"),
    re.compile(r"(?<!\d)()(0[1-9]|1[0-2])([0-3]\d)(?!\d)"),
)
_TIME = re.compile(r"[_-]?([0-2]\d[0-5]\d)(?:\d\d)?(?!\d)")
_HALF_DAY = ("凌晨", "上午", "中午", "下午", "晚上")


def newest(paths: Sequence[str], *, counted: bool = True) -> str | None:
    """Return the path whose name says that it is the newest, None when the names cannot tell.

    Dates decide where all names hold different ones; else the stage of work, its number, and how often it was marked.
    Files that have the same name lie in folders that may tell.

    Args:
        paths: Two or more files of one member.
        counted: Whether a mere number at the end, as in （2）, tells a version, too.
    """
    names = {path: _plain(PurePosixPath(path).name) for path in paths}
    if len(set(names.values())) == 1:
        names = {path: _plain(PurePosixPath(path).parent.name) for path in paths}
    dates = _dates(names, counted)
    if dates and len(set(dates.values())) > 1:
        return _only_highest(dates)
    marks = {path: _marks(name) for path, name in names.items()}
    # What all names hold tells nothing: the sign may stand in a post or a name (抢修班).
    common = reduce(and_, marks.values())
    return _only_highest({path: _rank(path, name, marks[path] - common, counted) for path, name in names.items()})


def _only_highest(ranks: dict[str, tuple[float, ...]]) -> str | None:
    highest = max(ranks.values())
    found = [path for path, rank in ranks.items() if rank == highest]
    return found[0] if len(found) == 1 else None


def _plain(text: str) -> str:
    name = unicodedata.normalize("NFKC", text)
    return _COPY.sub("", re.sub(r"\.[A-Za-z]{2,5}$", "", name))


def _marks(name: str) -> Counter[tuple[int, str]]:
    """Return (stage, the words that tell it) → how often a name holds them."""
    return Counter((stage, found[0]) for stage, pattern in enumerate(_STAGES) for found in pattern.finditer(name))


def _rank(path: str, name: str, marks: Counter[tuple[int, str]], counted: bool) -> tuple[float, ...]:
    stages = [stage for stage, _ in marks.elements()]
    if not stages and "补交" in path:
        stages = [1]
    years = [float(year) for year in _YEAR.findall(name)]
    stage = float(max(stages)) if stages else _UNMARKED
    last = _last_number(name) if counted else 0.0
    return (max(years, default=0.0), stage, *_numbers(name, counted), float(len(stages)), last)


def _numbers(name: str, counted: bool) -> tuple[float, float]:
    version = _VERSION.search(name)
    if version:
        return float(version[1]), float(version[2] or 0)
    draft = _DRAFT.search(name)
    if draft:
        return float(numeral_value(draft[1])), 0.0
    number = _COUNTED.search(name) if counted else None
    return (float(number[1]), 0.0) if number else (0.0, 0.0)


def _last_number(name: str) -> float:
    found = _LAST_NUMBER.search(name)
    return float(found[1]) if found else 0.0


def _dates(names: dict[str, str], counted: bool) -> dict[str, tuple[float, ...]]:
    """Return path → (year, month, day, minutes), empty unless every name holds a date.

    Without a year, a date in January or February follows one in November or December.
    """
    found = {path: date for path, name in names.items() if (date := _date(name, counted)) is not None}
    if len(found) < len(names):
        return {}
    months = {date[1] for date in found.values()}
    if any(date[0] for date in found.values()) or not (months & {11.0, 12.0} and months & {1.0, 2.0}):
        return found
    return {path: (float(date[1] < 7), *date[1:]) for path, date in found.items()}


def _date(name: str, counted: bool) -> tuple[float, ...] | None:
    for pattern in _DATES:
        match = pattern.search(name)
        if match is None:
            continue
        month, day = numeral_value(match[2]), numeral_value(match[3])
        if 1 <= month <= 12 and 1 <= day <= 31:
            last = _last_number(name) if counted else 0.0
            return float(match[1] or 0), float(month), float(day), _minutes(name[match.end() :]), last
    return None


def _minutes(rest: str) -> float:
    time = _TIME.search(rest)
    if time:
        return float(int(time[1][:2]) * 60 + int(time[1][2:]))
    return next((60.0 * (5 * index + 1) for index, word in enumerate(_HALF_DAY) if word in rest), 0.0)


def numeral_value(text: str) -> int:
    """Return the number that digits or Chinese numerals up to 99 say."""
    if text.isascii():
        return int(text)
    if "十" not in text:
        return _NUMERALS[text[-1]]
    tens, _, ones = text.partition("十")
    return 10 * (_NUMERALS[tens] if tens else 1) + (_NUMERALS[ones] if ones else 0)
