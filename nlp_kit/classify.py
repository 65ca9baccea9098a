"""Tell what a statement does in the text (role) and which issue of which category it names.

Multinomial logistic regressions over TF-IDF (jieba words, word pairs, character n-grams) and over sentence vectors
answer with one label a statement: an issue key, ``integrity``, ``personal`` or a role other than problem. Role and
category are sums over those labels, so the three answers never contradict each other.
"""

import json
from collections.abc import Callable, Sequence
from inspect import signature
from pathlib import Path
from typing import Any, Self

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from nlp_kit.errors import damaged_model
from nlp_kit.features import FloatArray, TextFeatures

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

_WEIGHTS = "weights.npz"
_VOCABULARY = "vocabulary.json"


class StatementClassifier:
    """Two logistic regressions, one over TF-IDF and one over sentence vectors, whose scores are added.

    They are fitted apart: the encoder was tuned on much of the same text, so side by side its features would be
    trusted more than they deserve on new text. It is an estimator in scikit-learn's manner, but imports scikit-learn
    only to fit.

    Args:
        tokenize: Cuts a text into words.
        encode: Texts → unit vectors, shape (n_texts, n_dimensions); without it only the words count.
        C: Inverse strength of the words' regularisation.
        C_vectors: The same for the sentence vectors.
        vector_share: Share of the vectors' scores in the sum, 0 to 1.
        min_df_words: Least number of statements a word or word pair must occur in.
        min_df_chars: The same for character n-grams.
        temperature: Divides the scores before the softmax (Guo et al. 2017); fitted on held-out text.

    Attributes:
        classes_: Labels, shape (n_classes,).
        coef_: Weights of the words, shape (n_classes, n_features).
        intercept_: Shape (n_classes,).
        vector_coef_: Weights of the sentence vectors, shape (n_classes, n_dimensions); only with an encoder.
        vector_intercept_: Shape (n_classes,); only with an encoder.
        prior_: Share of each label in training, shape (n_classes,).
    """

    def __init__(
        self,
        tokenize: Callable[[str], list[str]],
        encode: Encode | None = None,
        *,
        C: float = 30.0,  # noqa: N803 - scikit-learn's name
        C_vectors: float = 20.0,  # noqa: N803
        vector_share: float = 0.4,
        min_df_words: int = 3,
        min_df_chars: int = 4,
        temperature: float = 1.0,
    ) -> None:
        self.tokenize = tokenize
        self.encode = encode
        self.C = C
        self.C_vectors = C_vectors
        self.vector_share = vector_share
        self.min_df_words = min_df_words
        self.min_df_chars = min_df_chars
        self.temperature = temperature

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the constructor's arguments, as scikit-learn's ``clone`` asks for them."""
        return {name: getattr(self, name) for name in signature(type(self)).parameters}

    def set_params(self, **params: Any) -> Self:  # noqa: ANN401 - any argument of the constructor
        """Change arguments of the constructor."""
        for name, value in params.items():
            if name not in signature(type(self)).parameters:
                raise ValueError(f"{name} is no parameter of {type(self).__name__}")
            setattr(self, name, value)
        return self

    def fit(self, X: Sequence[str], y: Sequence[str], sample_weight: Sequence[float] | None = None) -> Self:  # noqa: N803
        """Learn from labelled statements.

        Args:
            X: Texts, length n_statements.
            y: Labels, length n_statements.
            sample_weight: How much each statement counts, length n_statements; all the same by default.
        """
        from sklearn.linear_model import LogisticRegression

        self._features = TextFeatures(self.tokenize).fit(X, (self.min_df_words, self.min_df_chars))
        words = LogisticRegression(C=self.C, max_iter=500).fit(self._features.transform(X), y, sample_weight)
        self.classes_ = words.classes_
        self.coef_, self.intercept_ = words.coef_, words.intercept_
        if self.encode:
            vectors = LogisticRegression(C=self.C_vectors, max_iter=500).fit(self.encode(X), y, sample_weight)
            self.vector_coef_, self.vector_intercept_ = vectors.coef_, vectors.intercept_
        labels = np.asarray(y)
        self.prior_ = np.array([np.mean(labels == label) for label in self.classes_])
        return self

    def _check_fitted(self) -> None:
        if not hasattr(self, "coef_"):
            from sklearn.exceptions import NotFittedError

            raise NotFittedError(f"this {type(self).__name__} is not fitted yet; call fit first")

    def transform(self, X: Sequence[str]) -> scipy.sparse.csr_matrix:  # noqa: N803
        """Return TF-IDF features, shape (n_statements, n_features)."""
        self._check_fitted()
        return self._features.transform(X)

    def shift(self, offsets: FloatArray) -> Self:
        """Add offsets to the scores of the classes, shape (n_classes,); they stay until the next fit."""
        self._check_fitted()
        self.intercept_ = self.intercept_ + offsets / (1 - self.vector_share if self.encode else 1)
        return self

    def weigh_terms(self, text: str, label: str) -> dict[str, float]:
        """Return how much each word and word pair of a text speaks for a label, against the mean of all labels.

        Raises:
            ValueError: The label is none of the classes.
        """
        features = self.transform([text])
        row = self.classes_.tolist().index(label)
        words = features.indices < len(self._features.vocabularies[0])
        columns = features.indices[words]
        weights = features.data[words] * (self.coef_[row, columns] - self.coef_[:, columns].mean(axis=0))
        terms = self._features.vocabularies[0]
        return {terms[column]: float(weight) for column, weight in zip(columns, weights, strict=True)}

    def decision_function(self, X: Sequence[str]) -> FloatArray:  # noqa: N803
        """Return scores before the softmax, shape (n_statements, n_classes)."""
        scores: FloatArray = self.transform(X) @ self.coef_.T + self.intercept_
        if not self.encode:
            return scores
        of_vectors: FloatArray = self.encode(X) @ self.vector_coef_.T + self.vector_intercept_
        return (1 - self.vector_share) * scores + self.vector_share * of_vectors

    def predict_proba(self, X: Sequence[str]) -> FloatArray:  # noqa: N803
        """Return probabilities of the labels, shape (n_statements, n_classes)."""
        self._check_fitted()
        if not len(X):
            return np.zeros((0, len(self.classes_)))
        return softmax(self.decision_function(X) / self.temperature)

    def predict(self, X: Sequence[str]) -> NDArray[np.str_]:  # noqa: N803
        """Return the most likely label of each text, shape (n_statements,)."""
        best = self.predict_proba(X).argmax(axis=1)
        labels: NDArray[np.str_] = self.classes_[best]
        return labels

    def save(self, folder: Path) -> None:
        """Write the fitted model as plain data (arrays and JSON) into a folder; the encoder is not part of it."""
        self._check_fitted()
        folder.mkdir(parents=True, exist_ok=True)
        vectors = {}
        if self.encode:
            vectors = {
                "vector_coef": self.vector_coef_.astype(np.float32),
                "vector_intercept": self.vector_intercept_.astype(np.float32),
                "vector_share": np.float32(self.vector_share),
            }
        # Small steps of a weight do not change an answer; half floats halve the file.
        np.savez_compressed(
            folder / _WEIGHTS,
            **vectors,
            coef=self.coef_.astype(np.float16),
            intercept=self.intercept_.astype(np.float32),
            prior=self.prior_.astype(np.float32),
            temperature=np.float32(self.temperature),
            idf_words=self._features.weights[0].astype(np.float32),
            idf_chars=self._features.weights[1].astype(np.float32),
        )
        vocabulary = {
            "classes": self.classes_.tolist(),
            "words": self._features.vocabularies[0],
            "chars": self._features.vocabularies[1],
        }
        text = json.dumps(vocabulary, ensure_ascii=False, separators=(",", ":"))
        (folder / _VOCABULARY).write_text(text, encoding="utf-8", newline="\n")

    @classmethod
    def load(
        cls,
        folder: Path,
        tokenize: Callable[[str], list[str]],
        encode: Encode | None = None,
    ) -> Self:
        """Read a saved model.

        Args:
            folder: Where ``save`` wrote it.
            tokenize: The tokenizer it was fitted with.
            encode: The encoder it was fitted with; without one only the words' half of the model is used.

        Raises:
            DataError: A file of the model is missing or damaged.
        """
        try:
            vocabulary = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
            with np.load(folder / _WEIGHTS, allow_pickle=False) as arrays:
                model = cls(tokenize, encode, temperature=float(arrays["temperature"]))
                model.classes_ = np.array(vocabulary["classes"])
                model.coef_ = arrays["coef"].astype(np.float64)
                if encode:
                    model.vector_coef_ = arrays["vector_coef"].astype(np.float64)
                    model.vector_intercept_ = arrays["vector_intercept"].astype(np.float64)
                    model.vector_share = float(arrays["vector_share"])
                model.intercept_ = arrays["intercept"].astype(np.float64)
                model.prior_ = arrays["prior"].astype(np.float64)
                names = ("words", "chars")
                weights = [arrays[f"idf_{name}"].astype(np.float64) for name in names]
                model._features = TextFeatures(tokenize).load([vocabulary[name] for name in names], weights)
        except (OSError, ValueError, KeyError, json.JSONDecodeError) as error:
            raise damaged_model(folder.name) from error
        return model


def softmax(scores: FloatArray) -> FloatArray:
    """Return ``exp(scores)`` normalised over the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    normalised: FloatArray = shifted / shifted.sum(axis=-1, keepdims=True)
    return normalised


def log_loss(probabilities: FloatArray, gold: NDArray[np.intp]) -> float:
    """Return the mean negative log likelihood of the right classes.

    Args:
        probabilities: Shape (n_statements, n_classes).
        gold: Index of the right class, shape (n_statements,).
    """
    chosen = probabilities[np.arange(len(gold)), gold]
    return float(-np.log(np.maximum(chosen, 1e-12)).mean())


def fit_temperature(scores: FloatArray, gold: NDArray[np.intp]) -> float:
    """Return the temperature that makes held-out probabilities most likely (Guo et al. 2017).

    Args:
        scores: Shape (n_statements, n_classes).
        gold: Index of the right class, shape (n_statements,).
    """
    from scipy.optimize import minimize_scalar  # only training needs it, and it is slow to import

    found = minimize_scalar(
        lambda temperature: log_loss(softmax(scores / temperature), gold), bounds=(0.05, 5.0), method="bounded"
    )
    return float(found.x)
