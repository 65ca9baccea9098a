"""Tell whether two short texts are of one matter: a problem and its measure, last year's problem and this year's.

Each text is seen three ways: its sentence vector, what the classifier takes it for, and which general behaviours it
shows. Two matrices, one for each side, turn that into vectors whose cosine says how well the texts go together (two
towers, trained so that a text finds its own counterpart among others; Henderson et al. 2017). Several trainings are
averaged.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nlp_kit.errors import damaged_model
from nlp_kit.features import FloatArray

WEIGHTS = "weights.npz"
# What the plain likeness of the texts adds to the towers' cosine; chosen on the development branches of corpora/audit.
COSINE, BEHAVIOUR, ISSUE = 1.0, 0.5, 0.3

# Texts → (vectors, roots of the issue probabilities, roots of the behaviour probabilities), a row a text.
Views = Callable[[Sequence[str]], tuple[FloatArray, FloatArray, FloatArray]]


class PairModel:
    """Scores pairs.

    Args:
        towers: ``{kind}_left`` and ``{kind}_right`` → matrices, shape (n_trainings, n_features, n_dimensions).
        views: How texts are seen.
    """

    def __init__(self, towers: Mapping[str, NDArray[np.floating[Any]]], views: Views) -> None:
        self._towers = {name: matrices.astype(np.float64) for name, matrices in towers.items()}
        self._views = views

    @classmethod
    def load(cls, folder: Path, views: Views) -> Self:
        """Return the model that lies in a folder.

        Raises:
            DataError: Its weights are missing or damaged.
        """
        try:
            with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
                return cls({name: arrays[name] for name in arrays.files}, views)
        except (OSError, ValueError) as error:
            raise damaged_model(folder.name) from error

    def answered(self, problems: Sequence[str], measures: Sequence[str]) -> FloatArray:
        """Return how well each measure answers each problem, shape (n_problems, n_measures)."""
        return self._score("measures", problems, measures, issues=True)

    def again(self, past: Sequence[str], now: Sequence[str]) -> FloatArray:
        """Return how well each problem of last year and each of this year go together, shape (n_past, n_now)."""
        return self._score("years", past, now, issues=False)

    def _score(self, kind: str, left: Sequence[str], right: Sequence[str], *, issues: bool) -> FloatArray:
        """Return how well each pair goes together, shape (n_left, n_right).

        Args:
            kind: ``measures`` or ``years``.
            left: Problems, or last year's problems.
            right: Measures, or this year's problems.
            issues: Whether the same issue counts by itself, too.
        """
        if not left or not right:
            return np.zeros((len(left), len(right)))
        seen, others = self._views(left), self._views(right)
        tried = zip(self._towers[f"{kind}_left"], self._towers[f"{kind}_right"], strict=True)
        cosines = [unit(np.hstack(seen) @ one) @ unit(np.hstack(others) @ other).T for one, other in tried]
        towers = np.mean(cosines, axis=0)
        scores: FloatArray = towers + COSINE * seen[0] @ others[0].T + BEHAVIOUR * seen[2] @ others[2].T
        return scores + ISSUE * seen[1] @ others[1].T if issues else scores


def unit(vectors: FloatArray) -> FloatArray:
    """Return rows of length one."""
    lengths: NDArray[np.float64] = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(lengths, 1e-12)
