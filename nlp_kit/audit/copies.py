"""Copied passages: shingles of characters that two texts share, chained into passages.

Shingles of letters and characters (signs and white space apart; Broder 1997) are sorted once, so the work grows with
the text and with what is really shared. Passages that very many texts share are followed to their first holder only.
All of it is exact: no passage is missed for being rare.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlp_kit.records import ClassifiedStatement, Submission

SHINGLE = 6
# Characters that may be put in, taken out or changed between two shared shingles of one passage: a short sentence.
GAP = 30
# From so many holders on, a shingle ties each holder to the first one instead of all to all.
MANY = 40
# What counts as a copy where nobody has said otherwise: letters of a passage, and how many of them are the same.
LEAST, SHARE = 40, 0.75
_BASE = np.uint64(1_000_003)


@dataclass(frozen=True, slots=True)
class Comparable:
    """A text as it is compared.

    Args:
        letters: Its characters as code points; 0 stands between stretches that do not belong together.
        places: Where each stands in the original text.
    """

    letters: NDArray[np.uint32]
    places: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shared:
    """A passage that two texts share.

    Args:
        first: (start, end) in the first text's original characters.
        second: The same in the second text.
        length: Letters of the shorter of the two.
        share: Share of them that both have word for word.
    """

    first: tuple[int, int]
    second: tuple[int, int]
    length: int
    share: float


def comparable(text: str, stretches: Iterable[tuple[int, int]]) -> Comparable:
    """Return what of a text is compared: letters and characters, half width and lower case.

    Args:
        text: The text.
        stretches: (start, end) of what counts, in order; titles and headings are left out by the caller.
    """
    letters: list[int] = []
    places: list[int] = []
    for start, end in stretches:
        for place in range(start, end):
            for sign in unicodedata.normalize("NFKC", text[place]).lower():
                if sign.isalnum():
                    letters.append(ord(sign))
                    places.append(place)
        letters.append(0)
        places.append(end)
    return Comparable(np.array(letters, dtype=np.uint32), np.array(places, dtype=np.int64))


def shared_pairs(
    texts: Sequence[Comparable], fixed: int = 0, least: int = LEAST, share: float = SHARE
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of texts, in order, that share enough to be looked at.

    Args:
        texts: The texts; the first ``fixed`` are not compared with each other.
        fixed: How many of them only stand to compare the others with.
        least: Letters that a passage has at the least.
        share: Least share of its letters that both have word for word.
    """
    # A shingle shows as many letters as it has, so no passage can do with fewer.
    worthwhile = max(1, int(share * least) // SHINGLE)
    hashes, owners = [], []
    for number, one in enumerate(texts):
        own = np.unique(_shingles(one)[0])
        hashes.append(own)
        owners.append(np.full(len(own), number))
    if not sum(map(len, hashes)):
        return
    all_hashes, all_owners = np.concatenate(hashes), np.concatenate(owners)
    order = np.argsort(all_hashes, kind="stable")
    all_hashes, all_owners = all_hashes[order], all_owners[order]
    # Most shingles stand in one text alone.
    same = np.diff(all_hashes) == 0
    shared = np.append(same, False) | np.append(False, same)
    all_hashes, all_owners = all_hashes[shared], all_owners[shared]
    borders = np.flatnonzero(np.diff(all_hashes)) + 1
    counts: dict[tuple[int, int], int] = {}
    for holders in np.split(all_owners, borders):
        firsts = holders[:1] if len(holders) > MANY else holders
        for place, one in enumerate(firsts.tolist()):
            for other in holders[place + 1 :].tolist():
                if other >= fixed:
                    counts[one, other] = counts.get((one, other), 0) + 1
    yield from sorted(pair for pair, count in counts.items() if count >= worthwhile)


def shared_passages(first: Comparable, second: Comparable, least: int, share: float) -> list[Shared]:
    """Return the passages that two texts share, in the order of the first text.

    Args:
        first: A text.
        second: Another one.
        least: Letters that a passage has at the least.
        share: Least share of its letters that both have word for word.
    """
    chains = _chains(_hits(first, second))
    found = []
    for chain in chains:
        rows, columns = chain[:, 0], chain[:, 1]
        spans = [(int(one.min()), int(one.max()) + SHINGLE) for one in (rows, columns)]
        # What one side has put in or left out is no difference of the words.
        length = min(end - start for start, end in spans)
        same = len(np.unique(rows[:, None] + np.arange(SHINGLE)))
        alike = min(same / length, 1.0)
        if length >= least and alike >= share:
            places = [
                (int(text.places[start]), int(text.places[end - 1]) + 1)
                for text, (start, end) in zip((first, second), spans, strict=True)
            ]
            found.append(Shared(places[0], places[1], length, alike))
    return sorted(found, key=lambda one: one.first)


def without_copies(submissions: Sequence[Submission]) -> list[Submission]:
    """Return submissions whose statements are marked where an earlier text has them word for word.

    Args:
        submissions: One for each member, in an order that file names do not decide.
    """
    texts = [comparable(one.document.text, _counted(one)) for one in submissions]
    copied: dict[int, list[tuple[int, int]]] = {}
    for one, other in shared_pairs(texts):
        found = shared_passages(texts[one], texts[other], LEAST, SHARE)
        copied.setdefault(other, []).extend(passage.second for passage in found)
    return [
        replace(one, statements=tuple(_marked(item, copied.get(number, [])) for item in one.statements))
        for number, one in enumerate(submissions)
    ]


def _counted(submission: Submission) -> list[tuple[int, int]]:
    return [
        (item.statement.start, item.statement.end)
        for item in submission.statements
        if item.prediction.role not in ("heading", "preamble", "other")
    ]


def _marked(item: ClassifiedStatement, passages: Sequence[tuple[int, int]]) -> ClassifiedStatement:
    start, end = item.statement.start, item.statement.end
    held = sum(max(0, min(end, last) - max(start, first)) for first, last in passages)
    return replace(item, copied=True) if held >= SHARE * (end - start) else item


def _shingles(text: Comparable) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the hash of every shingle and where it begins; none reaches over a border between stretches."""
    count = len(text.letters) - SHINGLE + 1
    if count <= 0:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    letters = text.letters.astype(np.uint64)
    hashes = np.zeros(count, dtype=np.uint64)
    whole = np.ones(count, dtype=bool)
    for step in range(SHINGLE):
        window = letters[step : step + count]
        hashes = hashes * _BASE + window
        whole &= window > 0
    starts = np.flatnonzero(whole)
    return hashes[starts], starts


def _hits(first: Comparable, second: Comparable) -> list[tuple[int, int]]:
    """Return where both texts have the same shingle, sorted."""
    (hashes, starts), (others, places) = _shingles(first), _shingles(second)
    order = np.argsort(others, kind="stable")
    left = np.searchsorted(others[order], hashes, side="left")
    right = np.searchsorted(others[order], hashes, side="right")
    return [
        (int(start), int(places[order[place]]))
        for start, low, high in zip(starts, left, right, strict=True)
        for place in range(low, high)
    ]


def _chains(hits: Sequence[tuple[int, int]]) -> list[NDArray[np.int64]]:
    """Return hits that follow each other in both texts, with small gaps only, chain by chain."""
    open_: list[list[tuple[int, int]]] = []
    done: list[list[tuple[int, int]]] = []
    for row, column in hits:
        still: list[list[tuple[int, int]]] = []
        for chain in open_:
            (still if row - chain[-1][0] <= GAP + SHINGLE else done).append(chain)
        open_ = still
        fitting = [
            chain
            for chain in open_
            if 0 <= column - chain[-1][1] <= GAP + SHINGLE and (row, column) != chain[-1] and row > chain[-1][0]
        ]
        if fitting:
            max(fitting, key=len).append((row, column))
        else:
            open_.append([(row, column)])
    return [np.array(chain) for chain in [*done, *open_]]
