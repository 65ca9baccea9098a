import json
import shutil
from pathlib import Path

import pytest

from nlp_kit.errors import InputError
from nlp_kit.evaluation.measures import score_documents
from nlp_kit.export import blocks_docx, blocks_markdown, draft_blocks, draft_json, statements_jsonl
from nlp_kit.intake import Way
from nlp_kit.pipeline import classify_files, draft_problems
from nlp_kit.reading import list_files, read_document
from nlp_kit.taxonomy import load_taxonomy
from nlp_kit.workspace import Workspace
from tests.conftest import BRANCH

GOLDEN = Path(__file__).with_name("golden")
TAXONOMY = load_taxonomy()
STATEMENT_KEYS = [
    "document",
    "member",
    "start",
    "end",
    "text",
    "heading",
    "role",
    "category",
    "issue",
    "confidence",
    "review",
]


@pytest.fixture(scope="module")
def rows(sample_run):
    return [json.loads(line) for line in statements_jsonl(sample_run[0].submissions).splitlines()]


@pytest.fixture(scope="module")
def draft(sample_run):
    return json.loads(draft_json(sample_run[1]))


def spans(items):
    return {(item["document"], item["start"], item["end"]) for item in items}


def test_every_row_has_the_contracts_keys_in_order(rows):
    assert all(list(row) == STATEMENT_KEYS for row in rows)


def test_every_offset_is_exact(rows):
    texts = {file.path: read_document(file.location).text for file in list_files([BRANCH]).files}

    assert all(texts[row["document"]][row["start"] : row["end"]] == row["text"] for row in rows)
    assert {row["document"] for row in rows} == set(texts)


def test_offsets_of_a_text_file_index_the_decoded_file(rows):
    name = "骆清（化验室）2025年度组织生活会个人剖析材料.txt"
    decoded = (BRANCH / name).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")

    assert all(decoded[row["start"] : row["end"]] == row["text"] for row in rows if row["document"] == name)


def test_category_and_issue_follow_the_role(rows):
    for row in rows:
        allowed = {*TAXONOMY.by_key, *TAXONOMY.outside} if row["role"] == "problem" else {None}
        assert row["issue"] in allowed
        assert row["category"] == (TAXONOMY.category_of(row["issue"]) if row["issue"] else None)
        assert 0 <= row["confidence"] <= 1


def test_every_sentence_is_proved_by_rows_of_as_many_members_as_it_counts(rows, draft):
    member = {(row["document"], row["start"], row["end"]): row["member"] for row in rows}
    sentences = [sentence for section in draft["sections"] for sentence in section["sentences"]]

    assert sentences
    for sentence in sentences:
        assert sentence["evidence"]
        assert sentence["members"] == len({member[span] for span in spans(sentence["evidence"])})
        assert sentence["quantifier"] in sentence["text"]


def test_every_group_is_listed_with_spans_of_the_rows(rows, draft):
    known = spans(rows)
    grouped = [span for issue in draft["issues"] for span in spans(issue["statements"])]

    assert set(grouped) <= known
    assert len(grouped) == len(set(grouped))
    accepted = [row for row in rows if row["category"] and not row["review"]]
    assert spans(accepted) == set(grouped)


def test_the_account_is_balanced(rows, draft):
    account = draft["account"]

    assert len(rows) == account["statements"]
    fates = account["used"] + account["merged"] + sum(account["set_aside"].values()) + account["review"]
    assert account["statements"] == fates


def test_sections_come_in_the_reports_order_with_two_to_five_issues_each(draft):
    assert list(TAXONOMY.category_keys) == [section["category"] for section in draft["sections"]]
    assert all(2 <= len(section["sentences"]) <= 5 for section in draft["sections"])


