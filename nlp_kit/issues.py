"""Classified statements → the issues of each category: grouped, named, numbered, with how firmly they stand."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlp_kit.drafting.groups import Group, Will, span_of
from nlp_kit.records import ClassifiedStatement, Issue, Submission
from nlp_kit.review.standing import OwnGroup, Standing

if TYPE_CHECKING:
    from nlp_kit.engine import Engine

# A group whose mean probability of the likeliest issue lies below this is none of the inventory: with ten issues of the
# inventory hidden, 0.4 found 31 % of the hidden problems that one member told alone and called 4 % of the others new.
NEW_BELOW = 0.4

# Groups of one key are one issue where both are this sure of it. On random branches of corpora/documents this costs
# nothing (B³ 0.881 instead of 0.886), and a problem that is told in two ways is counted once.
SAME_FROM = 0.5

# Leaving out every member in turn costs one grouping a member; above this many statements it is not done.
MAX_FOR_STABILITY = 1500

# Parts of speech of words that name a matter; the tags of proper names are not among them.
_NAMING_TAGS = frozenset({"n", "v", "a", "vn", "an", "l", "i"})
_WORDS_OF_A_NAME = 2


def group_problems(
    submissions: Sequence[Submission],
    engine: "Engine",
    standing: Standing | None = None,
    names: Collection[str] = (),
) -> list[Group]:
    """Group the accepted problems of each category, heaviest first.

    Args:
        submissions: In content order, so that file names decide nothing.
        engine: The loaded models.
        standing: What persons have decided; the submissions are corrected by it already.
        names: Members' names, which name no group.
    """
    standing = standing or Standing()
    groups: list[Group] = []
    for category in engine.taxonomy.categories:
        items = accepted(submissions, category.key)
        if items:
            groups += _group_category(items, category.key, category.prefix, engine, standing, names)
    return groups


def accepted(submissions: Sequence[Submission], category: str) -> list[ClassifiedStatement]:
    """Return the problems of a category that are grouped: no copies, nothing that waits or was left out."""
    return [
        item
        for submission in submissions
        for item in submission.statements
        if item.prediction.category == category and not (item.prediction.review or item.dropped or item.copied)
    ]


def grouping_vectors(
    items: Sequence[ClassifiedStatement], category: str, engine: "Engine", standing: Standing
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what statements of a category are grouped by.

    Args:
        items: The statements.
        category: Their category.
        engine: The loaded models.
        standing: What persons have decided.

    Returns:
        Probabilities of the category's issue keys, shape (n_statements, n_keys), and unit vectors, shape
        (n_statements, n_features), as of ``nlp_kit.cluster.statement_vectors``.
    """
    # SciPy's clustering is slow to import, and only drafting needs it.
    from nlp_kit.cluster import statement_vectors

    keys = _keys_of(category, engine)
    found = engine.probabilities([item.statement for item in items])
    found = found[:, [engine.scheme.classes.index(key) for key in keys]]
    found /= found.sum(axis=1, keepdims=True)
    for row, item in enumerate(items):
        answer = standing.answers.get(item.id)
        if answer is not None and answer.issue in keys:
            found[row] = [key == answer.issue for key in keys]
    texts = engine.centred_vectors([item.statement.counted_text for item in items])
    return found, statement_vectors(found, texts)


def _keys_of(category: str, engine: "Engine") -> list[str]:
    return [label for label in engine.scheme.classes if engine.scheme.category_of(label) == category]


def _group_category(
    items: Sequence[ClassifiedStatement],
    category: str,
    prefix: str,
    engine: "Engine",
    standing: Standing,
    names: Collection[str],
) -> list[Group]:
    keys = _keys_of(category, engine)
    found, vectors = grouping_vectors(items, category, engine, standing)
    owners = [standing.home_of(item.id) for item in items]
    labels = _grouped(vectors, found, owners)
    firm = stability(vectors, labels, [item.member for item in items], found, owners)
    parts = []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        mean = found[rows].mean(axis=0)
        owner = next((owners[row] for row in rows.tolist() if owners[row] is not None), None)
        key = keys[int(mean.argmax())] if mean.max() >= NEW_BELOW else None
        if owner is not None and owner.key in keys:
            key = owner.key
        steady = None if firm is None else float(firm[rows].mean())
        parts.append((key, [items[row] for row in rows.tolist()], steady, owner))
    parts.sort(key=_weight)
    return [
        Group(
            Issue(
                id=f"{prefix}-{number:02d}",
                category=category,
                key=key,
                label=(owner and owner.name)
                or (engine.taxonomy.by_key[key].label if key else name_of(told, engine, names)),
                members=len({item.member for item in told}),
                statements=tuple(span_of(item) for item in told),
                stability=steady,
            ),
            tuple(told),
            _will_of(owner) if owner else Will(),
        )
        for number, (key, told, steady, owner) in enumerate(parts, 1)
    ]


