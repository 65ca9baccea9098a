"""The few-shot classifier on classes that the encoder was not tuned for, beside words alone and the raw encoder.

Two sets: a foreign taxonomy (opinions of staff, train and test in two ways of writing) with 0, 8 and 64 examples a
class, and the shipped themes with 0 and 6 of their eight examples (each example is judged once by a model that has
not seen it).
"""

import random
import tomllib
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC

from nlp_kit.corpus import read_corpus
from nlp_kit.encoding import SentenceTransformersEncoder
from nlp_kit.engine import Engine
from nlp_kit.evaluation.baselines import RAW_ENCODER, RAW_PREFIX
from nlp_kit.evaluation.measures import calibration_error
from nlp_kit.resources import data_path
from nlp_kit.themes import DescribedClass, load_theme, shipped_themes

# Classes and labelled texts to judge with them.
Trial = tuple[list[DescribedClass], list[tuple[str, str]]]
# Answers and how sure each is (empty where a model does not say).
Answers = tuple[list[str], list[float]]
Model = Callable[[Sequence[DescribedClass], Sequence[str]], Answers]

DRAWS = 5
FOLDS = 4
SHOTS = (0, 8, 64)


def score_taxonomies(engine: Engine) -> dict[str, Any]:
    """Return set and number of examples → model → macro-F1, accuracy and, of ours, calibration error."""
    models = _models(engine)
    trials = {
        f"foreign, {shots} examples a class": [_foreign(shots, draw) for draw in range(DRAWS if shots else 1)]
        for shots in SHOTS
    }
    themes = shipped_themes()
    trials["themes, 0 examples a class"] = [_theme(name, None) for name in themes]
    trials["themes, 6 examples a class"] = [_theme(name, fold) for name in themes for fold in range(FOLDS)]
    return {name: {title: _score(model, some) for title, model in models.items()} for name, some in trials.items()}


def _score(model: Model, trials: Sequence[Trial]) -> dict[str, float]:
    """Return the mean macro-F1 over the trials, and accuracy and calibration error over all answers."""
    scores: list[float] = []
    sure: list[float] = []
    right: list[bool] = []
    for classes, test in trials:
        gold, texts = [key for key, _ in test], [text for _, text in test]
        found, confidence = model(classes, texts)
        scores.append(float(f1_score(gold, found, average="macro")))
        sure += confidence
        right += [one == other for one, other in zip(found, gold, strict=True)]
    figures = {"macro_f1": round(float(np.mean(scores)), 4), "accuracy": round(float(np.mean(right)), 4)}
    if sure:
        figures["calibration_error"] = round(calibration_error(np.array(sure), np.array(right)), 4)
    return figures


def _foreign(shots: int, draw: int) -> Trial:
    folder = data_path("corpora", "other_taxonomy")
    pool = defaultdict(list)
    for key, text in _rows("train.tsv"):
        pool[key].append(text)
    picker = random.Random(draw)
    entries = tomllib.loads((folder / "taxonomy.toml").read_text(encoding="utf-8"))["class"]
    classes = [
        DescribedClass(one["key"], one["name"], one["description"], tuple(picker.sample(pool[one["key"]], shots)))
        for one in entries
    ]
    return classes, _rows("test.tsv")


def _rows(name: str) -> list[tuple[str, str]]:
    lines = data_path("corpora", "other_taxonomy", name).read_text(encoding="utf-8").splitlines()
    return [(key, text) for key, text in (line.split("\t") for line in lines)]


def _theme(name: str, fold: int | None) -> Trial:
    """Return a theme's classes with the examples of the other folds, and the texts of this fold (None: all texts)."""
    classes, test = [], []
    for one in load_theme(name).classes:
        held = [text for place, text in enumerate(one.examples) if fold is None or place % FOLDS == fold]
        shown = tuple(text for text in one.examples if text not in held)
        classes.append(DescribedClass(one.key, one.name, one.description, shown))
        test += [(one.key, text) for text in held]
    return classes, test


def _models(engine: Engine) -> dict[str, Model]:
    def ours(classes: Sequence[DescribedClass], texts: Sequence[str]) -> Answers:
        model = engine.new_few_shot().fit(classes)
        found = model.predict_proba(texts)
        return model.classes_[found.argmax(axis=1)].tolist(), found.max(axis=1).tolist()

    def words(classes: Sequence[DescribedClass], texts: Sequence[str]) -> Answers:
        keys, known = _known(classes)
        pieces = TfidfVectorizer(
            analyzer=lambda text: [*engine.tokenizer.tokenize(text), *map("".join, pairwise(text))]
        )
        svc = LinearSVC().fit(pieces.fit_transform(known), keys)
        return svc.predict(pieces.transform(texts)).tolist(), []

    models: dict[str, Model] = {"nlpkit": ours, "TF-IDF + LinearSVC": words}
    if RAW_ENCODER.exists() and find_spec("sentence_transformers"):
        models["raw encoder"] = _untuned()
    return models


def _untuned() -> Model:
    encoder = SentenceTransformersEncoder(str(RAW_ENCODER), batch=32)
    everyday = [one.text for one in read_corpus(data_path("corpora", "statements"))][::40]

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        return encoder.encode([RAW_PREFIX + text for text in texts])

    centre = encode(everyday).mean(axis=0)

    def untuned(classes: Sequence[DescribedClass], texts: Sequence[str]) -> Answers:
        keys, known = _known(classes)
        asked, vectors = encode(texts) - centre, encode(known) - centre
        if len(keys) == len(classes):
            unit = [part / np.linalg.norm(part, axis=1, keepdims=True) for part in (asked, vectors)]
            return np.array(keys)[(unit[0] @ unit[1].T).argmax(axis=1)].tolist(), []
        return LogisticRegression(C=240, max_iter=1000).fit(vectors, keys).predict(asked).tolist(), []

    return untuned


def _known(classes: Sequence[DescribedClass]) -> tuple[list[str], list[str]]:
    """Return what the other models learn from: the examples, or the descriptions where there are none."""
    described = [(one.key, f"{one.name}：{one.description}") for one in classes]
    pairs = [(one.key, text) for one in classes for text in one.examples] or described
    return [key for key, _ in pairs], [text for _, text in pairs]
