"""Measure the shipped model on documents and statements that it was not trained on.

Without arguments: the sample branch, the gold documents, the challenge set and the agreement of the second labels.
With a folder in the register set's form (statements.jsonl, gold.json and the
documents that it names): that set too.

    python benchmarks/quality.py [FOLDER]
"""

import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sklearn.metrics import cohen_kappa_score

from nlp_kit.context import apply_context
from nlp_kit.engine import Engine
from nlp_kit.evaluate import b_cubed, best_match, is_right, score_documents, score_labels
from nlp_kit.labels import answer
from nlp_kit.pipeline import classify_files, group_problems
from nlp_kit.records import Span, Statement
from nlp_kit.resources import data_path
from nlp_kit.training.corpus import read_corpus
from nlp_kit.workspace import Workspace

Gold = Mapping[str, Sequence[Mapping[str, Any]]]

_KINDS = {"rectification_status": "rectification", "criticism_of_others": "criticism", "case_or_quote": "case"}


def main(arguments: Sequence[str]) -> None:
    engine = Engine()
    samples = data_path("corpora", "samples")
    documents = json.loads((samples / "gold.json").read_text(encoding="utf-8"))["documents"]
    _report("sample branch", samples / "branch", {one["document"]: one["spans"] for one in documents}, engine)
    folder = data_path("corpora", "documents")
    documents = json.loads((folder / "gold.json").read_text(encoding="utf-8"))["documents"]
    for shape in [*sorted({one["shape"] for one in documents}), ""]:
        picked = {one["document"]: one["spans"] for one in documents if one["shape"] == shape or not shape}
        _report(f"gold documents {shape or 'of all shapes'}", folder / "texts", picked, engine)
    _report_challenge(engine)
    _report_agreement(engine)
    for folder in map(Path, arguments):
        _report_statements(folder / "statements.jsonl", engine)
        _report("documents", folder, _register_gold(folder), engine)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _report_challenge(engine: Engine) -> None:
    rows = _rows(data_path("corpora", "challenge", "challenge.jsonl"))
    print("== challenge set: share of right answers (role and category) by type")
    for kind in sorted({row["type"] for row in rows}):
        picked = [row for row in rows if row["type"] == kind]
        found = answer(engine.classifier.predict_proba([row["text"] for row in picked]), engine.scheme, 0.0)
        right = is_right(found, [row["label"] for row in picked], engine.scheme)
        print(f"   {kind:18} {right.mean():.2f} of {len(picked)}")


def _report_agreement(engine: Engine) -> None:
    second = {row["id"]: row["label"] for row in _rows(data_path("corpora", "second_labels", "second.jsonl"))}
    first = {one.id: one.label for one in read_corpus(data_path("corpora", "statements")) if one.id in second}
    ids = sorted(first)
    labels = [[reading[one] for one in ids] for reading in (first, second)]
    kinds = [
        [f"{engine.scheme.role_of(one)} {engine.scheme.category_of(one)}" for one in reading] for reading in labels
    ]
    labels, both = cohen_kappa_score(*labels), cohen_kappa_score(*kinds)
    print(f"== second labels: kappa {labels:.3f} over labels, {both:.3f} over role and category")


def _report_statements(path: Path, engine: Engine) -> None:
    rows = _rows(path)
    labels = [_KINDS.get(row["issue"], row["issue"]) for row in rows]
    statements = [Statement("", 0, len(row["text"]), row["text"], focus=0) for row in rows]
    found = engine.classifier.predict_proba([row["text"] for row in rows])
    found = apply_context(found, statements, engine.classifier.prior_, engine.scheme)
    print("== statements:", json.dumps(score_labels(found, labels, engine.scheme, engine.review_below), indent=2))
    for level in ("easy", "medium", "hard"):
        picked = [index for index, row in enumerate(rows) if row["difficulty"] == level]
        scores = score_labels(found[picked], [labels[index] for index in picked], engine.scheme, engine.review_below)
        print(f"   {level}: n={scores['n']} category_macro_f1={scores['category_macro_f1']}")


def _report(name: str, folder: Path, gold: Gold, engine: Engine) -> None:
    with tempfile.TemporaryDirectory() as scratch, Workspace(Path(scratch)) as workspace:
        result = classify_files([folder / path for path in gold], workspace, engine=engine)
    known = {Path(path).name: spans for path, spans in gold.items()}
    named = {one.document.path: known[Path(one.document.path).name] for one in result.submissions}
    items = [item for submission in result.submissions for item in submission.statements]
    accepted = [item for item in items if not item.prediction.review]
    print(f"== {name}: all answers:", json.dumps(score_documents(items, named)))
    print(
        f"   without the {len(items) - len(accepted)} of {len(items)} that wait:",
        json.dumps(score_documents(accepted, named)),
    )
    groups = group_problems(result.submissions, engine)
    found = {span: group.issue.id for group in groups for span in group.spans}
    print("   grouping, B-cubed against gold issues:", json.dumps(b_cubed(found, _gold_groups(items, named))))


def _gold_groups(items: Iterable[Any], gold: Gold) -> dict[Span, str]:
    groups = {}
    for item in items:
        span = best_match(item, gold[item.statement.document])
        if span is not None and span["role"] == "problem" and span["category"]:
            groups[Span(item.statement.document, item.statement.start, item.statement.end)] = span["issue"]
    return groups


def _register_gold(folder: Path) -> dict[str, list[dict[str, Any]]]:
    gold: dict[str, list[dict[str, Any]]] = {}
    for document in json.loads((folder / "gold.json").read_text(encoding="utf-8"))["documents"]:
        spans = [
            {**span, "role": "problem", "category": span["label"], "issue": span["issue"]}
            for span in document["problems"]
        ]
        for span in document["non_problems"]:
            kind = _KINDS.get(span["kind"], span["kind"])
            if kind == "heading_problem":
                continue
            outside = kind in ("integrity", "personal")
            spans.append(
                {**span, "role": "problem" if outside else kind, "category": None, "issue": kind if outside else None}
            )
        gold[document["file"]] = spans
    return gold


if __name__ == "__main__":
    main(sys.argv[1:])
