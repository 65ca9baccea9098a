import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

import nlp_kit.cluster
from nlp_kit.cluster import group_statements


def words(count: int) -> scipy.sparse.csr_matrix:
    """Features that share nothing."""
    return scipy.sparse.identity(count, format="csr")


def peaked(issues: list[int], count: int = 3) -> np.ndarray:
    rows = np.full((len(issues), count), 0.04 / (count - 1))
    rows[np.arange(len(issues)), issues] = 0.96
    return rows


def test_statements_of_one_issue_form_one_group():
    assert [0, 1, 0, 1, 2] == group_statements(peaked([2, 0, 2, 0, 1]), words(5)).tolist()


def test_one_statement_is_a_group_of_one():
    assert [0] == group_statements(peaked([1]), words(1)).tolist()


def test_no_statements_give_no_groups():
    assert [] == group_statements(np.zeros((0, 3)), words(0)[:0]).tolist()


def test_equal_wording_joins_what_the_classifier_is_unsure_about():
    unsure = np.array([[0.5, 0.3, 0.2], [0.3, 0.5, 0.2]])
    same = scipy.sparse.csr_matrix(np.ones((2, 4)))

    assert [0, 0] == group_statements(unsure, same).tolist()


@settings(deadline=None)
@given(st.lists(st.integers(0, 2), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_partition_does_not_depend_on_the_order(issues, random):
    order = list(range(len(issues)))
    random.shuffle(order)
    plain = group_statements(peaked(issues), words(len(issues)))
    shuffled = group_statements(peaked([issues[index] for index in order]), words(len(issues))[order])

    same = {(i, j): plain[i] == plain[j] for i in order for j in order}
    assert all(
        same[order[i], order[j]] == (shuffled[i] == shuffled[j]) for i in range(len(order)) for j in range(len(order))
    )


def test_large_inputs_are_parted_by_issue_first(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(nlp_kit.cluster, "MAX_PAIRWISE", 4)
    issues = [0, 1, 0, 1, 2, 2, 0]
    labels = group_statements(peaked(issues), words(7))

    assert all(issues[i] == issues[j] for i in range(7) for j in range(7) if labels[i] == labels[j])
