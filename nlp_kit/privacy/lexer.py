"""What a lexical analyser trained on much other text sees in each character: a second pair of eyes for the tagger.

The network is Baidu LAC's (Jiao et al. 2018, two layers of bidirectional GRU over characters; Apache-2.0), kept to
single characters and without its last step; ``make names`` cuts it out of the published package.
"""

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlp_kit.errors import damaged_model
from nlp_kit.sessions import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

GRAPH = "lexer.onnx"
NUMBERS = "lexer.json"
# Hidden state of both directions, and the probabilities of its 49 labels (parts of speech, persons, places, units).
WIDTH = 256 + 49


class Lexer:
    """Turns characters into features.

    Args:
        folder: Holds the graph and the characters' numbers.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def features(self, text: str) -> NDArray[np.float32]:
        """Return what it sees in each character, shape (n_characters, WIDTH).

        Raises:
            DataError: A file of the model is missing or damaged.
        """
        session, numbers = self._loaded
        tokens = np.array([[numbers.get(character, 0)] for character in text], dtype=np.int64)
        hidden, scores = session.run(None, {"ids": tokens})
        raised = np.exp(scores[:, 0] - scores[:, 0].max(axis=1, keepdims=True))
        both: NDArray[np.float32] = np.hstack([hidden[:, 0], raised / raised.sum(axis=1, keepdims=True)])
        return both

    @cached_property
    def _loaded(self) -> tuple["InferenceSession", dict[str, int]]:
        try:
            session = open_session(self._folder / GRAPH)
            numbers: dict[str, int] = json.loads((self._folder / NUMBERS).read_text(encoding="utf-8"))
        except Exception as error:  # the library raises bare exceptions of its own
            raise damaged_model(self._folder.name) from error
        return session, numbers
