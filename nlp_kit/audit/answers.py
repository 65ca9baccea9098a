"""Rules about what stands against what: problems and measures, last year's problems and this year's."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlp_kit.audit.form import place_of
from nlp_kit.audit.points import Kinds, sorted_points, told_points
from nlp_kit.audit.rules import Finding, Place, Rule
from nlp_kit.audit.texts import LEAST_SENTENCE, MemberText, Sentence, problem_share
from nlp_kit.features import FloatArray

# Problems, measures → how well each pair goes together, shape (n_problems, n_measures).
Score = Callable[[Sequence[str], Sequence[str]], FloatArray]

# Members tell measures in the order of their problems, more or less.
_ORDER = 0.3
_MEASURE = 0.6
_PROBLEM = 0.4
_PARAGRAPHS = 3


@dataclass(frozen=True, slots=True)
class Sides:
    """The problems and the measures of a text.

    Args:
        points: Problems, point by point.
        measures: Measures, each a paragraph, or a sentence where they stand in few paragraphs.
        pairs: How well each pair goes together, shape (n_points, n_measures).
        causes: The same of the sentences about causes, shape (n_causes, n_measures).
    """

    points: list[list[Sentence]]
    measures: list[list[Sentence]]
    pairs: FloatArray
    causes: FloatArray


def sides_of(text: MemberText, score: Score) -> Sides:
    """Return the problems and measures of a text with their scores."""
    points = [point for point in told_points(text) if any(problem_share(one.roles) > _PROBLEM for one in point)]
    causes = [one for one in text.of("cause") if not _is_measure(one)]
    sentences = [one for one in text.sentences if _is_measure(one) and len(one.text) >= LEAST_SENTENCE]
    measures = _units(text, sentences)
    problems, answers = ([[one.text for one in part] for part in side] for side in (points, measures))
    return Sides(points, measures, *side_scores(problems, answers, [one.text for one in causes], score))


def side_scores(
    points: Sequence[Sequence[str]], measures: Sequence[Sequence[str]], causes: Sequence[str], score: Score
) -> tuple[FloatArray, FloatArray]:
    """Return how well problems, and sentences about causes, go with measures.

    Args:
        points: Problems, each a list of sentences.
        measures: The same of the measures.
        causes: Sentences.
        score: How well two sentences go together.

    Returns:
        Of every pair its best pair of sentences, shapes (n_points, n_measures) and (n_causes, n_measures).
    """
    sentences = [one for measure in measures for one in measure]
    columns = _numbered(measures)
    of_points = score([one for point in points for one in point], sentences)
    of_causes = score(causes, sentences)
    rows = [[place] for place in range(len(causes))]
    return _gathered(of_points, _numbered(points), columns), _gathered(of_causes, rows, columns)


def _is_measure(one: Sentence) -> bool:
    told = one.region in ("problem", "cause") and one.roles.get("measure", 0.0) > _MEASURE
    return one.region == "measure" or told


def _units(text: MemberText, sentences: Sequence[Sentence]) -> list[list[Sentence]]:
    document = text.submission.document.text
    lines = [document.count("\n", 0, one.item.statement.start) for one in sentences]
    if len(set(lines)) < _PARAGRAPHS:
        return [[one] for one in sentences]
    return [
        [one for one, line in zip(sentences, lines, strict=True) if line == wanted] for wanted in dict.fromkeys(lines)
    ]


def _numbered(groups: Sequence[Sequence[str]]) -> list[list[int]]:
    """Return the numbers of sentences in a row, group by group."""
    numbers, first = [], 0
    for group in groups:
        numbers.append(list(range(first, first + len(group))))
        first += len(group)
    return numbers


def _gathered(scores: FloatArray, rows: Sequence[Sequence[int]], columns: Sequence[Sequence[int]]) -> FloatArray:
    """Return the best score of every pair of groups of sentences."""
    found = np.zeros((len(rows), len(columns)))
    for place, row in enumerate(rows):
        for other, column in enumerate(columns):
            found[place, other] = scores[np.ix_(list(row), list(column))].max()
    return found


def _places(count: int) -> FloatArray:
    return (np.arange(count) + 0.5) / max(count, 1)


def _ordered(pairs: FloatArray) -> FloatArray:
    """Return the scores less what a measure loses for standing elsewhere in its row than the problem in its own."""
    distance = np.abs(_places(pairs.shape[0])[:, None] - _places(pairs.shape[1])[None])
    return pairs - _ORDER * distance


def point_features(pairs: FloatArray) -> FloatArray:
    """Return what tells whether each problem has a measure, shape (n_points, 6).

    Args:
        pairs: Shape (n_points, n_measures), both at least 1.
    """
    ordered = _ordered(pairs)
    best = pairs.max(axis=1)
    rows = []
    for place in range(len(pairs)):
        others = np.delete(ordered, place, 0)
        margin = ordered[place] - (others.max(axis=0) if len(others) else -0.5)
        taken = (ordered.argmax(axis=0) == place).sum()
        ratio = pairs.shape[1] / pairs.shape[0]
        rows.append([best[place], ordered[place].max(), margin.max(), taken, ratio, best[place] - np.median(best)])
    return np.array(rows, dtype=np.float64)


def measure_features(pairs: FloatArray, causes: FloatArray) -> FloatArray:
    """Return what tells whether each measure has a problem or a cause, shape (n_measures, 6).

    Args:
        pairs: Shape (n_points, n_measures), both at least 1.
        causes: Shape (n_causes, n_measures).
    """
    ordered = _ordered(pairs)
    best = np.vstack([pairs, causes]).max(axis=0)
    rows = []
    for place in range(pairs.shape[1]):
        others = np.delete(ordered, place, 1)
        margin = ordered[:, place] - (others.max(axis=1) if others.shape[1] else -0.5)
        needed = (ordered.argmax(axis=1) == place).sum()
        ratio = pairs.shape[1] / pairs.shape[0]
        rows.append([best[place], pairs[:, place].max(), margin.max(), best[place] - np.median(best), ratio, needed])
    return np.array(rows, dtype=np.float64)


def verdict(features: FloatArray, weights: Mapping[str, Any]) -> FloatArray:
    """Return a logistic regression's probabilities, shape (...).

    Args:
        features: Shape (..., n_features).
        weights: ``mean``, ``scale`` and ``coef`` of the features, and ``intercept``.
    """
    scaled = (features - np.array(weights["mean"])) / np.array(weights["scale"])
    scores: FloatArray = 1 / (1 + np.exp(-(scaled @ np.array(weights["coef"]) + weights["intercept"])))
    return scores


def no_measure(
    text: MemberText, sides: Sides, rule: Rule, weights: Mapping[str, Any], kinds: Kinds
) -> Iterator[Finding]:
    """Yield a finding for every problem of the writer's own that no measure answers."""
    if not sides.points:
        return
    if not sides.measures:
        yield Finding(rule.key, place_of(text, sides.points[0]), "全文没有整改措施")
        return
    open_ = verdict(point_features(sides.pairs), weights)
    for point, share in zip(sorted_points(sides.points, kinds), open_, strict=True):
        if share * point.own >= rule["likely"]:
            yield Finding(rule.key, place_of(text, point.sentences), "没有找到针对这个问题的措施")


