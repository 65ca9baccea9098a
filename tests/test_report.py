"""Causes, measures and what stands against what, and the matter of the whole report."""

from dataclasses import replace

import numpy as np
import pytest

from nlp_kit.corpus import read_counterparts
from nlp_kit.counterparts import load_counterparts, shown_counterparts
from nlp_kit.drafting import LENGTHS, DraftOptions
from nlp_kit.drafting.report import ShownTexts, compose_report
from nlp_kit.errors import DataError
from nlp_kit.issues import group_problems, name_of, stability
from nlp_kit.pipeline import draft_report, find_sources
from nlp_kit.records import (
    Account,
    ClassifiedStatement,
    Draft,
    DraftSentence,
    Issue,
    Prediction,
    Section,
    Span,
    Statement,
)
from nlp_kit.resources import data_path

COUNTERPARTS = load_counterparts()


def statement(member: str, start: int, text: str, role: str) -> ClassifiedStatement:
    span = Statement(f"{member}.txt", start, start + len(text), text, focus=start)
    return ClassifiedStatement(span, member, Prediction(role, None, None, 0.9, review=False))


@pytest.fixture
def draft():
    """Two members tell that they read little, one that papers count more than deeds."""
    spans = (Span("甲.txt", 0, 5), Span("乙.txt", 0, 5))
    issues = (
        Issue("T-01", "theory", "study_unsystematic", "学习不系统", 2, spans),
        Issue("S-01", "style", "formalism", "形式主义", 1, (Span("丙.txt", 0, 5),)),
        Issue("S-02", "style", "silo", "本位主义", 1, (Span("丙.txt", 9, 12),)),
    )
    told = [
        DraftSentence("一句。", (issue.id,), "有的同志", issue.members, issue.statements, ()) for issue in issues[:2]
    ]
    sections = (Section("theory", "一是甲。", (told[0],)), Section("style", "四是乙。", (told[1],)))
    return Draft("查摆的主要问题", 3, sections, issues, Account(4, 2, 1, {"left_out": 1}, 0))


READS = statement("甲", 20, "学好学坏一个样，活干好就行。", "cause")
SKILLED = statement("丙", 20, "总觉得手上有本事就行，思想上的事可有可无。", "cause")
EVENINGS = statement("乙", 40, "每晚读一节，再忙不停。", "measure")
NOTHING = ShownTexts({}, {}, {})


def shown(kinds, items=()):
    return ShownTexts(kinds, kinds, dict(items))


@pytest.fixture
def texts():
    return {
        "cause": shown({"cause/1": [READS, SKILLED]}, {"cause/1/2": [SKILLED]}),
        "measure": shown({"measure/1": [EVENINGS]}, {"measure/1/2": [EVENINGS]}),
    }


@pytest.fixture
def report(draft, texts):
    return compose_report(draft, COUNTERPARTS, texts, DraftOptions())


def test_a_cause_is_told_of_as_many_as_showed_it(report):
    sentence = report.causes[0].sentences[0]

    assert "一些同志对理论学习重视不够，有的看重手上的本事，把思想上的提高看得很轻。" == sentence.text
    assert (2, "一些同志") == (sentence.members, sentence.quantifier)
    assert ("甲.txt", "丙.txt") == tuple(span.document for span in sentence.evidence)


def test_a_cause_that_only_kinds_show_is_told_whole(draft, texts):
    texts["cause"] = shown({"cause/1": [READS, SKILLED]})
    report = compose_report(draft, COUNTERPARTS, texts, DraftOptions())

    assert "一些同志对理论学习重视不够。" == report.causes[0].sentences[0].text


def test_a_cause_of_nearly_all_is_told_as_shared(draft, texts):
    draft = replace(draft, members=9)
    items = [statement(str(number), 20, "学不学一个样。", "cause") for number in range(8)]
    texts["cause"] = shown({"cause/1": items})
    sentence = compose_report(draft, COUNTERPARTS, texts, DraftOptions()).causes[0].sentences[0]

    assert "支部党员不同程度存在对理论学习重视不够的问题。" == sentence.text


