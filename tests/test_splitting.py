import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_kit.records import Document, Paragraph
from nlp_kit.splitting import split, split_lines


def parts(text: str, paragraphs: tuple[Paragraph, ...] = ()) -> list[tuple[str, str]]:
    return [(found.part, found.text) for found in split(Document("a.txt", text, paragraphs))]


CLASSIC = """个人对照检查材料
供电所　某某某

按照要求，现将有关情况汇报如下。
一、存在的主要问题
（一）理论学习方面
一是学得不深。发的书只看了个开头。二是学得不勤。一忙就放下。
（二）工作作风方面
办事拖，能等就等。
二、原因分析
对自己要求松了。
三、整改措施
1.每周学两个晚上；
2.当天的活当天清。
以上发言，请同志们批评指正。
2025年12月3日
"""


def test_shape_b_headings_give_parts_and_paths():
    found = split(Document("a.txt", CLASSIC))

    assert [
        ("heading", "个人对照检查材料"),
        ("heading", "供电所　某某某"),
        ("preamble", "按照要求，现将有关情况汇报如下。"),
        ("heading", "存在的主要问题"),
        ("heading", "理论学习方面"),
        ("problem", "学得不深。发的书只看了个开头。"),
        ("problem", "学得不勤。一忙就放下。"),
        ("heading", "工作作风方面"),
        ("problem", "办事拖，能等就等。"),
        ("heading", "原因分析"),
        ("cause", "对自己要求松了。"),
        ("heading", "整改措施"),
        ("measure", "每周学两个晚上；"),
        ("measure", "当天的活当天清。"),
        ("other", "以上发言，请同志们批评指正。"),
        ("other", "2025年12月3日"),
    ] == [(one.part, one.text) for one in found]
    assert ("一、存在的主要问题", "（一）理论学习方面") == found[5].heading
    assert ("theory", "style") == (found[5].hint, found[8].hint)


def test_shape_a_keeps_last_years_status_and_the_case_apart():
    text = (
        "一、上年度查摆问题整改情况\n去年提出的三条已经改了两条。\n二、存在的主要问题\n开会说好话多。\n"
        "三、典型案例剖析\n通报里的那名站长一步步走错。\n四、原因剖析\n怕得罪人。\n五、努力方向\n有话当面说。"
    )

    assert ["rectification", "problem", "case", "cause", "measure"] == [
        part for part, _ in parts(text) if part != "heading"
    ]


def test_shape_c_a_bare_list_is_all_problems():
    text = "个人问题清单（某某某）\n1.开会迟到，进门就找后排坐。\n2.群众来问，抬手一指就算答了。\n3.报表错了也不回头看"

    assert ["heading", "problem", "problem", "problem"] == [part for part, _ in parts(text)]


def test_shape_d_a_year_summary_turns_at_its_short_paragraph():
    text = (
        "2025年度个人总结\n一、主要工作\n全年检修设备四十台。\n"
        "二、存在的不足\n检修记录补得多。\n三、下一步打算\n记录随手写。"
    )

    assert ["achievement", "problem", "measure"] == [part for part, _ in parts(text) if part != "heading"]


def test_shape_e_the_concession_under_an_aspect_counts_by_its_second_half():
    text = "一、联系群众方面\n虽然每月都下村，但是多在村部坐，没有进过几户的门。\n二、担当作为方面\n遇到难事先往后退。"
    statement = split(Document("a.txt", text))[1]

    assert "但是多在村部坐，没有进过几户的门。" == statement.counted_text
    assert statement.text.startswith("虽然")


def test_shape_f_triples_are_told_apart_by_their_labels():
    text = (
        "一、学习方面\n1.问题：看书浮皮潦草。\n原因：图省事。\n措施：每周写一页心得。\n"
        "二、作风方面\n2.问题：交办的事压着不办。\n原因：怕麻烦。"
    )

    assert [
        ("problem", "看书浮皮潦草。"),
        ("cause", "图省事。"),
        ("measure", "每周写一页心得。"),
        ("problem", "交办的事压着不办。"),
        ("cause", "怕麻烦。"),
    ] == [(part, text) for part, text in parts(text) if part != "heading"]


