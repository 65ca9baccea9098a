"""Turn a member's clauses into wording that speaks of the collective, or say that they cannot be turned.

A clause is used only when leaving out the writer keeps its meaning, and when nothing in it points to one person:
no name, place, unit, date, exact count or post, nor a noun that only one trade uses.
"""

import re
from collections.abc import Callable
from functools import cached_property
from itertools import dropwhile, pairwise

from nlp_kit.resources import load_lexicon

Tagger = Callable[[str], list[tuple[str, str]]]

_CLAUSE_END = re.compile(r"[，,；;。：:！!？?…\s]+|(?<=[\u4e00-\u9fff])\.(?=$|[\u4e00-\u9fff])")
_DIGIT = re.compile(r"[0-9０-９×*＊A-Za-zＡ-Ｚａ-ｚ]")
_NAMING_TAGS = ("nr", "ns", "nt", "eng")
# Characters of a word that may be two.
_TWO_WORDS = 4
# A verb or an idiom points to nobody; a noun may.
_THING_TAGS = ("n", "s", "j", "vn")
# Last characters of the names of departments and places.
_PLACES = "部科所站局厂矿队组室处巷路街村镇县市区沟河院校馆园库店厅"
_VAGUE_NUMBER = re.compile(
    "[一几半多][句条点些下遍页堆把眼套样头层块种番味趟轮通盘摞道边面般直律阵篇本口手步个件回次户家人名项声]|[一几]下子|一会儿|半天|大半"
)
_MARK = re.compile("[“”‘’《》、]")
_UNFINISHED = re.compile("(?:时|时候|之后|以后|之前|以前|过程中|的)$")

MIN_WINDOW = 8
# Longer quotations would let the member be recognised; the checker calls twenty characters and more near-verbatim.
MAX_WINDOW = 19
MAX_CLAUSES = 3


