"""nlpkit review as the committee uses it: with a real spreadsheet program, in real processes."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import openpyxl
import pytest

from nlp_kit.pipeline import classify_files, review_sheets
from nlp_kit.records import Decision
from nlp_kit.resources import data_path
from nlp_kit.workspace import Workspace

BRANCH = data_path("corpora", "samples", "branch")


@pytest.fixture(scope="module")
def reviewed_samples(tmp_path_factory, engine):
    """The workspace of the sample branch and its spreadsheet, to be copied by each test."""
    folder = tmp_path_factory.mktemp("样例")
    with Workspace(folder / ".nlpkit") as opened:
        classify_files([BRANCH], opened, engine=engine)
        (folder / "复核.xlsx").write_bytes(review_sheets(opened, engine=engine))
    return folder


@pytest.fixture
def review(cli_here, reviewed_samples, tmp_path):
    """Run a command where the sample branch has been classified and exported for review."""
    shutil.copytree(reviewed_samples, tmp_path, dirs_exist_ok=True)
    return cli_here


class Book:
    """A reviewed spreadsheet in a person's hands."""

    def __init__(self, path):
        self._path = path
        self.book = openpyxl.load_workbook(path)

    def rows(self, sheet):
        """Rows as mappings column → cell, below the caption and the header."""
        header, *rows = list(self.book[sheet].iter_rows(min_row=2))
        return [dict(zip([cell.value for cell in header], row, strict=True)) for row in rows]

    def row(self, sheet, column, start):
        return next(row for row in self.rows(sheet) if str(row[column].value or "").startswith(start))

    def save(self, path=None):
        self.book.save(path or self._path)


@pytest.fixture
def book(review, tmp_path):
    return Book(tmp_path / "复核.xlsx")


def log(review):
    return json.loads(review("review", "log", "--format", "json").stdout)


def kinds(review):
    return [one["kind"] for one in log(review)]


def draft(review):
    return json.loads(review("draft-problems", "--format", "json").stdout)


def test_a_sheet_that_nobody_changed_changes_nothing(review):
    run = review("review", "apply", "复核.xlsx")

    assert 0 == run.returncode
    assert "没有新的改动" in run.stderr.decode()
    assert [] == log(review)


def test_statements_that_wait_come_first_and_are_coloured(book):
    rows = book.rows("语句")
    waiting = [row["状态"].value == "待判" for row in rows]

    assert waiting[0] and waiting == sorted(waiting, reverse=True)
    assert rows[0]["语句"].fill.start_color.rgb != rows[-1]["语句"].fill.start_color.rgb


def test_no_name_of_a_member_stands_in_the_sheet(review, book, tmp_path):
    names = list((tmp_path / ".nlpkit").rglob("*.csv"))
    key = names[0].read_text(encoding="utf-8-sig") if names else ""
    members = [line.split(",")[1] for line in key.splitlines()[1:] if line]
    text = "\n".join(str(cell.value) for sheet in book.book for row in sheet.iter_rows() for cell in row if cell.value)

    assert members
    assert [] == [name for name in members if name and name in text]


def test_a_confirmed_answer_no_longer_waits(review, book):
    before = draft(review)["account"]["review"]
    book.rows("语句")[0]["处理"].value = "确认"
    book.save()
    review("review", "apply", "复核.xlsx", "--reviewer", "张某")

    assert ["answer"] == kinds(review)
    assert "张某" == log(review)[0]["reviewer"]
    assert before - 1 == draft(review)["account"]["review"]


def test_a_corrected_answer_stands_in_every_later_run(review, book):
    row = next(row for row in book.rows("语句") if row["角色"].value == "原因" and row["状态"].value != "待判")
    text, row["角色"].value, row["方面"].value = row["语句"].value, "问题", "改进工作作风"
    book.save()
    run = review("review", "apply", "复核.xlsx")
    lines = review("classify", BRANCH, "--format", "jsonl").stdout.decode().splitlines()
    found = [one for one in map(json.loads, lines) if one["text"].strip()[:20] == text.strip()[:20]]

    assert 0 == run.returncode
    assert ("problem", "style", False, 1.0) == tuple(
        found[0][name] for name in ("role", "category", "review", "confidence")
    )


