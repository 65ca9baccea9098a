"""Which of several files under one name count: the newest version, or two members who are called the same."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

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


def _choose(own: Sequence[HandedIn]) -> tuple[list[HandedIn], list[SetAsideFile], Notes]:
    """Return which files of one name count; copies of one text all do, and count as one member later."""
    texts = {one.stored.text_hash for one in own}
    if len(texts) == 1 or any(one.stored.shared for one in own):
        return list(own), [], []
    paths = sorted(one.path for one in own)
    named = next((one.path for one in own if one.pinned), None) or newest(paths)
    if named is None and not _are_versions(own):
        return _as_two(own, paths)
    latest = (
        next(one for one in own if one.path == named) if named else max(own, key=lambda one: (one.modified, one.path))
    )
    kept = [one for one in own if one.stored.text_hash == latest.stored.text_hash]
    left_out = [one.path for one in own if one not in kept]
    reason = "同一名成员有更新的一稿"
    why = "" if named else "，名称看不出先后，按修改时间取的，请核对"
    notes = [(latest.path, f"同一名成员有 {len(left_out) + 1} 份，按这一份计{why}")]
    return kept, [SetAsideFile(path, reason) for path in left_out], notes


def unnumbered(name: str) -> str:
    """Return the name itself where it was numbered, because two members are called the same."""
    return _NUMBERED.sub("", name)


def _as_two(own: Sequence[HandedIn], paths: Sequence[str]) -> tuple[list[HandedIn], list[SetAsideFile], Notes]:
    hashes = sorted({one.stored.text_hash for one in own})
    numbered = [replace(one, name=f"{one.name}（{hashes.index(one.stored.text_hash) + 1}）") for one in own]
    note = "和另一份署名相同、内容不同，按两名成员计；如果是同一个人，请只留下一份"
    return numbered, [], [(path, note) for path in paths[1:]]


def _are_versions(own: Iterable[HandedIn]) -> bool:
    """Whether all texts share a good part of the shortest one with each other."""
    parts = [_shingles(one.stored.document.text) for one in own]
    return all(
        len(first & second) >= _SAME_TEXT * min(len(first), len(second))
        for index, first in enumerate(parts)
        for second in parts[:index]
    )


def _shingles(text: str) -> set[str]:
    plain = "".join(text.split())
    return {plain[start : start + _SHINGLE] for start in range(max(len(plain) - _SHINGLE + 1, 1))}
