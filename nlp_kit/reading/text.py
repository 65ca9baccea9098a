"""Plain text files: find the encoding, decode strictly, refuse what would be garbage."""

import codecs

import charset_normalizer

from nlp_kit.errors import UnreadableError

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ["gb18030", "utf_16_le", "utf_16_be", "big5"]

# In real Chinese text nearly all characters are everyday ones; in text decoded with the wrong table they are
# spread over the whole table, with kana, bopomofo and symbols among them.
_MIN_EVERYDAY = 0.8
_MAX_CONTROL = 0.01
_PUNCTUATION = frozenset("　、。〈〉《》「」『』【】〔〕—–…‘’“”·•●■◆①②③④⑤⑥⑦⑧⑨⑩×〇￥°℃%√→\ufeff")


def decode(data: bytes) -> str:
    """Return the text of a plain text file, without byte order mark, with CRLF turned into LF.

    In a text without any LF lone carriage returns end the lines, so they are turned too; offsets stay as they are.

    UTF-8 and byte order marks prove themselves by a strict decode. Anything else is decided by
    charset-normalizer among the Chinese encodings, and its answer must decode strictly and look like text.

    Raises:
        UnreadableError: The bytes are no text, or the encoding cannot be told.
    """
    text = _decode_bytes(data).replace("\r\n", "\n")
    return text if "\n" in text else text.replace("\r", "\n")


def _decode_bytes(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            text = _strict(data, encoding)
            if text is None:
                raise UnreadableError("编码损坏，不是完整的文本文件，请用记事本打开后另存为 UTF-8")
            return _checked(text)
    text = _strict(data, "utf-8")
    if text is not None:
        return _checked(text)
    guess = charset_normalizer.from_bytes(data, cp_isolation=_CANDIDATES).best()
    # On short texts several tables fit and charset-normalizer may err or give no answer; the most everyday text wins.
    order = [guess.encoding, *_CANDIDATES] if guess else _CANDIDATES
    texts = [text for encoding in order if (text := _strict(data, encoding)) is not None]
    best = max(texts, key=_everyday_share, default="")
    if not best or _everyday_share(best) < _MIN_EVERYDAY:
        raise UnreadableError("不是文本文件，或者认不出它的编码，请用记事本打开后另存为 UTF-8")
    return _checked(best)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _checked(text: str) -> str:
    controls = sum(1 for char in text if ord(char) < 32 and char not in "\t\n\r\f\v")
    if controls > _MAX_CONTROL * len(text):
        raise UnreadableError("不是文本文件（里面是二进制内容），请换成真正的 .txt 或 .docx")
    # A stray NUL or other control character carries nothing; offsets need the text as decoded, so it stays.
    return text


def _everyday_share(text: str) -> float:
    """Return the share of characters that are ASCII, Chinese punctuation or everyday Han characters."""
    return sum(_is_everyday(char) for char in text) / len(text)


def _is_everyday(char: str) -> bool:
    if char.isascii():
        return char.isprintable() or char in "\t\r\n\f\v"
    if "\u3400" <= char <= "\u9fff":
        return _is_common(char)
    return char in _PUNCTUATION or "\uff01" <= char <= "\uff5e" or "\u2500" <= char <= "\u257f"


def _is_common(char: str) -> bool:
    """Whether a Han character is in the frequent level of GB 2312 or of Big5."""
    for encoding, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        try:
            if first <= char.encode(encoding)[0] <= last:
                return True
        except UnicodeEncodeError:
            continue
    return False
