"""Fit, calibrate and measure the shipped classifiers; each is written with its metrics and manifest.

All three judge short texts with the same estimator: statements (role and issue), wordings (may a clause stand in the
report?) and behaviours (which general behaviour does a statement show?). Batches for training are fitted, the
development batches choose how much the vectors count, the temperature and the thresholds, and only then the test
batches are looked at. The encoder has seen the training batches alone.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp_kit.classify import StatementClassifier, fit_temperature, log_loss, softmax
from nlp_kit.corpus import DEVELOPMENT, TEST, TRAIN, LabelledStatement, Split, in_part, weigh
from nlp_kit.evaluation.measures import is_right, score_choices, score_labels
from nlp_kit.explain import save_examples
from nlp_kit.features import FloatArray
from nlp_kit.labels import LabelScheme, answer
from nlp_kit.taxonomy import Taxonomy
from nlp_kit.training.manifest import write_json, write_manifest

Report = Callable[[int], None]

TARGET_PRECISION = 0.97
COMMON_TRADES = 5
EXAMPLES_A_LABEL = 60

WIDER = "wider_from"

_SHARES = tuple(step / 20 for step in range(3, 15))


def _silent(fits: int) -> None:
    """Report nothing."""


def fit_calibrated(
    model: StatementClassifier,
    statements: Sequence[LabelledStatement],
    split: Split,
    *,
    together: Callable[[str], bool] | None = None,
    weights: Mapping[str, float] | None = None,
    report: Report = _silent,
) -> tuple[FloatArray, list[str]]:
    """Fit a model for use and return how sure it was of the development batches before it saw them.

    The model is fitted on the training batches; its ``vector_share`` and ``temperature``, and one offset on the scores
    of some labels, are chosen on the development batches; then it is fitted again on both. The offset is there because
    the shares of the roles in the training text are what its writers were asked for, not what members write.

    Args:
        model: The estimator with its settings; fitted in place.
        statements: The whole corpus; the test batches are left alone.
        split: Batch → part.
        together: Tells the labels that get the offset; without it there is none.
        weights: How much the statements of a batch count, of batches that do not count whole.
        report: Called with the number of fits done, after each of the two.

    Returns:
        Probabilities of the development statements, shape (n_statements, n_classes), and their right labels.
    """
    kept = in_part(statements, split, TRAIN)
    held = in_part(statements, split, DEVELOPMENT)
    model.set_params(temperature=1.0)
    _fit(model, kept, weights or {})
    texts, labels = _texts_and_labels(held)
    gold = np.searchsorted(model.classes_, labels)
    shifted = np.array([together is not None and together(label) for label in model.classes_], dtype=float)
    trials = [
        (*_calibrated(model, share, texts, gold, shifted), share) for share in (_SHARES if model.encode else (0.0,))
    ]
    _, temperature, offset, share = min(trials)
    model.set_params(vector_share=share, temperature=temperature)
    probabilities = model.shift(offset * shifted).predict_proba(texts)
    report(1)
    _fit(model, [*kept, *held], weights or {}).shift(offset * shifted)
    if together is not None:
        # What the shifted model expects to meet, which is not what the training text holds.
        model.prior_ = probabilities.mean(axis=0)
    report(2)
    return probabilities, labels


def _fit(
    model: StatementClassifier, statements: Sequence[LabelledStatement], weights: Mapping[str, float]
) -> StatementClassifier:
    return model.fit(*_texts_and_labels(statements), sample_weight=weigh(statements, weights))


def _texts_and_labels(statements: Sequence[LabelledStatement]) -> tuple[list[str], list[str]]:
    return [statement.text for statement in statements], [statement.label for statement in statements]


def _calibrated(
    model: StatementClassifier, share: float, texts: list[str], gold: NDArray[np.intp], shifted: FloatArray
) -> tuple[float, float, float]:
    """Return the least loss with a share of the vectors, and the temperature and offset that reach it."""
    scores = model.set_params(vector_share=share).decision_function(texts)
    offset = fit_offset(scores, gold, shifted) if shifted.any() else 0.0
    scores = scores + offset * shifted
    temperature = fit_temperature(scores, gold)
    return log_loss(softmax(scores / temperature), gold), temperature, offset


def fit_offset(scores: FloatArray, gold: NDArray[np.intp], shifted: FloatArray) -> float:
    """Return the offset on some classes' scores that, with the best temperature, makes held-out text most likely.

    Args:
        scores: Shape (n_statements, n_classes).
        gold: Index of the right class, shape (n_statements,).
        shifted: 1 for the classes that get the offset, else 0, shape (n_classes,).
    """
    from scipy.optimize import minimize_scalar  # slow to import

    def loss(offset: float) -> float:
        moved = scores + offset * shifted
        return log_loss(softmax(moved / fit_temperature(moved, gold)), gold)

    return float(minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded", options={"xatol": 0.01}).x)


def review_threshold(probabilities: FloatArray, gold: Sequence[str], scheme: LabelScheme) -> float:
    """Return the confidence from which accepted answers reach ``TARGET_PRECISION`` on held-out text.

    Args:
        probabilities: Shape (n_statements, n_classes).
        gold: Right labels, length n_statements.
        scheme: Folds labels into roles and categories.
    """
    answers = answer(probabilities, scheme, 0.0)
    right = is_right(answers, gold, scheme)
    return sure_enough(np.array([found.confidence for found in answers]), right, TARGET_PRECISION)


def sure_enough(confidence: FloatArray, right: NDArray[np.bool_], precision: float) -> float:
    """Return the lowest confidence (in steps of 0.01, at most 0.95) from which answers reach a precision.

    Args:
        confidence: Shape (n_answers,).
        right: Shape (n_answers,).
        precision: Share of right answers to reach.
    """
    for percent in range(30, 95):
        accepted = confidence >= percent / 100
        if accepted.any() and right[accepted].mean() >= precision:
            return percent / 100
    return 0.95


def train_statements(
    model: StatementClassifier,
    statements: Sequence[LabelledStatement],
    split: Split,
    taxonomy: Taxonomy,
    folder: Path,
    weights: Mapping[str, float],
    report: Report = _silent,
) -> dict[str, Any]:
    """Fit and save the classifier of statements; return its metrics (also written to ``metrics.json``)."""
    probabilities, gold = fit_calibrated(
        model, statements, split, together=lambda label: label in taxonomy.by_key, weights=weights, report=report
    )
    scheme = LabelScheme(tuple(model.classes_.tolist()), taxonomy)
    threshold = review_threshold(probabilities, gold, scheme)
    metrics = _settings(model, statements, split) | {
        "review_below": threshold,
        "development": score_labels(probabilities, gold, scheme, threshold),
    }
    test = in_part(statements, split, TEST)
    if test:
        texts, labels = _texts_and_labels(test)
        metrics["test"] = score_labels(model.predict_proba(texts), labels, scheme, threshold)
    if model.encode:
        save_examples(examples(in_part(statements, split, TRAIN)), model.encode, folder)
    words = common_words(statements, model.tokenize)
    _save(model, folder, metrics, {"common_words.txt": "\n".join(words) + "\n"})
    return metrics


def train_choices(
    model: StatementClassifier,
    statements: Sequence[LabelledStatement],
    split: Split,
    folder: Path,
    thresholds: Mapping[str, float],
    wanted: Callable[[str], bool],
    field: Callable[[str], str],
    also_right: Collection[tuple[str, str]] = (),
    wider: Mapping[str, Sequence[Collection[str]]] | None = None,
) -> dict[str, Any]:
    """Fit and save a classifier of which only the sure answers of some labels are used.

    Args:
        model: The estimator with its settings.
        statements: Texts with labels.
        split: Batch → part.
        folder: Where the model goes.
        thresholds: Name of a threshold → precision that answers above it must reach.
        wanted: Tells the labels whose answers are used.
        field: Label → the field that is known beforehand; only the field's labels compete.
        also_right: Statement and label that a second reader found right beside the first one's label.
        wider: Field → sets of labels that are answered together where no single label is sure; their threshold
            ``wider_from`` reaches the lowest of the precisions on just those texts.

    Returns:
        The metrics, also written to ``metrics.json``.
    """
    probabilities, gold = fit_calibrated(model, statements, split)
    fields = np.array([field(label) for label in model.classes_])
    probabilities = np.where(fields == np.array([[field(label)] for label in gold]), probabilities, 0.0)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    usable = np.array([wanted(label) for label in model.classes_])
    probabilities = np.where(usable, probabilities, 0.0)
    confidence, chosen = probabilities.max(axis=1), model.classes_[probabilities.argmax(axis=1)].tolist()
    held = in_part(statements, split, DEVELOPMENT)
    shown = [{one.label} | {label for id_, label in also_right if id_ == one.id} for one in held]
    right = np.array([label in labels for label, labels in zip(chosen, shown, strict=True)])
    wants = np.array([wanted(label) for label in gold], dtype=np.bool_)
    found, development = dict[str, float](), dict[str, Any]()
    for name, precision in thresholds.items():
        found[name] = sure_enough(confidence, right, precision)
        development[name] = score_choices(confidence, right, wants, found[name])
    if wider:
        unsure = np.flatnonzero(confidence < min(found.values()))
        sets = [wider[field(gold[row])] for row in unsure]
        shares, hits = best_sets(probabilities[unsure], model.classes_, sets, [shown[row] for row in unsure])
        found[WIDER] = sure_enough(shares, hits, min(thresholds.values()))
        development[WIDER] = score_choices(shares, hits, wants[unsure], found[WIDER])
    metrics = _settings(model, statements, split) | found | {"development": development}
    _save(model, folder, metrics, {})
    return metrics


def best_sets(
    probabilities: FloatArray,
    classes: NDArray[np.str_],
    sets: Sequence[Sequence[Collection[str]]],
    shown: Sequence[Collection[str]],
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Find the likeliest set of labels of each text.

    Args:
        probabilities: Shape (n_texts, n_classes).
        classes: Shape (n_classes,).
        sets: The sets of labels that each text may be answered with, at least one, length n_texts.
        shown: The right labels of each text, length n_texts.

    Returns:
        Probability of the likeliest set, and whether a right label is in it, both of shape (n_texts,).
    """
    shares = np.zeros(len(sets))
    hits = np.zeros(len(sets), dtype=bool)
    for row, choices in enumerate(sets):
        sums = [probabilities[row, np.isin(classes, list(labels))].sum() for labels in choices]
        best = int(np.argmax(sums))
        shares[row], hits[row] = sums[best], bool(set(choices[best]) & set(shown[row]))
    return shares, hits


