import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from nlp_kit.console import SubmissionsTable
from nlp_kit.records import ClassifiedStatement, Document, Prediction, Statement, Submission
from tests.conftest import BRANCH, ROOT

ONE_TEXT = "发言提纲\n一、存在的问题\n一是学得浅，书翻两页就放下。\n二是办事拖，总要等到最后。\n"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "材 料"
    made.mkdir()
    (made / "张三 发言.txt").write_text(ONE_TEXT, encoding="utf-8")
    return made


def sentence(run: subprocess.CompletedProcess[bytes]) -> str:
    """The one sentence of an error."""
    lines = run.stderr.decode("utf-8").strip().splitlines()
    assert 1 == len(lines), lines
    assert lines[0].startswith("错误：")
    assert "Traceback" not in lines[0]
    return lines[0]


def test_help_is_chinese_and_loads_nothing_heavy():
    code = (
        "import sys, atexit\nfrom nlp_kit.cli import main\nsys.argv = ['nlpkit', '--help']\n"
        "heavy = {'torch', 'sklearn', 'scipy', 'numpy', 'jieba', 'docx', 'rich', 'sqlite3'}\n"
        "atexit.register(lambda: print(sorted(heavy & sys.modules.keys()), file=sys.stderr))\nmain()"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert "用法：nlpkit" in run.stdout.decode("utf-8")
    assert run.stderr.decode().strip() == "[]"


COMMANDS = [
    "classify",
    "draft-problems",
    "demo",
    "taxonomy list",
    "taxonomy show",
    "taxonomy check",
    "taxonomy new",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_commands_help_has_an_example(cli, command):
    text = cli(*command.split(), "--help").stdout.decode("utf-8")

    assert "例：" in text
    assert f"nlpkit {command}" in text.split("例：")[1]
    assert "Options" not in text


def test_version(cli):
    assert b"nlpkit 0." in cli("--version").stdout


def test_the_main_job(cli, tmp_path, folder):
    classified = cli("classify", folder, "--format", "jsonl")
    drafted = cli("draft-problems", "--format", "json")

    assert (0, 0) == (classified.returncode, drafted.returncode)
    rows = [json.loads(line) for line in classified.stdout.decode("utf-8").splitlines()]
    assert "张三 发言.txt" == rows[0]["document"]
    assert len(rows) == json.loads(drafted.stdout)["account"]["statements"]
    assert (tmp_path / ".nlpkit").is_dir()


@pytest.mark.parametrize("name", ["稿.docx", "稿.md", "稿.txt", "稿.json"])
def test_the_format_follows_the_ending(cli, tmp_path, folder, name):
    cli("classify", folder)
    run = cli("draft-problems", "-o", f"新文件夹/{name}")

    assert 0 == run.returncode
    assert b"" == run.stdout
    assert (tmp_path / "新文件夹" / name).stat().st_size > 100


def test_the_workspace_can_be_named_by_option_or_variable(cli, tmp_path, folder):
    cli("classify", folder, "--workspace", tmp_path / "甲")
    cli("classify", folder, NLPKIT_WORKSPACE=str(tmp_path / "乙"))

    assert (tmp_path / "甲" / "nlpkit.sqlite3").exists()
    assert (tmp_path / "乙" / "nlpkit.sqlite3").exists()
    assert not (tmp_path / ".nlpkit").exists()


def test_unreadable_files_are_named_and_the_others_kept(cli, folder):
    (folder / "空.txt").write_bytes(b"")
    (folder / "照片.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 broken")
    (folder / "扫描.pdf").write_bytes(b"%PDF-1.7 ...")
    run = cli("classify", folder, "--format", "jsonl")
    messages = run.stderr.decode("utf-8")

    assert 3 == run.returncode
    assert all(f"没有读取“{name}”：" in messages for name in ("空.txt", "照片.txt", "坏.docx", "扫描.pdf"))
    assert {"张三 发言.txt"} == {json.loads(line)["document"] for line in run.stdout.decode("utf-8").splitlines()}


def test_unreadable_files_are_in_the_drafts_account_and_exit_code(cli, folder):
    (folder / "扫描.pdf").write_bytes(b"%PDF-1.7 ...")
    cli("classify", folder)
    run = cli("draft-problems", "--format", "json")

    assert 3 == run.returncode
    assert ["扫描.pdf"] == [one["document"] for one in json.loads(run.stdout)["account"]["unreadable"]]


def test_the_table_counts_files_as_the_last_line_does(cli, folder):
    parts = (("沈长林", "书翻两页就放下。"), ("贺小满", "村民来问头也不抬。"))
    two = "".join(f"检视剖析材料\n{name}\n一、存在的问题\n{text}\n" for name, text in parts)
    (folder / "发言.txt").write_text(two, encoding="utf-8")
    run = cli("classify", folder)

    shown = [line.split() for line in run.stdout.decode("utf-8").splitlines()]
    assert 3 == sum(line[0].startswith("成员0") for line in shown if line)
    assert ["合计", "2", "份"] == shown[-2][:3]
    assert "共读取 2 份材料" in run.stderr.decode("utf-8")


def test_a_huge_file_is_refused_without_being_read(cli, folder):
    with (folder / "大.txt").open("wb") as file:
        file.truncate(60 * 1024 * 1024)
    run = cli("classify", folder)

    assert 3 == run.returncode
    assert "60 MB" in run.stderr.decode("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["classify"], 2, "缺少材料所在的文件夹或文件"),
        (["classify", "没有这个文件夹"], 1, "找不到"),
        (["classify", ".", "--formt", "x"], 2, "没有“--formt”这个选项"),
        (["classify", ".", "--format", "xml"], 2, "只能是：table、jsonl"),
        (["classify", ".", "-o", "结果.xlsx"], 2, "认不出“结果.xlsx”的结尾"),
        (["clasify", "."], 2, "没有“clasify”这个命令"),
        (["draft-problems"], 1, "请先运行"),
        (["draft-problems", "--format", "docx"], 2, "-o"),
        (["draft-problems", "-o"], 2, "draft-problems --help"),
        (["review", "log", "-o"], 2, "review log --help"),
    ],
)
def test_user_errors_are_one_sentence_with_the_right_code(cli, arguments, code, words):
    run = cli(*arguments)

    assert code == run.returncode
    assert words in sentence(run)


def test_a_folder_without_texts_is_an_error(cli, tmp_path):
    (tmp_path / "空文件夹").mkdir()
    run = cli("classify", "空文件夹")

    assert 1 == run.returncode
    assert "没有材料" in sentence(run)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_sentence(cli, folder):
    cli("classify", folder)
    run = cli("draft-problems", "-o", "/dev/full", "--format", "markdown")

    assert 1 == run.returncode
    assert "磁盘已满" in run.stderr.decode("utf-8")
    assert Path("/dev/full").is_char_device()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_to_a_full_disk_is_one_sentence(folder, tmp_path):
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [
                sys.executable,
                "-c",
                "from nlp_kit.cli import main; main()",
                "classify",
                str(folder),
                "--format",
                "jsonl",
            ],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            check=False,
        )

    assert 1 == run.returncode
    assert "磁盘已满" in run.stderr.decode("utf-8")
    assert "Traceback" not in run.stderr.decode("utf-8")


