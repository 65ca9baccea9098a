"""TF-IDF over words, word pairs and character pairs: the words' half of what the classifiers see.

scikit-learn finds vocabulary and weights; transforming is done here, because importing scikit-learn alone takes a
second, a third of the time that a branch's texts take. The weights are those of its ``TfidfVectorizer`` with
``sublinear_tf`` (tested against it).
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import log
from typing import Self

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_BLANKS = re.compile(r"\s\s+")


class TextFeatures:
    """Two blocks of unit length for each text: words with word pairs, and characters with character pairs.

    Args:
        tokenize: Cuts a text into words.

    Attributes:
        vocabularies: Terms of each block, in the order of their columns.
        weights: Inverse document frequencies of each block, shape (n_terms,) each.
    """

    def __init__(self, tokenize: Callable[[str], list[str]]) -> None:
        self._tokenize = tokenize

    def fit(self, texts: Sequence[str], least: tuple[int, int]) -> Self:
        """Learn vocabulary and weights.

        Args:
            texts: Length n_texts.
            least: Number of texts in which a term of the first and of the second block must occur.
        """
        from sklearn.feature_extraction.text import TfidfVectorizer

        fitted = [
            TfidfVectorizer(analyzer=cut, min_df=count, sublinear_tf=True).fit(texts)
            for cut, count in zip((self._words, _characters), least, strict=True)
        ]
        return self.load([part.get_feature_names_out().tolist() for part in fitted], [part.idf_ for part in fitted])

    def load(self, vocabularies: Sequence[Sequence[str]], weights: Sequence[FloatArray]) -> Self:
        """Take vocabulary and weights as they were learnt; the arguments are the attributes."""
        self.vocabularies, self.weights = list(vocabularies), list(weights)
        starts = (0, len(vocabularies[0]))
        self._columns = [
            {term: start + place for place, term in enumerate(terms)}
            for start, terms in zip(starts, vocabularies, strict=True)
        ]
        self._weights = np.concatenate(self.weights)
        return self

    def transform(self, texts: Sequence[str]) -> scipy.sparse.csr_matrix:
        """Return the features, shape (n_texts, n_terms of both blocks)."""
        columns: list[int] = []
        values: list[float] = []
        starts = [0]
        for text in texts:
            for cut, known in zip((self._words, _characters), self._columns, strict=True):
                found, weights = self._block(cut(text), known)
                columns += found
                values += weights
            starts.append(len(columns))
        return scipy.sparse.csr_matrix(
            (np.array(values), np.array(columns, dtype=np.int32), np.array(starts, dtype=np.int32)),
            shape=(len(texts), len(self._weights)),
        )

    def _block(self, terms: list[str], known: Mapping[str, int]) -> tuple[list[int], list[float]]:
        counts = Counter(known[term] for term in terms if term in known)
        columns = sorted(counts)
        weights = [(1 + log(counts[column])) * self._weights[column] for column in columns]
        length = sum(weight * weight for weight in weights) ** 0.5
        return columns, [weight / length for weight in weights]

    def _words(self, text: str) -> list[str]:
        words = [word for word in self._tokenize(text) if not word.isspace()]
        return words + [f"{left} {right}" for left, right in pairwise(words)]


def _characters(text: str) -> list[str]:
    plain = _BLANKS.sub(" ", text.lower())
    return [*plain, *map("".join, pairwise(plain))]
