"""Fit, calibrate and measure the shipped classifiers; each is written with its metrics and manifest.

All three judge short texts with the same estimator: statements (role and issue), wordings (may a clause stand in the
report?) and behaviours (which general behaviour does a statement show?). Batches for training are fitted, the
development batches choose how much the vectors count, the temperature and the thresholds, and only then the test
batches are looked at. The encoder has seen the training batches alone.
"""

import hashlib
import json
import platform
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from nlp_kit.classify import FloatArray, LabelScheme, StatementClassifier, answer, softmax
from nlp_kit.evaluate import is_right, score_choices, score_labels
from nlp_kit.taxonomy import Taxonomy
from nlp_kit.training.corpus import DEVELOPMENT, TEST, TRAIN, LabelledStatement

Split = Mapping[str, str]

TARGET_PRECISION = 0.95
COMMON_TRADES = 5

_SHARES = tuple(step / 20 for step in range(3, 15))


def fit_calibrated(
    model: StatementClassifier, statements: Sequence[LabelledStatement], split: Split
) -> tuple[FloatArray, list[str]]:
    """Fit a model for use and return how sure it was of the development batches before it saw them.

    The model is fitted on the training batches, its ``vector_share`` and ``temperature`` are chosen on the
    development batches, and then it is fitted again on both.

    Args:
        model: The estimator with its settings; fitted in place.
        statements: The whole corpus; the test batches are left alone.
        split: Batch → part.

    Returns:
        Probabilities of the development statements, shape (n_statements, n_classes), and their right labels.
    """
    kept = in_part(statements, split, TRAIN)
    held = in_part(statements, split, DEVELOPMENT)
    model.set_params(temperature=1.0)
    model.fit(*_texts_and_labels(kept))
    texts, labels = _texts_and_labels(held)
    gold = np.searchsorted(model.classes_, labels)
    trials = [(*_calibrated(model, share, texts, gold), share) for share in (_SHARES if model.encode else (0.0,))]
    _, temperature, share = min(trials)
    model.set_params(vector_share=share, temperature=temperature)
    probabilities = model.predict_proba(texts)
    model.fit(*_texts_and_labels([*kept, *held]))
    return probabilities, labels


def in_part(statements: Sequence[LabelledStatement], split: Split, part: str) -> list[LabelledStatement]:
    """Return the statements of one part of the split, in their order."""
    return [statement for statement in statements if split[statement.batch] == part]


def _texts_and_labels(statements: Sequence[LabelledStatement]) -> tuple[list[str], list[str]]:
    return [statement.text for statement in statements], [statement.label for statement in statements]


def _calibrated(
    model: StatementClassifier, share: float, texts: list[str], gold: NDArray[np.intp]
) -> tuple[float, float]:
    """Return the loss with a share of the vectors, and the temperature that reaches it."""
    scores = model.set_params(vector_share=share).decision_function(texts)
    temperature = fit_temperature(scores, gold)
    return log_loss(softmax(scores / temperature), gold), temperature


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
    found = minimize_scalar(
        lambda temperature: log_loss(softmax(scores / temperature), gold), bounds=(0.05, 5.0), method="bounded"
    )
    return float(found.x)


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
) -> dict[str, Any]:
    """Fit and save the classifier of statements; return its metrics (also written to ``metrics.json``)."""
    probabilities, gold = fit_calibrated(model, statements, split)
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
    right = np.array(
        [label == one.label or (one.id, label) in also_right for one, label in zip(held, chosen, strict=True)]
    )
    found = {name: sure_enough(confidence, right, precision) for name, precision in thresholds.items()}
    metrics = _settings(model, statements, split) | found
    metrics["development"] = {
        name: score_choices(confidence, right, [wanted(label) for label in gold], threshold)
        for name, threshold in found.items()
    }
    _save(model, folder, metrics, {})
    return metrics


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
    _write_json(folder / "metrics.json", metrics)
    files = sorted(
        path for path in folder.iterdir() if path.suffix in (".npz", ".json", ".txt") and path.name != "manifest.json"
    )
    manifest = {
        "sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("scikit-learn", "numpy", "jieba", "onnxruntime")},
        },
        "seed": "none: the fit is deterministic",
    }
    _write_json(folder / "manifest.json", manifest)


def _write_json(path: Path, data: Any) -> None:  # noqa: ANN401 - any JSON value
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
