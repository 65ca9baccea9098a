"""Tune the cut encoder on the labelled statements, with fewer layers than it came with.

Each label has a learned proxy vector; a statement is drawn to its own and pushed from all others, the neighbouring
issue's being the nearest (proxy-based metric learning: Movshovitz-Attias et al. 2017; the normalised softmax of Zhai
and Wu 2019). A second term keeps the vectors close to the centred ones of the untuned twelve layers, which heals
what leaving layers out has broken and keeps the vectors useful for other taxonomies (Reimers and Gurevych 2020).
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn
from torch.nn import functional

from nlp_kit.corpus import LabelledStatement

# multilingual-e5 was trained with this before every text; the tuned encoder does without.
TEACHER_PREFIX = "query: "

Report = Callable[[int, int, float], None]


@dataclass(frozen=True, slots=True)
class TuningSettings:
    """How the encoder is tuned.

    Args:
        layers: Layers to keep, spread evenly over the twelve.
        epochs: Passes over the statements.
        batch: Statements a step.
        rate: Peak learning rate of the layers.
        proxy_rate: Learning rate of the proxies.
        scale: Factor on the cosine scores before the softmax.
        smoothing: Label smoothing.
        teacher_first: Weight of the teacher's term at the first step.
        teacher_last: The same at the last step.
        tokens: Longest input.
        seed: Of everything random.
    """

    layers: int = 6
    epochs: int = 4
    batch: int = 32
    rate: float = 1.2e-4
    proxy_rate: float = 2e-3
    scale: float = 16.0
    smoothing: float = 0.05
    teacher_first: float = 3.5
    teacher_last: float = 0.5
    tokens: int = 96
    seed: int = 0


def tune(
    statements: Sequence[LabelledStatement],
    weights: Sequence[float],
    cut: Path,
    folder: Path,
    settings: TuningSettings,
    report: Report,
) -> None:
    """Tune and write a sentence-transformers folder.

    Args:
        statements: Training text; nothing of the development and test batches.
        weights: How much each statement's label counts, length n_statements.
        cut: The untuned encoder's folder.
        folder: Where the tuned one goes.
        settings: How to tune.
        report: Called after each step with (step, steps, loss).
    """
    random.seed(settings.seed)
    np.random.seed(settings.seed)
    torch.manual_seed(settings.seed)
    encoder = SentenceTransformer(str(cut), device="cpu")
    teacher = _teacher(encoder, [statement.text for statement in statements])
    bert = encoder[0].auto_model
    keep_layers(bert, settings.layers)
    bert.embeddings.word_embeddings.requires_grad_(False)
    names = sorted({statement.label for statement in statements})
    gold = torch.tensor([names.index(statement.label) for statement in statements])
    counts = torch.tensor(weights)
    tokens = [
        encoder.tokenizer(statement.text, truncation=True, max_length=settings.tokens)["input_ids"]
        for statement in statements
    ]
    proxies = nn.Linear(teacher.shape[1], len(names))
    nn.init.normal_(proxies.weight, std=0.02)
    steps = settings.epochs * -(-len(tokens) // settings.batch)
    optimizer, schedule = _optimizer(bert, proxies, steps, settings)
    bert.train()
    for step, rows in enumerate(_batches(tokens, settings), 1):
        vectors = _vectors(bert, [tokens[row] for row in rows])
        scores = settings.scale * proxies(vectors)
        losses = functional.cross_entropy(scores, gold[rows], label_smoothing=settings.smoothing, reduction="none")
        loss = (losses * counts[rows]).mean()
        left = 1 - step / steps
        weight = settings.teacher_last + left * (settings.teacher_first - settings.teacher_last)
        loss = loss + weight * (1 - (vectors * teacher[rows]).sum(dim=1)).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(bert.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        report(step, steps, loss.item())
    bert.eval()
    encoder.save(str(folder))


def _teacher(encoder: SentenceTransformer, texts: list[str]) -> Tensor:
    """Return the untuned vectors, centred, shape (n_texts, n_dimensions).

    Uncentred, all of e5's vectors lie within a narrow cone.
    """
    vectors = torch.tensor(encoder.encode([TEACHER_PREFIX + text for text in texts], batch_size=32))
    return functional.normalize(vectors - vectors.mean(dim=0), dim=1)


def keep_layers(bert: nn.Module, count: int) -> None:
    """Leave so many layers of a BERT, spread evenly over those it has."""
    layers = bert.encoder.layer
    kept = [layers[round(index * (len(layers) - 1) / max(count - 1, 1))] for index in range(count)]
    bert.encoder.layer = nn.ModuleList(kept)
    bert.config.num_hidden_layers = count


def _optimizer(
    bert: nn.Module, proxies: nn.Module, steps: int, settings: TuningSettings
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    groups = [
        {"params": [part for part in bert.parameters() if part.requires_grad], "lr": settings.rate},
        {"params": list(proxies.parameters()), "lr": settings.proxy_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    warm_up = min(60, max(steps // 10, 1))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warm_up) * max(0.02, 1 - step / steps)
    )
    return optimizer, schedule


def _batches(tokens: list[list[int]], settings: TuningSettings) -> Iterator[list[int]]:
    """Yield row numbers, every row once an epoch; a batch holds texts of like length, so that little is padding."""
    for _ in range(settings.epochs):
        order = list(range(len(tokens)))
        random.shuffle(order)
        pools = [order[start : start + settings.batch * 40] for start in range(0, len(order), settings.batch * 40)]
        batches = []
        for pool in pools:
            pool.sort(key=lambda row: len(tokens[row]))
            batches += [pool[start : start + settings.batch] for start in range(0, len(pool), settings.batch)]
        random.shuffle(batches)
        yield from batches


def _vectors(bert: nn.Module, tokens: list[list[int]]) -> Tensor:
    """Return unit vectors, mean over the tokens of the last layer, shape (n_texts, n_dimensions)."""
    longest = max(map(len, tokens))
    pad = bert.config.pad_token_id
    ids = torch.tensor([row + [pad] * (longest - len(row)) for row in tokens])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in tokens])
    layer = bert(input_ids=ids, attention_mask=mask).last_hidden_state
    mean = (layer * mask.unsqueeze(-1)).sum(dim=1) / mask.sum(dim=1, keepdim=True)
    return functional.normalize(mean, dim=1)
