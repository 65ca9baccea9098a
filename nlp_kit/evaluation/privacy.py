"""How much of the personal data planted in texts is found, and how often something else is taken for it."""

import json
from collections import Counter
from typing import Any

from nlp_kit.engine import Engine
from nlp_kit.privacy import Masker
from nlp_kit.resources import data_path


def score_privacy(engine: Engine) -> dict[str, Any]:
    """Return recall by kind, and false alarms for 10,000 characters, on four parts of ``corpora/privacy``.

    An item counts as found when all its letters and digits are covered. A finding that touches no item, neither one
    that may be answered either way, is a false alarm. The files' members are not told beforehand.
    """
    masker = engine.masker()
    return {part: _score(masker, part) for part in ("test", "fresh", "hard", "dev")}


def _score(masker: Masker, part: str) -> dict[str, Any]:
    planted, found = Counter[str](), Counter[str]()
    false_alarms = characters = 0
    for line in data_path("corpora", "privacy", f"{part}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text, items = row["text"], row["items"]
        findings = masker.find(text)
        covered = {place for one in findings for place in range(one.start, one.end)}
        marked = {place for one in items for place in range(one["start"], one["end"])}
        characters += len(text)
        false_alarms += sum(marked.isdisjoint(range(one.start, one.end)) for one in findings)
        for one in items:
            if not one.get("optional"):
                planted[one["kind"]] += 1
                told = (place for place in range(one["start"], one["end"]) if text[place].isalnum())
                found[one["kind"]] += all(place in covered for place in told)
    return {
        "planted": planted.total(),
        "recall": found.total() / planted.total(),
        "false_alarms_per_10000": 10_000 * false_alarms / characters,
        "recall_by_kind": {kind: found[kind] / planted[kind] for kind in sorted(planted)},
    }
