"""Sentence vectors from the shipped encoder: a small BERT in ONNX int8, run by onnxruntime with the tokenizers library.

Texts are run one at a time. Dynamic quantisation scales activations over the whole input, so in a batch a text's
vector would depend on its neighbours; alone it is the same on every run and in every order.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlp_kit.errors import DataError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

WEIGHTS = "onnx/model.onnx"
TOKENIZER = "tokenizer.json"
CENTRE = "centre.npy"
MAX_TOKENS = 128

_INCOMPLETE = "模型“{}”不完整，请重新安装 nlpkit。"
_THREADS = min(os.cpu_count() or 1, 4)


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
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            tokenizer, session = self._loaded
            with ThreadPoolExecutor(_THREADS) as pool:
                vectors = pool.map(lambda text: _vector(tokenizer, session, text), new)
                self._known.update(zip(new, vectors, strict=True))
        return np.stack([self._known[text] for text in texts])

    @cached_property
    def centre(self) -> NDArray[np.float32]:
        """Mean vector of everyday statements, shape (n_dimensions,); taken off where vectors are compared.

        Raises:
            DataError: The file is missing or damaged.
        """
        try:
            mean: NDArray[np.float32] = np.load(self._folder / CENTRE, allow_pickle=False)
        except (OSError, ValueError) as error:
            raise DataError(_INCOMPLETE.format(self._folder.name)) from error
        return mean

    @cached_property
    def _loaded(self) -> tuple["Tokenizer", "InferenceSession"]:
        # Loaded only where vectors are needed, so that help and messages come at once.
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
            session = InferenceSession(str(self._folder / WEIGHTS), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise DataError(_INCOMPLETE.format(self._folder.name)) from error
        tokenizer.enable_truncation(MAX_TOKENS)
        return tokenizer, session


def _vector(tokenizer: "Tokenizer", session: "InferenceSession", text: str) -> NDArray[np.float32]:
    tokens = np.array([tokenizer.encode(text).ids], dtype=np.int64)
    (layer,) = session.run(None, {"input_ids": tokens, "attention_mask": np.ones_like(tokens)})
    mean = layer[0].mean(axis=0)
    vector: NDArray[np.float32] = mean / np.linalg.norm(mean)
    return vector
