"""Turn a member's clauses into wording that speaks of the collective, or say that they cannot be turned.

A clause is used only when leaving out the writer keeps its meaning, and when nothing in it points to one person:
no name, place, unit, date, count, nor a word that only one trade uses.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from nlp_kit.resources import load_lexicon

Tagger = Callable[[str], list[tuple[str, str]]]

_CLAUSE_END = re.compile(r"[，,；;。：:！!？?…\s]+|(?<=[\u4e00-\u9fff])\.(?=$|[\u4e00-\u9fff])")
_DIGIT = re.compile(r"[0-9０-９×*＊A-Za-zＡ-Ｚａ-ｚ]")
_NAMING_TAGS = ("nr", "ns", "nt", "eng")
# A verb or an idiom points to nobody; a noun may.
_THING_TAGS = ("n", "s", "j", "vn")
_OPENING_TAGS = ("v", "d", "a", "p", "i", "l", "z", "r", "m")
_VAGUE_NUMBER = re.compile(
    "[一几半多][句条点些下遍页堆把眼套样头层块种番味趟轮通盘摞道边面般直律阵篇本口手步个件回次户家人名项声]|[一几]下子|一会儿|半天|大半"
)
_MARK = re.compile("[“”‘’、]")

MIN_WINDOW = 8
MAX_WINDOW = 34
MAX_CLAUSES = 3


@dataclass(frozen=True, slots=True)
class Wording:
    """A stretch of a member's text in collective wording.

    Args:
        text: The wording, without punctuation at its ends.
        words: Its words, for comparing it with others.
    """

    text: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    words: tuple[str, ...]
    leans: bool
    closes: bool


class Voice:
    """Finds the usable wordings of a statement.

    Args:
        tag: Cuts a text into (word, part of speech).
        is_common: Tells words that point to no trade or person.
    """

    def __init__(self, tag: Tagger, is_common: Callable[[str], bool]) -> None:
        self._tag = tag
        self._is_common = is_common

    @cached_property
    def _lexicon(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(words) for name, words in load_lexicon("voice").items()}

    def wordings(self, text: str) -> list[Wording]:
        """Return every run of one to three clauses that can stand after 有的; unusable clauses between are left out."""
        clauses = [self._clause(part) for part in _CLAUSE_END.split(text) if part.strip()]
        found = []
        for first, opening in enumerate(clauses):
            if opening is None or opening.leans:
                continue
            window: list[_Clause] = []
            for index in range(first, len(clauses)):
                clause = clauses[index]
                if clause is None:
                    continue
                if len(window) == MAX_CLAUSES or (clause.leans and clauses[index - 1] is None):
                    break
                window.append(clause)
                wording = _as_wording(window)
                if wording is not None:
                    found.append(wording)
        return list(dict.fromkeys(found))

    def _clause(self, text: str) -> _Clause | None:
        """Return the clause without its writer, None when it cannot be used anywhere."""
        words = self._without_writer(self._tag(text.strip()))
        if words is None or not words:
            return None
        lexicon = self._lexicon
        while words and words[0][0] in lexicon["dropped_opening"]:
            words = words[1:]
        if not words or not all(self._allowed(word, tag) for word, tag in words):
            return None
        return _Clause(
            text="".join(word for word, _ in words),
            words=tuple(word for word, _ in words),
            leans=self._leans(words),
            closes=self._closes(words),
        )

    def _leans(self, words: list[tuple[str, str]]) -> bool:
        """Whether a clause cannot follow 有的: it leans on the one before, or brings its own subject."""
        word, tag = words[0]
        if word in self._lexicon["leaning_opening"] or self._brings_subject(words):
            return True
        return word not in self._lexicon["topic_noun"] and not tag.startswith(_OPENING_TAGS)

    def _brings_subject(self, words: list[tuple[str, str]]) -> bool:
        """Whether a clause begins with somebody else: 群众…, 很多老人…, 听的人…."""
        described = [word for (_, before), (word, _) in pairwise(words[:3]) if before[0] in "anmqu"]
        return self._is_person(words[0][0]) or any(self._is_person(word) for word in described)

    def _closes(self, words: list[tuple[str, str]]) -> bool:
        """Whether a clause can be the last one: whole, about the member, and visibly a shortcoming."""
        lexicon = self._lexicon
        first, (last, last_tag) = words[0][0], words[-1]
        waits = first in lexicon["needs_more"] and not any(word in lexicon["completing"] for word, _ in words)
        if waits or self._brings_subject(words) or last in lexicon["open_ending"]:
            return False
        text = "".join(word for word, _ in words)
        return last_tag[0] not in "cp" and any(mark in text for mark in lexicon["shortcoming"])

    def _without_writer(self, words: list[tuple[str, str]]) -> list[tuple[str, str]] | None:
        lexicon = self._lexicon
        kept: list[tuple[str, str]] = []
        for index, (word, tag) in enumerate(words):
            if word not in lexicon["first_person"]:
                kept.append((word, tag))
                continue
            following = words[index + 1] if index + 1 < len(words) else ("", "x")
            before = words[index - 1] if index else ("", "")
            is_object = bool(before[0]) and (before[1][0] in "vp" or before[0] in lexicon["takes_object"])
            if is_object or following[0] == "的" or following[1][0] in "nx":
                return None
        return kept

    def _allowed(self, word: str, tag: str) -> bool:
        lexicon = self._lexicon
        if word in lexicon["other_person"] or word in lexicon["unfit"] or self._is_post(word):
            return False
        if any(word in lexicon[name] for name in ("general_time", "general_number", "no_name")):
            return True
        if tag[0] == "m":
            return bool(_VAGUE_NUMBER.fullmatch(word))
        if tag.startswith(_NAMING_TAGS) or tag[0] == "t" or _DIGIT.search(word):
            return False
        if tag[0] == "x":
            return bool(_MARK.fullmatch(word))
        return not tag.startswith(_THING_TAGS) or self._is_common(word)

    def _is_post(self, word: str) -> bool:
        """Whether a word may be the writer's post or title (班长, 工程师), which would tell who wrote."""
        is_titled = len(word) > 1 and word[-1] in self._lexicon["post_suffix"] and self._is_person(word)
        return is_titled and word not in self._lexicon["no_post"]

    def _is_person(self, word: str) -> bool:
        lexicon = self._lexicon
        return word in lexicon["person_noun"] or (len(word) > 1 and word[-1] in lexicon["person_suffix"])


def _as_wording(clauses: list[_Clause]) -> Wording | None:
    if not clauses[-1].closes:
        return None
    text = "，".join(clause.text for clause in clauses)
    if not MIN_WINDOW <= len(text) <= MAX_WINDOW or not _paired(text):
        return None
    words = frozenset(word for clause in clauses for word in clause.words if len(word) > 1)
    return Wording(text, words)


def _paired(text: str) -> bool:
    return all(text.count(left) == text.count(right) for left, right in ("“”", "‘’", "（）", "《》", "()"))
