"""The manifest of a model folder: what its files are, what made them."""

import hashlib
import json
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

NAME = "manifest.json"
_LEFT_OUT = {NAME, "README.md", "LICENSE.lexer"}


def write_manifest(folder: Path, libraries: Sequence[str], seed: str) -> None:
    """Write ``manifest.json``: the SHA-256 of every file, the versions of Python and libraries, the seed.

    Args:
        folder: A model's folder; cards and licences are left out, so that they can be edited.
        libraries: Distributions that had a part in the result.
        seed: The seed, or why there is none.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in _LEFT_OUT)
    manifest = {
        "sha256": {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
        },
        "versions": {"python": platform.python_version(), **{name: version(name) for name in libraries}},
        "seed": seed,
    }
    write_json(folder / NAME, manifest)


def write_json(path: Path, data: Any) -> None:  # noqa: ANN401 - any JSON value
    """Write a JSON file the same on every system."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
