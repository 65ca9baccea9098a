"""Personal data in a text found by all finders together, and replaced by what may be shown."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from nlp_kit.filenames import names_in_path
from nlp_kit.names import given_name, surname_of
from nlp_kit.privacy.columns import find_columns
from nlp_kit.privacy.facts import find_facts
from nlp_kit.privacy.finding import HALF_WIDTH, Finding, Kind
from nlp_kit.privacy.numbers import find_numbers
from nlp_kit.resources import data_path

# What stands in place of each kind; a name keeps its family name, as people write it (沈某某).
_SHOWN: dict[Kind, str] = {
    "id_card": "【身份证号】",
    "phone": "【电话】",
    "email": "【邮箱】",
    "wechat": "【账号】",
    "bank_card": "【银行卡号】",
    "plate": "【车牌】",
    "address": "【住址】",
    "birth_date": "【出生日期】",
    "unit": "某单位",
    "date": "某日",
    "amount": "若干元",
}

_MOST_PASSES = 30
# In a file name a number of so many digits is nothing else, whatever its check digit.
_LONG_NUMBER = re.compile(r"\d{14,17}[\dXx]")

NameFinder = Callable[[str], Iterable[Finding]]
Confirm = Callable[[str, Iterable[Finding]], Iterable[Finding]]


class Masker:
    """Finds and replaces personal data.

    Args:
        find_names: Finds names of persons and organisations in a text in simplified characters of full length.
        members: Names that are certain; so are their given names that are no common words.
        frequency: How often a dictionary has seen a word.
        confirm: A text and what rules have found in it → what of that is sound.
    """

    def __init__(
        self,
        find_names: NameFinder,
        members: Iterable[str] = (),
        frequency: Callable[[str], int] = lambda _: 0,
        confirm: Confirm = lambda _, found: found,
    ) -> None:
        self._find_names = find_names
        self._confirm = confirm
        names = {name for name in members if len(name) > 1}
        given = {given_name(name, frequency) for name in names} - {""}
        self._members = sorted(names | given, key=lambda name: (-len(name), name))

    def find(self, text: str) -> list[Finding]:
        """Return the personal data in a text, in order, without overlaps."""
        plain = text.translate(HALF_WIDTH).translate(simplified())
        found = [
            *find_numbers(plain),
            *self._certain(plain),
            *find_columns(plain),
            *self._confirm(plain, find_facts(plain)),
            *self._find_names(plain),
        ]
        return _without_overlaps(found, len(text))

    def mask(self, text: str) -> str:
        """Return a text in which all personal data is replaced; masking it again changes nothing."""
        # What stood beside a number may show as another one once it is gone.
        for _ in range(_MOST_PASSES):
            masked = _replaced(text, self.find(text))
            if masked == text:
                break
            text = masked
        return text

    def mask_path(self, path: str) -> str:
        """Return a path in which every name of a person and every number is replaced, whoever it is."""
        shown = mask_path(path, self._members)
        return _replaced(shown, [one for one in self.find(shown) if one.kind == "name"])

    @staticmethod
    def shown(text: str, found: Iterable[Finding]) -> list[str]:
        """Return what stands in place of each finding."""
        return [_shown(text, finding) for finding in found]

    def _certain(self, plain: str) -> Iterable[Finding]:
        for name in self._members:
            yield from (Finding(*match.span(), "name") for match in spread(name).finditer(plain))


def _replaced(text: str, found: Sequence[Finding]) -> str:
    pieces, position = [], 0
    for finding in found:
        pieces += [text[position : finding.start], _shown(text, finding)]
        position = finding.end
    return "".join([*pieces, text[position:]])


def _shown(text: str, finding: Finding) -> str:
    if finding.kind != "name":
        return _SHOWN[finding.kind]
    name = "".join(text[finding.start : finding.end].split())
    surname = surname_of(name.translate(simplified()))
    if not surname or "·" in name or len(name) > 4:
        return "某某"
    return name[: len(surname)] + "某" * max(len(name) - len(surname), 1)


def _without_overlaps(found: Sequence[Finding], length: int) -> list[Finding]:
    """Return findings of which no two touch: of one kind they are joined, else the earlier one counts."""
    # Character → number of the finding that holds it.
    holder = [-1] * length
    kept: dict[int, Finding] = {}
    for number, one in enumerate(found):
        touched = [kept[place] for place in set(holder[one.start : one.end]) if place >= 0]
        if one.start >= one.end or any(other.kind != one.kind for other in touched):
            continue
        start = min(each.start for each in (one, *touched))
        end = max(each.end for each in (one, *touched))
        kept[number] = Finding(start, end, one.kind)
        holder[start:end] = [number] * (end - start)
    return sorted({kept[place] for place in set(holder) if place >= 0})


@cache
def simplified() -> dict[int, str]:
    """Return a table from traditional to simplified characters, one to one, so that offsets stay."""
    lines = data_path("corpora", "lexicons", "traditional.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return {ord(traditional): simplified for traditional, simplified in (line.split("\t") for line in lines)}


@cache
def spread(name: str) -> re.Pattern[str]:
    """Return what finds a name as people write it: its characters may be set apart, or stand in two lines."""
    return re.compile(r"[ \u3000\xa0]*\n?[ \u3000]*".join(map(re.escape, name)))


def mask_path(path: str, members: Iterable[str] = ()) -> str:
    """Return a path in which names of persons and numbers that belong to them are replaced.

    Args:
        path: As received; every part of it is a title of its own.
        members: Names that are certain.
    """
    shown = path
    names = {*members, *(name for part in path.split("/") for name in names_in_path(part))}
    for name in sorted(names, key=len, reverse=True):
        shown = spread(name).sub(_shown(name, Finding(0, len(name), "name")), shown)
    numbers = [*find_numbers(shown), *(Finding(*match.span(), "id_card") for match in _LONG_NUMBER.finditer(shown))]
    return _replaced(shown, _without_overlaps(numbers, len(shown)))
