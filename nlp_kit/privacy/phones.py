"""Telephone numbers as people write them: groups of digits, told by their length, their start and what stands by."""

import re
from collections.abc import Iterator

from nlp_kit.privacy.finding import Finding

_JOIN = r"[ \u3000\u00a0().（）·—–－/-]{0,2}"
_FREE = r"(?<![\dA-Za-z*×])"


def _digits(first: str, count: str) -> str:
    return rf"{first}(?:{_JOIN}\d){{{count}}}"


_COUNTRY = rf"[（(]?(?:\+|00)?{_JOIN}86{_JOIN}"
_MOBILE = re.compile(rf"{_FREE}(?:{_COUNTRY})?1{_JOIN}[3-9]{_digits('', '9')}")
# Behind 0 and the first digit of the area: eight to ten digits more.
_AREA_AND_NUMBER = rf"0{_JOIN}[1-9](?:{_digits('', '10')}(?!\d)|{_digits('', '9')}|{_digits('', '8')}(?!\d))"
_LANDLINE = re.compile(
    rf"{_FREE}(?:(?:{_COUNTRY})?[（(]?{_AREA_AND_NUMBER}"
    rf"|{_COUNTRY}[1-9]{_digits('', '8,9')}|[48]00-?{_digits('[0-9]', '6')})"
)
_LOCAL = re.compile(rf"(?<![\dA-Za-z*×.])[2-9]{_digits('', '6,7')}")
_INTERNAL = re.compile(rf"{_FREE}\d(?:-?\d){{3,7}}")
_EXTENSION = re.compile(r"\s?(?:转|分机|[-/])\s?\d{1,5}(?!\d)")
_SPELT = re.compile(r"(?<![一二三四五六七八九〇零])[一二三四五六七八九〇零]{7,11}(?![一二三四五六七八九〇零年月日])")
_DATE = re.compile(
    r"(?:19|20)\d\d[—–－~-](?:19|20)\d\d(?!\d)|(?:19|20)\d\d\s*[-./—]?\s*(?:0?[1-9]|1[0-2])(?:\s*[-./—]?\s*[0-3]?\d)?(?!\d)"
)

# Words before a number that say it is called.
_CALLED = re.compile(
    r"(?:电话|手机|座机|号码?|拨打?|打|联系(?:人|方式)?|致电|传真|热线|小灵通|宿舍|办公室|家里|家|留的?|改成|大夫|找|T[eE][lL]|tel|[☎📞]|专线|来电|[：:])[^\d\n。；]{0,6}$"
)
_INSIDE = re.compile(r"(?:内线|路电|短号|分机|小号|短|区队|总机)[^\d\n。；]{0,4}$")
# Numbers of papers, whatever they look like.
_PAPER = re.compile(r"(?:编号|单号|合同号|案号|流水号?|号HT|批次|代码|会议号|支票)[^\u4e00-\u9fff\n]{0,10}$")
_BESIDE = re.compile(r"^[\s,，、/或（()）]{0,4}$")
# What makes the number a count, a sum, a place or a paper.
_COUNTED = re.compile(r"[ \u3000]?[元块万亿%％人次亩吨个条米年月度章页室栋字户斤度份只千名家公里号楼]")


def find_phones(plain: str) -> Iterator[Finding]:
    """Yield the telephone numbers in a text with half-width digits."""
    ends: list[int] = []
    for pattern, told_by in ((_MOBILE, None), (_LANDLINE, None), (_LOCAL, _CALLED), (_INTERNAL, _INSIDE)):
        for match in pattern.finditer(plain):
            before = plain[max(match.start() - 14, 0) : match.start()]
            if _DATE.match(match.group()) or _PAPER.search(before) or _is_more(plain, match, before):
                continue
            beside = any(0 <= match.start() - end <= 6 and _BESIDE.match(plain[end : match.start()]) for end in ends)
            if told_by is None or told_by.search(before) or (told_by is _CALLED and (beside or _alone(plain, match))):
                extension = _EXTENSION.match(plain, match.end())
                ends.append(extension.end() if extension else match.end())
                yield Finding(match.start(), ends[-1], "phone")
    for match in _SPELT.finditer(plain):
        if len(match.group()) == 11 or _CALLED.search(plain[max(match.start() - 14, 0) : match.start()]):
            yield Finding(match.start(), match.end(), "phone")


def _is_more(plain: str, match: re.Match[str], before: str) -> bool:
    """Whether the digits go on, or count something."""
    called = _CALLED.search(before) is not None
    following = plain[match.end() : match.end() + 1]
    if following in ("*", "×") or (following.isdigit() and not called):
        return True
    return _COUNTED.match(plain, match.end()) is not None and not called


def _alone(plain: str, match: re.Match[str]) -> bool:
    """Whether the number fills a cell or a line."""
    before, after = plain[match.start() - 1 : match.start()], plain[match.end() : match.end() + 1]
    return before in ("", "\t", "\n") and after in ("", "\t", "\n", "（", "、", "/", "转")
