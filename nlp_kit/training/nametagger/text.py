"""Marked text for the tagger: as people wrote it, the same with other names, and statements with names planted."""

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from nlp_kit.names import load_surnames, surname_of
from nlp_kit.training.nametagger.names import NameMaker

# Start, end and kind of what is marked; what may be answered either way is skipped.
Mark = tuple[int, int, str]
SKIP = "skip"

MAX_LENGTH = 120

_ROLE = re.compile(
    "老同事|同事|徒弟|班长|组长|队长|站长|科长|主任|书记|师傅|会计|护士|医生|老师|家长|学生|村民|群众|客户|患者|职工|住户|居民|司机|邻居|搭档"
)
_HOUSE = re.compile("单位|公司|医院|学校|社区|派出所|银行|合作社|中学|小学|支部|车间|村委会|局里|所里|厂里|站里|场里")
_OPENINGS = (
    *("{}说，", "{}：", "{}同志提的意见：", "听{}讲，", "和{}一起，", "跟{}比，", "{}批评我，"),
    *("当着{}的面，", "{}、{}都说，", "{}提醒我："),
)
_INDENTS = ("    ", "　　", "  ", "1.", "（一）", "①", "二、")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with marks.

    Args:
        text: The text.
        marks: What is personal data in it.
        whole: Whether everything is marked, not only names.
    """

    text: str
    marks: list[Mark]
    whole: bool


@dataclass(frozen=True, slots=True)
class TextSettings:
    """How much of each kind of text there is.

    Args:
        line_copies: Copies of a marked line with other names.
        document_copies: Copies of a marked document with other names.
        plain: Statements of the corpus, which hold no names.
        planted: Statements in which a person's role is replaced by a name.
        opened: Statements that a name opens.
        housed: Statements in which a general word for an organisation is replaced by a name.
    """

    line_copies: int = 1
    document_copies: int = 1
    plain: int = 2500
    planted: int = 800
    opened: int = 300
    housed: int = 300


def training_text(
    lines: Path, documents: Sequence[Path], statements: Sequence[str], rng: random.Random, settings: TextSettings
) -> list[Marked]:
    """Return all marked text in random order, cut to the longest input.

    Args:
        lines: Marked lines of ``corpora/privacy``.
        documents: Files of marked texts.
        statements: Of the corpus.
        rng: Source of chance.
        settings: How much of each kind.
    """
    maker = NameMaker(rng)
    found: list[Marked] = []
    for one in read_marked(lines, whole=False):
        found.append(one)
        if _holds_names(one):
            found += [substitute(one, maker, {}) for _ in range(settings.line_copies)]
    for one in chain.from_iterable(read_marked(path, whole=True) for path in documents):
        found += list(lines_of(one)) * 2
        for _ in range(settings.document_copies):
            # One stranger stands for the same person all through the document.
            strangers: dict[str, str] = {}
            found += [substitute(line, maker, strangers) for line in lines_of(one) if _holds_names(line)]
    shuffled = list(statements)
    rng.shuffle(shuffled)
    found += [Marked(text, [], whole=False) for text in shuffled[: settings.plain]]
    rest = shuffled[settings.plain :]
    found += _some(plant, rest, maker, settings.planted) + _some(plant_unit, rest[::-1], maker, settings.housed)
    found += [open_with_name(text, maker) for text in shuffled[: settings.opened]]
    rng.shuffle(found)
    return [_indented(piece, maker.rng) for one in found for piece in _pieces(one)]


def read_marked(path: Path, *, whole: bool) -> Iterator[Marked]:
    """Yield the texts of a marked corpus with their marks."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        marks = [(one["start"], one["end"], SKIP if one.get("optional") else one["kind"]) for one in row["items"]]
        yield Marked(row["text"], marks, whole)


def lines_of(one: Marked) -> Iterator[Marked]:
    """Yield the lines of a text that are not blank, with the marks inside each."""
    start = 0
    for line in one.text.split("\n"):
        end = start + len(line)
        if line.strip():
            own = [(a - start, b - start, kind) for a, b, kind in one.marks if a >= start and b <= end]
            yield Marked(line, own, one.whole)
        start = end + 1


