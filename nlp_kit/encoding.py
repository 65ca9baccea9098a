"""Sentence vectors: from the shipped encoder, or from any sentence-transformers model of the user's.

The shipped one is a small BERT in ONNX int8, run by onnxruntime with the tokenizers library. Texts are run one at a
time. Dynamic quantisation scales activations over the whole input, so in a batch a text's vector would depend on its
neighbours; alone it is the same on every run and in every order. Padding does the same to other models, more weakly.
"""

import json
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from nlp_kit.errors import InputError, damaged_model
from nlp_kit.resources import data_path
from nlp_kit.sessions import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

WEIGHTS = "onnx/model.onnx"
TOKENIZER = "tokenizer.json"
CENTRE = "centre.npy"
MAX_TOKENS = 128
# Beside a classifier: which encoder it was fitted with; without it, the shipped one.
CHOICE = "encoder.json"

_THREADS = min(os.cpu_count() or 1, 4)


class TextEncoder(Protocol):
    """Whatever turns texts into vectors."""

    @property
    def centre(self) -> NDArray[np.float32]:
        """Mean vector of everyday statements, shape (n_dimensions,)."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, shape (n_texts, n_dimensions)."""


class Encoder:
    """Turns texts into unit vectors: mean of the last layer over the tokens, then L2 norm.

    Args:
        folder: A sentence-transformers folder with ``onnx/model.onnx`` and ``tokenizer.json``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of the texts, shape (n_texts, n_dimensions); each text is computed once.

        Raises:
            DataError: A file of the encoder is missing or damaged.
        """
        return _look_up(texts, self._known, self._compute)

    def _compute(self, texts: list[str]) -> list[NDArray[np.float32]]:
        tokenizer, session = self._loaded
        with ThreadPoolExecutor(_THREADS) as pool:
            return list(pool.map(lambda text: _vector(tokenizer, session, text), texts))

    @cached_property
    def centre(self) -> NDArray[np.float32]:
        """Mean vector of everyday statements, shape (n_dimensions,); taken off where vectors are compared.

        Raises:
            DataError: The file is missing or damaged.
        """
        return _read_centre(self._folder)

    @cached_property
    def _loaded(self) -> tuple["Tokenizer", "InferenceSession"]:
        # Loaded only where vectors are needed, so that help and messages come at once.
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
            session = open_session(self._folder / WEIGHTS)
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise damaged_model(self._folder.name) from error
        tokenizer.enable_truncation(MAX_TOKENS)
        return tokenizer, session


def _vector(tokenizer: "Tokenizer", session: "InferenceSession", text: str) -> NDArray[np.float32]:
    tokens = np.array([tokenizer.encode(text).ids], dtype=np.int64)
    (layer,) = session.run(None, {"input_ids": tokens, "attention_mask": np.ones_like(tokens)})
    mean = layer[0].mean(axis=0)
    vector: NDArray[np.float32] = mean / np.linalg.norm(mean)
    return vector


