"""Train the shipped classifier from a checkout: ``python -m nlp_kit.training``."""

import json
import sys

from nlp_kit.resources import data_path
from nlp_kit.taxonomy import load_taxonomy
from nlp_kit.training.corpus import read_corpus
from nlp_kit.training.train import train

if __name__ == "__main__":
    metrics = train(
        read_corpus(data_path("corpora", "statements")), load_taxonomy(), data_path("models") / "classifier"
    )
    json.dump(metrics, sys.stdout, ensure_ascii=False, indent=2)
