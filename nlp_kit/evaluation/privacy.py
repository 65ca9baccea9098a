"""How much of the personal data planted in texts is found, and how often something else is taken for it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nlp_kit.engine import Engine
from nlp_kit.filenames import names_in_path
from nlp_kit.privacy import Masker
from nlp_kit.resources import data_path

PARTS = ("folders", "test", "fresh", "hard", "dev")

Row = Mapping[str, Any]


def score_privacy(engine: Engine) -> dict[str, Any]:
    """Return recall by kind, and false alarms for 10,000 characters, on the parts of ``corpora/privacy``.

    An item counts as found when all its letters and digits are covered. A finding that touches no item, neither one
    that may be answered either way, is a false alarm. Of ``folders`` the members are known whom the file names tell,
    as in a real run; of the others nobody is.
    """
    return {part: _score(engine, part) for part in PARTS}


def _score(engine: Engine, part: str) -> dict[str, Any]:
    planted, found = Counter[str](), Counter[str]()
    false_alarms = characters = 0
    for masker, rows in _maskers(engine, part):
        for row in rows:
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


def _maskers(engine: Engine, part: str) -> Iterable[tuple[Masker, Sequence[Row]]]:
    """Yield the texts of a part folder by folder, with the masker that knows the folder's members."""
    lines = data_path("corpora", "privacy", f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
    folders: dict[str, list[Row]] = {}
    for row in map(json.loads, lines):
        folders.setdefault(row.get("folder", ""), []).append(row)
    for rows in folders.values():
        names = (name for row in rows for name in names_in_path(row.get("file", "")))
        yield engine.masker(names), rows
