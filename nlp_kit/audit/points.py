"""Rules about how the points of the part of problems are told: of whom, of what, how concretely."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlp_kit.audit.form import place_of
from nlp_kit.audit.rules import Finding, Rules
from nlp_kit.audit.texts import LEAST_SENTENCE, MemberText, Sentence, problem_share

# Texts → how likely each is of every kind (corpora/audit/points): concrete, general, team, work, third, wish, praise,
# criticism.
Kinds = Callable[[Sequence[str]], Sequence[Mapping[str, float]]]

# Kinds of points that are no problem of the writer's own.
_NOT_OWN = ("team", "wish", "praise", "criticism")
# A sentence that leads up to the points is none of them.
_LEAD_IN = {"preamble": 0.5, "heading": 0.5, "measure": 0.6}
# Who says 我 of himself does not hide behind others.
_FIRST_PERSON = re.compile("我(?!们)|本人")
# Whom nobody can name: 有的同志, 个别护工, 一些年轻人, 有人. What is meant by it, the classifier says.
_INDEFINITE = re.compile("有的|有些|个别|一些|部分|少数|某些|某个|不少|多数|有人|大家|身边的?(?:同志|党员)")
_LEAST_SIZE = 15
# Criticism that names a defect leaves a passage with wishes in peace.
_REAL_CRITICISM = 0.3
_SURE_WISH = 0.9


@dataclass(frozen=True, slots=True)
class Point:
    """A point.

    Args:
        sentences: What it is told in.
        shares: How likely it is of each kind.
    """

    sentences: tuple[Sentence, ...]
    shares: Mapping[str, float]

    @property
    def kind(self) -> str:
        """The likeliest kind."""
        return max(self.shares, key=lambda kind: self.shares[kind])

    @property
    def own(self) -> float:
        """How likely it is a problem of the writer's own: no one else's, no wish, no praise, no mere leading up."""
        others = sum(self.shares[kind] for kind in _NOT_OWN)
        return (1 - others) * max(problem_share(one.roles) for one in self.sentences)


def told_points(text: MemberText) -> list[list[Sentence]]:
    """Return the points of the part of problems without what only leads up to them."""
    found = []
    for point in text.points("problem"):
        own = [
            one
            for one in point
            if len(one.text) >= LEAST_SENTENCE
            and all(one.roles.get(role, 0.0) < most for role, most in _LEAD_IN.items())
        ]
        if sum(one.size for one in own) >= _LEAST_SIZE:
            found.append(own)
    return found


def sorted_points(points: Sequence[Sequence[Sentence]], kinds: Kinds) -> list[Point]:
    """Return points with their kinds: what they are as a whole and sentence by sentence, the longer weighing more."""
    of_sentences = iter(kinds([one.text for point in points for one in point]))
    of_points = kinds(["".join(one.text for one in point) for point in points])
    found = []
    for point, whole in zip(points, of_points, strict=True):
        size = sum(one.size for one in point)
        sums = {kind: share * size for kind, share in whole.items()}
        for one in point:
            for kind, share in next(of_sentences).items():
                sums[kind] += share * one.size
        found.append(Point(tuple(point), {kind: total / (2 * size) for kind, total in sums.items()}))
    return found


def point_findings(text: MemberText, rules: Rules, kinds: Kinds) -> Iterator[Finding]:
    """Yield what the rules about points find in a text."""
    points = sorted_points(told_points(text), kinds)
    if points:
        yield from _of_shares(text, points, rules)
    yield from _third_person(text, rules, kinds)
    yield from _wishes(text, rules, kinds)


def _of_shares(text: MemberText, points: Sequence[Point], rules: Rules) -> Iterator[Finding]:
    count = len(points)
    for key, kind, what in (
        ("team_problems", "team", "讲的是支部、班子或单位的问题"),
        ("work_problems", "work", "只讲工作困难和条件，没有讲本人的思想、态度、作风"),
        ("achievement_first", "praise", "先讲成绩，问题一笔带过"),
    ):
        own = [point for point in points if point.kind == kind]
        # Squared, so that many points that may just be of the kind do not make one that surely is.
        share = sum(point.shares[kind] ** 2 for point in points) / count
        if own and share >= rules[key]["share"]:
            yield Finding(key, place_of(text, own[0].sentences), f"{count} 个问题里有 {len(own)} 个{what}")
    vague = [point for point in points if point.kind in ("general", "third")]
    concrete = sum(point.kind == "concrete" for point in points) / count
    if concrete <= rules["nothing_concrete"]["share"] and len(vague) / count >= rules["nothing_concrete"]["vague"]:
        place = place_of(text, vague[0].sentences)
        yield Finding("nothing_concrete", place, f"{count} 个问题里有 {len(vague)} 个没有一件具体的事")


def _third_person(text: MemberText, rules: Rules, kinds: Kinds) -> Iterator[Finding]:
    sentences = [
        one for one in text.of("problem") if _INDEFINITE.search(one.text) and not _FIRST_PERSON.search(one.text)
    ]
    shares = kinds([one.text for one in sentences])
    likely = rules["third_person"]["likely"]
    own = [one for one, found in zip(sentences, shares, strict=True) if found["third"] > likely]
    if own and len(own) >= rules["third_person"]["least"]:
        yield Finding("third_person", place_of(text, own[:1]), f"有 {len(own)} 句说的是“有的同志”一类，没有说自己")


def _wishes(text: MemberText, rules: Rules, kinds: Kinds) -> Iterator[Finding]:
    rule = rules["wishes"]
    passage = [one for one in text.of("criticism") if len(one.text) >= LEAST_SENTENCE]
    if passage:
        shares = kinds([one.text for one in passage])
        total = sum(one.size for one in passage)
        wishes = [
            one
            for one, found in zip(passage, shares, strict=True)
            if found["wish"] > max(found["criticism"], rule["likely"])
        ]
        real = sum(one.size for one, found in zip(passage, shares, strict=True) if found["criticism"] > rule["likely"])
        share = sum(one.size for one in wishes) / total
        if share >= rule["share"] and real / total < _REAL_CRITICISM:
            yield Finding("wishes", place_of(text, wishes[:1]), "对支部或同志的意见只有希望、建议，没有指出缺点")
            return
    asked = [one for one in text.of("problem") if one.item.prediction.role == "criticism"]
    for one, found in zip(asked, kinds([one.text for one in asked]), strict=True):
        if found["wish"] > _SURE_WISH:
            yield Finding("wishes", place_of(text, [one]), "这一条是对组织或他人的希望，不是本人的问题")
            return
