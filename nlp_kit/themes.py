"""Taxonomies as people describe them in TOML: each year's meeting has other headings, and an office its own.

The themes since 2019 ship in ``corpora/themes``; a user's file has the same form.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from nlp_kit.errors import InputError
from nlp_kit.resources import data_path

TEMPLATE = """\
# 分类表：每个 [[category]] 是一类。改好后检查：nlpkit taxonomy check 这个文件
# 使用：nlpkit classify 材料文件夹 --taxonomy 这个文件
title = "我们的分类"

[[category]]
key = "first"              # 结果里用的代号，字母、数字、下划线
name = "第一类的名称"
description = "用一句话写清什么样的问题归这一类。"
headings = []              # 可不写：材料里哪些小标题通向这一类，如 "学习教育方面"
examples = []              # 可不写：属于这一类的原话；每类写上八条左右，会准得多

[[category]]
key = "second"
name = "第二类的名称"
description = "用一句话写清什么样的问题归这一类。"
headings = []
examples = []
"""

# Words of headings that say nothing of the class.
_COMMON = re.compile("方面|组织开展|对照|加强|增强|提高|提升|严格|落实|坚持|践行|做到|带头|上$|[“”、，和与的等在]")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_FIELDS = {"key", "name", "description", "headings", "examples"}
_WHERE = re.compile(r"at line (\d+), column (\d+)")


@dataclass(frozen=True, slots=True)
class DescribedClass:
    """A class as a user describes it.

    Args:
        key: Its label.
        name: How people call it.
        description: One sentence saying what belongs to it.
        examples: Statements that belong to it.
        headings: Headings of the texts under which its statements stand.
    """

    key: str
    name: str
    description: str
    examples: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """A taxonomy of described classes.

    Args:
        title: How people call it.
        classes: At least two, in the order of the file.
    """

    title: str
    classes: tuple[DescribedClass, ...]

    def class_under(self, headings: Sequence[str], *, verbatim: bool = False) -> str | None:
        """Return the key of the class that the headings name, else None.

        A heading names the class whose wording stands in it, the longest one. Where no heading does, it is the class of
        which one has the most pairs of characters that no other class has in its wordings (守规矩、讲团结 for
        政治纪律和团结统一). Inner headings come before outer ones.

        Args:
            headings: Headings above a statement, outermost first.
            verbatim: Whether only the wordings themselves count.
        """
        for heading in reversed(headings):
            found = [pair for pair in _wordings(self.classes) if pair[0] in heading]
            if found:
                return max(found, key=lambda pair: len(pair[0]))[1]
        for heading in () if verbatim else reversed(headings):
            own = Counter(key for two, key in _own_pairs(self.classes).items() if two in heading).most_common(2)
            if own and (len(own) == 1 or own[0][1] > own[1][1]):
                return own[0][0]
        return None


def _wordings(classes: Sequence[DescribedClass]) -> list[tuple[str, str]]:
    return [(wording, one.key) for one in classes for wording in (*one.headings, one.name)]


@cache
def _own_pairs(classes: tuple[DescribedClass, ...]) -> dict[str, str]:
    """Return two characters that follow each other in the wordings of one class only → the class."""
    keys: dict[str, set[str]] = {}
    for wording, key in _wordings(classes):
        for part in _COMMON.sub(" ", wording).split():
            for pair in pairwise(part):
                keys.setdefault("".join(pair), set()).add(key)
    return {pair: next(iter(own)) for pair, own in keys.items() if len(own) == 1}


def shipped_themes() -> dict[str, Path]:
    """Return name → file of the themes that come with nlpkit, oldest first."""
    return {path.stem: path for path in sorted(data_path("corpora", "themes").glob("*.toml"))}


def load_theme(name: str) -> Theme:
    """Read a shipped theme or a user's file.

    Args:
        name: Name of a shipped theme, or a path.

    Raises:
        InputError: There is no such theme, or its file has faults; the first one is named.
    """
    path = find_theme(name)
    data = _parse(path)
    found = faults(data)
    if found:
        more = f"（另有 {len(found) - 1} 处，请用 nlpkit taxonomy check 查看）" if len(found) > 1 else ""
        raise InputError(f"分类表“{path.name}”不能用：{found[0]}{more}。")
    classes = tuple(
        DescribedClass(
            one["key"],
            one["name"].strip(),
            one["description"].strip(),
            tuple(text.strip() for text in one.get("examples", ())),
            tuple(text.strip() for text in one.get("headings", ())),
        )
        for one in data["category"]
    )
    return Theme(data["title"].strip(), classes)


def find_theme(name: str) -> Path:
    """Return the file of a shipped theme or of a user's own.

    Raises:
        InputError: There is no such theme.
    """
    shipped = shipped_themes()
    if name in shipped:
        return shipped[name]
    path = Path(name)
    if path.is_file():
        return path
    if path.is_dir():
        raise InputError(f"“{name}”是文件夹，请写到分类表文件，例如 {name}/我的分类.toml。")
    raise InputError(f"没有分类表“{name}”，自带的请用 nlpkit taxonomy list 查看，自己的请写上 .toml 文件的路径。")


def theme_faults(path: Path) -> list[str]:
    """Return what is wrong with a file, a sentence each without a full stop; empty when it can be used."""
    try:
        return faults(_parse(path))
    except InputError as error:
        return [str(error).rstrip("。")]


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"分类表“{path.name}”不是 UTF-8 编码，请用记事本另存为 UTF-8 后再试。") from error
    except tomllib.TOMLDecodeError as error:
        place = _WHERE.search(str(error))
        where = f"第 {place[1]} 行第 {place[2]} 个字附近" if place else "文件末尾"
        raise InputError(
            f"分类表“{path.name}”{where}写法不对，请检查引号、方括号和逗号（都用半角），"
            "可对照 nlpkit taxonomy new 生成的样子。"
        ) from error
    except OSError as error:
        raise InputError(f"分类表“{path.name}”打不开，请检查权限。") from error


def faults(data: dict[str, Any]) -> list[str]:
    """Return what is wrong with the content of a taxonomy file, a sentence each without a full stop."""
    found = []
    if not _is_text(data.get("title")):
        found.append('开头缺少 title = "…"')
    classes = data.get("category")
    if not isinstance(classes, list) or not all(isinstance(one, dict) for one in classes):
        return [*found, "没有 [[category]]，每一类要以 [[category]] 开头"]
    if len(classes) < 2:
        found.append("至少要有两个 [[category]]")
    for number, one in enumerate(classes, 1):
        found += [f"第 {number} 类{fault}" for fault in _class_faults(one)]
    found += [f"代号“{key}”用了两次，请改掉一个" for key in _twice(one.get("key") for one in classes)]
    found += [f"名称“{name}”用了两次，请改掉一个" for name in _twice(one.get("name") for one in classes)]
    texts = [text for one in classes for text in _texts(one.get("examples"))]
    found += [f"例句“{text[:20]}”写了两遍，请删去一处" for text in _twice(texts)]
    return found


def _class_faults(one: dict[str, Any]) -> list[str]:
    found = [
        f"有不认识的“{name}”，可用的是：key、name、description、headings、examples"
        for name in one
        if name not in _FIELDS
    ]
    if not isinstance(one.get("key"), str) or not _KEY.fullmatch(one["key"]):
        found.append("的 key 缺少或写法不对，请用字母开头的字母、数字、下划线")
    template = tomllib.loads(TEMPLATE)["category"]
    if any(one.get("name") == other["name"] or one.get("description") == other["description"] for other in template):
        found.append("还是样子里的文字，请改成自己的名称和说明")
    found += [
        f"缺少 {field}（{meaning}）"
        for field, meaning in (("name", "名称"), ("description", "一句说明"))
        if not _is_text(one.get(field))
    ]
    found += [
        f'的 {field} 要写成 ["…", "…"]，每条不能空'
        for field in ("headings", "examples")
        if field in one and not (isinstance(one[field], list) and all(map(_is_text, one[field])))
    ]
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(value: object) -> list[str]:
    return [text.strip() for text in value if _is_text(text)] if isinstance(value, list) else []


def _twice(values: Iterable[object]) -> list[str]:
    seen: dict[str, int] = {}
    for value in values:
        if isinstance(value, str):
            seen[value.strip()] = seen.get(value.strip(), 0) + 1
    return [value for value, count in seen.items() if count > 1]
