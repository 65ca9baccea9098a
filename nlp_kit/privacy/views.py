"""One line of text as the tagger's network sees it: the pieces of a sentence encoder, single characters, and a lexer.

The encoder was trained on pieces (a word or a part of one), so it reads them better than single characters; the answer
is given for each character, so that spans are exact.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlp_kit.privacy.lexer import Lexer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN = "<unk>"

# Name of an input of the network → its values for one text.
Views = Mapping[str, NDArray[np.int64] | NDArray[np.float32]]


def views_of(text: str, tokenizer: "Tokenizer", numbers: Mapping[str, int], lexer: Lexer) -> Views:
    """Return the network's inputs for a text in simplified characters.

    Args:
        text: Not empty.
        tokenizer: Of the encoder, without truncation.
        numbers: Character → number.
        lexer: Gives the features.

    Returns:
        ``input_ids`` and ``attention_mask``, shape (n_pieces,), with the marks of begin and end; ``characters``,
        numbers, and ``places``, which piece holds each, shape (n_characters,); ``edges``, whether a character begins
        and ends its piece, shape (n_characters, 2); ``features`` of the lexer, shape (n_characters, n_features).
    """
    encoding = tokenizer.encode(text)
    places = np.zeros(len(text), dtype=np.int64)
    edges = np.zeros((len(text), 2), dtype=np.float32)
    for number, (start, end) in enumerate(encoding.offsets):
        if end > start:
            places[start:end] = number
            edges[start, 0] = edges[end - 1, 1] = 1
    return {
        "input_ids": np.array(encoding.ids, dtype=np.int64),
        "attention_mask": np.ones(len(encoding.ids), dtype=np.int64),
        "characters": np.array([numbers.get(one, numbers[UNKNOWN]) for one in text], dtype=np.int64),
        "places": places,
        "edges": edges,
        "features": lexer.features(text),
    }
