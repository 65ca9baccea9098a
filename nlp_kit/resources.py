"""Where the installation's data files lie: in the wheel below the package, in a checkout beside it."""

import tomllib
from pathlib import Path
from typing import Any

from nlp_kit.errors import DataError

_PACKAGE = Path(__file__).resolve().parent


def data_path(*parts: str) -> Path:
    """Return the path of a data file or folder such as ``data_path("corpora", "samples")``.

    Raises:
        DataError: The installation does not hold it.
    """
    for root in (_PACKAGE / "data", _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise DataError(
        f"nlpkit 的安装不完整，缺少“{'/'.join(parts)}”，请重新安装（pip install --force-reinstall nlpkit）。"
    )


def load_lexicon(name: str) -> dict[str, Any]:
    """Return the TOML lexicon ``corpora/lexicons/<name>.toml``."""
    return tomllib.loads(data_path("corpora", "lexicons", f"{name}.toml").read_text(encoding="utf-8"))
