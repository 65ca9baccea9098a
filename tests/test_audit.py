"""The audit's parts: copies, posts, shapes of texts, rules files."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_kit.audit.answers import again_features, no_problem, sides_of
from nlp_kit.audit.copies import comparable, shared_pairs, shared_passages
from nlp_kit.audit.points import sorted_points
from nlp_kit.audit.posts import claimed_posts
from nlp_kit.audit.report import verdicts
from nlp_kit.audit.rules import Finding, Place, load_rules, switched_off
from nlp_kit.audit.texts import read_text
from nlp_kit.errors import InputError
from nlp_kit.pages import join_submissions
from nlp_kit.pipeline import audit_judges
from nlp_kit.privacy import mask_path
from nlp_kit.records import ClassifiedStatement, Document, Prediction, Submission
from nlp_kit.splitting import split

PASSAGE = "去年冬天水管冻裂，报修的老人打了三次电话，我记在本子上转身就忘了，等到第四天上门，人家早就自己找人修好了。"
OWN = "我平时看书只看与业务有关的章节，测验的时候问到党章一道也答不上来，回来翻了两页又放下，书签一直夹在第九页。"


def whole(text):
    return comparable(text, [(0, len(text))])


def passages(first, second, least=40, share=0.75):
    return shared_passages(whole(first), whole(second), least, share)


def test_a_copied_passage_is_found_with_its_place_in_both_texts():
    first, second = OWN + PASSAGE, PASSAGE + "我还有别的问题。"
    (found,) = passages(first, second)

    assert first[slice(*found.first)].startswith("去年冬天") and first[slice(*found.first)].rstrip("。").endswith(
        "修好了"
    )
    assert second[slice(*found.second)].startswith("去年冬天")
    assert found.share > 0.95


def test_a_few_changed_words_and_other_signs_do_not_hide_a_copy():
    changed = PASSAGE.replace("三次", "四次").replace("，", ",").replace("老人", "老大爷")

    assert 1 == len(passages(OWN + PASSAGE, changed))


def test_the_same_problem_in_other_words_is_no_copy():
    other = "水管冻了，一位大爷来电话报修，我答应得好好的，隔了几天才想起来，去的时候已经修过了，我心里过意不去。"

    assert [] == passages(PASSAGE, other)


def test_a_short_stretch_is_no_copy():
    assert [] == passages(OWN + PASSAGE[:20], PASSAGE)


def test_what_is_left_out_of_the_comparison_is_no_copy():
    text = PASSAGE + OWN
    (found,) = shared_passages(comparable(text, [(len(PASSAGE), len(text))]), whole(text), 40, 0.75)

    assert len(PASSAGE) <= found.first[0]


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(0, 30))
def test_a_copy_is_found_wherever_it_stands(before, after):
    text = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳"
    (found,) = passages(text[:before] + PASSAGE + text[:after], PASSAGE)

    assert PASSAGE.rstrip("。") == (text[:before] + PASSAGE)[slice(*found.first)].rstrip("。")


def test_only_pairs_that_share_something_are_looked_at():
    texts = [whole(one) for one in (OWN, PASSAGE, OWN[:30] + PASSAGE, "完全不同的一段话，说的是仓库盘点的事情。")]

    assert [(0, 2), (1, 2)] == list(shared_pairs(texts))


def test_texts_that_only_stand_to_compare_with_are_not_compared_with_each_other():
    assert [(0, 2), (1, 2)] == list(shared_pairs([whole(PASSAGE)] * 3, fixed=2))


def test_what_very_many_share_ties_each_to_the_first_only():
    pairs = list(shared_pairs([whole(PASSAGE)] * 60))

    assert 59 == len(pairs) and {0} == {one for one, _ in pairs}


@pytest.mark.parametrize(
    ("passage", "posts"),
    [
        ("作为支部书记，我对支委会定的事项盯得不紧", ["书记"]),
        ("我当班长以来，只管出多少件", ["班长"]),
        ("我主持支委会时常常先定调子", ["书记"]),
        ("我对班长布置的活挑肥拣瘦", []),
    ],
)
def test_posts_that_a_passage_claims(passage, posts):
    assert posts == [post for _, post in claimed_posts(passage)]


def test_a_users_rules_change_only_what_they_name(tmp_path):
    file = tmp_path / "规则.toml"
    file.write_text("[length]\nleast = 1000\n[wishes]\non = false\n", encoding="utf-8")
    rules = load_rules(file)

    assert 1000 == rules["length"]["least"] and not rules["wishes"].on
    assert load_rules()["copied"] == rules["copied"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[lenght]\nleast = 1\n", "没有“lenght”这条规则"),
        ("[length]\nlesat = 1\n", "没有“lesat”这一项"),
        ('[length]\nleast = "很多"\n', "“least”的值不对"),
        ("[length]\nleast = -1\n", "“least”的值不对"),
        ('[length]\nseverity = "bad"\n', "“severity”的值不对"),
        ("[empty_phrases]\nphrases = [1]\n", "“phrases”的值不对"),
        ("[length\n", "写法不对"),
    ],
)
def test_a_fault_in_a_rules_file_is_named(tmp_path, content, said):
    file = tmp_path / "规则.toml"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(InputError, match=said):
        load_rules(file)


def test_a_rule_that_is_not_there_cannot_be_switched_off():
    with pytest.raises(InputError, match="没有“nothing”这条规则"):
        switched_off(load_rules(), ["nothing"])


TEXT = """个人对照检查材料
修理班 班长 万长河

