import json
import zipfile
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from nlp_kit.export import (
    blocks_docx,
    blocks_html,
    blocks_markdown,
    blocks_text,
    draft_blocks,
    draft_json,
    faults_json,
    problems_xlsx,
    report_blocks,
    report_json,
    report_xlsx,
    statements_jsonl,
)
from nlp_kit.records import (
    Account,
    ClassifiedStatement,
    Document,
    Draft,
    DraftSentence,
    Fault,
    Issue,
    Match,
    Prediction,
    Report,
    Section,
    SetAsideFile,
    Source,
    Span,
    Statement,
    Submission,
    Unreadable,
)
from nlp_kit.taxonomy import load_taxonomy

SPAN = Span("支部/张三.txt", 3, 9)
TAXONOMY = load_taxonomy()


@pytest.fixture
def draft():
    sentence = DraftSentence("有的同志学习不深。", ("T-01",), "有的同志", 3, (SPAN,), (SPAN,))
    return Draft(
        "查摆的主要问题",
        12,
        (Section("theory", "一是理论武装有待提升。", (sentence,)), Section("style", "二是没有查摆出具体问题。", ())),
        (Issue("T-01", "theory", "study_shallow", "学习不深入", 3, (SPAN,), 0.98765),),
        Account(
            *(5, 1, 2, {"cause": 1}, 1, (Unreadable("扫描.pdf", "是 PDF"),)),
            (SetAsideFile("纪要.docx", "看起来是会议纪要，不是个人材料"),),
        ),
    )


@pytest.fixture
def report(draft):
    told = DraftSentence("有的同志学习浅尝辄止。", ("cause/2",), "有的同志", 2, (SPAN,), (SPAN,))
    done = DraftSentence("制定并落实学习计划。", ("measure/1",), "", 2, (SPAN,), (SPAN,))
    return Report(
        draft,
        (Section("study", "一是理论学习不够深入。", (told,)),),
        (Section("politics", "一是强化理论武装。", (done,)),),
        (Match("T-01", (("学习浅尝辄止", (SPAN,)),), ()),),
    )


def paragraphs(data: bytes):
    return docx.Document(BytesIO(data)).paragraphs


def test_jsonl_is_one_object_a_line_in_utf8():
    item = ClassifiedStatement(
        Statement("支部/张三.txt", 3, 9, "甲“乙”\n丙", ("一、问题",), focus=3),
        "成员01",
        Prediction("problem", "theory", "study_shallow", 0.93, review=False),
    )
    text = statements_jsonl([Submission(Document("支部/张三.txt", ""), "成员01", (item, item))])

    assert text.count("\n") == 2
    assert "甲“乙”" in text
    assert {
        "document": "支部/张三.txt",
        "member": "成员01",
        "start": 3,
        "end": 9,
        "text": "甲“乙”\n丙",
        "heading": ["一、问题"],
        "role": "problem",
        "category": "theory",
        "issue": "study_shallow",
        "confidence": 0.93,
        "review": False,
    } == json.loads(text.splitlines()[0])


def test_json_has_the_contracts_form(draft):
    span = {"document": "支部/张三.txt", "start": 3, "end": 9}

    assert {
        "title": "查摆的主要问题",
        "members": 12,
        "sections": [
            {
                "category": "theory",
                "lead": "一是理论武装有待提升。",
                "sentences": [
                    {
                        "text": "有的同志学习不深。",
                        "issues": ["T-01"],
                        "quantifier": "有的同志",
                        "members": 3,
                        "evidence": [span],
                    }
                ],
            },
            {"category": "style", "lead": "二是没有查摆出具体问题。", "sentences": []},
        ],
        "issues": [
            {
                "id": "T-01",
                "category": "theory",
                "key": "study_shallow",
                "label": "学习不深入",
                "members": 3,
                "statements": [span],
                "stability": 0.9877,
            }
        ],
        "account": {
            "statements": 5,
            "used": 1,
            "merged": 2,
            "set_aside": {"cause": 1},
            "review": 1,
            "unreadable": [{"document": "扫描.pdf", "reason": "是 PDF"}],
            "files_set_aside": [{"document": "纪要.docx", "reason": "看起来是会议纪要，不是个人材料"}],
        },
    } == json.loads(draft_json(draft))