def test_the_draft_holds_no_first_person_name_or_number(sample_run):
    text = blocks_markdown(draft_blocks(sample_run[1]))
    names = [
        "贺建平",
        "陆文静",
        "田小娟",
        "樊志刚",
        "邱磊",
        "骆清",
        "鲁德厚",
        "季慧兰",
        "方启航",
        "骆铁军",
        "姜晓桐",
        "苗长根",
    ]

    assert not [name for name in names if name in text]
    assert not [char for char in text if char.isdigit()]
    assert "我" not in text.replace("自我批评", "")
    assert "本人" not in text


def test_the_draft_is_the_golden_one(sample_run):
    assert (GOLDEN / "draft.md").read_text(encoding="utf-8") == blocks_markdown(draft_blocks(sample_run[1]))


def test_a_second_run_gives_the_same_bytes_and_reads_nothing(workspace, engine):
    first = classify_files([BRANCH], workspace, engine=engine)
    second = classify_files([BRANCH], workspace, engine=engine)

    assert statements_jsonl(first.submissions) == statements_jsonl(second.submissions)
    assert (12, 0) == (first.fresh, second.fresh)
    drafts = [draft_problems(workspace, engine=engine) for _ in range(2)]
    assert draft_json(drafts[0]) == draft_json(drafts[1])
    assert blocks_docx(draft_blocks(drafts[0]), 12) == blocks_docx(draft_blocks(drafts[1]), 12)


def test_file_names_decide_nothing(tmp_path, engine, sample_run):
    folder = tmp_path / "改名"
    folder.mkdir()
    names = {}
    for number, file in enumerate(reversed(list_files([BRANCH]).files)):
        names[file.path] = f"{number:02d}{file.location.suffix}"
        shutil.copy(file.location, folder / names[file.path])
    with Workspace(tmp_path / "w") as opened:
        renamed = classify_files([folder], opened, engine=engine)
        draft = draft_problems(opened, engine=engine)

    expected_rows, expected_draft = statements_jsonl(sample_run[0].submissions), draft_json(sample_run[1])
    for old, new in names.items():
        expected_rows = expected_rows.replace(f'"{old}"', f'"{new}"')
        expected_draft = expected_draft.replace(f'"{old}"', f'"{new}"')
    assert expected_rows == statements_jsonl(renamed.submissions)
    assert expected_draft == draft_json(draft)


@pytest.mark.parametrize("name", ["问题清单 苗长根.txt", "抢修班邱磊 发言.txt"])
def test_a_copied_text_changes_nothing_in_the_draft(tmp_path, engine, sample_run, name):
    folder = tmp_path / "材料"
    shutil.copytree(BRANCH, folder)
    text = read_document(folder / name).text
    (folder / "又一份.txt").write_bytes(text.encode("gb18030"))
    (folder / "再存一次.txt").write_text("　　" + text.replace("\n", "\n　　") + "\n\n", encoding="utf-16")
    with Workspace(tmp_path / "w") as opened:
        classify_files([folder], opened, engine=engine)
        draft = draft_problems(opened, engine=engine)

    assert blocks_markdown(draft_blocks(sample_run[1])) == blocks_markdown(draft_blocks(draft))
    assert draft.members == 12
    assert draft.account.balanced
    assert draft.account.set_aside["copied"] > 20


def test_the_tools_own_files_are_no_material(tmp_path, engine, sample_run):
    folder = tmp_path / "材料"
    folder.mkdir()
    shutil.copy(BRANCH / "抢修班邱磊 发言.txt", folder)
    (folder / "查摆的主要问题.docx").write_bytes(blocks_docx(draft_blocks(sample_run[1]), 12))
    (folder / "稿.md").write_text(blocks_markdown(draft_blocks(sample_run[1])), encoding="utf-8")
    (folder / "依据.json").write_text(draft_json(sample_run[1]), encoding="utf-8")
    (folder / "语句.jsonl").write_text(statements_jsonl(sample_run[0].submissions), encoding="utf-8")
    with Workspace(tmp_path / "w") as opened:
        result = classify_files([folder], opened, engine=engine)

    assert 1 == len(result.submissions)
    assert () == result.unreadable
    assert {"查摆的主要问题.docx", "稿.md", "依据.json", "语句.jsonl"} == set(result.own)


