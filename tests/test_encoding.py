import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_kit.encoding import TOKENIZER, WEIGHTS, Encoder
from nlp_kit.errors import DataError
from nlp_kit.resources import data_path

FOLDER = data_path("models", "encoder")
TEXTS = ["读书只看标题，问深一点就答不上来。", "群众来问，爱答不理。", "学习不深入，满足于一知半解。"]


@pytest.fixture(scope="module")
def encoder():
    return Encoder(FOLDER)


def test_vectors_have_length_one(encoder):
    vectors = encoder.encode(TEXTS)

    assert (3, 384) == vectors.shape
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_same_problem_in_other_words_is_nearer_than_another_problem(encoder):
    shallow, attitude, again = encoder.encode(TEXTS)

    assert shallow @ again > shallow @ attitude + 0.2


@settings(max_examples=20, deadline=None)
@given(st.permutations(TEXTS))
def test_a_vector_does_not_depend_on_its_neighbours(order):
    alone = {text: Encoder(FOLDER).encode([text])[0] for text in TEXTS[:1]}
    together = dict(zip(order, Encoder(FOLDER).encode(order), strict=True))

    assert (alone[TEXTS[0]] == together[TEXTS[0]]).all()


def test_texts_longer_than_the_model_takes_and_odd_ones_get_a_vector(encoder):
    vectors = encoder.encode(["学" * 5000, "", "😀", "\x00\n"])

    assert np.isfinite(vectors).all()


@pytest.mark.parametrize("name", [WEIGHTS, TOKENIZER])
def test_a_damaged_encoder_is_named_in_one_sentence(tmp_path, name):
    folder = tmp_path / "encoder"
    shutil.copytree(FOLDER, folder)
    (folder / name).write_bytes(b"broken")

    with pytest.raises(DataError, match="重新安装"):
        Encoder(folder).encode(["一句话"])


def test_the_encoder_is_small_enough_to_ship():
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) <= 40_000_000