def test_measures_that_answer_what_the_section_tells_come_before_others(draft, texts):
    kinds = {
        kind.label: [EVENINGS, READS] for kind in COUNTERPARTS["measure"][2].kinds if "formalism" not in kind.issues
    }
    texts["measure"] = shown(kinds | {"measure/20": [EVENINGS]})
    told = [
        sentence.issues for sentence in compose_report(draft, COUNTERPARTS, texts, DraftOptions()).measures[2].sentences
    ]

    assert ("measure/20",) in told


def test_what_tells_a_cause_concretely_is_quoted_as_its_proof(report):
    assert ("丙.txt",) == tuple(span.document for span in report.causes[0].sentences[0].quoted)


def test_a_paragraph_of_causes_keeps_its_length(draft, texts):
    kinds = {label: [READS, SKILLED] for label in (kind.label for kind in COUNTERPARTS["cause"][0].kinds)}
    items = {label: [READS] for kind in COUNTERPARTS["cause"][0].kinds for label in kind.items}
    texts["cause"] = shown(kinds, items)
    long, short = (
        compose_report(draft, COUNTERPARTS, texts, DraftOptions(LENGTHS[name])).causes[0] for name in ("long", "short")
    )

    lengths = [len(one.lead) + sum(len(sentence.text) for sentence in one.sentences) for one in (short, long)]
    assert lengths[0] < lengths[1] < LENGTHS["long"].most


def test_what_one_paragraph_says_the_next_does_not_say_again(draft, texts):
    kinds = {"cause/11": [READS], "cause/18": [READS]}
    texts["cause"] = shown(kinds, {"cause/11/4": [READS], "cause/18/1": [READS], "cause/18/4": [READS]})
    _, _, spirit, discipline = compose_report(draft, COUNTERPARTS, texts, DraftOptions()).causes

    assert "把一团和气当成团结" in spirit.sentences[0].text
    assert "平时很少静下心来反省和对照自己" in discipline.sentences[0].text
    assert "把表面上的一团和气当成团结" not in discipline.sentences[0].text


def test_a_measure_is_said_of_the_branch(report):
    sentence = report.measures[0].sentences[0]

    assert "坚持读书学习，把理论学习抓在经常；再忙也保住学习时间，不让别的事挤占。" == sentence.text
    assert "" == sentence.quantifier


def test_what_nobody_wrote_is_left_to_fill_in(report):
    assert () == report.causes[1].sentences
    assert "【请补充】" in report.causes[1].lead


def test_the_matrix_holds_what_the_same_members_wrote_against_an_issue(report):
    read, papers = report.matches

    assert "T-01" == read.issue
    proof = Span("甲.txt", 20, 20 + len(READS.statement.text))
    assert (("对理论学习重视不够", (proof,)),) == read.causes
    assert ["坚持读书学习，把理论学习抓在经常，再忙也保住学习时间，不让别的事挤占"] == [
        text for text, _ in read.measures
    ]
    assert ("S-01", (), ()) == (papers.issue, papers.causes, papers.measures)


def test_a_measure_that_the_report_tells_answers_an_issue_whoever_wrote_it(draft):
    measures = ShownTexts({"measure/1": [statement("丙", 40, "每晚读一节。", "measure")]}, {}, {})
    read = compose_report(draft, COUNTERPARTS, {"cause": NOTHING, "measure": measures}, DraftOptions()).matches[0]

    assert (("坚持读书学习，把理论学习抓在经常", (Span("丙.txt", 40, 46),)),) == read.measures


def test_every_issue_has_a_cause_and_a_measure_that_fit_it(engine):
    for groups in COUNTERPARTS.values():
        fitting = {issue for group in groups for kind in group.kinds for issue in kind.issues}
        assert set(engine.taxonomy.by_key) == fitting


def test_every_kind_and_item_is_labelled_in_the_corpus():
    kinds = [kind for groups in COUNTERPARTS.values() for group in groups for kind in group.kinds]
    known = {label for kind in kinds for label in (kind.label, *kind.items)}
    labels = {label for one in read_counterparts(data_path("corpora", "counterparts")) for label in one.shows}

    assert labels == known


