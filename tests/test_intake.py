import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from nlp_kit.drafting.groups import handed_in_twice
from nlp_kit.intake import Way
from nlp_kit.pipeline import ClassifyResult, classify_files
from nlp_kit.pipeline.loading import classified_of
from nlp_kit.reading import Limits
from nlp_kit.reading.word.office import find_soffice

from .conftest import ROOT

needs_libreoffice = pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not installed")

SPEECH = "个人对照检查材料\n沈长林\n一、存在的问题\n学习抓得不紧，书领回来就没翻过。\n值班时只顾着看手机。\n"
OTHER = "检视剖析材料\n贺小满\n一、存在的问题\n村民来问水价，我头也不抬。\n报表照抄上月的数。\n"
MINUTES = "组织生活会会议纪要\n主持：沈长林　记录：贺小满\n沈长林：我学习不够。\n贺小满：我服务不主动。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "材料"
    made.mkdir()
    return made


@pytest.fixture
def read(folder, workspace, engine):
    def run(way: Way | None = None, *files: Path, members: Path | None = None) -> ClassifyResult:
        return classify_files(list(files) or [folder], workspace, way=way, members=members, engine=engine)

    return run


def test_files_in_an_archive_are_members_texts_of_their_own(folder, read):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("沈长林.txt", SPEECH)
        archive.writestr("__MACOSX/._沈长林.txt", b"x")
        archive.writestr("纪要.txt", MINUTES)
    (folder / "二组.zip").write_bytes(buffer.getvalue())
    result = read()

    assert ["二组.zip/沈长林.txt"] == [one.document.path for one in result.submissions]
    assert (("二组.zip/__MACOSX/._沈长林.txt",), ["二组.zip/纪要.txt"]) == (
        result.ignored,
        [one.path for one in result.set_aside],
    )


def test_what_is_no_members_text_is_set_aside_with_the_reason_and_nothing_of_it_kept(folder, read, workspace):
    (folder / "沈长林.txt").write_text(SPEECH, encoding="utf-8")
    (folder / "纪要.txt").write_text(MINUTES, encoding="utf-8")
    result = read()

    assert ["看起来是会议纪要，不是个人材料"] == [one.reason for one in result.set_aside]
    assert not any("服务不主动".encode() in file.read_bytes() for file in workspace.folder.iterdir())


def test_a_file_set_aside_is_not_read_again_and_is_when_the_user_names_it(folder, read):
    (folder / "纪要.txt").write_text(MINUTES, encoding="utf-8")
    (folder / "沈长林.txt").write_text(SPEECH, encoding="utf-8")
    first, again, named = read(), read(), read(None, folder / "纪要.txt")

    assert (1, 0) == (first.fresh, again.fresh)
    assert first.set_aside == again.set_aside
    assert ["纪要.txt"] == [one.document.path for one in named.submissions]


def test_two_members_in_one_file_are_told_apart_and_their_offsets_index_the_file(folder, read):
    (folder / "发言.txt").write_text(SPEECH + "\n" + OTHER, encoding="utf-8")
    first, second = sorted(read().submissions, key=lambda one: one.statements[0].statement.start)

    assert first.member != second.member
    assert "贺小满" not in "".join(item.statement.text for item in first.statements)
    for item in (*first.statements, *second.statements):
        found = item.statement
        assert (SPEECH + "\n" + OTHER)[found.start : found.end] == found.text


def test_rows_of_a_list_belong_to_the_members_they_name(folder, read):
    lines = ["姓名,查摆方面,存在问题", "沈长林,理论学习,书领回来就没翻过", "贺小满,联系群众,村民来问头也不抬"]
    (folder / "问题清单.csv").write_text("\n".join(lines), encoding="utf-8")
    problems = {
        item.statement.text: submission.member
        for submission in read().submissions
        for item in submission.statements
        if item.prediction.role == "problem"
    }
    assert ["书领回来就没翻过", "村民来问头也不抬"] == sorted(problems, key=lambda one: "村" in one)
    assert 2 == len(set(problems.values()))


@pytest.mark.parametrize("title", ["", "某某馆支部党员问题清单\n"])
def test_a_list_with_a_column_of_names_is_no_text_of_the_branch(folder, read, title):
    rows = ["序号\t姓名\t存在问题", "1\t沈长林\t书领回来就没翻过", "2\t贺小满\t村民来问头也不抬"]
    (folder / "清单.txt").write_text(title + "\n".join(rows), encoding="utf-8")
    assert 2 == len({one.member for one in read().submissions})


