"""One line of text as the tagger's network sees it: the pieces of a sentence encoder, single characters, and a lexer.

The encoder was trained on pieces (a word or a part of one), so it reads them better than single characters; the answer
is given for each character, so that spans are exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlp_kit.privacy.lexer import Lexer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN = "<unk>"


@dataclass(frozen=True, slots=True)
class Views:
    """What the network reads of one text.

    Args:
        pieces: Numbers of the pieces between the marks of begin and end, shape (n_pieces,).
        characters: Numbers of the characters, shape (n_characters,).
        places: Which piece holds each character, shape (n_characters,).
        edges: Whether a character begins and ends its piece, shape (n_characters, 2).
        features: Of the lexer, shape (n_characters, n_features).
    """

    pieces: NDArray[np.int64]
    characters: NDArray[np.int64]
    places: NDArray[np.int64]
    edges: NDArray[np.float32]
    features: NDArray[np.float32]


def views_of(text: str, tokenizer: "Tokenizer", numbers: Mapping[str, int], lexer: Lexer) -> Views:
    """Return the views of a text in simplified characters.

    Args:
        text: Not empty.
        tokenizer: Of the encoder, without truncation.
        numbers: Character → number.
        lexer: Gives the features.
    """
    encoding = tokenizer.encode(text)
    places = np.zeros(len(text), dtype=np.int64)
    edges = np.zeros((len(text), 2), dtype=np.float32)
    for number, (start, end) in enumerate(encoding.offsets):
        if end > start:
            places[start:end] = number
            edges[start, 0] = edges[end - 1, 1] = 1
    characters = np.array([numbers.get(character, numbers[UNKNOWN]) for character in text], dtype=np.int64)
    return Views(np.array(encoding.ids, dtype=np.int64), characters, places, edges, lexer.features(text))
