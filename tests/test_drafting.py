from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_kit.drafting import Composer, DraftOptions, Group
from nlp_kit.drafting.compose import LENGTHS
from nlp_kit.drafting.groups import Will, span_of
from nlp_kit.drafting.headcount import load_headcounts
from nlp_kit.drafting.phrasing import details
from nlp_kit.drafting.voice import Voice
from nlp_kit.errors import DataError
from nlp_kit.records import ClassifiedStatement, Document, Issue, Prediction, Statement, Submission, Unreadable
from nlp_kit.segment import Tokenizer
from nlp_kit.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
TOKENIZER = Tokenizer()
LABELS = sorted(TAXONOMY.by_key)
WITHOUT_LEAST = replace(LENGTHS["normal"], least=0)
TABLE = load_headcounts()


@pytest.mark.parametrize(
    ("members", "total", "word"),
    [
        (1, 30, "个别同志"),
        (1, 3, "个别同志"),
        (2, 30, "少数同志"),
        (4, 30, "少数同志"),
        (5, 30, "有的同志"),
        (10, 30, "有的同志"),
        (11, 30, "一些同志"),
        (15, 30, "一些同志"),
        (16, 30, "不少同志"),
        (22, 30, "不少同志"),
        (23, 30, "支部党员不同程度"),
        (30, 30, "支部党员不同程度"),
        (2, 5, "有的同志"),
        (5, 6, "一些同志"),
    ],
)
def test_headcount_words_follow_the_table(members, total, word):
    assert word == TABLE.of(members, total).words[0]


@given(st.integers(1, 60).flatmap(lambda total: st.tuples(st.integers(1, total), st.just(total))))
def test_a_larger_share_never_gets_a_weaker_word(pair):
    members, total = pair
    order = ["个别同志", "少数同志", "有的同志", "一些同志", "不少同志", "支部党员不同程度"]
    ranks = [order.index(TABLE.of(count, total).words[0]) for count in range(1, members + 1)]

    assert ranks == sorted(ranks)


@pytest.mark.parametrize(("word", "total", "least"), [("个别同志", 12, 1), ("多数同志", 12, 7), ("不少同志", 5, 6)])
def test_a_word_claims_as_many_members_as_the_table_says(word, total, least):
    assert least == TABLE.least(word, total)


def test_a_table_of_ones_own_is_used(tmp_path):
    own = tmp_path / "用语.toml"
    own.write_text(
        'one = ["有一名同志"]\ntwo = ["两名同志"]\nsmall_branch = 1\n'
        '[[small]]\nup_to = 1.0\nwords = ["若干同志"]\n[[large]]\nup_to = 1.0\nwords = ["若干同志"]\n',
        encoding="utf-8",
    )
    table = load_headcounts(own)

    assert ["有一名同志", "两名同志", "若干同志"] == [table.of(members, 9).words[0] for members in (1, 2, 3)]


@pytest.mark.parametrize(
    "text", ["one = [", 'one = ["个别"]', 'one = []\ntwo = ["a"]\nsmall_branch = 8\nsmall = []\nlarge = []']
)
def test_a_broken_table_is_named(tmp_path, text):
    own = tmp_path / "用语.toml"
    own.write_text(text, encoding="utf-8")

    with pytest.raises(DataError, match="人数用语表"):
        load_headcounts(own)


def common(word: str) -> bool:
    return TOKENIZER.frequency(word) >= 100


def known(word: str) -> bool:
    return TOKENIZER.frequency(word) > 0


def wordings(text: str) -> list[str]:
    return Voice(TOKENIZER.tag, common, known).wordings(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("支部纪检委员提醒过也不听。", "纪检委员"),
        ("物资站的票据拖着不办。", "物资站"),
        ("财务科报销慢。", "财务科"),
        ("标本馆的东西没有清点。", "标本馆"),
        ("叫老祁代签。", "老祁"),
    ],
)
def test_posts_units_and_names_of_address_point_to_somebody(text, word):
    assert word in Voice(TOKENIZER.tag, common, known).pointing_words(text)


@pytest.mark.parametrize("text", ["有的委员话说得少。", "有的同志下基层少。", "发票的事拖着不办。", "督促检查少。"])
def test_general_words_point_to_nobody(text):
    assert [] == Voice(TOKENIZER.tag, common, known).pointing_words(text)


