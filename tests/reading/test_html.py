from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits, Reading
from nlp_kit.reading.web.html import read_html

FILES = Path(__file__).parent.parent / "files"
LIMITS = Limits()
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta http-equiv=Content-Type content="text/html; charset=gb2312"><title>对照检查</title>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Print</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {mso-style-parent:"";} --></style></head>
<body lang=ZH-CN><div class=WordSection1>
<h1><a name="_Toc1">存在的问题<span lang=EN-US><o:p></o:p></span></a></h1>
<p class=MsoNormal style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>一、<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>理论学习抓得
不紧，<b>镕</b>同志提过<span lang=EN-US>2025</span>年
的批评。<o:p></o:p></p>
<p style='mso-list:l1 level2 lfo2'><span style='mso-list:Ignore'>l<span>&nbsp;</span></span>原著读得少</p>
<w:Sdt><p class=MsoNormal>作风<del>很差</del>漂浮。</p></w:Sdt>
<div style='mso-element:comment-list'><p>批注：请核实</p></div>
</div></body></html>"""


PIECES = [
    *"学a\n <>&",
    *(
        "<table>",
        "</table>",
        "<tr>",
        "<td rowspan=2>",
        "</td>",
        "<li>",
        "<ol>",
        "</ol>",
        "<p>",
        "<h1>",
        "<pre>",
        "<br>",
    ),
    *("<span style='mso-list:Ignore'>", "</span>"),
]


def read(page: str, limits: Limits = LIMITS) -> Reading:
    return read_html(page.encode(), limits)


def lines(page: str) -> list[str]:
    return read(page).text.split("\n")


def rows_of(reading: Reading) -> list[list[str]]:
    return [[reading.text[start:end] for start, end in row] for row in reading.rows]


def levels_of(reading: Reading) -> list[tuple[str, int, bool]]:
    return [(reading.text[part.start : part.end], part.level, part.heading) for part in reading.paragraphs]


def test_page_of_libreoffice_is_read_with_heading_lists_and_table():
    reading = read_html((FILES / "writer.html").read_bytes(), LIMITS)
    assert reading.text == (
        "个人对照检查材料\n一、存在的问题\n"
        "理论学习抓得不紧，满足于念文件、抄笔记，原著读得少，联系巡检工作想得不多，遇到难题绕着走，怕得罪人，"
        "分歧面前不表态，长期没有改进。\n"
        "1.学用脱节\n2.标准不高\n• 怕吃苦\n"
        "序号\t查摆方面\t存在问题\t整改措施\n1\t理论学习\t学得不深\t每周读原著。\n2\t理论学习\t学用脱节\t结合案例谈体会。\n"
        "填表人：贺小满"
    )
    assert [len(row) for row in reading.rows] == [4, 4, 4]
    assert levels_of(reading)[0] == ("一、存在的问题", 0, True)
    assert reading.hidden == ("内部资料",)


def test_page_of_word_is_read_with_its_numbers_without_its_markup():
    reading = read_html(WORD.encode("gb18030"), LIMITS)
    assert reading.text == ("存在的问题\n一、理论学习抓得不紧，镕同志提过2025年的批评。\n• 原著读得少\n作风漂浮。")
    assert levels_of(reading) == [
        ("存在的问题", 0, True),
        ("一、理论学习抓得不紧，镕同志提过2025年的批评。", 0, False),
        ("• 原著读得少", 1, False),
    ]
    assert reading.hidden == ("对照检查", "很差", "批注：请核实")


def test_blocks_and_line_breaks_are_lines():
    assert lines("<div>一<p>二</p>三<br>四</div><h2>五</h2>六<ul><li>七</ul>") == [*"一二三四五六", "• 七"]


def test_white_space_is_collapsed_and_wrapped_chinese_joined():
    assert lines("<p>  学习 \n 抓得\n\t不紧  a\n b&nbsp;&nbsp;c，\n2025\n年</p>") == ["学习抓得不紧 a b  c，2025年"]


def test_blank_between_chinese_words_on_one_line_stays():
    assert lines("<p>姓名：　贺小满  岗位</p>") == ["姓名：　贺小满 岗位"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>x</script>",
        "<style>x</style>",
        "<template>x</template>",
        "<noscript>x</noscript>",
        "<!-- x -->",
        "<p hidden>x</p>",
        '<p style="color:red; DISPLAY : none">x</p>',
        "<iframe>x</iframe>",
        "<select><option>x</select>",
        "<xml><w:x>x</w:x></xml>",
    ],
)
def test_what_a_browser_does_not_show_is_left_out(hidden):
    assert lines(f"<body>学得{hidden}浅").count("x") == 0
    assert "".join(lines(f"<body>学得{hidden}浅")) == "学得浅"


def test_hidden_element_and_title_are_hidden_lines():
    assert read("<title>内部</title><p style='display:none'>秘密</p>学得浅").hidden == ("内部", "秘密")


@pytest.mark.parametrize("place", ["header", "footer"])
def test_page_header_and_footer_that_libreoffice_writes_are_hidden_lines(place):
    found = read(f'<div title="{place}"><p>某某党支部<br/>\n机密</p></div><p>学得浅</p>')
    assert ("学得浅", ("某某党支部\t机密",)) == (found.text, found.hidden)


def test_headings_have_levels():
    assert levels_of(read("<h1>一</h1><h3>三</h3><p style='mso-outline-level:2'>二</p><h2></h2><p>文")) == [
        ("一", 0, True),
        ("三", 2, True),
        ("二", 1, True),
    ]


def test_numbers_of_lists_are_written_where_the_text_has_none():
    page = (
        "<ol start=3><li>甲<li><p>（一）乙</p><li>丙<ol><li>丁<li value=5>戊</ol><li></ol>"
        "<ol style='list-style-type:simp-chinese-informal'><li>己</ol><ol style='list-style:none'><li>庚</ol>"
        "<ol><li>2025年辛</ol>"
    )
    assert lines(page) == ["3.甲", "（一）乙", "5.丙", "1.丁", "5.戊", "一、己", "庚", "1. 2025年辛"]


def test_table_is_rows_with_merged_labels_filled_down():
    reading = read(
        "<table><caption>清单</caption><tr><td colspan=3>党支部查摆问题清单"
        "<thead><tr><th>序号<th>方面<th>问题</thead>"
        "<tr><td>1<td rowspan=2>理论学习<td>学得<br>浅<tr><td>2<td>用得少"
        "<tr><td>3<td rowspan=2>满足于念文件、抄笔记，原著读得少。<td>甲<tr><td><td>乙"
        "<tr><td colspan=3>填表人</table>完"
    )
    assert reading.text.split("\n")[:2] == ["清单", "党支部查摆问题清单"]
    assert rows_of(reading) == [
        ["序号", "方面", "问题"],
        ["1", "理论学习", "学得 浅"],
        ["2", "理论学习", "用得少"],
        ["3", "满足于念文件、抄笔记，原著读得少。", "甲"],
        ["", "", "乙"],
    ]
    assert reading.text.split("\n")[-2:] == ["填表人", "完"]


def test_layout_table_is_plain_lines():
    reading = read("<table><tr><td><h1>问题</h1><p>学得浅。<p>办事拖。<tr><td></td><td>一<br>二</table>")
    assert reading.text == "问题\n学得浅。\n办事拖。\n一\n二"
    assert reading.rows == ()
    assert levels_of(reading) == [("问题", 0, True)]


def test_row_around_a_table_is_laid_out_as_lines():
    reading = read("<table><tr><td>菜单<td>前<table><tr><td>1<td>学得浅</table>后<tr><td>版权<td>所有</table>")
    assert reading.text == "菜单\n前\n1\t学得浅\n后\n版权\t所有"
    assert rows_of(reading) == [["1", "学得浅"], ["版权", "所有"]]


def test_preformatted_text_keeps_its_lines():
    assert lines("<pre>学得浅\n办事拖</pre><textarea>一\n二</textarea>") == ["学得浅", "办事拖", "一", "二"]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("utf-8", "utf-8"),
        ("big5", "big5"),
        ("gb2312", "utf-8"),
        ("utf-8", "gb18030"),
        ("utf-7", "utf-8"),
        ("x" * 50, "utf-8"),
    ],
)
@pytest.mark.parametrize(
    "head", ['<meta charset="{}">', "<META content='text/html; charset={}'>", "<?xml version='1.0' encoding='{}'?>"]
)
def test_encoding_is_declared_or_told_by_the_bytes(head, declared, encoding):
    page = f"<html>{head.format(declared)}<p>一知半解，遇事先看前面的人，大事小事都要等一等。</p>"
    assert read_html(page.encode(encoding), LIMITS).text == "一知半解，遇事先看前面的人，大事小事都要等一等。"


def test_rare_character_beyond_gb2312_is_read():
    assert read_html("<meta charset=gb2312><p>镕堃喆</p>".encode("gb18030"), LIMITS).text == "镕堃喆"


def test_byte_order_mark_outweighs_the_declaration():
    assert read_html("<meta charset=gb2312><p>学</p>".encode("utf-16"), LIMITS).text == "学"


@pytest.mark.parametrize("page", ["", " \n", "<!-- x -->", "<html></html>"])
def test_page_without_words_is_an_empty_text(page):
    assert read(page).text == ""


def test_external_entity_is_not_loaded():
    page = "<!DOCTYPE html [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><p>&e;学</p>"
    assert Path("/etc/hostname").read_text().strip() not in read(page).text


@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td", "ul><li"])
def test_absurd_nesting_is_refused_rather_than_cut(tag):
    with pytest.raises(UnreadableError, match="嵌套得不正常"):
        read(f"<{tag}>" * 100_000 + "深")


def test_thousand_levels_are_read():
    assert lines("<div>" * 1000 + "深" + "</div>" * 1000 + "<p>后") == ["深", "后"]


def test_absurd_spans_are_refused():
    with pytest.raises(UnreadableError, match="大得不正常"):
        read("<table><tr>" + "<td colspan=1000 rowspan=65000>" * 2 + "<tr><td>" * 1000)


@pytest.mark.parametrize(("limits", "reason"), [(Limits(characters=20), "万字"), (Limits(rows=3), "3 行的上限")])
def test_page_beyond_a_limit_is_refused(limits, reason):
    with pytest.raises(UnreadableError, match=reason):
        read("<table>" + "<tr><td>学<td>习" * 9 + "</table>", limits)


def test_picture_in_the_page_does_not_count_as_text():
    assert read(f"<img src='data:image/png;base64,{'A' * 9000}'>学得浅", Limits(characters=50)).text == "学得浅"


@settings(deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(PIECES)))
def test_any_markup_gives_ordered_rows_and_lines(pieces):
    reading = read("".join(pieces))
    spans = [span for row in reading.rows for span in row]
    assert spans == sorted(spans)
    for row in reading.rows:
        assert reading.text[row[0][0] : row[-1][1]] == "\t".join(reading.text[start:end] for start, end in row)
    for part in reading.paragraphs:
        assert "\n" not in reading.text[part.start : part.end].strip("\n")


@settings(deadline=None, derandomize=True, database=None)
@given(st.data())
def test_damaged_and_random_bytes_are_read_or_refused(data):
    whole = bytearray(data.draw(st.sampled_from([WORD.encode("gb18030"), (FILES / "writer.html").read_bytes()])))
    for _ in range(data.draw(st.integers(0, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    pages = [bytes(whole), bytes(whole[:cut]), bytes(whole[cut:] + whole[:cut]), data.draw(st.binary(max_size=100))]
    for page in pages:
        with suppress(UnreadableError):
            assert isinstance(read_html(page, LIMITS), Reading)


def test_a_cell_that_no_row_holds_ends_the_reading_like_any_other():
    # Found by fuzzing: the cell was looked for in a grid without rows, for ever.
    assert read_html((FILES / "cell-without-row.html").read_bytes(), LIMITS).text
