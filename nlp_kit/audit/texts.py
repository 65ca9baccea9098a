"""A member's text as the audit reads it: which stretch of it does what, and the points of the part of problems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nlp_kit.audit.rules import Place
from nlp_kit.pages import SEAM
from nlp_kit.records import ROLES, ClassifiedStatement, Submission

# In a text without headings a sentence does what its neighbours do, unless it clearly does something else.
_STAY = 0.9
# What no writer means by a whole sentence in running text.
_NEVER_RUN_IN = ("heading",)
_LEAST = 0.02
# Characters of a sentence that says something.
LEAST_SENTENCE = 6
# What a state loses that a heading, or an opening word above it in the text, speaks against.
_CERTAIN, _OPENED = -50.0, -1.0


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement and what the stretch of text around it does.

    Args:
        item: The statement with its prediction.
        region: What it is there for: ``problem``, ``cause``, ``measure`` and the other roles.
        roles: How likely the statement, read alone, has each role.
    """

    item: ClassifiedStatement
    region: str
    roles: Mapping[str, float]

    @property
    def text(self) -> str:
        """Its characters without white space around them."""
        return self.item.statement.text.strip()

    @property
    def size(self) -> int:
        """Its characters without white space."""
        return len("".join(self.item.statement.text.split()))


@dataclass(frozen=True)
class MemberText:
    """One member's text.

    Args:
        submission: The text.
        sentences: All of its statements in order.
    """

    submission: Submission
    sentences: tuple[Sentence, ...]

    @property
    def member(self) -> str:
        """Pseudonym."""
        return self.submission.member

    def place(self, start: int, end: int) -> Place:
        """Return a stretch of the text as a place in the file that holds its beginning, at most to that page's end."""
        document = self.submission.document
        seams = self.submission.seams or ((0, document.path),)
        number = max(number for number, (first, _) in enumerate(seams) if first <= start)
        first, path = seams[number]
        ends = [later - len(SEAM) for later, _ in seams[number + 1 :]]
        end = min(end, *ends, len(document.text))
        return Place(self.member, path, start - first, end - first, document.text[start:end])

    @cached_property
    def size(self) -> int:
        """Characters of the member's text with its list numbers and signs, without white space.

        Lines without a statement of the member's are other members' in the same file, or hold signs only.
        """
        text, done, found = self.submission.document.text, 0, 0
        for one in self.sentences:
            start = max(done, text.rfind("\n", 0, one.item.statement.start) + 1)
            border = text.find("\n", one.item.statement.end)
            done = max(done, len(text) if border < 0 else border)
            found += len("".join(text[start:done].split()))
        return found

    def share(self, *regions: str) -> float:
        """Return which share of the statements some regions take up, 0 to 1."""
        whole = sum(one.size for one in self.sentences)
        return sum(one.size for one in self.of(*regions)) / max(whole, 1)

    def of(self, *regions: str) -> list[Sentence]:
        """Return the sentences of some regions; headings are in none."""
        return [one for one in self.sentences if one.region in regions]

    def points(self, *regions: str) -> list[list[Sentence]]:
        """Return the sentences of some regions point by point: a point is a paragraph or a list item."""
        text = self.submission.document.text
        found: list[list[Sentence]] = []
        last = None
        for one in self.of(*regions):
            place = (one.item.statement.heading, text.count("\n", 0, one.item.statement.start))
            if place != last:
                found.append([])
                last = place
            found[-1].append(one)
        return found

    @cached_property
    def head(self) -> str:
        """What stands before the first problem, cause or measure: title, unit, post and name."""
        begun = self.of("problem", "cause", "measure")
        text = self.submission.document.text
        return text[: begun[0].item.statement.start] if begun else text


def read_text(submission: Submission, roles: Sequence[Mapping[str, float]]) -> MemberText:
    """Return a member's text with the region of every sentence.

    Args:
        submission: The text with its predictions.
        roles: How likely each statement, read alone, has each role.
    """
    items = submission.statements
    parts = [item.statement.part for item in items]
    sure = [bool(item.statement.heading) for item in items]
    found = _regions(parts, sure, roles)
    return MemberText(
        submission, tuple(Sentence(item, region, own) for item, region, own in zip(items, found, roles, strict=True))
    )


def _regions(parts: Sequence[str], sure: Sequence[bool], roles: Sequence[Mapping[str, float]]) -> list[str]:
    """Return what each statement is there for: its headings say, else the likeliest run of roles (Viterbi 1967)."""
    states = [role for role in ROLES if role not in _NEVER_RUN_IN]
    change = np.log((1 - _STAY) / (len(states) - 1))
    moves = np.full((len(states), len(states)), change)
    np.fill_diagonal(moves, np.log(_STAY))
    scores = np.zeros(len(states))
    back: list[np.ndarray] = []
    for part, firm, own in zip(parts, sure, roles, strict=True):
        # Behind a heading anything may begin.
        steps = scores[:, None] + (np.zeros_like(moves) if part == "heading" else moves)
        back.append(steps.argmax(axis=0))
        scores = steps.max(axis=0) + _evidence(part, firm, own, states)
    state = int(scores.argmax()) if len(parts) else 0
    found = []
    for step in reversed(back):
        found.append(states[state])
        state = int(step[state])
    found.reverse()
    return ["heading" if part == "heading" else region for part, region in zip(parts, found, strict=True)]


def problem_share(roles: Mapping[str, float]) -> float:
    """Return how likely a statement is a problem; those outside the categories, by keys of their own, are some too."""
    return sum(share for role, share in roles.items() if role == "problem" or role not in ROLES)


def _evidence(part: str, firm: bool, roles: Mapping[str, float], states: Sequence[str]) -> np.ndarray:
    """Return how well each state fits a statement (log scale): headings are certain, opening words likely."""
    if part == "heading":
        return np.zeros(len(states))
    shares = [problem_share(roles) if state == "problem" else roles.get(state, 0.0) for state in states]
    alone = np.log(np.maximum(shares, _LEAST))
    if part not in states:
        return alone
    said = np.array([state == part for state in states])
    return np.where(said, 0.0, _CERTAIN) if firm else alone + np.where(said, 0.0, _OPENED)
