"""Names, organisations, addresses and sums of money, found by a small network that reads characters.

A BERT over pieces of words, single characters and the lexer's features, joined by a recurrent layer that answers for
each character, so that the spans are exact. The model is built by ``make names`` (``nlp_kit.training.nametagger``);
its card says from what text.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlp_kit.errors import damaged_model
from nlp_kit.names import foreign_score, given_name, load_surnames, surname_of
from nlp_kit.privacy.finding import Finding, Kind
from nlp_kit.privacy.lexer import Lexer
from nlp_kit.privacy.views import views_of
from nlp_kit.resources import data_path, load_lexicon
from nlp_kit.sessions import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

WEIGHTS = "model.onnx"
CHARACTERS = "characters.json"
PIECES = "tokenizer.json"

# Labels of a character; the first one of a finding begins it.
KINDS: tuple[Kind, ...] = ("name", "unit", "address", "amount")
LABELS = ("other", *(kind + part for kind in KINDS for part in ("", "+")))

_SUMS = [number for number, label in enumerate(LABELS) if label.startswith("amount")]

# Longest input; longer lines are cut, at a sentence's end where there is one.
MAX_CHARACTERS = 126
# Words that a name may follow, and family names that are too often other words.
_BEFORE_NAMES = frozenset("老小和与跟找被给请问听让叫说及对是向由")
_DOUBTFUL = frozenset("任和向由于原时全从党支常管严单安方成关连高平金程应边经都当各该与及同本新老现首前后双总分正")
_DOUBTFUL |= frozenset("车水占户利来布国那相诸终扶位别")
# A longer name that begins with a shorter public one is another person's.
_LONG_PUBLIC = 3
_KIN = re.compile("师[傅父母兄姐弟妹]")
_CHAT = re.compile(r"^([\u4e00-\u9fff]{2,3})\s+\d{1,2}:\d\d", re.MULTILINE)
_SPEECH = re.compile(r"^([\u4e00-\u9fff]{1,3})[：:]", re.MULTILINE)
_NO_SPEAKER = frozenset({"原因", "措施", "时间", "地点", "方向", "应到", "金额", "单位", "成绩", "简历"})

# What is no name by its form must be this sure, and what is a word too even surer.
SURE, SUREST = 0.9, 0.97
# From which probability on a character before a name belongs to it.
PERHAPS = 0.25
MIN_LENGTH: Mapping[Kind, int] = {"unit": 2, "address": 3, "amount": 2}
SURE_FACT = 0.8
# Below this probability a sum that a rule has found is nobody's: the fare of a bus, the price of a pump.
LEAST_SUM = 0.003
# Shorter names of organisations (宏达) are mostly other words.
_FULL_UNIT = 3
# How an organisation's name may go on behind what the model has marked.
_REST = re.compile(
    r"(?:机关)?(?:党委|党组|党工委|纪委|工会|团委|妇联)|(?<=党)(?:总支|支部|委|小?组)"
    r"|[\u4e00-\u9fff]{0,8}(?:党支部|党总支|党小组|支部|营业部|项目部|经营部|修理部|急诊|门诊|分公司|公司|联合社|合作社|学校|医院|总厂|车队)"
)

_WITHIN = 2
# Schools as they are called for short: 实验二小.
_SCHOOL = re.compile(
    r"(?:实验|附属|城[关东西南北]|(?:[\u4e00-\u9fff]{2})?[市县区州])第?[一二三四五六七八九十][小中](?![时型心间旬队])学?"
)
# And how it may begin before that.
_PARTY = "中共"

_LINE = re.compile(r"[^\n\t]+")
_PIECE = re.compile(f".{{1,{MAX_CHARACTERS - 1}}}(?:[。；！？]|$)|.{{1,{MAX_CHARACTERS}}}")
_REDACTED = re.compile("[某×✕xX*＊□○]")
# The halves of a name written with a dot.
_DOT = re.compile(r"(?<=[\u4e00-\u9fff])[·•・‧∙](?=[\u4e00-\u9fff])")
_HALF = re.compile(r"[\u4e00-\u9fff]{1,6}")
_HALF_BEFORE = re.compile(r"[\u4e00-\u9fff]{1,6}$")
# The beginning of a title.
_TITLE = re.compile(r"[《〈][\u4e00-\u9fff]*$")
_LONGEST_TITLE = 20


class NameTagger:
    """Finds names of persons and organisations, addresses, and sums of money that belong to a person.

    Args:
        frequency: How often a dictionary has seen a word; a name that is one must be plainer than others.
        folder: Holds the model; the shipped one by default.
        threshold: From which probability on a character belongs to a name.
    """

    def __init__(self, frequency: Callable[[str], int], folder: Path | None = None, *, threshold: float = 0.5) -> None:
        self.frequency = frequency
        self.folder = folder
        self.threshold = threshold

    def find(self, text: str) -> list[Finding]:
        """Return the names in a text in simplified characters, in order, without overlaps.

        Raises:
            DataError: A file of the model is missing or damaged.
        """
        found = [*_addressed(text), *_speakers(text)]
        found += [Finding(*match.span(), "unit") for match in _SCHOOL.finditer(text)]
        for start, piece in _pieces(text):
            found += self._spans(text, start, self._shares(piece))
        found += list(_dotted(text, found))
        found = [_whole(text, one) for one in found if not _is_public(text, one) and not _is_redacted(text, one)]
        return found + list(self._again(text, found))

    def confirm(self, text: str, found: Iterable[Finding]) -> list[Finding]:
        """Return what rules have found in a text, without the sums that surely belong to no person.

        Raises:
            DataError: A file of the model is missing or damaged.
        """
        facts = list(found)
        sums = [one for one in facts if one.kind == "amount"]
        likely = np.zeros(len(text))
        for start, piece in _pieces(text):
            end = start + len(piece)
            if any(one.start < end and one.end > start for one in sums):
                likely[start:end] = self._shares(piece)[:, _SUMS].sum(axis=1)
        return [one for one in facts if one not in sums or likely[one.start : one.end].max() >= LEAST_SUM]

    def _spans(self, text: str, offset: int, shares: NDArray[np.float32]) -> Iterator[Finding]:
        """Yield the runs of characters that belong to a name; a first character begins a new one.

        What stands before a run and only may belong to it is taken along.
        """
        sums = 1 - shares[:, 0]
        inside, perhaps = sums >= self.threshold, sums >= PERHAPS
        labels = shares[:, 1:].argmax(axis=1) + 1
        start = 0
        while start < len(inside):
            if not inside[start]:
                start += 1
                continue
            end = start + 1
            while end < len(inside) and inside[end] and labels[end] % 2 == 0:
                end += 1
            kind, sure = KINDS[(int(labels[start]) - 1) // 2], float(sums[start:end].mean())
            while start > 0 and perhaps[start - 1] and not inside[start - 1]:
                start -= 1
            one = Finding(offset + start, offset + end, kind)
            if self._is_sound(text, one, sure):
                yield one
            start = end

    def _again(self, text: str, found: Sequence[Finding]) -> Iterator[Finding]:
        """Yield further places of what was found once and of given names alone, where they are no everyday words."""
        known: dict[str, Kind] = {}
        for one in found:
            words = text[one.start : one.end]
            if one.kind not in ("name", "unit") or len(words) < 2:
                continue
            if len(words) >= 3 or (one.kind == "name" and not self.frequency(words)):
                known[words] = one.kind
            if one.kind == "name" and (given := given_name(words, self.frequency)):
                known[given] = "name"
        for part, kind in known.items():
            yield from (Finding(*match.span(), kind) for match in re.finditer(re.escape(part), text))

    def _is_sound(self, text: str, found: Finding, sure: float) -> bool:
        """Whether what the model has marked has the form of a name or of an organisation."""
        words = text[found.start : found.end]
        if found.kind != "name":
            short = found.kind == "unit" and len(words) < _FULL_UNIT
            return len(words) >= MIN_LENGTH[found.kind] and sure >= (SURE if short else SURE_FACT)
        addressed = text.startswith(_posts(), found.end)
        if len(words) == 1:
            before = text[max(found.start - 1, 0) : found.start]
            called = addressed or before in ("老", "小", "阿")
            # 师姐 is no 姐 of the family 师, and in 南门组长 there is no 南.
            if _KIN.match(text, found.start) or (not called and self.frequency(text[found.start : found.start + 2])):
                return False
            known = surname_of(words) != ""
            # 17位同志 is nobody's name.
            return not before.isnumeric() and ((known and called) or ((known or called) and sure >= SUREST))
        looks = bool(surname_of(words)) or foreign_score(words) > 0
        if self.frequency(words) and not (addressed and looks):
            return sure >= SUREST
        return sure >= (self.threshold if looks else SURE)

    def _shares(self, piece: str) -> NDArray[np.float32]:
        """Return the probabilities of the labels, shape (n_characters, n_labels).

        One piece at a time: dynamic quantisation scales over the whole input, so in a batch an answer would depend on
        the neighbours.
        """
        session, tokenizer, numbers, lexer = self._loaded
        seen = views_of(piece, tokenizer, numbers, lexer)
        (scores,) = session.run(None, {name: values[None] for name, values in seen.items()})
        scores = scores[0]
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares: NDArray[np.float32] = raised / raised.sum(axis=1, keepdims=True)
        return shares

    @cached_property
    def _loaded(self) -> tuple["InferenceSession", "Tokenizer", dict[str, int], Lexer]:
        # Loaded only where names are looked for, so that help and messages come at once.
        from tokenizers import Tokenizer

        folder = self.folder or data_path("models", "names")
        try:
            session = open_session(folder / WEIGHTS)
            tokenizer = Tokenizer.from_file(str(folder / PIECES))
            numbers: dict[str, int] = json.loads((folder / CHARACTERS).read_text(encoding="utf-8"))
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise damaged_model(folder.name) from error
        return session, tokenizer, numbers, Lexer(folder)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield (start, piece) of every line and cell, long ones cut."""
    for line in _LINE.finditer(text):
        for piece in _PIECE.finditer(line.group()):
            if piece.group().strip():
                yield line.start() + piece.start(), piece.group()


