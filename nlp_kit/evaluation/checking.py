"""How many planted faults the checker of drafts finds, and what it minds in drafts that have none."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nlp_kit.drafting import DraftOptions
from nlp_kit.drafting.checking import Checker, Evidence
from nlp_kit.engine import Engine
from nlp_kit.pipeline import classify_files, draft_evidence, new_checker
from nlp_kit.records import Fault
from nlp_kit.resources import data_path
from nlp_kit.workspace import Workspace

CLEAN, OWN = "clean", "own"
# Whose errors were looked at while word lists and thresholds were chosen.
_DEVELOPMENT = "mixed"


def score_checking(engine: Engine) -> dict[str, Any]:
    """Return, for the drafts that were looked at and the others, the share of changed sentences that are minded.

    ``fault`` counts what is called wrong, ``any`` also what a person is asked to decide. ``clean`` are sentences that a
    person has rewritten without fault, ``own`` the sentences of nlpkit's own drafts as they are.
    """
    counts = {part: (Counter[str](), Counter[str](), Counter[str]()) for part in ("development", "unseen")}
    for name, kind, faults in _checked(engine):
        total, wrong, minded = counts["development" if name.startswith(_DEVELOPMENT) else "unseen"]
        total[kind] += 1
        wrong[kind] += any(not fault.doubt for fault in faults)
        minded[kind] += bool(faults)
    return {f"{part} {kind}": row for part, found in counts.items() for kind, row in _shares(*found).items()}


def _shares(total: Counter[str], wrong: Counter[str], minded: Counter[str]) -> dict[str, dict[str, float]]:
    planted = [kind for kind in total if kind not in (CLEAN, OWN)]
    rows = {kind: (total[kind], wrong[kind], minded[kind]) for kind in [*sorted(planted), CLEAN, OWN]}
    rows["all faults"] = tuple(sum(rows[kind][place] for kind in planted) for place in range(3))  # type: ignore[assignment]
    return {kind: {"n": n, "fault": faults / n, "any": seen / n} for kind, (n, faults, seen) in rows.items()}


def _checked(engine: Engine) -> Iterator[tuple[str, str, list[Fault]]]:
    """Yield draft, kind, and what the checker has against each changed sentence and each of nlpkit's own."""
    folder = data_path("corpora", "faults")
    drafts = json.loads((folder / "drafts.json").read_text(encoding="utf-8"))
    changes = [json.loads(line) for line in (folder / "faults.jsonl").read_text(encoding="utf-8").splitlines()]
    for name, one in drafts.items():
        files = [data_path("corpora", *Path(path).parts) for path in one["documents"]]
        with tempfile.TemporaryDirectory() as scratch, Workspace(Path(scratch)) as workspace:
            classify_files(files, workspace, engine=engine)
            options = DraftOptions()
            evidence, checker = draft_evidence(workspace, options, engine), new_checker(workspace, options, engine)
        yield from ((name, OWN, faults) for faults in _own(checker, evidence))
        before = _found(checker, evidence, one["paragraphs"])
        for change in changes:
            if change["draft"] == name:
                yield (
                    name,
                    change["kind"],
                    sorted(_found(checker, evidence, _changed(one["paragraphs"], change)) - before),
                )


def _own(checker: Checker, evidence: Evidence) -> Iterator[list[Fault]]:
    sections = evidence.draft.sections
    found = _found(checker, evidence, [[section.text] for section in sections])
    for number, section in enumerate(sections, 1):
        for place in range(2, len(section.sentences) + 2):
            yield [fault for fault in found if (fault.section, fault.sentence) == (number, place)]


def _changed(paragraphs: list[list[str]], change: Mapping[str, Any]) -> list[list[str]]:
    copy = [list(paragraph) for paragraph in paragraphs]
    copy[change["section"]][change["sentence"] + 1] = change["text"]
    return copy


def _found(checker: Checker, evidence: Evidence, paragraphs: list[list[str]]) -> set[Fault]:
    """Return what the checker minds but for lengths, which one changed sentence does not decide."""
    text = "\n".join("".join(paragraph) for paragraph in paragraphs)
    return {fault for fault in checker.check(text, evidence) if fault.rule != "length"}
