import json

import pytest

from nlp_kit.engine import Engine
from nlp_kit.records import Statement


def statement(text: str) -> Statement:
    return Statement("", 0, len(text), text, focus=0)


@pytest.fixture(scope="module")
def engine():
    return Engine()


def test_a_reason_names_words_of_the_statement_and_like_statements(engine):
    text = "对来办事的群众没有耐心，多问几句就发火。"
    (reason,) = engine.explain([statement(text)])

    assert "bad_attitude" == reason.answers[0][0]
    assert all(word in text and weight > 0 for word, weight in reason.words)
    assert 1 <= len(reason.words) <= 5
    assert "bad_attitude" == reason.neighbours[0].label
    assert text not in [one.text for one in reason.neighbours]
    similarities = [one.similarity for one in reason.neighbours]
    assert sorted(similarities, reverse=True) == similarities


def test_no_sign_is_named_with_a_word(engine):
    texts = ["学习时心不在焉、敷衍，入党誓词、档案，都说不清。", "办事拖，档案、表册，能推就推；“等、靠、要”。"]
    words = [word for reason in engine.explain([statement(text) for text in texts]) for word, _ in reason.words]

    assert words
    assert [] == [word for word in words if not word.isalnum()]


def test_the_probabilities_of_a_reason_fall(engine):
    (reason,) = engine.explain([statement("书翻两页就放下，开会也坐不住。")])
    shares = [share for _, share in reason.answers]

    assert sorted(shares, reverse=True) == shares
    assert sum(shares) <= 1.001


def test_nothing_asked_is_nothing_explained(engine):
    assert [] == engine.explain([])


def test_the_command_explains_a_sentence(cli):
    run = cli("explain", "发的书领回来就没翻过")
    said = run.stdout.decode("utf-8")

    assert 0 == run.returncode, run.stderr.decode("utf-8")
    assert said.startswith("“发的书领回来就没翻过”\n  判断：理论武装（把握 ")
    assert "起作用的词：" in said
    assert "语料里最像的：" in said


def test_the_command_explains_what_waits_in_the_workspace(cli, tmp_path):
    (tmp_path / "材料").mkdir()
    (tmp_path / "材料" / "甲.txt").write_text("书领回来就没翻过。\n群众问两句就烦。\n", encoding="utf-8")
    cli("classify", "材料", "--review-below", "1")
    run = cli("explain", "--format", "json")
    rows = json.loads(run.stdout)

    assert ["书领回来就没翻过。", "群众问两句就烦。"] == [row["text"] for row in rows]
    assert all(row["review"] and row["answers"] and row["nearest"] for row in rows)


def test_the_command_says_when_nothing_waits(cli, tmp_path):
    (tmp_path / "甲.txt").write_text("今后每周读一章。\n", encoding="utf-8")
    cli("classify", "甲.txt", "--review-below", "0")
    run = cli("explain")

    assert (0, b"") == (run.returncode, run.stdout)
    assert "没有待人判断的语句" in run.stderr.decode("utf-8")


def test_an_empty_statement_is_wrong_usage(cli):
    run = cli("explain", " ")

    assert 2 == run.returncode
    assert "语句是空的，请写上要说明的语句" in run.stderr.decode("utf-8")


def test_what_another_taxonomy_left_open_is_explained_too(cli, tmp_path):
    (tmp_path / "甲.txt").write_text("书领回来就没翻过。\n", encoding="utf-8")
    cli("classify", "甲.txt", "--taxonomy", "2025-members", "--review-below", "1")
    run = cli("explain")

    assert 0 == run.returncode, run.stderr.decode("utf-8")
    assert "起作用的词：" in run.stdout.decode("utf-8")


def test_where_nothing_was_classified_the_command_says_what_to_do(cli, tmp_path):
    (tmp_path / "空文件夹").mkdir()
    cli("classify", "空文件夹")
    run = cli("explain")

    assert 1 == run.returncode
    assert "nlpkit classify" in run.stderr.decode("utf-8")


def test_without_a_workspace_the_command_says_what_to_do(cli):
    run = cli("explain")

    assert 1 == run.returncode
    assert "请先运行：nlpkit classify" in run.stderr.decode("utf-8")
