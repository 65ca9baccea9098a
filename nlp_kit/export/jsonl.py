"""JSON Lines of statements and JSON of drafts: the contract of DESIGN.md section 3, which other programs read."""

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict
from typing import Any

from nlp_kit.records import ClassifiedStatement, Decision, Draft, Fault, Reason, Report, Section, Span, Submission


def statements_jsonl(submissions: Iterable[Submission]) -> str:
    """Return one JSON object a line for every statement, in document order; members may share a document."""
    items = [item for submission in submissions for item in submission.statements]
    order = {item.statement.document: index for index, item in reversed(list(enumerate(items)))}
    items.sort(key=lambda item: (order[item.statement.document], item.statement.start))
    return "".join(_line(item) + "\n" for item in items)


def reasons_json(items: Sequence[ClassifiedStatement], reasons: Sequence[Reason]) -> str:
    """Return statements with the reasons of their answers, a list of objects."""
    rows = [
        {
            **_row(item),
            "answers": [{"label": label, "probability": probability} for label, probability in reason.answers],
            "words": [{"word": word, "weight": weight} for word, weight in reason.words],
            "nearest": [
                {"text": one.text, "label": one.label, "similarity": one.similarity} for one in reason.neighbours
            ],
        }
        for item, reason in zip(items, reasons, strict=True)
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _line(item: ClassifiedStatement) -> str:
    return json.dumps(_row(item), ensure_ascii=False)


def _row(item: ClassifiedStatement) -> dict[str, Any]:
    statement, prediction = item.statement, item.prediction
    return {
        "document": statement.document,
        "member": item.member,
        "start": statement.start,
        "end": statement.end,
        "text": statement.text,
        "heading": list(statement.heading),
        "role": prediction.role,
        "category": prediction.category,
        "issue": prediction.issue,
        "confidence": prediction.confidence,
        "review": prediction.review,
    }


def draft_json(draft: Draft) -> str:
    """Return the draft with evidence, groups and account."""
    return json.dumps(_draft(draft), ensure_ascii=False, indent=2) + "\n"


def report_json(report: Report) -> str:
    """Return the draft's object with the paragraphs of causes and measures, and what stands against each issue."""
    data = _draft(report.draft) | {
        "causes": [_section(section) for section in report.causes],
        "measures": [_section(section) for section in report.measures],
        "matrix": [
            {
                "issue": match.issue,
                "causes": [{"text": text, "evidence": _spans(spans)} for text, spans in match.causes],
                "measures": [{"text": text, "evidence": _spans(spans)} for text, spans in match.measures],
            }
            for match in report.matches
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def faults_json(faults: Sequence[Fault]) -> str:
    """Return what the checker found, a list of objects; paragraphs and sentences count from 1, 0 is the whole."""
    return json.dumps([asdict(fault) for fault in faults], ensure_ascii=False, indent=2) + "\n"


def decisions_json(decisions: Sequence[Decision], gone: Container[int], lost: Container[int]) -> str:
    """Return the decision log, a list of objects.

    Args:
        decisions: Oldest first.
        gone: Numbers of those that were taken back.
        lost: Numbers of those about statements that no text holds any longer.
    """
    rows = [asdict(one) | {"undone": one.number in gone, "lost": one.number in lost} for one in decisions]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _section(section: Section) -> dict[str, Any]:
    return {
        "category": section.category,
        "lead": section.lead,
        "sentences": [
            {
                "text": sentence.text,
                "issues": list(sentence.issues),
                "quantifier": sentence.quantifier,
                "members": sentence.members,
                "evidence": _spans(sentence.evidence),
            }
            for sentence in section.sentences
        ],
    }


def _draft(draft: Draft) -> dict[str, Any]:
    account = draft.account
    return {
        "title": draft.title,
        "members": draft.members,
        "sections": [_section(section) for section in draft.sections],
        "issues": [
            {
                "id": issue.id,
                "category": issue.category,
                "key": issue.key,
                "label": issue.label,
                "members": issue.members,
                "statements": _spans(issue.statements),
                "stability": None if issue.stability is None else round(issue.stability, 4),
            }
            for issue in draft.issues
        ],
        "account": {
            "statements": account.statements,
            "used": account.used,
            "merged": account.merged,
            "set_aside": account.set_aside,
            "review": account.review,
            "unreadable": [{"document": one.path, "reason": one.reason} for one in account.unreadable],
            "files_set_aside": [{"document": one.path, "reason": one.reason} for one in account.files_set_aside],
        },
    }


def _spans(spans: Iterable[Span]) -> list[dict[str, Any]]:
    return [{"document": span.document, "start": span.start, "end": span.end} for span in spans]
