"""Chinese personal names: family names, and how much a string of characters looks like a whole name."""

import re
from collections.abc import Callable
from functools import cache

from nlp_kit.resources import data_path

# The characters of Chinese writing, all extensions included, for a class of a regular expression.
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RARE = re.compile("[\u3400-\u4dbf\U00020000-\U000323af]")

# What a character that no name in the table has says against a name.
_UNSEEN = -3.0
# What a character beyond the common ones says for a name: hardly anything else needs it.
_RARE_ODDS = 2.0

# A string below this is no name whatever stands around it.
LEAST_NAME = -7.0


# Words that jieba's dictionary has seen no oftener are names first (国强, 志强).
_SELDOM = 30
_SHORTEST_GIVEN = 2


@cache
def load_surnames() -> tuple[frozenset[str], frozenset[str]]:
    """Return the family names of one and of two characters."""
    lines = data_path("corpora", "lexicons", "surnames.txt").read_text(encoding="utf-8").splitlines()
    single, double = (line for line in lines if not line.startswith("#"))
    return frozenset(single), frozenset(double.split())


@cache
def _odds() -> dict[str, dict[str, float]]:
    tables: dict[str, dict[str, float]] = {"surname": {}, "given": {}, "foreign": {}}
    lines = data_path("corpora", "lexicons", "names.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        character, place, value = line.split("\t")
        tables[place][character] = float(value)
    return tables


def surname_of(text: str) -> str:
    """Return the family name that a string begins with, "" for none."""
    single, double = load_surnames()
    if text[:2] in double:
        return text[:2]
    return text[:1] if text[:1] in single else ""


def given_name(name: str, frequency: Callable[[str], int]) -> str:
    """Return the given name where it tells of a person by itself, too, "" where it is short or a common word.

    Args:
        name: A whole name.
        frequency: How often a dictionary has seen a word.
    """
    given = name[len(surname_of(name)) :]
    return given if len(given) >= _SHORTEST_GIVEN and frequency(given) <= _SELDOM and given != name else ""


def given_odds(character: str) -> float:
    """Return the log odds that a character is part of a given name rather than of other text."""
    return _odds()["given"].get(character, _UNSEEN)


def foreign_score(text: str) -> float:
    """Return the log odds that a string is a name written by sound (阿卜杜热西提, 万玛才旦), by its characters."""
    odds = _odds()["foreign"]
    return sum(odds.get(character, _UNSEEN) for character in text)


def name_score(text: str) -> float:
    """Return the log odds that a string is a personal name rather than other text; -inf when it cannot be one.

    The sum of the odds of its family name and of each further character, as in a naive Bayes classifier
    (``nlp_kit.training.nametagger.odds`` says where they come from). Above 0 it looks like a name.
    """
    surname = surname_of(text)
    given = text[len(surname) :]
    if not surname or not 1 <= len(given) <= 2:
        return float("-inf")
    first = _odds()["surname"]
    # A family name of two characters is hardly ever anything else.
    start = 6.0 if len(surname) == 2 else first.get(surname, _UNSEEN)
    return start + sum(_RARE_ODDS if _RARE.match(character) else given_odds(character) for character in given)
