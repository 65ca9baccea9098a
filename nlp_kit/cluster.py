"""Group the statements of one category into issues: the same problem, told by several members.

Average linkage (UPGMA) over a distance that mixes two views: what the classifier reads in a statement (its
probabilities over the issue keys, compared by the Bhattacharyya coefficient) and its wording (TF-IDF cosine).
A statement that is like no other stays a group of one; there is no outlier bin.
"""

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

ISSUE_WEIGHT = 0.8
CUT = 0.6

# Pairwise distances need n² memory; above this, statements are first parted by their most likely issue.
MAX_PAIRWISE = 4000


def group_statements(issue_probabilities: NDArray[np.float64], features: scipy.sparse.csr_matrix) -> NDArray[np.intp]:
    """Return a group number for every statement.

    The numbers only tell groups apart. The partition does not depend on the order of the rows as long as equal
    rows stay equal; callers sort rows by content to make ties fall the same way in every run.

    Args:
        issue_probabilities: Shape (n_statements, n_issues), rows sum to 1.
        features: TF-IDF of the texts, shape (n_statements, n_features).

    Returns:
        Shape (n_statements,), groups numbered from 0 by first appearance.
    """
    count = issue_probabilities.shape[0]
    if count <= MAX_PAIRWISE:
        return _first_appearance(_average_linkage(issue_probabilities, features))
    labels = np.zeros(count, dtype=np.intp)
    best = issue_probabilities.argmax(axis=1)
    taken = 0
    for issue in np.unique(best):
        rows = np.flatnonzero(best == issue)
        for block in np.array_split(rows, int(np.ceil(len(rows) / MAX_PAIRWISE))):
            found = _average_linkage(issue_probabilities[block], features[block])
            labels[block] = found + taken
            taken += int(found.max()) + 1
    return _first_appearance(labels)


def _average_linkage(issue_probabilities: NDArray[np.float64], features: scipy.sparse.csr_matrix) -> NDArray[np.intp]:
    if issue_probabilities.shape[0] < 2:
        return np.zeros(issue_probabilities.shape[0], dtype=np.intp)
    roots = np.sqrt(issue_probabilities)
    same_issue = roots @ roots.T
    norms = np.sqrt(np.asarray(features.multiply(features).sum(axis=1)).ravel())
    scaled = scipy.sparse.diags(1.0 / np.maximum(norms, 1e-12)) @ features
    same_words = (scaled @ scaled.T).toarray()
    distance = 1.0 - (ISSUE_WEIGHT * same_issue + (1.0 - ISSUE_WEIGHT) * same_words)
    # Rounding makes equal distances equal in every run, whatever the order of the sums.
    distance = np.round(np.clip((distance + distance.T) / 2, 0.0, 1.0), 9)
    np.fill_diagonal(distance, 0.0)
    labels: NDArray[np.intp] = fcluster(linkage(squareform(distance), method="average"), CUT, criterion="distance")
    return labels - 1


def _first_appearance(labels: NDArray[np.intp]) -> NDArray[np.intp]:
    order: dict[int, int] = {}
    return np.array([order.setdefault(int(label), len(order)) for label in labels], dtype=np.intp)
