import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest

from nlp_kit.classify import StatementClassifier, log_loss, softmax
from nlp_kit.corpus import CounterpartStatement, LabelledStatement, read_corpus, read_counterparts
from nlp_kit.errors import DataError
from nlp_kit.evaluation.measures import b_cubed, calibration_error, score_documents, score_labels
from nlp_kit.labels import LabelScheme
from nlp_kit.records import ClassifiedStatement, Prediction, Span, Statement
from nlp_kit.resources import data_path
from nlp_kit.several import SeveralLabels
from nlp_kit.taxonomy import load_taxonomy
from nlp_kit.training.linked import Example, read_linked
from nlp_kit.training.several import train_several
from nlp_kit.training.train import (
    common_words,
    examples,
    fit_calibrated,
    fit_offset,
    fit_temperature,
    review_threshold,
    train_choices,
    train_statements,
)

TAXONOMY = load_taxonomy()
PAIRS = [("书翻两页就放下", "study_shallow"), ("群众来问不耐烦", "bad_attitude"), ("今后每周读一章", "measure")]


def corpus(batches: int = 4) -> list[LabelledStatement]:
    return [
        LabelledStatement(
            f"b{batch}-{index}", f"{text}{'甲乙丙丁'[batch]}{repeat}。", label, f"a{batch}", f"行业{batch}", "plain"
        )
        for batch in range(batches)
        for repeat in range(6)
        for index, (text, label) in enumerate(PAIRS)
    ]


SPLIT = {"b0": "train", "b1": "train", "b2": "development", "b3": "test"}


def encode(texts):
    """Three dimensions that tell the three labels apart, as a stand-in for the encoder."""
    return np.array([["书" in text, "群众" in text, "今后" in text] for text in texts], dtype=np.float32)


def test_training_writes_a_model_with_metrics_and_manifest(tmp_path):
    metrics = train_statements(StatementClassifier(list, encode), corpus(), SPLIT, TAXONOMY, tmp_path, {})
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))

    assert metrics["test"]["category_macro_f1"] > 0.9
    assert {"train": 36, "development": 18, "test": 18} == metrics["statements"]
    assert {
        "weights.npz",
        "vocabulary.json",
        "metrics.json",
        "common_words.txt",
        "examples.json",
        "examples.npy",
    } == set(manifest["sha256"])
    for name, digest in manifest["sha256"].items():
        assert digest == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()


def test_the_test_batches_never_change_the_model():
    spoiled = [
        LabelledStatement(one.id, one.text, "measure", one.author, one.trade, one.tone) if one.batch == "b3" else one
        for one in corpus()
    ]
    models = [StatementClassifier(list, encode), StatementClassifier(list, encode)]
    for model, statements in zip(models, (corpus(), spoiled), strict=True):
        fit_calibrated(model, statements, SPLIT)

    assert models[0].temperature == models[1].temperature
    assert (models[0].coef_ == models[1].coef_).all()


def test_a_batch_that_counts_less_moves_the_model_less():
    turned = [replace(one, label="measure") if one.batch == "b1" else one for one in corpus()]
    models = [StatementClassifier(list, encode), StatementClassifier(list, encode)]
    for model, weights in zip(models, ({}, {"b1": 0.01}), strict=True):
        fit_calibrated(model, turned, SPLIT, weights=weights)
    text = next(one.text for one in turned if one.batch == "b1" and "书" in one.text)
    column = models[0].classes_.tolist().index("measure")
    whole, less = (model.predict_proba([text])[0, column] for model in models)

    assert less < whole / 2


def test_a_choice_competes_only_inside_its_field(tmp_path):
    labels = {"study_shallow": "theory/1", "bad_attitude": "masses/1", "measure": "masses/0"}
    statements = [
        LabelledStatement(one.id, one.text, labels[one.label], one.author, one.trade, one.tone) for one in corpus()
    ]
    metrics = train_choices(
        StatementClassifier(list, encode),
        statements,
        SPLIT,
        tmp_path,
        {"sure_from": 0.9},
        wanted=lambda label: not label.endswith("/0"),
        field=lambda label: label.split("/")[0],
    )

    assert {"n": 18, "precision": 1.0, "recall": 1.0} == metrics["development"]["sure_from"]


@pytest.mark.parametrize("name", ["classifier", "wordings", "behaviours", "encoder"])
def test_a_shipped_model_is_the_one_its_manifest_names(name):
    folder = data_path("models", name)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    for name, digest in manifest["sha256"].items():
        assert digest == hashlib.sha256((folder / name).read_bytes()).hexdigest()


