"""Train the two matrices of a pair model: every text on the left finds its own counterpart on the right."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from nlp_kit.features import FloatArray
from nlp_kit.pairs import unit


@dataclass(frozen=True, slots=True)
class TowerSettings:
    """How the matrices are trained.

    Args:
        epochs: Passes over the pairs.
        batch: Pairs a step; the others of a batch are what a text must not choose.
        rate: Learning rate.
        hold: Weight of the square distance from where the matrices began, the identity.
        dropout: Share of the features that are hidden at a step.
        temperature: Divides the cosines before the softmax.
        dimensions: Directions that are kept of the trained vectors (principal components).
        seed: Of everything random.
    """

    epochs: int = 15
    batch: int = 64
    rate: float = 2e-3
    hold: float = 1e-3
    dropout: float = 0.2
    temperature: float = 0.2
    dimensions: int = 64
    seed: int = 0


def train_towers(
    left: FloatArray, right: FloatArray, wrong: FloatArray, groups: Sequence[int], settings: TowerSettings
) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    """Return the matrices of the left and of the right side, shape (n_features, dimensions).

    Args:
        left: Features of the left texts, shape (n_pairs, n_features).
        right: Of their counterparts.
        wrong: Of a text each that is no counterpart though it looks like one.
        groups: Pairs of one group have the same left text; none is wrong for the others, length n_pairs.
        settings: How to train.
    """
    torch.manual_seed(settings.seed)
    sides = [torch.tensor(one, dtype=torch.float32) for one in (left, right, wrong)]
    numbers = torch.tensor(list(groups))
    start = torch.eye(left.shape[1])
    towers = [torch.nn.Parameter(start.clone()) for _ in range(2)]
    optimizer = torch.optim.AdamW(towers, lr=settings.rate, weight_decay=0.0)
    order = torch.Generator().manual_seed(settings.seed)
    for _ in range(settings.epochs):
        for rows in torch.randperm(len(left), generator=order).split(settings.batch):
            seen = [functional.dropout(one[rows], settings.dropout) for one in sides]
            one, other, bad = (
                functional.normalize(side @ tower, dim=1)
                for side, tower in zip(seen, (towers[0], towers[1], towers[1]), strict=True)
            )
            scores = torch.cat([one @ other.T, one @ bad.T], dim=1) / settings.temperature
            same = (numbers[rows][:, None] == numbers[rows][None]).float() - torch.eye(len(rows))
            scores[:, : len(rows)] -= 1e4 * same
            held = sum(((tower - start) ** 2).sum() for tower in towers)
            loss = functional.cross_entropy(scores, torch.arange(len(rows))) + settings.hold * held
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    first, second = (tower.detach().numpy().astype(np.float64) for tower in towers)
    turned = np.vstack([unit(left @ first), unit(right @ second), unit(wrong @ second)])
    directions = np.linalg.svd(turned, full_matrices=False)[2][: settings.dimensions].T
    return (first @ directions).astype(np.float16), (second @ directions).astype(np.float16)
