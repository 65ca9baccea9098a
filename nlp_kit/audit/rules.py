"""The rules of the audit, read from TOML: which are on, how severe, from where on they speak."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nlp_kit.errors import DataError, InputError

DEFAULT_RULES = Path(__file__).with_name("rules.toml")

SEVERITIES = {"serious": "要改", "minor": "请看"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Args:
        key: What programs call it.
        name: What people call it.
        on: Whether it is used.
        severe: Whether a text must not go to the meeting like that.
        advice: What to do.
        limits: Its thresholds, and the phrases of the rule that has them.
    """

    key: str
    name: str
    on: bool
    severe: bool
    advice: str
    limits: Mapping[str, Any]

    def __getitem__(self, limit: str) -> Any:  # noqa: ANN401 - numbers, or a list of phrases
        return self.limits[limit]


Rules = dict[str, Rule]


def load_rules(path: Path | None = None) -> Rules:
    """Return key → rule, in the order of the shipped file; a user's file needs to name only what it changes.

    Raises:
        InputError: The user's file cannot be read, or names a rule or threshold that does not exist.
        DataError: The shipped file is missing.
    """
    try:
        data = tomllib.loads(DEFAULT_RULES.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError("安装不完整：缺少审核规则 rules.toml，请重新安装 nlpkit。") from error
    if path is not None:
        _change(data, path)
    return {key: _rule(key, dict(values)) for key, values in data.items()}


def switched_off(rules: Rules, keys: Collection[str]) -> Rules:
    """Return rules with some switched off, by their keys or by their names.

    Raises:
        InputError: There is no such rule.
    """
    known = {*rules, *(rule.name for rule in rules.values())}
    unknown = [key for key in keys if key not in known]
    if unknown:
        named = "、".join(f"{key}（{rule.name}）" for key, rule in rules.items())
        raise InputError(f"没有“{unknown[0]}”这条规则，可用的是：{named}。")
    return {key: replace(rule, on=rule.on and key not in keys and rule.name not in keys) for key, rule in rules.items()}


def _rule(key: str, values: dict[str, Any]) -> Rule:
    fixed = [values.pop(name) for name in ("name", "on", "severity", "advice")]
    return Rule(key, fixed[0], fixed[1], fixed[2] == "serious", fixed[3], values)


def _change(data: dict[str, dict[str, Any]], path: Path) -> None:
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"找不到审核规则文件“{path}”，请检查名字和位置。") from error
    except ValueError as error:
        line = re.search(r"line (\d+)", str(error))
        where = f"第 {line[1]} 行" if line else ""
        raise InputError(f"审核规则文件“{path.name}”{where}写法不对，请对照 --write-rules 写出的样子改。") from error
    for key, values in own.items():
        if key not in data or not isinstance(values, dict):
            raise InputError(f"审核规则文件“{path.name}”里没有“{key}”这条规则，可用的是：{'、'.join(data)}。")
        for name, value in values.items():
            before = data[key].get(name)
            if before is None:
                raise InputError(f"审核规则文件“{path.name}”的 [{key}] 没有“{name}”这一项。")
            if not _fits(before, value) or (name == "severity" and value not in SEVERITIES):
                raise InputError(f"审核规则文件“{path.name}”的 [{key}] 里“{name}”的值不对，请对照原来的写。")
            data[key][name] = value


def _fits(before: object, value: object) -> bool:
    """Whether a value is of the kind that stands in the shipped file."""
    if isinstance(before, bool) or isinstance(value, bool):
        return isinstance(before, bool) and isinstance(value, bool)
    if isinstance(before, int | float):
        # Shares lie between 0 and 1.
        most = 1.0 if before <= 1 else float("inf")
        return isinstance(value, int | float) and 0 <= value <= most
    if isinstance(before, list):
        return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)
    return isinstance(value, str)


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a text, for side-by-side reading.

    Args:
        member: Pseudonym, or what the text is called where it is no member's.
        document: The file.
        start: First character.
        end: One past the last character.
        text: The characters.
    """

    member: str
    document: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of a member's text.

    Args:
        rule: Key of the rule.
        place: Where, and in which words; an empty stretch at the beginning where it is about the text as a whole.
        message: What is wrong, one Chinese sentence without a full stop.
        other: The passage that stands against it, for copies and for last year's problems.
        quoted: Words of a text that the message quotes, "" for none; all else in it is the program's own.
    """

    rule: str
    place: Place
    message: str
    other: Place | None = None
    quoted: str = ""
