import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_kit.errors import WorkspaceError
from nlp_kit.records import Paragraph, Prediction, Statement, Unreadable
from nlp_kit.workspace import FILE_NAME, StoredText, Workspace, assign_pseudonyms


def stored(text: str, key: str | None = None) -> StoredText:
    found = Statement("", 0, len(text), text, ("一、问题",), "problem", "theory", 0)
    answer = Prediction("problem", "theory", "study_shallow", 0.75, review=False)
    return StoredText(key or f"key of {text}", f"hash of {text}", text, (Paragraph(0, 2, 1, True),), ((found, answer),))


def test_a_stored_text_comes_back_as_it_was(workspace):
    workspace.store(stored("学得浅。"), "v1")

    assert stored("学得浅。") == workspace.find("key of 学得浅。", "v1")


def test_a_text_made_by_another_version_is_not_found(workspace):
    workspace.store(stored("学得浅。"), "v1")

    assert workspace.find("key of 学得浅。", "v2") is None


def test_a_run_replaces_the_current_files_and_keeps_pseudonyms(workspace):
    first = workspace.commit_run([("a.txt", stored("甲")), ("b.txt", stored("乙"))], [], "v1")
    member = {one.document.path: one.member for one in first}

    workspace.commit_run([("b.txt", stored("乙"))], [Unreadable("c.pdf", "是 PDF")], "v1")

    assert [("b.txt", member["b.txt"])] == [(one.document.path, one.member) for one in workspace.submissions()]
    assert [Unreadable("c.pdf", "是 PDF")] == workspace.unreadable()
    again = workspace.commit_run([("a.txt", stored("甲"))], [], "v1")
    assert member["a.txt"] == again[0].member


def test_a_failed_run_leaves_the_current_files_untouched(workspace):
    workspace.commit_run([("a.txt", stored("甲"))], [], "v1")

    with pytest.raises(WorkspaceError):
        workspace.commit_run([("b.txt", stored("乙"))], [Unreadable("x", "y"), Unreadable("x", "y")], "v1")

    assert ["a.txt"] == [one.document.path for one in workspace.submissions()]


def test_texts_stored_before_a_crash_are_found_by_the_next_run(tmp_path):
    with Workspace(tmp_path) as crashed:
        crashed.store(stored("甲"), "v1")
    with Workspace(tmp_path) as opened:
        assert opened.find("key of 甲", "v1") is not None
        assert [] == opened.submissions()


def test_another_runs_clean_up_does_not_lose_texts_of_this_run(tmp_path):
    with Workspace(tmp_path) as first, Workspace(tmp_path) as second:
        first.store(stored("甲"), "v1")
        second.commit_run([("b.txt", stored("乙"))], [], "v1")

        assert ["甲"] == [one.document.text for one in first.commit_run([("a.txt", stored("甲"))], [], "v1")]


def _write_many(folder: Path, name: str) -> None:
    with Workspace(folder) as opened:
        for number in range(20):
            opened.store(stored(f"{name}{number}"), "v1")
        opened.commit_run([(f"{name}{number}.txt", stored(f"{name}{number}")) for number in range(20)], [], "v1")


def test_two_runs_at_once_leave_one_whole_run(tmp_path):
    context = multiprocessing.get_context("spawn")
    runs = [context.Process(target=_write_many, args=(tmp_path, name)) for name in "甲乙"]
    for run in runs:
        run.start()
    for run in runs:
        run.join()

    assert [0, 0] == [run.exitcode for run in runs]
    with Workspace(tmp_path) as opened:
        names = {one.document.path[0] for one in opened.submissions()}
        assert 20 == len(opened.submissions())
        assert len(names) == 1


def test_a_damaged_file_is_reported_in_one_sentence(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b"not a database at all" * 100)

    with pytest.raises(WorkspaceError, match=r"已损坏.*改名"):
        Workspace(tmp_path)


def test_a_workspace_of_the_first_version_is_brought_up_to_date(tmp_path):
    with Workspace(tmp_path) as opened:
        opened.commit_run([("甲.txt", stored("k"))], [], "v")
    database = sqlite3.connect(tmp_path / FILE_NAME)
    database.executescript("DROP TABLE run; PRAGMA user_version = 1")
    database.close()

    with Workspace(tmp_path) as opened:
        assert ["甲.txt"] == list(opened.text_hashes())
        assert opened.theme() is None


def test_a_workspace_of_a_newer_version_is_refused(tmp_path):
    database = sqlite3.connect(tmp_path / FILE_NAME)
    database.execute("PRAGMA user_version = 99")
    database.close()

    with pytest.raises(WorkspaceError, match="升级"):
        Workspace(tmp_path)


def test_a_workspace_that_is_a_file_is_reported(tmp_path):
    (tmp_path / "占用").write_text("x", encoding="utf-8")

    with pytest.raises(WorkspaceError, match="--workspace"):
        Workspace(tmp_path / "占用")


def test_a_full_disk_is_reported_and_stored_texts_stay(workspace):
    workspace.store(stored("甲"), "v1")
    pages = workspace._connection.execute("PRAGMA page_count").fetchone()[0]
    workspace._connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(WorkspaceError, match="磁盘已满"):
        workspace.store(stored("乙" * 50_000), "v1")

    assert workspace.find("key of 甲", "v1") is not None


texts = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "e"]), st.sampled_from(["甲", "乙", "丙", "丁"]), min_size=1
)


@given(texts, texts)
def test_pseudonyms_follow_texts_and_never_join_two_texts(before, after):
    first = assign_pseudonyms(list(before.items()), [])
    known = [(first[path], text, path) for path, text in before.items()]
    second = assign_pseudonyms(list(after.items()), known)

    assert all((second[one] == second[other]) == (after[one] == after[other]) for one in after for other in after)
    kept = {text: first[path] for path, text in before.items()}
    assert all(second[path] == kept[text] for path, text in after.items() if text in kept)


@given(texts, st.permutations(["a", "b", "c", "d", "e"]))
def test_pseudonyms_do_not_depend_on_file_names(named, order):
    renamed = dict(zip(["a", "b", "c", "d", "e"], order, strict=True))
    plain = assign_pseudonyms(list(named.items()), [])
    other = assign_pseudonyms([(renamed[path], text) for path, text in named.items()], [])

    assert all(plain[path] == other[renamed[path]] for path in named)


def test_a_changed_text_keeps_the_pseudonym_of_its_file_name():
    assert {"a.txt": "成员07"} == assign_pseudonyms([("a.txt", "新稿")], [("成员07", "旧稿", "a.txt")])
