"""nlpkit: from a folder of self-examination texts to the drafted section, offline and with proof."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "Engine": "engine",
    "StatementClassifier": "classify",
    "Tokenizer": "segment",
    "Workspace": "workspace",
    "classify_files": "pipeline",
    "draft_problems": "pipeline",
    "group_statements": "cluster",
    "load_taxonomy": "taxonomy",
    "read_document": "reading",
    "split": "splitting",
    "split_lines": "splitting",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import a public name when it is first used, so that the command line starts fast."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
