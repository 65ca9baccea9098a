"""Floors under what ``nlpkit evaluate privacy`` measures on text of a hand that the masking was not made with."""

import pytest

from nlp_kit.evaluation.privacy import score_privacy


@pytest.fixture(scope="module")
def figures(engine):
    return score_privacy(engine)["test"]


def test_at_least_four_hundred_items_are_planted(figures):
    assert figures["planted"] >= 400


def test_most_of_what_was_planted_is_found(figures):
    assert figures["recall"] >= 0.92


@pytest.mark.parametrize("kind", ["id_card", "email", "plate", "birth_date", "wechat"])
def test_what_has_a_fixed_form_is_never_missed(figures, kind):
    assert 1.0 == figures["recall_by_kind"][kind]


def test_false_alarms_are_few(figures):
    assert figures["false_alarms_per_10000"] <= 16
