"""Simple classifiers to compare with; each is fitted on texts and labels and answers with labels.

None sees more than the shipped classifier does: the words, the shipped encoder, the names of the classes.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from nlp_kit.encoding import SentenceTransformersEncoder, TextEncoder
from nlp_kit.features import FloatArray
from nlp_kit.taxonomy import Taxonomy

Tokenize = Callable[[str], list[str]]
Baseline = Callable[[Sequence[str], Sequence[str], Sequence[str]], list[str]]

# Where ``make encoder`` leaves the untuned encoder; it is not shipped.
RAW_ENCODER = Path("build", "encoder", "cut")
# multilingual-e5 was trained with this before every text.
RAW_PREFIX = "query: "

_KEYWORDS = 30
_ROLES = {
    "cause": "原因：思想根源在哪里，为什么会有这些问题",
    "measure": "措施：今后怎么改，准备做什么",
    "achievement": "成绩：做得好的事，完成的任务",
    "preamble": "开头和过渡：按要求对照检查，现将情况汇报如下",
    "heading": "标题：存在的主要问题",
    "rectification": "上年度问题的整改情况：已经整改到位",
    "criticism": "对他人的批评、对支部和领导的意见建议",
    "case": "案例、通报、引用的规定和别人的话",
    "other": "称呼、落款、自我介绍",
}


def baselines(tokenize: Tokenize, encoder: TextEncoder, taxonomy: Taxonomy) -> dict[str, Baseline]:
    """Return name → baseline: (training texts, labels, test texts) → answers.

    fastText takes part where the package is installed (extra ``evaluate``), the raw encoder where it has been built.

    Args:
        tokenize: Cuts a text into words.
        encoder: The shipped encoder.
        taxonomy: Names the issues, for comparing with descriptions.
    """

    def words(text: str) -> list[str]:
        return [word for word in tokenize(text) if not word.isspace()]

    def pieces(text: str) -> list[str]:
        return [*words(text), *map("".join, pairwise(text))]

    found: dict[str, Baseline] = {
        "keyword vote": lambda texts, labels, asked: _keyword_vote(words, texts, labels, asked),
        "TF-IDF + LinearSVC": lambda texts, labels, asked: _tfidf(pieces, LinearSVC(), texts, labels, asked),
        "TF-IDF + LR": lambda texts, labels, asked: _tfidf(
            pieces, LogisticRegression(C=30, max_iter=500), texts, labels, asked
        ),
        "shipped encoder + LR": lambda texts, labels, asked: _vectors(encoder.encode, texts, labels, asked),
        "zero-shot by description": lambda texts, labels, asked: _described(encoder, taxonomy, asked),
    }
    if find_spec("fasttext"):
        found["fastText"] = lambda texts, labels, asked: _fasttext(words, texts, labels, asked)
    if RAW_ENCODER.exists() and find_spec("sentence_transformers"):
        raw = SentenceTransformersEncoder(str(RAW_ENCODER), batch=32)
        found["raw encoder + LR"] = lambda texts, labels, asked: _vectors(
            lambda some: raw.encode([RAW_PREFIX + text for text in some]), texts, labels, asked
        )
    return found


def _keyword_vote(words: Tokenize, texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]) -> list[str]:
    """Vote with the words that are most typical of each label (difference of shares in standard errors)."""
    counter = CountVectorizer(analyzer=words, binary=True, min_df=3)
    seen = counter.fit_transform(texts)
    gold = np.asarray(labels)
    names = np.unique(gold)
    terms = counter.get_feature_names_out()
    overall = np.asarray(seen.mean(axis=0)).ravel()
    votes: dict[str, set[str]] = {}
    for name in names:
        own = gold == name
        share = np.asarray(seen[own].mean(axis=0)).ravel()
        error = np.sqrt(overall * (1 - overall) / own.sum())
        best = np.argsort(-(share - overall) / error, kind="stable")[:_KEYWORDS]
        votes[str(name)] = set(terms[best])
    common = Counter(labels)
    answers = []
    for text in asked:
        held = set(words(text))
        answers.append(max(votes, key=lambda name: (len(votes[name] & held), common[name])))
    return answers


def _tfidf(
    pieces: Tokenize,
    head: LinearSVC | LogisticRegression,
    texts: Sequence[str],
    labels: Sequence[str],
    asked: Sequence[str],
) -> list[str]:
    vectorizer = TfidfVectorizer(analyzer=pieces, min_df=2, sublinear_tf=True)
    answers: list[str] = head.fit(vectorizer.fit_transform(texts), labels).predict(vectorizer.transform(asked)).tolist()
    return answers


def _vectors(
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    texts: Sequence[str],
    labels: Sequence[str],
    asked: Sequence[str],
) -> list[str]:
    vectors = encode(texts)
    centre = vectors.mean(axis=0)
    head = LogisticRegression(C=20, max_iter=500).fit(vectors - centre, labels)
    answers: list[str] = head.predict(encode(asked) - centre).tolist()
    return answers


def _described(encoder: TextEncoder, taxonomy: Taxonomy, asked: Sequence[str]) -> list[str]:
    """Answer with the class whose description is nearest; nothing is learnt from examples."""
    texts = _descriptions(taxonomy)
    described, vectors = _unit(encoder.encode(list(texts.values())) - encoder.centre), encoder.encode(asked)
    nearest = (_unit(vectors - encoder.centre) @ described.T).argmax(axis=1)
    return [list(texts)[place] for place in nearest]


def _descriptions(taxonomy: Taxonomy) -> Mapping[str, str]:
    issues = {one.key: f"{one.label}：{one.verdict}" for one in taxonomy.issues}
    return {**issues, **{key: f"{name}方面的问题" for key, name in taxonomy.outside.items()}, **_ROLES}


def _unit(vectors: NDArray[np.float32]) -> FloatArray:
    scaled: FloatArray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return scaled


def _fasttext(words: Tokenize, texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]) -> list[str]:
    """Bag of words and word pairs with learnt vectors (Joulin et al. 2017); one thread, so that it is repeatable."""
    import fasttext

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "train.txt"
        lines = [f"__label__{label} {' '.join(words(text))}" for text, label in zip(texts, labels, strict=True)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        model = fasttext.train_supervised(
            str(path), dim=100, epoch=30, lr=0.5, wordNgrams=2, minCount=2, thread=1, seed=0, verbose=0
        )
    answers, _ = model.predict([" ".join(words(text)) for text in asked])
    return [best[0].removeprefix("__label__") for best in answers]
