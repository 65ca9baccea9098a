"""The figures of the model cards: statements against gold labels, documents against gold spans."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from nlp_kit.features import FloatArray
from nlp_kit.labels import LabelScheme, answer
from nlp_kit.records import ClassifiedStatement, Prediction, Span

MIN_OVERLAP = 0.5


def score_labels(
    probabilities: FloatArray, gold: Sequence[str], scheme: LabelScheme, review_below: float
) -> dict[str, Any]:
    """Compare label probabilities with gold labels.

    Args:
        probabilities: Shape (n_statements, n_classes).
        gold: Right labels, length n_statements.
        scheme: Folds labels into roles and categories.
        review_below: Confidence under which an answer waits for a person.

    Returns:
        ``category_macro_f1`` over the categories and "none", ``category_f1`` of each, ``role_accuracy``, ``role_f1``
        per role, ``issue_accuracy`` over gold issues, ``accepted`` (share of answers that need no person),
        ``accepted_precision``, ``surest_80_accuracy`` (over the four fifths with the highest confidence) and
        ``calibration_error`` (ten bins), all three of role and category together; ``none_recall`` is the share of
        statements of no category that got none; ``confusion`` counts gold category → answered category;
        ``risk_coverage`` gives the accuracy of the surest share of the answers.
    """
    answers = answer(probabilities, scheme, review_below)
    roles = [scheme.role_of(label) for label in gold]
    categories = [scheme.category_of(label) for label in gold]
    right = is_right(answers, gold, scheme)
    confidence = np.array([found.confidence for found in answers])
    accepted = np.array([not found.review for found in answers])
    issues = [
        (found.issue, label) for found, label, role in zip(answers, gold, roles, strict=True) if role == "problem"
    ]
    outside = [found.category is None for found, category in zip(answers, categories, strict=True) if not category]
    named = sorted({category or "none" for category in categories})
    category_f1 = f1_score(
        [category or "none" for category in categories],
        [found.category or "none" for found in answers],
        labels=named,
        average=None,
        zero_division=0,
    )
    names = sorted(set(roles))
    role_f1 = f1_score(roles, [found.role for found in answers], labels=names, average=None, zero_division=0)
    return {
        "n": len(gold),
        "category_macro_f1": _round(
            f1_score(
                [category or "none" for category in categories],
                [found.category or "none" for found in answers],
                average="macro",
            )
        ),
        "role_accuracy": _round(np.mean([found.role == role for found, role in zip(answers, roles, strict=True)])),
        "role_macro_f1": _round(role_f1.mean()),
        "none_recall": _round(np.mean(outside)) if outside else None,
        "category_f1": {name: _round(value) for name, value in zip(named, category_f1, strict=True)},
        "role_f1": {name: _round(value) for name, value in zip(names, role_f1, strict=True)},
        "issue_accuracy": _round(np.mean([found == label for found, label in issues])) if issues else None,
        "accepted": _round(accepted.mean()),
        "accepted_precision": _round(right[accepted].mean()) if accepted.any() else None,
        "surest_80_accuracy": _round(_surest(confidence, right, 0.8).mean()),
        "calibration_error": _round(calibration_error(confidence, right)),
        "confusion": _confusion(categories, [found.category for found in answers]),
        "risk_coverage": {
            f"{percent} %": _round(_surest(confidence, right, percent / 100).mean()) for percent in range(50, 101, 10)
        },
    }


def score_answers(answers: Sequence[str], gold: Sequence[str], scheme: LabelScheme) -> dict[str, float]:
    """Compare labels with gold labels, for classifiers that give no probabilities.

    Args:
        answers: Length n_statements.
        gold: Right labels, length n_statements.
        scheme: Folds labels into roles and categories.

    Returns:
        ``category_macro_f1`` over the categories and "none", ``role_macro_f1``, ``issue_accuracy`` over gold issues.
    """
    categories, roles = (
        [[fold(label) or "none" for label in labels] for labels in (gold, answers)]
        for fold in (scheme.category_of, scheme.role_of)
    )
    problems = [pair for pair in zip(answers, gold, strict=True) if scheme.role_of(pair[1]) == "problem"]
    return {
        "category_macro_f1": _round(f1_score(*categories, average="macro")),
        "role_macro_f1": _round(f1_score(*roles, average="macro")),
        "issue_accuracy": _round(np.mean([found == label for found, label in problems])),
    }


def _surest(confidence: FloatArray, right: NDArray[np.bool_], share: float) -> NDArray[np.bool_]:
    """Return whether the surest share of the answers are right."""
    surest: NDArray[np.bool_] = right[np.argsort(-confidence, kind="stable")[: max(1, round(share * len(right)))]]
    return surest


def _confusion(gold: Sequence[str | None], answered: Sequence[str | None]) -> dict[str, dict[str, int]]:
    names = sorted({category or "none" for category in (*gold, *answered)})
    pairs = Counter((one or "none", other or "none") for one, other in zip(gold, answered, strict=True))
    return {one: {other: pairs[one, other] for other in names} for one in names}


def score_choices(
    confidence: FloatArray, right: NDArray[np.bool_], wanted: NDArray[np.bool_], threshold: float
) -> dict[str, Any]:
    """Measure answers that are used only above a threshold.

    Args:
        confidence: Of the best usable answer, shape (n_texts,).
        right: Whether that answer is the gold label, shape (n_texts,).
        wanted: Whether the gold label is a usable one, length n_texts.
        threshold: Answers below are not used.

    Returns:
        ``n``, ``precision`` (right ones among the used) and ``recall`` (right and used ones among the wanted).
    """
    used = confidence >= threshold
    hits = int((used & right).sum())
    return {
        "n": len(right),
        "precision": _round(hits / max(int(used.sum()), 1)),
        "recall": _round(hits / max(sum(wanted), 1)),
    }


def is_right(answers: Sequence[Prediction], gold: Sequence[str], scheme: LabelScheme) -> NDArray[np.bool_]:
    """Return whether role and category of each answer are those of the gold label, shape (n_statements,)."""
    pairs = [(scheme.role_of(label), scheme.category_of(label)) for label in gold]
    return np.array([(found.role, found.category) == pair for found, pair in zip(answers, pairs, strict=True)])


def calibration_error(confidence: FloatArray, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Return the expected calibration error: mean gap between confidence and share of right answers per bin."""
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[index == bin_].mean() - right[index == bin_].mean()) * (index == bin_).mean()
        for bin_ in range(bins)
        if (index == bin_).any()
    ]
    return float(sum(gaps))