def test_shape_g_a_letter_without_headings_is_told_by_its_openings():
    text = (
        "支部的同志们：\n　　今年我读书少，拿起来就犯困。\n　　归根到底是心散了。\n"
        "　　下一步的打算：晚上读一个钟头；有事先请示。\n　　建议支部开会早点通知。\n　　此致\n敬礼！"
    )

    assert ["other", "body", "cause", "heading", "measure", "measure", "criticism", "other", "other"] == [
        part for part, _ in parts(text)
    ]


def test_shape_g_chat_lines_without_full_stops_are_statements():
    text = (
        "书记 发言先给您\n\n一 读书方面\n群里的文章我都没点开\n考试是抄的答案\n\n"
        "为什么会这样\n没人盯就松了\n\n以后怎么办\n1 每天学半小时\n2 有事早说\n"
    )

    assert [
        ("heading", "读书方面"),
        ("heading", "为什么会这样"),
        ("cause", "没人盯就松了"),
        ("heading", "以后怎么办"),
        ("measure", "每天学半小时"),
    ] == [
        pair
        for pair in parts(text)
        if pair[1] in {"读书方面", "为什么会这样", "没人盯就松了", "以后怎么办", "每天学半小时"}
    ]


def test_shape_h_a_pasted_table_is_read_by_its_header():
    text = (
        "个人问题清单\n序号\t方面\t存在问题\t具体表现\t整改措施\t时限\n"
        "1\t理论学习\t学得浅\t书领回来没翻过。\t每周读一章。\t2026年3月\n"
        "2\t工作作风\t拖拉\t报表月月最后一个交。\t提前两天交。\t长期"
    )
    found = [one for one in split(Document("a.txt", text)) if one.part in ("problem", "measure")]

    assert [
        ("problem", "书领回来没翻过。"),
        ("measure", "每周读一章。"),
        ("problem", "报表月月最后一个交。"),
        ("measure", "提前两天交。"),
    ] == [(one.part, one.text) for one in found]
    assert ("理论学习", "学得浅") == found[0].heading
    assert "style" == found[2].hint


def test_markdown_marks_and_tables_are_read_through():
    text = (
        "# 发言提纲\n\n**一、理论学习方面**\n\n1. **学得不深。** 书翻两页就放下。\n2. 学得不勤，一忙就丢。\n\n"
        "> 二、清单\n\n| 序号 | 存在问题 | 整改措施 |\n|---|:---:|---|\n| 1 | 办事拖，总要人催。 | 当天办完。 |\n"
    )
    found = [(one.part, one.text) for one in split(Document("a.md", text)) if one.part in ("problem", "measure")]

    assert [
        ("problem", "学得不深。** 书翻两页就放下。"),
        ("problem", "学得不勤，一忙就丢。"),
        ("problem", "办事拖，总要人催。"),
        ("measure", "当天办完。"),
    ] == found


def test_a_word_heading_style_makes_a_heading_without_any_number():
    text = "学习上的欠账\n书没读完。"

    assert [("heading", "学习上的欠账"), ("body", "书没读完。")] == parts(text, (Paragraph(0, 6, 0, heading=True),))


def test_numbered_lines_without_text_below_are_statements_not_headings():
    text = "存在的问题\n1.学习不深入\n2.作风不扎实\n3.担当不够"

    assert ["problem"] * 3 == [part for part, _ in parts(text)[1:]]


def test_a_sentence_broken_at_a_fixed_width_is_one_statement():
    text = (
        "今年以来集中学习去得少去了也多是坐在后排低头看手机台上领\n"
        "学的同志念到哪里全不知道，散了会同事问起来只好说几句现成\n"
        "话。值班记录常常补，有时三天的一次填完，数字是照着上一班\n"
        "抄的，机器真出了毛病也看不出来，自己心里其实清楚这样做不\n"
        "行，可是下一回还是老样子，从来没有真正想过要改一改这个坏\n"
        "毛病，也没有向班组里其他同志请教过。"
    )

    assert ["今年", "值班"] == [one.text[:2] for one in split(Document("a.txt", text, wrapped=True))]
    assert 6 == len(split(Document("a.docx", text)))


