"""Tune the classifier of a workspace on what its committee has corrected, and take it into use."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from nlp_kit.adapt import Adapter, HeldBack
from nlp_kit.classify import StatementClassifier
from nlp_kit.engine import Engine
from nlp_kit.errors import InputError, OutputError
from nlp_kit.resources import data_path
from nlp_kit.review.standing import Standing
from nlp_kit.training.fit import Progress
from nlp_kit.training.manifest import write_json, write_manifest
from nlp_kit.workspace import Workspace

LEAST_CORRECTIONS = 5


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learnt.

    Args:
        name: Of the model among the workspace's.
        corrections: How many statements with a person's answer were learnt from.
        held_back: What corrections do for others that were held back.
    """

    name: str
    corrections: int
    held_back: HeldBack


def corrections_of(workspace: Workspace, engine: Engine) -> list[tuple[str, str]]:
    """Return (text, label) of the statements that persons have answered, the classifier's labels alone."""
    standing = Standing(workspace.decisions())
    known = set(engine.scheme.classes)
    found = []
    for one in workspace.submissions():
        for item in one.statements:
            answer = standing.answers.get(item.id)
            label = None if answer is None else answer.issue if answer.role == "problem" else answer.role
            if label in known:
                found.append((item.statement.text.strip(), str(label)))
    return list(dict.fromkeys(found))


def learn_from_review(workspace: Workspace, progress: Progress | None = None) -> Learned:
    """Tune the shipped classifier on all corrections, write it into the workspace, and use it there if it is no worse.

    Args:
        workspace: Holds the texts and the decision log.
        progress: Called with (done, total, what).

    Raises:
        InputError: There are too few corrections.
        OutputError: The model cannot be written.
    """
    tell = progress or (lambda done, total, what: None)
    engine = Engine()
    pairs = corrections_of(workspace, engine)
    if len(pairs) < LEAST_CORRECTIONS:
        raise InputError(
            f"人工判定过的语句只有 {len(pairs)} 条，要有 {LEAST_CORRECTIONS} 条才能学，请先用 nlpkit review 复核。"
        )
    texts, labels = [text for text, _ in pairs], [label for _, label in pairs]
    shipped = data_path("models", "classifier")
    tell(0, 3, "准备")
    adapter = Adapter(engine.classifier, engine.encoder.encode, shipped)
    tell(1, 3, "留出一部分来检验")
    held_back = adapter.hold_back(texts, labels)
    tell(2, 3, "学习全部改动")
    model = adapter.adapt(texts, labels)
    name = _write(model, shipped, workspace, len(pairs), held_back)
    if held_back.after >= held_back.before:
        workspace.adopt(name)
    tell(3, 3, "")
    return Learned(name, len(pairs), held_back)


def _write(
    model: StatementClassifier, shipped: Path, workspace: Workspace, corrections: int, held_back: HeldBack
) -> str:
    """Write the model beside those before it, whole or not at all, and return its name."""
    numbers = (path.name.removeprefix("review-") for path in workspace.models.glob("review-*"))
    name = f"review-{1 + max((int(number) for number in numbers if number.isdecimal()), default=0)}"
    partial = workspace.models / f".nlpkit-{os.getpid()}.part"
    try:
        shutil.copytree(shipped, partial, ignore=shutil.ignore_patterns("README.md"))
        model.save(partial)
        metrics = json.loads((partial / "metrics.json").read_text(encoding="utf-8"))
        # No texts: the folder may be handed on.
        metrics["from_review"] = {
            "corrections": corrections,
            "held_back": held_back.asked,
            "right_before": held_back.before,
            "right_after": held_back.after,
        }
        write_json(partial / "metrics.json", metrics)
        write_manifest(partial, ("numpy", "scipy", "onnxruntime"), "0")
        partial.rename(workspace.models / name)
    except OSError as error:
        raise OutputError(f"模型写不进“{workspace.models}”，请检查权限和磁盘。") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return name
