"""Measure the few-shot classifier on classes that the encoder was not tuned for, beside TF-IDF + LinearSVC.

With the extra `train` installed and `build/encoder/cut` built, the raw encoder with logistic regression too.

    python benchmarks/fewshot.py
"""

import random
import tomllib
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC

from nlp_kit.encoding import Encoder
from nlp_kit.fewshot import DescribedClass, FewShotClassifier
from nlp_kit.resources import data_path
from nlp_kit.segment import Tokenizer
from nlp_kit.training.corpus import read_corpus

FOLDER = data_path("corpora", "other_taxonomy")
RAW = Path("build/encoder/cut")
DRAWS = 5


def main() -> None:
    classes = tomllib.loads((FOLDER / "taxonomy.toml").read_text(encoding="utf-8"))["class"]
    train, test = _rows("train.tsv"), _rows("test.tsv")
    gold, texts = [key for key, _ in test], [text for _, text in test]
    pool = defaultdict(list)
    for key, text in train:
        pool[key].append(text)
    tokenize, encode = Tokenizer().tokenize, Encoder(data_path("models", "encoder")).encode
    everyday = [one.text for one in read_corpus(data_path("corpora", "statements"))][::40]
    centre = encode(everyday).mean(axis=0)
    raw = _raw_encoder(everyday) if RAW.exists() else None
    for shots in (0, 8, 64):
        scores = defaultdict(list)
        for draw in range(DRAWS if shots else 1):
            picker = random.Random(draw)
            shown = {key: picker.sample(known, shots) for key, known in pool.items()}
            described = [
                DescribedClass(one["key"], one["name"], one["description"], tuple(shown[one["key"]])) for one in classes
            ]
            ours = FewShotClassifier(tokenize, encode, centre).fit(described)
            scores["ours"].append(_f1(gold, ours.predict(texts)))
            descriptions = [(one.key, f"{one.name}：{one.description}") for one in described]
            examples = [(one.key, text) for one in described for text in one.examples] or descriptions
            keys, known = [key for key, _ in examples], [text for _, text in examples]
            words = TfidfVectorizer(analyzer=lambda text: [*tokenize(text), *map("".join, pairwise(text))])
            svc = LinearSVC().fit(words.fit_transform(known), keys)
            scores["TF-IDF + LinearSVC"].append(_f1(gold, svc.predict(words.transform(texts))))
            if raw:
                head = LogisticRegression(C=240, max_iter=1000).fit(raw(known), keys)
                scores["raw encoder"].append(
                    _f1(gold, head.predict(raw(texts)) if shots else _nearest(raw(texts), raw(known), keys))
                )
        print(shots, "examples a class:", {name: round(float(np.mean(found)), 3) for name, found in scores.items()})


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


def _f1(gold, found) -> float:
    return float(f1_score(gold, found, average="macro"))


def _nearest(texts, described, keys):
    unit = [part / np.linalg.norm(part, axis=1, keepdims=True) for part in (texts, described)]
    return np.array(keys)[(unit[0] @ unit[1].T).argmax(axis=1)]


def _raw_encoder(everyday):
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(str(RAW), device="cpu")
    cache = {}

    def encode(texts):
        new = [text for text in dict.fromkeys(texts) if text not in cache]
        if new:
            cache.update(zip(new, encoder.encode([f"query: {text}" for text in new], batch_size=32), strict=True))
        return np.stack([cache[text] for text in texts])

    centre = encode(everyday).mean(axis=0)
    return lambda texts: encode(texts) - centre


if __name__ == "__main__":
    main()