def test_a_list_of_one_member_has_a_name(folder, read, workspace):
    (folder / "q1.csv").write_text("姓名,存在问题\n沈长林,书领回来就没翻过\n", encoding="utf-8")
    read()
    assert ["沈长林"] == workspace.names()


def test_spans_of_a_list_of_comma_separated_values_index_the_decoded_file(folder, read):
    text = '序号,存在问题,整改措施\r\n1,"学得浅，""两张皮""没有改",每月读一篇\r\n2,值班看手机,收起手机\r\n'
    (folder / "沈长林.csv").write_bytes(text.encode("gb18030"))
    decoded = text.replace("\r\n", "\n")

    found = [item.statement for item in read().submissions[0].statements]
    assert '学得浅，""两张皮""没有改' in [one.text for one in found]
    assert all(decoded[one.start : one.end] == one.text for one in found)


def test_the_list_of_members_in_the_folder_is_used_and_who_is_missing_said(folder, read):
    (folder / "members.csv").write_text("姓名\n沈长林\n贺小满\n", encoding="utf-8")
    (folder / "第3份.txt").write_text(SPEECH, encoding="utf-8")
    result = read()

    assert (["第3份.txt"], ("贺小满",)) == ([one.document.path for one in result.submissions], result.missing)
    assert () == result.notes


def test_who_shares_a_name_with_another_text_is_not_missing(folder, read):
    (folder / "members.csv").write_text("姓名\n沈长林\n", encoding="utf-8")
    (folder / "沈长林.txt").write_text(SPEECH, encoding="utf-8")
    (folder / "发言 沈长林.txt").write_text(OTHER.replace("贺小满", "沈长林"), encoding="utf-8")
    result = read()

    assert 2 == len({one.member for one in result.submissions})
    assert () == result.missing


def test_who_is_not_on_the_list_is_counted_and_said(folder, read):
    (folder / "members.csv").write_text("姓名\n贺小满\n", encoding="utf-8")
    (folder / "第3份.txt").write_text(SPEECH, encoding="utf-8")
    assert (("第3份.txt", "名单上没有这个人，也计入了"),) == read().notes


def test_a_members_new_text_under_another_file_name_keeps_the_pseudonym(folder, read):
    (folder / "沈长林.txt").write_text(SPEECH, encoding="utf-8")
    (folder / "a.txt").write_text(OTHER, encoding="utf-8")
    before = {one.document.path: one.member for one in read().submissions}
    (folder / "沈长林.txt").unlink()
    (folder / "0新交 沈长林.txt").write_text(SPEECH + "会上从来不提意见。\n", encoding="utf-8")
    after = {one.document.path: one.member for one in read().submissions}

    assert before["沈长林.txt"] == after["0新交 沈长林.txt"]


def test_tracked_changes_are_said_also_when_the_file_is_known(folder, read):
    import docx
    from docx.oxml import parse_xml

    document = docx.Document()
    document.add_paragraph("学得浅，记不住。")
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document.element.body.insert(0, parse_xml(f"<w:p {ns}><w:ins><w:r><w:t>值班看手机。</w:t></w:r></w:ins></w:p>"))
    document.save(folder / "沈长林.docx")

    assert read().notes == read().notes == (("沈长林.docx", "里面有修订痕迹，按接受全部修订后的文字读取"),)


def test_limits_are_settings(folder, read):
    (folder / "沈长林.txt").write_text(SPEECH * 2000, encoding="utf-8")
    refused = read(Way(limits=Limits(characters=10_000)))

    assert "万字的上限" in refused.unreadable[0].reason
    assert 1 == len(read().submissions)


@pytest.mark.parametrize("name", ["word.pdf", pytest.param("word.doc", marks=needs_libreoffice)])
def test_another_format_of_a_text_gives_the_same_statements(read, name):
    found = []
    for file in ("word.docx", name):
        (submission,) = read(None, ROOT / "tests" / "files" / file).submissions
        found.append([("".join(item.statement.text.split()), item.prediction.role) for item in submission.statements])
    assert found[0] == found[1]
    assert len(found[0]) > 10


HOUSEHOLDS = (
    "附：包保户登记\n姓名\t身份证号\t电话\n黎民安\t420528196511203352\t6231187\n田秀英\t420528197403022249\t6231190\n"
)


@pytest.mark.parametrize("name", ["对照检查材料-沈长林.txt", "第3份.txt"])
def test_a_table_of_other_people_does_not_replace_the_author(folder, read, workspace, name):
    (folder / name).write_text(SPEECH + HOUSEHOLDS, encoding="utf-8")
    assert (1, ["沈长林"]) == (len(read().submissions), workspace.names())


