import pytest

from nlp_kit.reading.word.docx import read_docx
from nlp_kit.reading.word.numbering import Numbering, chinese_number

from .conftest import (
    OFFICIAL_LEVELS,
    abstract_list,
    concrete_list,
    item,
    level,
    list_place,
    paragraph,
    styled,
    word_file,
)

RESTART = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'


def lines(*blocks: str, numbering: str, styles: str = "") -> list[str]:
    return read_docx(word_file(*blocks, numbering=numbering, styles=styles)).text.split("\n")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "一"),
        (2, "二"),
        (10, "十"),
        (11, "十一"),
        (19, "十九"),
        (20, "二十"),
        (21, "二十一"),
        (99, "九十九"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (111, "一百一十一"),
        (1000, "一千"),
        (1005, "一千零五"),
        (1010, "一千零一十"),
        (1100, "一千一百"),
        (9999, "九千九百九十九"),
    ],
)
def test_chinese_number(number, expected):
    assert chinese_number(number) == expected


@pytest.mark.parametrize("number", [0, -1, 10000])
def test_chinese_number_outside_its_range_is_written_in_digits(number):
    assert chinese_number(number) == str(number)


def test_levels_count_and_restart_below_a_higher_level():
    assert lines(
        item("理论学习方面"),
        item("学得不深", level=1),
        item("原著读得少", level=2),
        item("笔记靠抄", level=2),
        item("学得零散", level=1),
        item("没有计划", level=2),
        item("工作作风方面"),
        item("办事拖", level=1),
        numbering=OFFICIAL_LEVELS + concrete_list(1, 0),
    ) == [
        "一、理论学习方面",
        "（一）学得不深",
        "1.原著读得少",
        "2.笔记靠抄",
        "（二）学得零散",
        "1.没有计划",
        "二、工作作风方面",
        "（一）办事拖",
    ]


def test_plain_paragraphs_between_items_do_not_count():
    assert lines(
        item("理论方面"), paragraph("学得浅。"), item("作风方面"), numbering=OFFICIAL_LEVELS + concrete_list(1, 0)
    ) == ["一、理论方面", "学得浅。", "二、作风方面"]


def test_lists_that_share_an_abstract_list_go_on_counting():
    numbering = OFFICIAL_LEVELS + concrete_list(1, 0) + concrete_list(2, 0)
    assert lines(item("理论"), item("作风", 2), item("纪律"), numbering=numbering) == [
        "一、理论",
        "二、作风",
        "三、纪律",
    ]


def test_lists_of_different_abstract_lists_count_apart():
    other = abstract_list(1, level(0, "decimal", "%1."))
    numbering = OFFICIAL_LEVELS + other + concrete_list(1, 0) + concrete_list(2, 1)
    assert lines(item("理论"), item("学得浅", 2), item("作风"), numbering=numbering) == [
        "一、理论",
        "1.学得浅",
        "二、作风",
    ]


def test_start_override_restarts_once():
    numbering = OFFICIAL_LEVELS + concrete_list(1, 0) + concrete_list(2, 0, RESTART)
    assert lines(item("理论"), item("作风"), item("原因", 2), item("措施", 2), numbering=numbering) == [
        "一、理论",
        "二、作风",
        "一、原因",
        "二、措施",
    ]


def test_level_override_replaces_the_format():
    replaced = '<w:lvlOverride w:ilvl="0">' + level(0, "decimal", "%1)") + "</w:lvlOverride>"
    numbering = OFFICIAL_LEVELS + concrete_list(1, 0, replaced)
    assert lines(item("学得浅"), item("记不住"), numbering=numbering) == ["1)学得浅", "2)记不住"]


def test_list_starts_at_its_own_start():
    numbering = abstract_list(0, level(0, "chineseCountingThousand", "%1、", start=3)) + concrete_list(1, 0)
    assert lines(item("原因剖析"), item("整改措施"), numbering=numbering) == ["三、原因剖析", "四、整改措施"]


def test_level_without_restart_goes_on_counting():
    numbering = abstract_list(
        0, level(0, "decimal", "%1."), level(1, "decimal", "(%2)", extra='<w:lvlRestart w:val="0"/>')
    ) + concrete_list(1, 0)
    assert lines(item("理论"), item("浅", level=1), item("作风"), item("拖", level=1), numbering=numbering) == [
        "1.理论",
        "(1)浅",
        "2.作风",
        "(2)拖",
    ]


def test_pattern_may_name_several_levels():
    numbering = abstract_list(0, level(0, "decimal", "%1."), level(1, "decimal", "%1.%2")) + concrete_list(1, 0)
    assert lines(item("理论"), item("浅", level=1), item("散", level=1), numbering=numbering) == [
        "1.理论",
        "1.1 浅",
        "1.2 散",
    ]


