"""How much a character looks like part of a person's name: log odds from the names in jieba's dictionary.

``make names`` writes ``corpora/lexicons/names.tsv``. The dictionary (MIT licence) holds about 40,000 names of three
characters; the rest of it, weighted by frequency, says how common a character is otherwise.
"""

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import jieba

from nlp_kit.names import load_surnames

# A character that is rare on both sides says little.
_SMOOTHING = 20.0


def write_odds(place: Path) -> None:
    """Write the table."""
    single, _ = load_surnames()
    surnames, given, foreign, others = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for word, frequency, tag in read_dictionary():
        if tag == "nr" and len(word) in (2, 3) and word[0] in single:
            surnames[word[0]] += 1
            given.update(word[1:])
        elif tag == "nrt":
            foreign.update(word)
        elif not tag.startswith("nr"):
            for character in word:
                others[character] += frequency
    rows = [f"{character}\t{part}\t{odds:.2f}" for part, character, odds in _odds(surnames, given, foreign, others)]
    place.write_text("\n".join(["character\tplace\tlog_odds", *rows]) + "\n", encoding="utf-8")


def read_dictionary() -> Iterator[tuple[str, int, str]]:
    """Yield word, frequency and part of speech of every word that jieba knows."""
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, tag = line.split(" ")
        yield word, int(frequency), tag


def _odds(
    surnames: Counter[str], given: Counter[str], foreign: Counter[str], others: Counter[str]
) -> Iterator[tuple[str, str, float]]:
    everything = sum(others.values())
    single, _ = load_surnames()
    tables = (
        ("surname", surnames, single),
        ("given", given, frozenset(given)),
        ("foreign", foreign, frozenset(foreign)),
    )
    for part, counts, characters in tables:
        total = sum(counts.values())
        for character in sorted(characters):
            share = (counts[character] + 0.5) / total
            elsewhere = (others[character] + _SMOOTHING) / everything
            yield part, character, math.log(share / elsewhere)
