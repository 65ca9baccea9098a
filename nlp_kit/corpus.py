"""Read the labelled statements of ``corpora/statements`` and check them against their manifest."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp_kit.errors import DataError

TRAIN, DEVELOPMENT, TEST = "train", "development", "test"
# Batches of hard contrasts, written to teach a border: they are trained on, but count less than everyday text.
CONTRAST, CONTRAST_WEIGHT = "contrast", 0.4

# Batch → part.
Split = Mapping[str, str]

_SPLIT = "split.json"
_UNREADABLE = (
    "语料文件夹“{}”读不出来：要有 manifest.json、split.json 和其中列出的语料文件，"
    "请检查文件夹是否写对，格式可对照自带的 corpora/statements。"
)


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


@dataclass(frozen=True, slots=True)
class CounterpartStatement:
    """One cause or measure of ``corpora/counterparts``.

    Args:
        id: ``<batch>-<number>``.
        text: The statement.
        shows: Labels of the kinds and items that it shows (``cause/8``, ``cause/8/2``), possibly none.
    """

    id: str
    text: str
    shows: tuple[str, ...]

    @property
    def batch(self) -> str:
        """The writing batch, as of ``LabelledStatement``, or a hand of its own."""
        return self.id.split("-")[0]


def read_corpus(folder: Path) -> list[LabelledStatement]:
    """Return the statements of all batches in file order.

    Raises:
        DataError: A file is missing, is not of the corpus's form, or differs from ``manifest.json``.
    """
    try:
        return [LabelledStatement(**row) for row in _read_rows(folder)]
    except (OSError, ValueError, TypeError) as error:
        raise DataError(_UNREADABLE.format(folder)) from error


def read_counterparts(folder: Path) -> list[CounterpartStatement]:
    """Return the causes and measures of all files in file order.

    Raises:
        DataError: As of ``read_corpus``.
    """
    try:
        return [CounterpartStatement(row["id"], row["text"], tuple(row["shows"])) for row in _read_rows(folder)]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(_UNREADABLE.format(folder)) from error


def _read_rows(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of the files that ``manifest.json`` names, in the order of their names."""
    manifest: dict[str, str] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in sorted(manifest):
        data = (folder / name).read_bytes().replace(b"\r\n", b"\n")
        if hashlib.sha256(data).hexdigest() != manifest[name]:
            raise DataError(f"语料“{name}”与 manifest.json 不符，请重新取一份。")
        yield from map(json.loads, data.decode("utf-8").splitlines())


def read_split(folder: Path) -> dict[str, str]:
    """Return batch → ``train``, ``development`` or ``test``; what ``split.json`` does not name is for training.

    Raises:
        DataError: A file is missing or not of the corpus's form.
    """
    named = _read_list(folder, _SPLIT)
    batches = [Path(name).stem for name in _read_list(folder, "manifest.json")]
    part_of = {batch: part for part in (DEVELOPMENT, TEST) for batch in named.get(part, ())}
    return {batch: part_of.get(batch, TRAIN) for batch in batches}


def read_weights(folder: Path) -> dict[str, float]:
    """Return how much the statements of a batch count in training, for the batches that do not count whole.

    Raises:
        DataError: The file is missing or not of the corpus's form.
    """
    return dict.fromkeys(_read_list(folder, _SPLIT).get(CONTRAST, ()), CONTRAST_WEIGHT)


def weigh(statements: Sequence[LabelledStatement], weights: Mapping[str, float]) -> list[float]:
    """Return how much each statement counts in training, length n_statements; 1 where its batch has no weight."""
    return [weights.get(one.batch, 1.0) for one in statements]


def _read_list(folder: Path, name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(_UNREADABLE.format(folder)) from error
    return found


def in_part(statements: Sequence[LabelledStatement], split: Split, part: str) -> list[LabelledStatement]:
    """Return the statements of one part of the split, in their order."""
    return [statement for statement in statements if split[statement.batch] == part]


def everyday_texts(statements: Sequence[LabelledStatement], split: Split) -> list[str]:
    """Return every twentieth training text: everyday statements, whose mean vector is the centre of an encoder."""
    return [one.text for one in in_part(statements, split, TRAIN)][::20]


def read_second_behaviours(path: Path) -> set[tuple[str, str]]:
    """Return the (statement, behaviour) pairs that the second reader found shown.

    Raises:
        DataError: The file is missing or not of the corpus's form.
    """
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return {(row["id"], row["behaviour"]) for row in rows if row["shown"]}
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"语料文件“{path.name}”读不出来，请重新安装 nlpkit。") from error