def test_an_output_that_cannot_be_written_leaves_the_old_file(cli, tmp_path, folder):
    cli("classify", folder)
    (tmp_path / "稿.md").write_text("旧稿", encoding="utf-8")
    (tmp_path / "占着").write_text("x", encoding="utf-8")
    run = cli("draft-problems", "-o", "占着/稿.md")

    assert 1 == run.returncode
    assert "不是文件夹" in sentence(run)
    assert "旧稿" == (tmp_path / "稿.md").read_text(encoding="utf-8")


def test_an_output_that_is_a_folder_is_one_sentence(cli, tmp_path, folder):
    cli("classify", folder)
    run = cli("draft-problems", "-o", folder, "--format", "markdown")

    assert 1 == run.returncode
    assert "它是文件夹" in sentence(run)


def test_an_argument_without_permission_is_named_and_the_others_kept(tmp_path, folder):
    locked = tmp_path / "锁着.txt"
    locked.write_text(ONE_TEXT, encoding="utf-8")
    # The system's refusal is played, because tests may run as a user whom nothing is refused.
    code = (
        "import pathlib, os\nread = pathlib.Path.read_bytes\n"
        "def refuse(path):\n"
        "    if path.name == '锁着.txt': raise PermissionError(13, 'Permission denied', str(path))\n"
        "    return read(path)\n"
        "pathlib.Path.read_bytes = refuse\naccess = os.access\n"
        "os.access = lambda path, mode, **k: '锁着' not in str(path) and access(path, mode, **k)\n"
        "from nlp_kit.cli import main\nmain()"
    )
    command = [sys.executable, "-c", code, "classify", str(folder), str(locked), "--format", "jsonl"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)

    assert 3 == run.returncode, run.stderr.decode("utf-8")
    assert "没有读取“锁着.txt”：没有权限打开" in run.stderr.decode("utf-8")
    assert run.stdout