class Voice:
    """Finds the usable wordings of a statement.

    Args:
        tag: Cuts a text into (word, part of speech).
        is_common: Tells words that point to no trade or person.
        is_known: Tells words that a dictionary holds; a name that the tagger took for something else is in none.
    """

    def __init__(self, tag: Tagger, is_common: Callable[[str], bool], is_known: Callable[[str], bool]) -> None:
        self._tag = tag
        self._is_common = is_common
        self._is_known = is_known

    @cached_property
    def _lexicon(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(words) for name, words in load_lexicon("voice").items()}

    def wordings(self, text: str) -> list[str]:
        """Return every run of one to three clauses that may stand after 有的."""
        clauses = self._clauses(text)
        lengths = range(1, MAX_CLAUSES + 1)
        runs = [clauses[first : first + length] for first in range(len(clauses)) for length in lengths]
        texts = ("，".join(run) for run in runs if all(run))
        return [text for text in dict.fromkeys(filter(_is_wording, texts)) if not self._begins_with_thing(text)]

    def _begins_with_thing(self, text: str) -> bool:
        """Whether a wording begins with a noun, or with 是: behind 有的 it would be read as "some of that thing"."""
        word, tag = self._tag(text)[0]
        return tag.startswith("n") or tag in ("vn", "an") or word.endswith("的") or word == "是"

    def _clauses(self, text: str) -> list[str]:
        """Return the clauses in order, nothing in the place of those that cannot be used.

        A clause without a subject goes on with the subject before it, so what follows 群众… is not said of the
        member until 我 comes back.
        """
        clauses: list[str] = []
        of_writer = True
        for part in _CLAUSE_END.split(text):
            if not part.strip():
                continue
            words = self._tag(part.strip())
            if any(word in self._lexicon["first_person"] for word, _ in words):
                of_writer = True
            elif self._brings_subject(words) or _is_agent_phrase(words):
                of_writer = False
            clauses.append(self._clause(words) if of_writer and not _is_heading(words) else "")
        return clauses

    def _clause(self, tagged: list[tuple[str, str]]) -> str:
        """Return the clause without its writer, nothing when it cannot be used."""
        words = list(dropwhile(self._falls_away, self._without_writer(tagged)))
        called = any(_is_call(word, following) for (word, _), (following, _) in pairwise(words))
        if not words or called or not all(self._allowed(word, tag) for word, tag in words):
            return ""
        return "".join(word for word, _ in words)

    def _brings_subject(self, words: list[tuple[str, str]]) -> bool:
        """Whether a clause begins with somebody else: 群众…, 很多老人…, 听的人…."""
        described = [word for (_, before), (word, _) in pairwise(words[:3]) if before[0] in "anmqu"]
        return self._is_person(words[0][0]) or any(self._is_person(word) for word in described)

    def _without_writer(self, words: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Leave out the writer where he acts; return nothing where the clause needs him."""
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
                return []
        return kept

    def _falls_away(self, word: tuple[str, str]) -> bool:
        """Whether a word at the start of a clause can go: a link word or a date."""
        text, tag = word
        return text in self._lexicon["dropped_opening"] or (tag[0] == "t" and not self._is_plain(text))

    def _is_plain(self, word: str) -> bool:
        return any(word in self._lexicon[name] for name in ("general_time", "general_number", "no_name"))

    def _allowed(self, word: str, tag: str) -> bool:
        lexicon = self._lexicon
        if word in lexicon["other_person"] or self._is_post(word):
            return False
        if self._is_plain(word):
            return True
        if tag[0] == "m":
            return bool(_VAGUE_NUMBER.fullmatch(word))
        if self._names(word, tag) or tag[0] == "t" or _DIGIT.search(word):
            return False
        if tag[0] == "x":
            return bool(_MARK.fullmatch(word))
        if tag.startswith(_THING_TAGS):
            return self._is_common(word)
        return not (len(word) > 1 and word[0] in lexicon["name_opening"]) or self._is_known(word)

    def _names(self, word: str, tag: str) -> bool:
        """Whether a word is a name; two common words that the tagger takes for one person (督促检查) are none."""
        if tag == "nr" and len(word) == _TWO_WORDS:
            parts = [self._tag(part) for part in (word[:2], word[2:])]
            return not all(len(part) == 1 and not part[0][1].startswith(_NAMING_TAGS) for part in parts)
        return tag.startswith(_NAMING_TAGS)

    def pointing_words(self, text: str) -> list[str]:
        """Return the words of a text that may point to one person, place or unit: names, and posts."""
        words = self._tag(text)
        found = [
            word + following
            for (word, tag), (following, _) in pairwise(words)
            if _is_call(word, following)
            or (following == "委员" and word in self._lexicon["committee_duty"])
            or self._is_unit(word, tag, following)
        ]
        for word, tag in words:
            named = self._names(word, tag) and not self._is_plain(word) and len(word) > 1
            is_place = len(word) > 2 and word[-1] in _PLACES and tag.startswith(_THING_TAGS)
            if ((named or is_place) and not self._is_common(word)) or self._is_post(word):
                found.append(word)
        return found

    def _is_unit(self, word: str, tag: str, following: str) -> bool:
        """Whether two words that the dictionary does not hold as one name a place or department (物资 站)."""
        ends = len(following) == 1 and following in _PLACES
        return ends and len(word) > 1 and tag[0] in "nj" and not self._is_common(word + following)

    def _is_post(self, word: str) -> bool:
        """Whether a word may be the writer's post or title (班长, 工程师), which would tell who wrote."""
        is_titled = len(word) > 1 and word[-1] in self._lexicon["post_suffix"] and self._is_person(word)
        return is_titled and word not in self._lexicon["no_post"]

    def _is_person(self, word: str) -> bool:
        lexicon = self._lexicon
        named = word in lexicon["person_noun"] or word[-2:] in lexicon["person_noun"]
        return named or (len(word) > 1 and word[-1] in lexicon["person_suffix"])


def _is_call(word: str, following: str) -> bool:
    """Whether two words call somebody 小郁 or 老龚, which jieba often does not know for a name."""
    return word in "小老阿" and len(following) == 1


def _is_agent_phrase(words: list[tuple[str, str]]) -> bool:
    """Whether a clause speaks of others as 来办事的…: a 的 with no noun behind it, before the verb."""
    return any(word == "的" and following_tag[0] in "pd" for (word, _), (_, following_tag) in pairwise(words[:8]))


def _is_heading(words: list[tuple[str, str]]) -> bool:
    """Whether a clause names an aspect as a heading does (在理论学习方面): what it tells of it is no behaviour."""
    return words[0][0] in ("在", "从", "对") and any(word == "方面" for word, _ in words[:8])


def _is_wording(text: str) -> bool:
    return not _UNFINISHED.search(text) and MIN_WINDOW <= len(text) <= MAX_WINDOW and _paired(text)


def _paired(text: str) -> bool:
    return all(text.count(left) == text.count(right) for left, right in ("“”", "‘’", "（）", "《》", "()"))