def test_report_json_is_the_drafts_with_causes_measures_and_matrix(draft, report):
    data = json.loads(report_json(report))
    span = {"document": "支部/张三.txt", "start": 3, "end": 9}

    assert json.loads(draft_json(draft)).items() <= data.items()
    assert "有的同志学习浅尝辄止。" == data["causes"][0]["sentences"][0]["text"]
    assert [{"issue": "T-01", "causes": [{"text": "学习浅尝辄止", "evidence": [span]}], "measures": []}] == data[
        "matrix"
    ]


def test_faults_json_names_place_and_rule():
    fault = Fault(1, 2, "number", False, "3名", "“3名”是具体数字，请概括表述。")

    assert [
        {"section": 1, "sentence": 2, "rule": "number", "doubt": False, "excerpt": "3名", "message": fault.message}
    ] == json.loads(faults_json([fault]))


def test_what_leaves_the_committee_names_no_source(draft):
    blocks = draft_blocks(draft)

    assert "张三" not in blocks_markdown(blocks) + blocks_text(blocks) + blocks_html(blocks)
    assert (
        "# 查摆的主要问题\n\n一是理论武装有待提升。有的同志学习不深。\n\n二是没有查摆出具体问题。\n"
        == blocks_markdown(blocks)
    )


def test_items_number_the_sentences_of_a_paragraph(draft):
    blocks = draft_blocks(draft, "items")

    assert ["查摆的主要问题", "一是理论武装有待提升。", "1.有的同志学习不深。", "二是没有查摆出具体问题。"] == [
        block.text for block in blocks
    ]
    assert "\n1\\.有的同志" in blocks_markdown(blocks)


def test_a_sentence_on_a_line_of_its_own_begins_without_the_link_to_the_one_before(draft):
    section = draft.sections[0]
    linked = replace(section.sentences[0], text="还存在“浅”的现象，有的同志学习不深。")
    draft = replace(draft, sections=(replace(section, sentences=(linked,)), draft.sections[1]))
    table = CalamineWorkbook.from_filelike(BytesIO(problems_xlsx(draft, TAXONOMY))).get_sheet_by_index(0).to_python()

    assert "1.存在“浅”的现象，有的同志学习不深。" == draft_blocks(draft, "items")[2].text
    assert "存在“浅”的现象，有的同志学习不深。" == table[2][3]
    assert linked.text in draft_blocks(draft)[1].text


def test_html_is_a_fragment_that_escapes_its_text(draft):
    title = draft_blocks(draft)[0]
    data = blocks_html([title, *report_blocks_of("a<b & c")])

    assert '<meta charset="utf-8">\n<h1>查摆的主要问题</h1>\n<p>a&lt;b &amp; c</p>\n' == data


def report_blocks_of(text):
    sentence = DraftSentence(text, (), "", 1, (SPAN,), ())
    return draft_blocks(Draft("", 1, (Section("theory", "", (sentence,)),), (), Account(0, 0, 0, {}, 0)))[1:]


def test_the_report_has_its_four_parts_and_gaps_for_what_only_people_know(report):
    text = blocks_text(report_blocks(report))
    parts = ["一、提高思想认识", "二、认真查摆问题", "（二）查摆的主要问题", "三、原因剖析", "四、整改措施"]

    assert sorted(parts, key=text.index) == parts
    assert "应到党员【】名，实到【】名" in text
    assert text.endswith("【党支部全称】\n【成文日期】\n")


def test_docx_holds_title_and_paragraphs_laid_out_as_the_standard_says(draft):
    document = docx.Document(BytesIO(blocks_docx(draft_blocks(draft), 12)))
    page = document.sections[0]
    body = document.paragraphs[2]

    assert ["查摆的主要问题", "", "一是理论武装有待提升。有的同志学习不深。", "二是没有查摆出具体问题。"] == [
        paragraph.text for paragraph in document.paragraphs
    ]
    assert (210, 297, 37, 35, 28, 26) == tuple(
        round(length.mm)
        for length in (
            page.page_width,
            page.page_height,
            page.top_margin,
            page.bottom_margin,
            page.left_margin,
            page.right_margin,
        )
    )
    assert 16 == body.runs[0].font.size.pt
    fonts = body.runs[0]._r.rPr.rFonts
    assert ("仿宋", "Times New Roman", "Times New Roman") == tuple(
        fonts.get(qn(f"w:{script}")) for script in ("eastAsia", "ascii", "hAnsi")
    )
    assert "200" == body._p.pPr.find(qn("w:ind")).get(qn("w:firstLineChars"))


