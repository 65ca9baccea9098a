"""Any sentence-transformers model instead of the shipped encoder, tested with a real, tiny one on disk."""

import contextlib
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nlp_kit.corpus import read_corpus
from nlp_kit.encoding import SentenceTransformersEncoder, load_encoder
from nlp_kit.engine import Engine
from nlp_kit.errors import InputError
from nlp_kit.records import Statement
from nlp_kit.resources import data_path
from nlp_kit.training.fit import model_for_encoder, train_model
from tests.conftest import BRANCH

ISSUES = ("study_shallow", "bad_attitude", "procrastination", "nice_guy", "measure", "cause", "heading", "integrity")


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory):
    """A BERT of one small layer with random weights over single characters, saved by sentence-transformers itself."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("编码器")
    characters = sorted({char for one in read_corpus(data_path("corpora", "statements"))[:3000] for char in one.text})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(char for char in characters if not char.isspace())]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    layers = Transformer(str(folder / "bert"), max_seq_length=64)
    pooling = Pooling(32)
    SentenceTransformer(modules=[layers, pooling], device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory):
    """Statements of eight labels in the form of ``corpora/statements``."""
    import hashlib

    folder = tmp_path_factory.mktemp("语料")
    known = [one for one in read_corpus(data_path("corpora", "statements")) if one.label in ISSUES]
    manifest = {}
    for batch, wanted in (("b01", range(24)), ("b02", range(24, 36)), ("b03", range(36, 42))):
        lines = []
        for label in ISSUES:
            for place in wanted:
                one = [found for found in known if found.label == label][place]
                row = {"id": f"{batch}-{len(lines):04d}", "text": one.text, "label": label}
                lines.append(json.dumps(row | {"author": batch, "trade": batch, "tone": "plain"}, ensure_ascii=False))
        text = "\n".join(lines) + "\n"
        (folder / f"{batch}.jsonl").write_text(text, encoding="utf-8", newline="\n")
        manifest[f"{batch}.jsonl"] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "split.json").write_text('{"development": ["b02"], "test": ["b03"]}', encoding="utf-8")
    return folder


def test_vectors_have_length_one_and_do_not_depend_on_their_neighbours(tiny_encoder):
    texts = ["书翻两页就放下。", "群众来问，爱答不理。"]
    together = SentenceTransformersEncoder(str(tiny_encoder)).encode(texts)
    alone = SentenceTransformersEncoder(str(tiny_encoder)).encode(texts[1:])

    assert (2, 32) == together.shape
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert (alone[0] == together[1]).all()


def test_a_model_trained_with_an_encoder_is_used_with_it(tiny_encoder, small_corpus, tmp_path):
    metrics = train_model(tmp_path / "模型", encoder=str(tiny_encoder), corpus=small_corpus)
    engine = Engine(tmp_path / "模型")
    (answer,) = engine.classify([Statement("", 0, 12, "今后每周读一章，写一页笔记。", focus=0)], "成员01")

    assert 48 == metrics["test"]["n"]
    assert isinstance(load_encoder(tmp_path / "模型"), SentenceTransformersEncoder)
    assert "measure" == answer.prediction.role
    assert (32,) == engine.encoder.centre.shape
    assert engine.version != Engine().version


def test_training_twice_gives_the_same_files(small_corpus, tmp_path):
    for name in ("一", "二"):
        train_model(tmp_path / name, corpus=small_corpus)
    first, second = ((tmp_path / name / "manifest.json").read_bytes() for name in ("一", "二"))

    assert first == second


def test_an_encoder_is_trained_for_only_once(tiny_encoder, small_corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("nlp_kit.training.fit.data_path", lambda *parts: small_corpus)
    first = model_for_encoder(str(tiny_encoder), tmp_path)
    made = (first / "weights.npz").stat().st_mtime_ns

    assert first == model_for_encoder(str(tiny_encoder), tmp_path)
    assert made == (first / "weights.npz").stat().st_mtime_ns


def test_what_is_no_encoder_is_one_sentence(tmp_path):
    (tmp_path / "空的").mkdir()
    for name in ("空的", "no-such-model"):
        with pytest.raises(InputError, match="打不开：本机没有这个模型"):
            SentenceTransformersEncoder(str(tmp_path / name)).encode(["书"])


@pytest.fixture
def hub() -> Iterator[socket.socket]:
    """A model hub on this machine that answers nobody."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.mark.parametrize(("option", "asked"), [((), False), (("--allow-download",), True)])
