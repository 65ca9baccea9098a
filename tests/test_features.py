from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from nlp_kit.features import TextFeatures

TEXTS = ["书翻两页就放下，Ａｂ AB", "办事拖，总要等到最后", "书里的  道理翻过就忘", "ＡＢ书书书", "书\n\n翻翻"]


def by_scikit_learn(texts, asked):
    def words(text):
        found = [char for char in text if not char.isspace()]
        return found + [f"{a} {b}" for a, b in pairwise(found)]

    parts = [
        TfidfVectorizer(analyzer=words, sublinear_tf=True),
        TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, lowercase=True),
    ]
    return scipy.sparse.hstack([part.fit(texts).transform(asked) for part in parts]).toarray()


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text("书翻页放下办事拖AbＢ ，\n\t", max_size=12), max_size=4))
def test_the_weights_are_those_of_scikit_learn(asked):
    ours = TextFeatures(list).fit(TEXTS, (1, 1)).transform(asked).toarray()

    assert (len(asked), ours.shape[1]) == ours.shape
    if asked:
        assert np.allclose(by_scikit_learn(TEXTS, asked), ours)


def test_rare_terms_are_left_out():
    features = TextFeatures(list).fit(TEXTS, (4, 3))

    assert ["书"] == features.vocabularies[0]
    assert [" ", "书", "翻"] == features.vocabularies[1]


def test_a_text_of_unknown_terms_has_no_weight():
    assert 0 == TextFeatures(list).fit(TEXTS, (1, 1)).transform(["甲乙丙", ""]).nnz


@pytest.mark.parametrize("least", [(1, 1), (2, 2)])
def test_what_was_learnt_can_be_loaded(least):
    fitted = TextFeatures(list).fit(TEXTS, least)
    loaded = TextFeatures(list).load(fitted.vocabularies, fitted.weights)

    assert (fitted.transform(TEXTS) != loaded.transform(TEXTS)).nnz == 0
