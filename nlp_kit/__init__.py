"""nlpkit: from a folder of self-examination texts to the drafted section, offline and with proof."""

import os
from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Nothing leaves the machine: onnxruntime 1.32 collects events and sends them unless this is set before it is imported;
# the libraries of the extras ask for the other two.
os.environ.update({"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"})

_HOMES = {
    "Engine": "engine",
    "StatementClassifier": "classify",
    "Tokenizer": "segment",
    "Workspace": "workspace",
    "apply_review": "pipeline",
    "audit_submissions": "pipeline",
    "classify_files": "pipeline",
    "draft_problems": "pipeline",
    "group_statements": "cluster",
    "load": "pipeline",
    "load_taxonomy": "taxonomy",
    "plot_account": "plots",
    "plot_categories": "plots",
    "plot_confidence": "plots",
    "plot_issues": "plots",
    "plot_map": "plots",
    "read": "pipeline",
    "read_document": "reading",
    "review_table": "pipeline",
    "split": "splitting",
    "split_lines": "splitting",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import a public name when it is first used, so that the command line starts fast."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
