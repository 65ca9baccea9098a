"""How far two reviewers agree: Cohen's kappa (1960) over the statements that either has looked at, and where not."""

from collections.abc import Sequence
from dataclasses import dataclass

from nlp_kit.review.book import DROP, EDITED, GROUPS, SENTENCES, STATEMENTS
from nlp_kit.review.readback import EditedRow, ReviewedSheets

_COMPARED = ("角色", "方面", "问题", "归入组", "处理")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two reviewers agree.

    Args:
        statements: How many statements at least one of them has changed or confirmed.
        kappa: Column → Cohen's kappa; None where there is nothing to compare.
        disagreements: (sheet, line in the first one's sheet, column, the first one's answer, the second one's).
    """

    statements: int
    kappa: dict[str, float | None]
    disagreements: tuple[tuple[str, int, str, str, str], ...]


def compare_reviews(first: ReviewedSheets, second: ReviewedSheets) -> Agreement:
    """Compare two edited copies of one spreadsheet."""
    others = {row.id: row for row in second.rows[STATEMENTS]}
    pairs = [
        (row, others[row.id])
        for row in first.rows[STATEMENTS]
        if row.id in others and (row.cells != row.base or others[row.id].cells != others[row.id].base)
    ]
    found = {column: [(_answer(one, column), _answer(other, column)) for one, other in pairs] for column in _COMPARED}
    disagreements = [
        (STATEMENTS, one.place, column, *found[column][number])
        for number, (one, _) in enumerate(pairs)
        for column in _COMPARED
        if found[column][number][0] != found[column][number][1]
    ]
    for sheet in (GROUPS, SENTENCES):
        others = {row.id: row for row in second.rows[sheet]}
        disagreements += [
            (sheet, row.place, column, row.cells[column], others[row.id].cells[column])
            for row in first.rows[sheet]
            if row.id in others
            for column in EDITED[sheet]
            if row.cells[column] != others[row.id].cells[column]
        ]
    return Agreement(len(pairs), {column: _kappa(found[column]) for column in _COMPARED}, tuple(disagreements))


def _answer(row: EditedRow, column: str) -> str:
    # Who confirms an answer says of the statement what stands there.
    return row.cells[column] if column != "处理" or row.cells[column] == DROP else ""


def _kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    from sklearn.metrics import cohen_kappa_score  # slow to import

    if not pairs:
        return None
    one, other = zip(*pairs, strict=True)
    # Kappa is undefined where both give one and the same answer throughout.
    return 1.0 if one == other else float(cohen_kappa_score(one, other))
