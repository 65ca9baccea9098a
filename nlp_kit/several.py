"""Tell which of many labels a text shows: several, one or none.

One logistic regression a label (one against the rest), over the same two views as ``nlp_kit.classify``: TF-IDF and
sentence vectors, whose scores are added. A member who writes “怕得罪人，又怕担责任” shows two causes, and neither takes
from the other what a softmax would.
"""

from collections.abc import Collection, Sequence
from typing import Self

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from nlp_kit.classify import StatementClassifier
from nlp_kit.features import FloatArray, TextFeatures


class SeveralLabels(StatementClassifier):
    """Logistic regressions one against the rest; saved and loaded as a ``StatementClassifier``.

    Attributes:
        classes_: Labels, shape (n_labels,).
        coef_, intercept_, vector_coef_, vector_intercept_, prior_: As of ``StatementClassifier``, a row a label.
    """

    def fit(
        self,
        X: Sequence[str],  # noqa: N803
        y: Sequence[Collection[str]],
        sample_weight: Sequence[float] | None = None,
    ) -> Self:
        """Learn from texts and the labels that each shows.

        Args:
            X: Texts, length n_texts.
            y: Labels of each text, possibly none, length n_texts.
            sample_weight: How much each text counts, length n_texts; all the same by default.
        """
        from sklearn.linear_model import LogisticRegression

        self.classes_ = np.array(sorted({label for labels in y for label in labels}))
        shown = np.array([[label in labels for label in self.classes_.tolist()] for labels in y])
        self._features = TextFeatures(self.tokenize).fit(X, (self.min_df_words, self.min_df_chars))

        def fitted(
            features: scipy.sparse.csr_matrix | NDArray[np.float32], strength: float
        ) -> tuple[FloatArray, FloatArray]:
            # Much faster than the default solver where few features are dense, or many are sparse.
            solver = "liblinear" if scipy.sparse.issparse(features) else "newton-cholesky"
            models = [
                LogisticRegression(C=strength, solver=solver).fit(features, column, sample_weight) for column in shown.T
            ]
            return np.vstack([one.coef_ for one in models]), np.concatenate([one.intercept_ for one in models])

        self.coef_, self.intercept_ = fitted(self._features.transform(X), self.C)
        if self.encode:
            self.vector_coef_, self.vector_intercept_ = fitted(self.encode(X), self.C_vectors)
        self.prior_ = shown.mean(axis=0)
        return self

    def predict_proba(self, X: Sequence[str]) -> FloatArray:  # noqa: N803
        """Return how likely each text shows each label, shape (n_texts, n_labels); rows need not sum to 1."""
        self._check_fitted()
        if not len(X):
            return np.zeros((0, len(self.classes_)))
        # The logistic function, without overflow.
        shares: FloatArray = np.exp(-np.logaddexp(0, -self.decision_function(X) / self.temperature))
        return shares
