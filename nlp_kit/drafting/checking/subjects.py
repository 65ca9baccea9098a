"""Whom a sentence speaks of: the section tells of members, not of others, nor of those whom their work would tell."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from nlp_kit.drafting.checking.wording import Finding, Vetted
from nlp_kit.drafting.headcount import HeadcountTable
from nlp_kit.drafting.voice import Tagger
from nlp_kit.resources import load_lexicon

_LABEL = re.compile("^[^，。；]*“[^”]{1,4}”[^，。；]*，")
_CLAUSE = re.compile("[^，；。：！？]+")
_CASE = re.compile("其中|比如")
_DESCRIBED = re.compile(".{1,12}?的(?:同志|党员|干部|人员)")
# A subject stands among the first words of a clause.
_FIRST_WORDS = 3


def subject_findings(
    sentence: str, vetted: Vetted, tag: Tagger, table: HeadcountTable
) -> Iterator[tuple[bool, Finding]]:
    """Yield subjects that are not the members, each with whether it is only a doubt.

    A clause tells its subject where it opens the sentence, or follows 其中, 比如 or a headcount word (有的…). Others
    who do what was drafted of the members are certain; else they may be what the clause is about (领导安排什么做什么).
    """
    lexicon = load_lexicon("checking")
    label = _LABEL.match(sentence)
    first = label.end() if label else 0
    for clause in _CLAUSE.finditer(sentence, first):
        start = clause.start()
        case = _CASE.match(sentence, start)
        start = case.end() if case else start
        counted = _headcounts(table).match(sentence, start)
        start = counted.end() if counted else start
        text = sentence[start : clause.end()]
        if not text or not (case or counted or clause.start() == first):
            continue
        if vetted.holds(text):
            continue
        words = tag(text)
        for rule, nouns in (("criticism", lexicon["superior"]), ("subject", lexicon["outsider"])):
            for found, is_exchanged in _subjects(words, nouns, vetted):
                if is_exchanged or counted:
                    yield _other(rule, found, is_exchanged)
        described = _DESCRIBED.match(text)
        if described and words[0][1][0] in ("n" if counted else "nvs") and not vetted.holds(described[0]):
            yield False, ("name", described[0], f"“{described[0]}”可能指向具体的人，请改用“有的”等说法")


def _other(rule: str, found: str, is_exchanged: bool) -> tuple[bool, Finding]:
    if rule == "subject":
        return True, (rule, found, f"“{found}”不是支部成员，查摆的是成员自己的问题，请核对主语")
    advice = "不写入本节" if is_exchanged else "请核对"
    return not is_exchanged, (rule, found, f"“{found}”像是对他人或上级的意见，{advice}")


def _subjects(words: Sequence[tuple[str, str]], nouns: Sequence[str], vetted: Vetted) -> Iterator[tuple[str, bool]]:
    """Yield the persons that open a clause and act, and whether they do what was drafted of the members.

    Persons before a noun, or before 的, only describe it (群众意见), but for what was drafted.
    """
    text = ""
    for place, (word, tag) in enumerate(words[:_FIRST_WORDS]):
        text += word
        rest = words[place + 1 :]
        if (word in nouns or text in nouns) and rest:
            is_exchanged = vetted.holds("".join(word for word, _ in rest))
            if is_exchanged or not rest[0][1].startswith(("n", "vn", "u")):
                yield text, is_exchanged
                return
        if not tag.startswith("n") and not any(noun.startswith(text) for noun in nouns):
            return


@cache
def _headcounts(table: HeadcountTable) -> re.Pattern[str]:
    """Return a pattern of the table's words, with persons (有的同志) and without (有的)."""
    stems = sorted({word.removesuffix("同志") for word in table.words}, key=len, reverse=True)
    return re.compile(f"(?:也有的?|还有的?|{'|'.join(map(re.escape, stems))})(?:同志|党员|成员|干部)?")