def test_a_members_text_under_the_same_title_is_material(tmp_path, workspace, engine):
    path = tmp_path / "清单.txt"
    path.write_text("查摆的主要问题\n一是学得浅，书翻两页就放下。\n", encoding="utf-8")

    assert 1 == len(classify_files([path], workspace, engine=engine).submissions)


def test_a_changed_file_is_the_only_one_read_again(tmp_path, engine):
    folder = tmp_path / "材料"
    shutil.copytree(BRANCH, folder)
    with Workspace(tmp_path / "w") as opened:
        before = classify_files([folder], opened, engine=engine)
        changed = folder / "抢修班邱磊 发言.txt"
        changed.write_text(changed.read_text(encoding="utf-8") + "\n补充一条，工具用完不归位。", encoding="utf-8")
        after = classify_files([folder], opened, engine=engine)

    assert 1 == after.fresh
    members = [{one.document.path: one.member for one in run.submissions} for run in (before, after)]
    assert members[0] == members[1]


def test_lines_mode_gives_a_row_for_every_line(tmp_path, workspace, engine):
    lines = ["一是学得浅。二是记不住。", "", "  群众来问，头也不抬 ", "每周读一篇。"]
    (tmp_path / "清单.txt").write_bytes("\r\n".join(lines).encode())
    result = classify_files([tmp_path / "清单.txt"], workspace, way=Way(lines=True), engine=engine)

    found = result.submissions[0].statements
    assert lines == [item.statement.text for item in found]
    assert ("other", False) == (found[1].prediction.role, found[1].prediction.review)


def test_titles_and_lines_with_names_wait_for_nobody(tmp_path, workspace, engine):
    head = ["2025年度个人总结和对照检查", "抄表一班  骆铁军", "", "一、存在的问题"]
    (tmp_path / "骆铁军.txt").write_text("\n".join([*head, "（一）学习方面。书领回来就没翻过。"]), encoding="utf-8")
    result = classify_files([tmp_path / "骆铁军.txt"], workspace, engine=engine.asked(review_below=1.0))
    found = [one for one in result.submissions[0].statements if one.statement.part == "heading"]

    assert head[:2] == [one.statement.text for one in found[:2]]
    assert not any(one.prediction.review for one in found)


def test_short_lines_of_a_list_are_problems_not_headings(tmp_path, workspace, engine):
    lines = ["服务群众不够主动", "1. 下基层少，和群众面对面少", "开会就是念文件，念完就散", "（2）报表错了也不回头看"]
    (tmp_path / "清单.txt").write_text("\n".join(lines), encoding="utf-8")
    found = (
        classify_files([tmp_path / "清单.txt"], workspace, way=Way(lines=True), engine=engine).submissions[0].statements
    )

    assert ["problem"] * 4 == [item.prediction.role for item in found]


def test_an_empty_workspace_cannot_be_drafted_from(workspace, engine):
    with pytest.raises(InputError, match="nlpkit classify"):
        draft_problems(workspace, engine=engine)


def test_a_folder_without_files_changes_nothing(tmp_path, workspace, engine):
    classify_files([BRANCH / "抢修班邱磊 发言.txt"], workspace, engine=engine)
    (tmp_path / "空").mkdir()

    with pytest.raises(InputError, match="没有材料"):
        classify_files([tmp_path / "空"], workspace, engine=engine)

    assert 1 == len(workspace.submissions())


def test_the_sample_branch_is_understood(sample_run, sample_gold):
    """A floor that only breakage falls through; the figures themselves come from nlpkit evaluate."""
    found = [item for submission in sample_run[0].submissions for item in submission.statements]
    scores = score_documents(found, sample_gold)

    assert scores["problem_precision"] > 0.9
    assert scores["problem_recall"] > 0.85
    assert scores["category_accuracy"] > 0.85
