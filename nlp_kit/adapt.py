"""Tune the shipped classifier on what a committee has corrected, without forgetting what it knew.

The weights may move away from the shipped ones where the corrections ask for it; every step away has its price
(a Gaussian prior around the old weights: Chelba and Acero 2004), and examples of every label from the shipped corpora
keep what was right. Only the weights of features that the corrections hold are touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.optimize import minimize

from nlp_kit.classify import Encode, StatementClassifier, softmax
from nlp_kit.explain import load_examples
from nlp_kit.features import FloatArray

# Price of a step away from the old weights, of the words and of the vectors; weight of a correction against an example.
# Chosen on authors a1 to a5 of corpora/corrections.
PRICE_WORDS, PRICE_VECTORS, WEIGHT = 1.0, 0.003, 10.0
_PARTS = 5
_STEPS = 60


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What corrections do for corrections that were held back in turn.

    Args:
        asked: How many corrections there are.
        before: How many the old model answers right.
        after: How many a model tuned on the others answers right.
        better: Texts that only the tuned model answers right.
        worse: Texts that only the old model answers right.
    """

    asked: int
    before: int
    after: int
    better: tuple[str, ...]
    worse: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Statements as the classifier sees them, with the rows of their right labels and their weights."""

    words: scipy.sparse.csr_matrix
    vectors: NDArray[np.float64]
    gold: NDArray[np.intp]
    weights: NDArray[np.float64]


class Adapter:
    """Tunes copies of a classifier.

    Args:
        model: The classifier; it stays as it is.
        encode: Its encoder.
        folder: Its folder, which holds examples of every label.
    """

    def __init__(self, model: StatementClassifier, encode: Encode, folder: Path) -> None:
        self._model = model
        self._encode = encode
        pairs, vectors = load_examples(folder)
        self._known = self._rows([text for text, _ in pairs], [label for _, label in pairs], 1.0, vectors)

    def _rows(
        self, texts: Sequence[str], labels: Sequence[str], weight: float, vectors: NDArray[np.float64] | None = None
    ) -> _Rows:
        seen = self._encode(texts).astype(np.float64) if vectors is None else vectors
        gold = np.searchsorted(self._model.classes_, list(labels))
        return _Rows(self._model.transform(texts), seen, gold, np.full(len(texts), weight))

    def adapt(self, texts: Sequence[str], labels: Sequence[str]) -> StatementClassifier:
        """Return a classifier that has learnt from corrections.

        Args:
            texts: Corrected statements.
            labels: Their right labels, each one of the classifier's.
        """
        own = self._rows(texts, labels, WEIGHT)
        columns = np.unique(own.words.indices)
        words = scipy.sparse.vstack([own.words, self._known.words]).tocsr()[:, columns]
        vectors = np.vstack([own.vectors, self._known.vectors])
        gold = np.concatenate([own.gold, self._known.gold])
        weights = np.concatenate([own.weights, self._known.weights])
        share, temperature = self._model.vector_share, self._model.temperature
        old = np.vstack([self._scores(own), self._scores(self._known)])
        shapes = [(len(self._model.classes_), len(columns)), (len(self._model.classes_), vectors.shape[1])]
        right = np.zeros_like(old)
        right[np.arange(len(gold)), gold] = 1.0

        def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            of_words, of_vectors = _cut(flat, shapes)
            moved = old + (1 - share) * (words @ of_words.T) + share * (vectors @ of_vectors.T)
            found = softmax(moved / temperature)
            missed = -np.log(np.maximum(found[np.arange(len(gold)), gold], 1e-12))
            price = PRICE_WORDS * (of_words**2).sum() + PRICE_VECTORS * (of_vectors**2).sum()
            slope = weights[:, None] * (found - right) / temperature
            steps = (
                (1 - share) * (words.T @ slope).T + 2 * PRICE_WORDS * of_words,
                share * (slope.T @ vectors) + 2 * PRICE_VECTORS * of_vectors,
            )
            return float((weights * missed).sum() + price), np.concatenate([step.ravel() for step in steps])

        start = np.zeros(sum(rows * width for rows, width in shapes))
        best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
        of_words, of_vectors = _cut(best, shapes)
        return self._moved(columns, of_words, of_vectors)

    def _scores(self, rows: _Rows) -> FloatArray:
        model = self._model
        words: FloatArray = rows.words @ model.coef_.T + model.intercept_
        vectors = rows.vectors @ model.vector_coef_.T + model.vector_intercept_
        scores: FloatArray = (1 - model.vector_share) * words + model.vector_share * vectors
        return scores

    def _moved(
        self, columns: NDArray[np.intp], of_words: NDArray[np.float64], of_vectors: NDArray[np.float64]
    ) -> StatementClassifier:
        model = StatementClassifier(**self._model.get_params())
        for name, value in vars(self._model).items():
            if name not in model.get_params():
                setattr(model, name, value)
        model.coef_ = self._model.coef_.copy()
        model.coef_[:, columns] += of_words
        model.vector_coef_ = self._model.vector_coef_ + of_vectors
        return model

    def hold_back(self, texts: Sequence[str], labels: Sequence[str]) -> HeldBack:
        """Return how a fifth of the corrections at a time fare with a model that has seen only the others."""
        gold = np.array(labels)
        before = self._model.predict(texts) == gold
        after = np.zeros(len(texts), dtype=bool)
        turns = np.random.default_rng(0).permutation(len(texts)) % _PARTS
        for turn in range(_PARTS):
            held = np.flatnonzero(turns == turn).tolist()
            kept = np.flatnonzero(turns != turn).tolist()
            if held and kept:
                tuned = self.adapt([texts[row] for row in kept], [labels[row] for row in kept])
                after[held] = tuned.predict([texts[row] for row in held]) == gold[held]
        return HeldBack(
            len(texts),
            int(before.sum()),
            int(after.sum()),
            tuple(text for text, old, new in zip(texts, before, after, strict=True) if new and not old),
            tuple(text for text, old, new in zip(texts, before, after, strict=True) if old and not new),
        )


def _cut(flat: NDArray[np.float64], shapes: Sequence[tuple[int, int]]) -> list[NDArray[Any]]:
    parts, start = [], 0
    for rows, width in shapes:
        parts.append(flat[start : start + rows * width].reshape(rows, width))
        start += rows * width
    return parts
