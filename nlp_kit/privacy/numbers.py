"""Numbers and names of accounts that belong to one person: ID card, telephone, e-mail, WeChat, bank card, plate."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from nlp_kit.privacy.finding import HALF_WIDTH, Finding, Kind
from nlp_kit.privacy.phones import find_phones

_GAP = r"[\s\u00a0-]?"
_NO_DIGIT_BEFORE, _NO_DIGIT_AFTER = r"(?<![\dA-Za-z*])", r"(?![\dA-Za-z*])"
_ID_CARD = re.compile(rf"{_NO_DIGIT_BEFORE}(?:\d{_GAP}){{14}}(?:\d|(?:\d{_GAP}){{3}}[\dXx]){_NO_DIGIT_AFTER}")
_EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]*(?:@|\s(?:AT|at)\s|[(（\[]at[)）\]])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)
_ACCOUNT = re.compile(
    r"(?:微信|威信|QQ|qq|Ｑ|扣扣|企鹅号|[Vv][Xx]|[Ww][Xx]|[Vv](?=[：:])|WeChat|wechat|微)[^A-Za-z0-9\n。；]{0,12}"
    r"([A-Za-z][A-Za-z0-9_.-]{3,28}[A-Za-z0-9_]|\d(?:\s?\d){4,10})(?![A-Za-z0-9_@])"
)
_HANDLE = re.compile(
    r"wxid_[A-Za-z0-9]{6,}|(?<![A-Za-z0-9_@./-])(?:(?=[a-z0-9_-]*[a-z])(?=[a-z0-9_-]*\d)[a-z][a-z0-9]*[_-][a-z0-9_-]{3,20}"
    r"|[a-z][a-z0-9]+_[a-z0-9_]{2,20})(?![A-Za-z0-9_@./-])"
)
# A name on WeChat in quotation marks: 微信名“玫瑰与剑”.
_QUOTED = re.compile(r"(?:微信|QQ|网)(?:名|昵称|号)[^，。；“\"「\n]{0,3}[“\"「]([^”\"」\n]{2,20})[”\"」]")
# An account in brackets behind a name.
_BRACKETED = re.compile(
    r"(?<=[\u4e00-\u9fff][（(])(?=[a-z0-9_-]*[\d_])([a-z][a-z0-9_-]{4,20})(?=[）)])",
)
_BANK_CARD = re.compile(rf"{_NO_DIGIT_BEFORE}\d(?:{_GAP}\d){{15,18}}{_NO_DIGIT_AFTER}")
_PLATE = re.compile(
    r"[京津沪渝冀豫云黔滇辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滬遼魯蘇贛陝閩貴雲寧][A-HJ-NP-Z]"
    r"[\s·•・.．—－一-]?(?=[A-HJ-NP-Z\s]*\d)[A-HJ-NP-Z0-9](?:\s?[A-HJ-NP-Z0-9]){3,5}[警学挂港澳]?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_EARLIEST, _LATEST = 1900, 2099
# Most bank cards in China begin so (UnionPay).
_UNIONPAY = "62"
_AROUND = 12


def find_numbers(text: str) -> Iterator[Finding]:
    """Yield the numbers and account names in a text, the longest first; what is masked (138****0000) is none."""
    plain = text.translate(HALF_WIDTH)
    found = list(find_phones(plain))
    for pattern, kind, accept in _RULES:
        for match in pattern.finditer(plain):
            group = match.lastindex or 0
            if accept(match.group(group), plain[max(match.start(group) - _AROUND, 0) : match.start(group)]):
                found.append(Finding(match.start(group), match.end(group), kind))
    yield from sorted(found, key=lambda one: one.start - one.end)


def _is_id_card(text: str, before: str) -> bool:
    """Whether a number has the form of GB 11643, or is told to be one.

    Its check digit is not asked for: of 1,300 numbers of this length one holds a day of these two centuries in its
    place by chance, and a mistyped number points to its owner all the same.
    """
    digits = re.sub(r"[^\dXx]", "", text).upper()
    born = digits[6:14] if len(digits) == 18 else f"19{digits[6:12]}"
    if "证" in before or "身份" in before:
        return True
    try:
        day = date.fromisoformat(f"{born[:4]}-{born[4:6]}-{born[6:]}")
    except ValueError:
        return False
    return digits[0] != "0" and _EARLIEST <= day.year <= _LATEST


def _is_bank_card(text: str, before: str) -> bool:
    """Whether a number begins as UnionPay's do, passes the check of ISO/IEC 7812 (Luhn), or is told to be one."""
    if text.startswith(_UNIONPAY) or re.search("卡|账|帐|户|存折", before):
        return True
    digits = [int(digit) for digit in text if digit.isdigit()]
    doubled = [digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(digit - 9 * (digit > 9) for digit in doubled)) % 10 == 0


def _always(text: str, before: str) -> bool:
    return True


_RULES: tuple[tuple[re.Pattern[str], Kind, Callable[[str, str], bool]], ...] = (
    (_ID_CARD, "id_card", _is_id_card),
    (_BANK_CARD, "bank_card", _is_bank_card),
    (_EMAIL, "email", _always),
    (_ACCOUNT, "wechat", _always),
    (_HANDLE, "wechat", _always),
    (_BRACKETED, "wechat", _always),
    (_QUOTED, "wechat", _always),
    (_PLATE, "plate", _always),
)
