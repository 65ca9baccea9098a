"""The rules in order: each text by itself, then against the others, against other folders and against last year's."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp_kit.audit import answers, form
from nlp_kit.audit.copies import Comparable, Shared, comparable, shared_pairs, shared_passages
from nlp_kit.audit.points import Kinds, point_findings
from nlp_kit.audit.posts import claimed_posts
from nlp_kit.audit.rules import Finding, Place, Rules
from nlp_kit.audit.texts import MemberText
from nlp_kit.themes import Theme

# Titles, salutations and openings are alike in all texts.
_NOT_COMPARED = ("heading", "preamble", "other")


@dataclass(frozen=True, slots=True)
class Judges:
    """What the rules ask the models.

    Args:
        kinds: Of what kind the points of a text are.
        answered: How well problems and measures go together.
        again: How well last year's problems and this year's go together.
        weights: Name of a rule → its logistic regression over such scores.
        likely: Problems → probability of each of the theme's classes; None without a theme.
    """

    kinds: Kinds
    answered: answers.Score
    again: answers.Score
    weights: Mapping[str, Mapping[str, Any]]
    likely: Callable[[Sequence[str]], NDArray[np.float64]] | None = None


def audit_texts(
    texts: Sequence[MemberText],
    rules: Rules,
    judges: Judges,
    theme: Theme | None = None,
    against: Sequence[MemberText] = (),
    last_year: Mapping[str, MemberText] | None = None,
) -> list[Finding]:
    """Return what the rules that are on find, text by text.

    Args:
        texts: The branch's texts, one for each member.
        rules: The rules.
        judges: The models.
        theme: The year's aspects; without it nothing is said of missing ones.
        against: Texts of other folders that must not be copied from; last year's are among them.
        last_year: Member → last year's text.
    """
    found = [
        *_copies(texts, against, rules),
        *(finding for text in texts for finding in _by_itself(text, rules, judges, theme)),
    ]
    if last_year and rules["last_year_again"].on:
        for text in texts:
            if text.member in last_year:
                rule, weights = rules["last_year_again"], judges.weights["last_year_again"]
                found += answers.last_year_again(text, last_year[text.member], rule, judges.again, weights)
    order = {text.member: number for number, text in enumerate(texts)}
    ranks = {key: number for number, key in enumerate(rules)}
    kept = [finding for finding in found if rules[finding.rule].on]
    return sorted(kept, key=lambda one: (order[one.place.member], ranks[one.rule], one.place.start))


def _by_itself(text: MemberText, rules: Rules, judges: Judges, theme: Theme | None) -> Iterator[Finding]:
    yield from form.length(text, rules["length"])
    yield from form.few_problems(text, rules["few_problems"])
    yield from form.empty_phrases(text, rules["empty_phrases"])
    if theme is not None and judges.likely is not None and rules["missing_aspect"].on:
        yield from form.missing_aspects(text, rules["missing_aspect"], theme, judges.likely)
    yield from point_findings(text, rules, judges.kinds)
    if rules["no_measure"].on or rules["no_problem"].on:
        sides = answers.sides_of(text, judges.answered)
        weights = judges.weights
        yield from answers.no_measure(text, sides, rules["no_measure"], weights["no_measure"], judges.kinds)
        yield from answers.no_problem(text, sides, rules["no_problem"], weights["no_problem"])


def compared(text: MemberText) -> Comparable:
    """Return what of a text is compared with others."""
    stretches = [
        (one.item.statement.start, one.item.statement.end) for one in text.sentences if one.region not in _NOT_COMPARED
    ]
    return comparable(text.submission.document.text, stretches)


def _copies(texts: Sequence[MemberText], against: Sequence[MemberText], rules: Rules) -> Iterator[Finding]:
    """Yield copied passages, on both sides where both are members', and the posts that were copied along."""
    everyone = [*against, *texts]
    letters = [compared(text) for text in everyone]
    fixed = len(against)
    limits = [rules[key] for key in ("copied", "copied_outside")]
    least, share = (min(one[name] for one in limits) for name in ("least", "share"))
    for one, other in shared_pairs(letters, fixed, least, share):
        rule = rules["copied" if one >= fixed else "copied_outside"]
        for shared in shared_passages(letters[one], letters[other], rule["least"], rule["share"]):
            first, second = everyone[one].place(*shared.first), everyone[other].place(*shared.second)
            sides = [(other, second, first)] + ([(one, first, second)] if one >= fixed else [])
            for number, place, opposite in sides:
                yield Finding(rule.key, place, _copied(shared, opposite), opposite)
                yield from _strange_posts(everyone[number], place, opposite)


def _copied(shared: Shared, opposite: Place) -> str:
    return f"有 {shared.length} 字与{opposite.member}的材料几乎相同（{shared.share:.0%} 逐字相同）"


def _strange_posts(text: MemberText, place: Place, opposite: Place) -> Iterator[Finding]:
    """Yield a finding for each post that a copied passage claims and that the writer, as his head says, has not."""
    for words, post in claimed_posts(place.text):
        if post not in text.head:
            yield Finding("role_mismatch", place, f"照抄的段落里写着“{words}”，与本人的岗位不符", opposite, words)
