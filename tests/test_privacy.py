"""What is found and masked; the recall on whole texts is measured in ``test_privacy_recall.py``."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_kit.errors import DataError
from nlp_kit.privacy import Finding, Masker, NameTagger, mask_path
from nlp_kit.privacy.columns import find_columns
from nlp_kit.privacy.facts import find_facts
from nlp_kit.privacy.lexer import WIDTH, Lexer
from nlp_kit.privacy.numbers import find_numbers
from nlp_kit.resources import data_path


def found(text: str) -> list[tuple[str, str]]:
    """Return (kind, words) of what is found by rule, without names."""
    return [(one.kind, text[one.start : one.end]) for one in Masker(lambda _: ()).find(text)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("身份证11010519491231002X。", "id_card", "11010519491231002X"),
        ("110105 19491231 002x在表上", "id_card", "110105 19491231 002x"),
        ("证号１１０１０５１９４９１２３１００２Ｘ", "id_card", "１１０１０５１９４９１２３１００２Ｘ"),
        ("老证110105491231002没换", "id_card", "110105491231002"),
        ("打13800138000找我", "phone", "13800138000"),
        ("手机138 0013 8000", "phone", "138 0013 8000"),
        ("+86 138-0013-8000", "phone", "+86 138-0013-8000"),
        ("（0689）7712043", "phone", "（0689）7712043"),
        ("办公电话0689-7712043转8003", "phone", "0689-7712043转8003"),
        ("座机：7712043", "phone", "7712043"),
        ("发到shen_cl@example.com", "email", "shen_cl@example.com"),
        ("微信号 shen-cl65", "wechat", "shen-cl65"),
        ("QQ：195773026", "wechat", "195773026"),
        ("卡号6222020200112233445", "bank_card", "6222020200112233445"),
        ("6222 0202 0011 2233 446打款", "bank_card", "6222 0202 0011 2233 446"),
        ("皮卡闽Z·6B350没登记", "plate", "闽Z·6B350"),
        ("新能源车湘Z03917F", "plate", "湘Z03917F"),
        ("1965年7月23日出生", "birth_date", "1965年7月23日"),
        ("出生年月：1976.11", "birth_date", "1976.11"),
        ("一九七三年九月生", "birth_date", "一九七三年九月"),
        ("2024年10月6日我值班", "date", "2024年10月6日"),
        ("正月初八收了他的烟", "date", "正月初八"),
        ("元月十五值夜班", "date", "元月十五"),
        ("辛丑年六月初六还清", "date", "辛丑年六月初六"),
        ("上月18号那盘菜", "date", "上月18号"),
        ("我是八零年三月的，她小两个月", "birth_date", "八零年三月"),
        ("罗阿芝，女，彝族，1969年冬月，代课", "birth_date", "1969年冬月"),
        ("微信rena-xj.66", "wechat", "rena-xj.66"),
        ("加我吧，wxid_p7k20mhe91", "wechat", "wxid_p7k20mhe91"),
        ("工资卡\t6221 8879 1000 0316 408", "bank_card", "6221 8879 1000 0316 408"),
        ("收了600元红包", "amount", "600元"),
        ("欠他三千二百块没还", "amount", "三千二百块"),
        ("打游戏我充值2300多元", "amount", "2300多元"),
        ("卖房子他一年挣二十多万，我没有", "amount", "二十多万"),
        ("9月13日到24日我请了假", "date", "24日"),
        ("微信名“玫瑰与剑”，", "wechat", "玫瑰与剑"),
        ("社区代转024-31867748\t户口簿丢失", "phone", "024-31867748"),
        ("有事打路电062-37714", "phone", "062-37714"),
        ("她老人家1936年腊月初八的生日", "birth_date", "1936年腊月初八"),
        ("导出人：yutong_zz", "wechat", "yutong_zz"),
        ("住柘塘县城关镇纺织路27号幸福小区4幢2单元301室", "address", "柘塘县城关镇纺织路27号幸福小区4幢2单元301室"),
        ("家在柳树湾村五组18号", "address", "柳树湾村五组18号"),
    ],
)
def test_personal_data_is_found_from_its_first_to_its_last_character(text, kind, words):
    assert (kind, words) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "张某某、李××、王**都提了意见",
        "电话138****0000，身份证110101********1234",
        "按〔2024〕17号文件办，打12345反映",
        "1921年7月1日，中国共产党成立",
        "每年7月1日建党纪念日",
        "全场产值3000万元，完成率98%",
        "党费标准是每月50元",
        "GPS-310巡护仪、版本v2.1.0、第3版",
        "2025年度、今年3月份、下午2点30分",
        "X月X日，某县××镇",
        "订单编号20241006123456789012345",
        "第六卷（2021—2024），打印批次：240331-2",
        "1978年12月18日，十一届三中全会召开",
        "四月里二号线返工",
    ],
)
def test_what_is_no_personal_data_stays(text):
    assert [] == found(text)


def test_an_id_card_may_be_mistyped_but_holds_a_day_or_a_word_tells():
    assert [] == list(find_numbers("编号110105994999310021"))
    assert ["id_card"] == [one.kind for one in find_numbers("编号110105194912310021")]
    assert ["id_card"] == [one.kind for one in find_numbers("身份证号110105194912310021")]


def test_a_bank_card_begins_like_one_or_has_a_check_digit_or_a_word_tells():
    assert [] == found("流水4222020200112233441")
    assert [("bank_card", "6222020200112233441")] == found("流水6222020200112233441")
    assert [("bank_card", "6222020200112233441")] == found("卡号6222020200112233441")


def test_masks_say_what_was_there():
    text = "沈长林13800138000，卡号6222020200112233445，2024年10月6日收了600元"
    names = Masker(lambda _: (), ["沈长林"])
    assert "沈某某【电话】，卡号【银行卡号】，某日收了若干元" == names.mask(text)


@pytest.mark.parametrize(
    ("name", "shown"), [("沈长林", "沈某某"), ("沈伟", "沈某"), ("欧阳春", "欧阳某"), ("努尔兰·哈力克", "某某")]
)
def test_names_keep_their_family_name(name, shown):
    assert f"找{shown}谈心" == Masker(lambda _: (), [name]).mask(f"找{name}谈心")


def test_members_of_the_list_are_masked_whatever_the_finder_says():
    assert ["name"] == [one.kind for one in Masker(lambda _: (), ["高峰"]).find("高峰的材料")]


def test_findings_never_overlap_and_the_first_kind_counts():
    masker = Masker(lambda text: [Finding(0, len(text), "unit")])
    assert [Finding(2, 13, "phone")] == masker.find("打给13800138000")[:1]


def test_findings_of_one_kind_that_overlap_are_joined():
    text = "住六合市水塘镇街上居委会4栋1单元201"
    masker = Masker(lambda _: [Finding(1, 12, "address")])

    assert [Finding(1, len(text), "address")] == masker.find(text)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "13800138000",
                "11010519491231002X",
                "2024年10月6日",
                "600元",
                "沈长林",
                "柳树湾村五组18号",
                "学",
                "，",
                "1",
                "日",
            ]
        ),
        max_size=8,
    ).map("".join)
)
def test_masking_twice_changes_nothing_more(text):
    masker = Masker(lambda _: (), ["沈长林"])
    once = masker.mask(text)
    assert once == masker.mask(once)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789 年月日元块号路村组室Xx-.：，。一二三十我住在微信QQ卡张沈", max_size=60))
def test_findings_are_in_order_inside_the_text_and_apart(text):
    spans = Masker(lambda _: ()).find(text)
    assert all(0 <= one.start < one.end <= len(text) for one in spans)
    assert all(first.end <= second.start for first, second in pairwise(spans))


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("办公室-陆文静-个人检视剖析材料.txt", "办公室-陆某某-个人检视剖析材料.txt"),
        ("材料.zip/第二党小组/03 田 禾.docx", "材料.zip/第二党小组/03 田某.docx"),
        ("个人对照检查材料（努尔兰·哈力克）定稿.docx", "个人对照检查材料（某某）定稿.docx"),
        ("会议纪要.docx", "会议纪要.docx"),
        ("佟丽华/对照检查材料.docx", "佟某某/对照检查材料.docx"),
        ("发言13800138000.txt", "发言【电话】.txt"),
    ],
)
def test_names_in_paths_are_masked(path, shown):
    assert shown == mask_path(path)


def test_members_in_paths_are_masked_even_where_they_look_like_words():
    assert "2高某1.txt" == mask_path("2高峰1.txt", ["高峰"])


def test_facts_are_told_by_rule_alone():
    assert ["birth_date", "date"] == [one.kind for one in find_facts("生于1965年7月23日，10月8日入职")][:2]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("姓名\t电话\n王福来\t13872640915\n", ["王福来", "13872640915"]),
        ("序号\t户主\t住址\n1\t滕永贵\t桥头老粮站对面\n", ["滕永贵", "桥头老粮站对面"]),
        ("姓名\t微信号\n张某某\tlaozhang88\n", ["laozhang88"]),
        ("问题\t措施\n学习不够\t每周读书\n", []),
        ("姓名\t电话\n\n王福来 13872640915\n", []),
    ],
)
def test_a_column_is_what_its_header_says(text, found):
    assert found == [text[one.start : one.end] for one in find_columns(text)]


def test_an_account_in_brackets_behind_a_name_is_found():
    text = "两件戏服没有还，借的人是字应昌（zi_yingchang）。"

    assert "zi_yingchang" in [text[one.start : one.end] for one in find_numbers(text)]


def test_the_lexer_sees_every_character_for_itself():
    lexer = Lexer(data_path("models", "names"))
    features = lexer.features("滕永贵说，Ａ!")

    assert (7, WIDTH) == features.shape
    assert features[:, 256:].sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert features.tolist() == lexer.features("滕永贵说，Ａ!").tolist()


@pytest.mark.parametrize(
    "text",
    [
        "出生年月见名册\n问题\t期限\t进度\n台账不全\t2025年6月\t完成",
        "入园人数到了2.7万，堵了半天",
        "三千元以上的由支委会买",
        "七月十几号下的暴雨",
    ],
)
def test_what_only_looks_like_a_fact_of_a_person_is_none(text):
    assert [] == found(text)


@pytest.mark.parametrize(
    "text",
    [
        "那天演《锁麟囊·春秋亭》，我误了场。",
        "谈话人：支部委员\n谈话人签字",
        "师姐提醒过我，乐队的同志也说过。",
        "焦菊隐先生和程砚秋先生当年是怎样做的。",
    ],
)
def test_titles_labels_and_persons_of_public_life_are_nobody_to_hide(engine, text):
    assert [] == [text[one.start : one.end] for one in engine.masker().find(text)]


def test_sums_that_belong_to_no_person_are_left(engine):
    assert "一台风机空转一小时要一百多块钱。" == engine.masker().mask("一台风机空转一小时要一百多块钱。")
    assert "我收了他若干元红包。" == engine.masker().mask("我收了他六百块钱红包。")


def test_who_has_a_longer_name_than_a_person_of_public_life_is_masked(engine):
    assert "陈某某同志提醒过我。" == engine.masker().mask("陈云飞同志提醒过我。")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("婆婆再娜甫·卡德尔身体不好", "婆婆某某身体不好"),
        ("理论学习·学以致用两张皮", "理论学习·学以致用两张皮"),
        ("学习强国·每日答题坚持得不好", "学习强国·每日答题坚持得不好"),
        ("哈斯木·托乎提老人家没有人管", "某某老人家没有人管"),
    ],
)
def test_of_words_with_a_dot_only_the_name_is_masked(engine, text, shown):
    assert shown == engine.masker().mask(text)


@pytest.mark.parametrize("written", ["靳 国 槐", "靳　国槐", "靳\n国槐", "靳国\n　　槐"])
def test_the_characters_of_a_members_name_may_be_set_apart(written):
    assert "找靳某某谈心" == Masker(lambda _: (), ["靳国槐"]).mask(f"找{written}谈心")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("错/沈长林爱人孟凡舟的说明.docx", "错/沈某某爱人孟某某的说明.docx"),
        ("会议纪要（佟佳记录）.txt", "会议纪要（佟某记录）.txt"),
        ("2025年度/整改台账（终稿2）.xlsx", "2025年度/整改台账（终稿2）.xlsx"),
    ],
)
def test_every_name_in_a_path_is_masked(engine, path, shown):
    assert shown == engine.masker(["沈长林"]).mask_path(path)


def test_given_names_of_members_are_masked_where_they_are_no_common_words(engine):
    masker = engine.masker(["马国强", "李建设"])

    assert "国强" not in masker.mask("今天当着面说一句，国强，那天是我不对。")
    assert "搞好建设" == masker.mask("搞好建设")


def test_a_label_below_a_label_is_no_name():
    assert [] == list(find_columns("姓名\t幸福来\n曾用名\t幸来娃"))


def test_a_missing_lexer_is_said(tmp_path):
    with pytest.raises(DataError):
        Lexer(tmp_path).features("字")


def test_an_address_that_only_landmarks_tell_is_found(engine):
    text = "上周我去看他，他家在桥头老粮站对面那排平房，门口有棵枣树。"
    found = [
        text[one.start : one.end] for one in NameTagger(engine.tokenizer.frequency).find(text) if one.kind == "address"
    ]

    assert found and "粮站" in found[0]


def test_what_is_found_once_is_found_again(engine):
    text = "会前我同滕永贵同志谈了心。后来永贵没有来，滕永贵请了假。"
    found = [text[one.start : one.end] for one in NameTagger(engine.tokenizer.frequency).find(text)]

    assert {"滕永贵", "永贵"} <= set(found)


def test_a_body_of_the_party_behind_an_organisation_is_part_of_its_name(engine):
    text = "我向沙岭县第三中学党总支作了检讨，清河供水公司工会也来了人。"
    found = [text[one.start : one.end] for one in engine.masker().find(text) if one.kind == "unit"]

    assert ["沙岭县第三中学党总支", "清河供水公司工会"] == found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("中共浔川市京剧团支部委员会党员名册", "中共浔川市京剧团支部委员会"),
        ("岚州植物园第二党支部党员名册（2025年1月核对）", "岚州植物园第二党支部"),
        ("每周三下午回实验二小上课", "实验二小"),
    ],
)
def test_the_whole_name_of_an_organisation_is_found(engine, text, name):
    assert [name] == [text[one.start : one.end] for one in engine.masker().find(text) if one.kind == "unit"]


def test_a_family_name_with_the_short_form_of_a_post_is_somebody(engine):
    text = "来信：刘队麻烦说一声"

    assert ["刘"] == [text[one.start : one.end] for one in engine.masker().find(text)]


def test_a_short_name_of_a_firm_is_an_organisation(engine):
    text = "监理单位和施工方鑫达的人一起吃了饭，鑫达的项目经理付的钱。"

    assert "鑫达" in [text[one.start : one.end] for one in engine.masker().find(text) if one.kind == "unit"]