def test_the_writer_is_left_out_where_it_is_the_subject():
    assert "遇到难题总想着往后推" in wordings("我遇到难题总想着往后推。")


@pytest.mark.parametrize(
    "text",
    [
        "领导找我谈了话也没往心里去",
        "跟我一起去的同志都没有报名",
        "我的笔记没有写完几页",
    ],
)
def test_a_clause_in_which_the_writer_is_no_subject_is_not_used(text):
    assert [] == wordings(text)


@pytest.mark.parametrize(
    "text",
    [
        "王建国提醒过也没有改过来",
        "在青岛出差时没有去看望群众",
        "去年三月没有参加组织生活",
        "全年只去过4次群众家里没坐下",
        "DN600的阀门没有检查就签字",
        "作为副主任没有带头发言批评",
        "他家里困难也没有去看过",
        "小郁有疙瘩也没有去解开",
        "老龚提过意见也没有答复",
        "室主任交代的事没有去办",
        "新来的小郁的疙瘩也没有去解开",
    ],
)
def test_nothing_that_points_to_a_person_is_used(text):
    assert [] == wordings(text)


@pytest.mark.parametrize("text", ["群众问了几遍也没有人答复", "很多老人不知道也没有去讲", "听的人不痛不痒也没有反应"])
def test_a_clause_about_somebody_else_is_not_said_of_the_member(text):
    assert [] == wordings(text)


def test_a_heading_inside_a_sentence_is_no_behaviour():
    assert ["总是想着忙完再看"] == wordings("在学习方面，总是想着忙完再看。")
    assert [] == wordings("在服务方面做得不够细。")


def test_no_wording_holds_a_first_person_or_an_odd_quote():
    text = "我说“先这样吧，以后再说”，工作推了又推，不催不办，群众来问也不解释，我就是怕麻烦。"

    assert all("我" not in found and found.count("“") == found.count("”") for found in wordings(text))


def statement(
    document: str, number: int, text: str, member: str, key: str | None, review: bool = False, role="problem"
):
    start = number * 100
    category = TAXONOMY.category_of(key) if key else None
    return ClassifiedStatement(
        Statement(document, start, start + len(text), text, focus=start),
        member,
        Prediction(role, category, key, 0.9, review),
    )


def group(number: str, items: list[ClassifiedStatement]) -> Group:
    key = items[0].prediction.issue
    members = len({item.member for item in items})
    spans = tuple(span_of(item) for item in items)
    issue = Issue(number, TAXONOMY.category_of(key), key, TAXONOMY.by_key[key].label, members, spans)
    return Group(issue, tuple(items))


def compose(submissions, groups, unreadable=(), is_fit=None, behaviours=None, options=None):
    """Compose with judges that accept every wording and see no behaviour, unless others are given."""

    def score(texts):
        return np.ones((len(texts), len(LABELS)))

    is_fit = is_fit or (lambda wordings, alone: [True] * len(wordings))
    behaviours = behaviours or (lambda issue, texts: ({}, {}))
    composer = Composer(TAXONOMY, TOKENIZER.tag, common, known, score, LABELS, is_fit, behaviours, options)
    return composer.compose(submissions, groups, unreadable)


def submission(member: str, items: list[ClassifiedStatement]) -> Submission:
    return Submission(Document(items[0].statement.document, ""), member, tuple(items))


@pytest.fixture
def branch():
    """Three members: two tell the same theory problem, one has a measure and an unsure statement."""
    one = [statement("a", 0, "我看书只看个标题，问深一点就答不上来。", "成员01", "study_shallow")]
    two = [
        statement("b", 0, "我讨论时总躲在后面，不愿意多想一层。", "成员02", "study_shallow"),
        statement("b", 1, "每周读一篇。", "成员02", None, role="measure"),
    ]
    three = [
        statement("c", 0, "遇到难题总想着往后推，不愿意马上动手。", "成员03", "procrastination"),
        statement("c", 1, "说不清的一句。", "成员03", "silo", review=True),
    ]
    submissions = [submission("成员01", one), submission("成员02", two), submission("成员03", three)]
    return submissions, [group("T-01", [one[0], two[0]]), group("S-01", [three[0]])]