def score_documents(
    found: Iterable[ClassifiedStatement], gold: Mapping[str, Sequence[Mapping[str, Any]]]
) -> dict[str, Any]:
    """Compare classified statements with gold spans.

    A found statement and a gold span match when they share at least half of the shorter one.

    Args:
        found: Statements of all documents.
        gold: Document path → spans with ``start``, ``end``, ``role``, ``category`` and ``issue``.

    Returns:
        ``problem_precision`` (found problems that lie on gold problems; those on unlabelled text are not counted),
        ``problem_recall``, ``leaks`` (gold roles that were taken for problems), ``category_accuracy`` and
        ``issue_accuracy`` over matched problems.
    """
    true_positive = false_positive = 0
    leaks: dict[str, int] = defaultdict(int)
    category_hits: list[bool] = []
    issue_hits: list[bool] = []
    covered: set[tuple[str, int]] = set()
    for item in found:
        if item.prediction.role != "problem":
            continue
        span = best_match(item, gold.get(item.statement.document, ()))
        if span is None:
            continue
        if span["role"] == "problem":
            true_positive += 1
            covered.add((item.statement.document, span["start"]))
            category_hits.append(item.prediction.category == span["category"])
            issue_hits.append(item.prediction.issue == span["issue"])
        else:
            false_positive += 1
            leaks[span["role"]] += 1
    problems = sum(span["role"] == "problem" for spans in gold.values() for span in spans)
    return {
        "gold_problems": problems,
        "problem_precision": _round(true_positive / max(true_positive + false_positive, 1)),
        "problem_recall": _round(len(covered) / max(problems, 1)),
        "leaks": dict(sorted(leaks.items())),
        "category_accuracy": _round(np.mean(category_hits)) if category_hits else None,
        "issue_accuracy": _round(np.mean(issue_hits)) if issue_hits else None,
    }


def best_match(item: ClassifiedStatement, spans: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the gold span that shares most with a statement, None when none shares ``MIN_OVERLAP`` of the shorter."""
    statement = item.statement
    best, best_share = None, MIN_OVERLAP
    for span in spans:
        shared = min(statement.end, span["end"]) - max(statement.start, span["start"])
        share = shared / min(statement.end - statement.start, span["end"] - span["start"])
        if shared > 0 and share >= best_share:
            best, best_share = span, share
    return best


def b_cubed(found: Mapping[Span, Hashable], gold: Mapping[Span, Hashable]) -> dict[str, float]:
    """Return B³ precision, recall and F1 (Bagga and Baldwin 1998) over the spans that both assign to a cluster."""
    spans = sorted(found.keys() & gold.keys())
    precision = recall = 0.0
    for span in spans:
        same_found = {other for other in spans if found[other] == found[span]}
        same_gold = {other for other in spans if gold[other] == gold[span]}
        both = len(same_found & same_gold)
        precision += both / len(same_found)
        recall += both / len(same_gold)
    count = max(len(spans), 1)
    precision, recall = precision / count, recall / count
    f1 = 2 * precision * recall / max(precision + recall, 1e-12)
    return {"n": count, "precision": _round(precision), "recall": _round(recall), "f1": _round(f1)}


def pairwise_f1(found: Mapping[Span, Hashable], gold: Mapping[Span, Hashable]) -> float:
    """Return F1 over the pairs of spans that stand in one cluster, among the spans that both assign to one."""
    spans = found.keys() & gold.keys()
    in_found, in_gold, in_both = (
        sum(count * (count - 1) // 2 for count in Counter(key(span) for span in spans).values())
        for key in (found.__getitem__, gold.__getitem__, lambda span: (found[span], gold[span]))
    )
    return _round(2 * in_both / max(in_found + in_gold, 1))


def _round(value: float | np.floating[Any]) -> float:
    return round(float(value), 4)
