"""The text of a draft → paragraphs and sentences."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp_kit.drafting.compose import ORDINALS
from nlp_kit.records import Section

_PARAGRAPH = re.compile(rf"^\s*([{ORDINALS}])是")
_NUMBER = re.compile(r"^\s*(?:\d+\\?[.．、]|[（(]\d+[）)]|[①-⑳])\s*")
# A sentence ends behind its mark and behind the quotation mark that closes it, unless the text goes on at once.
_SENTENCE = re.compile(r"(?:[^。！？!?\n]|[。！？!?]+[”’）》]+(?=[\u4e00-\u9fff，；]))*(?:[。！？!?]+[”’）》]*|$)")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a draft.

    Args:
        ordinal: Its number as written, from 1.
        lead: Its first sentence (一是…。).
        sentences: The others.
    """

    ordinal: int
    lead: str
    sentences: tuple[str, ...]

    @property
    def length(self) -> int:
        """Characters of the whole paragraph."""
        return len(self.lead) + sum(map(len, self.sentences))


def parse_draft(text: str) -> list[Paragraph]:
    """Return the paragraphs that begin with 一是, 二是 …; lines without such a beginning go on with the one before.

    What stands before the first of them (the title) is left out, and so is what follows a heading such as 三、原因剖析.
    """
    found: list[tuple[int, list[str]]] = []
    for line in text.splitlines():
        start = _PARAGRAPH.match(line)
        if start:
            found.append((ORDINALS.index(start[1]) + 1, [line.strip()]))
        elif re.match(rf"^\s*#*\s*[{ORDINALS}]、", line) and found:
            break
        elif found and line.strip():
            found[-1][1].append(_NUMBER.sub("", line).strip())
    return [_paragraph(ordinal, lines) for ordinal, lines in found]


def _paragraph(ordinal: int, lines: Sequence[str]) -> Paragraph:
    sentences = [one for line in lines for one in split_sentences(line)]
    return Paragraph(ordinal, sentences[0], tuple(sentences[1:]))


def split_sentences(line: str) -> list[str]:
    """Return the sentences of a line, each with its closing marks."""
    return [match.group().strip() for match in _SENTENCE.finditer(line) if match.group().strip()]


def piece_at(section: Section, place: int) -> int:
    """Return which piece of a drafted paragraph the checker's sentence belongs to; a person's may hold several.

    Args:
        section: The paragraph.
        place: Number of a sentence of its text, from 1.

    Returns:
        0 for the lead, else the number of the drafted sentence from 1.
    """
    end = 0
    for number, text in enumerate([section.lead, *(one.text for one in section.sentences)]):
        end += len(split_sentences(text))
        if place <= end:
            return number
    return len(section.sentences)
