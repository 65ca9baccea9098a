"""How sure several statements are together that something is shown, as independent witnesses are."""

import numpy as np

from nlp_kit.features import FloatArray


def together(shares: FloatArray, least: float) -> tuple[float, list[int]]:
    """Return how sure the statements are together, 1 - (1 - p)(1 - q), and the rows of those that count.

    Args:
        shares: How likely each statement shows it, shape (n_statements,).
        least: Probability from which on a statement is a witness.
    """
    rows = np.flatnonzero(shares >= least)
    return float(1 - np.prod(1 - shares[rows])), rows.tolist()
