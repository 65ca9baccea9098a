import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.text import decode

ORAL = "说实话，党课我听过就忘，笔记本上记了三行，书签老夹在前几页。"
FORMAL = "一、理论学习方面\n（一）学得不深。满足于念文件、抄笔记，原著读得少，联系巡检工作想得不多。\n"
TRADITIONAL = "我對理論學習抓得不緊，學得不深不透，滿足於一知半解，聯繫實際不夠，遇到難題繞著走。"
RARE_NAMES = "今年跟镕、堃、喆、赟几位同志谈心，对方说我听不进意见，车间里的𠮷师傅也提过，我没往心里去。"

EVERYDAY = (
    "学习不够群众意识淡薄工作实存在问题风漂浮理论担当足我宗旨强党课记住怕得罪人整改措施自查抓紧满于一知半解联系际"
    "念文件抄笔方面批评好先生敢亮剑服务师傅车间班组安全产巡检台账填报走过场应付领导同志开会请假值电话接态度硬推节约"
    "用食堂浪费调研基层少坐办公室多经验事老法创新劲头下降年龄大了船到码头站员身份忘模范作发挥愿活动参加次数织交流言"
)
# Each character once: a text that repeats three characters thirty times is not what a member writes.
everyday_text = st.lists(st.sampled_from(sorted(set(EVERYDAY))), min_size=30, max_size=120, unique=True).map("".join)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "gbk"]
)
@pytest.mark.parametrize("text", [ORAL, FORMAL], ids=["oral", "formal"])
def test_text_in_a_usual_encoding_comes_back_unchanged(text, encoding):
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_mark_decides_even_for_one_word_and_is_dropped(bom, encoding):
    assert decode(bom + "学得浅".encode(encoding)) == "学得浅"


@settings(deadline=None, derandomize=True, database=None)
@given(text=everyday_text, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]))
def test_everyday_chinese_round_trips(text, encoding):
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "text",
    [
        "学习不深",
        "作风漂浮。",
        "怕得罪人",
        "群众意识淡薄",
        "宗旨意识不强。",
        "（一）学得浅",
        "“软”“浅”“躲”",
        "一、理论学习方面",
        "党课听了记不住",
        "我平时学习不够系统",
    ],
)
def test_short_gb18030_text_is_read(text):
    assert decode(text.encode("gb18030")) == text


@pytest.mark.parametrize("text", ["不敢批评", "2、怕吃苦", "扯皮,党课", "先锋.基层：", "理论。淡薄.值班，"])
def test_short_gb18030_text_is_never_read_as_big5(text):
    assert decode(text.encode("gb18030")) == text


def test_long_gb18030_text_is_read():
    text = (FORMAL + ORAL + "\n") * 2000
    assert decode(text.encode("gb18030")) == text


@pytest.mark.parametrize(
    "text",
    [
        RARE_NAMES,
        ORAL + "每月党费120元（约€15），从来没有按时交过。",
        ORAL + "序号①②③，其中㈠未整改。",
        "┌──┬──┐\n│序号│问题│\n└──┴──┘\n" + ORAL,
        ORAL + "\ue5e5签名",
        "　　" + ORAL,
    ],
    ids=["rare names", "euro", "circled", "box drawing", "private use", "indent"],
)
def test_gb18030_with_rare_characters_is_read(text):
    assert decode(text.encode("gb18030")) == text


@pytest.mark.parametrize("text", [TRADITIONAL, "學習不夠", "我的學習抓得不夠緊，開會總請假。"])
def test_big5_is_read_or_refused_but_never_garbled(text):
    try:
        decoded = decode(text.encode("big5"))
    except UnreadableError:
        decoded = text
    assert decoded == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_windows_line_ends_become_line_feeds(encoding):
    text = "学得浅，笔记靠抄。\r\n记不住，讲不出来。\r\n"
    assert decode(text.encode(encoding)) == "学得浅，笔记靠抄。\n记不住，讲不出来。\n"


def test_carriage_returns_that_end_all_lines_become_line_feeds():
    assert decode("学得浅\r记不住\r".encode()) == "学得浅\n记不住\n"


def test_lone_carriage_return_is_kept():
    assert decode("学得浅\r记不住\r\n".encode()) == "学得浅\r记不住\n"


@pytest.mark.parametrize("data", [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_nothing_but_a_byte_order_mark_is_empty_text(data):
    assert decode(data) == ""


@pytest.mark.parametrize(
    "data",
    [
        bytes(400),
        bytes(range(256)) * 8,
        b"\x00\x01\x02\x03" * 50 + "学习不够".encode(),
        b"\x93\xff\xfe\x80\x81\xff" * 60,
        b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(range(128, 256)) * 20,
    ],
    ids=["zeros", "all bytes", "controls", "high bytes", "sound"],
)
def test_binary_data_is_refused(data):
    with pytest.raises(UnreadableError, match="不是文本文件"):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + "学习不够".encode()[:-1],
        codecs.BOM_UTF16_LE + "学习不够".encode("utf-16-le")[:-1],
        codecs.BOM_UTF8 + ORAL.encode("gb18030"),
    ],
    ids=["cut UTF-8", "cut UTF-16", "GB18030 behind a UTF-8 mark"],
)
def test_text_that_breaks_its_byte_order_mark_is_refused(data):
    with pytest.raises(UnreadableError, match=r"编码损坏.*另存为 UTF-8"):
        decode(data)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_text_cut_inside_a_character_is_refused(encoding):
    with pytest.raises(UnreadableError, match="另存为 UTF-8"):
        decode((ORAL + "我").encode(encoding)[:-1])


def test_one_damaged_byte_is_not_papered_over():
    data = bytearray(ORAL.encode())
    data[31] = 0xFF
    with pytest.raises(UnreadableError, match="另存为 UTF-8"):
        decode(bytes(data))


def test_another_language_in_an_old_encoding_is_refused():
    with pytest.raises(UnreadableError, match="认不出它的编码"):
        decode("Привет, как дела".encode("cp1251"))


def test_a_single_stray_nul_in_a_long_text_stays():
    text = ORAL * 10 + "\0"
    assert decode(text.encode()) == text
