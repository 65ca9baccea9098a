"""The steps of the main job as a notebook takes them, and their tables."""

from dataclasses import replace

import pytest

import nlp_kit
from nlp_kit.errors import InputError
from nlp_kit.issues import name_of
from nlp_kit.pipeline import classify_files, draft_problems
from nlp_kit.records import ClassifiedStatement, Decision, Prediction, Statement
from nlp_kit.themes import load_theme
from nlp_kit.workspace import Workspace

from .conftest import BRANCH


@pytest.fixture(scope="module")
def texts(engine):
    return nlp_kit.read(BRANCH, engine=engine)


@pytest.fixture(scope="module")
def classified(texts):
    return texts.statements().classify()


@pytest.fixture(scope="module")
def groups(classified):
    return classified.cluster()


@pytest.fixture(scope="module")
def drafted(groups):
    return groups.draft()


def test_five_lines_give_the_draft_of_the_command_line(drafted, sample_run):
    assert sample_run[1] == drafted.draft


def test_reading_keeps_nothing_on_the_disk(tmp_path, monkeypatch, engine):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    nlp_kit.read(BRANCH, engine=engine)
    assert [] == list(tmp_path.iterdir())


def test_files_that_are_refused_are_refused_here_too(tmp_path, engine):
    (tmp_path / "王某 对照检查.txt").write_text("一、存在的问题\n学习不深入，读书只看标题。\n", encoding="utf-8")
    (tmp_path / "李某 对照检查.txt").write_text("机密★1年\n一、存在的问题\n学习不深入。\n", encoding="utf-8")
    texts = nlp_kit.read(tmp_path, engine=engine)
    assert 1 == len(texts.submissions)
    assert ("李某 对照检查.txt",) == tuple(one.path for one in texts.unreadable)


@pytest.mark.parametrize("name", ["没有这个文件夹", "空"])
def test_a_folder_without_texts_is_said(tmp_path, name, engine):
    (tmp_path / "空").mkdir()
    with pytest.raises(InputError):
        nlp_kit.read(tmp_path / name, engine=engine)


def test_a_workspace_is_loaded_with_what_persons_have_decided(workspace, engine):
    classify_files([BRANCH], workspace, engine=engine)
    before = nlp_kit.load(workspace, engine=engine)
    item = next(one for one in before.items if one.prediction.category == "theory" and not one.prediction.review)
    answer = {"role": "cause", "category": None, "issue": None}
    workspace.decide([Decision("answer", answer, statement=item.id)], "张某", "2026-02-01 09:00:00")
    after = nlp_kit.load(workspace.folder, engine=engine)
    assert "cause" == after.items[before.items.index(item)].prediction.role
    assert draft_problems(workspace, engine=engine) == after.cluster().draft().draft


def test_an_empty_workspace_is_said(tmp_path):
    with pytest.raises(InputError, match="nlpkit classify"):
        nlp_kit.load(tmp_path)


def test_another_taxonomy_is_classified_and_not_grouped(texts):
    found = texts.statements().classify(taxonomy="2025-members")
    assert found.engine.theme.title == found.theme
    assert {one.key for one in found.engine.theme.classes} >= {one.prediction.category for one in found.items} - {None}
    with pytest.raises(InputError, match="四个方面"):
        found.cluster()


def test_a_workspace_of_a_shipped_taxonomy_is_loaded_with_it(workspace, engine):
    theme = engine.asked(load_theme("2025-members"))
    classify_files([BRANCH], workspace, engine=theme)
    found = nlp_kit.load(workspace)
    assert theme.theme == found.engine.theme
    assert "理论武装 0" not in found._repr_html_()
    assert sum(sum(trace.y) for trace in nlp_kit.plot_categories(found).data) > 100


def test_a_workspace_of_an_own_taxonomy_says_how_to_load_it(workspace, engine, tmp_path):
    own = replace(load_theme("2025-members"), title="我们的分类")
    classify_files([BRANCH], workspace, engine=engine.asked(own))
    with pytest.raises(InputError, match="我们的分类"):
        nlp_kit.load(workspace)


def test_asking_for_one_thing_keeps_the_other(engine):
    theme = load_theme("2025-members")
    assert theme == engine.asked(theme).asked(None, 0.5).theme
    assert 0.9 == engine.asked(None, 0.9).asked(theme).review_below


def test_no_group_is_named_by_a_member(engine):
    text = "方圆在收发室。"
    item = ClassifiedStatement(
        Statement("a.txt", 0, len(text), text, focus=0),
        "成员01",
        Prediction("problem", "style", None, 0.9, review=False),
    )
    assert "方圆" in name_of([item], engine)
    assert "方圆" not in name_of([item], engine, ["方圆"])


def test_how_sure_an_answer_must_be_is_chosen(texts, classified):
    strict = texts.statements().classify(review_below=0.99)
    waiting = [sum(one.prediction.review for one in found.items) for found in (classified, strict)]
    assert waiting[0] < waiting[1]


