"""A text that came in several files, page by page or part by part: their order by name, and the pages joined."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import PurePosixPath

from nlp_kit.records import ClassifiedStatement, Document, Statement, Submission
from nlp_kit.versions import numeral_value

# A blank line: nothing is read across it, so every statement lies on one page.
SEAM = "\n\n"

_NUMERAL = "[一二三四五六七八九十]{1,3}"
_PARTS = {"上": "1", "中": "2", "下": "3"}
_UNIT = "(?:页|张|部分|篇|半部分|半)"
_WRITTEN = re.compile(rf"(?<=第){_NUMERAL}(?={_UNIT})|(?<=\(){_NUMERAL}(?=\)\s*$)")
_PART = re.compile(rf"(?<=[(（\s_-])[上中下](?={_UNIT}?(?:[)\s]|$))|[上中下](?={_UNIT}?\)?\s*$)")
# Numbers of versions (V2, 第3稿) are no numbers of pages.
_NUMBER = re.compile(r"(?<![vV\d])(?:(?:第|page|(?<![a-z])p)\s*)?(\d+)(?![\d稿改版次])", re.IGNORECASE)
_SAYS_PAGE = re.compile(rf"第\s*\d+\s*{_UNIT}|\d+\s*页|(?<![a-z])(?:p|page)\s*\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageName:
    """What a file's name tells of its place among the pages of one text.

    Args:
        series: What the names of all its pages have in common.
        order: Its numbers; pages are sorted by them.
        told: Whether the name says outright that it is a page or part (第2页, 下); else the numbers may mean anything.
    """

    series: tuple[str, str]
    order: tuple[int, ...]
    told: bool


def page_name(path: str) -> PageName:
    """Return what the name of a file tells of its place among the pages of one text."""
    pure = PurePosixPath(path)
    name = unicodedata.normalize("NFKC", re.sub(r"\.[A-Za-z0-9]{2,5}$", "", pure.name))
    plain = _WRITTEN.sub(lambda found: str(numeral_value(found.group())), name)
    parted = _PART.sub(lambda found: _PARTS[found.group()], plain)
    told = parted != plain or bool(_SAYS_PAGE.search(plain))
    common = re.sub(rf"[\W_]|{_UNIT}$", "", re.sub(_UNIT, "", _NUMBER.sub("", parted)))
    return PageName((str(pure.parent), common), tuple(int(found[1]) for found in _NUMBER.finditer(parted)), told)


def join_documents(documents: Sequence[Document]) -> tuple[Document, list[int]]:
    """Return pages as one text, and where each begins in it; it has the path of the first."""
    starts = [0, *accumulate(len(one.text) + len(SEAM) for one in documents[:-1])]
    placed = list(zip(documents, starts, strict=True))
    whole = Document(
        documents[0].path,
        SEAM.join(one.text for one in documents),
        tuple(
            replace(found, start=found.start + start, end=found.end + start)
            for one, start in placed
            for found in one.paragraphs
        ),
        tuple(tuple((first + start, last + start) for first, last in row) for one, start in placed for row in one.rows),
        tuple((first + start, last + start) for one, start in placed for first, last in one.doubts),
        wrapped=all(one.wrapped for one in documents),
    )
    return whole, starts


def cut_statements(statements: Sequence[Statement], start: int, end: int) -> list[Statement]:
    """Return the statements of one page of a joined text, by the page's own characters.

    Args:
        statements: Of the joined text.
        start: Where the page begins in it.
        end: Where it ends.
    """
    return [_moved(one, -start) for one in statements if start <= one.start and one.end <= end]


def join_submissions(submissions: Sequence[Submission]) -> list[Submission]:
    """Return every text whole, its pages joined, with the pages' places in ``seams``; others as they are.

    Args:
        submissions: What counts; the pages of one text stand in a row.
    """
    found: list[list[Submission]] = []
    for one in submissions:
        last = found[-1][-1] if found else one
        if one.page > 1 and (last.member, last.page) == (one.member, one.page - 1):
            found[-1].append(one)
        else:
            found.append([one])
    return [_joined(pages) if len(pages) > 1 else pages[0] for pages in found]


def _joined(pages: Sequence[Submission]) -> Submission:
    whole, starts = join_documents([one.document for one in pages])
    statements: list[ClassifiedStatement] = []
    for one, start in zip(pages, starts, strict=True):
        statements += [replace(item, statement=_moved(item.statement, start)) for item in one.statements]
    seams = tuple((start, one.document.path) for one, start in zip(pages, starts, strict=True))
    return Submission(whole, pages[0].member, tuple(statements), seams=seams)


def _moved(statement: Statement, by: int) -> Statement:
    return replace(statement, start=statement.start + by, end=statement.end + by, focus=statement.focus + by)
