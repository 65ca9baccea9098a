"""How well kinds and items of causes and measures are told, branch by branch as in a real run."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from nlp_kit.counterparts import ROLES, CounterpartRole, is_item, is_kind
from nlp_kit.engine import Engine
from nlp_kit.resources import data_path

_TITLES = {"cause": "causes", "measure": "measures"}


def score_counterparts(engine: Engine) -> dict[str, Any]:
    """Return precision and recall of what statements of unseen branches show (``corpora/counterparts/unseen``)."""
    lines = data_path("corpora", "counterparts", "unseen", "unseen.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return {
        f"{_TITLES[role]} {level}": _score(engine, role, rows, wanted)
        for role in ROLES
        for level, wanted in (("kinds", is_kind), ("items", is_item))
    }


def _score(
    engine: Engine, role: CounterpartRole, rows: Sequence[Mapping[str, Any]], wanted: Callable[[str], bool]
) -> dict[str, Any]:
    told, right, asked = 0, 0, 0
    for texts, shows in _branches(rows, role):
        found = engine.counterparts_shown(role, texts)
        answers = {(row, label) for part in (found.kinds, found.items) for label in part for row in part[label]}
        gold = {(row, label) for row, labels in enumerate(shows) for label in labels if wanted(label)}
        own = {(row, label) for row, label in answers if wanted(label)}
        told, right, asked = told + len(own), right + len(own & gold), asked + len(gold)
    return {"n": asked, "precision": right / max(told, 1), "recall": right / max(asked, 1)}


def _branches(rows: Sequence[Mapping[str, Any]], role: str) -> Iterator[tuple[list[str], list[Sequence[str]]]]:
    for branch in sorted({row["branch"] for row in rows}):
        own = [row for row in rows if row["branch"] == branch and row["role"] == role]
        yield [row["text"] for row in own], [row["shows"] for row in own]
