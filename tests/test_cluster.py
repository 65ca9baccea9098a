import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nlp_kit.cluster
from nlp_kit.cluster import group_statements, statement_vectors

DIMENSIONS = 16


def peaked(issues: list[int], count: int = 3) -> np.ndarray:
    rows = np.full((len(issues), count), 0.04 / (count - 1))
    rows[np.arange(len(issues)), issues] = 0.96
    return rows


def texts(*directions: int) -> np.ndarray:
    """Vectors of texts; equal numbers are equal texts, others share nothing."""
    return np.eye(DIMENSIONS, dtype=np.float32)[list(directions)]


def statements(issues: list[int]) -> np.ndarray:
    """Statements of different wording whose issue the classifier is sure of."""
    return statement_vectors(peaked(issues), texts(*range(len(issues))))


def test_statements_of_one_issue_form_one_group():
    assert [0, 1, 0, 1, 2] == group_statements(statements([2, 0, 2, 0, 1])).tolist()


def test_one_statement_is_a_group_of_one():
    assert [0] == group_statements(statements([1])).tolist()


def test_no_statements_give_no_groups():
    assert [] == group_statements(statement_vectors(np.zeros((0, 3)), texts())).tolist()


def test_every_statement_is_a_unit_vector():
    vectors = statement_vectors(np.array([[0.5, 0.3, 0.2], [0.98, 0.01, 0.01]]), texts(0, 1) * 7)

    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0)


def test_equal_wording_joins_what_the_classifier_is_unsure_about():
    unsure = np.array([[0.5, 0.3, 0.2], [0.3, 0.5, 0.2]])

    assert [0, 0] == group_statements(statement_vectors(unsure, texts(0, 0))).tolist()


def test_different_wording_parts_what_the_classifier_is_unsure_about():
    unsure = np.full((2, 3), 1 / 3)

    assert [0, 1] == group_statements(statement_vectors(unsure, texts(0, 1))).tolist()


@settings(deadline=None)
@given(st.lists(st.integers(0, 2), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_partition_does_not_depend_on_the_order(issues, random):
    order = list(range(len(issues)))
    random.shuffle(order)
    vectors = statements(issues)
    plain, shuffled = group_statements(vectors), group_statements(vectors[order])

    assert all(
        (plain[order[i]] == plain[order[j]]) == (shuffled[i] == shuffled[j])
        for i in range(len(order))
        for j in range(i)
    )


def test_large_inputs_are_linked_in_parts_with_the_same_outcome(monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(0)
    vectors = statement_vectors(peaked(rng.integers(0, 3, 60).tolist()), rng.normal(size=(60, DIMENSIONS)))
    whole = group_statements(vectors)
    monkeypatch.setattr(nlp_kit.cluster, "MAX_PAIRWISE", 8)

    assert whole.tolist() == group_statements(vectors).tolist()