@pytest.mark.parametrize(
    ("style", "pattern", "first", "eleventh"),
    [
        ("decimal", "（%1）", "（1）", "（11）"),
        ("decimalZero", "%1.", "01.", "11."),
        ("decimalFullWidth", "%1．", "１．", "１１．"),
        ("decimalEnclosedCircle", "%1", "① ", "⑪ "),
        ("decimalEnclosedCircleChinese", "%1", "① ", "⑪ "),
        ("chineseCounting", "第%1", "第一 ", "第十一 "),
        ("japaneseCounting", "%1、", "一、", "十一、"),
        ("chineseLegalSimplified", "%1、", "壹、", "拾壹、"),
        ("ideographTraditional", "%1、", "甲、", "甲、"),
        ("lowerLetter", "%1)", "a)", "k)"),
        ("upperLetter", "%1.", "A.", "K."),
        ("lowerRoman", "%1.", "i.", "xi."),
        ("upperRoman", "%1.", "I.", "XI."),
    ],
)
def test_number_formats(style, pattern, first, eleventh):
    numbering = abstract_list(0, level(0, style, pattern)) + concrete_list(1, 0)
    found = lines(*[item("学得浅")] * 11, numbering=numbering)
    assert (found[0], found[10]) == (f"{first}学得浅", f"{eleventh}学得浅")


def test_unknown_number_format_is_counted_in_digits():
    numbering = abstract_list(0, level(0, "thaiCounting", "%1.")) + concrete_list(1, 0)
    assert lines(item("学得浅"), numbering=numbering) == ["1.学得浅"]


def test_number_format_in_alternate_content_is_found():
    choice = '<mc:Choice Requires="w14"><w:numFmt w:val="chineseCounting"/></mc:Choice>'
    fallback = '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback>'
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f"<mc:AlternateContent>{choice}{fallback}</mc:AlternateContent>"
        '<w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
    ) + concrete_list(1, 0)
    assert lines(item("学得浅"), numbering=numbering) == ["一、学得浅"]


def test_bullets_become_a_dot():
    numbering = abstract_list(0, level(0, "bullet", "\uf0b7")) + concrete_list(1, 0)
    assert lines(item("学得浅"), item("记不住"), numbering=numbering) == ["• 学得浅", "• 记不住"]


def test_format_none_shows_no_number():
    numbering = abstract_list(0, level(0, "none", "%1")) + concrete_list(1, 0)
    assert lines(item("学得浅"), numbering=numbering) == ["学得浅"]


def test_empty_numbered_paragraph_shows_nothing_but_counts():
    assert lines(item("理论"), item(""), item("作风"), numbering=OFFICIAL_LEVELS + concrete_list(1, 0)) == [
        "一、理论",
        "",
        "三、作风",
    ]


def test_indent_between_number_and_text_is_dropped():
    assert lines(item("　　学得浅"), numbering=OFFICIAL_LEVELS + concrete_list(1, 0)) == ["一、学得浅"]


STYLES = (
    '<w:style w:type="paragraph" w:styleId="Base"><w:name w:val="公文一级"/>'
    f"<w:pPr>{list_place(1)}</w:pPr></w:style>"
    '<w:style w:type="paragraph" w:styleId="Child"><w:name w:val="公文一级加粗"/><w:basedOn w:val="Base"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Second"><w:name w:val="公文二级"/><w:basedOn w:val="Child"/>'
    '<w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>'
)


def test_numbering_comes_through_a_style_and_its_ancestors():
    assert lines(
        styled("理论学习", "Base"),
        styled("学得浅", "Second"),
        styled("工作作风", "Child"),
        numbering=OFFICIAL_LEVELS + concrete_list(1, 0),
        styles=STYLES,
    ) == ["一、理论学习", "（一）学得浅", "二、工作作风"]


def test_number_zero_takes_the_style_s_number_away():
    bare = paragraph("说明", '<w:pStyle w:val="Base"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    assert lines(
        styled("理论", "Base"),
        bare,
        styled("作风", "Base"),
        numbering=OFFICIAL_LEVELS + concrete_list(1, 0),
        styles=STYLES,
    ) == ["一、理论", "说明", "二、作风"]


def test_styles_based_on_each_other_do_not_hang():
    circle = "".join(
        f'<w:style w:type="paragraph" w:styleId="{one}"><w:name w:val="{one}"/><w:basedOn w:val="{other}"/></w:style>'
        for one, other in (("Ring", "Gnir"), ("Gnir", "Ring"))
    )
    assert lines(styled("学得浅", "Ring"), numbering="", styles=circle) == ["学得浅"]


@pytest.mark.parametrize(("number", "depth"), [(77, 0), (1, 8)], ids=["unknown list", "undefined level"])
def test_place_that_numbering_does_not_define_has_no_number(number, depth):
    assert lines(item("学得浅", number, depth), numbering=OFFICIAL_LEVELS + concrete_list(1, 0)) == ["学得浅"]


def test_document_without_numbering_part_has_no_numbers():
    assert Numbering(None).next_number("1", 0) == ""


def test_list_that_is_defined_by_a_list_style_is_numbered():
    link = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="ListStyle"/></w:abstractNum>'
    target = abstract_list(0, '<w:styleLink w:val="ListStyle"/>', level(0, "chineseCountingThousand", "%1、"))
    style = (
        '<w:style w:type="numbering" w:styleId="ListStyle"><w:name w:val="列表样式"/>'
        '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    )
    numbering = target + link + concrete_list(1, 1) + concrete_list(2, 0)
    assert lines(item("理论"), item("作风"), numbering=numbering, styles=style) == ["一、理论", "二、作风"]


def test_legal_numbering_shows_all_levels_in_digits():
    numbering = abstract_list(
        0, level(0, "chineseCountingThousand", "%1、"), level(1, "decimal", "%1.%2", extra="<w:isLgl/>")
    ) + concrete_list(1, 0)
    assert lines(item("理论"), item("学得浅", level=1), numbering=numbering) == ["一、理论", "1.1 学得浅"]