class SentenceTransformersEncoder:
    """A model of the user's, run by sentence-transformers (extra ``transformers``); never fetched from the network.

    Args:
        name: A folder, or the name of a model that is on this machine already.
        centre_folder: Where its mean vector lies once a classifier has been fitted with it.
        batch: Texts at once. More than one is faster, but a vector then depends a little on its neighbours: good
            enough for training, which meets the same texts in the same order every time.
    """

    def __init__(self, name: str, centre_folder: Path | None = None, *, batch: int = 1) -> None:
        self.name = name
        self._centre_folder = centre_folder
        self._batch = batch
        self._known: dict[str, NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of the texts, shape (n_texts, n_dimensions); each text is computed once.

        Raises:
            InputError: sentence-transformers is not installed, or the model cannot be loaded.
        """
        return _look_up(texts, self._known, self._compute)

    def _compute(self, texts: list[str]) -> Iterable[NDArray[np.float32]]:
        vectors: NDArray[np.float32] = self._loaded.encode(
            texts, batch_size=self._batch, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return vectors

    @cached_property
    def centre(self) -> NDArray[np.float32]:
        """Mean vector of everyday statements, shape (n_dimensions,).

        Raises:
            DataError: No classifier has been fitted with this encoder, or its folder is damaged.
        """
        return _read_centre(self._centre_folder or Path(self.name))

    @cached_property
    def _loaded(self) -> "SentenceTransformer":
        try:
            return _sentence_transformer(self.name, local_files_only=True)
        except Exception as error:  # the libraries below raise errors of many kinds
            if isinstance(error, InputError):
                raise
            raise InputError(
                f"编码器“{self.name}”打不开：本机没有这个模型，或文件夹不完整（nlpkit 不自行下载；"
                "请把模型文件夹拷到本机写上路径，或能上网时加 --allow-download 下载一次）。"
            ) from error


def download_encoder(name: str) -> None:
    """Fetch a model from the hub once, so that it is on this machine; only ever called when the user asks for it.

    Raises:
        InputError: sentence-transformers is not installed, or the model cannot be had.
    """
    try:
        _sentence_transformer(name, local_files_only=False)
    except Exception as error:  # the libraries below raise errors of many kinds
        if isinstance(error, InputError):
            raise
        raise InputError(f"编码器“{name}”下载不了，请检查名称和网络，或把模型文件夹拷到本机再写上路径。") from error


def _sentence_transformer(name: str, *, local_files_only: bool) -> "SentenceTransformer":
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar
    except ImportError as error:
        raise InputError("用自己的编码器要先安装附加组件，请运行：pip install 'nlpkit[transformers]'。") from error
    disable_progress_bar()
    before = logging.root.manager.disable
    # Our own sentence says what went wrong; the library's warnings are for programmers.
    logging.disable(logging.WARNING)
    try:
        return SentenceTransformer(name, device="cpu", local_files_only=local_files_only)
    finally:
        logging.disable(before)


def open_encoder(name: str, classifier: Path | None = None, *, batch: int = 1) -> TextEncoder:
    """Return the encoder of a name: in the shipped one's form it runs as that does, else by sentence-transformers.

    Args:
        name: A folder, or the name of a model that is on this machine already.
        classifier: Folder of a classifier that has been fitted with it.
        batch: As for ``SentenceTransformersEncoder``.
    """
    folder = Path(name)
    if all((folder / part).exists() for part in (WEIGHTS, TOKENIZER, CENTRE)):
        return Encoder(folder)
    return SentenceTransformersEncoder(name, classifier, batch=batch)


def load_encoder(classifier: Path) -> TextEncoder:
    """Return the encoder that a saved classifier was fitted with.

    Args:
        classifier: The classifier's folder.

    Raises:
        DataError: The folder's settings are damaged.
    """
    choice = classifier / CHOICE
    if not choice.exists():
        return Encoder(data_path("models", "encoder"))
    try:
        name = json.loads(choice.read_text(encoding="utf-8"))["name"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged_model(classifier.name) from error
    return open_encoder(name, classifier)


def save_encoder_choice(name: str, encoder: TextEncoder, everyday: Sequence[str], classifier: Path) -> None:
    """Write which encoder a classifier is fitted with, and the mean vector of everyday statements.

    Args:
        name: Its folder or name.
        encoder: The encoder.
        everyday: Statements of all kinds.
        classifier: The classifier's folder.
    """
    name = str(Path(name).resolve()) if Path(name).is_dir() else name
    (classifier / CHOICE).write_text(
        json.dumps({"name": name}, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )
    np.save(classifier / CENTRE, encoder.encode(everyday).mean(axis=0))


def _look_up(
    texts: Sequence[str],
    known: dict[str, NDArray[np.float32]],
    compute: Callable[[list[str]], Iterable[NDArray[np.float32]]],
) -> NDArray[np.float32]:
    """Return the vectors of the texts, shape (n_texts, n_dimensions); those not known yet are computed and kept."""
    new = [text for text in dict.fromkeys(texts) if text not in known]
    if new:
        known.update(zip(new, compute(new), strict=True))
    return np.stack([known[text] for text in texts])


def _read_centre(folder: Path) -> NDArray[np.float32]:
    try:
        mean: NDArray[np.float32] = np.load(folder / CENTRE, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise damaged_model(folder.name) from error
    return mean
