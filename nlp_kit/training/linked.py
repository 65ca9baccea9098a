"""Texts in which it is marked what answers what (``corpora/audit``): pairs to learn from, and scores to decide on."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp_kit.audit.answers import Score, again_features, measure_features, point_features, side_scores
from nlp_kit.features import FloatArray
from nlp_kit.sentences import split_sentences

# How many copies of a text are made, each without one problem or without its measures.
_TAKEN_OUT = 3
_WHOLE_WEIGHT = 3.0
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Rows:
    """What a rule decides on.

    Args:
        rule: Key of the rule.
        features: Shape (n_rows, n_features).
        labels: Whether the rule is broken, shape (n_rows,).
        weight: How much each row counts.
    """

    rule: str
    features: FloatArray
    labels: NDArray[np.bool_]
    weight: float


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its counterparts and with others that are none.

    Args:
        hand: Who wrote it.
        left: A problem, or a problem of last year.
        same: Its measures, or the same problem this year.
        other: What looks like one.
    """

    hand: str
    left: str
    same: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkedText:
    """The bones of a member's text.

    Args:
        hand: Who wrote it.
        points: Problems.
        causes: Sentences about causes.
        measures: Measures.
        past: Problems of last year.
        answered: Whether a measure answers a problem, shape (n_points, n_measures).
        again: Whether a problem of last year is one of this year, shape (n_past, n_points).
    """

    hand: str
    points: tuple[str, ...]
    causes: tuple[str, ...]
    measures: tuple[str, ...]
    past: tuple[str, ...]
    answered: NDArray[np.bool_]
    again: NDArray[np.bool_]

    def sides(self, kind: str) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.bool_]]:
        """Return what is on the left, on the right, and what of it is linked: problems and measures, or the years."""
        if kind == "measures":
            return self.points, self.measures, self.answered
        return self.past, self.points, self.again

    def examples(self, kind: str) -> Iterator[Example]:
        """Yield each problem with its measures (``measures``), or each of last year's with this year's (``years``)."""
        lefts, rights, linked = self.sides(kind)
        for left, row in zip(lefts, linked, strict=True):
            same = tuple(right for right, own in zip(rights, row, strict=True) if own)
            other = tuple(right for right, own in zip(rights, row, strict=True) if not own)
            if same and other:
                yield Example(self.hand, left, same, other)

    def answer_rows(self, score: Score, rng: np.random.Generator) -> Iterator[Rows]:
        """Yield what decides that a problem has no measure, or a measure no problem: of the text and of copies.

        Args:
            score: How well a problem and a measure go together.
            rng: Chooses what is taken out of a copy.
        """
        problems, measures = ([_sentences(one) for one in side] for side in (self.points, self.measures))
        causes = [sentence for one in self.causes for sentence in _sentences(one)]
        pairs, of_causes = side_scores(problems, measures, causes, score)
        yield _no_measure(pairs, self.answered, _WHOLE_WEIGHT)
        yield _no_problem(pairs, of_causes, self.answered, _WHOLE_WEIGHT)
        for _ in range(_TAKEN_OUT):
            point = int(rng.integers(len(self.points)))
            kept = ~self.answered[point]
            if kept.sum() >= _LEAST:
                yield _no_measure(pairs[:, kept], self.answered[:, kept], 1.0)
            kept = np.arange(len(self.points)) != point
            if kept.sum() >= _LEAST:
                gone = np.flatnonzero(self.answered[point] & ~self.answered[kept].any(axis=0))
                left = of_causes[~np.isin(of_causes.argmax(axis=1), gone)] if len(of_causes) else of_causes
                yield _no_problem(pairs[kept], left, self.answered[kept], 1.0)

    def again_rows(self, score: Score) -> Iterator[Rows]:
        """Yield what decides that a problem of last year comes back."""
        if self.past:
            features = again_features(score(self.past, self.points))
            yield Rows("last_year_again", features.reshape(-1, features.shape[-1]), self.again.ravel(), 1.0)


def read_examples(path: Path) -> list[Example]:
    """Return the examples of ``measures.jsonl`` or ``years.jsonl``."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Example(row["batch"], row["left"], tuple(row["same"]), tuple(row["other"])) for row in rows]


def read_linked(path: Path) -> list[LinkedText]:
    """Return the texts of ``linked.jsonl``."""
    return [_text(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _text(row: dict[str, Any]) -> LinkedText:
    points, measures, past = row["points"], row["measures"], row["last_year"]
    return LinkedText(
        row["id"].split("-")[0],
        tuple(points),
        tuple(row["causes"]),
        tuple(one["text"] for one in measures),
        tuple(one["text"] for one in past),
        _marked([one["answers"] for one in measures], len(points)).T,
        _marked([one["again"] for one in past], len(points)),
    )


def _marked(numbers: Sequence[Sequence[int]], count: int) -> NDArray[np.bool_]:
    return np.array([np.isin(np.arange(count), one) for one in numbers], dtype=bool).reshape(len(numbers), count)


def _sentences(text: str) -> list[str]:
    pieces = split_sentences(text, 0, len(text), marked=False)
    return [text[piece.start : piece.end] for piece in pieces]


def _no_measure(pairs: FloatArray, answered: NDArray[np.bool_], weight: float) -> Rows:
    return Rows("no_measure", point_features(pairs), np.logical_not(answered.any(axis=1)), weight)


def _no_problem(pairs: FloatArray, causes: FloatArray, answered: NDArray[np.bool_], weight: float) -> Rows:
    return Rows("no_problem", measure_features(pairs, causes), np.logical_not(answered.any(axis=0)), weight)
