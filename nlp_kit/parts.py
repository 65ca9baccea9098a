"""What headings and sentence openings say about the part of a document that follows."""

import re
from functools import cache

from nlp_kit.resources import load_lexicon

# Parts whose sub-headings name problems ("（一）针对学习不深的问题") without turning into a problem part.
_KEEPS_PROBLEM_WORDS = frozenset({"cause", "measure", "rectification", "case", "criticism"})


@cache
def _parts() -> list[tuple[str, re.Pattern[str] | None, re.Pattern[str] | None]]:
    return [(part["name"], _union(part["heading"]), _union(part["opener"])) for part in load_lexicon("parts")["part"]]


@cache
def _themes() -> list[tuple[str, str]]:
    pairs = [(word, category) for category, words in load_lexicon("themes").items() for word in words]
    return sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0]))


@cache
def _columns() -> list[tuple[str, re.Pattern[str] | None]]:
    return [(column["kind"], _union(column["patterns"])) for column in load_lexicon("columns")["column"]]


def _union(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None


def part_of_heading(text: str, above: str | None = None) -> str | None:
    """Return the part that a heading announces, None when it announces none.

    Args:
        text: The heading without its number.
        above: Part of the heading above it; below causes or measures the word 问题 names what is treated.
    """
    for name, heading, opener in _parts():
        if (heading and heading.search(text)) or (opener and opener.match(text)):
            return None if name == "problem" and above in _KEEPS_PROBLEM_WORDS else name
    return None


def part_of_opener(text: str) -> str | None:
    """Return the part that a sentence in running text opens, None for most sentences."""
    for name, _, opener in _parts():
        if opener and opener.match(text):
            return name
    return None


def category_hint(text: str) -> str | None:
    """Return the category that a heading's words suggest: the longest theme word in it decides."""
    return next((category for word, category in _themes() if word in text), None)


def column_kind(text: str) -> str | None:
    """Return what a table's header cell says of the cells below it, None when it is no header cell."""
    return next((kind for kind, pattern in _columns() if pattern and pattern.search(text)), None)