def test_an_unknown_length_is_said(groups):
    with pytest.raises(InputError, match="short、normal、long"):
        groups.draft("huge")


class TestTables:
    def test_of_texts_has_a_row_a_text_and_no_names(self, texts):
        table = texts.to_frame()
        assert 12 == len(table)
        assert sum(len(one.statements) for one in texts.submissions) == table["statements"].sum()
        assert not [name for name in texts.names if table["document"].str.contains(name).any()]

    def test_of_statements_is_masked_unless_asked(self, texts):
        statements = texts.statements()
        exact = statements.to_frame(masked=False)
        documents = {one.member: one.document.text for one in texts.submissions}
        assert all(documents[row.member][row.start : row.end] == row.text for row in exact.itertuples())
        masked = statements.to_frame()["text"]
        assert not [name for name in texts.names if masked.str.contains(name).any()]
        assert [name for name in texts.names if exact["text"].str.contains(name).any()]

    def test_of_classified_statements_holds_the_keys_and_their_names(self, classified):
        table = classified.to_frame()
        assert len(classified.items) == len(table)
        row = table[table["issue"] == "study_shallow"].iloc[0]
        assert ("problem", "theory", "问题", "理论武装", "学习不深入") == (
            *(row["role"], row["category"], row["role_name"], row["category_name"]),
            row["issue_name"],
        )
        assert table["confidence"].between(0, 1).all()

    def test_of_groups_counts_members_and_statements(self, groups):
        table = groups.to_frame()
        assert [one.issue.members for one in groups.groups] == table["members"].tolist()
        assert [len(one.statements) for one in groups.groups] == table["statements"].tolist()

    def test_of_the_draft_has_a_row_a_sentence(self, drafted):
        table = drafted.to_frame()
        told = [one.text for section in drafted.draft.sections for one in section.sentences]
        assert told == table["text"].tolist()

    def test_of_nothing_has_its_columns(self, tmp_path, engine):
        (tmp_path / "王某.txt").write_text("尊敬的党支部：\n", encoding="utf-8")
        empty = nlp_kit.read(tmp_path, engine=engine).statements().classify().cluster()
        assert 0 == len(empty.to_frame())
        assert "stability" in empty.to_frame()

    def test_of_reasons_says_why(self, classified):
        row = next(number for number, one in enumerate(classified.items) if one.prediction.issue == "study_shallow")
        reasons = classified.reasons([row])
        assert reasons["answers"][0].startswith("学习不深入")
        assert reasons["words"][0]
        assert reasons["nearest"][0]

    def test_without_pandas_one_sentence_says_what_to_install(self, texts, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "pandas", None)
        with pytest.raises(InputError, match=r"nlpkit\[notebooks\]"):
            texts.to_frame()


@pytest.mark.parametrize("step", ["texts", "statements", "classified", "groups", "drafted"])
def test_a_notebook_shows_every_result_without_names(step, request, texts):
    result = texts.statements() if step == "statements" else request.getfixturevalue(step)
    shown = result._repr_html_()
    assert shown.startswith(("<p>", "<h4>"))
    # A notebook stores the plain form, too.
    assert not [name for name in texts.names if name in shown or name in repr(result)]
    assert len(repr(result)) < 200


def test_texts_in_a_notebook_are_escaped(tmp_path, engine):
    (tmp_path / "王某.txt").write_text(
        "一、存在的问题\n学习不深入，<b onclick=x>读书</b>只看标题。\n", encoding="utf-8"
    )
    shown = nlp_kit.read(tmp_path, engine=engine).statements()._repr_html_()
    assert "<b onclick" not in shown


def test_vectors_are_those_that_groups_are_made_of(classified):
    vectors = classified.vectors("masses")
    labels = nlp_kit.group_statements(vectors)
    apart = nlp_kit.group_statements(vectors, cut=0.0)
    assert len(vectors) == len(labels)
    assert labels.max() < apart.max()
    with pytest.raises(InputError, match="theory"):
        classified.vectors("学习")


def test_a_branch_without_problems_is_shown_all_the_same(tmp_path, engine):
    (tmp_path / "王某.txt").write_text("尊敬的党支部：\n", encoding="utf-8")
    classified = nlp_kit.read(tmp_path, engine=engine).statements().classify()
    assert (0, 2) == classified.positions.shape
    assert 0 == len(classified.vectors("theory"))


def test_two_workspaces_open_at_once_do_not_mix(tmp_path, engine):
    (tmp_path / "一").mkdir()
    (tmp_path / "一" / "王某.txt").write_text("一、存在的问题\n学习不深入，读书只看标题。\n", encoding="utf-8")
    with Workspace(tmp_path / "w") as opened:
        classify_files([BRANCH], opened, engine=engine)
        nlp_kit.read(tmp_path / "一", engine=engine)
        assert 12 == len(nlp_kit.load(opened, engine=engine).submissions)
