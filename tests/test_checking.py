from dataclasses import replace

import numpy as np
import pytest

from nlp_kit.drafting import DraftOptions, Group
from nlp_kit.drafting.checking import Checker, Evidence, parse_draft
from nlp_kit.drafting.checking.text import split_sentences
from nlp_kit.drafting.groups import span_of
from nlp_kit.engine import Engine
from nlp_kit.evaluation.checking import score_checking
from nlp_kit.records import (
    Account,
    ClassifiedStatement,
    Draft,
    DraftSentence,
    Issue,
    Prediction,
    Section,
    Statement,
)
from nlp_kit.segment import Tokenizer
from nlp_kit.taxonomy import load_behaviours, load_taxonomy

TAXONOMY = load_taxonomy()
TOKENIZER = Tokenizer()
SENTENCE = "有的同志理论学习不深不透，领会不够，有的书只看个标题，问深一点答不上来。"
STATEMENTS = {
    "成员01": "我看书只看个标题，别人往深里问一点，我就答不上来了。",
    "成员02": "理论学习浮在面上，讨论时讲不出多少道理。",
    "成员03": "发的书翻翻就放下了，没有往心里去。",
}


def encode(texts):
    """Count characters: texts are as near as the characters that they share."""
    vectors = np.zeros((len(texts), 4096), dtype=np.float32)
    for row, text in enumerate(texts):
        for char in text:
            vectors[row, ord(char) % 4096] += 1
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def roles(texts):
    """Read a measure in what begins with 打算, praise in what begins with 做到."""
    told = {"打算": {"measure": 0.95}, "做到": {"achievement": 0.5}, "吃了": {"integrity": 0.99}}
    return [next((found for word, found in told.items() if text.startswith(word)), {}) for text in texts]


def pointing(text):
    return [word for word in ("王建国", "供水所") if word in text]


@pytest.fixture
def evidence():
    """Ten members, of whom three tell one theory problem."""
    items = tuple(
        ClassifiedStatement(
            Statement(f"{name}.txt", 0, len(text), text, focus=0),
            name,
            Prediction("problem", "theory", "study_shallow", 0.9, review=False),
        )
        for name, text in STATEMENTS.items()
    )
    spans = tuple(map(span_of, items))
    issue = Issue("T-01", "theory", "study_shallow", "学习不深入", 3, spans)
    sentence = DraftSentence(SENTENCE, ("T-01",), "有的同志", 3, spans, spans[:1])
    sections = [Section("theory", "一是理论武装还不够扎实。", (sentence,))]
    for ordinal, category in zip("二三四", TAXONOMY.categories[1:], strict=True):
        sections.append(Section(category.key, f"{ordinal}是{category.lead}。", ()))
    draft = Draft("查摆的主要问题", 10, tuple(sections), (issue,), Account(3, 1, 2, {}, 0))
    return Evidence(draft, (Group(issue, items),))


@pytest.fixture
def checker():
    return Checker(TAXONOMY, load_behaviours(), encode, roles, pointing, TOKENIZER.tag, DraftOptions())


def found(checker, evidence, sentence):
    """Return (rule, doubt) of what the checker minds when a sentence stands in place of the drafted one."""
    sections = evidence.draft.sections
    text = "\n".join([sections[0].lead + sentence, *(section.text for section in sections[1:])])
    return {(fault.rule, fault.doubt) for fault in checker.check(text, evidence) if fault.sentence}


