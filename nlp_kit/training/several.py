"""Fit, calibrate and measure a classifier of texts that show several labels."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp_kit.corpus import DEVELOPMENT, TEST, TRAIN, CounterpartStatement, Split
from nlp_kit.features import FloatArray
from nlp_kit.several import SeveralLabels
from nlp_kit.training.manifest import write_json, write_manifest
from nlp_kit.training.train import sure_enough

_SHARES = tuple(step / 20 for step in range(2, 17))


def train_several(
    model: SeveralLabels,
    statements: Sequence[CounterpartStatement],
    split: Split,
    folder: Path,
    thresholds: Mapping[str, tuple[float, Callable[[str], bool]]],
) -> dict[str, Any]:
    """Fit and save a classifier; return its metrics (also written to ``metrics.json``).

    The model is fitted on the training batches; how much the vectors count and a line that turns scores into
    probabilities (Platt 1999) are chosen on the development batches, then it is fitted again on both.

    Args:
        model: The estimator with its settings; fitted in place.
        statements: The whole corpus; the test batches are only measured on. What the split does not name is trained on.
        split: Batch → part.
        folder: Where the model goes.
        thresholds: Name of a threshold → precision that answers above it must reach, and whose labels they are.
    """
    parts = {
        part: [one for one in statements if split.get(one.batch, TRAIN) == part] for part in (TRAIN, DEVELOPMENT, TEST)
    }
    held = parts[DEVELOPMENT]
    _fit(model, parts[TRAIN])
    model.set_params(temperature=1.0)
    gold = _shown(held, model.classes_)
    texts = [one.text for one in held]
    trials = []
    for share in _SHARES:
        scores = model.set_params(vector_share=share).decision_function(texts)
        trials.append((*_line(scores, gold), share))
    _, temperature, offset, share = min(trials)
    model.set_params(vector_share=share, temperature=temperature)
    model.shift(np.full(len(model.classes_), offset))
    probabilities = model.predict_proba(texts)
    chosen = {name: _threshold(probabilities, gold, model.classes_, *wanted) for name, wanted in thresholds.items()}
    unseen, right = model.predict_proba([one.text for one in parts[TEST]]), _shown(parts[TEST], model.classes_)
    metrics: dict[str, Any] = {
        "statements": {part: len(rows) for part, rows in parts.items()},
        "temperature": round(temperature, 4),
        "vector_share": share,
        **{name: least for name, (least, _) in chosen.items()},
        "development": {name: scores for name, (_, scores) in chosen.items()},
        "test": {
            name: _score(unseen, right, _columns(model.classes_, thresholds[name][1]), least)
            for name, (least, _) in chosen.items()
        },
    }
    _fit(model, [*parts[TRAIN], *held])
    model.shift(np.full(len(model.classes_), offset))
    model.save(folder)
    write_json(folder / "metrics.json", metrics)
    write_manifest(folder, ("scikit-learn", "numpy", "jieba", "onnxruntime"), "none: the fit is deterministic")
    return metrics


def _fit(model: SeveralLabels, statements: Sequence[CounterpartStatement]) -> None:
    model.fit([one.text for one in statements], [one.shows for one in statements])


def _shown(statements: Sequence[CounterpartStatement], labels: NDArray[np.str_]) -> NDArray[np.bool_]:
    return np.array([[label in one.shows for label in labels.tolist()] for one in statements], dtype=np.bool_)


def _line(scores: FloatArray, gold: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return the least log loss that a line over the scores reaches, with its temperature and offset."""
    from scipy.optimize import minimize

    signs = np.where(gold, 1.0, -1.0)

    def loss(line: NDArray[np.float64]) -> float:
        return float(np.logaddexp(0, -signs * (scores + line[1]) / np.exp(line[0])).mean())

    best = minimize(loss, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-7})
    return float(best.fun), float(np.exp(best.x[0])), float(best.x[1])


def _columns(labels: NDArray[np.str_], wanted: Callable[[str], bool]) -> NDArray[np.intp]:
    return np.flatnonzero([wanted(label) for label in labels.tolist()])


def _threshold(
    probabilities: FloatArray,
    gold: NDArray[np.bool_],
    labels: NDArray[np.str_],
    precision: float,
    wanted: Callable[[str], bool],
) -> tuple[float, dict[str, float]]:
    columns = _columns(labels, wanted)
    least = sure_enough(probabilities[:, columns].ravel(), gold[:, columns].ravel(), precision)
    return least, _score(probabilities, gold, columns, least)


def _score(
    probabilities: FloatArray, gold: NDArray[np.bool_], columns: NDArray[np.intp], least: float
) -> dict[str, float]:
    """Return how many labels are shown, and precision and recall of the answers from ``least`` on."""
    told, right = probabilities[:, columns] >= least, gold[:, columns]
    hits = int((told & right).sum())
    return {
        "n": int(right.sum()),
        "precision": hits / max(int(told.sum()), 1),
        "recall": hits / max(int(right.sum()), 1),
    }
