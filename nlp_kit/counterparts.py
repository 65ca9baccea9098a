"""What the report says behind problems, read from TOML: causes and measures, in groups, with the issues they fit."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nlp_kit.errors import DataError

CounterpartRole = Literal["cause", "measure"]
ROLES: tuple[CounterpartRole, ...] = ("cause", "measure")

_DEFAULT = Path(__file__).with_name("counterparts.toml")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of cause or measure.

    Args:
        label: As the model knows it (``cause/3``).
        text: What the report says.
        issues: Keys of the issues that it explains or answers.
    """

    label: str
    text: str
    issues: frozenset[str]


@dataclass(frozen=True, slots=True)
class KindGroup:
    """One paragraph of causes or measures."""

    key: str
    lead: str
    kinds: tuple[Kind, ...]


Counterparts = dict[CounterpartRole, tuple[KindGroup, ...]]


def load_counterparts(path: Path = _DEFAULT) -> Counterparts:
    """Return the groups of causes and of measures in the report's order.

    Raises:
        DataError: The file is missing or not of the form of ``counterparts.toml``.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found: Counterparts = {}
        for role in ROLES:
            number = 0
            groups = []
            for entry in data[role]["group"]:
                kinds = []
                for kind in entry["kind"]:
                    number += 1
                    kinds.append(Kind(f"{role}/{number}", kind["text"], frozenset(kind["of"])))
                groups.append(KindGroup(entry["key"], entry["lead"], tuple(kinds)))
            found[role] = tuple(groups)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise DataError("安装不完整：counterparts.toml 缺少或损坏，请重新安装 nlpkit。") from error
    return found
