"""Train a classifier of statements into a folder of the user's, with progress and without leaving half a model."""

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nlp_kit.classify import StatementClassifier
from nlp_kit.corpus import (
    DEVELOPMENT,
    TRAIN,
    LabelledStatement,
    Split,
    everyday_texts,
    in_part,
    read_corpus,
    read_split,
    read_weights,
)
from nlp_kit.encoding import Encoder, open_encoder, save_encoder_choice
from nlp_kit.engine import MANIFEST
from nlp_kit.errors import InputError, OutputError
from nlp_kit.records import ROLES
from nlp_kit.resources import data_path
from nlp_kit.segment import Tokenizer
from nlp_kit.taxonomy import load_taxonomy
from nlp_kit.training.train import train_statements

Progress = Callable[[int, int, str], None]

_ENCODED_AT_ONCE = 320
_BATCH = 32
# After encoding: fit, calibrate, fit again.
_FITS = 2


def train_model(
    folder: Path, *, encoder: str | None = None, corpus: Path | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Train the classifier of statements and write it to a new folder, whole or not at all.

    The fit is deterministic: the same corpus and encoder give the same files.

    Args:
        folder: Must not exist yet.
        encoder: Folder or name of a sentence-transformers model; the shipped encoder by default.
        corpus: A folder in the form of ``corpora/statements``, which is the default.
        progress: Called with (done, total, what).

    Returns:
        The metrics on the corpus's development and test batches.

    Raises:
        InputError: The encoder cannot be loaded.
        OutputError: The folder exists, or cannot be written.
        DataError: The corpus is damaged.
    """
    if folder.exists():
        raise OutputError(f"“{folder}”已经有了，没有改动它；请换一个名字，或先把它移开。")
    source = corpus or data_path("corpora", "statements")
    statements, split = read_corpus(source), read_split(source)
    _check(statements, split, source.name)
    chosen = open_encoder(encoder, batch=_BATCH) if encoder else Encoder(data_path("models", "encoder"))
    tell = progress or (lambda done, total, what: None)
    texts = [one.text for one in statements]
    total = len(texts) * (1 + _FITS)
    for start in range(0, len(texts), _ENCODED_AT_ONCE):
        tell(start, total, "计算句向量")
        chosen.encode(texts[start : start + _ENCODED_AT_ONCE])
    partial = folder.with_name(f".nlpkit-{os.getpid()}.part")
    try:
        partial.mkdir(parents=True)
        if encoder:
            save_encoder_choice(encoder, chosen, everyday_texts(statements, split), partial)
        model = StatementClassifier(Tokenizer().tokenize, chosen.encode)
        metrics = train_statements(
            model,
            statements,
            split,
            load_taxonomy(),
            partial,
            read_weights(source),
            report=lambda fitted: tell(len(texts) * (1 + fitted), total, "训练分类器"),
        )
        partial.replace(folder)
    except OSError as error:
        raise OutputError(f"模型写不进“{folder}”，请检查磁盘空间和权限，或换一个位置。") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return metrics


def _check(statements: Sequence[LabelledStatement], split: Split, name: str) -> None:
    taxonomy = load_taxonomy()
    known = {*taxonomy.by_key, *taxonomy.outside, *(role for role in ROLES if role != "problem")}
    strange = next((one for one in statements if one.label not in known), None)
    if strange:
        raise InputError(f"语料“{name}”里 {strange.id} 的标签“{strange.label}”不认识，请对照语料说明改正。")
    trained, held = ({one.label for one in in_part(statements, split, part)} for part in (TRAIN, DEVELOPMENT))
    if len(trained) < 2 or not held:
        raise InputError(f"语料“{name}”里没有训练批次或开发批次，请对照 corpora/statements 的 split.json 填写。")
    if held - trained:
        raise InputError(f"语料“{name}”的开发批次里有训练批次没有的标签“{min(held - trained)}”，请补上几条。")


def model_for_encoder(encoder: str, cache: Path, progress: Progress | None = None) -> Path:
    """Return the folder of the classifier for an encoder, trained now if it never was.

    Args:
        encoder: Folder or name of a sentence-transformers model.
        cache: Folder for such classifiers.
        progress: Called with (done, total, what) while it is trained.

    Raises:
        InputError: The encoder cannot be loaded.
        OutputError: The folder cannot be written.
    """
    folder = cache / _folder_name(encoder)
    if not (folder / MANIFEST).exists():
        train_model(folder, encoder=encoder, progress=progress)
    return folder


def _folder_name(encoder: str) -> str:
    """Return a name that changes with the encoder's files, as far as their sizes and times tell."""
    root = Path(encoder)
    files = sorted(path for path in root.rglob("*") if path.is_file()) if root.is_dir() else []
    parts = [str(root.resolve()) if files else encoder]
    for path in files:
        found = path.stat()
        parts.append(f"{path.relative_to(root).as_posix()} {found.st_size} {found.st_mtime_ns}")
    return "encoder-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
