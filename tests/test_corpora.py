import hashlib
import json
import re
from collections import Counter

import pytest

from nlp_kit.corpus import DEVELOPMENT, TEST, TRAIN, read_corpus, read_split, read_weights
from nlp_kit.parts import category_hint, part_of_heading
from nlp_kit.reading import read_document
from nlp_kit.records import ROLES
from nlp_kit.resources import data_path, load_lexicon
from nlp_kit.taxonomy import load_behaviours, load_taxonomy
from tests.conftest import BRANCH, SAMPLES

TAXONOMY = load_taxonomy()
KEYS = set(TAXONOMY.by_key)
KINDS = {role for role in ROLES if role != "problem"} | set(TAXONOMY.outside)


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(data_path("corpora", "statements"))


def test_the_taxonomy_has_the_52_issues_in_four_categories():
    assert ["theory", "management", "masses", "style"] == list(TAXONOMY.category_keys)
    assert 52 == len(TAXONOMY.issues) == len(KEYS)


def test_every_issue_and_every_other_kind_is_well_covered(corpus):
    counts = Counter(statement.label for statement in corpus)

    assert KEYS | KINDS == set(counts)
    assert min(counts[key] for key in KEYS) >= 150
    assert min(counts[kind] for kind in KINDS) >= 300
    assert len(corpus) >= 12_000


def test_batches_share_no_author_and_no_trade(corpus):
    authors = {(statement.author, statement.batch) for statement in corpus}
    trades = {(statement.trade, statement.batch) for statement in corpus}

    assert len(authors) == len({author for author, _ in authors})
    assert len(trades) == len({trade for trade, _ in trades})
    assert len(trades) >= 30


def grams(text):
    plain = re.sub(r"\W", "", text)
    return {plain[index : index + 4] for index in range(max(len(plain) - 3, 1))}


def test_no_test_statement_resembles_one_of_another_part(corpus):
    split = read_split(data_path("corpora", "statements"))
    known = [one.text for one in corpus if split[one.batch] != TEST]
    assert [] == _alike([one.text for one in corpus if split[one.batch] == TEST], known, 0.6)


def test_every_part_of_the_split_covers_every_label(corpus):
    split = read_split(data_path("corpora", "statements"))
    for part in (TRAIN, DEVELOPMENT, TEST):
        assert KEYS | KINDS == {one.label for one in corpus if split[one.batch] == part}


def test_wordings_and_behaviours_name_statements_of_the_corpus(corpus):
    labels = {one.id: one.label for one in corpus}
    behaviours = load_behaviours()
    for one in read_corpus(data_path("corpora", "wordings")):
        assert labels["-".join(one.id.split("-")[:2])] in KEYS
        assert one.label in {"good", "points", "unfit"}
    for one in read_corpus(data_path("corpora", "behaviours")):
        issue, number = one.label.split("/")
        assert labels[one.id] == issue
        assert 0 <= int(number) <= len(behaviours[issue].narrow)


def test_behaviours_are_short_general_and_of_every_issue():
    behaviours = load_behaviours()
    texts = [text for one in behaviours.values() for text in (*one.narrow, *one.wider)]

    assert KEYS == set(behaviours)
    assert all(8 <= len(text) <= 26 for text in texts)
    assert len(texts) == len(set(texts))
    assert not [text for text in texts if re.search(r"[0-9]|(?<!自)我", text)]


def test_wider_behaviours_stand_for_several_narrow_ones():
    for one in load_behaviours().values():
        assert all(2 <= len(numbers) <= 4 for numbers in one.wider.values())
        assert all(numbers <= set(range(1, len(one.narrow) + 1)) for numbers in one.wider.values())


def test_border_cases_share_no_trade_and_no_sentence_with_the_training_text(corpus):
    split = read_split(data_path("corpora", "statements"))
    border = read_corpus(data_path("corpora", "border"))
    trained = [one for one in corpus if split[one.batch] != TEST]

    assert not {one.trade for one in border} & {one.trade for one in trained}
    assert not {one.text for one in border} & {one.text for one in trained}


def test_praise_and_defects_in_like_words_share_no_trade_and_no_sentence_with_other_text(corpus):
    hands = [_lines(data_path("corpora", "concessions", f"{hand}.jsonl")) for hand in ("test", "fresh")]
    trades = [{row["trade"] for row in rows} for rows in hands]
    assert not trades[0] & trades[1]
    assert not (trades[0] | trades[1]) & {one.trade for one in corpus}
    rows = [row for hand in hands for row in hand]
    assert {row["label"] for row in rows} <= KEYS | KINDS
    assert [] == _alike([row["text"] for row in rows], [one.text for one in corpus], 0.4)


def test_the_batches_that_count_less_are_training_batches():
    folder = data_path("corpora", "statements")
    split = read_split(folder)
    weights = read_weights(folder)

    assert weights
    assert {TRAIN} == {split[batch] for batch in weights}
    assert all(0 < weight < 1 for weight in weights.values())


def test_linked_texts_point_to_problems_that_they_have():
    rows = _lines(data_path("corpora", "audit", "linked.jsonl"))

    assert len(rows) == len({row["id"] for row in rows}) == 440
    for row in rows:
        told = [number for measure in row["measures"] for number in measure["answers"]]
        back = [number for one in row["last_year"] for number in one["again"]]
        assert set(told) | set(back) <= set(range(len(row["points"])))


def _alike(texts, others, share):
    """Return the pairs of a text and another that have more than a share of their character 4-grams in common."""
    known = [grams(other) for other in others]
    holders = {}
    for index, found in enumerate(known):
        for gram in found:
            holders.setdefault(gram, []).append(index)
    pairs = []
    for text in texts:
        own = grams(text)
        common = Counter(index for gram in own for index in holders.get(gram, ()))
        pairs += [(text, others[index]) for index, same in common.items() if same > share * len(own | known[index])]
    return pairs


