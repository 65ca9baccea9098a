"""What a statement's place in the document adds to what its text says: the part, and the category of the heading."""

from collections.abc import Sequence

import numpy as np

from nlp_kit.features import FloatArray
from nlp_kit.labels import LabelScheme
from nlp_kit.records import ROLES, Role, Statement

# Of a role that a part does not hold, whatever the text says: under a heading of causes nobody goes on with problems,
# and what sounds like one there is the cause of one.
_NEVER = 0.00003

# P(role | part of the document). Set by what the parts are for (DOMAIN.md 1.4), not fitted to any corpus:
# the corpora hold single statements. "body" says nothing about the part.
_PRIORS: dict[str, dict[Role, float]] = {
    "heading": {"heading": 0.97, "other": 0.02},
    "preamble": {"preamble": 0.55, "achievement": 0.12, "problem": 0.12, "rectification": 0.06, "other": 0.09},
    "problem": {
        "problem": 0.88,
        "preamble": 0.04,
        "achievement": 0.015,
        "cause": 0.015,
        "measure": 0.005,
        "rectification": 0.005,
        "criticism": 0.005,
        "case": 0.005,
    },
    "cause": {"cause": 0.98, "preamble": 0.005, "problem": _NEVER, "heading": _NEVER, "achievement": _NEVER},
    "measure": {
        "measure": 0.96,
        "other": 0.02,
        "preamble": 0.01,
        "criticism": 0.005,
        "problem": _NEVER,
        "heading": _NEVER,
        "achievement": _NEVER,
    },
    "rectification": {"rectification": 0.80, "achievement": 0.07, "problem": 0.05, "measure": 0.05, "preamble": 0.03},
    "case": {"case": 0.74, "problem": 0.12, "cause": 0.05, "measure": 0.04, "preamble": 0.03},
    "criticism": {"criticism": 0.93, "other": 0.03, "problem": 0.03},
    "achievement": {"achievement": 0.86, "problem": 0.05, "rectification": 0.04, "preamble": 0.04},
    "other": {"other": 0.98, "heading": 0.01, "preamble": 0.01},
    # A pasted list is one of problems or of opinions; headings, closings and the like are rare in it.
    "lines": {
        "problem": 0.70,
        "cause": 0.07,
        "measure": 0.06,
        "achievement": 0.06,
        "criticism": 0.04,
        "rectification": 0.03,
        "preamble": 0.02,
        "case": 0.02,
        "heading": 0.00005,
    },
}
_UNSAID = 0.002
_HINT_WEIGHT = 2.0
# Where a heading may end so (1. 理论学习。), the layout has told; what else ends so is a sentence or a piece of one.
_STOPS = "；;。"
_NO_HEADING = 1e-9


def apply_context(
    probabilities: FloatArray, statements: Sequence[Statement], prior: FloatArray, scheme: LabelScheme
) -> FloatArray:
    """Combine what the text says with where it stands (Bayes with the part's prior instead of the corpus').

    Args:
        probabilities: From the text alone, shape (n_statements, n_classes).
        statements: Length n_statements.
        prior: Share of each label in the training corpus, shape (n_classes,).
        scheme: Folds labels into roles and categories.

    Returns:
        Probabilities, shape (n_statements, n_classes).
    """
    groups = scheme.groups()
    roles = np.array([role for role, _ in groups])
    role_share = {role: prior[roles == role].sum() for role in ROLES}
    combined = probabilities.copy()
    for row, statement in enumerate(statements):
        wanted = _PRIORS.get(statement.part)
        if wanted is not None:
            ratio = [wanted.get(role, _UNSAID) / max(role_share[role], 1e-9) for role, _ in groups]
            combined[row] *= ratio
        if statement.part != "heading" and statement.text.rstrip().endswith(tuple(_STOPS)):
            combined[row, roles == "heading"] *= _NO_HEADING
        if statement.hint is not None:
            combined[row] *= [_HINT_WEIGHT if category == statement.hint else 1.0 for _, category in groups]
    normalised: FloatArray = combined / combined.sum(axis=1, keepdims=True)
    return normalised