def test_file_names_with_brackets_are_shown_as_they_are(cli, folder):
    (folder / "a[").mkdir()
    (folder / "a[" / "b][bold]李四.txt").write_text(ONE_TEXT + "三是怕麻烦。\n", encoding="utf-8")
    run = cli("classify", folder)

    assert 0 == run.returncode
    assert "a[/b][bold]李某.txt" in run.stdout.decode("utf-8")


def test_names_that_the_terminal_cannot_show_do_not_stop_the_run(cli, folder):
    (folder / "😀.txt").write_text(ONE_TEXT + "三是怕麻烦。\n", encoding="utf-8")
    run = cli("classify", folder, PYTHONIOENCODING="gbk")

    assert 0 == run.returncode
    assert b"Traceback" not in run.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_closed_output_is_one_sentence(cli, tmp_path, folder):
    cli("classify", folder)
    code = "from nlp_kit.cli import main; main()"
    run = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -c '{code}' draft-problems >&-"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )

    assert 1 == run.returncode
    assert "没有地方输出" in run.stderr.decode("utf-8")


@pytest.mark.parametrize("arguments", [["classify", ""], ["draft-problems", "--workspace", ""]])
def test_an_empty_name_is_not_taken_for_this_folder(cli, tmp_path, arguments):
    run = cli(*arguments)

    assert 2 == run.returncode
    assert "名字是空的" in sentence(run)
    assert [] == list(tmp_path.iterdir())


def test_damaged_records_in_the_workspace_are_one_sentence(cli, tmp_path, folder):
    cli("classify", folder)
    database = sqlite3.connect(tmp_path / ".nlpkit" / "nlpkit.sqlite3")
    with database:
        database.execute("UPDATE statements SET heading = '{'")
    database.close()
    run = cli("draft-problems")

    assert 1 == run.returncode
    assert "已损坏" in sentence(run)