一、存在的问题
（一）理论学习方面。三月学习那天我推说车间离不开人，躲在工具房里擦扳手，笔记是月底照着小陈的抄的。
（二）联系服务群众方面。徒弟小郭问我轴承怎么听声音，我嫌烦，让他自己看书，他把新轴承当坏的换了下来。

二、原因分析
主要是觉得凭手艺吃饭，学不学都一样，对徒弟没有耐心。

三、整改措施
学习日我第一个到，笔记当天写完交班组长看。每周三下午带小郭上手听三台机器。
"""


@pytest.fixture(scope="module")
def text(engine):
    document = Document("万长河.txt", TEXT, wrapped=True)
    items = tuple(engine.classify(split(document), "成员01"))
    return read_text(
        Submission(document, "成员01", items), engine.role_probabilities([one.statement.text for one in items])
    )


def test_every_sentence_has_the_region_of_its_heading(text):
    regions = {one.region for one in text.sentences if one.region != "heading"}

    assert {"problem", "cause", "measure"} == regions & {"problem", "cause", "measure"}
    assert 2 == len(text.points("problem"))


def test_the_head_names_the_writers_post(text):
    assert "班长" in text.head and "学习" not in text.head.replace("理论学习", "")


def test_the_programs_own_words_and_pseudonyms_are_not_masked(text):
    place = Place("成员01", "万长河.txt", 0, 0, "")
    other = Place("成员07", "全某某.txt", 0, 0, "")
    messages = [
        "全文 812 字，不到 900 字",
        "有 44 字与成员07的材料几乎相同（90% 逐字相同）",
        "问题和原因占全文的 43%，不到 50%",
    ]
    found = [Finding("copied", place, message, other if "07" in message else None) for message in messages]
    (verdict,) = verdicts([text], found, load_rules(), lambda words: words, partial(mask_path, members=["万长河"]))

    assert messages == [one.message for one in verdict.findings]
    assert ("成员07",) == verdict.copied
    assert "万长河" not in verdict.document


def test_names_in_the_title_of_a_foreign_text_and_in_quoted_words_are_masked(text):
    place = Place("成员01", "万长河.txt", 0, 0, "")
    other = Place("对照《发言-戚广林》", "发言-戚广林.txt", 0, 0, "")
    message = "照抄的段落里写着“作为戚广林的班长”，与对照《发言-戚广林》一样"
    found = [Finding("role_mismatch", place, message, other, "作为戚广林的班长")]
    (verdict,) = verdicts(
        [text], found, load_rules(), lambda words: words.replace("戚广林", "戚某某"), partial(mask_path, members=[])
    )

    assert "戚广林" not in f"{verdict.findings[0].message}{verdict.findings[0].other}"


def test_the_size_counts_list_numbers_and_signs(text):
    assert len("".join(TEXT.split())) == text.size


def test_of_a_shared_file_only_the_members_own_lines_count():
    lines = ["甲某", "1、学得不深入。", "乙某", "2、怕得罪人；说得少。", "一、3、作风不实。"]
    document = Document("合订.txt", "\n".join(lines))
    spans = [one for one in split(document) if one.start >= len("\n".join(lines[:2]))]
    items = tuple(ClassifiedStatement(one, "成员02", Prediction("problem", None, None, 1.0, False)) for one in spans)
    found = read_text(Submission(document, "成员02", items), [{"problem": 1.0}] * len(items))

    assert len("".join(lines[2:])) == found.size
    assert 1.0 == found.share(*{one.region for one in found.sentences})


def test_running_text_is_cut_into_regions_by_what_its_sentences_do(engine):
    running = (
        "三月学习那天我推说车间离不开人，躲在工具房里擦扳手。徒弟问我怎么听声音，我嫌烦，让他自己看书。"
        "说到底，是我觉得凭手艺吃饭，学不学都一样。今后学习日我第一个到，笔记当天写完。每周三下午我带徒弟上机器。"
    )
    document = Document("甲.txt", running, wrapped=True)
    items = tuple(engine.classify(split(document), "成员01"))
    found = read_text(
        Submission(document, "成员01", items), engine.role_probabilities([one.statement.text for one in items])
    )

    regions = [one.region for one in found.sentences]

    assert "problem" == regions[0] and "measure" == regions[-1]
    assert sorted(regions, key=["problem", "cause", "measure"].index) == regions


def test_problems_and_their_measures_go_together(engine):
    judges = audit_judges(engine, None)
    problems = ["出车日志我常常隔几天一起补，里程数凭印象写。", "住户来问停水的事，我嫌烦，说了句不知道就挂了电话。"]
    measures = ["收车十分钟内把当天的趟次记完再走。", "接到询问先记下来，半小时内给人家回话。"]
    scores = judges.answered(problems, measures)

    assert (2, 2) == scores.shape
    assert np.array_equal(scores.argmax(axis=1), [0, 1])


def test_a_pair_without_others_is_weighed_by_itself():
    assert (1, 1, 5) == again_features(np.array([[0.7]])).shape


def test_a_pair_that_stands_out_of_its_row_and_column_has_larger_features():
    features = again_features(np.array([[0.9, 0.1], [0.2, 0.8], [0.1, 0.0]]))

    assert (features[0, 0, 1:] > features[2, 0, 1:]).all()


def test_only_a_problem_of_the_writers_own_wants_a_measure(engine, text):
    (own, *_), told = text.points("problem"), {"concrete": 0.9, "team": 0.05, "wish": 0.05, "praise": 0, "criticism": 0}
    of_team = told | {"concrete": 0.1, "team": 0.85}
    first, second = (
        sorted_points([own], lambda texts, kinds=kinds: [kinds] * len(texts))[0] for kinds in (told, of_team)
    )

    assert first.own > 0.5 > second.own


def test_no_measure_is_called_needless_where_one_or_two_paragraphs_hold_all_problems(engine, text):
    judges = audit_judges(engine, None)
    sides = sides_of(text, judges.answered)

    assert 0 < len(sides.points) < 3 and sides.measures
    assert [] == list(no_problem(text, sides, {"likely": 0.0}, judges.weights["no_problem"]))


def test_nothing_is_compared_with_nothing(engine):
    assert (0, 0) == audit_judges(engine, None).answered([], []).shape


def test_what_was_copied_from_another_member_counts_once(engine, tmp_path):
    from nlp_kit.pipeline import classify_files, draft_problems
    from nlp_kit.workspace import Workspace

    folder = tmp_path / "材料"
    folder.mkdir()
    head = "个人对照检查材料\n\n一、存在的问题\n"
    (folder / "发言-甲大山.txt").write_text(f"{head}1.{PASSAGE}\n2.{OWN}\n", encoding="utf-8")
    (folder / "发言-乙长河.txt").write_text(f"{head}1.{PASSAGE.replace('三次', '两次')}\n", encoding="utf-8")
    with Workspace(tmp_path / "工作区") as workspace:
        classify_files([folder], workspace, engine=engine)
        account = draft_problems(workspace, engine=engine).account
        issues = draft_problems(workspace, engine=engine).issues

    assert 1 == account.set_aside["copied"]
    assert account.balanced
    assert {1} == {issue.members for issue in issues}


def test_every_passage_that_is_a_copy_is_looked_at():
    changed = "".join(sign if place % 13 else "某" for place, sign in enumerate(PASSAGE.replace("，", "")))
    first, second = whole(PASSAGE), whole(changed)

    assert bool(shared_passages(first, second, 40, 0.5)) <= bool(
        list(shared_pairs([first, second], least=40, share=0.5))
    )
    assert shared_passages(first, second, 40, 0.5)


def test_pages_are_audited_as_one_text_and_places_lie_in_their_files(engine):
    halves = ("万长河1.txt", TEXT[:200]), ("万长河2.txt", TEXT[200:])
    pages = [
        Submission(document, "成员01", tuple(engine.classify(split(document), "成员01")), page)
        for page, document in enumerate((Document(path, half) for path, half in halves), 1)
    ]
    (whole,) = join_submissions(pages)
    joined = read_text(whole, engine.role_probabilities([one.statement.text for one in whole.statements]))
    places = [joined.place(one.statement.start, one.statement.end) for one in whole.statements]

    assert [one for page in pages for one in page.statements] != list(whole.statements)
    assert [(one.document, one.text) for one in places] == [
        (item.statement.document, item.statement.text) for item in whole.statements
    ]
    assert all(dict(halves)[one.document][one.start : one.end] == one.text for one in places)
