"""Fit the models of the audit: the kinds of points, what goes together, and what lacks its counterpart."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from nlp_kit.audit.answers import Sides, measure_features, point_features, sides_of
from nlp_kit.classify import StatementClassifier
from nlp_kit.corpus import LabelledStatement
from nlp_kit.engine import Engine
from nlp_kit.evaluation.auditing import AuditedBranch, read_audited
from nlp_kit.features import FloatArray
from nlp_kit.pairs import WEIGHTS, PairModel, unit
from nlp_kit.training.manifest import write_json, write_manifest

_VECTOR_SHARE = 0.5
# How many texts with a measure or a problem taken out are made of each faultless one.
_TAKEN_OUT = 3
_REAL_WEIGHT = 3.0
_EXCERPT = 10
_SEEDS = 3


def fit_points(model: StatementClassifier, points: Sequence[LabelledStatement], folder: Path) -> dict[str, Any]:
    """Fit and save the classifier of points; its figures come from writers that were left out in turn."""
    model.set_params(vector_share=_VECTOR_SHARE)
    right = {}
    for batch in sorted({one.batch for one in points}):
        known = [one for one in points if one.batch != batch]
        left_out = [one for one in points if one.batch == batch and one.label in {two.label for two in known}]
        model.fit([one.text for one in known], [one.label for one in known])
        answers = model.predict([one.text for one in left_out])
        right[batch] = round(float(np.mean(answers == np.array([one.label for one in left_out]))), 4)
    model.fit([one.text for one in points], [one.label for one in points])
    metrics = {"points": len(points), "accuracy_on_left_out_writers": right, "vector_share": _VECTOR_SHARE}
    model.save(folder)
    write_json(folder / "metrics.json", metrics)
    write_manifest(folder, ("scikit-learn", "numpy", "jieba", "onnxruntime"), "none: the fit is deterministic")
    return metrics


def fit_pairs(engine: Engine, corpus: Path, folder: Path) -> dict[str, Any]:
    """Train the towers on pairs, then what decides from their scores on the development branches; save both.

    Args:
        engine: The loaded models, which see the texts.
        corpus: ``corpora/audit``.
        folder: Where the model goes.
    """
    towers: dict[str, NDArray[np.float16]] = {}
    metrics: dict[str, Any] = {}
    for kind in ("measures", "years"):
        rows = [json.loads(line) for line in (corpus / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()]
        last = max(row["batch"] for row in rows)
        held = [row for row in rows if row["batch"] == last]
        metrics[kind] = {"pairs": len(rows), "auc_on_a_left_out_writer": _auc(engine, rows, held, last)}
        towers[f"{kind}_left"], towers[f"{kind}_right"] = _towers(engine, rows)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / WEIGHTS, allow_pickle=False, **towers)
    model = PairModel(folder, engine.pair_views)
    branches = [one for one in read_audited(corpus / "branches", engine) if one.name.startswith("dev")]
    metrics["weights"] = {
        "no_measure": _decide(branches, model, _points_and_labels),
        "no_problem": _decide(branches, model, _measures_and_labels),
    }
    write_json(folder / "metrics.json", metrics)
    write_manifest(folder, ("torch", "scikit-learn", "numpy", "onnxruntime"), "0")
    return metrics


def _towers(engine: Engine, rows: Sequence[dict[str, Any]]) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    from nlp_kit.training.towers import TowerSettings, train_towers  # needs torch

    triples = [
        (number, row["left"], same, row["other"][place % len(row["other"])])
        for number, row in enumerate(rows)
        for place, same in enumerate(row["same"])
    ]
    sides = [np.hstack(engine.pair_views([str(triple[place]) for triple in triples])) for place in (1, 2, 3)]
    groups = [triple[0] for triple in triples]
    tried = [train_towers(sides[0], sides[1], sides[2], groups, TowerSettings(seed=seed)) for seed in range(_SEEDS)]
    return np.stack([one for one, _ in tried]), np.stack([other for _, other in tried])


def _auc(engine: Engine, rows: Sequence[dict[str, Any]], held: Sequence[dict[str, Any]], last: str) -> float:
    """Return how well towers that have not seen a writer tell his counterparts from his other texts."""
    tried = list(zip(*_towers(engine, [row for row in rows if row["batch"] != last]), strict=True))
    scores, labels = [], []
    for row in held:
        texts = [*row["same"], *row["other"]]
        left, right = (np.hstack(engine.pair_views(side)) for side in ([row["left"]], texts))
        scores += np.mean([unit(left @ one) @ unit(right @ other).T for one, other in tried], axis=0)[0].tolist()
        labels += [1] * len(row["same"]) + [0] * len(row["other"])
    return round(float(roc_auc_score(labels, scores)), 4)


Labelled = Callable[[Sides, set[str]], tuple[FloatArray, list[bool]]]


def _points_and_labels(sides: Sides, excerpts: set[str]) -> tuple[FloatArray, list[bool]]:
    texts = ["".join(one.text for one in point) for point in sides.points]
    return point_features(sides.pairs), [_holds(text, excerpts) for text in texts]


def _measures_and_labels(sides: Sides, excerpts: set[str]) -> tuple[FloatArray, list[bool]]:
    texts = ["".join(one.text for one in measure) for measure in sides.measures]
    return measure_features(sides.pairs, sides.causes), [_holds(text, excerpts) for text in texts]


def _holds(text: str, excerpts: set[str]) -> bool:
    return any(excerpt in "".join(text.split()) for excerpt in excerpts)


def _decide(branches: Sequence[AuditedBranch], model: PairModel, labelled: Labelled) -> dict[str, Any]:
    """Return a logistic regression, fitted on what was labelled and on texts with a side taken out."""
    rule = "no_measure" if labelled is _points_and_labels else "no_problem"
    features, labels, weights = [], [], []
    rng = np.random.default_rng(0)
    for branch in branches:
        for text in branch.texts:
            sides = sides_of(text, lambda left, right: model.score("measures", left, right, issues=True))
            if min(sides.pairs.shape) < 1:
                continue
            found = branch.excerpts(text.member, rule)
            rows, own = labelled(sides, {one[:_EXCERPT] for one in found})
            features.append(rows)
            labels += own
            weights += [_REAL_WEIGHT] * len(own)
            if not branch.findings[text.member] & {"no_measure", "no_problem"}:
                for rows, own in _taken_out(sides, rule, rng):
                    features.append(rows)
                    labels += own
                    weights += [1.0] * len(own)
    stacked = np.vstack(features)
    mean, scale = stacked.mean(axis=0), np.maximum(stacked.std(axis=0), 1e-9)
    fitted = LogisticRegression(max_iter=2000).fit((stacked - mean) / scale, labels, sample_weight=weights)
    return {
        "mean": mean.round(5).tolist(),
        "scale": scale.round(5).tolist(),
        "coef": fitted.coef_[0].round(5).tolist(),
        "intercept": round(float(fitted.intercept_[0]), 5),
    }


def _taken_out(sides: Sides, rule: str, rng: np.random.Generator) -> Iterator[tuple[FloatArray, list[bool]]]:
    """Yield features and labels of a text from which the counterpart of a problem or of a measure was taken out."""
    pairs, causes = sides.pairs, sides.causes
    points, measures = pairs.shape
    if points < 3 or measures < 3:
        return
    home, choice = pairs.argmax(axis=0), pairs.argmax(axis=1)
    for _ in range(_TAKEN_OUT):
        point = int(rng.integers(points))
        own = (home == point) | (np.arange(measures) == choice[point])
        if own.sum() > 2 or (~own).sum() < 2:
            continue
        if rule == "no_measure":
            yield point_features(pairs[:, ~own]), [place == point for place in range(points)]
        else:
            kept = np.arange(points) != point
            left = causes[~np.isin(causes.argmax(axis=1), np.flatnonzero(own))] if len(causes) else causes
            yield measure_features(pairs[kept], left), (home == point).tolist()