def test_the_draft_itself_has_no_fault(checker, evidence):
    assert set() == found(checker, evidence, SENTENCE)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("headcount", SENTENCE.replace("有的同志", "不少同志")),
        ("headcount", SENTENCE.replace("有的同志", "多数党员")),
        ("headcount", SENTENCE.replace("有的同志理论学习", "党员理论学习普遍")),
        ("headcount", SENTENCE.replace("有的同志", "支部党员不同程度")),
        ("number", SENTENCE.replace("有的书", "有的五本书")),
        ("number", SENTENCE.replace("答不上来", "30%答不上来")),
        ("number", SENTENCE.replace("有的书", "三号楼的书")),
        ("name", SENTENCE.replace("有的书", "王建国的书")),
        ("first_person", SENTENCE.replace("答不上来", "我答不上来")),
        ("cause", SENTENCE.replace("答不上来", "究其原因是没有用心")),
        ("measure", SENTENCE.replace("答不上来", "今后要补上")),
        ("praise", SENTENCE.replace("答不上来", "虽然能够坚持")),
        ("integrity", SENTENCE.replace("问深一点答不上来", "吃了别人的请又不说")),
        ("integrity", SENTENCE.replace("问深一点答不上来", "收受来人的香烟")),
        ("criticism", SENTENCE.replace("答不上来", "希望上级少发文件")),
        ("criticism", SENTENCE.replace("有的同志", "上级领导")),
        ("criticism", SENTENCE.replace("有的同志", "有的领导")),
        ("name", SENTENCE.replace("有的书", "其中温室的同志书")),
        ("name", SENTENCE.replace("有的书", "有的温室的同志书")),
        ("name", SENTENCE.replace("有的同志", "管标本馆的同志")),
        ("punctuation", SENTENCE.replace("，领会", ",领会")),
        ("punctuation", SENTENCE.replace("，领会", "，，领会")),
        ("punctuation", SENTENCE.replace("标题", "“标题")),
        ("punctuation", SENTENCE.removesuffix("。")),
        ("punctuation", SENTENCE.replace("标题", '"标题"')),
        ("punctuation", SENTENCE.replace("只看个标题", "只看“标题。”就完")),
        ("verbatim", "有的同志看书只看个标题，别人往深里问一点，就答不上来了。"),
    ],
)
def test_what_is_wrong_by_its_form_is_a_fault(checker, evidence, rule, sentence):
    assert (rule, False) in found(checker, evidence, sentence)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("strength", SENTENCE.replace("只看个标题", "从来不看内容")),
        ("strength", SENTENCE.replace("领会不够", "毫无领会")),
        ("negation", SENTENCE.replace("问深一点答不上来", "问深一点答得上来")),
        ("negation", SENTENCE.replace("问深一点答不上来", "问深一点记不上来")),
        ("negation", SENTENCE.replace("问深一点答不上来", "就答得上来")),
        ("support", SENTENCE.replace("问深一点答不上来", "上班时间炒股票打牌喝酒")),
        ("support", SENTENCE.replace("领会不够", "上班打麻将")),
        ("support", SENTENCE.replace("有的书只看个标题，问深一点答不上来", "有的酗酒闹事")),
        ("support", SENTENCE.replace("有的书只看个标题，问深一点答不上来", "其中有的上班炒股")),
        ("subject", SENTENCE.replace("有的同志", "有的群众")),
        ("criticism", SENTENCE.replace("有的书只看个标题", "有的领导开会念稿子")),
        ("subject", SENTENCE.replace("有的书", "其中有的办事群众把书")),
        ("measure", SENTENCE.replace("问深一点答不上来", "打算把落下的章节都补上")),
        ("achievement", SENTENCE.replace("问深一点答不上来", "做到了章章精读篇篇过关")),
    ],
)
def test_what_only_a_person_can_decide_is_a_doubt(checker, evidence, rule, sentence):
    assert (rule, True) in found(checker, evidence, sentence)


@pytest.mark.parametrize(
    "told", ["群众意见听得少", "对上级精神领会不够", "有的群众意见不清楚", "有的领导干部读书少", "有的人读书少"]
)
def test_others_who_are_spoken_of_are_no_subject(checker, evidence, told):
    rules = {rule for rule, _ in found(checker, evidence, SENTENCE.replace("领会不够", told))}

    assert not rules & {"subject", "criticism", "name"}


