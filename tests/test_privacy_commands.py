import io
import json
import os
from pathlib import Path

import pytest

SPEECH = "个人对照检查材料\n沈长林\n一、存在的问题\n学习抓得不紧，书领回来就没翻过。\n值班时只顾着看手机。\n"
OTHER = "检视剖析材料\n贺小满\n一、存在的问题\n村民来问水价，我头也不抬。\n报表照抄上月的数。\n"
SECRETS = ("沈长林", "13800138000", "11010519491231002X")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "材料"
    made.mkdir()
    (made / "沈长林.txt").write_text(SPEECH + "电话13800138000，身份证11010519491231002X。\n", encoding="utf-8")
    (made / "贺小满.txt").write_text(OTHER, encoding="utf-8")
    return made


def said(run) -> str:
    return (run.stdout + run.stderr).decode("utf-8")


def test_nothing_on_the_screen_tells_who_it_was(cli, folder):
    (folder / "沈长林的录音.mp3").write_bytes(b"ID3" + bytes(100))
    (folder / "会议纪要（沈长林记录）.txt").write_text("会议纪要\n沈长林记录\n", encoding="utf-8")
    runs = [cli("classify", folder), cli("classify", folder, "--quiet"), cli("draft-problems"), cli("explain")]

    assert [3, 3, 3, 0] == [run.returncode for run in runs]
    assert [] == [secret for run in runs for secret in (*SECRETS, "贺小满") if secret in said(run)]
    assert "没有读取“沈某某的录音.mp3”" in said(runs[0])
    assert "没有计入“会议纪要（沈某某记录）.txt”" in said(runs[0])


def test_the_draft_and_its_document_tell_no_name(cli, folder, tmp_path):
    cli("classify", folder)
    for name in ("稿.docx", "稿.md", "稿.txt"):
        assert 0 == cli("draft-problems", "-o", name).returncode
        assert not any(secret.encode() in (tmp_path / name).read_bytes() for secret in SECRETS)


def test_a_check_says_where_personal_data_stands_and_how_it_would_be_masked(cli, folder):
    run = cli("privacy", "check", folder / "沈长林.txt")

    assert 0 == run.returncode
    assert [] == [secret for secret in SECRETS if secret in said(run)]
    for line in ("第 2 行  姓名  沈某某", "第 6 行  电话  【电话】", "第 6 行  身份证号  【身份证号】"):
        assert line in said(run)


def test_a_check_gives_offsets_to_programs_and_the_data_only_when_asked(cli, folder):
    text = (folder / "沈长林.txt").read_text(encoding="utf-8")
    hidden, shown = (
        json.loads(cli("privacy", "check", folder, "--format", "json", *option).stdout) for option in ((), ("--show",))
    )

    assert "text" not in hidden[0]
    own = [row for row in shown if row["document"] == "沈长林.txt"]
    assert all(text[row["start"] : row["end"]] == row["text"] for row in own)
    assert {"13800138000", "11010519491231002X", "沈长林"} <= {row["text"] for row in own}
    assert len(hidden) == len(shown)


def test_when_a_file_was_made_is_no_personal_data(cli, folder, tmp_path):
    cli("classify", folder)
    cli("draft-problems", "-o", "稿.docx")
    run = cli("privacy", "check", "稿.docx", "--show")

    assert 0 == run.returncode
    assert "没有发现要遮盖的个人信息" in said(run)


def test_a_check_reads_other_formats_and_names_what_it_cannot(cli, folder, tmp_path):
    import docx

    document = docx.Document()
    document.add_paragraph("联系电话：13800138000")
    document.save(folder / "表.docx")
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 nothing")
    run = cli("privacy", "check", folder)

    assert 3 == run.returncode
    assert "表.docx：1 处" in said(run)
    assert "没有读取“坏.docx”" in said(run)


def test_a_member_is_forgotten_by_pseudonym_or_name_and_nothing_of_him_stays(cli, folder, tmp_path):
    cli("classify", folder)
    workspace = tmp_path / ".nlpkit"
    key = (workspace / "成员对照表.csv").read_text(encoding="utf-8-sig")
    pseudonym = next(line for line in key.splitlines() if "沈长林" in line).split(",")[0]
    run = cli("forget", pseudonym, "--yes")

    assert 0 == run.returncode
    for file in workspace.iterdir():
        assert not any(secret.encode() in file.read_bytes() for secret in SECRETS)
        assert "书领回来就没翻过".encode() not in file.read_bytes()
    assert "贺小满" in (workspace / "成员对照表.csv").read_text(encoding="utf-8-sig")
    assert 0 == cli("forget", "贺小满", "--yes").returncode
    assert "贺小满" not in (workspace / "成员对照表.csv").read_text(encoding="utf-8-sig")


def test_the_name_of_who_is_forgotten_is_blanked_in_the_others_texts(cli, folder, tmp_path):
    told = "检视剖析材料\n贺小满\n一、存在的问题\n沈长林迟到我也不说，碍于情面。沈 长林请假没有登记。\n"
    (folder / "贺小满.txt").write_text(told, encoding="utf-8")
    cli("classify", folder)
    cli("forget", "沈长林", "--yes")
    database = (tmp_path / ".nlpkit" / "nlpkit.sqlite3").read_bytes()

    assert not any(name.encode() in database for name in ("沈长林", "沈 长林"))
    assert "□□□迟到我也不说，碍于情面。□ □□请假没有登记。".encode() in database
    assert 0 == cli("draft-problems").returncode


def test_a_forgotten_number_is_never_given_to_another(cli, folder, tmp_path):
    cli("classify", folder)
    cli("forget", "沈长林", "贺小满", "--yes")
    (folder / "沈长林.txt").unlink()
    rows = cli("classify", folder, "--format", "jsonl").stdout.decode("utf-8").splitlines()

    assert {"成员03"} == {json.loads(row)["member"] for row in rows}


