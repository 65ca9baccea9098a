"""Tell what a statement does in the text (role) and which issue of which category it names.

Multinomial logistic regressions over TF-IDF (jieba words, word pairs, character n-grams) and over sentence vectors
answer with one label a statement: an issue key, ``integrity``, ``personal`` or a role other than problem. Role and
category are sums over those labels, so the three answers never contradict each other.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import Any, Self

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from nlp_kit.errors import DataError
from nlp_kit.features import FloatArray, TextFeatures
from nlp_kit.records import ROLES, Prediction, Role, Statement
from nlp_kit.taxonomy import Taxonomy

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

_WEIGHTS = "weights.npz"
_VOCABULARY = "vocabulary.json"

# P(role | part of the document). Set by what the parts are for (DOMAIN.md 1.4), not fitted to any corpus:
# the corpora hold single statements. "body" says nothing about the part.
_PRIORS: dict[str, dict[Role, float]] = {
    "heading": {"heading": 0.97, "other": 0.02},
    "preamble": {"preamble": 0.55, "achievement": 0.12, "problem": 0.12, "rectification": 0.06, "other": 0.09},
    "problem": {
        "problem": 0.88,
        "preamble": 0.04,
        "achievement": 0.04,
        "cause": 0.015,
        "measure": 0.005,
        "rectification": 0.005,
        "criticism": 0.005,
        "case": 0.005,
    },
    "cause": {"cause": 0.98, "problem": 0.005, "preamble": 0.005},
    "measure": {"measure": 0.96, "other": 0.02, "preamble": 0.01, "problem": 0.003, "criticism": 0.005},
    "rectification": {"rectification": 0.80, "achievement": 0.07, "problem": 0.05, "measure": 0.05, "preamble": 0.03},
    "case": {"case": 0.74, "problem": 0.12, "cause": 0.05, "measure": 0.04, "preamble": 0.03},
    "criticism": {"criticism": 0.93, "other": 0.03, "problem": 0.03},
    "achievement": {"achievement": 0.86, "problem": 0.05, "rectification": 0.04, "preamble": 0.04},
    "other": {"other": 0.98, "heading": 0.01, "preamble": 0.01},
    # A pasted list is one of problems or of opinions; headings, closings and the like are rare in it.
    "lines": {
        "problem": 0.70,
        "cause": 0.07,
        "measure": 0.06,
        "achievement": 0.06,
        "criticism": 0.04,
        "rectification": 0.03,
        "preamble": 0.02,
        "case": 0.02,
        "heading": 0.00005,
    },
}
_UNSAID = 0.002
_HINT_WEIGHT = 2.0


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

    def fit(self, X: Sequence[str], y: Sequence[str]) -> Self:  # noqa: N803
        """Learn from labelled statements.

        Args:
            X: Texts, length n_statements.
            y: Labels, length n_statements.
        """
        from sklearn.linear_model import LogisticRegression

        self._features = TextFeatures(self.tokenize).fit(X, (self.min_df_words, self.min_df_chars))
        words = LogisticRegression(C=self.C, max_iter=500).fit(self._features.transform(X), y)
        self.classes_ = words.classes_
        self.coef_, self.intercept_ = words.coef_, words.intercept_
        if self.encode:
            vectors = LogisticRegression(C=self.C_vectors, max_iter=500).fit(self.encode(X), y)
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
            raise DataError(f"模型“{folder.name}”不完整，请重新安装 nlpkit。") from error
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


@dataclass(frozen=True)
class LabelScheme:
    """How the classifier's labels fold into roles and categories.

    Args:
        classes: The classifier's labels, in its order.
        taxonomy: Gives the category of an issue key.
    """

    classes: tuple[str, ...]
    taxonomy: Taxonomy

    def role_of(self, label: str) -> Role:
        """Return the role that a label stands for."""
        return next((role for role in ROLES if role == label), "problem")

    def category_of(self, label: str) -> str | None:
        """Return the category that a label stands for, None outside the four."""
        return self.taxonomy.category_of(label) if self.role_of(label) == "problem" else None

    def groups(self) -> list[tuple[Role, str | None]]:
        """Return (role, category) of every label."""
        return [(self.role_of(label), self.category_of(label)) for label in self.classes]


def apply_context(
    probabilities: FloatArray, statements: Sequence[Statement], prior: FloatArray, scheme: LabelScheme
) -> FloatArray:
    """Combine what the text says with where it stands (Bayes with the part's prior instead of the corpus').

    Args:
        probabilities: From the text alone, shape (n_statements, n_classes).
        statements: Length n_statements.
        prior: Share of each label in the training corpus, shape (n_classes,).
        scheme: Folds labels into roles and categories.

    Returns:
        Probabilities, shape (n_statements, n_classes).
    """
    groups = scheme.groups()
    roles = np.array([role for role, _ in groups])
    role_share = {role: prior[roles == role].sum() for role in ROLES}
    combined = probabilities.copy()
    for row, statement in enumerate(statements):
        wanted = _PRIORS.get(statement.part)
        if wanted is not None:
            ratio = [wanted.get(role, _UNSAID) / max(role_share[role], 1e-9) for role, _ in groups]
            combined[row] *= ratio
        if statement.hint is not None:
            combined[row] *= [_HINT_WEIGHT if category == statement.hint else 1.0 for _, category in groups]
    normalised: FloatArray = combined / combined.sum(axis=1, keepdims=True)
    return normalised


def answer(probabilities: FloatArray, scheme: LabelScheme, review_below: float) -> list[Prediction]:
    """Turn label probabilities into answers.

    Args:
        probabilities: Shape (n_statements, n_classes).
        scheme: Folds labels into roles and categories.
        review_below: Answers less sure than this wait for a person.
    """
    groups = scheme.groups()
    kinds = sorted(set(groups), key=lambda kind: (ROLES.index(kind[0]), kind[1] or ""))
    members = {kind: [index for index, group in enumerate(groups) if group == kind] for kind in kinds}
    totals = np.stack([probabilities[:, members[kind]].sum(axis=1) for kind in kinds], axis=1)
    predictions = []
    for row, best in enumerate(totals.argmax(axis=1)):
        role, category = kinds[int(best)]
        issue = None
        if role == "problem":
            labels = members[kinds[int(best)]]
            issue = scheme.classes[labels[int(probabilities[row, labels].argmax())]]
        confidence = round(float(min(totals[row, best], 1.0)), 4)
        predictions.append(Prediction(role, category, issue, confidence, confidence < review_below))
    return predictions


def answer_within(
    probabilities: FloatArray, shares: FloatArray, keys: Sequence[str], scheme: LabelScheme, review_below: float
) -> list[Prediction]:
    """Turn label probabilities into answers whose categories are those of another taxonomy; issues stay as they are.

    Args:
        probabilities: Shape (n_statements, n_classes).
        shares: Probability of each category if the statement is a problem, shape (n_statements, n_categories).
        keys: The categories' keys, length n_categories.
        scheme: Folds labels into roles.
        review_below: Answers less sure than this wait for a person.
    """
    roles = [scheme.role_of(label) for label in scheme.classes]
    names = [role for role in ROLES if role in roles]
    totals = np.stack([probabilities[:, [one == name for one in roles]].sum(axis=1) for name in names], axis=1)
    issues = [index for index, role in enumerate(roles) if role == "problem"]
    predictions = []
    for row, best in enumerate(totals.argmax(axis=1)):
        role, category, issue, sure = names[int(best)], None, None, totals[row, best]
        if role == "problem":
            chosen = int(shares[row].argmax())
            category, sure = keys[chosen], sure * shares[row, chosen]
            issue = scheme.classes[issues[int(probabilities[row, issues].argmax())]]
        confidence = round(float(min(sure, 1.0)), 4)
        predictions.append(Prediction(role, category, issue, confidence, confidence < review_below))
    return predictions
