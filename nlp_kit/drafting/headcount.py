"""Headcount words: which word may stand for k of n members.

The table is the project's convention (DOMAIN.md section 3): no word claims more than was counted, 普遍 is never used.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Headcount:
    """A headcount word and its equally strong variants; ``shared`` words need the form 支部党员不同程度存在…."""

    words: tuple[str, ...]
    shared: bool = False


_ONE = Headcount(("个别同志",))
_FEW = Headcount(("少数同志",))
_SOME = Headcount(("有的同志",))
_SEVERAL = Headcount(("一些同志", "部分同志"))
_SEVERAL_OF_FEW = Headcount(("一些同志",))
_MANY = Headcount(("不少同志", "多数同志"))
_SHARED = Headcount(("支部党员不同程度",), shared=True)

SMALL_BRANCH = 8


def headcount(members: int, total: int) -> Headcount:
    """Return the headcount word for ``members`` of ``total``.

    Args:
        members: Members who tell the problem, at least 1.
        total: Members whose texts were read.
    """
    share = members / total
    if members == 1:
        return _ONE
    if total < SMALL_BRANCH:
        return _SOME if share <= 0.5 else _SEVERAL_OF_FEW
    if members == 2 or share <= 0.15:
        return _FEW
    for limit, words in ((0.35, _SOME), (0.5, _SEVERAL), (0.75, _MANY)):
        if share <= limit:
            return words
    return _SHARED
