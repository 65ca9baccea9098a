"""The process in which files are read: requests on standard input, one line of JSON for each on standard output.

A request is a line of JSON (path, size, limits) and the bytes of the file. The text of a file leaves this process on
that one way only.
"""

import json
import os
import sys
from dataclasses import astuple
from typing import Any, BinaryIO

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import MB, Limits, Reading
from nlp_kit.reading.readers import read_bytes

_TOO_MUCH = "要用的内存超过上限，没有再读，请检查文件，或把文字复制到新的 .docx"


def main() -> None:
    """Answer requests until the input ends."""
    _bound_memory(int(sys.argv[1]))
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Nothing that a library prints may get between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    while header := requests.readline():
        request = json.loads(header)
        answer = _answer(_read_exactly(requests, request["size"]), request["path"], Limits(**request["limits"]))
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _answer(data: bytes, path: str, limits: Limits) -> dict[str, Any]:
    try:
        return _plain(read_bytes(data, path, limits))
    except UnreadableError as error:
        return {"unreadable": str(error)}
    except (MemoryError, RecursionError):
        return {"unreadable": _TOO_MUCH}


def _plain(reading: Reading) -> dict[str, Any]:
    return {
        "text": reading.text,
        "paragraphs": [astuple(paragraph) for paragraph in reading.paragraphs],
        "rows": reading.rows,
        "doubts": reading.doubts,
        "notes": reading.notes,
        "wrapped": reading.wrapped,
        "hidden": reading.hidden,
    }


def _read_exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise SystemExit
    return data


def _bound_memory(megabytes: int) -> None:
    """Limit this process and its children where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * MB, megabytes * MB))


if __name__ == "__main__":
    main()
