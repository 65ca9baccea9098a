"""The page of ``nlpkit report``: what stands in the file, and what must not."""

import json
import re
import shutil

import pytest

from nlp_kit.errors import InputError
from nlp_kit.intake import OWN_PAGE
from nlp_kit.page import page_of
from nlp_kit.pipeline import classify_files, load
from nlp_kit.records import Decision
from nlp_kit.workspace import Workspace

from .conftest import BRANCH


@pytest.fixture
def branch(pages):
    with Workspace(pages / ".nlpkit") as opened:
        yield opened


@pytest.fixture(scope="module")
def drafted(pages, engine):
    return load(pages / ".nlpkit", engine=engine).cluster().draft()


@pytest.fixture(scope="module")
def secret(pages):
    return (pages / "secret.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def open_page(pages):
    return (pages / "open.html").read_text(encoding="utf-8")


def data_of(page):
    return json.loads(re.search('<script type="application/json" id="data">(.*?)</script>', page, re.S).group(1))


def without_library(page):
    """The page but for Plotly's own code."""
    head, _, rest = page.partition("</script>\n<script>")
    return head + rest.rpartition("</script>\n<script>")[2]


def test_every_statement_of_every_text_is_a_row(secret, drafted):
    assert drafted.draft.account.statements == len(data_of(secret)["rows"])


def test_the_fates_of_the_rows_are_those_of_the_account(secret, drafted):
    data, account = data_of(secret), drafted.draft.account
    fates = [data["fates"][row[7]] for row in data["rows"]]
    assert account.used == fates.count("写入（据此概括）")
    assert account.merged == fates.count("写入（一并计数）")
    assert account.review == fates.count("待人判断")


def test_every_sentence_leads_to_its_evidence(secret, drafted):
    data = data_of(secret)
    for number, section in enumerate(drafted.draft.sections):
        for place, sentence in enumerate(section.sentences):
            rows = data["sentences"][f"{number}-{place}"]
            assert len(sentence.evidence) == len(rows)
            assert len(set(sentence.quoted)) == sum("据此概括" in data["fates"][data["rows"][row][7]] for row in rows)
            assert sentence.members <= len({data["rows"][row][0] for row in rows})


def test_every_group_leads_to_its_statements(secret, drafted):
    data = data_of(secret)
    for group, (id_, label, rows) in zip(drafted.groups.groups, data["groups"], strict=True):
        assert (group.issue.id, group.issue.label, len(group.statements)) == (id_, label, len(rows))
        assert group.issue.members == len({data["rows"][row][0] for row in rows})


def test_no_member_is_named(secret, open_page, branch):
    for page in (secret, open_page):
        assert not [name for name in branch.names() if name in page]


def test_the_version_for_circulation_holds_no_statement_no_pseudonym_and_no_file(open_page, drafted):
    page = without_library(open_page)
    draft = drafted.text
    texts = {item.statement.text for one in drafted.groups.classified.submissions for item in one.statements}
    assert not [text for text in texts if len(text) > 12 and text in page and text not in draft]
    assert not re.findall(r"成员\d", page)
    assert not re.findall(r"\.(?:txt|docx)", page)


def test_the_version_for_circulation_shows_only_the_issues_of_the_draft(open_page, drafted):
    told = {issue for section in drafted.draft.sections for one in section.sentences for issue in one.issues}
    labels = {issue.label: issue.id in told for issue in drafted.draft.issues}
    shown = set(re.findall('data-label="([^"]*)"', open_page))
    assert {label for label, is_told in labels.items() if is_told} == shown


def test_nothing_in_the_page_points_outside(secret):
    assert not re.findall(r"(?:src|href)=[\"'](?!#)", without_library(secret))
    assert "connect-src" not in secret
    assert "default-src 'none'" in secret


def test_same_input_same_bytes(few, engine):
    assert page_of(few, engine=engine) == page_of(few, engine=engine)


def test_texts_cannot_break_out_of_the_page(tmp_path, engine):
    hostile = "学习不深入，</script><script>alert(1)</script>读书只看标题，<img src=x onerror=alert(1)>没有往心里去。"
    (tmp_path / "甲.txt").write_text(f"一、存在的问题\n{hostile}\n", encoding="utf-8")
    with Workspace(tmp_path / "w") as opened:
        classify_files([tmp_path / "甲.txt"], opened, engine=engine)
        page = page_of(opened, engine=engine)
    assert "<script>alert" not in page
    assert "<img" not in without_library(page)
    assert any("<img src=x" in row[2] for row in data_of(page)["rows"])


@pytest.mark.parametrize("circulation", [False, True])
def test_a_branch_without_problems_has_a_page(tmp_path, engine, circulation):
    for name in "王李张":
        (tmp_path / f"{name}某.txt").write_text(f"尊敬的党支部：\n此致\n{name}某\n", encoding="utf-8")
    with Workspace(tmp_path / "w") as opened:
        classify_files([tmp_path / f"{name}某.txt" for name in "王李张"], opened, engine=engine)
        page = page_of(opened, circulation=circulation, engine=engine)
    assert "成员材料中没有查摆出具体问题" in page


def test_the_numbers_of_the_page_agree(pages, engine):
    from nlp_kit.page import Content

    content = Content(load(pages / ".nlpkit", engine=engine).cluster().draft(), [], {})
    _, fates, flow = content.flow
    assert content.drafted.draft.account.statements == sum(flow.values())
    for one in content.categories:
        waiting = flow.get((one.name, "待人判断"), 0)
        assert (one.statements, one.waiting) == (
            sum(flow.get((one.name, fate), 0) for fate in fates) - waiting,
            waiting,
        )
        assert one.told == sum(count for (kind, fate), count in flow.items() if kind == one.name and "写入（" in fate)
        assert one.statements == sum(len(group.rows) for group in content.groups if group.category == one.name)
    _, table = content.doubts
    assert sum(map(sum, table)) == sum(bool(item.statement.text.strip()) for item in content.classified.items)


def test_fewer_than_three_members_have_no_version_for_circulation(tmp_path, engine):
    (tmp_path / "王某.txt").write_text("一、存在的问题\n学习不深入，读书只看标题。\n", encoding="utf-8")
    with Workspace(tmp_path / "w") as opened:
        classify_files([tmp_path / "王某.txt"], opened, engine=engine)
        with pytest.raises(InputError, match="只有 1 名成员"):
            page_of(opened, circulation=True, engine=engine)


def test_a_faulty_draft_has_no_version_for_circulation(few, engine):
    lead = {"category": "theory", "text": "一是理论武装方面，13812345678的同志学得不够。"}
    few.decide([Decision("lead", lead)], "张某", "2026-02-01 09:00:00")
    with pytest.raises(InputError, match="没有写传阅版"):
        page_of(few, circulation=True, engine=engine)
    assert 'data-edition="secretary"' in page_of(few, engine=engine)


def test_small_numbers_of_members_are_not_told_in_circulation(open_page, pages, engine):
    drafted = load(pages / ".nlpkit", engine=engine).cluster().draft()
    assert not re.search(r"[>＝][12] 人", without_library(open_page))
    assert drafted.draft.members >= 3


# Enough for a page with all its parts, and quicker than the whole branch.
FEW = (
    "抢修班邱磊 发言.txt",
    "问题清单 苗长根.txt",
    "财务科-季慧兰-对照检查材料.txt",
    "办公室-陆文静-个人检视剖析材料.txt",
)


@pytest.fixture
def few(tmp_path, engine):
    """A workspace of four texts of the sample branch."""
    with Workspace(tmp_path / "few") as opened:
        classify_files([BRANCH / name for name in FEW], opened, engine=engine)
        yield opened


@pytest.fixture(scope="module")
def twice(engine, tmp_path_factory):
    """The page of the sample branch with one text handed in twice and another under the name of a third file."""
    folder = tmp_path_factory.mktemp("两份")
    (folder / "材料").mkdir()
    for name in FEW:
        shutil.copy(BRANCH / name, folder / "材料")
    shutil.copy(BRANCH / FEW[0], folder / "材料" / "抢修班邱磊 发言（再交）.txt")
    with Workspace(folder / "w") as opened:
        classify_files([folder / "材料"], opened, engine=engine)
        return page_of(opened, engine=engine), load(opened, engine=engine)


def test_points_of_the_map_are_the_statements_that_they_show(twice):
    page, classified = twice
    data = data_of(page)
    assert len(classified.items) < len(data["rows"])
    kinds = [trace["name"] for trace in data["figures"]["map"]["data"]]
    assert len(kinds) >= 4
    for trace in data["figures"]["map"]["data"]:
        for row in trace["customdata"]:
            fate = data["fates"][data["rows"][row][7]]
            assert trace["name"] in (data["kinds"][data["rows"][row][3]], fate)


def test_the_page_is_the_same_whatever_the_order_of_the_files(few, tmp_path, engine):
    """File names stand on the secretary's page; the other shows whether anything else depends on them."""
    (tmp_path / "材料").mkdir()
    for number, name in enumerate(reversed(FEW)):
        shutil.copy(BRANCH / name, tmp_path / "材料" / f"{number:02d} {name}")
    with Workspace(tmp_path / "w") as opened:
        classify_files([tmp_path / "材料"], opened, engine=engine)
        again = page_of(opened, circulation=True, engine=engine)
    assert page_of(few, circulation=True, engine=engine) == again


def test_the_same_words_of_everybody_have_a_page(tmp_path, engine):
    for name in "王李张赵钱孙":
        (tmp_path / f"{name}某.txt").write_text(f"一、存在的问题\n学习不深入。\n{name}某\n", encoding="utf-8")
    with Workspace(tmp_path / "w") as opened:
        classify_files([tmp_path / f"{name}某.txt" for name in "王李张赵钱孙"], opened, engine=engine)
        assert page_of(opened, engine=engine)


def test_faults_stand_beside_the_sentence_that_has_them(few, engine):
    from nlp_kit.page import Content

    group = load(few, engine=engine).cluster().groups[0]
    gathered = {"category": "theory", "key": group.issue.key, "statements": [one.id for one in group.statements]}
    worded = {"text": "一些同志学得不够。有的同志去了13812345678处。", "before": ""}
    decisions = [Decision("gather", gathered, group="g1"), Decision("word", worded, group="g1")]
    few.decide(decisions, "张某", "2026-02-01 09:00:00")
    content = Content(load(few, engine=engine).cluster().draft(), [], {})
    sentences = content.sections[0].sentences
    number = next(place for place, one in enumerate(sentences) if one.text == worded["text"])
    assert any("具体" in fault for fault in sentences[number].faults)
    assert sentences[number].fixed
    assert not any("13812345678" in fault for one in sentences for fault in one.faults)


def test_a_page_among_the_submissions_is_no_text(tmp_path, secret, workspace, engine):
    (tmp_path / "材料").mkdir()
    (tmp_path / "材料" / "report.html").write_text(secret, encoding="utf-8")
    (tmp_path / "材料" / "王某.txt").write_text("一、存在的问题\n学习不深入，读书只看标题。\n", encoding="utf-8")
    result = classify_files([tmp_path / "材料"], workspace, engine=engine)
    assert ("report.html",) == result.own


def test_what_a_person_has_decided_is_shown(few, engine):
    item = next(
        one
        for text in few.submissions()
        for one in text.statements
        if one.prediction.category == "theory" and not one.prediction.review
    )
    answer = {"role": "problem", "category": "style", "issue": "low_spirit"}
    few.decide([Decision("answer", answer, statement=item.id)], "张某", "2026-02-01 09:00:00")
    page = page_of(few, engine=engine)
    assert "程序判为理论武装，人判为改进工作作风：1 条" in page
    assert "人定" in {data_of(page)["states"][row[8]] for row in data_of(page)["rows"]}


class TestCommand:
    def test_writes_a_private_file(self, cli_here, tmp_path):
        cli_here("classify", *(BRANCH / name for name in FEW))
        run = cli_here("report")
        assert 0 == run.returncode
        assert (tmp_path / "report.html").read_bytes().startswith(OWN_PAGE)
        assert 0o600 == (tmp_path / "report.html").stat().st_mode & 0o777
        assert "不要外传" in run.stderr.decode("utf-8")

    def test_writes_over_its_own_page_and_over_nothing_else(self, cli_here, tmp_path):
        cli_here("classify", *(BRANCH / name for name in FEW))
        (tmp_path / "稿.html").write_text("<p>我改过的稿子</p>", encoding="utf-8")
        cli_here("report", "-o", "稿.html")
        cli_here("report", "--length", "short", "-o", "稿.html")
        assert {"稿.html", "稿（旧1）.html"} == {path.name for path in tmp_path.glob("*.html")}
        assert "我改过的稿子" in (tmp_path / "稿（旧1）.html").read_text(encoding="utf-8")

    def test_the_two_versions_never_replace_each_other(self, cli_here, tmp_path):
        cli_here("classify", *(BRANCH / name for name in FEW))
        cli_here("report")
        cli_here("report", "--circulation")
        assert {"report.html", "传阅版.html"} == {path.name for path in tmp_path.glob("*.html")}
        cli_here("report", "--circulation", "-o", "report.html")
        assert {"report.html", "report（旧1）.html", "传阅版.html"} == {path.name for path in tmp_path.glob("*.html")}

    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            (("report",), 1, "还没有材料"),
            (("report", "-o", "一览.pdf"), 2, ".html 结尾"),
        ],
    )
    def test_says_what_is_wrong(self, cli_here, arguments, code, said):
        run = cli_here(*arguments)
        assert code == run.returncode
        assert said in run.stderr.decode("utf-8")

    def test_tells_that_another_taxonomy_cannot_be_drafted(self, cli_here):
        cli_here("classify", BRANCH / FEW[0], "--taxonomy", "2025-members")
        run = cli_here("report")
        assert 1 == run.returncode
        assert "请不加 --taxonomy" in run.stderr.decode("utf-8")
