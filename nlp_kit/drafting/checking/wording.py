"""Rules about the words of one sentence: headcount, numbers, names, roles, strength, punctuation.

A word that stands in the inventory's own wording, or in the sentence as it was drafted, is no fault.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from nlp_kit.drafting.headcount import HeadcountTable
from nlp_kit.drafting.overlap import without
from nlp_kit.resources import load_lexicon

Finding = tuple[str, str, str]  # rule, excerpt, message

_PEOPLE = "(?:同志|党员|成员|干部|人员)"
_NUMBER = re.compile(
    r"[\d０-９]+(?:\.\d+)?\s*%?"
    r"|[一二两三四五六七八九十百千]+(?:多|几)?(?:名|个|次|回|条|人|位|份|天|年|月|成|户|场|篇|本|页|遍|趟|件|起|项|元|块|小时|分钟|周|季度|家|封|日|号(?!文件|召))"
    r"|百分之[一二三四五六七八九十]+|[一二两三四五六七八九十]+分之[一二三四五六七八九十]+"
)
_NO_NUMBER = re.compile(
    "一(?:个|次|回|件|年到头|天|本|遍|起|项|页|场|份|月|日|位|条|人|家|年|名|周|篇|趟)|两天|三天打|三番五次"
)

_MISPLACED = (
    (re.compile(r"(?<=[\u4e00-\u9fff])[,;:?!]|[,;:?!](?=[\u4e00-\u9fff])"), "用了半角标点，请改成全角"),
    (re.compile(r"(?<=[\u4e00-\u9fff])\.|\.{2,}"), "用了英文句点，句号用“。”，省略号用“……”"),
    (re.compile("[，。；：、]{2,}"), "标点重复"),
    (re.compile("[\"']"), "用了英文引号，请改成“”"),
    (re.compile("^[，。；、”）：]"), "标点不能放在句首"),
    (re.compile("[。！？]”(?=[\u4e00-\u9fff，；])"), "句中的引文末尾不用句号"),
    (
        re.compile("(?<=[\u4e00-\u9fff”])(?<![还也让使对是大])(?:有的|一些|部分|个别|少数|不少|多数)同志"),
        "前面缺少标点",
    ),
)
_OPENING, _CLOSING = "“‘（《【", "”’）》】"


@dataclass(frozen=True)
class Vetted:
    """What may stand in a sentence whatever the word lists say.

    Args:
        inventory: The inventory's own wording, one text a line.
        drafted: The sentence as it was drafted, empty for one that was not.
    """

    inventory: str
    drafted: str

    def allows(self, sentence: str, start: int, end: int) -> bool:
        """Whether a stretch stood in the drafted sentence, or stands here as it does in the inventory."""
        context = sentence[max(start - 1, 0) : end + 1]
        return sentence[start:end] in self.drafted or context in self.inventory

    def holds(self, text: str) -> bool:
        """Whether a text stood in the drafted sentence or stands in the inventory."""
        return text in self.drafted or text in self.inventory


def headcount_faults(sentence: str, members: int, total: int, table: HeadcountTable) -> Iterator[Finding]:
    """Yield words that claim more members than were counted."""
    for word in _claims("never"):
        if word in sentence:
            yield "headcount", word, f"“{word}”不能用，请按人数改用“{_best(members, total, table)}”"
    for match in _headcount_words(table).finditer(without(sentence, _claims("never"))):
        word = match.group() if match.group() in table.words else f"{match.group()}同志"
        least = table.least(word, total)
        if least > max(members, 0) and not _is_weaker(word, members, total, table):
            best = _best(members, total, table)
            yield (
                "headcount",
                match.group(),
                f"{total} 名成员中只有 {members} 名，“{match.group()}”说多了，请改用“{best}”",
            )


def recount_doubts(
    sentence: str, members: int, worded_for: int, total: int, table: HeadcountTable
) -> Iterator[Finding]:
    """Yield words of a person's sentence that say too little: more members tell the issue than when he wrote it."""
    if not 0 < worded_for < members:
        return
    for match in _headcount_words(table).finditer(without(sentence, _claims("never"))):
        word = match.group() if match.group() in table.words else f"{match.group()}同志"
        if word not in table.of(members, total).words and table.least(word, total) <= members:
            yield (
                "headcount",
                match.group(),
                f"这句话写的时候是 {worded_for} 名成员，现在有 {members} 名，请核对“{match.group()}”还合不合适",
            )


