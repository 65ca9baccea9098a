"""Train the shipped classifiers from a checkout: ``python -m nlp_kit.training [NAME of MODELS …]``."""

import json
import sys
from collections.abc import Callable
from typing import Any

from nlp_kit.classify import StatementClassifier
from nlp_kit.corpus import (
    TRAIN,
    CounterpartStatement,
    LabelledStatement,
    read_corpus,
    read_counterparts,
    read_second_behaviours,
    read_split,
    read_weights,
)
from nlp_kit.counterparts import is_item, is_kind, load_counterparts
from nlp_kit.encoding import Encoder
from nlp_kit.engine import FIT, Engine
from nlp_kit.resources import data_path
from nlp_kit.segment import Tokenizer
from nlp_kit.several import SeveralLabels
from nlp_kit.taxonomy import load_behaviours, load_taxonomy
from nlp_kit.training.audit import fit_pairs, fit_points
from nlp_kit.training.several import train_several
from nlp_kit.training.train import train_choices, train_statements

# Least precision of a clause that is quoted, of one that a single member told, and of a general behaviour.
FIT_PRECISION = 0.92
FIT_PRECISION_ALONE = 0.95
BEHAVIOUR_PRECISION = 0.92
# The same of a kind of cause or measure, which is told in general words anyway, and of an item beneath it.
KIND_PRECISION = 0.85
ITEM_PRECISION = 0.9

SPLIT = read_split(data_path("corpora", "statements"))
TOKENIZE = Tokenizer().tokenize
ENCODE = Encoder(data_path("models", "encoder")).encode


def _corpus(name: str) -> list[LabelledStatement]:
    return read_corpus(data_path("corpora", name))


def _statements() -> dict[str, Any]:
    model = StatementClassifier(TOKENIZE, ENCODE)
    corpus = data_path("corpora", "statements")
    folder = data_path("models", "classifier")
    return train_statements(model, read_corpus(corpus), SPLIT, load_taxonomy(), folder, read_weights(corpus))


def _wordings() -> dict[str, Any]:
    model = StatementClassifier(TOKENIZE, ENCODE, C=3, C_vectors=5, min_df_words=2, min_df_chars=3)
    thresholds = {"fit_from": FIT_PRECISION, "fit_alone_from": FIT_PRECISION_ALONE}
    folder = data_path("models") / "wordings"
    return train_choices(
        model, _corpus("wordings"), SPLIT, folder, thresholds, wanted=lambda label: label == FIT, field=lambda _: ""
    )


def _behaviours() -> dict[str, Any]:
    model = StatementClassifier(TOKENIZE, ENCODE, C_vectors=20, min_df_words=20, min_df_chars=40)
    thresholds = {"sure_from": BEHAVIOUR_PRECISION}
    folder = data_path("models") / "behaviours"
    known = load_behaviours()
    # The wording of a behaviour is itself an example of it.
    described = [
        LabelledStatement(f"described-{issue}/{number}", text, f"{issue}/{number}", "", "", "")
        for issue, behaviours in known.items()
        for number, text in enumerate(behaviours.narrow, 1)
    ]
    return train_choices(
        model,
        [*_corpus("behaviours"), *described],
        SPLIT | {"described": TRAIN},
        folder,
        thresholds,
        wanted=lambda label: not label.endswith("/0"),
        field=lambda label: label.split("/")[0],
        also_right=read_second_behaviours(data_path("corpora", "behaviours", "second.jsonl")),
        wider={
            issue: [{f"{issue}/{number}" for number in numbers} for numbers in behaviours.wider.values()]
            for issue, behaviours in known.items()
        },
    )


def _counterparts() -> dict[str, Any]:
    model = SeveralLabels(TOKENIZE, ENCODE, C=10, C_vectors=30, min_df_words=6, min_df_chars=9)
    # What the report says of a kind or an item is itself an example of it.
    kinds = [kind for groups in load_counterparts().values() for group in groups for kind in group.kinds]
    described = [CounterpartStatement(f"described-{kind.label}", kind.text, (kind.label,)) for kind in kinds]
    described += [
        CounterpartStatement(f"described-{label}", text, (kind.label, label))
        for kind in kinds
        for label, text in kind.items.items()
    ]
    return train_several(
        model,
        [*read_counterparts(data_path("corpora", "counterparts")), *described],
        SPLIT,
        data_path("models") / "counterparts",
        {"kind_from": (KIND_PRECISION, is_kind), "item_from": (ITEM_PRECISION, is_item)},
    )


def _points() -> dict[str, Any]:
    model = StatementClassifier(TOKENIZE, ENCODE, C=10, C_vectors=10, min_df_words=2, min_df_chars=2)
    return fit_points(model, read_corpus(data_path("corpora", "audit", "points")), data_path("models") / "points")


def _pairs() -> dict[str, Any]:
    return fit_pairs(Engine(), data_path("corpora", "audit"), data_path("models") / "pairs")


MODELS: dict[str, Callable[[], dict[str, Any]]] = {
    "statements": _statements,
    "wordings": _wordings,
    "behaviours": _behaviours,
    "counterparts": _counterparts,
    "points": _points,
    "pairs": _pairs,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or MODELS:
        json.dump({name: MODELS[name]()}, sys.stdout, ensure_ascii=False, indent=2)
