"""Word segmentation with jieba, on our own tokenizer and user dictionary; never jieba's global one."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import jieba

from nlp_kit.resources import data_path

if TYPE_CHECKING:
    from jieba.posseg import POSTokenizer


class Tokenizer:
    """Cuts text into words; ``"".join(tokenize(text)) == text`` always holds.

    Args:
        user_dictionary: Lines of ``word frequency tag``; the shipped lexicon by default.
        hmm: Whether unknown words are guessed from their characters.
    """

    def __init__(self, user_dictionary: Path | None = None, *, hmm: bool = True) -> None:
        self.user_dictionary = user_dictionary
        self.hmm = hmm

    @cached_property
    def _jieba(self) -> jieba.Tokenizer:
        tokenizer = jieba.Tokenizer()
        # Loading it ourselves leaves out jieba's cache file in the shared temporary folder, and its log lines.
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
        path = self.user_dictionary or data_path("corpora", "lexicons", "userdict.txt")
        for line in path.read_text(encoding="utf-8").splitlines():
            word, frequency, tag = line.split(" ")
            tokenizer.add_word(word, int(frequency), tag)
        return tokenizer

    @cached_property
    def _tagger(self) -> "POSTokenizer":
        from jieba.posseg import POSTokenizer  # reads tables of its own that only drafting needs

        return POSTokenizer(self._jieba)

    def tokenize(self, text: str) -> list[str]:
        """Return the words of a text, punctuation and blanks included."""
        return self._jieba.lcut(text, HMM=self.hmm)  # type: ignore[no-any-return]

    def tag(self, text: str) -> list[tuple[str, str]]:
        """Return ``(word, part of speech)`` pairs with jieba's ICTCLAS tags (n, v, nr, ns, m, t …)."""
        return [(pair.word, pair.flag) for pair in self._tagger.cut(text, HMM=self.hmm)]

    def frequency(self, word: str) -> int:
        """Return how often jieba's dictionary has seen a word, 0 for an unknown one."""
        return int(self._jieba.FREQ.get(word, 0))

    def is_word(self, word: str) -> bool:
        """Whether jieba's dictionary holds a word."""
        return self.frequency(word) > 0