def examples(statements: Sequence[LabelledStatement]) -> list[tuple[str, str]]:
    """Return (text, label) of some statements of every label, spread over the corpus, to explain answers with."""
    by_label: dict[str, list[LabelledStatement]] = {}
    for statement in statements:
        by_label.setdefault(statement.label, []).append(statement)
    chosen = []
    for label in sorted(by_label):
        step = max(1, len(by_label[label]) // EXAMPLES_A_LABEL)
        chosen += [(one.text, label) for one in by_label[label][::step][:EXAMPLES_A_LABEL]]
    return chosen


def common_words(statements: Sequence[LabelledStatement], tokenize: Callable[[str], list[str]]) -> list[str]:
    """Return the words that at least ``COMMON_TRADES`` trades use, sorted; they point to no trade."""
    trades: dict[str, set[str]] = {}
    for statement in statements:
        for word in tokenize(statement.text):
            trades.setdefault(word, set()).add(statement.trade)
    return sorted(word for word, users in trades.items() if len(users) >= COMMON_TRADES and not word.isspace())


def _settings(model: StatementClassifier, statements: Sequence[LabelledStatement], split: Split) -> dict[str, Any]:
    return {
        "statements": {part: len(in_part(statements, split, part)) for part in (TRAIN, DEVELOPMENT, TEST)},
        "temperature": round(model.temperature, 4),
        "vector_share": model.vector_share,
    }


def _save(model: StatementClassifier, folder: Path, metrics: dict[str, Any], texts: Mapping[str, str]) -> None:
    model.save(folder)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    write_json(folder / "metrics.json", metrics)
    write_manifest(folder, ("scikit-learn", "numpy", "jieba", "onnxruntime"), "none: the fit is deterministic")