def test_every_sentence_has_all_its_members_as_evidence(branch):
    submissions, groups = branch
    sentence = compose(submissions, groups).sections[0].sentences[0]

    assert ("a", "b") == tuple(span.document for span in sentence.evidence)
    assert 2 == sentence.members
    assert sentence.text.startswith(f"学习上还有“浅”的问题，{sentence.quantifier}")
    assert sentence.issues == ("T-01",)


def test_the_four_sections_come_in_the_reports_order_and_say_when_nothing_was_found(branch):
    draft = compose(*branch)

    assert ["theory", "management", "masses", "style"] == [section.category for section in draft.sections]
    assert () == draft.sections[1].sentences
    assert "二是严格党员教育管理方面，成员材料中没有查摆出具体问题。" == draft.sections[1].lead


def test_every_statement_has_one_fate_and_the_sums_match(branch):
    submissions, groups = branch
    account = compose(submissions, groups, [Unreadable("d.pdf", "是 PDF")]).account

    assert account.balanced
    assert (5, 1) == (account.statements, account.review)
    assert {"measure": 1} == account.set_aside
    assert account.used + account.merged == 3
    assert (Unreadable("d.pdf", "是 PDF"),) == account.unreadable


def test_wordings_of_several_members_are_told_as_single_cases(branch):
    text = compose(*branch).sections[0].sentences[0].text

    assert "不愿意多想一层" in text
    assert "我" not in text


def test_a_group_that_the_text_leaves_out_is_set_aside_and_still_listed():
    keys = ["procrastination", "silo", "formalism", "low_standard", "drive_faded"]
    members = []
    for number, name in enumerate(["成员01", "成员02", "成员03"]):
        members.append(
            [statement(name, index, f"第{number}人的问题{index}。", name, key) for index, key in enumerate(keys)]
        )
    submissions = [submission(items[0].member, items) for items in members]
    groups = [group(f"S-0{index}", [items[index] for items in members]) for index in range(5)]
    draft = compose(submissions, groups, options=DraftOptions(WITHOUT_LEAST))

    assert 4 == len(draft.sections[3].sentences)
    assert 5 == len(draft.issues)
    assert 3 == draft.account.set_aside["left_out"]


def test_an_unknown_issue_without_usable_words_is_not_left_out_for_want_of_room():
    items = [statement(name, 0, "我们那儿的事说不清。", name, "silo") for name in ("成员01", "成员02")]
    known = [statement(name, 1, "我推诿扯皮，互相等靠。", name, "silo") for name in ("成员01", "成员02")]
    submissions = [submission(one.member, [one, other]) for one, other in zip(items, known, strict=True)]
    unknown = group("S-02", items)
    unknown = replace(unknown, issue=replace(unknown.issue, key=None, label="“说不清”方面"))
    draft = compose(
        submissions, [group("S-01", known), unknown], is_fit=lambda wordings, alone: [False] * len(wordings)
    )

    assert [("S-01",)] == [sentence.issues for sentence in draft.sections[3].sentences]
    assert {"no_wording": 2} == draft.account.set_aside
    assert draft.account.balanced


def test_paragraphs_stay_within_three_hundred_characters():
    words = [
        "没有往深里钻",
        "问起来就答不上",
        "不催就不动手",
        "怕麻烦总往后推",
        "遇事能躲就躲",
        "从来不去现场看看",
        "办完就丢在一边",
    ]
    keys = ["study_shallow", "study_passive", "theory_practice_gap", "conviction_weak"]
    members = [
        [
            statement(
                f"成员{n:02d}", i, f"学习{words[(n + i) % 7]}，平时{words[(n + i + 2) % 7]}。", f"成员{n:02d}", key
            )
            for i, key in enumerate(keys)
        ]
        for n in range(10)
    ]
    submissions = [submission(items[0].member, items) for items in members]
    groups = [group(f"T-0{i}", [items[i] for items in members]) for i in range(4)]
    section = compose(submissions, groups).sections[0]

    assert 4 == len(section.sentences)
    assert len(section.text) <= 300


def test_a_date_at_the_start_of_a_clause_falls_away():
    assert "没有主动找人谈过心" in wordings("去年我没有主动找人谈过心")


