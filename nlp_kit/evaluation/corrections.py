"""How far a committee's corrections bring the classifier on unknown wording, and what they cost elsewhere."""

import json
from typing import Any

import numpy as np

from nlp_kit.adapt import Adapter
from nlp_kit.corpus import TEST, in_part, read_corpus, read_split
from nlp_kit.engine import Engine
from nlp_kit.errors import DataError
from nlp_kit.resources import data_path

_ASKED_AUTHORS = ("a6", "a7", "a8", "a9", "a10")
_STEPS = (0, 10, 20, 40, 60)
_MOST = max(_STEPS)
_DRAWS = 10


def score_corrections(engine: Engine) -> dict[str, Any]:
    """Return the share of right answers (issue or role) on held-back statements after so many corrections.

    Every draw takes other statements for correction; those that are left are asked. ``corpus`` is the accuracy on the
    test batches of the shipped corpus, for what is forgotten.

    Raises:
        DataError: The corpus is missing or damaged.
    """
    try:
        path = data_path("corpora", "corrections", "corrections.jsonl")
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        own = [(row["text"], row["label"]) for row in rows if row["author"] in _ASKED_AUTHORS]
    except (OSError, ValueError, KeyError) as error:
        raise DataError("语料 corrections 缺少或损坏，请重新安装 nlpkit。") from error
    corpus = data_path("corpora", "statements")
    known = in_part(read_corpus(corpus), read_split(corpus), TEST)
    adapter = Adapter(engine.classifier, engine.encoder.encode, data_path("models", "classifier"))
    sums = {step: np.zeros(2) for step in _STEPS}
    for draw in range(_DRAWS):
        order = np.random.default_rng(draw).permutation(len(own)).tolist()
        asked = [own[row] for row in order[_MOST:]]
        for step in _STEPS:
            taught = [own[row] for row in order[:step]]
            model = adapter.adapt(*map(list, zip(*taught, strict=True))) if taught else engine.classifier
            found = model.predict([text for text, _ in asked])
            right = np.mean(found == np.array([label for _, label in asked]))
            kept = (
                np.mean(model.predict([one.text for one in known]) == np.array([one.label for one in known]))
                if draw == 0
                else 0.0
            )
            sums[step] += (right, kept)
    return {
        f"{step} corrections": {
            "right": float(total[0] / _DRAWS),
            "error": float(1 - total[0] / _DRAWS),
            "corpus_right": float(total[1]),
        }
        for step, total in sums.items()
    }