def test_a_statement_of_another_aspect_may_have_its_group_cleared(review, book):
    row = next(one for one in book.rows("语句") if one["归入组"].value and one["方面"].value == "理论武装")
    row["方面"].value, row["问题"].value, row["归入组"].value = "改进工作作风", None, None
    book.save()
    run = review("review", "apply", "复核.xlsx")

    assert (0, ["answer"]) == (run.returncode, kinds(review))


def test_clearing_a_group_alone_is_named(review, book):
    next(one for one in book.rows("语句") if one["归入组"].value)["归入组"].value = None
    book.save()

    assert "“归入组”清空了" in review("review", "apply", "复核.xlsx").stderr.decode()


def test_a_dropped_statement_has_its_own_fate(review, book):
    row = next(row for row in book.rows("语句") if row["归入组"].value)
    row["处理"].value = "不写"
    book.save()
    review("review", "apply", "复核.xlsx")
    account = draft(review)["account"]

    assert 1 == account["set_aside"]["dropped"]
    assert account["statements"] == (
        account["used"] + account["merged"] + sum(account["set_aside"].values()) + account["review"]
    )


def test_a_statement_is_moved_to_another_group_and_to_a_new_one(review, book):
    rows = [row for row in book.rows("语句") if str(row["归入组"].value).startswith("T-01 ")]
    target = next(row["组"].value for row in book.rows("问题组") if row["组"].value.startswith("T-02 "))
    rows[0]["归入组"].value, rows[1]["归入组"].value = target, "读书不记"
    book.save()
    review("review", "apply", "复核.xlsx")
    issues = {issue["label"]: issue for issue in draft(review)["issues"]}

    assert 1 == len(issues["读书不记"]["statements"])
    assert ["move", "move"] == [kind for kind in kinds(review) if kind == "move"]


def test_groups_are_merged_renamed_ordered_left_out_and_worded(review, book):
    groups = [row for row in book.rows("问题组") if row["组"].value.startswith("T-")]
    groups[0]["并入"].value = groups[1]["组"].value
    groups[1]["名称"].value = "学习的事"
    groups[2]["写不写"].value = "不写"
    groups[3]["顺序"].value = 1
    groups[3]["句子"].value = "有的同志学习靠人催"
    left_out = groups[2]["名称"].value
    counts = [groups[place]["条数"].value for place in (0, 1)]
    book.save()
    run = review("review", "apply", "复核.xlsx")
    found = draft(review)
    theory = found["sections"][0]
    labels = {issue["id"]: issue["label"] for issue in found["issues"]}

    assert 0 == run.returncode
    assert "有的同志学习靠人催。" == theory["sentences"][0]["text"]
    assert sum(counts) == next(len(one["statements"]) for one in found["issues"] if one["label"] == "学习的事")
    assert left_out not in {labels[id_] for one in theory["sentences"] for id_ in one["issues"]}


def test_a_sentence_and_a_lead_are_reworded_for_ever(review, book):
    rows = book.rows("草稿")
    rows[0]["改为"].value, rows[1]["改为"].value = "一是理论学习还欠火候", "一些同志读书只读个大概"
    book.save()
    review("review", "apply", "复核.xlsx")
    review("classify", BRANCH, "--quiet")
    section = draft(review)["sections"][0]

    assert "一是理论学习还欠火候。" == section["lead"]
    assert "一些同志读书只读个大概。" == section["sentences"][0]["text"]
    assert section["sentences"][0]["evidence"]


def test_a_fixed_sentence_stays_as_it_is(review, book):
    row = book.rows("草稿")[1]
    row["固定"].value = "是"
    book.save()
    review("review", "apply", "复核.xlsx")

    assert ["gather", "word"] == kinds(review)
    assert row["现在的句子"].value == draft(review)["sections"][0]["sentences"][0]["text"]


def test_a_sentence_fixed_as_it_was_gets_no_further_doubts(review, book):
    before = draft(review)
    rows = [row for row in book.rows("草稿") if row["句"].value != "导语"]
    for row in rows:
        row["固定"].value = "是"
    book.save()
    review("review", "apply", "复核.xlsx")
    review("draft-problems", "-o", "稿.md", "--quiet")

    assert [one["sentences"] for one in before["sections"]] == [one["sentences"] for one in draft(review)["sections"]]
    assert "没有发现问题" in review("check-draft", "稿.md").stdout.decode()