def substitute(one: Marked, maker: NameMaker, strangers: dict[str, str]) -> Marked:
    """Return a text in which other names stand; ``strangers`` keeps who stands for whom."""
    text, marks = one.text, one.marks
    for name in sorted({text[a:b] for a, b, kind in marks if kind == "name"}, key=len, reverse=True):
        if name not in strangers:
            strangers[name] = _stranger(name, maker, strangers)
    for unit in sorted({text[a:b] for a, b, kind in marks if kind == "unit"}):
        strangers.setdefault(unit, maker.place() + unit[2:] if len(unit) > 4 else unit)
    pieces, kept, position, length = [], [], 0, 0
    for a, b, kind in sorted(marks):
        if a < position:
            continue
        words = strangers[text[a:b]] if kind in ("name", "unit") else text[a:b]
        pieces += [text[position:a], words]
        length += a - position
        kept.append((length, length + len(words), kind))
        length += len(words)
        position = b
    return Marked("".join([*pieces, text[position:]]), kept, one.whole)


def plant(text: str, maker: NameMaker) -> Marked | None:
    """Return a statement in which a name stands for, or behind, a person's role; None where it speaks of nobody."""
    roles = list(_ROLE.finditer(text))
    if not roles:
        return None
    start, end = maker.rng.choice(roles).span()
    chance, name = maker.rng.random(), maker.full()
    if chance < 0.3:
        return _with_name(text[:end], name, text[end:])
    if 0.55 <= chance < 0.9:
        before, surname, after = maker.addressed()
        return _with_name(text[:start] + before, surname, after + text[end:])
    after = maker.post() if chance >= 0.9 else ""
    return _with_name(text[:start], name, after + text[end:])


def plant_unit(text: str, maker: NameMaker) -> Marked | None:
    """Return a statement in which an organisation has a name; None where it speaks of none."""
    houses = list(_HOUSE.finditer(text))
    if not houses:
        return None
    start, end = maker.rng.choice(houses).span()
    return _with_name(text[:start], maker.unit(), text[end:], "unit")


def _with_name(before: str, name: str, after: str, kind: str = "name") -> Marked:
    return Marked(before + name + after, [(len(before), len(before) + len(name), kind)], whole=False)


def open_with_name(text: str, maker: NameMaker) -> Marked:
    """Return a statement behind words such as "某某提醒我"."""
    opening, marks = "", []
    for part in re.split(r"(\{\})", maker.rng.choice(_OPENINGS)):
        if part == "{}":
            name = maker.full()
            marks.append((len(opening), len(opening) + len(name), "name"))
            opening += name
        else:
            opening += part
    return Marked(opening + text, marks, whole=False)


def _some(
    change: Callable[[str, NameMaker], Marked | None], texts: Sequence[str], maker: NameMaker, count: int
) -> list[Marked]:
    changed = (one for text in texts if (one := change(text, maker)))
    return list(islice(changed, count))


def _stranger(name: str, maker: NameMaker, strangers: dict[str, str]) -> str:
    plain = re.sub(r"\s", "", name)
    if len(plain) == 1 or plain in load_surnames()[1]:
        whole = next((strangers[one] for one in strangers if one.startswith(plain) and len(one) > 1), "")
        return (surname_of(whole) or whole[:1]) if whole else maker.surname()
    if re.search("[·•・]", plain):
        return name
    whole = next((strangers[one] for one in strangers if one.endswith(plain) and len(one) > len(plain)), "")
    stranger = whole[1:] if len(whole) > 2 else maker.full()
    return f"{stranger[0]}  {stranger[1:]}" if plain != name and len(stranger) == 2 else stranger


def _holds_names(one: Marked) -> bool:
    return any(kind in ("name", "unit") for _, _, kind in one.marks)


def _pieces(one: Marked) -> Iterator[Marked]:
    for start in range(0, len(one.text), MAX_LENGTH):
        end = min(start + MAX_LENGTH, len(one.text))
        own = [(max(a, start) - start, min(b, end) - start, kind) for a, b, kind in one.marks if a < end and b > start]
        yield Marked(one.text[start:end], own, one.whole)


def _indented(one: Marked, rng: random.Random) -> Marked:
    if rng.random() < 0.8:
        return one
    indent = rng.choice(_INDENTS)
    return Marked(indent + one.text, [(a + len(indent), b + len(indent), kind) for a, b, kind in one.marks], one.whole)