def _is_weaker(word: str, members: int, total: int, table: HeadcountTable) -> bool:
    """Whether a word that is never used for so small a branch stands before the right one in the large table."""
    right = table.of(members, total).words[0]
    order = [one for _, count in table.large for one in count.words]
    order = [*table.one.words, *table.two.words, *order]
    return (
        table.least(word, total) > total and word in order and right in order and order.index(word) < order.index(right)
    )


def _best(members: int, total: int, table: HeadcountTable) -> str:
    return table.of(max(members, 1), total).words[0]


@cache
def _headcount_words(table: HeadcountTable) -> re.Pattern[str]:
    """Return a pattern of the table's words and of their stems with another noun for persons (部分党员)."""
    stems = {word.removesuffix("同志") for word in table.words}
    people = [f"{re.escape(stem)}(?={_PEOPLE})" for stem in sorted(stems, key=len, reverse=True)]
    whole = [re.escape(word) for word in table.words if not word.endswith("同志")]
    return re.compile("|".join([*whole, *people]))


def number_faults(sentence: str, vetted: Vetted) -> Iterator[Finding]:
    """Yield figures and counts; the report has none."""
    for match in _NUMBER.finditer(sentence):
        if not _NO_NUMBER.match(sentence, match.start()) and not vetted.allows(sentence, *match.span()):
            yield "number", match.group(), f"“{match.group()}”是具体数字，请概括表述"


def listed_faults(sentence: str, vetted: Vetted) -> Iterator[Finding]:
    """Yield words of causes, measures, praise, integrity, criticism of others, and the writer."""
    messages = {
        "cause": "讲的是原因，请移到原因剖析",
        "measure": "讲的是措施，请移到整改措施",
        "praise": "讲的是成绩，查摆问题部分不写",
        "integrity": "涉及廉洁自律，请支委会另行研究，不写入本节",
        "criticism": "像是对他人或上级的意见，不写入本节",
        "first_person": "用了第一人称，请改成“有的同志”等",
    }
    for rule, message in messages.items():
        for start, end in _places(sentence, _claims(rule)):
            if not vetted.allows(sentence, start, end):
                yield rule, sentence[start:end], f"“{sentence[start:end]}”{message}"


def strength_doubts(sentence: str, vetted: Vetted, evidence: str) -> Iterator[Finding]:
    """Yield degrees and frequencies that no statement behind the sentence has."""
    for words in _lexicon()["strength"].values():
        for start, end in _places(sentence, words):
            word = sentence[start:end]
            if word not in evidence and not vetted.allows(sentence, start, end):
                yield "strength", word, f"“{word}”说重了，材料里没有这样的程度，请核对"


def punctuation_faults(sentence: str) -> Iterator[Finding]:
    """Yield what is wrong by GB/T 15834: half-width, doubled, unpaired and missing marks."""
    for pattern, message in _MISPLACED:
        for match in pattern.finditer(sentence):
            yield "punctuation", sentence[max(match.start() - 4, 0) : match.end() + 4], message
    if not _is_paired(sentence):
        yield "punctuation", sentence[-8:], "引号或括号不成对"
    if not sentence.endswith(("。", "！", "？", "。”")):
        yield "punctuation", sentence[-8:], "句末没有句号"
    if sentence.count("：") > 1:
        yield "punctuation", "：", "一句话里有两个冒号"


def _is_paired(sentence: str) -> bool:
    open_marks: list[str] = []
    for mark in sentence:
        if mark in _OPENING:
            open_marks.append(mark)
        elif mark in _CLOSING and (not open_marks or _OPENING.index(open_marks.pop()) != _CLOSING.index(mark)):
            return False
    return not open_marks


def pointing_faults(sentence: str, vetted: Vetted, find: Callable[[str], Iterable[str]]) -> Iterator[Finding]:
    """Yield words that may point to one person, place or unit."""
    for word in dict.fromkeys(find(sentence)):
        start = sentence.find(word)
        if start >= 0 and not vetted.allows(sentence, start, start + len(word)):
            yield "name", word, f"“{word}”可能指向具体的人、单位或地方，请概括表述"


def _places(sentence: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    for word in words:
        start = sentence.find(word)
        if start >= 0:
            yield start, start + len(word)


def _claims(name: str) -> tuple[str, ...]:
    return tuple(_lexicon()[name])


@cache
def _lexicon() -> dict[str, Any]:
    return load_lexicon("checking")