def test_applying_a_sheet_twice_changes_nothing_the_second_time(review, book):
    rows = book.rows("语句")
    rows[0]["处理"].value = "确认"
    next(row for row in rows if row["归入组"].value)["归入组"].value = "另立的组"
    book.rows("草稿")[0]["改为"].value = "一是学习还欠火候。"
    book.save()
    review("review", "apply", "复核.xlsx")
    first = log(review)
    run = review("review", "apply", "复核.xlsx")

    assert 0 == run.returncode
    assert first == log(review)


def test_a_groups_sentence_without_its_full_stop_is_no_conflict_the_second_time(review, book):
    book.row("问题组", "组", "T-01 ")["句子"].value = "一些同志读书只读个大概"
    book.save()
    review("review", "apply", "复核.xlsx")
    run = review("review", "apply", "复核.xlsx")

    assert 0 == run.returncode
    assert ["gather", "word"] == kinds(review)


def test_sorted_filtered_deleted_and_added_rows_do_no_harm(review, book):
    sheet = book.book["语句"]
    book.rows("语句")[0]["处理"].value = "确认"
    values = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    values.sort(key=lambda row: str(row[2]), reverse=True)
    kept = [row for number, row in enumerate(values) if row[7] == "确认" or number % 3]
    sheet.delete_rows(3, len(values))
    for row in [*kept, ["", "成员99", "我新加的一行"]]:
        sheet.append(row)
    book.save()
    run = review("review", "apply", "复核.xlsx")

    assert 3 == run.returncode
    assert ["answer"] == kinds(review)
    assert "新加的，没有编号" in run.stderr.decode()


def test_what_somebody_else_has_changed_since_is_a_conflict(review, book, tmp_path):
    row = next(row for row in book.rows("语句") if row["角色"].value == "问题")
    row["角色"].value, row["方面"].value, row["问题"].value = "措施", None, None
    book.save(tmp_path / "甲.xlsx")
    row["角色"].value = "成绩"
    book.save(tmp_path / "乙.xlsx")
    review("review", "apply", "甲.xlsx", "--reviewer", "甲")
    run = review("review", "apply", "乙.xlsx", "--reviewer", "乙")

    assert 3 == run.returncode
    assert "没有采用你的" in run.stderr.decode()
    assert ["甲"] == [one["reviewer"] for one in log(review)]


@pytest.mark.parametrize(("column", "value"), [("写不写", "写"), ("并入", "T-03 ")])
def test_what_is_said_of_a_group_that_another_has_merged_away_is_a_conflict(review, book, tmp_path, column, value):
    titles = [row["组"].value for row in book.rows("问题组") if row["组"].value.startswith("T-")]
    row = book.row("问题组", "组", "T-02 ")
    row["并入"].value = titles[0]
    book.save(tmp_path / "甲.xlsx")
    row["并入"].value = None
    row[column].value = next((title for title in titles if title.startswith(value)), value)
    book.save(tmp_path / "乙.xlsx")
    review("review", "apply", "甲.xlsx")
    first = log(review)
    run = review("review", "apply", "乙.xlsx")

    assert 3 == run.returncode and f"“{titles[1]}”在导出以后已归到“{titles[0]}”" in run.stderr.decode()
    assert first == log(review)


def test_a_statement_whose_text_has_changed_is_a_conflict(review, book, tmp_path):
    row = next(row for row in book.rows("语句") if row["材料"].value.endswith(".txt") and row["归入组"].value)
    row["归入组"].value = "另立的组"
    book.save()
    folder = tmp_path / "材料"
    shutil.copytree(BRANCH, folder)
    text = row["语句"].value[:12]
    for file in folder.glob("*.txt"):
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                content = file.read_text(encoding=encoding)
            except UnicodeError:
                continue
            if text in content:
                file.write_text(content.replace(text, "改成了别的话"), encoding="utf-8")
            break
    review("classify", folder, "--quiet")
    run = review("review", "apply", "复核.xlsx")

    assert 3 == run.returncode
    assert "已不在材料里" in run.stderr.decode()


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [("角色", "不懂", "不在下拉列表里"), ("问题", "没有的问题", "不在下拉列表里"), ("处理", "随便", "只能是")],
)
def test_a_value_that_is_none_is_named_with_its_line(review, book, column, value, said):
    book.rows("语句")[4][column].value = value
    book.save()
    run = review("review", "apply", "复核.xlsx")

    assert 3 == run.returncode
    assert "第 7 行" in run.stderr.decode() and said in run.stderr.decode()
    assert [] == log(review)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_a_file_that_is_no_spreadsheet_is_told_in_one_sentence(review, tmp_path, content):
    (tmp_path / "坏.xlsx").write_bytes(content)
    run = review("review", "apply", "坏.xlsx")

    assert 1 == run.returncode
    assert "打不开" in run.stderr.decode()


