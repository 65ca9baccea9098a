"""Sort statements into any classes that are known by a name, a sentence of description and a few examples.

Texts and descriptions are compared as centred sentence vectors and as character TF-IDF. Without examples a text
belongs to the description that it is nearest to. With examples two logistic regressions learn from them, each with
the description as one example more, and the comparison with the descriptions keeps a weight that falls as the
examples grow in number.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

from nlp_kit.classify import Encode, FloatArray, softmax


@dataclass(frozen=True, slots=True)
class DescribedClass:
    """A class as a user describes it.

    Args:
        key: Its label.
        name: How people call it.
        description: One sentence saying what belongs to it.
        examples: Statements that belong to it.
    """

    key: str
    name: str
    description: str
    examples: tuple[str, ...] = ()


class FewShotClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Classifier for described classes; deterministic.

    Args:
        tokenize: Cuts a text into words.
        encode: Texts → unit vectors, shape (n_texts, n_dimensions).
        centre: Mean vector of everyday statements, shape (n_dimensions,); taken off every vector.
        sharpness: Factor on the cosines before the softmax.
        word_weight: Weight of the shared words beside the vectors where only descriptions speak.
        half_life: Examples a class at which they count as much as the descriptions.
        C_vectors: Inverse strength of the regularisation over vectors.
        C_words: The same over words.

    Attributes:
        classes_: Keys in the given order, shape (n_classes,).
    """

    def __init__(
        self,
        tokenize: Callable[[str], list[str]],
        encode: Encode,
        centre: NDArray[np.float32],
        *,
        sharpness: float = 12.0,
        word_weight: float = 0.5,
        half_life: float = 4.0,
        C_vectors: float = 30.0,  # noqa: N803 - scikit-learn's name
        C_words: float = 30.0,  # noqa: N803
    ) -> None:
        self.tokenize = tokenize
        self.encode = encode
        self.centre = centre
        self.sharpness = sharpness
        self.word_weight = word_weight
        self.half_life = half_life
        self.C_vectors = C_vectors
        self.C_words = C_words

    def fit(self, classes: Sequence[DescribedClass]) -> Self:
        """Learn the classes.

        Args:
            classes: At least two.
        """
        self.classes_ = np.array([one.key for one in classes])
        described = [f"{one.name}：{one.description}" for one in classes]
        texts = [text for one in classes for text in one.examples]
        labels = [one.key for one in classes for _ in one.examples]
        self._words = TfidfVectorizer(analyzer=self._pieces, sublinear_tf=True).fit([*described, *texts])
        self._described = self._vectors(described), self._words.transform(described)
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

    def predict_proba(self, X: Sequence[str]) -> FloatArray:  # noqa: N803 - scikit-learn's name
        """Return probabilities of the classes, shape (n_texts, n_classes)."""
        check_is_fitted(self, "classes_")
        vectors, words = self._vectors(X), self._words.transform(X)
        near = vectors @ self._described[0].T + self.word_weight * (words @ self._described[1].T).toarray()
        scores = self.sharpness * near
        if self._heads:
            order = [self._heads[0].classes_.tolist().index(key) for key in self.classes_]
            learned = self._heads[0].decision_function(vectors) + self._heads[1].decision_function(words)
            if learned.ndim == 1:
                learned = np.stack([-learned, learned], axis=1) / 2
            scores = self._share * scores + (1 - self._share) * learned[:, order]
        return softmax(scores)

    def predict(self, X: Sequence[str]) -> NDArray[np.str_]:  # noqa: N803
        """Return the most likely class of each text, shape (n_texts,)."""
        best: NDArray[np.str_] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return best
