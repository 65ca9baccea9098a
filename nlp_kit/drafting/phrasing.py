"""Put an issue into a sentence: headcount word, label, verdict, and the behaviour behind it.

A sentence never says more than was counted: the headcount word stands for all who tell the issue, and each behaviour
is told as the case of some of them (有的), because not all of them show it.
"""

from collections.abc import Sequence

from nlp_kit.drafting.headcount import Headcount
from nlp_kit.taxonomy import IssueType

# Openings with an issue's label for the heaviest issues of each paragraph in turn: {aspect} is the category's, {mark}
# the issue's. One paragraph of the report does not open its sentences as the one before.
LABELS = (
    ("{aspect}还有“{mark}”的问题，", "还存在“{mark}”的现象，"),
    ("还存在“{mark}”的现象，",),
    ("{aspect}还有“{mark}”的问题，",),
    ("{aspect}还存在“{mark}”的现象，", "还有“{mark}”的问题，"),
)
# What is said of an issue that the inventory does not have.
UNKNOWN_VERDICT = "在其他方面也有不足"

_SHORT_VERDICT = 6
_SHORT_BEHAVIOUR = 16


def sentence(
    kind: IssueType | None,
    count: Headcount,
    word: str,
    label: str,
    behaviours: Sequence[str],
    members: int,
    turn: int,
    name: str = "",
) -> str:
    """Return a whole sentence.

    Args:
        kind: The issue, None where the inventory does not have it.
        count: What stands for the members who tell it.
        word: The headcount word.
        label: Opening with the issue's label, or nothing.
        behaviours: What members do, each readable after 有的.
        members: How many tell the issue.
        turn: Number of the sentence, so that neighbours do not have the same form.
        name: What a person calls the issue, "" for none; it is told by that name.
    """
    verdict = kind.verdict if kind else UNKNOWN_VERDICT
    if name:
        verdict = f"存在{name}的问题"
    elif kind and count.shared:
        verdict = f"存在{kind.label}的问题"
    elif label and behaviours:
        verdict = first_half(verdict)
    return f"{label}{word}{verdict}{details(behaviours, members, turn, among=word.startswith('有'))}。"


def details(behaviours: Sequence[str], members: int, turn: int, *, among: bool = False) -> str:
    """Return the behaviours, each told as the case of some member; of one member alone 有的 would make two.

    Behind 有的同志 the cases are told as 其中 or 比如 in turn, else they would stand beside those whom they are part
    of.
    """
    if members == 1:
        return "".join(f"，{one}" for one in behaviours)
    lead = "，其中" if among else "，"
    whole = any("，" in one for one in behaviours)
    if turn % 2 and len(behaviours) == 2 and not whole and max(map(len, behaviours)) <= _SHORT_BEHAVIOUR:
        return f"{lead}有{behaviours[0]}的，也有{behaviours[1]}的"
    if among and turn % 2:
        lead = "，比如"
    separator = "；" if whole else "，"
    return "".join(f"{separator if index else lead}有的{one}" for index, one in enumerate(behaviours))


def first_half(verdict: str) -> str:
    """Return a verdict up to its first comma where that says enough."""
    half = verdict.split("，")[0]
    return half if len(half) >= _SHORT_VERDICT else verdict