def test_another_spreadsheet_is_refused(review, tmp_path):
    other = openpyxl.Workbook()
    other.save(tmp_path / "别的.xlsx")
    run = review("review", "apply", "别的.xlsx")

    assert 1 == run.returncode
    assert "不是 nlpkit review export 写出的表" in run.stderr.decode()


def test_another_branchs_sheet_is_refused(review, book, tmp_path):
    book.rows("草稿")[0]["改为"].value = "一是学习还欠火候。"
    book.save()
    folder = tmp_path / "别的支部"
    folder.mkdir()
    (folder / "发言-甲大山.txt").write_text("一、存在的问题\n学习抓得不紧，书领回来就没翻过。\n", encoding="utf-8")
    review("classify", folder, "--workspace", "别处", "--quiet")
    run = review("review", "apply", "复核.xlsx", "--workspace", "别处")

    assert 1 == run.returncode
    assert "错误：“复核.xlsx”不是从这个工作区导出的表" in run.stderr.decode()
    assert 1 == len(run.stderr.decode().splitlines())
    assert [] == json.loads(review("review", "log", "--format", "json", "--workspace", "别处").stdout)


@pytest.mark.parametrize("marked", [True, False])
def test_a_sheet_is_taken_where_the_workspace_was_made_anew_and_without_a_mark(review, book, marked):
    book.rows("语句")[0]["处理"].value = "确认"
    for sheet in ("语句", "问题组", "草稿"):
        column = next(cell.column for cell in book.book[sheet][2] if str(cell.value).startswith("工作区 "))
        if not marked:
            book.book[sheet].delete_cols(column)
    book.save()
    review("forget", "--all", "--yes")
    review("classify", BRANCH, "--quiet")
    run = review("review", "apply", "复核.xlsx")

    assert 0 == run.returncode
    assert ["answer"] == kinds(review)


def test_undoing_brings_back_what_was_and_stays_in_the_log(review, book):
    before = draft(review)
    next(row for row in book.rows("语句") if row["归入组"].value)["归入组"].value = "另立的组"
    book.save()
    review("review", "apply", "复核.xlsx")
    changed = draft(review)
    run = review("review", "undo")

    assert before != changed
    assert 0 == run.returncode
    assert before == draft(review)
    assert "undo" == kinds(review)[-1]
    assert 1 == review("review", "undo").returncode


def test_undoing_tells_as_many_as_the_log_shows(review, book):
    book.row("问题组", "组", "T-01 ")["名称"].value = "学得浅"
    book.save()
    review("review", "apply", "复核.xlsx")
    run = review("review", "undo")
    shown = review("review", "log").stdout.decode().splitlines()

    assert run.stderr.decode().startswith("已撤销 1 条：\n   2  ")
    assert 2 == len(shown) and shown[1].endswith("撤销第 2 条")


def test_the_difference_shows_sentences_before_and_after(review, book):
    book.rows("草稿")[0]["改为"].value = "一是学习还欠火候。"
    book.save()
    review("review", "apply", "复核.xlsx")
    text = review("review", "diff").stdout.decode()

    assert "+ 一是学习还欠火候。" in text
    assert "没有" in review("review", "diff", "--since", "1").stdout.decode()


def test_the_difference_tells_what_has_left_a_group(review, book):
    group = max(book.rows("问题组"), key=lambda row: row["条数"].value)
    size = group["条数"].value
    next(row for row in book.rows("语句") if row["归入组"].value == group["组"].value)["处理"].value = "不写"
    book.save()
    review("review", "apply", "复核.xlsx")
    text = review("review", "diff").stdout.decode()

    assert f"“{group['名称'].value}”" in text
    assert f" 人、{size} 条，减少 1 条" in text


