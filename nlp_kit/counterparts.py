"""What the report says behind problems, read from TOML: causes and measures, in groups, with the issues they fit."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from nlp_kit.errors import DataError
from nlp_kit.features import FloatArray
from nlp_kit.witnesses import together

CounterpartRole = Literal["cause", "measure"]
ROLES: tuple[CounterpartRole, ...] = ("cause", "measure")

# Least probability of a statement that counts as a witness for an item.
ITEM_WITNESS = 0.4
# Least probability of a kind that may stand against a problem.
LIKELY_KIND = 0.3

_NOBODY: FloatArray = np.zeros(0)

_DEFAULT = Path(__file__).with_name("counterparts.toml")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of cause or measure.

    Args:
        label: As the model knows it (``cause/3``).
        text: What the report says.
        issues: Keys of the issues that it explains or answers.
        items: Label of an item (``cause/3/2``) → half-sentence that tells the kind concretely.
    """

    label: str
    text: str
    issues: frozenset[str]
    items: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KindGroup:
    """One paragraph of causes or measures."""

    key: str
    lead: str
    kinds: tuple[Kind, ...]


Counterparts = dict[CounterpartRole, tuple[KindGroup, ...]]


@dataclass(frozen=True, slots=True)
class ShownCounterparts:
    """Which statements show what, by their rows.

    Args:
        kinds: Label of a kind → statements that surely show it.
        likely: The same of those that likely show it.
        items: Label of an item → statements that surely show it, the surest of a kind first; they show the kind too.
    """

    kinds: Mapping[str, Sequence[int]]
    likely: Mapping[str, Sequence[int]]
    items: Mapping[str, Sequence[int]]


def load_counterparts(path: Path = _DEFAULT) -> Counterparts:
    """Return the groups of causes and of measures in the report's order.

    Raises:
        DataError: The file is missing or not of the form of ``counterparts.toml``.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found: Counterparts = {}
        for role in ROLES:
            found[role] = tuple(
                KindGroup(entry["key"], entry["lead"], tuple(_kind(role, kind) for kind in entry["kind"]))
                for entry in data[role]["group"]
            )
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise DataError("安装不完整：counterparts.toml 缺少或损坏，请重新安装 nlpkit。") from error
    return found


def _kind(role: str, entry: Mapping[str, Any]) -> Kind:
    label = f"{role}/{entry['number']}"
    items = {f"{label}/{number}": text for number, text in enumerate(entry["items"], 1)}
    return Kind(label, entry["text"], frozenset(entry["of"]), items)


def shown_counterparts(
    groups: Sequence[KindGroup], shares: Mapping[str, FloatArray], kind_from: float, item_from: float
) -> ShownCounterparts:
    """Decide which statements show what.

    An item is told where one statement surely shows it, or where several that may show it make each other sure, as
    independent witnesses do: 1 - (1 - p)(1 - q).

    Args:
        groups: Of one role.
        shares: Label of a kind or an item → how likely each statement shows it, shape (n_statements,); nobody is
            taken to show what is missing.
        kind_from: Probability from which on a statement surely shows a kind.
        item_from: Probability from which on an item is told.
    """
    kinds, likely, items = dict[str, list[int]](), dict[str, list[int]](), dict[str, list[int]]()
    for kind in (kind for group in groups for kind in group.kinds):
        found_items = {label: together(shares.get(label, _NOBODY), ITEM_WITNESS) for label in kind.items}
        told = [label for label, (sure, _) in found_items.items() if sure >= item_from]
        items |= {label: found_items[label][1] for label in sorted(told, key=lambda label: -found_items[label][0])}
        concrete = {row for label in told for row in items[label]}
        of_kind = shares.get(kind.label, _NOBODY)
        for found, least in ((kinds, kind_from), (likely, LIKELY_KIND)):
            surely = sorted(concrete.union(np.flatnonzero(of_kind >= least).tolist()))
            if surely:
                found[kind.label] = surely
    return ShownCounterparts(kinds, likely, items)


def is_item(label: str) -> bool:
    """Whether a label is one of an item (``cause/3/2``)."""
    return label.count("/") == 2


def is_kind(label: str) -> bool:
    """Whether a label is one of a kind (``cause/3``)."""
    return label.count("/") == 1