def test_a_file_that_the_list_of_members_names_has_one_author(folder, read, workspace):
    (folder / "members.csv").write_text("姓名,文件\n沈长林,第3份.txt\n", encoding="utf-8")
    (folder / "第3份.txt").write_text(SPEECH + "\n" + OTHER, encoding="utf-8")
    result = read()
    assert (1, ["沈长林"], (), ()) == (len(result.submissions), workspace.names(), result.missing, result.notes)


def test_in_a_file_with_a_members_name_a_list_of_others_problems_has_no_authors(folder, read, workspace):
    rows = "序号\t姓名\t存在问题\n1\t贺小满\t村民来问水价，头也不抬\n2\t田秀英\t报表照抄上月的数\n"
    (folder / "征求意见 沈长林.txt").write_text(rows, encoding="utf-8")
    assert (1, ["沈长林"]) == (len(read().submissions), workspace.names())


def test_who_filled_in_a_list_of_problems_does_not_own_its_rows(folder, read):
    rows = "问题清单\n填表人：沈长林\n姓名\t存在问题\n贺小满\t村民来问头也不抬\n田秀英\t报表照抄上月的数\n"
    (folder / "清单.txt").write_text(rows, encoding="utf-8")
    assert 2 == len({one.member for one in read().submissions})


def test_each_sheet_that_a_member_is_the_name_of_is_that_members_list(folder, read, workspace):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, problem in (("1.沈长林", "书领回来就没翻过。"), ("贺小满（二组）", "村民来问头也不抬。")):
        sheet = book.create_sheet(name)
        for row in (("个人问题清单",), ("序号", "存在问题", "整改措施"), (1, problem, "立行立改，三月底前见效。")):
            sheet.append(row)
    book.save(folder / "各人问题清单.xlsx")
    found = {one.member: [item.statement.text for item in one.statements] for one in read().submissions}

    assert (2, {"沈长林", "贺小满"}) == (len(found), set(workspace.names()))
    assert all(("书领回来就没翻过。" in own) != ("村民来问头也不抬。" in own) for own in found.values())


PAGES = (
    "个人对照检查材料\n沈长林\n一、存在的问题\n学习抓得不紧，书领回来就没翻过。\n二、整改措施\n每周读一篇原著。\n",
    "每月到村民家里走一遍。\n报表每月核对一遍再报。\n",
)


def write_pages(folder: Path) -> None:
    for number, page in enumerate(PAGES, 1):
        (folder / f"沈长林({number}).txt").write_text(page, encoding="utf-8")


def test_pages_of_one_member_are_read_as_one_text_and_offsets_index_each_file(folder, read):
    write_pages(folder)
    result = read()
    assert (1, ["沈长林(1).txt", "沈长林(2).txt"]) == (
        len({one.member for one in result.submissions}),
        [one.document.path for one in result.submissions],
    )
    for one, page in zip(result.submissions, PAGES, strict=True):
        assert all(page[item.statement.start : item.statement.end] == item.statement.text for item in one.statements)
    assert {"二、整改措施"} == {item.statement.heading[-1] for item in result.submissions[1].statements}
    assert {"measure"} == {item.prediction.role for item in result.submissions[1].statements}


def test_pages_are_not_read_again_and_stay_the_same(folder, read, workspace):
    write_pages(folder)
    first, again = read(), read()
    assert (2, 0) == (first.fresh, again.fresh)
    assert first.submissions == again.submissions == tuple(workspace.submissions())


def test_all_pages_count_and_are_no_copies_of_one_another(folder, read, engine, workspace):
    write_pages(folder)
    read()
    classified = classified_of(workspace, engine)
    assert sum(len(one.statements) for one in classified.submissions) == len(classified.items)
    assert [] == handed_in_twice(classified.submissions)
    assert len(classified.items) == len({item.id for item in classified.items})


def test_what_stands_on_two_pages_is_two_statements(folder, read):
    for number in (1, 2):
        (folder / f"沈长林第{number}页.txt").write_text(f"某某馆党支部\n{PAGES[number - 1]}", encoding="utf-8")
    ids = [item.id for one in read().submissions for item in one.statements]
    assert len(ids) == len(set(ids))


def test_with_lines_pages_keep_every_line(folder, read):
    write_pages(folder)
    assert [6, 2] == [len(one.statements) for one in read(Way(lines=True)).submissions]


def test_a_member_who_is_forgotten_leaves_no_page_behind(folder, read, workspace):
    write_pages(folder)
    read()
    workspace.forget(["沈长林"])
    assert not any("走一遍".encode() in file.read_bytes() for file in workspace.folder.iterdir())
