import json

import numpy as np
import pytest

from nlp_kit.corpus import LabelledStatement
from nlp_kit.encoding import Encoder
from nlp_kit.engine import Engine
from nlp_kit.errors import DataError
from nlp_kit.evaluation.baselines import baselines
from nlp_kit.evaluation.corpus_figures import describe_corpus, learning_curve
from nlp_kit.evaluation.measures import score_answers, score_labels
from nlp_kit.evaluation.report import format_evaluation
from nlp_kit.evaluation.runs import PARTS, QUICK, evaluate
from nlp_kit.evaluation.sets import read_statements, shipped_documents
from nlp_kit.labels import LabelScheme
from nlp_kit.resources import data_path
from nlp_kit.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
KNOWN = {
    "study_shallow": [
        "书翻两页就放下了",
        "书只看标题，内容讲不出",
        "翻书翻得快，问起内容讲不出",
        "书看过就忘，讲不出名堂",
    ],
    "bad_attitude": [
        "群众来问，话说得很冲",
        "对来办事的群众不耐烦",
        "群众多问两句就发火",
        "办事的人来了爱答不理，话说得冲",
    ],
    "measure": ["今后每周读一章书", "下一步每月走访一次", "今后见人先问好", "下一步每周写一篇笔记"],
}
TEXTS = [text for texts in KNOWN.values() for text in texts]
LABELS = [label for label, texts in KNOWN.items() for _ in texts]
ASKED = ["书翻翻就放下，内容讲不出", "群众问两句话说得就冲", "今后每周走访一次"]
GOLD = ["study_shallow", "bad_attitude", "measure"]


@pytest.fixture(scope="module")
def engine():
    return Engine()


def test_answers_are_scored_by_category_role_and_issue():
    scheme = LabelScheme(("study_shallow", "study_passive", "bad_attitude", "measure"), TAXONOMY)
    answers = ["study_shallow", "study_passive", "measure", "measure"]
    gold = ["study_shallow", "study_shallow", "bad_attitude", "measure"]
    scores = score_answers(answers, gold, scheme)

    # theory 1, masses 0, none 2/3; problem 4/5, measure 2/3; one of three issues.
    assert {"category_macro_f1": 0.5556, "role_macro_f1": 0.7333, "issue_accuracy": 0.3333} == scores


def test_confusion_and_risk_coverage_count_the_answers():
    scheme = LabelScheme(("study_shallow", "bad_attitude"), TAXONOMY)
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.45, 0.55]])
    scores = score_labels(probabilities, ["study_shallow", "study_shallow", "bad_attitude", "study_shallow"], scheme, 0)

    assert {"masses": {"masses": 1, "theory": 0}, "theory": {"masses": 1, "theory": 2}} == scores["confusion"]
    assert {"masses": 0.6667, "theory": 0.8} == scores["category_f1"]
    assert (1.0, 0.75) == (scores["risk_coverage"]["50 %"], scores["risk_coverage"]["100 %"])


@pytest.mark.parametrize(
    "name", ["keyword vote", "TF-IDF + LinearSVC", "TF-IDF + LR", "shipped encoder + LR", "fastText"]
)
def test_a_baseline_learns_what_is_plain(name):
    pytest.importorskip("fasttext") if name == "fastText" else None
    known = baselines(list, Encoder(data_path("models", "encoder")), TAXONOMY)

    assert GOLD == known[name](TEXTS * 3, LABELS * 3, ASKED)


def test_descriptions_alone_tell_plain_statements():
    known = baselines(list, Encoder(data_path("models", "encoder")), TAXONOMY)
    asked = ["对待来办事的群众态度生硬，没有耐心", "办事拖沓，总是等靠"]

    assert ["bad_attitude", "procrastination"] == known["zero-shot by description"]([], [], asked)


def test_challenge_types_are_reported_each(engine):
    found = evaluate(["challenge"], engine)
    rows = read_statements(data_path("corpora", "challenge", "challenge.jsonl"), "type")

    assert {row.kind for row in rows} == set(found["challenge"])
    assert len(rows) == sum(figures["n"] for figures in found["challenge"].values())


def test_every_label_has_its_agreement(engine):
    found = evaluate(["agreement"], engine)["agreement"]

    assert {issue.key for issue in TAXONOMY.issues} <= set(found["per_label"])
    assert 0.9 < found["labels"] <= 1


def test_the_quick_parts_are_parts():
    assert set(QUICK) < set(PARTS)