@pytest.mark.parametrize("text", ["督促过两回没有跟到底", "压着四十多份材料没有批", "只去过十二次没有坐下来谈"])
def test_an_exact_count_is_not_quoted(text):
    assert [] == wordings(text)


def test_only_clauses_that_stand_side_by_side_are_joined():
    found = wordings("我遇事总想着往后推，王建国提醒过三次，也没有往心里去。")

    assert found and not any("往后推，" in one for one in found)


def test_what_others_did_before_the_writer_comes_back_is_not_said_of_the_member():
    found = wordings("群众来问了好几趟，一直没有等到答复，我也没有放在心上去催办。")

    assert not any("没有等到" in one for one in found)
    assert any("没有放在心上去催办" in one for one in found)


def fit_for_many(wordings, alone):
    return [not alone] * len(wordings)


def test_what_one_member_alone_told_is_judged_more_strictly(branch):
    draft = compose(*branch, is_fit=fit_for_many)

    assert "有的" in draft.sections[0].sentences[0].text
    assert draft.sections[3].sentences[0].text == f"个别同志{TAXONOMY.by_key['procrastination'].verdict}。"


def test_what_one_member_told_is_not_told_of_some(branch):
    submissions, groups = branch
    more = [submission(name, [statement(name, 0, "每周读一篇。", name, None, role="measure")]) for name in ("丁", "戊")]
    text = compose([*submissions, *more], groups).sections[3].sentences[0].text

    assert text.startswith("个别同志")
    assert "有的" not in text
    assert text.count("，") > TAXONOMY.by_key["procrastination"].verdict.count("，")


def test_in_a_branch_of_a_few_one_members_own_words_are_not_quoted(branch):
    text = compose(*branch).sections[3].sentences[0].text

    assert f"个别同志{TAXONOMY.by_key['procrastination'].verdict}。" == text


def test_a_short_paragraph_takes_up_what_its_length_would_leave_out():
    keys = ["procrastination", "silo", "formalism", "low_standard", "drive_faded"]
    items = [[statement(name, n, f"问题{n}。", name, key) for n, key in enumerate(keys)] for name in ("甲", "乙", "丙")]
    submissions = [submission(own[0].member, own) for own in items]
    draft = compose(submissions, [group(f"S-0{n}", [own[n] for own in items]) for n in range(5)])

    assert 5 == len(draft.sections[3].sentences)


def test_statements_that_show_a_behaviour_are_told_in_its_general_words(branch):
    submissions, groups = branch
    draft = compose(
        submissions,
        groups,
        is_fit=lambda wordings, alone: [False] * len(wordings),
        behaviours=lambda issue, texts: (
            {"看书只看个大概": (0.99, range(len(texts)))} if issue == "study_shallow" else {},
            {},
        ),
    )

    assert draft.sections[0].sentences[0].text.endswith("，有的看书只看个大概。")
    assert ("a", "b") == tuple(span.document for span in draft.sections[0].sentences[0].quoted)
    assert 2 == draft.account.used


@pytest.mark.parametrize(
    ("narrow", "told"), [({"看书只看个大概": (0.99, [0])}, "看书只看个大概"), ({}, "读书没有读进去")]
)
def test_wider_words_are_used_only_where_no_narrow_ones_are(branch, narrow, told):
    draft = compose(
        *branch,
        is_fit=lambda wordings, alone: [False] * len(wordings),
        behaviours=lambda issue, texts: (narrow, {"读书没有读进去": (0.99, range(len(texts)))}),
    )

    assert draft.sections[0].sentences[0].text.endswith(f"，有的{told}。")


def test_a_behaviour_that_is_surely_shown_is_told_before_one_of_a_better_length(branch):
    told = {"读书读到一半放在那里，没有再往下读去": (0.8, [0]), "只看个大概": (0.99, [1])}
    draft = compose(
        *branch,
        is_fit=lambda wordings, alone: [False] * len(wordings),
        behaviours=lambda issue, texts: (told if issue == "study_shallow" else {}, {}),
    )

    assert "有的只看个大概；有的读书读到一半" in draft.sections[0].sentences[0].text