def test_two_reviewers_are_compared(review, book, tmp_path):
    rows = book.rows("语句")[:6]
    for row in rows:
        row["处理"].value = "确认"
    book.save(tmp_path / "甲.xlsx")
    rows[0]["角色"].value = "措施"
    book.save(tmp_path / "乙.xlsx")
    text = review("review", "agree", "甲.xlsx", "乙.xlsx").stdout.decode()

    assert "6 条" in text and "分歧 1 处" in text and "方面 1.00" in text


def test_forgetting_a_member_forgets_what_was_decided_about_his_words(review, book):
    row = book.rows("语句")[0]
    row["处理"].value = "确认"
    book.save()
    review("review", "apply", "复核.xlsx")
    review("forget", row["成员"].value, "--yes")

    assert [] == log(review)


def test_a_run_that_is_killed_has_written_all_or_nothing(review, book, tmp_path):
    for row in book.rows("语句"):
        row["处理"].value = "确认"
    book.save()
    whole = len(book.rows("语句"))
    for delay in (1.0, 2.0, 3.0, 4.0):
        run = subprocess.Popen(
            [sys.executable, "-c", "from nlp_kit.cli import main; main()", "review", "apply", "复核.xlsx", "--quiet"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        time.sleep(delay)
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert len(log(review)) in (0, whole)
    assert 0 == review("review", "apply", "复核.xlsx").returncode
    assert whole == len(log(review))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_a_sheet_saved_by_libreoffice_is_read(review, book, tmp_path, ending):
    book.rows("语句")[0]["处理"].value = "确认"
    book.rows("问题组")[0]["顺序"].value = 2
    book.save()
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            ending,
            "--outdir",
            "存",
            "复核.xlsx",
        ],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        timeout=120,
    )
    saved = tmp_path / "存" / f"复核.{ending}"
    if not saved.exists():
        pytest.skip("LibreOffice Calc is not installed")
    run = review("review", "apply", saved)

    assert 0 == run.returncode
    assert ["gather", "answer", "place"] == kinds(review)


def test_a_sheet_that_lies_among_the_submissions_is_passed_over(review, tmp_path):
    folder = tmp_path / "材料"
    shutil.copytree(BRANCH, folder)
    shutil.copy(tmp_path / "复核.xlsx", folder)
    run = review("classify", folder)

    assert "略过本工具自己写的 1 个文件：复核.xlsx。" in run.stderr.decode()


def test_what_a_person_moves_changes_no_other_group_and_no_name(review, book):
    before = {issue["label"]: len(issue["statements"]) for issue in draft(review)["issues"]}
    rows = book.rows("语句")
    row = next(row for row in rows if str(row["归入组"].value).startswith("T-01 "))
    other = next(row for row in rows if str(row["归入组"].value).startswith("T-03 "))
    target = next(cell["组"].value for cell in book.rows("问题组") if cell["组"].value.startswith("T-02 "))
    source, into = row["归入组"].value.partition(" ")[2], target.partition(" ")[2]
    third = other["归入组"].value.partition(" ")[2]
    row["归入组"].value, other["归入组"].value = target, "单立的一组"
    book.save()
    review("review", "apply", "复核.xlsx")
    after = {issue["label"]: len(issue["statements"]) for issue in draft(review)["issues"]}

    assert (
        before | {source: before[source] - 1, into: before[into] + 1, third: before[third] - 1, "单立的一组": 1}
        == after
    )


def test_the_text_of_a_new_member_joins_the_groups_as_they_were_decided(review, book, tmp_path):
    group = next(row for row in book.rows("问题组") if row["组"].value.startswith("T-02 "))
    group["名称"].value = "工学矛盾"
    book.save()
    review("review", "apply", "复核.xlsx")
    before = {issue["label"]: issue["members"] for issue in draft(review)["issues"]}
    folder = tmp_path / "材料"
    shutil.copytree(BRANCH, folder)
    (folder / "发言-新来人.txt").write_text(
        "个人对照检查材料\n\n一、存在的问题\n1.一忙起来我就把学习往后推，总说等这阵子忙完再看书，一推就是一个季度。\n",
        encoding="utf-8",
    )
    review("classify", folder, "--quiet")
    after = {issue["label"]: issue["members"] for issue in draft(review)["issues"]}

    assert before["工学矛盾"] + 1 == after["工学矛盾"]
    assert {label: count for label, count in before.items() if label != "工学矛盾"}.items() <= after.items()


