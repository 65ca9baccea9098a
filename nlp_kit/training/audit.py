"""Fit the models of the audit: the kinds of points, what goes together, and what lacks its counterpart."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from nlp_kit.audit.answers import Score
from nlp_kit.classify import StatementClassifier
from nlp_kit.corpus import LabelledStatement
from nlp_kit.engine import Engine
from nlp_kit.pairs import WEIGHTS, PairModel
from nlp_kit.training.linked import Example, LinkedText, Rows, read_examples, read_linked
from nlp_kit.training.manifest import write_json, write_manifest

KINDS = ("measures", "years")
RULES = ("no_measure", "no_problem", "last_year_again")

_VECTOR_SHARE = 0.5
_SEEDS = 3
# The hands are left out a third at a time.
_FOLDS = 3
# Texts that do not go together with a problem, for each that does.
_WRONG = 3


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
    """Train the towers on pairs, then what decides from the scores of towers that have not seen a hand; save both.

    Args:
        engine: The loaded models, which see the texts.
        corpus: ``corpora/audit``.
        folder: Where the model goes.
    """
    texts = read_linked(corpus / "linked.jsonl")
    examples = {kind: read_examples(corpus / f"{kind}.jsonl") for kind in KINDS}
    for kind in KINDS:
        examples[kind] += [one for text in texts for one in text.examples(kind)]
    rng = np.random.default_rng(0)
    rows: list[Rows] = []
    right: dict[str, dict[str, float]] = {kind: {} for kind in KINDS}
    hands = sorted({text.hand for text in texts})
    for left_out in (hands[start::_FOLDS] for start in range(_FOLDS)):
        known = {kind: [one for one in examples[kind] if one.hand not in left_out] for kind in KINDS}
        model = PairModel(_towers(engine, known, 1), engine.pair_views)
        for hand in left_out:
            own = [text for text in texts if text.hand == hand]
            right["measures"][hand] = _auc(own, "measures", model.answered)
            right["years"][hand] = _auc(own, "years", model.again)
            for text in own:
                rows += [*text.answer_rows(model.answered, rng), *text.again_rows(model.again)]
    towers = _towers(engine, examples, _SEEDS)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / WEIGHTS, allow_pickle=False, **towers)
    metrics = {
        "examples": {kind: len(known) for kind, known in examples.items()},
        "texts": len(texts),
        "auc_on_left_out_hands": right,
        "weights": {rule: _decision([row for row in rows if row.rule == rule]) for rule in RULES},
    }
    write_json(folder / "metrics.json", metrics)
    write_manifest(folder, ("torch", "scikit-learn", "numpy", "onnxruntime"), "0")
    return metrics


def _towers(
    engine: Engine, examples: Mapping[str, Sequence[Example]], trainings: int
) -> dict[str, NDArray[np.float16]]:
    from nlp_kit.training.towers import TowerSettings, train_towers  # needs torch

    towers = {}
    for kind, known in examples.items():
        triples = [
            (number, one.left, same, other)
            for number, one in enumerate(known)
            for place, same in enumerate(one.same)
            for other in _wrong(one.other, place)
        ]
        lefts, rights, wrongs = (
            np.hstack(engine.pair_views([str(triple[place]) for triple in triples])) for place in (1, 2, 3)
        )
        groups = [triple[0] for triple in triples]
        tried = [train_towers(lefts, rights, wrongs, groups, TowerSettings(seed=seed)) for seed in range(trainings)]
        towers[f"{kind}_left"] = np.stack([one for one, _ in tried])
        towers[f"{kind}_right"] = np.stack([other for _, other in tried])
    return towers


def _wrong(texts: Sequence[str], place: int) -> list[str]:
    """Return a few of the texts, others for each place."""
    count = min(_WRONG, len(texts))
    return [texts[(place * count + number) % len(texts)] for number in range(count)]


def _auc(texts: Sequence[LinkedText], kind: str, score: Score) -> float:
    """Return how well scores tell counterparts from other texts of the same writer."""
    sides = [one.sides(kind) for one in texts]
    scores = np.concatenate([score(left, right).ravel() for left, right, _ in sides])
    labels = np.concatenate([linked.ravel() for _, _, linked in sides])
    return round(float(roc_auc_score(labels, scores)), 4)


def _decision(rows: Sequence[Rows]) -> dict[str, Any]:
    """Return a logistic regression over standardized features."""
    features = np.vstack([row.features for row in rows])
    labels = np.concatenate([row.labels for row in rows])
    weights = np.repeat([row.weight for row in rows], [len(row.labels) for row in rows])
    mean, scale = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
    fitted = LogisticRegression(max_iter=2000).fit((features - mean) / scale, labels, sample_weight=weights)
    return {
        "mean": mean.round(5).tolist(),
        "scale": scale.round(5).tolist(),
        "coef": fitted.coef_[0].round(5).tolist(),
        "intercept": round(float(fitted.intercept_[0]), 5),
    }
