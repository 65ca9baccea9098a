"""Read the labelled statements of ``corpora/statements`` and check them against their manifest."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from nlp_kit.errors import DataError


@dataclass(frozen=True, slots=True)
class LabelledStatement:
    """One statement of the corpus.

    Args:
        id: ``<batch>-<number>``.
        text: The statement.
        label: An issue key, ``integrity``, ``personal`` or a role other than problem.
        author: ``<batch>-<author>``; no author writes in two batches.
        trade: The author's trade; no trade occurs in two batches.
        tone: How the author writes.
    """

    id: str
    text: str
    label: str
    author: str
    trade: str
    tone: str

    @property
    def batch(self) -> str:
        """The writing batch; batches share no author and no trade."""
        return self.id.split("-")[0]


def read_corpus(folder: Path) -> list[LabelledStatement]:
    """Return the statements of all batches in file order.

    Raises:
        DataError: A file is missing, is not of the corpus's form, or differs from ``manifest.json``.
    """
    try:
        manifest: dict[str, str] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        statements = []
        for name in sorted(manifest):
            data = (folder / name).read_bytes().replace(b"\r\n", b"\n")
            if hashlib.sha256(data).hexdigest() != manifest[name]:
                raise DataError(f"语料“{name}”与 manifest.json 不符，请重新取一份。")
            statements += [LabelledStatement(**json.loads(line)) for line in data.decode("utf-8").splitlines()]
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"语料文件夹“{folder.name}”读不出来：{error}") from error
    return statements