def test_a_changed_corpus_is_refused(tmp_path):
    (tmp_path / "b1.jsonl").write_text("{}\n", encoding="utf-8")
    (tmp_path / "manifest.json").write_text(json.dumps({"b1.jsonl": "0" * 64}), encoding="utf-8")

    with pytest.raises(DataError, match="不符"):
        read_corpus(tmp_path)


def test_temperature_softens_scores_that_are_too_sure():
    scores = np.array([[8.0, 0.0]] * 8 + [[0.0, 8.0]] * 2)

    assert fit_temperature(scores, np.zeros(10, dtype=np.intp)) > 1.5


def test_the_review_threshold_reaches_the_target_precision():
    scheme = LabelScheme(("bad_attitude", "study_shallow"), TAXONOMY)
    sure = np.array([[0.1, 0.9]] * 20 + [[0.45, 0.55]] * 10)
    gold = ["study_shallow"] * 20 + ["bad_attitude"] * 10

    assert 0.55 < review_threshold(sure, gold, scheme) <= 0.9


def test_common_words_are_used_by_many_trades(monkeypatch):
    monkeypatch.setattr("nlp_kit.training.train.COMMON_TRADES", 4)
    words = common_words(corpus(), list)

    assert {"书", "群", "每"} <= set(words)
    assert "甲" not in words


def test_calibration_error_is_the_gap_between_confidence_and_share_right():
    assert pytest.approx(0.4) == calibration_error(np.array([0.9, 0.9]), np.array([True, False]))


def test_label_scores_of_a_perfect_answer():
    scheme = LabelScheme(("measure", "study_shallow"), TAXONOMY)
    scores = score_labels(np.array([[0.9, 0.1], [0.1, 0.9]]), ["measure", "study_shallow"], scheme, 0.5)

    assert (1.0, 1.0, 1.0) == (scores["category_macro_f1"], scores["role_accuracy"], scores["issue_accuracy"])


def problem(start: int, end: int, key: str) -> ClassifiedStatement:
    statement = Statement("a", start, end, "x" * (end - start), focus=start)
    return ClassifiedStatement(statement, "m", Prediction("problem", TAXONOMY.category_of(key), key, 0.9, review=False))


def test_document_scores_count_hits_misses_and_leaks():
    gold = {
        "a": [
            {"start": 0, "end": 10, "role": "problem", "category": "theory", "issue": "study_shallow"},
            {"start": 10, "end": 20, "role": "problem", "category": "style", "issue": "silo"},
            {"start": 20, "end": 30, "role": "cause", "category": None, "issue": None},
        ]
    }
    found = [problem(0, 9, "study_passive"), problem(20, 30, "silo"), problem(40, 50, "silo")]
    scores = score_documents(found, gold)

    assert (0.5, 0.5, {"cause": 1}) == (scores["problem_precision"], scores["problem_recall"], scores["leaks"])
    assert (1.0, 0.0) == (scores["category_accuracy"], scores["issue_accuracy"])


def test_b_cubed_of_a_known_case():
    spans = [Span("a", n, n + 1) for n in range(4)]
    gold = dict(zip(spans, "AABB", strict=True))
    found = dict(zip(spans, "AAAB", strict=True))
    scores = b_cubed(found, gold)

    assert (0.6667, 0.75) == (scores["precision"], scores["recall"])


def test_the_offset_undoes_a_shift_of_the_labels():
    rng = np.random.default_rng(0)
    gold = rng.integers(0, 4, 400)
    scores = 3.0 * np.eye(4)[gold] + rng.normal(size=(400, 4))
    shifted = np.array([1.0, 1.0, 0.0, 0.0])

    assert abs(fit_offset(scores - 1.5 * shifted, gold, shifted) - 1.5) < 0.5
    assert abs(fit_offset(scores, gold, shifted)) < 0.5
    assert log_loss(softmax(scores), gold) < log_loss(softmax(scores - 1.5 * shifted), gold)


def test_examples_are_spread_over_the_corpus():
    statements = [
        LabelledStatement(f"b0-{place}", f"句子{place}", "measure", "甲", "行业", "plain") for place in range(180)
    ]
    chosen = examples(statements)

    assert 60 == len(chosen) == len(set(chosen))
    assert ("句子177", "measure") == chosen[-1]


LINKED = {
    "id": "w0-1",
    "points": ["学习不深。", "对群众没有耐心。说话冲。"],
    "causes": ["觉得够用。"],
    "measures": [
        {"text": "每天读书。", "answers": [0]},
        {"text": "到群众家里坐坐。", "answers": [1]},
        {"text": "学好外语。", "answers": []},
    ],
    "last_year": [{"text": "书没有翻。", "again": [0]}, {"text": "报表迟交。", "again": []}],
}


