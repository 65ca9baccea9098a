"""The report's categories and their issues, read from TOML."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nlp_kit.errors import DataError

DEFAULT_TAXONOMY = Path(__file__).with_name("problems.toml")
BEHAVIOURS = Path(__file__).with_name("behaviours.toml")

# What people call the roles of statements.
ROLE_NAMES: dict[str, str] = {
    "problem": "问题",
    "cause": "原因",
    "measure": "措施",
    "achievement": "成绩",
    "preamble": "开头和过渡",
    "heading": "标题",
    "rectification": "上年整改情况",
    "criticism": "对他人的意见建议",
    "case": "案例和引用",
    "other": "称呼、落款等",
}


@dataclass(frozen=True)
class IssueType:
    """One entry of the inventory; the fields are explained in ``problems.toml``."""

    key: str
    category: str
    label: str
    mark: str
    verdict: str


@dataclass(frozen=True)
class Category:
    """One paragraph of the report."""

    key: str
    name: str
    short: str
    prefix: str
    lead: str
    aspect: str
    empty: str
    leads: Mapping[str, tuple[str, ...]]

    def lead_for(self, issue: str | None) -> str:
        """Return the opening that fits a paragraph whose heaviest issue has this key."""
        return next((lead for lead, keys in self.leads.items() if issue in keys), self.lead)


@dataclass(frozen=True)
class Taxonomy:
    """Categories in the report's order, their issues, and the problems outside all of them.

    Args:
        title: Title of the drafted section.
        categories: In the report's order.
        issues: All issue types of all categories.
        outside: Key → name of problems that belong to no category.
    """

    title: str
    categories: tuple[Category, ...]
    issues: tuple[IssueType, ...]
    outside: dict[str, str]

    @cached_property
    def by_key(self) -> dict[str, IssueType]:
        """Issue key → issue type."""
        return {issue.key: issue for issue in self.issues}

    @cached_property
    def issue_names(self) -> dict[str, str]:
        """Key → what people call it, of issues and of problems outside the categories."""
        return {one.key: one.label for one in self.issues} | self.outside

    @cached_property
    def category_keys(self) -> tuple[str, ...]:
        """The category keys in the report's order."""
        return tuple(category.key for category in self.categories)

    def category_of(self, issue: str) -> str | None:
        """Return the category of an issue key, None for one outside the categories.

        Raises:
            KeyError: The key is in neither list.
        """
        return None if issue in self.outside else self.by_key[issue].category


def load_taxonomy(path: Path = DEFAULT_TAXONOMY) -> Taxonomy:
    """Read a taxonomy file.

    Raises:
        DataError: The file is missing or not of the form of ``problems.toml``.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        categories = []
        issues = []
        for entry in data["category"]:
            fields = {name: entry[name] for name in ("key", "name", "short", "prefix", "lead", "aspect", "empty")}
            leads = {lead: tuple(keys) for lead, keys in entry.get("leads", {}).items()}
            categories.append(Category(**fields, leads=leads))
            issues += [IssueType(key=key, category=entry["key"], **value) for key, value in entry["issues"].items()]
        return Taxonomy(data["title"], tuple(categories), tuple(issues), dict(data["outside"]))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise DataError(f"分类表“{path.name}”读不出来，请对照 problems.toml 的写法检查。") from error


@dataclass(frozen=True, slots=True)
class Behaviours:
    """What the statements of an issue may show, in general words.

    Args:
        narrow: Numbered from 1 in the models' labels.
        wider: Text → numbers of the narrow behaviours each of which makes it true.
    """

    narrow: tuple[str, ...]
    wider: Mapping[str, frozenset[int]]


def load_behaviours() -> dict[str, Behaviours]:
    """Return issue key → general behaviours of ``behaviours.toml``.

    Raises:
        DataError: The file is missing or damaged.
    """
    try:
        data = tomllib.loads(BEHAVIOURS.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataError("安装不完整：缺少 behaviours.toml，请重新安装 nlpkit。") from error
    wider = data.pop("wider")
    return {
        issue: Behaviours(tuple(texts), {text: frozenset(numbers) for text, numbers in wider.get(issue, {}).items()})
        for issue, texts in data.items()
    }