def test_gold_documents_have_names_of_their_own():
    names = [one.path.name for documents in shipped_documents().values() for one in documents]

    assert len(names) == len(set(names))
    assert all(one.path.exists() for documents in shipped_documents().values() for one in documents)


def test_a_folder_of_ones_own_is_measured(engine, tmp_path):
    folder = tmp_path / "自己标的"
    folder.mkdir()
    text = "发的书领回来就没翻过。今后每周读一章。\n"
    (folder / "甲.txt").write_text(text, encoding="utf-8")
    span = {"start": 0, "end": 11, "text": text[:11], "label": "theory", "issue": "study_shallow"}
    other = {"start": 11, "end": 19, "text": text[11:19], "kind": "measure"}
    document = {"file": "甲.txt", "problems": [span], "non_problems": [other]}
    (folder / "gold.json").write_text(json.dumps({"documents": [document]}), encoding="utf-8")
    row = {"text": text[:11], "issue": "study_shallow", "difficulty": "easy"}
    (folder / "statements.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    found = evaluate([], engine, [folder])["自己标的"]

    assert 1 == found["statements"]["n"] == found["statements easy"]["n"]
    assert (1, 1.0, 1.0) == tuple(
        found["documents"][name] for name in ("gold_problems", "problem_precision", "problem_recall")
    )


def test_gold_data_that_is_damaged_is_one_sentence(tmp_path):
    (tmp_path / "statements.jsonl").write_text('{"text": "书"}\n', encoding="utf-8")

    with pytest.raises(DataError, match="每行要有：text、label、type"):
        read_statements(tmp_path / "statements.jsonl", "type")


def labelled(batches):
    return [
        LabelledStatement(f"{batch}-{place}", text + batch, label, batch, batch, "plain")
        for batch in batches
        for place, (text, label) in enumerate(zip(TEXTS, LABELS, strict=True))
    ]


def test_the_curve_grows_by_whole_batches(engine):
    curve = learning_curve(labelled(["b01", "b02", "b03", "b04"]), labelled(["b09"]), engine)

    assert [1, 2, 4] == sorted({figures["batches"] for figures in curve.values()})
    assert ["12", "24", "48"] == list(curve)
    assert all(figures["words"]["category_macro_f1"] > 0.5 for figures in curve.values())


def test_a_corpus_is_described_by_counts_and_variety(engine):
    statements = [
        LabelledStatement("b01-1", "开会才翻开党章", "party_rules_vague", "甲", "学校", "plain"),
        LabelledStatement("b01-2", "问到条文就张口结舌", "party_rules_vague", "乙", "医院", "plain"),
    ]
    found = describe_corpus(statements, engine)

    assert (2, 2, 2) == (found["statements"], found["authors"], found["trades"])
    assert 0.5 == found["problems_without_a_telling_word"]
    assert 1.0 == found["type_token_ratio"]


def test_rows_of_the_same_figures_become_a_table():
    lines = format_evaluation({"challenge": {"praise": {"n": 35, "right": 0.8286}, "negation": {"n": 7, "right": 1.0}}})

    assert "== 难句（角色和类别都对的比例）" == lines[0]
    assert ["条数", "答对比例"] == lines[1].split()
    assert [["praise", "35", "0.829"], ["negation", "7", "1.000"]] == [line.split() for line in lines[2:]]


def test_the_command_measures_one_part(cli):
    run = cli("evaluate", "challenge", "--format", "json")

    assert 0 == run.returncode, run.stderr.decode("utf-8")
    assert ["challenge"] == list(json.loads(run.stdout))


def test_the_help_names_everything_that_can_be_measured(cli):
    shown = "".join(cli("evaluate", "--help").stdout.decode().split())

    assert [] == [part for part in PARTS if part not in shown]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("evaluate", "精度"), 2, "没有“精度”这一项，可以测的是：statements、documents"),
        (("evaluate", "--gold", "没有的文件夹"), 1, "标注文件“没有的文件夹/statements.jsonl”读不出来"),
        (("evaluate", "challenge", "-o", "结果.xlsx"), 2, "认不出“结果.xlsx”的结尾"),
    ],
)
def test_wrong_questions_are_one_sentence(cli, arguments, code, message):
    run = cli(*arguments)
    said = run.stderr.decode("utf-8")

    assert (code, 1) == (run.returncode, len(said.splitlines()))
    assert message in said