def test_a_whole_workspace_is_forgotten_and_other_files_stay(cli, folder, tmp_path):
    cli("classify", folder)
    (tmp_path / ".nlpkit" / "自己的.txt").write_text("x", encoding="utf-8")
    run = cli("forget", "--all", "--yes")

    assert 0 == run.returncode
    assert ["自己的.txt"] == [file.name for file in (tmp_path / ".nlpkit").iterdir()]
    assert 2 == len(list(folder.iterdir()))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["forget"], 2, "成员代号或姓名"),
        (["forget", "成员01", "--all"], 2, "成员代号或姓名"),
        (["forget", "成员01"], 2, "请加 --yes"),
        (["forget", "成员99", "--yes"], 1, "没有“成员99”"),
        (["forget", "--all", "--yes", "--workspace", "别处"], 1, "不是工作区"),
        (["privacy", "check"], 2, "缺少材料所在的文件夹或文件"),
        (["privacy", "check", "没有"], 1, "找不到"),
        (["classify", "材料", "--limit", "pages=x"], 2, "名称=整数"),
        (["classify", "材料", "--limit", "page=3"], 2, "没有“page”这个上限"),
        (["classify", "材料", "--members", "没有.csv"], 1, "找不到成员名单"),
        (["classify", "材料", "--allow-download"], 2, "要和 --encoder 一起用"),
    ],
)
def test_wrong_use_is_one_sentence(cli, folder, arguments, code, words):
    cli("classify", folder)
    run = cli(*arguments)

    assert code == run.returncode
    assert words in said(run)
    assert "Traceback" not in said(run)


class Keyboard(io.StringIO):
    """A person at the terminal who types these lines, and then breaks off."""

    def isatty(self):
        return True

    def readline(self, *_):
        line = super().readline()
        if not line:
            raise KeyboardInterrupt
        return line


@pytest.mark.parametrize(
    ("typed", "gone"),
    [("是\n", True), ("y\n", True), ("对\n是\n", True), ("否\n", False), ("N\n", False), ("\n", False), ("", False)],
)
def test_a_person_is_asked_in_chinese_before_anything_is_deleted(cli_here, folder, monkeypatch, typed, gone):
    cli_here("classify", folder)
    monkeypatch.setattr("sys.stdin", Keyboard(typed))
    run = cli_here("forget", "沈长林")

    assert 0 == run.returncode
    assert ("已删除" if gone else "没有删除") in said(run)
    assert ("请写“是”或“否”" in said(run)) == typed.startswith("对")
    assert not any(word in said(run) for word in ("Error", "y/N", "已中断"))


@pytest.mark.parametrize("arguments", [["成员99"], ["--all", "--workspace", "别处"]])
def test_nobody_is_asked_about_what_is_not_there(cli_here, folder, monkeypatch, arguments):
    cli_here("classify", folder)
    monkeypatch.setattr("sys.stdin", Keyboard("是\n"))
    run = cli_here("forget", *arguments)

    assert 1 == run.returncode
    assert "确定吗" not in said(run)


@pytest.mark.skipif(os.name == "nt", reason="file modes of POSIX")
def test_key_and_store_can_be_read_by_their_owner_alone(cli, folder, tmp_path):
    cli("classify", folder)
    modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / ".nlpkit").iterdir()}
    assert {"成员对照表.csv": 0o600, "nlpkit.sqlite3": 0o600} == modes


def test_of_a_file_that_two_members_share_only_the_others_part_stays(cli, folder, tmp_path):
    (folder / "两人.txt").write_text(
        "发言人：关山月\n会上从来不提意见，遇事就躲。\n\n发言人：钱多多\n报表照抄上月的数。\n", encoding="utf-8"
    )
    cli("classify", folder)
    assert 0 == cli("forget", "关山月", "--yes").returncode
    store = (tmp_path / ".nlpkit" / "nlpkit.sqlite3").read_bytes()
    assert "会上从来不提意见".encode() not in store
    assert "报表照抄上月的数".encode() in store

    rows = [json.loads(row) for row in cli("classify", folder, "--format", "jsonl").stdout.decode("utf-8").splitlines()]
    assert 2 == len({row["member"] for row in rows if row["document"] == "两人.txt"})


def test_a_check_looks_into_what_is_no_part_of_the_text(cli, tmp_path):
    import docx

    document = docx.Document()
    document.add_paragraph("学得浅。")
    document.sections[0].header.paragraphs[0].text = "联系电话：13800138000"
    document.core_properties.author = "沈长林"
    document.save(tmp_path / "稿.docx")
    run = cli("privacy", "check", "稿.docx", "--show")

    assert "稿.docx（页眉、批注、属性等）" in said(run)
    assert "13800138000" in said(run)
    assert "沈长林" in said(run)


def test_a_check_refuses_marked_files(cli, tmp_path):
    (tmp_path / "件.txt").write_text("机密★5年\n电话13800138000\n", encoding="utf-8")
    run = cli("privacy", "check", "件.txt", "--show")

    assert (3, False) == (run.returncode, "13800138000" in said(run))
    assert "带有密级标志" in said(run)


@pytest.mark.skipif(os.name == "nt", reason="file modes of POSIX")
def test_files_with_members_own_words_are_for_their_owner_alone(cli, folder, tmp_path):
    cli("classify", folder, "-o", "语句.jsonl")
    cli("draft-problems", "-o", "依据.json")
    assert [0o600, 0o600] == [(tmp_path / name).stat().st_mode & 0o777 for name in ("语句.jsonl", "依据.json")]
