"""Sort statements into any classes that are known by a name, a sentence of description and a few examples.

A text is compared with each description in three ways: as centred sentence vectors, as TF-IDF over words and character
pairs, and by what a classifier of this field takes both for (its probabilities over its own labels, which say much
where the classes are near the field and next to nothing where they are not). Without examples the nearest description
wins. With examples two logistic regressions learn from them, each with the description as one example more, and the
comparison keeps a weight that falls as the examples grow in number.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

from nlp_kit.classify import Encode, fit_temperature, softmax
from nlp_kit.features import FloatArray
from nlp_kit.themes import DescribedClass

Judge = Callable[[Sequence[str]], FloatArray]

# Examples a class from which the temperature can be learnt from them, and into how many parts they are cut for it.
_PARTS = 4
# How many examples the description counts for in what the judge takes a class for.
_DESCRIPTION_COUNTS = 4
_SMOOTHING = 0.1


class FewShotClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Classifier for described classes; deterministic.

    Args:
        tokenize: Cuts a text into words.
        encode: Texts → unit vectors, shape (n_texts, n_dimensions).
        centre: Mean vector of everyday statements, shape (n_dimensions,); taken off every vector.
        judge: Texts → probabilities over the labels of another classifier, shape (n_texts, n_labels); without it the
            third comparison is left out.
        sharpness: Factor on the cosines before the softmax.
        word_weight: Weight of the shared words beside the vectors where only descriptions speak.
        judge_weight: Weight of the judge's comparison.
        half_life: Examples a class at which they count as much as the descriptions.
        C_vectors: Inverse strength of the regularisation over vectors.
        C_words: The same over words.

    Attributes:
        classes_: Keys in the given order, shape (n_classes,).
        temperature_: Divides the scores before the softmax (Guo et al. 2017); learnt from examples that were left out
            in turn, 1 where there are too few.
    """

    def __init__(
        self,
        tokenize: Callable[[str], list[str]],
        encode: Encode,
        centre: NDArray[np.float32],
        judge: Judge | None = None,
        *,
        sharpness: float = 16.0,
        word_weight: float = 0.5,
        judge_weight: float = 0.6,
        half_life: float = 4.0,
        C_vectors: float = 30.0,  # noqa: N803 - scikit-learn's name
        C_words: float = 30.0,  # noqa: N803
    ) -> None:
        self.tokenize = tokenize
        self.encode = encode
        self.centre = centre
        self.judge = judge
        self.sharpness = sharpness
        self.word_weight = word_weight
        self.judge_weight = judge_weight
        self.half_life = half_life
        self.C_vectors = C_vectors
        self.C_words = C_words

    def fit(self, classes: Sequence[DescribedClass]) -> Self:
        """Learn the classes.

        Args:
            classes: At least two.
        """
        self._fit(classes)
        self.temperature_ = 1.0
        left_out = self.left_out_scores(classes)
        if len(left_out[0]):
            self.temperature_ = fit_temperature(*left_out)
        return self

    def left_out_scores(self, classes: Sequence[DescribedClass]) -> tuple[FloatArray, NDArray[np.intp]]:
        """Score every example with a model that has not seen it.

        Args:
            classes: As for ``fit``.

        Returns:
            Scores, shape (n_examples, n_classes), in the order of the examples, and the index of the right class,
            shape (n_examples,); empty when a class has fewer than four examples.
        """
        if min(len(one.examples) for one in classes) < _PARTS:
            return np.zeros((0, len(classes))), np.zeros(0, dtype=np.intp)
        rows: list[tuple[int, int, FloatArray]] = []
        for part in range(_PARTS):
            shown = [_without(one, part) for one in classes]
            held = [(row, place) for row, one in enumerate(classes) for place in range(part, len(one.examples), _PARTS)]
            model = type(self)(**self.get_params(deep=False))._fit(shown)
            scores = model.decision_function([classes[row].examples[place] for row, place in held])
            rows += [(row, place, score) for (row, place), score in zip(held, scores, strict=True)]
        rows.sort(key=lambda found: found[:2])
        return np.stack([score for _, _, score in rows]), np.array([row for row, _, _ in rows])

    def _fit(self, classes: Sequence[DescribedClass]) -> Self:
        self.classes_ = np.array([one.key for one in classes])
        described = [f"{one.name}：{one.description}" for one in classes]
        texts = [text for one in classes for text in one.examples]
        labels = [one.key for one in classes for _ in one.examples]
        self._words = TfidfVectorizer(analyzer=self._pieces, sublinear_tf=True).fit([*described, *texts])
        self._described = self._vectors(described), self._words.transform(described)
        self._profiles = self._profile(classes) if self.judge else None
        self._share = self.half_life / (self.half_life + len(texts) / len(classes))
        self._heads = None
        if texts:
            known, gold = [*described, *texts], [*self.classes_.tolist(), *labels]
            vectors = LogisticRegression(C=self.C_vectors, max_iter=1000).fit(self._vectors(known), gold)
            words = LogisticRegression(C=self.C_words, max_iter=1000).fit(self._words.transform(known), gold)
            self._heads = vectors, words
        return self

    def _pieces(self, text: str) -> list[str]:
        words = [word for word in self.tokenize(text) if not word.isspace()]
        return words + [left + right for left, right in pairwise(text)]

    def _vectors(self, texts: Sequence[str]) -> FloatArray:
        vectors = self.encode(texts) - self.centre
        scaled: FloatArray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return scaled

    def _profile(self, classes: Sequence[DescribedClass]) -> FloatArray:
        """Return how much likelier than the classes' mean each label of the judge is, shape (n_classes, n_labels)."""
        assert self.judge is not None
        profiles = []
        for one in classes:
            clauses = [one.name, *(clause for clause in re.split("[，。、；：]", one.description) if len(clause) > 2)]
            described = self.judge(clauses).mean(axis=0)
            shown = self.judge(list(one.examples)).sum(axis=0) if one.examples else 0.0
            profiles.append((_DESCRIPTION_COUNTS * described + shown) / (_DESCRIPTION_COUNTS + len(one.examples)))
        stacked = np.array(profiles)
        logs = np.log((1 - _SMOOTHING) * stacked + _SMOOTHING * stacked.mean(axis=0) + 1e-6)
        centred: FloatArray = logs - logs.mean(axis=0)
        return centred

    def decision_function(self, X: Sequence[str]) -> FloatArray:  # noqa: N803 - scikit-learn's name
        """Return scores before temperature and softmax, shape (n_texts, n_classes)."""
        check_is_fitted(self, "classes_")
        vectors, words = self._vectors(X), self._words.transform(X)
        near = vectors @ self._described[0].T + self.word_weight * (words @ self._described[1].T).toarray()
        scores: FloatArray = self.sharpness * near
        if self._heads:
            order = [self._heads[0].classes_.tolist().index(key) for key in self.classes_]
            learned = self._heads[0].decision_function(vectors) + self._heads[1].decision_function(words)
            if learned.ndim == 1:
                learned = np.stack([-learned, learned], axis=1) / 2
            scores = self._share * scores + (1 - self._share) * learned[:, order]
        if self.judge and self._profiles is not None:
            scores = scores + self.judge_weight * self.judge(X) @ self._profiles.T
        return scores

    def predict_proba(self, X: Sequence[str]) -> FloatArray:  # noqa: N803
        """Return probabilities of the classes, shape (n_texts, n_classes)."""
        check_is_fitted(self, "temperature_")
        if not len(X):
            return np.zeros((0, len(self.classes_)))
        return softmax(self.decision_function(X) / self.temperature_)

    def predict(self, X: Sequence[str]) -> NDArray[np.str_]:  # noqa: N803
        """Return the most likely class of each text, shape (n_texts,)."""
        best: NDArray[np.str_] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return best


def _without(one: DescribedClass, part: int) -> DescribedClass:
    kept = tuple(text for place, text in enumerate(one.examples) if place % _PARTS != part)
    return DescribedClass(one.key, one.name, one.description, kept, one.headings)
