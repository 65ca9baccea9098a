import json
import zipfile
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn

from nlp_kit.export import draft_docx, draft_json, draft_markdown, draft_text, statements_jsonl
from nlp_kit.records import (
    Account,
    ClassifiedStatement,
    Document,
    Draft,
    DraftSentence,
    Issue,
    Prediction,
    Section,
    SetAsideFile,
    Span,
    Statement,
    Submission,
    Unreadable,
)

SPAN = Span("支部/张三.txt", 3, 9)


@pytest.fixture
def draft():
    sentence = DraftSentence("有的同志学习不深。", ("T-01",), "有的同志", 3, (SPAN,), (SPAN,))
    return Draft(
        "查摆的主要问题",
        12,
        (Section("theory", "一是理论武装有待提升。", (sentence,)), Section("style", "二是没有查摆出具体问题。", ())),
        (Issue("T-01", "theory", "study_shallow", "学习不深入", 3, (SPAN,)),),
        Account(
            *(5, 1, 2, {"cause": 1}, 1, (Unreadable("扫描.pdf", "是 PDF"),)),
            (SetAsideFile("纪要.docx", "看起来是会议纪要，不是个人材料"),),
        ),
    )


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


def test_what_leaves_the_committee_names_no_source(draft):
    assert "张三" not in draft_markdown(draft) + draft_text(draft)
    assert (
        "# 查摆的主要问题\n\n一是理论武装有待提升。有的同志学习不深。\n\n二是没有查摆出具体问题。\n"
        == draft_markdown(draft)
    )


def test_docx_holds_title_and_paragraphs_laid_out_as_the_standard_says(draft):
    document = docx.Document(BytesIO(draft_docx(draft)))
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
    assert "仿宋" == body.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia"))
    assert "200" == body._p.pPr.find(qn("w:ind")).get(qn("w:firstLineChars"))


def test_docx_tells_nothing_about_who_made_it_and_when(draft):
    data = draft_docx(draft)
    properties = docx.Document(BytesIO(data)).core_properties

    assert ["", "", ""] == [properties.author, properties.last_modified_by, properties.comments]
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert {(2000, 1, 1, 0, 0, 0)} == {info.date_time for info in archive.infolist()}
    assert data == draft_docx(draft)
