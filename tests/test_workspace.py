import errno
import multiprocessing
import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_kit.errors import WorkspaceError
from nlp_kit.keyfile import read_key
from nlp_kit.pseudonyms import assign_pseudonyms
from nlp_kit.records import Document, Paragraph, Prediction, SetAsideFile, Statement, Unreadable
from nlp_kit.schema import FILE_NAME
from nlp_kit.stored import HandedIn, StoredText
from nlp_kit.workspace import Workspace


def stored(text: str, name: str = "") -> StoredText:
    document = Document("", text, (Paragraph(0, 2, 1, True),), (((0, 1), (1, 2)),), ((0, 1),), ("里面有修订痕迹",))
    found = Statement("", 0, len(text), text, ("一、问题",), "problem", "theory", 0)
    answer = Prediction("problem", "theory", "study_shallow", 0.75, review=False)
    return StoredText(f"key of {text}", 0, f"hash of {text}", name, document, ((found, answer),))


def handed_in(path: str, text: str, name: str = "") -> HandedIn:
    return HandedIn(path, stored(text, name), name)


def test_a_stored_text_comes_back_as_it_was(workspace):
    workspace.store([stored("学得浅。")], "v1")

    assert [stored("学得浅。")] == workspace.find("key of 学得浅。", "v1")


def test_a_text_made_by_another_version_is_not_found(workspace):
    workspace.store([stored("学得浅。")], "v1")

    assert [] == workspace.find("key of 学得浅。", "v2")


def test_a_run_replaces_the_current_files_and_keeps_pseudonyms(workspace):
    first = workspace.commit_run([handed_in("a.txt", "甲"), handed_in("b.txt", "乙")], [], "v1")
    member = {one.document.path: one.member for one in first}

    workspace.commit_run([handed_in("b.txt", "乙")], [Unreadable("c.pdf", "是 PDF")], "v1")

    assert [("b.txt", member["b.txt"])] == [(one.document.path, one.member) for one in workspace.submissions()]
    assert [Unreadable("c.pdf", "是 PDF")] == workspace.unreadable()
    again = workspace.commit_run([handed_in("a.txt", "甲")], [], "v1")
    assert member["a.txt"] == again[0].member


def test_a_failed_run_leaves_the_current_files_untouched(workspace):
    workspace.commit_run([handed_in("a.txt", "甲")], [], "v1")

    with pytest.raises(WorkspaceError):
        workspace.commit_run([handed_in("b.txt", "乙")], [Unreadable("x", "y"), Unreadable("x", "y")], "v1")

    assert ["a.txt"] == [one.document.path for one in workspace.submissions()]


def test_texts_stored_before_a_crash_are_found_by_the_next_run(tmp_path):
    with Workspace(tmp_path) as crashed:
        crashed.store([stored("甲")], "v1")
    with Workspace(tmp_path) as opened:
        assert opened.find("key of 甲", "v1")
        assert [] == opened.submissions()


def test_another_runs_clean_up_does_not_lose_texts_of_this_run(tmp_path):
    with Workspace(tmp_path) as first, Workspace(tmp_path) as second:
        first.store([stored("甲")], "v1")
        second.commit_run([handed_in("b.txt", "乙")], [], "v1")

        assert ["甲"] == [one.document.text for one in first.commit_run([handed_in("a.txt", "甲")], [], "v1")]


def _write_many(folder: Path, name: str) -> None:
    with Workspace(folder) as opened:
        for number in range(20):
            opened.store([stored(f"{name}{number}")], "v1")
        opened.commit_run([handed_in(f"{name}{number}.txt", f"{name}{number}") for number in range(20)], [], "v1")


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


FIRST_VERSION = """
CREATE TABLE documents (key TEXT PRIMARY KEY, made_by TEXT NOT NULL, text_hash TEXT NOT NULL, text TEXT NOT NULL,
    paragraphs TEXT NOT NULL);
CREATE TABLE statements (key TEXT NOT NULL REFERENCES documents(key) ON DELETE CASCADE, position INTEGER NOT NULL);
CREATE TABLE members (pseudonym TEXT PRIMARY KEY, text_hash TEXT NOT NULL, path TEXT NOT NULL);
CREATE TABLE submissions (path TEXT PRIMARY KEY, key TEXT NOT NULL REFERENCES documents(key), member TEXT NOT NULL,
    position INTEGER NOT NULL);
CREATE TABLE unreadable (path TEXT PRIMARY KEY, reason TEXT NOT NULL);
INSERT INTO members VALUES ('成员07', 'hash of 甲', '甲.txt');
PRAGMA user_version = 1
"""


def test_a_workspace_of_the_first_version_is_brought_up_to_date(tmp_path):
    database = sqlite3.connect(tmp_path / FILE_NAME)
    database.executescript(FIRST_VERSION)
    database.close()

    with Workspace(tmp_path) as opened:
        assert opened.theme() is None
        assert [] == opened.submissions()
        assert "成员07" == opened.commit_run([handed_in("乙.txt", "甲")], [], "v")[0].member


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