def test_sentences_that_point_to_somebody_are_refused(review, book, tmp_path):
    from nlp_kit.keyfile import read_key

    name = next(one.name for one in read_key(tmp_path / ".nlpkit") if one.name)
    told = {name: "姓名", " ".join(name): "姓名", "田茂林": "姓名", "电话13986421705的人": "号码或账号"}
    for row, somebody in zip(book.rows("草稿")[1:5], told, strict=True):
        row["改为"].value = f"有的同志和{somebody}一样上课走神。"
    book.save()
    run = review("review", "apply", "复核.xlsx")

    assert 3 == run.returncode
    assert list(told.values()) == re.findall("里写了(姓名|号码或账号)，", run.stderr.decode())
    assert name not in run.stderr.decode()
    assert [] == log(review)


def test_what_a_person_words_is_checked_as_any_edited_text(review, book):
    book.rows("草稿")[1]["改为"].value = "全体党员都不学习，其中有3人被通报。"
    book.save()
    review("review", "apply", "复核.xlsx")

    assert "错误" in review("check-draft", _written(review)).stdout.decode()


def _written(review):
    review("draft-problems", "-o", "稿.md", "--quiet")
    return "稿.md"


def test_an_old_confirmation_does_not_bring_back_what_another_has_left_out(review, book, tmp_path):
    row = book.rows("语句")[0]
    row["处理"].value = "不写"
    book.save(tmp_path / "甲.xlsx")
    row["处理"].value = "确认"
    book.save(tmp_path / "乙.xlsx")
    review("review", "apply", "甲.xlsx")
    run = review("review", "apply", "乙.xlsx")

    assert "别人已改为“不写”" in run.stderr.decode()
    assert "drop" == kinds(review)[0] and "use" not in kinds(review)


def test_cells_of_a_row_that_say_different_things_are_named_and_not_taken(review, book):
    row = next(row for row in book.rows("语句") if str(row["归入组"].value).startswith("T-01 "))
    target = next(cell["组"].value for cell in book.rows("问题组") if cell["组"].value.startswith("S-01 "))
    row["方面"].value, row["问题"].value, row["归入组"].value = "联系服务群众", "下基层少", target
    book.save()
    run = review("review", "apply", "复核.xlsx")

    assert 3 == run.returncode and "这一行没有采用" in run.stderr.decode()
    assert [] == log(review)


def test_undoing_how_a_group_was_made_undoes_what_was_decided_about_it(review, book):
    groups = [row for row in book.rows("问题组") if row["组"].value.startswith("T-")]
    groups[0]["并入"].value = groups[1]["组"].value
    book.save()
    review("review", "apply", "复核.xlsx")
    first = log(review)[0]
    review("review", "undo", first["number"])
    states = {one["kind"]: one["undone"] for one in log(review)}

    assert "gather" == first["kind"]
    assert states["merge"] and not any(one["kind"] == "merge" and not one["undone"] for one in log(review))


def test_an_answer_stands_though_the_group_it_leaves_is_changed_in_the_same_sheet(review, book):
    row = next(row for row in book.rows("语句") if str(row["归入组"].value).startswith("T-01 "))
    row["角色"].value, text = "原因", row["语句"].value
    group = next(row for row in book.rows("问题组") if row["组"].value.startswith("T-01 "))
    group["名称"].value = "学得浅"
    book.save()
    review("review", "apply", "复核.xlsx")
    lines = review("classify", BRANCH, "--format", "jsonl").stdout.decode().splitlines()
    (found,) = [one for one in map(json.loads, lines) if one["text"].strip() == text.strip()]

    assert ("cause", None) == (found["role"], found["category"])