@pytest.mark.parametrize("word", ["个别同志", "少数同志", "有的同志"])
def test_a_weaker_or_equal_headcount_word_is_allowed(checker, evidence, word):
    assert set() == found(checker, evidence, SENTENCE.replace("有的同志", word))


def test_a_degree_that_the_evidence_has_is_allowed(checker, evidence):
    group = evidence.groups[0]
    told = replace(group.statements[0].statement, text="我从来不看内容，只看个标题。")
    items = (replace(group.statements[0], statement=told), *group.statements[1:])
    stronger = Evidence(evidence.draft, (Group(group.issue, items),))

    assert not any(
        rule == "strength" for rule, _ in found(checker, stronger, SENTENCE.replace("只看个标题", "从来不看内容"))
    )


def test_wording_that_comes_twice_is_a_fault(checker, evidence):
    twice = SENTENCE + "个别同志读书浮躁，书只看个标题问深一点答不上来。"

    assert ("repetition", False) in found(checker, evidence, twice.replace("标题，问", "标题问"))


def test_a_sentence_that_was_never_drafted_is_held_against_the_nearest_issue(checker, evidence):
    sentence = "多数同志讨论时讲不出多少道理来。"

    assert ("headcount", False) in found(checker, evidence, sentence)


@pytest.mark.parametrize(
    "text",
    [
        "一是理论武装还不够扎实。\n三是联系服务群众方面还不够深入。",
        "二是严格党员教育管理方面还有差距。\n一是理论武装还不够扎实。",
        "没有编号的一段话。",
        "",
    ],
)
def test_missing_and_misplaced_paragraphs_are_a_fault(checker, evidence, text):
    assert "order" in {fault.rule for fault in checker.check(text, evidence)}


def test_exchanged_paragraphs_are_a_fault(checker, evidence):
    sections = evidence.draft.sections
    bodies = [section.text[2:] for section in (sections[0], sections[2], sections[1], sections[3])]
    text = "\n".join(f"{ordinal}是{body}" for ordinal, body in zip("一二三四", bodies, strict=True))

    assert {2, 3} == {fault.section for fault in checker.check(text, evidence) if fault.rule == "order"}


def test_a_long_paragraph_is_a_fault_and_a_short_one_a_doubt(checker, evidence):
    texts = [section.text for section in evidence.draft.sections]
    texts[0] += "有的同志读书不多。" * 40
    lengths = {
        fault.section: fault.doubt for fault in checker.check("\n".join(texts), evidence) if fault.rule == "length"
    }

    assert {1: False, 2: True, 3: True, 4: True} == lengths


def test_paragraphs_are_found_behind_a_title_and_before_the_next_part():
    text = "# 查摆的主要问题\n\n一是甲。有的同志乙。\n\n二是丙。\n\\1.丁。\n## 三、原因剖析\n一是戊。\n"

    assert [(1, "一是甲。", ("有的同志乙。",)), (2, "二是丙。", ("丁。",))] == [
        (one.ordinal, one.lead, one.sentences) for one in parse_draft(text.replace("\\1.", "1."))
    ]


def test_a_sentence_does_not_end_inside_a_quotation_that_goes_on():
    assert ["有的只写“继续努力。”一句。", "有的不写。"] == split_sentences("有的只写“继续努力。”一句。有的不写。")


@pytest.fixture(scope="module")
def scores():
    return score_checking(Engine())


def test_nlpkits_own_drafts_are_never_called_faulty(scores):
    assert {0.0} == {row["fault"] for name, row in scores.items() if name.endswith(" own")}


def test_planted_faults_are_found_as_the_card_says(scores):
    assert 340 == sum(row["n"] for name, row in scores.items() if name.endswith("all faults"))
    assert scores["development all faults"]["any"] >= 0.96
    assert scores["unseen all faults"]["any"] >= 0.92
