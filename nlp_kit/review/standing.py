"""The decision log replayed: what stands of all that persons have decided, and what it makes of the statements.

A group that a person has touched becomes the committee's own: it has a number (``g1``, ``g2`` …), its statements stay
together and apart from those of its other groups. Like statements of new texts may join a group that the program had
made, unless it is locked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nlp_kit.records import ClassifiedStatement, Decision, Prediction, Role, Submission

# Kind of a decision → what it does, as the log tells it.
KINDS = {
    "answer": "判定",
    "drop": "不写这条",
    "use": "恢复这条",
    "gather": "定为一组",
    "move": "移到",
    "merge": "并入",
    "name": "改名",
    "keep": "写不写",
    "place": "顺序",
    "lock": "锁定",
    "word": "改句子",
    "lead": "改导语",
    "undo": "撤销",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says of a statement; ``issue`` is None where only the category was decided."""

    role: Role
    category: str | None
    issue: str | None


@dataclass(slots=True)
class OwnGroup:
    """A group of the committee's own.

    Args:
        number: What decisions know it by.
        category: Category of its statements.
        key: Issue of the program's group that it was made of, "" for one that a person has opened.
        statements: Ids of the statements that a person has put into it, in the order of the decisions.
        name: What the committee calls it, "" to leave that to the program.
        keep: True to tell it in the draft, False to leave it out, None to leave that to the program.
        place: Its place among the category's groups in the draft, from 1; None to leave that to the program.
        locked: Whether no further statement may join.
        wording: Its sentence in the draft, "" to leave that to the program.
        as_drafted: Whether that is the program's own sentence, which a person has only fixed.
        worded_for: How many members told it when a person worded it, 0 where that is not known.
        is_named: Whether its name is a person's, not one that the program gave it.
    """

    number: str
    category: str
    key: str = ""
    statements: dict[str, None] = field(default_factory=dict)
    name: str = ""
    keep: bool | None = None
    place: int | None = None
    locked: bool = False
    wording: str = ""
    as_drafted: bool = False
    worded_for: int = 0
    is_named: bool = False

    @property
    def is_open(self) -> bool:
        """Whether like statements of new texts may join; into a group of his own a person puts everything himself."""
        return bool(self.key) and not self.locked


class Standing:
    """What stands of the decisions.

    Args:
        decisions: The log, oldest first.

    Attributes:
        answers: Statement → what a person says of it.
        dropped: Statements that a person has taken out.
        moved: Statements that a person has put into a group.
        groups: Number → group of the committee's own.
        leads: Category → its lead in a person's words.
        valid: The decisions that are not undone.
    """

    def __init__(self, decisions: Sequence[Decision] = ()) -> None:
        self.answers: dict[str, Answer] = {}
        self.dropped: set[str] = set()
        self.moved: set[str] = set()
        self.groups: dict[str, OwnGroup] = {}
        self.leads: dict[str, str] = {}
        self._home: dict[str, str] = {}
        gone = undone(decisions)
        self.valid = [one for one in decisions if one.number not in gone and one.kind != "undo"]
        for one in self.valid:
            self._take(one)

    def _take(self, one: Decision) -> None:
        value, statement = one.value, one.statement
        if one.kind == "answer":
            self.answers[statement] = Answer(value["role"], value["category"], value["issue"])
            home = self.home_of(statement)
            other_issue = home is not None and home.key and value["issue"] not in (None, home.key)
            if home and (home.category != value["category"] or other_issue):
                self._put(statement, None)
        elif one.kind == "drop":
            self.dropped.add(statement)
        elif one.kind == "use":
            self.dropped.discard(statement)
        elif one.kind == "lead":
            self.leads[value["category"]] = value["text"]
        elif one.kind == "gather":
            group = self.groups.setdefault(one.group, OwnGroup(one.group, value["category"], value.get("key", "")))
            group.name = group.name or value.get("name", "")
            for id_ in value["statements"]:
                self._put(id_, group)
        elif one.group in self.groups:
            self._change(self.groups[one.group], one.kind, value, statement)

    def _change(self, group: OwnGroup, kind: str, value: Mapping[str, Any], statement: str) -> None:
        if kind == "move":
            self.moved.add(statement)
            self._put(statement, group)
            found = self.answers.get(statement)
            if found is not None and found.category != group.category:
                self.answers[statement] = Answer("problem", group.category, None)
        elif kind == "merge" and value["into"] in self.groups:
            for id_ in list(group.statements):
                self._put(id_, self.groups[value["into"]])
            del self.groups[group.number]
        elif kind == "name":
            group.name, group.is_named = value["name"], True
        elif kind == "keep":
            group.keep = value["keep"]
        elif kind == "place":
            group.place = value["place"]
        elif kind == "lock":
            group.locked = value["locked"]
        elif kind == "word":
            group.wording, group.as_drafted = value["text"], value["text"] == value.get("before")
            group.worded_for = value.get("members", 0)

    def _put(self, statement: str, group: OwnGroup | None) -> None:
        before = self._home.pop(statement, None)
        if before in self.groups:
            self.groups[before].statements.pop(statement, None)
        if group is not None:
            group.statements[statement] = None
            self._home[statement] = group.number

    def home_of(self, statement: str) -> OwnGroup | None:
        """Return the committee's own group that a statement belongs to."""
        return self.groups.get(self._home.get(statement, ""))

    def has_decided(self, item: ClassifiedStatement) -> bool:
        """Whether a person has said anything of a statement itself; what was said of its whole group is not meant."""
        return item.id in self.answers or item.id in self.dropped or item.id in self.moved

    def correct(self, submissions: Iterable[Submission]) -> list[Submission]:
        """Return submissions with persons' answers in the place of the classifier's."""
        return [replace(one, statements=tuple(self._corrected(item) for item in one.statements)) for one in submissions]

    def _corrected(self, item: ClassifiedStatement) -> ClassifiedStatement:
        prediction = item.prediction
        answer, home = self.answers.get(item.id), self.home_of(item.id)
        if answer is not None:
            prediction = Prediction(answer.role, answer.category, answer.issue, 1.0, review=False)
        if home is not None and (prediction.category != home.category or prediction.review):
            issue = prediction.issue if prediction.category == home.category else None
            prediction = Prediction("problem", home.category, issue, 1.0, review=False)
        return replace(item, prediction=prediction, dropped=item.id in self.dropped)

    def lost(self, submissions: Iterable[Submission]) -> list[Decision]:
        """Return the decisions about statements that no text holds any longer; they count again when one does."""
        present = {item.id for one in submissions for item in one.statements}
        return [one for one in self.valid if one.statement and one.statement not in present]


def undone(decisions: Sequence[Decision]) -> set[int]:
    """Return the numbers of the decisions that were taken back; who takes back an undoing lets them count again."""
    gone: set[int] = set()
    for one in reversed(decisions):
        if one.kind == "undo" and one.number not in gone:
            gone.update(one.value["numbers"])
    return gone