@pytest.fixture
def linked(tmp_path):
    path = tmp_path / "linked.jsonl"
    path.write_text(json.dumps(LINKED, ensure_ascii=False) + "\n", encoding="utf-8")
    return read_linked(path)[0]


def likeness(left, right):
    """How many characters two texts share, as a stand-in for the trained pairs."""
    return np.array([[len(set(one) & set(other)) for other in right] for one in left], dtype=float)


def test_a_linked_text_gives_each_problem_with_its_measures_and_others(linked):
    assert [
        Example("w0", "学习不深。", ("每天读书。",), ("到群众家里坐坐。", "学好外语。")),
        Example("w0", "对群众没有耐心。说话冲。", ("到群众家里坐坐。",), ("每天读书。", "学好外语。")),
    ] == list(linked.examples("measures"))


def test_only_what_came_back_is_an_example_of_years(linked):
    assert [Example("w0", "书没有翻。", ("学习不深。",), ("对群众没有耐心。说话冲。",))] == list(
        linked.examples("years")
    )


def test_a_linked_text_tells_which_measure_answers_nothing(linked):
    rows = list(linked.answer_rows(likeness, np.random.default_rng(0)))
    labels = [(row.rule, row.labels.tolist()) for row in rows if row.weight > 1]

    assert [("no_measure", [False, False]), ("no_problem", [False, False, True])] == labels
    assert all(len(row.features) == len(row.labels) for row in rows)


def test_a_copy_without_the_measures_of_a_problem_says_that_it_has_none(linked):
    rows = [row for row in linked.answer_rows(likeness, np.random.default_rng(0)) if row.weight == 1]
    copies = [row.labels.tolist() for row in rows if row.rule == "no_measure"]

    assert copies and all(sum(labels) == 1 for labels in copies)


def test_last_years_problems_are_labelled_pair_by_pair(linked):
    (rows,) = linked.again_rows(likeness)

    assert [True, False, False, False] == rows.labels.tolist()
    assert (4, 5) == rows.features.shape


SHOWN = {
    "怕得罪人": ("cause/11",),
    "怕担责任": ("cause/10",),
    "怕得罪人，又怕担责任": ("cause/11", "cause/10"),
    "人手紧": (),
}


def shown_corpus():
    return [
        CounterpartStatement(f"b{batch}-{repeat}{index}", f"{text}{'甲乙丙丁'[batch]}{repeat}。", shows)
        for batch in range(4)
        for repeat in range(6)
        for index, (text, shows) in enumerate(SHOWN.items())
    ]


def see(texts):
    """Two dimensions that tell the two labels, as a stand-in for the encoder."""
    return np.array([["得罪" in text, "担责" in text] for text in texts], dtype=np.float32)


@pytest.fixture(scope="module")
def several():
    rows = shown_corpus()
    return SeveralLabels(list, see).fit([one.text for one in rows], [one.shows for one in rows])


def test_a_text_shows_several_labels_or_none(several):
    found = several.predict_proba(list(SHOWN)) >= 0.5

    assert ["cause/10", "cause/11"] == several.classes_.tolist()
    assert [[False, True], [True, False], [True, True], [False, False]] == found.tolist()
    assert (0, 2) == several.predict_proba([]).shape


def test_a_model_of_several_labels_is_read_back(several, tmp_path):
    several.save(tmp_path)
    again = SeveralLabels.load(tmp_path, list, see)

    assert np.allclose(several.predict_proba(list(SHOWN)), again.predict_proba(list(SHOWN)), atol=1e-3)


def test_training_of_several_labels_writes_thresholds_and_figures(tmp_path):
    thresholds = {"kind_from": (0.9, lambda label: label.startswith("cause"))}
    metrics = train_several(SeveralLabels(list, see), shown_corpus(), SPLIT, tmp_path, thresholds)

    assert {"train": 48, "development": 24, "test": 24} == metrics["statements"]
    assert {"n": 24, "precision": 1.0, "recall": 1.0} == metrics["test"]["kind_from"]
    assert 0.3 <= metrics["kind_from"] <= 0.95
    assert metrics == json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))


def test_causes_and_measures_of_another_form_are_one_sentence(tmp_path):
    (tmp_path / "manifest.json").write_text('{"a.jsonl": "0"}', encoding="utf-8")
    (tmp_path / "a.jsonl").write_text("{}", encoding="utf-8")

    with pytest.raises(DataError, match="manifest"):
        read_counterparts(tmp_path)
