"""Headcount words: which word may stand for k of n members, by a table that the user can change."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nlp_kit.errors import DataError

DEFAULT_TABLE = Path(__file__).parents[1] / "headcounts.toml"


@dataclass(frozen=True, slots=True)
class Headcount:
    """A headcount word and its equally strong variants; ``shared`` words need the form 支部党员不同程度存在…."""

    words: tuple[str, ...]
    shared: bool = False


@dataclass(frozen=True)
class HeadcountTable:
    """Which words stand for which share of the members.

    Args:
        one: For one member.
        two: For two members of a branch that is not small.
        small_branch: Branches with fewer members use ``small``.
        small: (largest share, words), shares rising to 1.
        large: The same for the other branches.
    """

    one: Headcount
    two: Headcount
    small_branch: int
    small: tuple[tuple[float, Headcount], ...]
    large: tuple[tuple[float, Headcount], ...]

    def of(self, members: int, total: int) -> Headcount:
        """Return the words for ``members`` of ``total``.

        Args:
            members: Members who tell the problem, at least 1.
            total: Members whose texts were read.
        """
        if members == 1:
            return self.one
        if members == 2 and total >= self.small_branch:
            return self.two
        steps = self.small if total < self.small_branch else self.large
        return next(words for up_to, words in steps if members / total <= up_to)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Every word of the table, the longest first."""
        known = {word for count in self._counts() for word in count.words}
        return tuple(sorted(known, key=lambda word: (-len(word), word)))

    def least(self, word: str, total: int) -> int:
        """Return how many of ``total`` members a word claims at the least; more than ``total`` where it has no use."""
        return next((members for members in range(1, total + 1) if word in self.of(members, total).words), total + 1)

    def _counts(self) -> tuple[Headcount, ...]:
        return (self.one, self.two, *(words for _, words in (*self.small, *self.large)))


def load_headcounts(path: Path | None = None) -> HeadcountTable:
    """Read a table of headcount words, the shipped one by default.

    Raises:
        DataError: The file is missing or not of the form of ``headcounts.toml``.
    """
    path = path or DEFAULT_TABLE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        table = HeadcountTable(
            Headcount(_words(data["one"])),
            Headcount(_words(data["two"])),
            int(data["small_branch"]),
            _steps(data["small"]),
            _steps(data["large"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"人数用语表“{path.name}”读不出来，请对照自带的 headcounts.toml 检查写法。") from error
    return table


def _steps(rows: list[Mapping[str, Any]]) -> tuple[tuple[float, Headcount], ...]:
    steps = tuple((float(row["up_to"]), Headcount(_words(row["words"]), bool(row.get("shared")))) for row in rows)
    shares = [share for share, _ in steps]
    if shares != sorted(set(shares)) or not shares or shares[-1] < 1:
        raise ValueError("shares must rise to 1")
    return steps


def _words(words: list[str]) -> tuple[str, ...]:
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise ValueError("no words")
    return tuple(words)