def _lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_no_statement_stands_twice(corpus):
    plain = Counter(re.sub(r"\W", "", statement.text) for statement in corpus)

    assert [] == [text for text, count in plain.items() if count > 1]


def test_ids_are_unique(corpus):
    assert len(corpus) == len({statement.id for statement in corpus})


def test_no_sentence_of_the_samples_is_in_the_training_text(corpus, sample_gold):
    known = {re.sub(r"\W", "", statement.text) for statement in corpus}
    spans = {re.sub(r"\W", "", span["text"]) for spans in sample_gold.values() for span in spans}

    assert not known & spans


def test_the_sample_branch_has_twelve_members_in_eight_shapes():
    documents = json.loads((SAMPLES / "gold.json").read_text(encoding="utf-8"))["documents"]

    assert 12 == len(documents) == len(list(BRANCH.iterdir()))
    assert set("ABCDEFGH") == {document["shape"] for document in documents}
    assert all(900 <= document["characters"] <= 2000 for document in documents)


def test_gold_spans_are_exact(sample_gold):
    for path, spans in sample_gold.items():
        text = read_document(BRANCH / path).text
        assert all(text[span["start"] : span["end"]] == span["text"] for span in spans)


def test_gold_labels_are_of_the_inventory(sample_gold):
    for span in (span for spans in sample_gold.values() for span in spans):
        if span["role"] == "problem":
            assert span["category"] == TAXONOMY.category_of(span["issue"])
        else:
            assert span["role"] in ROLES


def read_rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", ["challenge", "second_labels", "documents", "branches", "secrecy"])
def test_the_files_are_those_of_their_manifest(name):
    folder = data_path("corpora", name)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    assert manifest
    for file, digest in manifest.items():
        assert digest == hashlib.sha256((folder / file).read_bytes()).hexdigest()


def test_challenge_labels_are_of_the_inventory_and_vary_inside_every_type(corpus):
    rows = read_rows(data_path("corpora", "challenge", "challenge.jsonl"))
    types = {row["type"] for row in rows}

    assert {row["label"] for row in rows} <= KEYS | KINDS
    assert len(types) >= 12
    assert all(len({row["label"] for row in rows if row["type"] == kind}) >= 5 for kind in types)
    assert not {row["text"] for row in rows} & {statement.text for statement in corpus}


def test_second_labels_are_of_statements_of_the_corpus(corpus):
    rows = read_rows(data_path("corpora", "second_labels", "second.jsonl"))

    assert len({row["id"] for row in rows}) == len(rows) >= 600
    assert {row["id"] for row in rows} <= {statement.id for statement in corpus}
    assert {row["label"] for row in rows} <= KEYS | KINDS


def test_documents_have_exact_spans_in_all_shapes(corpus):
    folder = data_path("corpora", "documents")
    documents = json.loads((folder / "gold.json").read_text(encoding="utf-8"))["documents"]
    known = {statement.text for statement in corpus}

    assert len(documents) >= 80
    assert set("ABCDEFGH") == {document["shape"] for document in documents}
    for document in documents:
        text = (folder / "texts" / document["document"]).read_text(encoding="utf-8")
        assert all(text[span["start"] : span["end"]] == span["text"] for span in document["spans"])
        assert not {span["text"] for span in document["spans"] if len(span["text"]) > 12} & known


def test_the_unseen_branches_have_exact_spans_and_nothing_of_the_training_text(corpus):
    known = {statement.text for statement in corpus}
    trades = {statement.trade for statement in corpus}
    folders = [folder for folder in data_path("corpora", "branches").iterdir() if folder.is_dir()]
    documents = [
        (folder, document)
        for folder in folders
        for document in json.loads((folder / "gold.json").read_text(encoding="utf-8"))["documents"]
    ]

    assert (3, 25) == (len(folders), len(documents))
    assert set("ABCDEFGH") == {document["shape"] for _, document in documents}
    for folder, document in documents:
        text = (folder / "texts" / document["document"]).read_text(encoding="utf-8")
        assert all(text[span["start"] : span["end"]] == span["text"] for span in document["spans"])
        assert not {span["text"] for span in document["spans"] if len(span["text"]) > 12} & known
        assert document["trade"] not in trades


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("存在的主要问题", "problem"),
        ("产生问题的原因", "cause"),
        ("存在问题的原因剖析", "cause"),
        ("下一步整改措施", "measure"),
        ("上年度查摆问题整改情况", "rectification"),
        ("典型案例剖析", "case"),
        ("今后努力方向", "measure"),
        ("一年来的主要工作", "achievement"),
        ("对支部的意见建议", "criticism"),
        ("存在的问题及原因", "body"),
        ("学习贯彻创新理论方面", None),
    ],
)
def test_headings_announce_parts(heading, part):
    assert part == part_of_heading(heading)


@pytest.mark.parametrize(
    ("heading", "category"),
    [
        ("带头学习贯彻党的创新理论方面", "theory"),
        ("严格党内组织生活方面", "management"),
        ("联系服务群众方面", "masses"),
        ("担当作为方面", "style"),
        ("廉洁自律方面", None),
    ],
)
def test_headings_hint_at_categories(heading, category):
    assert category == category_hint(heading)


def test_below_causes_the_word_problem_opens_no_problem_part():
    assert part_of_heading("（一）学习不深的问题", above="cause") is None


def test_every_lexicon_is_readable():
    for name in ("parts", "themes", "columns", "voice"):
        assert load_lexicon(name)
    for line in data_path("corpora", "lexicons", "userdict.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"\S+ \d+ [a-z]+", line)
