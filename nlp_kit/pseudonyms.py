"""Which pseudonym every text has: stable over runs, independent of file names."""

from collections.abc import Mapping, Sequence

from nlp_kit.keyfile import split_names


def assign_pseudonyms(
    texts: Sequence[tuple[str, str, str]], known: Sequence[tuple[str, str, str]], names: Mapping[str, str]
) -> list[str]:
    """Return the pseudonym of every text.

    A member keeps his pseudonym by his name; where there is none, a text keeps it under any file name, and a changed
    text by its file name. What is handed in twice is one member, and so is all that has one name. The others get the
    next free numbers in content order, so that file names decide nothing.

    Args:
        texts: (path, text hash, name) of the current texts; an empty name says nothing.
        known: (pseudonym, text hash, path) of earlier runs.
        names: Name → pseudonym of earlier runs.
    """
    persons = _persons(texts)
    order = sorted(zip(texts, persons, strict=True), key=lambda pair: (pair[0][1], pair[0][0]))
    owner: dict[int, str] = {}
    by_text = {text_hash: pseudonym for pseudonym, text_hash, _ in known}
    by_path = {path: pseudonym for pseudonym, _, path in known}
    for table, place in ((names, 2), (by_text, 1), (by_path, 0)):
        for text, person in order:
            found = _first(table, split_names(text[2]) if place == 2 else [text[place]])
            if found and person not in owner and found not in owner.values():
                owner[person] = found
    following = max((int(pseudonym.removeprefix("成员")) for pseudonym, _, _ in known), default=0)
    for _, person in order:
        if person not in owner:
            following += 1
            owner[person] = f"成员{following:02d}"
    return [owner[person] for person in persons]


def _first(table: Mapping[str, str], keys: Sequence[str]) -> str:
    return next((table[key] for key in keys if key in table), "")


def _persons(texts: Sequence[tuple[str, str, str]]) -> list[int]:
    """Return a number for every text; texts with one hash or one name have the same."""
    numbers = list(range(len(texts)))
    for place in (1, 2):
        first: dict[str, int] = {}
        for index, text in enumerate(texts):
            if text[place]:
                pair = {numbers[index], numbers[first.setdefault(text[place], index)]}
                numbers = [min(pair) if number in pair else number for number in numbers]
    return numbers
