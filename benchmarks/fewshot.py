"""Measure the few-shot classifier on classes that the encoder was not tuned for, beside TF-IDF + LinearSVC.

Two sets: a foreign taxonomy (staff's opinions, train and test in two ways of writing) with 0, 8 and 64 examples a
class, and the thirteen shipped themes with 0 and 6 of their eight examples (each example is judged once by a model that
has not seen it). With the extra `train` installed and `build/encoder/cut` built, the raw encoder with logistic
regression too.

    python benchmarks/fewshot.py
"""

import random
import tomllib
from collections import defaultdict
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC

from nlp_kit.engine import Engine
from nlp_kit.evaluate import calibration_error
from nlp_kit.resources import data_path
from nlp_kit.themes import DescribedClass, load_theme, shipped_themes
from nlp_kit.training.corpus import read_corpus

FOLDER = data_path("corpora", "other_taxonomy")
RAW = Path("build/encoder/cut")
DRAWS = 5
FOLDS = 4


def main() -> None:
    models = _models()
    for shots in (0, 8, 64):
        runs = [_foreign(shots, draw) for draw in range(DRAWS if shots else 1)]
        _report(f"foreign taxonomy, {shots} examples a class", models, runs)
    _report("themes, 0 examples a class", models, [_theme(name, None) for name in shipped_themes()])
    folds = [_theme(name, fold) for name in shipped_themes() for fold in range(FOLDS)]
    _report("themes, 6 examples a class", models, folds)


def _report(name, models, runs):
    """Print macro-F1 of every model, the mean over the runs, and the calibration error of ours over all answers."""
    for title, fitted in models.items():
        scores, sure, right = [], [], []
        for classes, test in runs:
            gold, texts = [key for key, _ in test], [text for _, text in test]
            found, confidence = fitted(classes, texts)
            scores.append(f1_score(gold, found, average="macro"))
            sure += confidence
            right += [a == b for a, b in zip(found, gold, strict=True)]
        line = f"{name:42} {title:22} macro-F1 {np.mean(scores):.3f}  accuracy {np.mean(right):.3f}"
        if sure:
            line += f"  calibration error {calibration_error(np.array(sure), np.array(right)):.3f}"
        print(line, flush=True)


def _foreign(shots, draw):
    pool = defaultdict(list)
    for key, text in _rows("train.tsv"):
        pool[key].append(text)
    picker = random.Random(draw)
    entries = tomllib.loads((FOLDER / "taxonomy.toml").read_text(encoding="utf-8"))["class"]
    classes = [
        DescribedClass(one["key"], one["name"], one["description"], tuple(picker.sample(pool[one["key"]], shots)))
        for one in entries
    ]
    return classes, _rows("test.tsv")


def _theme(name, fold):
    """Return a theme's classes with the examples of the other folds, and the texts of this fold (None: all texts)."""
    classes, test = [], []
    for one in load_theme(name).classes:
        held = [text for place, text in enumerate(one.examples) if fold is None or place % FOLDS == fold]
        shown = tuple(text for text in one.examples if text not in held)
        classes.append(DescribedClass(one.key, one.name, one.description, shown))
        test += [(one.key, text) for text in held]
    return classes, test


def _rows(name):
    return [line.split("\t") for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


def _models():
    engine = Engine()
    tokenize = engine.tokenizer.tokenize

    def ours(classes, texts):
        model = engine.new_few_shot().fit(classes)
        found = model.predict_proba(texts)
        return model.classes_[found.argmax(axis=1)].tolist(), found.max(axis=1).tolist()

    def words(classes, texts):
        keys, known = _known(classes)
        pieces = TfidfVectorizer(analyzer=lambda text: [*tokenize(text), *map("".join, pairwise(text))])
        svc = LinearSVC().fit(pieces.fit_transform(known), keys)
        return svc.predict(pieces.transform(texts)).tolist(), []

    models = {"ours": ours, "TF-IDF + LinearSVC": words}
    if RAW.exists() and find_spec("sentence_transformers"):
        raw = _raw_encoder()

        def untuned(classes, texts):
            keys, known = _known(classes)
            if len(keys) == len(classes):
                return _nearest(raw(texts), raw(known), keys), []
            head = LogisticRegression(C=240, max_iter=1000).fit(raw(known), keys)
            return head.predict(raw(texts)).tolist(), []

        models["raw encoder"] = untuned
    return models


def _known(classes):
    """Return what the baselines learn from: the examples, or the descriptions where there are none."""
    described = [(one.key, f"{one.name}：{one.description}") for one in classes]
    pairs = [(one.key, text) for one in classes for text in one.examples] or described
    return [key for key, _ in pairs], [text for _, text in pairs]


def _nearest(texts, described, keys):
    unit = [part / np.linalg.norm(part, axis=1, keepdims=True) for part in (texts, described)]
    return np.array(keys)[(unit[0] @ unit[1].T).argmax(axis=1)].tolist()


def _raw_encoder():
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(str(RAW), device="cpu")
    cache = {}

    def encode(texts):
        new = [text for text in dict.fromkeys(texts) if text not in cache]
        if new:
            cache.update(zip(new, encoder.encode([f"query: {text}" for text in new], batch_size=32), strict=True))
        return np.stack([cache[text] for text in texts])

    centre = encode([one.text for one in read_corpus(data_path("corpora", "statements"))][::40]).mean(axis=0)
    return lambda texts: encode(texts) - centre


if __name__ == "__main__":
    main()
