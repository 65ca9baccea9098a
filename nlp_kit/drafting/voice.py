"""Turn a member's clauses into wording that speaks of the collective, or say that they cannot be turned.

A clause is used only when leaving out the writer keeps its meaning, and when nothing in it points to one person:
no name, place, unit, date, exact count or post, nor a noun that only one trade uses.
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
_MARK = re.compile("[“”‘’《》、]")

_MEASURE = "[次回趟遍句条件篇本页户家名位个份张项处场节课堂声封笔单]"
_NUMERAL = "一二两三四五六七八九十百千"
# What a count says once it points to nobody: a few, many. A count after 第, 每 or 只 stays (and keeps the clause from
# being used), because there the vaguer word would say something else.
_SMALL_COUNT = re.compile(rf"(?<![第每月年{_NUMERAL}\d])[两三四五六七八九2-9](?={_MEASURE}(?!月))")
_LARGE_COUNT = re.compile(
    rf"(?<![第每月年{_NUMERAL}\d])(?:[{_NUMERAL}]{{2,5}}|[1-9]\d{{1,3}})[多余来]?(?={_MEASURE}(?!月))"
)
_LIMITED = re.compile("[只才仅就].{0,4}$")

MIN_WINDOW = 8
MAX_WINDOW = 42
MAX_CLAUSES = 3


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    leans: bool
    closes: bool


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
        return {name: frozenset(words) for name, words in load_lexicon("voice").items() if isinstance(words, list)}

    @cached_property
    def _general_person(self) -> dict[str, str]:
        return dict(load_lexicon("voice")["general_person"])

    def wordings(self, text: str) -> list[str]:
        """Return every run of one to three clauses that can stand after 有的; unusable clauses between are left out."""
        clauses = self._clauses(text)
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

    def _clauses(self, text: str) -> list[_Clause | None]:
        """Return the clauses in order, None for those that cannot be used.

        A clause without a subject goes on with the subject before it, so what follows 群众… is not said of the
        member until 我 comes back.
        """
        clauses: list[_Clause | None] = []
        of_writer = True
        for part in _CLAUSE_END.split(text):
            if not part.strip():
                continue
            words = self._tag(_vaguer(part.strip()))
            if any(word in self._lexicon["first_person"] for word, _ in words):
                of_writer = True
            elif self._brings_subject(words) or _is_agent_phrase(words):
                of_writer = False
            clauses.append(self._clause(words) if of_writer else None)
        return clauses

    def _clause(self, tagged: list[tuple[str, str]]) -> _Clause | None:
        """Return the clause without its writer, None when it cannot be used anywhere."""
        without = self._without_writer(tagged)
        if not without:
            return None
        lexicon = self._lexicon
        words = self._generalised(without)
        while words and words[0][0] in lexicon["dropped_opening"]:
            words = words[1:]
        if not words or _names_somebody(words) or not all(self._allowed(word, tag) for word, tag in words):
            return None
        return _Clause(
            text="".join(word for word, _ in words),
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
        denies = any(mark in text for mark in lexicon["denial"])
        return last_tag[0] not in "cp" and (denies or any(word in lexicon["shortcoming"] for word, _ in words))

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

    def _generalised(self, words: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Leave out leading dates and trade words before a plain noun (管网台账 → 台账), name others in general."""
        kept: list[tuple[str, str]] = []
        following = [*words[1:], ("", "x")]
        for (word, tag), (after, after_tag) in zip(words, following, strict=True):
            is_date = tag[0] == "t" and not kept and not self._is_plain(word)
            is_modifier = tag[0] in "nj" and not self._is_common(word) and after_tag.startswith(("n", "vn"))
            if is_date or (is_modifier and self._is_common(after) and not self._is_person(word)):
                continue
            if word in ("的", "里", "前", "后", "以来", "起") and not kept:
                continue
            if word in self._general_person:
                # Only where somebody does it to them; as a subject they would make it another person's act.
                done_to = bool(kept) and (kept[-1][1][0] in "pmq" or kept[-1][0] in self._lexicon["takes_object"])
                word, tag = (self._general_person[word] if done_to else "某某"), "n"
            kept.append((word, tag))
        return kept

    def _is_plain(self, word: str) -> bool:
        return any(word in self._lexicon[name] for name in ("general_time", "general_number", "no_name"))

    def _allowed(self, word: str, tag: str) -> bool:
        lexicon = self._lexicon
        if word in lexicon["other_person"] or word in lexicon["unfit"] or self._is_post(word):
            return False
        if self._is_plain(word):
            return True
        if tag[0] == "m":
            return bool(_VAGUE_NUMBER.fullmatch(word))
        if tag.startswith(_NAMING_TAGS) or tag[0] == "t" or _DIGIT.search(word):
            return False
        if tag[0] == "x":
            return bool(_MARK.fullmatch(word))
        if tag.startswith(_THING_TAGS):
            return self._is_common(word)
        return not (len(word) > 1 and word[0] in lexicon["name_opening"]) or self._is_known(word)

    def _is_post(self, word: str) -> bool:
        """Whether a word may be the writer's post or title (班长, 工程师), which would tell who wrote."""
        is_titled = len(word) > 1 and word[-1] in self._lexicon["post_suffix"] and self._is_person(word)
        return is_titled and word not in self._lexicon["no_post"]

    def _is_person(self, word: str) -> bool:
        lexicon = self._lexicon
        return word in lexicon["person_noun"] or (len(word) > 1 and word[-1] in lexicon["person_suffix"])


def _vaguer(text: str) -> str:
    """Return a clause with its counts made vague: 两回 → 几回, 四十多份 → 多份."""

    def many(match: re.Match[str]) -> str:
        return match.group() if _LIMITED.search(text, 0, match.start()) else "多"

    return _SMALL_COUNT.sub("几", _LARGE_COUNT.sub(many, text))


def _names_somebody(words: list[tuple[str, str]]) -> bool:
    """Whether a clause calls somebody 小郁 or 老龚, which jieba often does not know for a name."""
    return any(word in "小老阿" and len(following) == 1 for (word, _), (following, _) in pairwise(words))


def _is_agent_phrase(words: list[tuple[str, str]]) -> bool:
    """Whether a clause speaks of others as 来办事的…: a 的 with no noun behind it, before the verb."""
    return any(word == "的" and following_tag[0] in "pd" for (word, _), (_, following_tag) in pairwise(words[:8]))


def _as_wording(clauses: list[_Clause]) -> str | None:
    if not clauses[-1].closes:
        return None
    text = "，".join(clause.text for clause in clauses)
    return text if MIN_WINDOW <= len(text) <= MAX_WINDOW and _paired(text) else None


def _paired(text: str) -> bool:
    return all(text.count(left) == text.count(right) for left, right in ("“”", "‘’", "（）", "《》", "()"))