SHORT = [
    "个人对照检查材料",
    "综合服务科  毛志远",
    "一、存在的问题",
    "（一）理论学习方面",
    "一是学习东一榔头西一棒子。手机上推什么就看什么，没有给自己定过读书计划，去年买的三本原著至今只翻过目录。二是学归学、做归做。",
    "（二）党性锤炼方面",
    "一是批评别人抹不开面子。去年民主评议时明知道同组有人经常缺席党小组会，我只说了一句“以后多参加”，就把话头岔开了。",
    "（三）联系群众方面",
    "一是坐在窗口等群众上门。一季度受理的四十一件咨询，我没有一件主动打过回访电话，老人多问两遍就不耐烦。",
    "二、原因分析",
    "一是理论功底浅，把学习当成软任务，没有真正入脑入心。二是宗旨意识有所淡化，总觉得窗口的活儿琐碎。",
    "三、努力方向",
    "每天读半小时原著，每周走访两户。",
]


def broken(text: str, width: int) -> str:
    return "\n".join(line[at : at + width] for line in text.split("\n") for at in range(0, len(line), width))


@pytest.mark.parametrize("width", [20, 25, 30, 34, 38, 40, 45])
def test_a_short_text_is_joined_whatever_the_width_it_was_broken_at(width):
    whole = "\n".join(SHORT)
    found = split(Document("a.txt", broken(whole, width), wrapped=True))

    assert [one.text for one in split(Document("a.txt", whole))] == [one.text.replace("\n", "") for one in found]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("学习抓得不紧，会前才翻几页书\n下去调研少，都是听汇报\n台账月底一次补\n" * 3, id="chat"),
        pytest.param("对新思想学得不深不透，满足于在会上念一念读一读\n" * 8, id="lines of one length"),
        pytest.param("对新思想学得不深不透，满足于在会上念一念读一读\n" * 4 + "以上。", id="list with one full stop"),
        pytest.param("1.对新思想学得不深不透，满足于在会上念一念读一读\n" * 8 + "以上。", id="numbered list"),
        pytest.param("　　对新思想学得不深不透，满足于在会上念一念读读\n" * 4 + "　　以上。", id="indented list"),
        pytest.param("学习方面\n学得浅，记不住。\n" * 6, id="headings"),
        pytest.param("问题\t学得不深不透，满足于在会上念一念读一读，不求甚解\n" * 6 + "以上。", id="table"),
    ],
)
def test_lines_that_are_short_by_themselves_are_not_joined(text):
    found = split(Document("a.txt", text, wrapped=True))

    assert [one.text for one in split(Document("a.txt", text))] == [one.text for one in found]


def test_a_paragraph_with_a_style_of_its_own_is_not_joined():
    text = "学得不勤而且浅也不愿往深处去想一想问一问\n" + broken("\n".join(SHORT[4::2]), 20)
    found = split(Document("a.docx", text, (Paragraph(0, 20, 0, heading=True),), wrapped=True))

    assert "学得不勤而且浅也不愿往深处去想一想问一问" == found[0].text


def test_a_heading_as_long_as_the_lines_is_not_joined():
    text = "（一）学习贯彻党的创新理论和上级部署方面\n" + broken("\n".join(SHORT[4::2]), 20)
    found = split(Document("a.txt", text, wrapped=True))

    assert ("heading", "学习贯彻党的创新理论和上级部署方面") == (found[0].part, found[0].text)


def test_lines_are_never_split_trimmed_or_skipped():
    text = "一是学得浅。二是记不住。\n\n  虽然去了，但没说话 \n尾行"
    found = split_lines(Document("a.txt", text))

    assert text.split("\n") == [one.text for one in found]
    assert [one.text for one in found] == [text[one.start : one.end] for one in found]
    assert "但没说话" == found[2].counted_text


def test_a_final_line_break_opens_no_further_line():
    assert 2 == len(split_lines(Document("a.txt", "甲\n乙\n")))


alphabet = st.sampled_from(
    [*"我学没去，。；：、“”（）一二三1.①\t\n \r　", "一、", "（一）", "问题", "原因", "措施", "虽然", "但是", "一是"]
)


@given(st.lists(alphabet, max_size=60).map("".join))
def test_statements_are_exact_ordered_and_lose_no_words(text):
    found = split(Document("a.txt", text))

    assert all(text[one.start : one.end] == one.text and one.text.strip() for one in found)
    borders = [border for one in found for border in (one.start, one.end)]
    assert borders == sorted(borders)
    assert all(one.start <= one.focus < one.end for one in found)
    assert sum(one.text.count("没") for one in found) == text.count("没")


@given(st.text(alphabet="甲乙。 \n\t", max_size=40))
def test_lines_join_back_to_the_text(text):
    joined = "\n".join(one.text for one in split_lines(Document("a.txt", text)))

    assert text.removesuffix("\n") == joined