def test_the_hub_is_asked_only_when_the_user_allows_it(cli, tmp_path, hub, option, asked):
    heard = []

    def listen() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = hub.accept()
                heard.append(True)
                connection.close()

    threading.Thread(target=listen, daemon=True).start()
    address = f"http://127.0.0.1:{hub.getsockname()[1]}"
    run = cli(
        *("train", "--encoder", "nobody/no-model", *option, "-o", "模型"),
        HF_ENDPOINT=address,
        HF_HOME=str(tmp_path / "缓存"),
    )
    said = run.stderr.decode("utf-8")

    assert (1, asked) == (run.returncode, bool(heard))
    assert ("下载不了" if asked else "加 --allow-download") in said
    assert "Traceback" not in said


def test_the_command_trains_with_an_encoder_and_classifies_with_the_model(cli, tiny_encoder, small_corpus):
    trained = cli("train", "--encoder", tiny_encoder, "--corpus", small_corpus, "-o", "我的模型")
    found = cli("classify", BRANCH, "--model", "我的模型", "--format", "jsonl")
    rows = [json.loads(line) for line in found.stdout.decode("utf-8").splitlines()]

    assert 0 == trained.returncode, trained.stderr.decode("utf-8")
    assert trained.stderr.decode("utf-8").endswith("使用：nlpkit classify 材料所在的文件夹 --model 我的模型\n")
    assert 4 == len(trained.stderr.decode("utf-8").splitlines())
    assert 0 == found.returncode, found.stderr.decode("utf-8")
    assert {"problem", "measure"} <= {row["role"] for row in rows}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("train", "-o", "."), 1, "已经有了，没有改动它"),
        (("train", "--encoder", " "), 2, "编码器的名字是空的"),
        (("train", "--encoder", "没有的模型"), 1, "打不开：本机没有这个模型"),
        (("train", "--corpus", "没有的语料"), 1, "语料文件夹“没有的语料”读不出来"),
        (("classify", BRANCH, "--model", "."), 1, "不是训练好的模型文件夹"),
        (("classify", BRANCH, "--model", ".", "--encoder", "甲"), 2, "--model 和 --encoder 只能用一个"),
    ],
)
def test_wrong_models_are_one_sentence(cli, arguments, code, message):
    run = cli(*arguments)
    said = run.stderr.decode("utf-8")

    assert (code, 1) == (run.returncode, len(said.splitlines()))
    assert message in said


def test_a_corpus_with_an_unknown_label_is_named(small_corpus, tmp_path):
    import hashlib
    import shutil

    shutil.copytree(small_corpus, tmp_path / "语料")
    text = re.sub("nice_guy", "good_guy", (small_corpus / "b01.jsonl").read_text(encoding="utf-8"))
    (tmp_path / "语料" / "b01.jsonl").write_text(text, encoding="utf-8", newline="\n")
    manifest = json.loads((small_corpus / "manifest.json").read_text(encoding="utf-8"))
    manifest["b01.jsonl"] = hashlib.sha256(text.encode()).hexdigest()
    (tmp_path / "语料" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    with pytest.raises(InputError, match="的标签“good_guy”不认识"):
        train_model(tmp_path / "模型", corpus=Path(tmp_path / "语料"))
    assert not (tmp_path / "模型").exists()


def test_a_model_that_lost_a_file_is_one_sentence(cli, small_corpus, tmp_path):
    train_model(tmp_path / "模型", corpus=small_corpus)
    (tmp_path / "模型" / "metrics.json").unlink()
    run = cli("classify", BRANCH, "--model", tmp_path / "模型")

    assert 1 == run.returncode
    assert "模型“模型”不完整：自带的请重新安装 nlpkit，自己训练的请用 nlpkit train" in run.stderr.decode("utf-8")