def test_a_workspace_that_is_read_only_is_not_called_missing(workspace, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(Path, "chmod", refuse)

    with pytest.raises(WorkspaceError, match=r"写不进去.*只读"):
        Workspace(workspace.folder)


def test_a_full_disk_is_reported_and_stored_texts_stay(workspace):
    workspace.store([stored("甲")], "v1")
    pages = workspace._connection.execute("PRAGMA page_count").fetchone()[0]
    workspace._connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(WorkspaceError, match="磁盘已满"):
        workspace.store([stored("乙" * 50_000)], "v1")

    assert workspace.find("key of 甲", "v1")


texts = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "e"]), st.sampled_from(["甲", "乙", "丙", "丁"]), min_size=1
)


def named_pairs(table: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(path, text, "") for path, text in table.items()]


@given(texts, texts)
def test_pseudonyms_follow_texts_and_never_join_two_texts(before, after):
    first = dict(zip(before, assign_pseudonyms(named_pairs(before), [], {}), strict=True))
    known = [(first[path], text, path) for path, text in before.items()]
    second = dict(zip(after, assign_pseudonyms(named_pairs(after), known, {}), strict=True))

    assert all((second[one] == second[other]) == (after[one] == after[other]) for one in after for other in after)
    kept = {text: first[path] for path, text in before.items()}
    assert all(second[path] == kept[text] for path, text in after.items() if text in kept)


@given(texts, st.permutations(["a", "b", "c", "d", "e"]))
def test_pseudonyms_do_not_depend_on_file_names(named, order):
    renamed = dict(zip(["a", "b", "c", "d", "e"], order, strict=True))
    plain = assign_pseudonyms(named_pairs(named), [], {})
    other = assign_pseudonyms([(renamed[path], text, "") for path, text in named.items()], [], {})

    assert plain == other


def test_a_changed_text_keeps_the_pseudonym_of_its_file_name():
    assert ["成员07"] == assign_pseudonyms([("a.txt", "新稿", "")], [("成员07", "旧稿", "a.txt")], {})


def test_a_member_keeps_the_pseudonym_by_name_under_another_file_name_and_text():
    known = [("成员03", "旧稿", "旧.txt"), ("成员05", "别的", "新.txt")]

    assert ["成员03"] == assign_pseudonyms([("新.txt", "新稿", "沈长林")], known, {"沈长林": "成员03"})


def test_texts_of_one_name_are_one_member_and_so_are_copies():
    texts = [("a", "甲", "沈长林"), ("b", "乙", "沈长林"), ("c", "乙", ""), ("d", "丙", "贺小满")]
    found = assign_pseudonyms(texts, [], {})

    assert found[0] == found[1] == found[2] != found[3]


def test_two_authors_of_one_file_are_two_members(workspace):
    first, second = stored("甲", "沈长林"), replace(stored("甲", "贺小满"), part=1, text_hash="hash of 乙", shared=True)
    found = workspace.commit_run([HandedIn("一.txt", first, "沈长林"), HandedIn("一.txt", second, "贺小满")], [], "v1")

    assert [{"一.txt"}, 2] == [{one.document.path for one in found}, len({one.member for one in found})]
    assert found == workspace.submissions()


def test_the_key_file_holds_the_names_and_is_for_the_owner_alone(workspace):
    workspace.commit_run([handed_in("沈.txt", "甲", "沈长林")], [], "v1", expected=["沈长林", "贺小满"])
    entries = read_key(workspace.folder)
    modes = {file.name: file.stat().st_mode & 0o777 for file in workspace.folder.iterdir()}

    assert [("", "贺小满", ""), ("成员01", "沈长林", "沈.txt")] == [
        (one.pseudonym, one.name, one.path) for one in entries
    ]
    assert ["贺小满", "沈长林"] == workspace.names()
    assert os.name == "nt" or {0o600} == set(modes.values())


def test_a_name_once_known_is_kept_when_a_later_file_does_not_tell_it(workspace):
    workspace.commit_run([handed_in("沈.txt", "甲", "沈长林")], [], "v1")
    workspace.commit_run([handed_in("发言.txt", "甲")], [], "v1")

    assert ["沈长林"] == workspace.names()


def test_files_set_aside_are_kept_with_their_reason(workspace):
    aside = SetAsideFile("纪要.docx", "看起来是会议纪要，不是个人材料", "k1")
    workspace.commit_run([], [], "v1", set_aside=[aside])

    assert [aside] == workspace.set_aside()
    assert [aside.reason, "", ""] == [
        workspace.reason_set_aside(path, key) for path, key in (("纪要.docx", "k1"), ("纪要.docx", "k2"), ("b", "k1"))
    ]
