"""How the classifier's labels fold into roles and categories, and how probabilities over them become answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nlp_kit.features import FloatArray
from nlp_kit.records import ROLES, Prediction, Role, Statement
from nlp_kit.taxonomy import Taxonomy

# A blank line of a list says nothing.
_BLANK = Prediction("other", None, None, 1.0, review=False)


@dataclass(frozen=True)
class LabelScheme:
    """How the classifier's labels fold into roles and categories.

    Args:
        classes: The classifier's labels, in its order.
        taxonomy: Gives the category of an issue key.
    """

    classes: tuple[str, ...]
    taxonomy: Taxonomy

    def role_of(self, label: str) -> Role:
        """Return the role that a label stands for."""
        return next((role for role in ROLES if role == label), "problem")

    def category_of(self, label: str) -> str | None:
        """Return the category that a label stands for, None outside the four."""
        return self.taxonomy.category_of(label) if self.role_of(label) == "problem" else None

    def groups(self) -> list[tuple[Role, str | None]]:
        """Return (role, category) of every label."""
        return [(self.role_of(label), self.category_of(label)) for label in self.classes]


def answer(probabilities: FloatArray, scheme: LabelScheme, review_below: float) -> list[Prediction]:
    """Turn label probabilities into answers.

    Args:
        probabilities: Shape (n_statements, n_classes).
        scheme: Folds labels into roles and categories.
        review_below: Answers less sure than this wait for a person.
    """
    groups = scheme.groups()
    kinds = sorted(set(groups), key=lambda kind: (ROLES.index(kind[0]), kind[1] or ""))
    members = {kind: [index for index, group in enumerate(groups) if group == kind] for kind in kinds}
    totals = np.stack([probabilities[:, members[kind]].sum(axis=1) for kind in kinds], axis=1)
    predictions = []
    for row, best in enumerate(totals.argmax(axis=1)):
        role, category = kinds[int(best)]
        issue = None
        if role == "problem":
            labels = members[kinds[int(best)]]
            issue = scheme.classes[labels[int(probabilities[row, labels].argmax())]]
        confidence = round(float(min(totals[row, best], 1.0)), 4)
        predictions.append(Prediction(role, category, issue, confidence, confidence < review_below))
    return predictions


def answer_within(
    probabilities: FloatArray, shares: FloatArray, keys: Sequence[str], scheme: LabelScheme, review_below: float
) -> list[Prediction]:
    """Turn label probabilities into answers whose categories are those of another taxonomy; issues stay as they are.

    Args:
        probabilities: Shape (n_statements, n_classes).
        shares: Probability of each category if the statement is a problem, shape (n_statements, n_categories).
        keys: The categories' keys, length n_categories.
        scheme: Folds labels into roles.
        review_below: Answers less sure than this wait for a person.
    """
    roles = [scheme.role_of(label) for label in scheme.classes]
    names = [role for role in ROLES if role in roles]
    totals = np.stack([probabilities[:, [one == name for one in roles]].sum(axis=1) for name in names], axis=1)
    issues = [index for index, role in enumerate(roles) if role == "problem"]
    predictions = []
    for row, best in enumerate(totals.argmax(axis=1)):
        role, category, issue, sure = names[int(best)], None, None, totals[row, best]
        if role == "problem":
            chosen = int(shares[row].argmax())
            category, sure = keys[chosen], sure * shares[row, chosen]
            issue = scheme.classes[issues[int(probabilities[row, issues].argmax())]]
        confidence = round(float(min(sure, 1.0)), 4)
        predictions.append(Prediction(role, category, issue, confidence, confidence < review_below))
    return predictions


def settled(statement: Statement, found: Prediction) -> Prediction:
    """Return an answer that waits for nobody where there is nothing to decide.

    A title, a name below it or a heading, by its place, that the model takes for no part of what is told, is none.
    """
    if not statement.text.strip():
        return _BLANK
    if statement.part == "heading" and found.role in ("heading", "other"):
        return replace(found, review=False)
    return found
