"""Why a statement got its answer: the words that weighed most and the labelled statements that are nearest."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp_kit.classify import Encode, StatementClassifier
from nlp_kit.errors import damaged_model
from nlp_kit.features import FloatArray
from nlp_kit.records import Neighbour, Reason

EXAMPLES = "examples.json"
VECTORS = "examples.npy"
# What stands beside a word in a term.
_SIGNS = re.compile(r"^\W+|\W+$")
# Vectors are kept in steps of this size.
_STEP = 127.0
_WORDS = 5
_NEAREST = 3
_ANSWERS = 3
# Answers under this are not worth naming.
_LEAST = 0.02


class Explainer:
    """Finds reasons with the labelled statements that a classifier's folder holds.

    Args:
        classifier: The classifier.
        encode: Its encoder.
        folder: Its folder.

    Raises:
        DataError: The labelled statements are missing or damaged.
    """

    def __init__(self, classifier: StatementClassifier, encode: Encode, folder: Path) -> None:
        self._classifier = classifier
        self._encode = encode
        self._examples, vectors = load_examples(folder)
        self._vectors = vectors.astype(np.float32)

    def explain(self, texts: Sequence[str], probabilities: FloatArray) -> list[Reason]:
        """Return the reasons.

        Args:
            texts: Length n_texts.
            probabilities: Over the classifier's labels, shape (n_texts, n_classes).
        """
        if not texts:
            return []
        similarities = self._encode(texts) @ self._vectors.T
        return [
            self._reason(text, row, near) for text, row, near in zip(texts, probabilities, similarities, strict=True)
        ]

    def _reason(self, text: str, probabilities: FloatArray, similarities: NDArray[np.float32]) -> Reason:
        labels = self._classifier.classes_
        best = np.argsort(-probabilities, kind="stable")[:_ANSWERS]
        answers = [(str(labels[place]), round(float(probabilities[place]), 4)) for place in best]
        answers = [pair for pair in answers if pair == answers[0] or pair[1] >= _LEAST]
        # Headings and closings are near to any short text; what helps are statements of the labels in question.
        named = {label for label, _ in answers}
        rows = [row for row, (_, label) in enumerate(self._examples) if label in named]
        nearest = sorted(rows, key=lambda row: -similarities[row])[:_NEAREST]
        return Reason(
            tuple(answers),
            self._words(text, answers[0][0]),
            tuple(self._neighbour(place, similarities[place]) for place in nearest),
        )

    def _neighbour(self, place: int, similarity: np.float32) -> Neighbour:
        text, label = self._examples[place]
        return Neighbour(text, label, round(float(similarity), 2))

    def _words(self, text: str, label: str) -> tuple[tuple[str, float], ...]:
        """Return the weightiest words, without signs; a part of one that is named already says no more."""
        weights = self._classifier.weigh_terms(text, label)
        named: list[tuple[str, float]] = []
        for term, weight in sorted(weights.items(), key=lambda pair: (-pair[1], pair[0])):
            plain = _SIGNS.sub("", term.replace(" ", ""))
            if weight <= 0 or len(named) == _WORDS:
                break
            if (
                re.fullmatch(r"\w+", plain)
                and plain in text
                and not any(plain in other or other in plain for other, _ in named)
            ):
                named.append((plain, round(weight, 2)))
        return tuple(named)


def load_examples(folder: Path) -> tuple[list[tuple[str, str]], NDArray[np.float64]]:
    """Return the labelled statements beside a classifier as (text, label), and their vectors, a row each.

    Raises:
        DataError: They are missing or damaged.
    """
    try:
        examples = [(text, label) for text, label in json.loads((folder / EXAMPLES).read_text(encoding="utf-8"))]
        vectors: NDArray[np.float64] = np.load(folder / VECTORS, allow_pickle=False).astype(np.float64) / _STEP
    except (OSError, ValueError) as error:
        raise damaged_model(folder.name) from error
    return examples, vectors


def save_examples(examples: Sequence[tuple[str, str]], encode: Encode, folder: Path) -> None:
    """Write labelled statements and their vectors beside a classifier.

    Args:
        examples: (text, label).
        encode: The classifier's encoder.
        folder: The classifier's folder.
    """
    vectors = np.rint(encode([text for text, _ in examples]) * _STEP).astype(np.int8)
    np.save(folder / VECTORS, vectors)
    rows = ",\n".join(json.dumps(pair, ensure_ascii=False) for pair in examples)
    (folder / EXAMPLES).write_text(f"[\n{rows}\n]\n", encoding="utf-8", newline="\n")