def test_a_sentence_tells_nothing_twice_in_the_same_words(branch):
    submissions, groups = branch
    told = {"对来办事的人脸色难看，张口就是随口打发": (0.99, [0]), "遇到有人问起，头也不抬就随口打发": (0.99, [1])}
    draft = compose(submissions, groups, behaviours=lambda issue, texts: (told if len(texts) > 1 else {}, {}))

    assert 1 == draft.sections[0].text.count("随口打发")


def test_a_behaviour_told_in_one_paragraph_is_not_told_again_in_another(branch):
    draft = compose(
        *branch,
        is_fit=lambda wordings, alone: [False] * len(wordings),
        behaviours=lambda issue, texts: ({"事情摆在面前也不去动手": (0.99, range(len(texts)))}, {}),
    )

    assert 1 == "".join(section.text for section in draft.sections).count("事情摆在面前也不去动手")


def test_a_short_draft_tells_fewer_issues():
    keys = ["procrastination", "silo", "formalism", "low_standard", "drive_faded"]
    items = [[statement(name, n, f"问题{n}。", name, key) for n, key in enumerate(keys)] for name in ("甲", "乙", "丙")]
    submissions = [submission(own[0].member, own) for own in items]
    groups = [group(f"S-0{n}", [own[n] for own in items]) for n in range(5)]
    counts = [
        len(compose(submissions, groups, options=DraftOptions(replace(LENGTHS[name], least=0))).sections[3].sentences)
        for name in ("short", "normal", "long")
    ]

    assert [3, 4, 5] == counts


def test_an_issue_outside_the_inventory_is_written_only_in_words_of_its_own(branch):
    submissions, groups = branch
    items = groups[0].statements
    unknown = Group(replace(groups[0].issue, key=None, label="“标题、大意”方面"), items)

    told = compose(submissions, [unknown]).sections[0]
    untold = compose(submissions, [unknown], is_fit=lambda wordings, alone: [False] * len(wordings)).sections[0]

    assert "一些同志在其他方面也有不足，有的" in told.text
    assert () == untold.sentences


def test_an_issue_that_a_person_has_named_is_told_by_that_name(branch):
    submissions, groups = branch
    named = replace(groups[0], will=Will("W1", name="学风不扎实"))
    told = compose(submissions, [named, *groups[1:]]).sections[0].sentences[0]

    assert "存在学风不扎实的问题" in told.text
    assert TAXONOMY.by_key["study_shallow"].verdict not in told.text and "“" not in told.text


def test_two_short_behaviours_take_turns_in_form():
    assert "，有的能推就推，有的能躲就躲" == details(["能推就推", "能躲就躲"], 3, 0)
    assert "，有能推就推的，也有能躲就躲的" == details(["能推就推", "能躲就躲"], 3, 1)


def test_cases_of_some_are_told_as_part_of_them_and_in_turn_as_examples():
    assert "，其中有的能推就推" == details(["能推就推"], 3, 0, among=True)
    assert "，比如有的能推就推" == details(["能推就推"], 3, 1, among=True)


def test_a_wording_that_begins_with_a_thing_is_not_quoted():
    assert not any(one.startswith("心思") for one in wordings("心思没有用在学习上面，总想着往后推。"))


def test_what_counts_causes_off_falls_away():
    assert "对党务知识一知半解却不肯去问" in wordings("加上对党务知识一知半解却不肯去问。")


def test_a_clause_that_goes_on_with_to_be_is_not_quoted():
    assert not any(one.startswith("是") for one in wordings("首先是学习上有歇一歇的念头，总想着往后推。"))


def test_the_lead_fits_the_heaviest_issue():
    draft = compose(*_of_one_issue("formalism"))

    assert "四是改进工作作风方面还不够务实。" == draft.sections[3].lead


def test_a_mark_that_the_lead_holds_is_no_label():
    text = compose(*_of_one_issue("nice_guy")).sections[1].text

    assert text.startswith("二是严格党员教育管理方面还有“软”的问题。")
    assert 1 == text.count("“")


def _of_one_issue(key):
    items = [statement(name, 0, "遇事总想着往后推一推。", name, key) for name in ("甲", "乙", "丙")]
    return [submission(item.member, [item]) for item in items], [group("X-01", items)]
