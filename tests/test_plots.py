"""The pictures: what stands in them is what was counted."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plotly.graph_objects import Figure
from plotly.offline import get_plotlyjs

import nlp_kit
from nlp_kit.plots import COLOURS, GREY
from nlp_kit.projection import MAX_EXACT, project

from .conftest import BRANCH


@pytest.fixture(scope="module")
def drafted(engine):
    return nlp_kit.read(BRANCH, engine=engine).statements().classify().cluster().draft()


@pytest.fixture(scope="module")
def classified(drafted):
    return drafted.groups.classified


def test_categories_count_the_problems(classified):
    figure = nlp_kit.plot_categories(classified)
    problems = Counter(one.prediction.category for one in classified.items if one.prediction.category)
    sums = np.sum([trace.y for trace in figure.data], axis=0)
    assert [problems[key] for key in classified.engine.taxonomy.category_keys] == sums.tolist()


def test_above_each_bar_stand_what_counts_and_what_waits_besides_within_the_picture(classified):
    figure = nlp_kit.plot_categories(classified)
    sums = np.sum([trace.y for trace in figure.data], axis=0)
    told = [text.split("<br>") for text in figure.data[1].text]
    assert list(figure.data[0].y) == [int(text[0]) for text in told]
    assert list(figure.data[1].y) == [int(text[1].removeprefix("另有待判")) if text[1:] else 0 for text in told]
    assert max(sums) < figure.layout.yaxis.range[1]


def test_the_map_shows_every_problem_once(classified):
    figure = nlp_kit.plot_map(classified)
    shown = [row for trace in figure.data for row in trace.customdata]
    assert sorted(classified.mapped.tolist()) == sorted(shown)


def test_the_map_hides_names_and_markup(classified):
    figure = nlp_kit.plot_map(classified)
    texts = [text for trace in figure.data for text in trace.text]
    assert not [name for name in classified.names if any(name in text for text in texts)]
    assert {"<br>", "<i>", "</i>"} >= {tag for text in texts for tag in __import__("re").findall("<[^>]*>", text)}


def test_like_statements_stand_near_each_other(classified):
    issue = np.array([classified.items[row].prediction.issue for row in classified.mapped])
    places = classified.positions
    apart = np.linalg.norm(places[:, None] - places, axis=2)
    same = (issue[:, None] == issue) & ~np.eye(len(issue), dtype=bool)
    assert apart[same].mean() < 0.5 * apart[~same].mean()


def test_issues_count_members(drafted):
    figure = nlp_kit.plot_issues(drafted.groups, most=100)
    shown = {name: count for trace in figure.data for name, count in zip(trace.y, trace.x, strict=True)}
    assert {f"{one.issue.label} {one.issue.id}": one.issue.members for one in drafted.groups.groups} == shown


def test_confidence_holds_every_answer(classified):
    figure = nlp_kit.plot_confidence(classified)
    assert sum(bool(one.statement.text.strip()) for one in classified.items) == sum(
        len(trace.x) for trace in figure.data
    )


def test_what_flows_in_flows_out(drafted):
    flow = nlp_kit.plot_account(drafted).data[0]
    into, out = Counter(), Counter()
    for source, target, value in zip(flow.link.source, flow.link.target, flow.link.value, strict=True):
        out[source] += value
        into[target] += value
    assert drafted.draft.account.statements == out[0]
    assert all(into[node] == out[node] for node in into.keys() & out.keys())


def test_every_plot_is_a_figure(drafted, classified):
    plots = (nlp_kit.plot_categories, nlp_kit.plot_map, nlp_kit.plot_confidence)
    figures = [plot(classified) for plot in plots]
    figures += [nlp_kit.plot_issues(drafted.groups), nlp_kit.plot_account(drafted)]
    assert all(isinstance(figure, Figure) for figure in figures)


@pytest.mark.parametrize("colour", [*COLOURS[:4], GREY])
@pytest.mark.parametrize("ground", ["#ffffff", "#14171c"])
def test_colours_stand_out_on_light_and_dark(colour, ground):
    def luminance(code):
        parts = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))

    light, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3


def test_the_library_offers_no_upload():
    """From version 7 on every chart has a button that sends it to a server."""
    assert 'showSendToCloud:{valType:"boolean",dflt:!1}' in get_plotlyjs()


class TestProjection:
    @given(st.integers(0, 12), st.integers(0, 2**32 - 1))
    @settings(max_examples=10, deadline=None)
    def test_gives_every_statement_a_place_within_bounds(self, count, seed):
        vectors = np.random.default_rng(seed).normal(size=(count, 5))
        places = project(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))
        assert (count, 2) == places.shape
        assert (np.abs(places) <= 1 + 1e-9).all()

    @pytest.mark.parametrize("count", [1, 4, 30, MAX_EXACT + 5])
    def test_takes_statements_that_are_all_the_same(self, count):
        assert (count, 2) == project(np.tile(np.eye(8)[:1], (count, 1))).shape

    def test_takes_one_that_differs_outside_the_sample(self):
        vectors = np.tile(np.eye(8)[:1], (2 * MAX_EXACT, 1))
        vectors[1] = np.eye(8)[1]
        assert (2 * MAX_EXACT, 2) == project(vectors).shape

    def test_is_the_same_every_time(self):
        vectors = np.random.default_rng(1).normal(size=(60, 8))
        assert (project(vectors) == project(vectors)).all()

    def test_places_what_is_over_the_limit_beside_its_likes(self):
        rng = np.random.default_rng(2)
        kind = rng.integers(0, 3, MAX_EXACT + 500)
        vectors = np.eye(3)[kind] @ rng.normal(size=(3, 20)) + 0.1 * rng.normal(size=(len(kind), 20))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        places = project(vectors)
        centres = np.array([places[kind == one].mean(axis=0) for one in range(3)])
        nearest = np.linalg.norm(places[:, None] - centres, axis=2).argmin(axis=1)
        assert (nearest == kind).mean() > 0.95
