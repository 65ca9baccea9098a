"""How much two texts have in common, by their characters."""

from collections.abc import Iterable


def longest_common(first: str, second: str) -> str:
    """Return the longest stretch that both texts hold."""
    best, end = 0, 0
    before = [0] * (len(second) + 1)
    for row, left in enumerate(first, 1):
        now = [0] * (len(second) + 1)
        for column, right in enumerate(second, 1):
            if left == right:
                now[column] = before[column - 1] + 1
                if now[column] > best:
                    best, end = now[column], row
        before = now
    return first[end - best : end]


def shares_stretch(first: str, second: str, length: int) -> bool:
    """Whether both texts hold some stretch of this length."""
    return any(first[start : start + length] in second for start in range(len(first) - length + 1))


def covered(text: str, source: str, least: int) -> float:
    """Return the share of a text's characters that lie in stretches of at least ``least`` which the source holds."""
    known = {source[start : start + least] for start in range(len(source) - least + 1)}
    hit = [False] * len(text)
    for start in range(len(text) - least + 1):
        if text[start : start + least] in known:
            hit[start : start + least] = [True] * least
    return sum(hit) / max(len(text), 1)


def likeness(first: str, second: str) -> float:
    """Return the share of the shorter text's character pairs that the other one holds too."""
    pairs = [{text[index : index + 2] for index in range(len(text) - 1)} for text in (first, second)]
    return len(pairs[0] & pairs[1]) / max(min(map(len, pairs)), 1)


def without(text: str, parts: Iterable[str]) -> str:
    """Return a text with known stretches taken out, the longest first."""
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, "\0")
    return text