def test_undoing_a_lock_leaves_what_was_decided_before(review, book, tmp_path):
    book.row("问题组", "组", "T-01 ")["名称"].value = "学得浅"
    book.save()
    review("review", "apply", "复核.xlsx")
    review("review", "export", "-o", "二.xlsx")
    second = Book(tmp_path / "二.xlsx")
    second.row("问题组", "名称", "学得浅")["锁定"].value = "是"
    second.save()
    review("review", "apply", "二.xlsx")
    review("review", "undo")

    assert "学得浅" in {issue["label"] for issue in draft(review)["issues"]}


def test_one_new_name_in_two_categories_makes_two_groups(review, book):
    rows = book.rows("语句")
    for prefix in ("T-01 ", "S-01 "):
        next(row for row in rows if str(row["归入组"].value).startswith(prefix))["归入组"].value = "其他事"
    book.save()
    review("review", "apply", "复核.xlsx")
    found = [issue["category"] for issue in draft(review)["issues"] if issue["label"] == "其他事"]

    assert ["theory", "style"] == found


def test_groups_merged_in_a_row_are_one_and_other_changes_of_them_are_named(review, book):
    groups = [row for row in book.rows("问题组") if row["组"].value.startswith("T-")][:3]
    counts = [row["条数"].value for row in groups]
    groups[0]["并入"].value, groups[0]["名称"].value = groups[1]["组"].value, "没有用的名称"
    groups[2]["并入"].value = groups[0]["组"].value
    book.save()
    run = review("review", "apply", "复核.xlsx")
    sizes = [len(issue["statements"]) for issue in draft(review)["issues"] if issue["category"] == "theory"]

    assert sum(counts) in sizes
    assert "别的改动没有采用" in run.stderr.decode() and "name" not in kinds(review)


def test_a_persons_sentence_is_to_be_looked_at_where_its_group_has_more_members_now(review, book, tmp_path):
    group = min(
        (row for row in book.rows("问题组") if row["组"].value.startswith("T-")), key=lambda row: row["人数"].value
    )
    name, count = group["名称"].value, group["人数"].value
    group["句子"].value = "个别同志上课走神。"
    book.save()
    first = review("review", "apply", "复核.xlsx")
    review("review", "export", "-o", "二.xlsx")
    second = Book(tmp_path / "二.xlsx")
    target = next(row["组"].value for row in second.rows("问题组") if row["名称"].value == name)
    largest = max(
        (row for row in second.rows("问题组") if row["组"].value.startswith("T-")), key=lambda row: row["人数"].value
    )
    largest["并入"].value = target
    second.save()
    run = review("review", "apply", "二.xlsx")

    assert 0 == run.returncode and "请核对句子里的人数说法" not in first.stderr.decode()
    assert f"的句子是人定的，原来 {count} 名成员" in run.stderr.decode()
    assert f"这句话写的时候是 {count} 名成员" in review("check-draft", _written(review)).stdout.decode()


def test_a_name_of_a_member_is_no_name_of_a_group_and_is_masked_in_remarks(review, book, tmp_path):
    from nlp_kit.keyfile import read_key

    name = next(one.name for one in read_key(tmp_path / ".nlpkit") if one.name)
    group = book.row("问题组", "组", "T-01 ")
    group["名称"].value = f"{name}的事"
    row = book.rows("语句")[0]
    row["处理"].value, row["备注"].value = "确认", f"{name}本人同意"
    book.save()
    review("review", "apply", "复核.xlsx")

    assert ["answer"] == kinds(review)
    assert name not in review("review", "log").stdout.decode()


def test_forgetting_somebody_without_a_text_leaves_the_others_decisions(cli_here, tmp_path):
    folder = tmp_path / "材料"
    shutil.copytree(BRANCH, folder)
    (folder / "members.csv").write_text("姓名\n王没交\n", encoding="utf-8")
    cli_here("classify", folder, "--quiet")
    with Workspace(tmp_path / ".nlpkit") as opened:
        item = opened.submissions()[0].statements[0]
        answer = {"role": "other", "category": None, "issue": None, "text": ""}
        opened.decide([Decision("answer", answer, item.id, about=f"{item.member}：x")], "甲", "2026-01-01 08:00:00")
    run = cli_here("forget", "王没交", "--yes")

    assert 0 == run.returncode
    assert 1 == len(log(cli_here))
