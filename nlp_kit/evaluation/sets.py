"""The gold data that models are measured on; none of it is trained on."""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp_kit.drafting.groups import span_of
from nlp_kit.engine import Engine
from nlp_kit.errors import DataError
from nlp_kit.evaluation.measures import b_cubed, best_match, score_documents
from nlp_kit.issues import group_problems
from nlp_kit.pipeline import classify_files
from nlp_kit.records import ClassifiedStatement, Span, Submission
from nlp_kit.resources import data_path
from nlp_kit.workspace import Workspace

GoldSpan = Mapping[str, Any]

# Names of kinds in the register set's form → ours.
_KINDS = {"rectification_status": "rectification", "criticism_of_others": "criticism", "case_or_quote": "case"}


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """One document with its gold spans.

    Args:
        path: The file.
        shape: A to H as in the domain brief, empty where it is not said.
        spans: Each with ``start``, ``end``, ``role``, ``category`` and ``issue``.
    """

    path: Path
    shape: str
    spans: tuple[GoldSpan, ...]


@dataclass(frozen=True, slots=True)
class GoldStatement:
    """One statement with its gold label and the kind of difficulty that it stands for."""

    text: str
    label: str
    kind: str


def read_documents(folder: Path, texts: str) -> list[GoldDocument]:
    """Return the documents of a folder with a ``gold.json``.

    Args:
        folder: Holds ``gold.json``.
        texts: Name of the folder beside it that holds the files.

    Raises:
        DataError: A file is missing or not of the form.
    """
    return _gold_documents(
        folder, lambda one: GoldDocument(folder / texts / one["document"], one["shape"], tuple(one["spans"]))
    )


def read_statements(path: Path, kind: str) -> list[GoldStatement]:
    """Return the statements of a JSON Lines file with ``text`` and ``label``.

    Args:
        path: The file.
        kind: Name of the field that says what kind of statement it is, for figures of each kind.

    Raises:
        DataError: The file is missing or not of the form.
    """
    return [GoldStatement(row["text"], row["label"], str(row[kind])) for row in _rows(path, ("text", "label", kind))]


def read_register_statements(folder: Path) -> list[GoldStatement]:
    """Return the statements of a folder in the register set's form, their difficulty as the kind.

    Raises:
        DataError: The file is missing or not of the form.
    """
    rows = _rows(folder / "statements.jsonl", ("text", "issue", "difficulty"))
    return [GoldStatement(row["text"], _KINDS.get(row["issue"], row["issue"]), row["difficulty"]) for row in rows]


def read_register_documents(folder: Path) -> list[GoldDocument]:
    """Return the documents of a folder in the register set's form; short table cells are not labelled there.

    Raises:
        DataError: A file is missing or not of the form.
    """
    return _gold_documents(folder, lambda one: GoldDocument(folder / one["file"], "", tuple(_register_spans(one))))


def _gold_documents(folder: Path, build: Callable[[Mapping[str, Any]], GoldDocument]) -> list[GoldDocument]:
    try:
        return [build(one) for one in json.loads((folder / "gold.json").read_text(encoding="utf-8"))["documents"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"标注“{folder / 'gold.json'}”读不出来，请检查文件是否完整。") from error


def _register_spans(document: Mapping[str, Any]) -> list[GoldSpan]:
    spans: list[GoldSpan] = [
        {**span, "role": "problem", "category": span["label"], "issue": span["issue"]} for span in document["problems"]
    ]
    for span in document["non_problems"]:
        kind = _KINDS.get(span["kind"], span["kind"])
        if kind == "heading_problem":
            continue
        outside = kind in ("integrity", "personal")
        role, issue = ("problem", kind) if outside else (kind, None)
        spans.append({**span, "role": role, "category": None, "issue": issue})
    return spans


def read_second_labels(path: Path) -> dict[str, str]:
    """Return statement id → label of the blind second reader.

    Raises:
        DataError: The file is missing or not of the form.
    """
    return {row["id"]: row["label"] for row in _rows(path, ("id", "label"))}


def _rows(path: Path, fields: Sequence[str]) -> list[dict[str, Any]]:
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if any(field not in row for row in rows for field in fields):
            raise ValueError
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"标注文件“{path}”读不出来，请检查文件夹是否写对；每行要有：{'、'.join(fields)}。") from error
    return rows


def classify_gold(
    documents: Sequence[GoldDocument], engine: Engine
) -> tuple[tuple[Submission, ...], dict[str, Sequence[GoldSpan]]]:
    """Return documents as read and classified for a user, and the gold spans of each by its path."""
    with tempfile.TemporaryDirectory() as scratch, Workspace(Path(scratch)) as workspace:
        submissions = classify_files([one.path for one in documents], workspace, engine=engine).submissions
    by_name = {one.path.name: one.spans for one in documents}
    return submissions, {one.document.path: by_name[Path(one.document.path).name] for one in submissions}


def score_set(documents: Sequence[GoldDocument], engine: Engine) -> dict[str, Any]:
    """Read and classify documents as a user's, and compare with their gold spans.

    Args:
        documents: Taken as the texts of one branch.
        engine: The models.

    Returns:
        ``score_documents`` over all answers, ``accepted_precision`` and ``accepted_recall`` over those that wait for
        nobody, ``waiting`` (share of statements that wait), and ``b_cubed`` (F1 of the problem groups against the
        gold issues).
    """
    submissions, gold = classify_gold(documents, engine)
    found = {span: group.issue.id for group in group_problems(submissions, engine) for span in group.spans}
    items = [item for submission in submissions for item in submission.statements]
    accepted = [item for item in items if not item.prediction.review]
    sure = score_documents(accepted, gold)
    return {
        "n_documents": len(documents),
        **score_documents(items, gold),
        "accepted_precision": sure["problem_precision"],
        "accepted_recall": sure["problem_recall"],
        "waiting": round(1 - len(accepted) / max(len(items), 1), 4),
        "b_cubed": b_cubed(found, gold_issues(items, gold))["f1"],
    }


def gold_issues(items: Sequence[ClassifiedStatement], gold: Mapping[str, Sequence[GoldSpan]]) -> dict[Span, str]:
    """Return the gold issue of every statement that is a problem of the four categories."""
    wanted = {}
    for item in items:
        span = best_match(item, gold[item.statement.document])
        if span is not None and span["role"] == "problem" and span["category"]:
            wanted[span_of(item)] = span["issue"]
    return wanted


def shipped_documents() -> dict[str, list[GoldDocument]]:
    """Return name → documents of the sets with gold spans that come with nlpkit."""
    samples = data_path("corpora", "samples")
    folders = {path.name: path for path in sorted(data_path("corpora", "branches").iterdir()) if path.is_dir()}
    return {
        "sample": read_documents(samples, "branch"),
        "documents": read_documents(data_path("corpora", "documents"), "texts"),
        **{f"branch {name}": read_documents(folder, "texts") for name, folder in folders.items()},
    }