def test_two_statements_that_may_show_an_item_are_sure_together():
    shares = {"cause/1/2": np.array([0.5, 0.6, 0.1])}
    found = shown_counterparts(COUNTERPARTS["cause"], shares, kind_from=0.6, item_from=0.8)

    assert {"cause/1/2": [0, 1]} == found.items
    assert {"cause/1": [0, 1]} == found.kinds == found.likely
    assert {} == shown_counterparts(COUNTERPARTS["cause"], {"cause/1/2": np.array([0.5])}, 0.6, 0.8).items


def test_a_statement_may_show_two_kinds():
    shares = {"cause/10": np.array([0.7]), "cause/11": np.array([0.9]), "cause/12": np.array([0.4])}
    found = shown_counterparts(COUNTERPARTS["cause"], shares, kind_from=0.6, item_from=0.8)

    assert ({"cause/10", "cause/11"}, {"cause/10", "cause/11", "cause/12"}) == (set(found.kinds), set(found.likely))


def test_a_damaged_table_of_kinds_is_named(tmp_path):
    broken = tmp_path / "counterparts.toml"
    broken.write_text("[cause]\n", encoding="utf-8")

    with pytest.raises(DataError, match="counterparts"):
        load_counterparts(broken)


@pytest.mark.parametrize(
    ("role", "text", "kind"),
    [
        ("cause", "说到底是怕得罪人，拉不下面子。", "cause/11"),
        ("measure", "今后每周读一章原著，写一篇笔记，雷打不动。", "measure/1"),
        ("measure", "每个月到群众家里走访一次，听听他们的难处。", "measure/11"),
    ],
)
def test_the_model_tells_kinds_it_is_sure_of(engine, role, text, kind):
    assert [0] == engine.counterparts_shown(role, [text]).kinds[kind]


def test_no_texts_show_no_kinds(engine):
    assert {} == engine.counterparts_shown("cause", []).kinds


@pytest.fixture(scope="module")
def sample_report(engine, tmp_path_factory):
    from nlp_kit.pipeline import classify_files
    from nlp_kit.workspace import Workspace

    with Workspace(tmp_path_factory.mktemp("样例")) as opened:
        classify_files([data_path("corpora", "samples", "branch")], opened, engine=engine)
        return draft_report(opened, engine=engine), find_sources(opened, engine), opened.names()


def test_every_sentence_of_the_sample_report_is_proved(sample_report):
    report, sources, _ = sample_report
    for section in (*report.draft.sections, *report.causes, *report.measures):
        for sentence in section.sentences:
            assert sentence.evidence
            assert len({sources[span].member for span in sentence.evidence}) == sentence.members


def test_sources_name_no_member(sample_report):
    _, sources, names = sample_report
    shown = "\n".join(f"{one.document} {one.text}" for one in sources.values())

    assert not [name for name in names if name in shown]


def test_groups_say_how_firmly_they_stand(sample_report):
    report, _, _ = sample_report

    assert all(issue.stability is not None and 0 <= issue.stability <= 1 for issue in report.draft.issues)


def test_a_group_that_one_member_held_together_is_not_firm():
    from nlp_kit.cluster import group_statements

    angles = np.radians([0, 50, 100])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    labels = group_statements(vectors)
    unsure = np.full((3, 2), 0.4)
    free = [None] * 3
    firm = stability(vectors, labels, ["甲", "乙", "丙"], unsure, free)

    assert [0, 0, 0] != labels.tolist() or firm.min() < 1
    assert stability(vectors, labels, ["甲", "乙", "乙"], unsure, free) is None


def test_a_problem_outside_the_inventory_is_named_by_its_words(engine, monkeypatch, sample_run):
    result, _ = sample_run
    monkeypatch.setattr("nlp_kit.issues.NEW_BELOW", 1.1)
    groups = group_problems(result.submissions[:3], engine)

    assert {None} == {group.issue.key for group in groups}
    assert all(group.issue.label.endswith("方面") or group.issue.label == "其他" for group in groups)


def test_the_name_of_a_problem_holds_no_persons_name(engine):
    item = statement("甲", 0, "王建国的无人机总是没有人保养。", "problem")

    assert "王建国" not in name_of([replace(item)], engine)
