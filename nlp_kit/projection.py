"""Statements on a plane, for people to look at: like ones stand near each other.

t-SNE (van der Maaten and Hinton 2008), begun from the principal components so that every run gives the same picture.
Above ``MAX_EXACT`` statements an even sample is laid out, and each of the others stands among those of the sample that
it is most like. Distances between far groups mean nothing.
"""

import numpy as np
from numpy.typing import NDArray

MAX_EXACT = 2000
PERPLEXITY = 20
_STEPS = 500
_NEIGHBOURS = 4
_SHARPNESS = 12
_BATCH = 2000


def project(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a place for every statement.

    Args:
        vectors: Unit vectors, shape (n_statements, n_features).

    Returns:
        Shape (n_statements, 2), within -1 to 1.
    """
    if len(vectors) < 4 or (vectors == vectors[0]).all():
        # Too few to lay out, or all the same, which t-SNE cannot take: side by side.
        return np.column_stack([np.linspace(-0.5, 0.5, len(vectors)), np.zeros(len(vectors))])
    sample = np.unique(np.linspace(0, len(vectors) - 1, min(len(vectors), MAX_EXACT)).astype(np.intp))
    if (vectors[sample] == vectors[sample[0]]).all():
        sample = np.unique(np.append(sample, np.flatnonzero((vectors != vectors[0]).any(axis=1))[:MAX_EXACT]))
    placed = _laid_out(vectors[sample])
    if len(sample) < len(vectors):
        placed = _among(vectors, vectors[sample], placed)
    placed -= (placed.max(axis=0) + placed.min(axis=0)) / 2
    scaled: NDArray[np.float64] = placed / max(float(np.abs(placed).max()), 1e-12)
    return scaled


def _laid_out(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    # Slow to import, and only pictures need it.
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    perplexity = min(PERPLEXITY, (len(vectors) - 1) / 3)
    layout = TSNE(init="pca", perplexity=perplexity, max_iter=_STEPS, random_state=0)
    # With one thread sums come in one order, and it is faster at this size.
    with threadpool_limits(1):
        placed: NDArray[np.float64] = layout.fit_transform(vectors).astype(np.float64)
    return placed


def _among(
    vectors: NDArray[np.float64], sample: NDArray[np.float64], placed: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return for every statement the mean place of those of the sample that it is most like, weighed by likeness."""
    parts = []
    for start in range(0, len(vectors), _BATCH):
        alike = np.round(vectors[start : start + _BATCH] @ sample.T, 9)
        nearest = np.argsort(-alike, axis=1, kind="stable")[:, :_NEIGHBOURS]
        weights = np.clip(np.take_along_axis(alike, nearest, axis=1), 0.01, None) ** _SHARPNESS
        weights /= weights.sum(axis=1, keepdims=True)
        parts.append(np.einsum("nk,nkd->nd", weights, placed[nearest]))
    return np.vstack(parts)