def no_problem(text: MemberText, sides: Sides, rule: Rule, weights: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding for every measure that answers no problem and no cause.

    Where the problems stand in one or two paragraphs, what a measure answers cannot be told from the others.
    """
    if len(sides.points) < _PARAGRAPHS or not sides.measures:
        return
    shares = verdict(measure_features(sides.pairs, sides.causes), weights)
    for measure, share in zip(sides.measures, shares, strict=True):
        # The closing words of a text are no measure.
        sure = np.mean([one.roles.get("measure", 0.0) for one in measure])
        if share * sure >= rule["likely"]:
            yield Finding(rule.key, place_of(text, measure), "没有找到这条措施要解决的问题")


def again_features(scores: FloatArray) -> FloatArray:
    """Return what tells whether a problem of this year is one of last year's, shape (n_past, n_now, 5).

    Args:
        scores: How well each pair goes together, shape (n_past, n_now), both at least 1.
    """
    found = np.zeros((*scores.shape, 5))
    for row, column in np.ndindex(scores.shape):
        own = scores[row, column]
        beside, above = np.delete(scores[row], column), np.delete(scores[:, column], row)
        found[row, column] = (
            own,
            own - (beside.max() if len(beside) else 0.0),
            own - (above.max() if len(above) else 0.0),
            own - (beside.mean() if len(beside) else 0.0),
            own - scores.mean(),
        )
    return found


def last_year_again(
    text: MemberText, before: MemberText, rule: Rule, score: Score, weights: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield a finding for every problem of last year's text of a member that comes back.

    Args:
        text: This year's text.
        before: Last year's text of the same member.
        rule: The rule.
        score: How well a problem of last year and one of this year go together.
        weights: Of the logistic regression over such scores.
    """
    past, now = (told_points(one) for one in (before, text))
    if not past or not now:
        return
    scores = score(*[["".join(one.text for one in point) for point in points] for points in (past, now)])
    shares = verdict(again_features(scores), weights)
    for column, point in enumerate(now):
        row = int(shares[:, column].argmax())
        if shares[row, column] < rule["likely"] or shares[row].argmax() != column:
            continue
        found = place_of(before, past[row])
        other = Place("上年", found.document, found.start, found.end, found.text)
        yield Finding(rule.key, place_of(text, point), "上年写过类似的问题，今年又出现", other)