def _dotted(text: str, found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield names written with a dot (再娜甫·卡德尔) of which the model has found a half, or both halves sound foreign.

    What begins a title (《锁麟囊·春秋亭》) is none.
    """
    names = [one for one in found if one.kind == "name"]
    for dot in _DOT.finditer(text):
        if _TITLE.search(text, max(dot.start() - _LONGEST_TITLE, 0), dot.start()):
            continue
        before, after = _HALF_BEFORE.search(text, 0, dot.start()), _HALF.match(text, dot.end())
        if before is None or after is None:
            continue
        left, right = before.group(), after.group()
        left_score, left_size = _likeliest(left[-size:] for size in range(1, len(left) + 1))
        right_score, right_size = _likeliest(right[:size] for size in range(1, len(right) + 1))
        start = next((one.start for one in names if one.start < dot.start() <= one.end), None)
        end = next((one.end for one in names if one.start <= dot.end() < one.end), None)
        if start is not None or end is not None or min(left_score, right_score) > 0:
            yield Finding(
                dot.start() - left_size if start is None else start,
                dot.end() + right_size if end is None else end,
                "name",
            )


def _likeliest(halves: Iterable[str]) -> tuple[float, int]:
    """Return how much the likeliest of several halves sounds foreign, and its length."""
    return max((foreign_score(half), len(half)) for half in halves)


def _addressed(text: str) -> Iterator[Finding]:
    """Yield family names with a form of address behind (沈书记), where they are no part of another word."""
    for match in _surname_and_post().finditer(text):
        before = text[max(match.start() - 1, 0) : match.start()]
        if before in _BEFORE_NAMES or not "\u4e00" <= before <= "\u9fff":
            yield Finding(match.start(), match.end(), "name")


def _speakers(text: str) -> Iterator[Finding]:
    """Yield who speaks: in chat before the time, in minutes before a colon in several lines."""
    for match in _CHAT.finditer(text):
        yield Finding(*match.span(1), "name")
    lines = list(_SPEECH.finditer(text))
    often = {name for name, count in Counter(match[1] for match in lines).items() if count > 1 and surname_of(name)}
    for match in lines:
        # 谈话人：… is a form's label.
        if match[1] in often and match[1] not in _NO_SPEAKER and not match[1].endswith("人"):
            yield Finding(*match.span(1), "name")


def _whole(text: str, found: Finding) -> Finding:
    """Return an organisation with the rest of its name, where the model has marked only a part."""
    if found.kind != "unit":
        return found
    # The model may have stopped within a word (第二党支部).
    rests = (_REST.match(text, found.end - back) for back in range(min(_WITHIN, found.end - found.start) + 1))
    start = found.start - len(_PARTY) if text.endswith(_PARTY, 0, found.start) else found.start
    return Finding(start, max([found.end, *(rest.end() for rest in rests if rest)]), "unit")


def _is_redacted(text: str, found: Finding) -> bool:
    return _REDACTED.search(text[found.start : found.end + 1]) is not None


def _is_public(text: str, found: Finding) -> bool:
    """Whether a stretch is, or is part of, the name of a person of public life; 陈云飞 is not 陈云."""
    start, end = found.start, found.end
    for known in _public():
        place = text.find(known, max(start - len(known) + 1, 0), end + len(known) - 1)
        within = place <= start and end <= place + len(known)
        if place >= 0 and (within or len(known) >= _LONG_PUBLIC):
            return True
    return False


@cache
def _surname_and_post() -> re.Pattern[str]:
    single, double = load_surnames()
    names = "|".join([*sorted(double), f"[{''.join(sorted(single - _DOUBTFUL))}]"])
    posts = "|".join(sorted((post for post in _posts() if len(post) > 1), key=len, reverse=True))
    return re.compile(
        rf"(?!施工|包工|童工|班组|[乐井卫商强班马]队)(?:{names})(?=(?:副)?(?:{posts})|工(?![作程人会业资序地])|总(?![是部结之体会要])|队(?![伍员长里友部列形旗名医服]))"
    )


@cache
def _posts() -> tuple[str, ...]:
    return tuple(load_lexicon("privacy")["posts"])


@cache
def _public() -> tuple[str, ...]:
    return tuple(load_lexicon("privacy")["public"])