def _will_of(owner: OwnGroup) -> Will:
    return Will(
        *(owner.number, owner.keep, owner.place, owner.wording, owner.locked),
        *(owner.as_drafted, owner.worded_for, owner.name if owner.is_named else ""),
    )


def _grouped(
    vectors: NDArray[np.float64], found: NDArray[np.float64], owners: Sequence[OwnGroup | None]
) -> NDArray[np.intp]:
    """Return the partition: linked, those surely of one key joined, and over that what persons have decided.

    What no person has touched stays as it would be without any decision. A statement that nobody has put anywhere
    follows those that it was linked with into the committee's own group, where that was a group of the program's and
    nothing keeps it closed.

    Args:
        vectors: Of the statements, shape (n_statements, n_features).
        found: Probabilities of the issue keys, shape (n_statements, n_keys).
        owners: The committee's own group that each belongs to, length n_statements.
    """
    from nlp_kit.cluster import first_appearance, group_statements

    linked = _joined(group_statements(vectors), found)
    numbers: dict[str, int] = {}
    labels = linked.copy()
    following = int(linked.max()) + 1
    for row, owner in enumerate(owners):
        if owner is not None:
            labels[row] = numbers.setdefault(owner.number, following + len(numbers))
    for label in np.unique(linked):
        rows = np.flatnonzero(linked == label)
        beside = [owners[row] for row in rows.tolist()]
        open_ = Counter(owner.number for owner in beside if owner is not None and owner.is_open)
        if open_:
            free = rows[[owner is None for owner in beside]]
            labels[free] = numbers[open_.most_common(1)[0][0]]
    return first_appearance(labels)


def _joined(labels: NDArray[np.intp], found: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the partition with groups joined that are surely of the same key."""
    home: dict[int, int] = {}
    joined = labels.copy()
    for label in range(int(labels.max()) + 1):
        mean = found[labels == label].mean(axis=0)
        if mean.max() >= SAME_FROM:
            joined[labels == label] = home.setdefault(int(mean.argmax()), label)
    return joined


def _weight(
    part: tuple[str | None, list[ClassifiedStatement], float | None, OwnGroup | None],
) -> tuple[int, int, str, str]:
    key, items, _, _ = part
    return (-len({item.member for item in items}), -len(items), key or "", items[0].statement.text)


def stability(
    vectors: NDArray[np.float64],
    labels: NDArray[np.intp],
    members: Sequence[str],
    found: NDArray[np.float64],
    owners: Sequence[OwnGroup | None],
) -> NDArray[np.float64] | None:
    """Return how much of each statement's group stays with it when one member's text is left out.

    Args:
        vectors: Of the statements, shape (n_statements, n_features).
        labels: Their groups.
        members: Who wrote each, length n_statements.
        found: Probabilities of the issue keys, shape (n_statements, n_keys).
        owners: The committee's own group that each belongs to.

    Returns:
        Shape (n_statements,), the mean Jaccard index of the old and the new group over all left-out members; None
        where there are too many statements, or fewer than three members.
    """
    names = np.array(members)
    left_out = sorted(set(members))
    if len(left_out) < 3 or len(members) > MAX_FOR_STABILITY:
        return None
    sums, counts = np.zeros(len(members)), np.zeros(len(members))
    for member in left_out:
        rows = np.flatnonzero(names != member)
        again = _grouped(vectors[rows], found[rows], [owners[row] for row in rows.tolist()])
        before = labels[rows]
        same_before, same_again = before[:, None] == before, again[:, None] == again
        sums[rows] += (same_before & same_again).sum(axis=1) / (same_before | same_again).sum(axis=1)
        counts[rows] += 1
    return sums / counts


def name_of(items: Sequence[ClassifiedStatement], engine: "Engine", names: Collection[str] = ()) -> str:
    """Return a name for an issue that the inventory does not have, from the words that mark its statements.

    A word weighs by how many of the statements hold it and by how seldom everyday Chinese uses it (TF-IDF). Words that
    are a member's name, or a part of one, do not count.
    """
    held = Counter[str]()
    for item in items:
        tagged = engine.tokenizer.tag(item.statement.counted_text)
        held.update(
            {
                word
                for word, tag in tagged
                if len(word) > 1
                and tag in _NAMING_TAGS
                and engine.tokenizer.is_word(word)
                and not any(word in name for name in names)
            }
        )
    marking = sorted(held, key=lambda word: (-held[word] / np.log(10 + engine.tokenizer.frequency(word)), word))
    return f"“{'、'.join(marking[:_WORDS_OF_A_NAME])}”方面" if marking else "其他"
