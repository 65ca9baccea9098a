"""draft-problems, draft-report and check-draft as the secretary runs them."""

import json
import shutil
import zipfile
from io import BytesIO

import docx
import pytest
from python_calamine import CalamineWorkbook

from nlp_kit.resources import data_path


@pytest.fixture(scope="module")
def workspace_of_samples(tmp_path_factory):
    """The workspace of the sample branch, to be copied by each test."""
    from nlp_kit.pipeline import classify_files
    from nlp_kit.workspace import Workspace

    folder = tmp_path_factory.mktemp("样例") / ".nlpkit"
    with Workspace(folder) as opened:
        classify_files([data_path("corpora", "samples", "branch")], opened)
    return folder


@pytest.fixture
def draft(cli_here, workspace_of_samples, tmp_path):
    """Run a command where the sample branch has been classified."""
    shutil.copytree(workspace_of_samples, tmp_path / ".nlpkit")
    return cli_here


def test_lengths_make_paragraphs_of_their_size(draft):
    texts = {
        length: draft("draft-problems", "--length", length, "--quiet").stdout.decode().splitlines()[1:]
        for length in ("short", "normal", "long")
    }

    assert all(
        len(line) <= most for length, most in (("short", 200), ("normal", 300), ("long", 450)) for line in texts[length]
    )
    assert sum(map(len, texts["short"])) < sum(map(len, texts["normal"])) < sum(map(len, texts["long"]))


def test_items_are_numbered(draft):
    lines = draft("draft-problems", "--style", "items", "--quiet").stdout.decode().splitlines()

    assert lines[1].startswith("一是") and lines[2].startswith("1.")


def test_the_list_of_problems_opens_as_a_table(draft, tmp_path):
    assert 0 == draft("draft-problems", "-o", "问题清单.xlsx").returncode
    rows = CalamineWorkbook.from_path(tmp_path / "问题清单.xlsx").get_sheet_by_index(0).to_python()

    assert 17 == len(rows) - 2


def test_the_report_is_a_word_file_with_all_parts(draft, tmp_path):
    done = draft("draft-report", "-o", "报告.docx")
    text = "\n".join(one.text for one in docx.Document(tmp_path / "报告.docx").paragraphs)

    assert 0 == done.returncode
    assert all(part in text for part in ("一、提高思想认识", "二、认真查摆问题", "三、原因剖析", "四、整改措施"))
    assert "【】处只有支部才知道" in done.stderr.decode()


def test_the_copy_with_sources_is_the_owners_alone(draft, tmp_path):
    assert 0 == draft("draft-problems", "--sources", "-o", "核对.docx").returncode

    assert 0o600 == (tmp_path / "核对.docx").stat().st_mode & 0o777
    with zipfile.ZipFile(BytesIO((tmp_path / "核对.docx").read_bytes())) as archive:
        assert "成员01" in archive.read("word/comments.xml").decode()


def test_a_table_of_headcount_words_of_ones_own_is_used(draft, tmp_path):
    text = data_path("nlp_kit", "headcounts.toml").read_text(encoding="utf-8")
    (tmp_path / "用语.toml").write_text(text.replace('"一些同志", "部分同志"', '"若干同志"'), encoding="utf-8")

    assert "若干同志" in draft("draft-problems", "--headcounts", "用语.toml", "--quiet").stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--sources",), "--sources 写的是 Word 批注"),
        (("--format", "xlsx"), "xlsx 要写入文件"),
        (("-o", "稿.pdf"), "认不出“稿.pdf”的结尾"),
        (("-o", "."), "它是文件夹，请在后面写上文件名"),
        (("--headcounts", "没有.toml"), "找不到人数用语表“没有.toml”，请检查名字和位置"),
        (("--polish", "http://example.com"), "不是本机"),
    ],
)
def test_what_does_not_fit_is_said_in_one_sentence(draft, arguments, said):
    done = draft("draft-problems", *arguments)

    assert done.returncode in (1, 2)
    assert said in done.stderr.decode()
    assert 1 == len(done.stderr.decode().strip().splitlines())


def test_a_draft_that_a_person_has_edited_is_checked(draft, tmp_path):
    draft("draft-problems", "-o", "稿.docx", "--quiet")
    file = docx.Document(tmp_path / "稿.docx")
    run = next(run for one in file.paragraphs for run in one.runs if "一些同志" in run.text)
    run.text = run.text.replace("一些同志", "绝大多数同志")
    file.save(tmp_path / "改.docx")

    assert "没有发现问题" in draft("check-draft", "稿.docx").stdout.decode()
    done = draft("check-draft", "改.docx")
    assert 0 == done.returncode
    assert "第 1 段第 2 句：“绝大多数”不能用" in done.stdout.decode()


@pytest.mark.parametrize("length", ["short", "long"])
def test_the_length_that_a_draft_was_asked_for_is_recognised(draft, length):
    draft("draft-problems", "--length", length, "-o", "稿.md", "--quiet")

    assert "没有发现问题" in draft("check-draft", "稿.md").stdout.decode()


def test_the_checkers_findings_can_be_had_as_json(draft, tmp_path):
    (tmp_path / "稿.txt").write_text("一是理论武装有待提升。", encoding="utf-8")
    rows = json.loads(draft("check-draft", "稿.txt", "--format", "json").stdout)

    assert ["order", "length"] == [row["rule"] for row in rows]


def test_a_file_that_is_not_there_is_named(draft):
    done = draft("check-draft", "没有.docx")

    assert (1, "错误：找不到文件“没有.docx”，请检查名字和位置。\n") == (done.returncode, done.stderr.decode())


def test_a_handful_of_members_are_told_that_everybody_knows_whose_problem_it_is(cli_here, tmp_path):
    folder = tmp_path / "材料"
    folder.mkdir()
    for number, file in enumerate(sorted(data_path("corpora", "samples", "branch").iterdir())[:3]):
        shutil.copy(file, folder / f"{number}{file.suffix}")
    cli_here("classify", "材料", "--quiet", "-o", "句.jsonl")
    said = cli_here("draft-problems", "-o", "稿.md").stderr.decode()

    assert "只有 3 名成员" in said and "请书记决定" in said


def test_drafts_are_checked_before_they_are_shown(draft):
    assert "自查：没有发现问题。" in draft("draft-problems").stderr.decode()


def test_a_draft_that_a_person_has_edited_is_never_written_over(draft, tmp_path):
    file = tmp_path / "草稿.md"
    draft("draft-problems", "-o", file.name)
    again = draft("draft-problems", "-o", file.name)
    file.write_text("人改过的稿子", encoding="utf-8")
    run = draft("draft-problems", "-o", file.name, "--quiet")

    assert "没有丢" not in again.stderr.decode()
    assert "原来的“草稿.md”没有丢，改名为“草稿（旧1）.md”。" in run.stderr.decode()
    assert "人改过的稿子" == (tmp_path / "草稿（旧1）.md").read_text(encoding="utf-8")
    assert "查摆的主要问题" in file.read_text(encoding="utf-8")
