"""A draft or a report as blocks of an official document (GB/T 9704): headings, paragraphs, signature.

Every format writes these blocks, so that they all say the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from nlp_kit.records import Draft, DraftSentence, Report, Section

Kind = Literal["title", "addressee", "heading1", "heading2", "body", "signature", "date"]
Style = Literal["paragraph", "items"]

BRANCH = "【党支部全称】"
_LINK = re.compile("^还(?=(?:存在|有)“)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a block's text, and the sentence that it is, where evidence stands behind it."""

    text: str
    sentence: DraftSentence | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph of the document."""

    kind: Kind
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """What is printed."""
        return "".join(piece.text for piece in self.pieces)


def draft_blocks(draft: Draft, style: Style = "paragraph") -> list[Block]:
    """Return the section “查摆的主要问题” as a document of its own.

    Args:
        draft: The section.
        style: One paragraph a category, or a numbered item for every sentence.
    """
    return [_plain("title", draft.title), *_sections(draft.sections, style)]


def report_blocks(report: Report, style: Style = "paragraph") -> list[Block]:
    """Return the whole report; 【】 stands where only people know what to write.

    Args:
        report: The report.
        style: One paragraph a category, or a numbered item for every sentence.
    """
    return [
        _plain("title", f"{BRANCH}关于【专题名称】组织生活会的情况报告"),
        _plain("addressee", "【上级党组织】："),
        _plain(
            "body",
            f"按照【通知名称】要求，{BRANCH}于【年月日】召开【专题名称】组织生活会，应到党员【】名，实到【】名，"
            "【上级党组织】派【】到会指导。现将有关情况报告如下。",
        ),
        _plain("heading1", "一、提高思想认识"),
        _plain("heading2", "（一）组织学习研讨"),
        _plain("body", "【学习的内容、次数、参加人数】"),
        _plain("heading2", "（二）广泛征求意见"),
        _plain("body", "【征求意见的方式、范围，征集到的意见条数】"),
        _plain("heading2", "（三）深入谈心谈话"),
        _plain("body", "【谈心谈话的人次和主要情况】"),
        _plain("heading1", "二、认真查摆问题"),
        _plain("heading2", "（一）上年度查摆问题的整改情况"),
        _plain("body", "【上年度问题清单的整改情况，没有整改到位的列出】"),
        _plain("heading2", "（二）查摆的主要问题"),
        *_sections(report.draft.sections, style),
        _plain("heading1", "三、原因剖析"),
        *_sections(report.causes, style),
        _plain("heading1", "四、整改措施"),
        *_sections(report.measures, style),
        _plain("signature", BRANCH),
        _plain("date", "【成文日期】"),
    ]


def alone(sentence: DraftSentence) -> str:
    """Return the text of a sentence on a line of its own: the 还 of its label links it to the sentence before."""
    return _LINK.sub("", sentence.text)


def _plain(kind: Kind, text: str) -> Block:
    return Block(kind, (Piece(text),))


def _sections(sections: tuple[Section, ...], style: Style) -> Iterator[Block]:
    for section in sections:
        if style == "paragraph":
            yield Block("body", (Piece(section.lead), *(Piece(one.text, one) for one in section.sentences)))
            continue
        yield _plain("body", section.lead)
        for number, one in enumerate(section.sentences, 1):
            yield Block("body", (Piece(f"{number}."), Piece(alone(one), one)))