def test_headings_have_the_standards_fonts_and_stay_with_their_text(report):
    found = {one.text: one for one in paragraphs(blocks_docx(report_blocks(report), 12)) if one.runs}
    fonts = {text: one.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) for text, one in found.items()}

    assert ("黑体", "楷体", "仿宋") == tuple(
        fonts[text] for text in ("三、原因剖析", "（二）查摆的主要问题", "一是理论学习不够深入。有的同志学习浅尝辄止。")
    )
    assert found["三、原因剖析"].paragraph_format.keep_with_next


def test_a_long_title_breaks_between_words(report):
    title = paragraphs(blocks_docx(report_blocks(report), 12))[0]

    assert "【党支部全称】\n关于【专题名称】组织生活会的情况报告" == title.text


def test_fonts_that_are_missing_have_stand_ins(draft):
    with zipfile.ZipFile(BytesIO(blocks_docx(draft_blocks(draft), 12))) as archive:
        table = archive.read("word/fontTable.xml").decode()

    assert '<w:font w:name="方正小标宋简体"><w:altName w:val="华文中宋"/></w:font>' in table


def test_the_secretarys_copy_names_the_sources_in_comments(draft):
    sources = {SPAN: Source("成员03", "张某.txt", "学习不深。")}
    plain, named = (docx.Document(BytesIO(blocks_docx(draft_blocks(draft), 12, one))) for one in (None, sources))
    comments = list(named.comments)

    assert [] == list(plain.comments)
    assert ["12 名成员中 3 名查摆，出处 1 条：\n成员03（张某.txt，第 3—9 字，写入）：学习不深。"] == [
        one.text for one in comments
    ]
    assert blocks_docx(draft_blocks(draft), 12, sources) == blocks_docx(draft_blocks(draft), 12, sources)


def test_docx_tells_nothing_about_who_made_it_and_when(draft):
    data = blocks_docx(draft_blocks(draft), 12)
    properties = docx.Document(BytesIO(data)).core_properties

    assert ["", "", ""] == [properties.author, properties.last_modified_by, properties.comments]
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert {(2000, 1, 1, 0, 0, 0)} == {info.date_time for info in archive.infolist()}
    assert data == blocks_docx(draft_blocks(draft), 12)


def test_the_list_of_problems_has_the_units_columns(draft):
    rows = CalamineWorkbook.from_filelike(BytesIO(problems_xlsx(draft, TAXONOMY))).get_sheet_by_index(0).to_python()

    assert ["序号", "类别", "问题", "具体表现", "人数用语", "来源"] == rows[1]
    assert [1, "理论武装", "学习不深入", "有的同志学习不深。", "有的同志", "自查"] == rows[2]


def test_the_ledger_names_the_branch_committee_and_leaves_gaps_to_fill(report):
    book = CalamineWorkbook.from_filelike(BytesIO(report_xlsx(report, TAXONOMY)))
    row = book.get_sheet_by_name("整改台账").to_python()[2]

    assert ["【请补充】", "支部委员会", "", "未开始", "", "否"] == row[3:]
    assert "措施" == book.get_sheet_by_name("问题原因措施对照").to_python()[2][-1]


def test_rows_are_as_high_as_their_wrapped_text(report):
    with zipfile.ZipFile(BytesIO(report_xlsx(report, TAXONOMY))) as archive:
        heights = [
            float(row.split('"')[0]) for row in archive.read("xl/worksheets/sheet3.xml").decode().split(' ht="')[1:]
        ]

    assert heights[0] == 30
    assert all(height >= 20 for height in heights)


def test_tables_have_lists_to_choose_from_and_a_header_that_stays(report):
    data = report_xlsx(report, TAXONOMY)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        ledger = archive.read("xl/worksheets/sheet2.xml").decode()

    assert '<formula1>"未开始,整改中,已完成,长期坚持"</formula1>' in ledger
    assert 'state="frozen"' in ledger
    assert data == report_xlsx(report, TAXONOMY)
