"""What ``nlpkit evaluate`` measures, part by part; every part returns plain figures."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import cohen_kappa_score

from nlp_kit.corpus import DEVELOPMENT, TEST, TRAIN, LabelledStatement, in_part, read_corpus, read_split
from nlp_kit.engine import Engine
from nlp_kit.evaluation.auditing import score_audit
from nlp_kit.evaluation.baselines import baselines
from nlp_kit.evaluation.checking import score_checking
from nlp_kit.evaluation.corpus_figures import describe_corpus, learning_curve
from nlp_kit.evaluation.corrections import score_corrections
from nlp_kit.evaluation.counterparts import score_counterparts
from nlp_kit.evaluation.grouping import score_grouping
from nlp_kit.evaluation.measures import is_right, score_answers, score_labels
from nlp_kit.evaluation.privacy import score_privacy
from nlp_kit.evaluation.sets import (
    GoldStatement,
    read_register_documents,
    read_register_statements,
    read_second_labels,
    read_statements,
    score_set,
    shipped_documents,
)
from nlp_kit.evaluation.taxonomies import score_taxonomies
from nlp_kit.labels import LabelScheme, answer
from nlp_kit.resources import data_path

# From this certainty on, a wrong answer is one that nobody would look at.
_SURE = 0.95

Progress = Callable[[int, int, str], None]
Part = Callable[[Engine], dict[str, Any]]


def evaluate(
    parts: Sequence[str], engine: Engine, folders: Sequence[Path] = (), progress: Progress | None = None
) -> dict[str, Any]:
    """Measure the models.

    Args:
        parts: Keys of ``PARTS``.
        engine: The models.
        folders: More gold data, in the register set's form.
        progress: Called with (done, total, what) before each part.

    Returns:
        Part → figures; a folder's part is its name.

    Raises:
        DataError: Gold data is missing or damaged.
    """
    tell = progress or (lambda done, total, what: None)
    total = len(parts) + len(folders)
    found = {}
    for done, name in enumerate(parts):
        tell(done, total, name)
        found[name] = PARTS[name](engine)
    for done, folder in enumerate(folders, len(parts)):
        tell(done, total, folder.name)
        found[folder.name] = _register(folder, engine)
    tell(total, total, "")
    return found


def _statements(engine: Engine) -> dict[str, Any]:
    return _scored(_corpus_part(TEST), engine)


def _baselines(engine: Engine) -> dict[str, Any]:
    known, test = _corpus_part(TRAIN, DEVELOPMENT), _corpus_part(TEST)
    texts, labels = [one.text for one in known], [one.label for one in known]
    asked, gold = [one.text for one in test], [one.label for one in test]
    ours = engine.classifier.classes_[engine.classifier.predict_proba(asked).argmax(axis=1)].tolist()
    scores = {"nlpkit": score_answers(ours, gold, engine.scheme)}
    for name, fitted in baselines(engine.tokenizer.tokenize, engine.encoder, engine.taxonomy).items():
        scores[name] = score_answers(fitted(texts, labels, asked), gold, engine.scheme)
    return scores


def _documents(engine: Engine) -> dict[str, Any]:
    found = {}
    branches = []
    for name, documents in shipped_documents().items():
        found[name] = score_set(documents, engine)
        if name == "documents":
            for shape in sorted({one.shape for one in documents}):
                found[f"{name} {shape}"] = score_set([one for one in documents if one.shape == shape], engine)
        if name.startswith("branch"):
            branches += documents
    found["branches together"] = score_set(branches, engine)
    return found


def _challenge(engine: Engine) -> dict[str, Any]:
    rows = read_statements(data_path("corpora", "challenge", "challenge.jsonl"), "type")
    found = answer(engine.classifier.predict_proba([row.text for row in rows]), engine.scheme, 0.0)
    right = is_right(found, [row.label for row in rows], engine.scheme)
    kinds = np.array([row.kind for row in rows])
    return {
        str(kind): {"n": int((kinds == kind).sum()), "right": round(float(right[kinds == kind].mean()), 4)}
        for kind in np.unique(kinds)
    }


def _border(engine: Engine) -> dict[str, Any]:
    return _scored(read_statements(data_path("corpora", "border", "border.jsonl"), "tone"), engine)


def _concessions(engine: Engine) -> dict[str, Any]:
    """Return the figures of each hand, and how many of its achievements are taken for problems."""
    found = {}
    for hand in ("test", "fresh"):
        rows = read_statements(data_path("corpora", "concessions", f"{hand}.jsonl"), "tone")
        labels = [row.label for row in rows]
        probabilities = engine.classifier.predict_proba([row.text for row in rows])
        pairs = [
            (one, engine.scheme.role_of(label))
            for one, label in zip(answer(probabilities, engine.scheme, 0.0), labels, strict=True)
        ]
        praise = [one.role for one, role in pairs if role == "achievement"]
        found[hand] = {
            "achievements": len(praise),
            "achievements_as_problems": praise.count("problem"),
            "surely_wrong": sum(one.role != role and one.confidence >= _SURE for one, role in pairs),
            **score_labels(probabilities, labels, engine.scheme, engine.review_below),
        }
    return found


def _agreement(engine: Engine) -> dict[str, Any]:
    """Return Cohen's κ of the two readings: over labels, over role and category, and of each label against the rest."""
    second = read_second_labels(data_path("corpora", "second_labels", "second.jsonl"))
    first = {one.id: one.label for one in read_corpus(data_path("corpora", "statements")) if one.id in second}
    ids = sorted(first)
    one, other = [first[id_] for id_ in ids], [second[id_] for id_ in ids]
    names = sorted({*one, *other})
    return {
        "n": len(ids),
        "labels": _kappa(one, other),
        "roles_and_categories": _kappa(_kinds(one, engine.scheme), _kinds(other, engine.scheme)),
        "per_label": {
            name: _kappa([label == name for label in one], [label == name for label in other]) for name in names
        },
    }


