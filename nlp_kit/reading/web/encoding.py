"""The encoding of an HTML page: what it declares, where the bytes do not prove something else."""

import codecs
import re

from nlp_kit.reading.text import decode

# A declared encoding is believed only if it is one of these; all names of the GB family mean the largest of them.
_ENCODINGS = dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "gb18030"), "gb18030")
_ENCODINGS |= {"utf-8": "utf-8", "utf8": "utf-8", "big5": "big5", "big5-hkscs": "big5hkscs"}
_DECLARED = re.compile(rb"<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DECLARED_WITHIN = 4096
# No text in another encoding holds so many characters that are valid UTF-8 by chance; its declaration is outdated.
_MIN_PROOF = 8
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode_page(data: bytes) -> str:
    """Return the text of a page.

    Raises:
        UnreadableError: The bytes are no text, or the encoding cannot be told.
    """
    declared = _DECLARED.search(data[:_DECLARED_WITHIN])
    encoding = _ENCODINGS.get(declared[1].decode("ascii").lower()) if declared else None
    if encoding and not data.startswith(_BOMS) and not _is_proven_utf8(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            pass  # the declaration is wrong; the bytes themselves decide
    return decode(data)


def _is_proven_utf8(data: bytes) -> bool:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return sum(not char.isascii() for char in text) >= _MIN_PROOF
