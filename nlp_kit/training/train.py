"""Train the shipped classifier: corpora → models/classifier, with its metrics."""

import hashlib
import json
import platform
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from nlp_kit.classify import FloatArray, LabelScheme, StatementClassifier, answer, softmax
from nlp_kit.evaluate import is_right, score_labels
from nlp_kit.segment import Tokenizer
from nlp_kit.taxonomy import Taxonomy
from nlp_kit.training.corpus import LabelledStatement

FOLDS = 4
TARGET_PRECISION = 0.95
COMMON_TRADES = 5


def cross_scores(
    model: StatementClassifier, statements: Sequence[LabelledStatement], folds: int = FOLDS
) -> tuple[FloatArray, NDArray[np.str_]]:
    """Return held-out scores: every statement is scored by a model that saw nothing of its batch.

    Args:
        model: Gives the settings; it is not fitted itself.
        statements: The corpus.
        folds: How many groups of whole batches are held out in turn.

    Returns:
        Scores of shape (n_statements, n_classes), and the class labels of shape (n_classes,).
    """
    classes = np.array(sorted({statement.label for statement in statements}))
    batches = sorted({statement.batch for statement in statements})
    fold_of = {batch: index % folds for index, batch in enumerate(batches)}
    scores = np.full((len(statements), len(classes)), -30.0)
    for fold in range(folds):
        held = np.array([fold_of[statement.batch] == fold for statement in statements])
        kept = [statement for statement, out in zip(statements, held, strict=True) if not out]
        part = StatementClassifier(**model.get_params())
        part.fit([statement.text for statement in kept], [statement.label for statement in kept])
        columns = np.searchsorted(classes, part.classes_)
        texts = [statement.text for statement, out in zip(statements, held, strict=True) if out]
        scores[np.ix_(held, columns)] = part.decision_function(texts)
    return scores, classes


def fit_temperature(scores: FloatArray, gold: NDArray[np.intp]) -> float:
    """Return the temperature that makes held-out probabilities most likely (Guo et al. 2017).

    Args:
        scores: Shape (n_statements, n_classes).
        gold: Index of the right class, shape (n_statements,).
    """

    def loss(temperature: float) -> float:
        chosen = softmax(scores / temperature)[np.arange(len(gold)), gold]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    return float(minimize_scalar(loss, bounds=(0.05, 5.0), method="bounded").x)


def review_threshold(scores: FloatArray, gold: Sequence[str], scheme: LabelScheme) -> float:
    """Return the confidence from which accepted answers reach ``TARGET_PRECISION`` on held-out text.

    Args:
        scores: Probabilities of shape (n_statements, n_classes).
        gold: Right labels, length n_statements.
        scheme: Folds labels into roles and categories.
    """
    answers = answer(scores, scheme, 0.0)
    right = is_right(answers, gold, scheme)
    confidence = np.array([found.confidence for found in answers])
    for percent in range(30, 95):
        accepted = confidence >= percent / 100
        if accepted.any() and right[accepted].mean() >= TARGET_PRECISION:
            return percent / 100
    return 0.95


def train(statements: Sequence[LabelledStatement], taxonomy: Taxonomy, folder: Path) -> dict[str, Any]:
    """Fit, calibrate and save the classifier; return its metrics (also written to ``metrics.json``).

    All figures come from held-out batches, never from text that the scored model has seen.
    """
    model = StatementClassifier(Tokenizer().tokenize)
    scores, classes = cross_scores(model, statements)
    gold = [statement.label for statement in statements]
    temperature = fit_temperature(scores, np.searchsorted(classes, gold))
    scheme = LabelScheme(tuple(classes.tolist()), taxonomy)
    probabilities = softmax(scores / temperature)
    threshold = review_threshold(probabilities, gold, scheme)

    metrics: dict[str, Any] = {
        "statements": len(statements),
        "folds": FOLDS,
        "temperature": round(temperature, 4),
        "review_below": threshold,
        "held_out": score_labels(probabilities, gold, scheme, threshold),
    }
    model.set_params(temperature=temperature)
    model.fit([statement.text for statement in statements], gold)
    model.save(folder)
    words = common_words(statements, model.tokenize)
    (folder / "common_words.txt").write_text("\n".join(words) + "\n", encoding="utf-8", newline="\n")
    _write_json(folder / "metrics.json", metrics)
    _write_manifest(folder)
    return metrics


def common_words(statements: Sequence[LabelledStatement], tokenize: Callable[[str], list[str]]) -> list[str]:
    """Return the words that at least ``COMMON_TRADES`` trades use, sorted; they point to no trade."""
    trades: dict[str, set[str]] = {}
    for statement in statements:
        for word in tokenize(statement.text):
            trades.setdefault(word, set()).add(statement.trade)
    return sorted(word for word, users in trades.items() if len(users) >= COMMON_TRADES and not word.isspace())


def _write_manifest(folder: Path) -> None:
    files = sorted(
        path for path in folder.iterdir() if path.suffix in (".npz", ".json", ".txt") and path.name != "manifest.json"
    )
    manifest = {
        "sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("scikit-learn", "numpy", "jieba")},
        },
        "seed": "none: the fit is deterministic",
    }
    _write_json(folder / "manifest.json", manifest)


def _write_json(path: Path, data: Any) -> None:  # noqa: ANN401 - any JSON value
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