def _kinds(labels: Sequence[str], scheme: LabelScheme) -> list[str]:
    return [f"{scheme.role_of(label)} {scheme.category_of(label)}" for label in labels]


def _kappa(one: Sequence[object], other: Sequence[object]) -> float:
    return round(float(cohen_kappa_score(one, other)), 4)


def _register(folder: Path, engine: Engine) -> dict[str, Any]:
    rows = read_register_statements(folder)
    levels = sorted({row.kind for row in rows})
    return {
        "statements": _scored(rows, engine),
        **{f"statements {level}": _scored([row for row in rows if row.kind == level], engine) for level in levels},
        "documents": score_set(read_register_documents(folder), engine),
    }


def _scored(rows: Sequence[GoldStatement | LabelledStatement], engine: Engine) -> dict[str, Any]:
    found = engine.classifier.predict_proba([row.text for row in rows])
    return score_labels(found, [row.label for row in rows], engine.scheme, engine.review_below)


def _curve(engine: Engine) -> dict[str, Any]:
    return learning_curve(_corpus_part(TRAIN), _corpus_part(TEST), engine)


def _corpus(engine: Engine) -> dict[str, Any]:
    corpus = data_path("corpora", "statements")
    return describe_corpus(read_corpus(corpus), engine)


def _corpus_part(*parts: str) -> list[LabelledStatement]:
    corpus = data_path("corpora", "statements")
    statements, split = read_corpus(corpus), read_split(corpus)
    return [one for part in parts for one in in_part(statements, split, part)]


PARTS: Mapping[str, Part] = {
    "statements": _statements,
    "documents": _documents,
    "grouping": score_grouping,
    "audit": score_audit,
    "corrections": score_corrections,
    "counterparts": score_counterparts,
    "checking": score_checking,
    "challenge": _challenge,
    "border": _border,
    "concessions": _concessions,
    "agreement": _agreement,
    "baselines": _baselines,
    "taxonomies": score_taxonomies,
    "curve": _curve,
    "corpus": _corpus,
    "privacy": score_privacy,
}
# What takes under a minute.
QUICK = ("statements", "documents", "challenge", "border", "concessions", "agreement", "counterparts", "privacy")