def test_a_killed_run_is_taken_up_by_the_next(cli, tmp_path):
    folder = tmp_path / "材料"
    shutil.copytree(BRANCH, folder)
    process = subprocess.Popen(
        [sys.executable, "-c", "from nlp_kit.cli import main; main()", "classify", str(folder)],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    database = tmp_path / ".nlpkit" / "nlpkit.sqlite3"
    while not database.exists() and process.poll() is None:
        time.sleep(0.01)
    time.sleep(1.0)
    process.kill()
    process.wait()
    run = cli("classify", folder, "--format", "jsonl")

    assert 0 == run.returncode
    assert 12 == len({json.loads(line)["document"] for line in run.stdout.decode("utf-8").splitlines()})


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for other processes")
def test_an_interrupted_run_says_so(tmp_path, folder):
    process = subprocess.Popen(
        [sys.executable, "-c", "import time, nlp_kit.pipeline as p; p.classify_files = lambda *a, **k: time.sleep(60)\n"
         # A process that was started in the background ignores interrupts, and so do its children.
         "from signal import SIGINT, default_int_handler, signal; signal(SIGINT, default_int_handler)\n"
         "from nlp_kit.cli import main; main()", "classify", str(folder)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    while not (tmp_path / ".nlpkit" / "nlpkit.sqlite3").exists():
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, messages = process.communicate(timeout=30)

    assert 1 == process.returncode
    assert "已中断" in messages.decode("utf-8")
    assert "Traceback" not in messages.decode("utf-8")


def test_quiet_says_nothing_when_all_is_well(cli, folder):
    run = cli("classify", folder, "--quiet", "--format", "jsonl")

    assert b"" == run.stderr


def test_results_are_utf8_under_any_locale(cli, folder):
    run = cli("classify", folder, "--format", "jsonl", PYTHONIOENCODING="ascii", LC_ALL="C")

    assert 0 == run.returncode
    assert "张三 发言.txt" in run.stdout.decode("utf-8")


def test_the_demo_writes_every_kind_of_result(cli, tmp_path):
    run = cli("demo", "-o", "演示")

    assert 0 == run.returncode
    assert {"一览.html", "查摆的主要问题.docx", "查摆的主要问题.md", "依据.json", "语句.jsonl"} <= {
        path.name for path in (tmp_path / "演示").iterdir()
    }
    assert "结果在：" in run.stderr.decode("utf-8")


def test_the_readme_names_commands_that_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert "make demo" in text
    assert "make test" in text


def test_another_taxonomy_from_a_new_file_to_the_rows(cli, tmp_path, folder):
    made = cli("taxonomy", "new", "我的.toml", "--from", "2024-four-leads")
    checked = cli("taxonomy", "check", "我的.toml")
    run = cli("classify", folder, "--taxonomy", "我的.toml", "--format", "jsonl")

    assert (0, 0, 0) == (made.returncode, checked.returncode, run.returncode)
    assert "归对" in checked.stdout.decode("utf-8")
    found = {json.loads(line)["category"] for line in run.stdout.decode("utf-8").splitlines()}
    assert found - {None} <= {"political_discipline", "party_spirit", "duty_innovation", "strict_governance"}
    assert found - {None}


def test_a_taxonomy_file_is_never_overwritten(cli, tmp_path):
    (tmp_path / "我的.toml").write_text("我写的", encoding="utf-8")
    run = cli("taxonomy", "new", "我的.toml")

    assert 1 == run.returncode
    assert "已经有了" in sentence(run)
    assert "我写的" == (tmp_path / "我的.toml").read_text(encoding="utf-8")


def test_a_faulty_taxonomy_is_told_fault_by_fault(cli, tmp_path, folder):
    (tmp_path / "坏.toml").write_text('title = "x"\n[[category]]\nkey = "a"\n', encoding="utf-8")
    checked = cli("taxonomy", "check", "坏.toml")
    lines = checked.stderr.decode("utf-8").strip().splitlines()

    assert 1 == checked.returncode
    assert lines[0].startswith("1. ")
    assert lines[-1].startswith("错误：") and f"{len(lines) - 1} 处" in lines[-1]
    assert "坏.toml" in sentence(cli("classify", folder, "--taxonomy", "坏.toml"))


def test_shipped_taxonomies_are_listed_and_shown(cli):
    assert "2025-members" in cli("taxonomy", "list").stdout.decode("utf-8")
    assert "小标题" in cli("taxonomy", "show", "2025-members").stdout.decode("utf-8")
    assert "taxonomy list" in cli("taxonomy").stdout.decode("utf-8")


@pytest.mark.parametrize("value", ["2", "-1", "很高", "nan"])
def test_a_threshold_outside_0_to_1_is_refused(cli, folder, value):
    run = cli("classify", folder, "--review-below", value)

    assert 2 == run.returncode
    assert value in sentence(run)


def terminal(width, categories):
    """What a terminal of a width shows of two texts: 8 problems each, a column for each category."""
    submissions = []
    for name in ("郝立群-对照检查材料.txt", "柴雨桐.txt"):
        document = Document(name, "")
        member = f"成员{len(submissions) + 1:02}"
        item = ClassifiedStatement(Statement(name, 0, 1, "一"), member, Prediction("problem", "c0", None, 0.9, False))
        waits = ClassifiedStatement(Statement(name, 1, 2, "二"), member, Prediction("problem", "c0", None, 0.2, True))
        submissions.append(Submission(document, member, (item,) * 8 + (waits,) * 93))
    shown = io.StringIO()
    names = {f"c{number}": f"某个方面{number}" for number in range(categories)}
    console = Console(file=shown, width=width, force_terminal=True, color_system=None)
    console.print(SubmissionsTable(submissions, names, "各方面", str))
    return shown.getvalue()


@pytest.mark.parametrize("categories", [4, 6, 15])
@pytest.mark.parametrize("width", [50, 60, 80, 120])
def test_nothing_of_the_table_is_cut_off_in_a_narrow_terminal(width, categories):
    shown = terminal(width, categories)

    assert 3 == len(re.findall(r"\b(?:93|186)\b", shown))
    assert "待判" in shown
    assert "…" not in shown
    assert width >= max(map(cell_len, shown.splitlines()))


def test_a_narrow_terminal_still_gets_a_table():
    assert "───" in terminal(60, 4)
