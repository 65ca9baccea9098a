import io
import json
import time

import docx
import pytest
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from nlp_kit.reading import Reading
from nlp_kit.reading.word.docx import read_docx
from nlp_kit.resources import data_path
from nlp_kit.secrecy import Mark, find_mark

BODY = "书领回来就没翻过。\n群众来问爱答不理。\n"


def rows(name):
    path = data_path("corpora", "secrecy", f"{name}.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def word(*lines: str):
    document = docx.Document()
    for line in lines or BODY.split("\n"):
        document.add_paragraph(line)
    return document


def test_the_corpus_is_large_enough():
    assert len(rows("marked")) >= 50
    assert len(rows("unmarked")) >= 200


def test_no_mark_is_missed():
    found = {row["id"]: find_mark(row["text"].split("\n")) for row in rows("marked")}

    assert {row["id"]: Mark(row["kind"]) for row in rows("marked")} == found


def test_ordinary_text_is_no_mark():
    assert [] == [row["id"] for row in rows("unmarked") if find_mark(row["text"].split("\n"))]


def test_a_crafted_line_takes_no_time():
    started = time.perf_counter()
    for line in ("1" * 5000 + "密", "内部" * 3000 + "x", "第1号" * 2000 + "密x", "秘密1年" * 2000, "密级:" * 3000):
        find_mark([line])

    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("秘密★5年", Mark.SECRET),
        ("秘 密 ★ 一 年", Mark.SECRET),
        ("機密", Mark.SECRET),
        ("密级\t秘密\t期限\t5年", Mark.SECRET),
        ("密级：□绝密 ☑机密 □秘密", Mark.SECRET),
        ("国家秘密·机密", Mark.SECRET),
        ("秘密等级：机密", Mark.SECRET),
        ("密件", Mark.SECRET),
        ("国家秘密载体管得松。", None),
        ("份号：000012 机密★10年 特急", Mark.SECRET),
        ("内部资料 注意保存", Mark.INTERNAL),
        ("发言材料（内部资料，注意保存）", Mark.INTERNAL),
        ("桌上放着标有“秘密★5年”的文件，没有锁起来。", None),
        ("内部资料要管好，不得外传给无关的人。", None),
    ],
)
def test_a_mark_is_told_by_its_place(line, mark):
    assert mark is find_mark([line])


def test_the_graver_mark_wins():
    assert Mark.SECRET is find_mark(["内部资料 注意保存", "发言提纲", "秘密★5年"])


def test_marks_stand_in_headers_footers_notes_and_watermarks():
    header, properties, box = word(), word(), word()
    header.sections[0].header.paragraphs[0].text = "机密★10年"
    properties.core_properties.category = "秘密★5年"
    run = box.add_paragraph().add_run("秘密")
    run.font.size = Pt(16)
    run.add_text("★一年")

    assert all(
        find_mark(read_docx(saved(document)).lines_to_check) is Mark.SECRET for document in (header, properties, box)
    )
    assert find_mark(read_docx(saved(word())).lines_to_check) is None


@pytest.mark.parametrize("separator", ["<w:tab/>", '<w:ptab w:alignment="right"/>', "<w:br/>", "<w:cr/>"])
@pytest.mark.parametrize("place", ["header", "footer", "body", "box"])
def test_a_mark_behind_the_name_of_the_branch_counts_whatever_stands_between(place, separator):
    document = word()
    section = document.sections[0]
    holder = {"header": section.header, "footer": section.footer}.get(place, document).paragraphs[0]
    line = f"<w:r><w:t>某某党支部</w:t>{separator}<w:t>机密</w:t></w:r>"
    if place == "box":
        line = f"<w:r><w:pict><w:txbxContent><w:p>{line}</w:p></w:txbxContent></w:pict></w:r>"
    holder._p.append(docx.oxml.parse_xml(f"<w:ins {nsdecls('w')}>{line}</w:ins>"))

    assert Mark.SECRET is find_mark(read_docx(saved(document)).lines_to_check)


@pytest.mark.parametrize("end", ["\r", "\v", "\f", "\u2028"])
def test_a_mark_stands_alone_in_a_line_however_lines_end(end):
    assert Mark.SECRET is find_mark(Reading(f"机密{end}学得浅。", hidden=()).lines_to_check)
    assert Mark.SECRET is find_mark(Reading("学得浅。", hidden=(f"某某党支部{end}机密",)).lines_to_check)


def test_a_mark_in_deleted_text_counts(tmp_path):
    document = word()
    deleted = docx.oxml.parse_xml(
        '<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:del w:id="1" w:author="某"><w:r><w:delText>秘密★5年</w:delText></w:r></w:del></w:p>'
    )
    document.element.body.insert(0, deleted)

    assert Mark.SECRET is find_mark(read_docx(saved(document)).lines_to_check)


@pytest.mark.parametrize("name", ["甲.txt", "机密★5年.txt", "机密★文件夹/丙.txt"])
def test_a_marked_file_is_refused_before_anything_of_it_is_kept(cli, tmp_path, name):
    folder = tmp_path / "材料"
    folder.mkdir()
    (folder / "乙.txt").write_text(BODY, encoding="utf-8")
    mark = "秘密★5年\n" if name == "甲.txt" else ""
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(f"{mark}发言提纲\n靠山屯水库的闸门图纸放在抽屉里。\n", encoding="utf-8")
    run = cli("classify", "材料", "--format", "jsonl")
    said = run.stderr.decode("utf-8")

    assert 3 == run.returncode
    assert "带有密级标志或部队番号，没有读入" in said
    assert "靠山屯" not in said + run.stdout.decode("utf-8")
    assert ["乙.txt"] == sorted({json.loads(line)["document"] for line in run.stdout.decode("utf-8").splitlines()})
    for file in (tmp_path / ".nlpkit").iterdir():
        assert "靠山屯".encode() not in file.read_bytes()


def test_internal_papers_are_read_only_when_asked_for(cli, tmp_path):
    (tmp_path / "甲.txt").write_text(f"内部资料 注意保存\n{BODY}", encoding="utf-8")
    refused, read, again = (
        cli("classify", "甲.txt", *option, "--format", "jsonl") for option in ((), ("--allow-internal",), ())
    )

    assert (3, b"") == (refused.returncode, refused.stdout)
    assert "确认可以在这台电脑上处理的，请加 --allow-internal" in refused.stderr.decode("utf-8")
    assert 0 == read.returncode
    assert "书领回来就没翻过。" in read.stdout.decode("utf-8")
    assert (3, b"") == (again.returncode, again.stdout)


def test_secret_files_are_never_read(cli, tmp_path):
    (tmp_path / "甲.txt").write_text(f"机密\n{BODY}", encoding="utf-8")
    run = cli("classify", "甲.txt", "--allow-internal")

    assert 3 == run.returncode
    assert "涉密材料只能在涉密计算机上处理" in run.stderr.decode("utf-8")
