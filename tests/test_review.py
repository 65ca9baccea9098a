"""Decisions replayed, and spreadsheets compared with what stands."""

from hypothesis import given
from hypothesis import strategies as st

from nlp_kit.records import ClassifiedStatement, Decision, Document, Prediction, Statement, Submission
from nlp_kit.review.standing import Standing, undone


def numbered(*decisions: Decision) -> list[Decision]:
    return [
        Decision(one.kind, one.value, one.statement, one.group, number=number, batch=1)
        for number, one in enumerate(decisions, 1)
    ]


def answer(statement: str, category: str | None, issue: str | None, role: str = "problem") -> Decision:
    return Decision("answer", {"role": role, "category": category, "issue": issue}, statement)


def gather(group: str, category: str, *statements: str) -> Decision:
    return Decision("gather", {"category": category, "statements": list(statements)}, "", group)


def move(statement: str, group: str) -> Decision:
    return Decision("move", {}, statement, group)


def undo(*numbers: int) -> Decision:
    return Decision("undo", {"numbers": list(numbers)})


def submission(*ids: str) -> Submission:
    machine = Prediction("cause", None, None, 0.5, review=True)
    items = tuple(
        ClassifiedStatement(Statement("甲.txt", n, n + 1, "x"), "成员01", machine, i) for n, i in enumerate(ids)
    )
    return Submission(Document("甲.txt", "x" * len(ids)), "成员01", items)


def test_the_last_answer_about_a_statement_counts():
    standing = Standing(numbered(answer("a", "theory", "study_shallow"), answer("a", "style", "silo")))
    (corrected,) = standing.correct([submission("a")])

    assert Prediction("problem", "style", "silo", 1.0, review=False) == corrected.statements[0].prediction


def test_other_statements_keep_the_classifiers_answer():
    (corrected,) = Standing(numbered(answer("a", "style", "silo"))).correct([submission("b")])

    assert submission("b") == corrected


def test_a_moved_statement_leaves_its_group():
    standing = Standing(numbered(gather("g1", "theory", "a", "b"), gather("g2", "theory", "c"), move("a", "g2")))

    assert (["b"], ["c", "a"]) == tuple(list(standing.groups[own].statements) for own in ("g1", "g2"))


def test_a_statement_takes_the_category_of_the_group_it_is_moved_to():
    standing = Standing(numbered(answer("a", "theory", "study_shallow"), gather("g1", "style"), move("a", "g1")))
    (corrected,) = standing.correct([submission("a")])

    assert ("style", None) == (corrected.statements[0].prediction.category, corrected.statements[0].prediction.issue)


def test_a_statement_of_another_category_leaves_the_group():
    standing = Standing(numbered(gather("g1", "theory", "a"), answer("a", "style", "silo")))

    assert standing.home_of("a") is None


def test_what_is_said_of_a_group_decides_nothing_of_its_statements():
    lock = Decision("lock", {"locked": True}, "", "g1")
    standing = Standing(numbered(gather("g1", "theory", "a", "b"), lock, gather("g2", "theory"), move("b", "g2")))

    assert [False, True] == [standing.has_decided(item) for item in submission("a", "b").statements]


def test_merged_groups_are_one():
    merge = Decision("merge", {"into": "g2"}, "", "g1")
    standing = Standing(numbered(gather("g1", "theory", "a"), gather("g2", "theory", "b"), merge))

    assert ["g2"] == list(standing.groups)
    assert standing.home_of("a") is standing.groups["g2"]


def test_what_is_undone_does_not_count():
    standing = Standing(numbered(answer("a", "style", "silo"), undo(1)))

    assert {} == standing.answers


def test_an_undoing_may_be_undone():
    assert "a" in Standing(numbered(answer("a", "style", "silo"), undo(1), undo(2))).answers


def test_a_decision_about_a_group_that_was_undone_is_passed_over():
    standing = Standing(numbered(gather("g1", "theory", "a"), Decision("keep", {"keep": False}, "", "g1"), undo(1)))

    assert {} == standing.groups


def test_a_decision_about_words_that_are_gone_is_reported_and_kept():
    decisions = numbered(answer("a", "style", "silo"), answer("b", "style", "silo"))

    assert decisions[1:] == Standing(decisions).lost([submission("a")])


_STATEMENTS, _GROUPS = "abcd", ("g1", "g2", "g3")
_DECISIONS = st.lists(
    st.one_of(
        st.builds(
            lambda group, ids: gather(group, "theory", *ids),
            st.sampled_from(_GROUPS),
            st.lists(st.sampled_from(_STATEMENTS), unique=True),
        ),
        st.builds(move, st.sampled_from(_STATEMENTS), st.sampled_from(_GROUPS)),
        st.builds(
            lambda one, other: Decision("merge", {"into": other}, "", one),
            st.sampled_from(_GROUPS),
            st.sampled_from(_GROUPS),
        ),
        st.builds(
            lambda one, category: answer(one, category, None),
            st.sampled_from(_STATEMENTS),
            st.sampled_from(["theory", "style"]),
        ),
        st.builds(lambda number: undo(number), st.integers(1, 12)),
    ),
    max_size=12,
)


@given(_DECISIONS)
def test_a_statement_is_in_one_group_at_most(decisions):
    standing = Standing(numbered(*decisions))
    held = [id_ for group in standing.groups.values() for id_ in group.statements]

    assert sorted(held) == sorted(set(held))
    assert all(id_ in standing.home_of(id_).statements for id_ in held)


@given(_DECISIONS)
def test_undoing_everything_leaves_nothing(decisions):
    log = numbered(*decisions)
    log += [Decision("undo", {"numbers": [one.number for one in log if one.kind != "undo"]}, number=len(log) + 1)]
    standing = Standing(log)

    assert ({}, {}, set()) == (standing.answers, standing.groups, standing.dropped)


@given(_DECISIONS)
def test_what_is_undone_has_an_undoing_behind_it(decisions):
    log = numbered(*decisions)

    assert all(any(one.kind == "undo" and number in one.value["numbers"] for one in log) for number in undone(log))
    assert undone([one for one in log if one.kind != "undo"]) == set()
