"""Which of several files under one name count: the newest version, all pages, or two members of the same name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from nlp_kit.authors import begins_a_text
from nlp_kit.pages import page_name
from nlp_kit.records import SetAsideFile
from nlp_kit.stored import HandedIn
from nlp_kit.versions import newest

_SHINGLE = 8
# Versions of one text share most of it; texts of two members who are called the same share stock phrases at most.
_SAME_TEXT = 0.3
_NUMBERED = re.compile(r"（\d+）$")

Notes = list[tuple[str, str]]


def keep_newest(texts: Sequence[HandedIn]) -> tuple[list[HandedIn], list[SetAsideFile], Notes]:
    """Return the texts that count, the files of older versions, and what a person should know about the choice.

    Args:
        texts: Everything that was read; texts without a name are never versions of one another.
    """
    kept: list[HandedIn] = [one for one in texts if not one.name]
    older: list[SetAsideFile] = []
    notes: Notes = []
    for name in dict.fromkeys(one.name for one in texts if one.name):
        own = [one for one in texts if one.name == name]
        chosen, left_out, said = _choose(own)
        kept += chosen
        older += left_out
        notes += said
    return kept, older, notes


@dataclass(frozen=True)
class _Text:
    """One text as it was handed in: a file, or several that are its pages.

    Args:
        pages: The files of every page, copies of it included, in order.
    """

    pages: tuple[tuple[HandedIn, ...], ...]

    @property
    def path(self) -> str:
        """The first file."""
        return self.pages[0][0].path

    @property
    def modified(self) -> tuple[int, str]:
        """When it was last changed; the file's name decides between equals."""
        return max((one.modified, one.path) for page in self.pages for one in page)

    @property
    def files(self) -> list[HandedIn]:
        """All its files with their pages."""
        if len(self.pages) == 1:
            return list(self.pages[0])
        return [replace(one, page=number) for number, page in enumerate(self.pages, 1) for one in page]

    @cached_property
    def shingles(self) -> set[str]:
        """Every run of a few characters of it."""
        return set().union(*(_shingles(page[0].stored.document.text) for page in self.pages))


def _choose(own: Sequence[HandedIn]) -> tuple[list[HandedIn], list[SetAsideFile], Notes]:
    """Return which files of one name count; copies of one text all do, and count as one member later."""
    if len({one.stored.text_hash for one in own}) == 1 or any(one.stored.shared for one in own):
        return list(own), [], []
    found = _texts([one for one in own if one.pinned] or own)
    paths = sorted(one.path for one in found)
    alike = _are_versions(found)
    # A mere number, as in （2）, makes no version of a text that shares nothing with the other.
    counted = alike and all(len(one.pages) == 1 for one in found)
    named = newest(paths, counted=counted) if len(found) > 1 else paths[0]
    if named is None and not alike:
        return _as_two(found)
    latest = next((one for one in found if one.path == named), None) or max(found, key=lambda one: one.modified)
    kept = {one.path for one in latest.files}
    left_out = [one.path for one in own if one.path not in kept]
    notes = []
    if left_out:
        why = "" if named else "，名称看不出先后，按修改时间取的，请核对"
        notes = [(latest.path, f"同一名成员有 {len(left_out) + 1} 份，按这一份计{why}")]
    return latest.files, [SetAsideFile(path, "同一名成员有更新的一稿") for path in left_out], notes + _said(latest)


def _texts(own: Sequence[HandedIn]) -> list[_Text]:
    """Return the texts in files of one name: copies together, and pages in order."""
    copies: dict[str, list[HandedIn]] = {}
    for one in sorted(own, key=lambda one: (one.path.count("/"), one.path)):
        copies.setdefault(one.stored.text_hash, []).append(one)
    series: dict[tuple[str, str], list[_Text]] = {}
    for files in copies.values():
        series.setdefault(page_name(files[0].path).series, []).append(_Text((tuple(files),)))
    return [one for group in series.values() for one in _joined(group)]


def _joined(group: Sequence[_Text]) -> list[_Text]:
    """Return texts whose names differ by numbers only as the pages of one, where their content allows it."""
    ordered = sorted(group, key=lambda one: page_name(one.path).order)
    names = [page_name(one.path) for one in ordered]
    if len(ordered) < 2 or len({one.order for one in names}) < len(names):
        return list(group)
    if any(_are_versions(pair) for pair in combinations(ordered, 2)):
        # A file without a number may be the whole text beside photos of its pages.
        return list(group) if names[0].order else [ordered[0], *_joined(ordered[1:])]
    told = all(one.told for one in names[1:])
    if not told and any(begins_a_text(one.pages[0][0].stored.document) for one in ordered[1:]):
        return list(group)
    return [_Text(tuple(one.pages[0] for one in ordered))]


def _said(text: _Text) -> Notes:
    if len(text.pages) == 1:
        return []
    return [
        (text.path, f"和同名的另外 {len(text.pages) - 1} 个文件是同一份材料的几页，已按文件名的次序连成一份，请核对")
    ]


def _as_two(found: Sequence[_Text]) -> tuple[list[HandedIn], list[SetAsideFile], Notes]:
    ordered = sorted(found, key=lambda one: one.pages[0][0].stored.text_hash)
    numbered = [
        replace(file, name=f"{file.name}（{number}）") for number, one in enumerate(ordered, 1) for file in one.files
    ]
    note = (
        "和另一份署名相同、内容不同，按两名成员计；如果是同一份的几页，请在文件名末尾写第1页、第2页；"
        "如果是同一个人的两稿，请只留下一份"
    )
    notes = [(one.path, note) for one in sorted(found, key=lambda one: one.path)[1:]]
    return numbered, [], [*notes, *(said for one in found for said in _said(one))]


def unnumbered(name: str) -> str:
    """Return the name itself where it was numbered, because two members are called the same."""
    return _NUMBERED.sub("", name)


def _are_versions(texts: Sequence[_Text]) -> bool:
    """Whether all texts share a good part of the shortest one with each other."""
    parts = [one.shingles for one in texts]
    return all(
        len(first & second) >= _SAME_TEXT * min(len(first), len(second))
        for index, first in enumerate(parts)
        for second in parts[:index]
    )


def _shingles(text: str) -> set[str]:
    plain = "".join(text.split())
    return {plain[start : start + _SHINGLE] for start in range(max(len(plain) - _SHINGLE + 1, 1))}
