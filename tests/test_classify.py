from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from nlp_kit.classify import StatementClassifier
from nlp_kit.context import apply_context
from nlp_kit.errors import DataError
from nlp_kit.labels import LabelScheme, answer
from nlp_kit.records import Statement
from nlp_kit.segment import Tokenizer
from nlp_kit.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
TEXTS = [
    "书翻两页就放下，说不出道理。",
    "看文件只看标题，道理说不出。",
    "书里的道理翻过就忘。",
    "群众来问，头也不抬，爱答不理。",
    "来办事的群众问多了就不耐烦。",
    "对来问的群众说话不耐烦。",
    "今后每周读一章书，写一页心得。",
    "今后每月到群众家里走一遍。",
    "下一步每周写一页心得。",
]
LABELS = ["study_shallow"] * 3 + ["bad_attitude"] * 3 + ["measure"] * 3


def character_words(text: str) -> list[str]:
    return list(text)


@pytest.fixture(scope="module")
def model():
    return StatementClassifier(character_words, min_df_words=1, min_df_chars=1).fit(TEXTS, LABELS)


@pytest.fixture
def scheme(model):
    return LabelScheme(tuple(model.classes_.tolist()), TAXONOMY)


def test_it_learns_what_it_is_shown(model):
    assert ["measure", "bad_attitude"] == model.predict(["今后每周写心得。", "群众问多了不耐烦。"]).tolist()


def test_probabilities_are_one_row_a_text_and_sum_to_one(model):
    found = model.predict_proba(TEXTS)

    assert (9, 3) == found.shape
    assert np.allclose(found.sum(axis=1), 1)
    assert (0, 3) == model.predict_proba([]).shape


def test_a_saved_model_answers_as_before(model, tmp_path):
    model.save(tmp_path)
    loaded = StatementClassifier.load(tmp_path, character_words)

    assert np.allclose(model.predict_proba(TEXTS), loaded.predict_proba(TEXTS), atol=0.01)
    assert {"weights.npz", "vocabulary.json"} == {path.name for path in tmp_path.iterdir()}


def test_saving_twice_gives_the_same_vocabulary(model, tmp_path):
    model.save(tmp_path / "a")
    model.save(tmp_path / "b")

    assert (tmp_path / "a" / "vocabulary.json").read_bytes() == (tmp_path / "b" / "vocabulary.json").read_bytes()


@pytest.mark.parametrize("name", ["weights.npz", "vocabulary.json"])
def test_a_damaged_model_is_reported(model, tmp_path, name):
    model.save(tmp_path)
    (tmp_path / name).write_bytes(b"broken")

    with pytest.raises(DataError, match="重新安装"):
        StatementClassifier.load(tmp_path, character_words)


def test_it_is_a_scikit_learn_estimator(model):
    copy = clone(model)

    assert copy.get_params()["C"] == model.C
    with pytest.raises(NotFittedError):
        copy.predict(TEXTS)


def test_role_category_and_issue_never_contradict_each_other(model, scheme):
    for found in answer(model.predict_proba(TEXTS), scheme, 0.5):
        if found.role == "problem":
            assert found.category == TAXONOMY.category_of(found.issue)
        else:
            assert (None, None) == (found.category, found.issue)


def test_issues_of_one_category_add_up_before_the_answer_is_chosen():
    scheme = LabelScheme(("bad_attitude", "measure", "study_passive", "study_shallow"), TAXONOMY)
    found = answer(np.array([[0.05, 0.4, 0.3, 0.25]]), scheme, 0.6)[0]

    assert ("problem", "theory", "study_passive", 0.55, True) == (
        found.role,
        found.category,
        found.issue,
        found.confidence,
        found.review,
    )


def test_problems_outside_the_four_have_no_category():
    scheme = LabelScheme(("integrity", "measure"), TAXONOMY)
    found = answer(np.array([[0.9, 0.1]]), scheme, 0.5)[0]

    assert ("problem", None, "integrity") == (found.role, found.category, found.issue)


def context(scheme: LabelScheme, part: str, hint: str | None = None) -> np.ndarray:
    even = np.full((1, len(scheme.classes)), 1 / len(scheme.classes))
    return apply_context(even, [Statement("a", 0, 1, "x", part=part, hint=hint, focus=0)], even[0], scheme)[0]


def test_the_part_of_the_document_weighs_in(scheme):
    measure = scheme.classes.index("measure")

    assert context(scheme, "measure")[measure] > 0.9
    assert context(scheme, "problem")[measure] < 0.1
    assert np.isclose(context(scheme, "body")[measure], 1 / 3)


@pytest.mark.parametrize("part", ["cause", "measure"])
def test_under_a_heading_of_causes_or_measures_nothing_is_a_problem(part):
    scheme = LabelScheme(("study_shallow", "cause", "measure"), TAXONOMY)
    sure = np.array([[0.9999 if name == "study_shallow" else 0.00005 for name in scheme.classes]])
    even = np.full(len(scheme.classes), 1 / len(scheme.classes))
    found = apply_context(sure, [Statement("a", 0, 1, "x", part=part, hint=None, focus=0)], even, scheme)[0]

    assert found[scheme.classes.index("study_shallow")] < 0.5


def test_a_heading_is_only_a_hint(scheme):
    found = context(scheme, "body", hint="theory")

    assert found[scheme.classes.index("study_shallow")] < 0.6
    assert found.argmax() == scheme.classes.index("study_shallow")


@pytest.mark.parametrize(
    ("text", "part", "is_heading"),
    [
        ("学习上缺少钻劲；", "cause", False),
        ("担当精神不足。", "body", False),
        ("理论学习方面", "body", True),
        ("理论武装方面。", "heading", True),
    ],
)
def test_what_ends_like_a_sentence_is_a_heading_only_where_the_layout_says_so(text, part, is_heading):
    scheme = LabelScheme(("heading", "cause", "measure"), TAXONOMY)
    sure = np.array([[0.99, 0.006, 0.004]])
    statement = Statement("a", 0, len(text), text, part=part, focus=0)
    found = apply_context(sure, [statement], np.full(3, 1 / 3), scheme)[0]

    assert is_heading == (found.argmax() == scheme.classes.index("heading"))
    assert np.isclose(1, found.sum())


def test_the_tokenizer_loses_nothing_and_knows_the_lexicon():
    tokenizer = Tokenizer()
    text = "三会一课开得松，谈心谈话走过场 ，\t好人主义重。"

    assert text == "".join(tokenizer.tokenize(text))
    assert {"三会一课", "谈心谈话", "好人主义"} <= set(tokenizer.tokenize(text))


def test_the_tokenizer_is_its_own_and_leaves_no_cache_behind(tmp_path, monkeypatch):
    import jieba

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    Tokenizer().tokenize("学习笔记")

    assert not jieba.dt.initialized
    assert [] == list(Path(tmp_path).iterdir())
