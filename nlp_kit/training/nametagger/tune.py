"""Tune the first layers of the cut encoder, beside characters and a fixed lexer, to tag characters."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from nlp_kit.privacy.facts import find_facts
from nlp_kit.privacy.lexer import WIDTH, Lexer
from nlp_kit.privacy.masking import simplified
from nlp_kit.privacy.tagger import KINDS, LABELS, PIECES
from nlp_kit.privacy.views import Views, views_of
from nlp_kit.training.encoder.cut import SPECIAL
from nlp_kit.training.nametagger.text import SKIP, Marked

_IGNORED = -100
_JOINED = 256
# Beginnings of the names of weights that come from the encoder.
_ENCODERS = ("bert.", "chars.")

Report = Callable[[int, int, float], None]


@dataclass(frozen=True, slots=True)
class TaggerSettings:
    """How the tagger is tuned.

    Args:
        layers: First layers of the encoder to keep.
        epochs: Passes over the text; the last one may be a part of it.
        batch: Pieces a step.
        rate: Peak learning rate of the encoder.
        head_rate: Learning rate of the layers on top.
        seed: Of everything random.
    """

    layers: int = 9
    epochs: float = 2.5
    batch: int = 32
    rate: float = 2e-4
    head_rate: float = 1e-3
    seed: int = 0


class CharacterTagger(nn.Module):
    """A BERT over pieces, characters and a lexer's features, joined by a bidirectional GRU over the characters.

    Args:
        cut: Folder of the cut, untuned encoder.
        layers: First layers to keep.
    """

    def __init__(self, cut: Path, layers: int) -> None:
        super().__init__()
        self.numbers, rows = _characters(cut)
        self.bert = AutoModel.from_pretrained(cut, attn_implementation="eager")
        self.bert.encoder.layer = self.bert.encoder.layer[:layers]
        self.bert.config.num_hidden_layers = layers
        weights = self.bert.get_input_embeddings().weight.data
        width = weights.shape[1]
        self.chars = nn.Embedding.from_pretrained(weights[rows].clone(), freeze=False)
        self.norm = nn.LayerNorm(width)
        self.join = nn.Linear(2 * width + WIDTH + 2, _JOINED)
        self.read = nn.GRU(_JOINED, _JOINED // 2, batch_first=True, bidirectional=True)
        self.answer = nn.Linear(2 * _JOINED, len(LABELS))
        self.drop = nn.Dropout(0.15)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        characters: Tensor,
        places: Tensor,
        edges: Tensor,
        features: Tensor,
    ) -> Tensor:
        """Return the scores of the labels, shape (n_texts, n_characters, n_labels)."""
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        hidden = torch.gather(hidden, 1, places.unsqueeze(-1).expand(-1, -1, hidden.shape[-1]))
        seen = torch.cat([hidden, self.norm(self.chars(characters)), features, edges], -1)
        joined = functional.gelu(self.join(self.drop(seen)))
        read, _ = self.read(joined)
        scores: Tensor = self.answer(self.drop(torch.cat([joined, read], -1)))
        return scores

    def base(self) -> list[nn.Parameter]:
        """Return the weights that come from the encoder."""
        return [weight for name, weight in self.named_parameters() if name.startswith(_ENCODERS)]

    def top(self) -> list[nn.Parameter]:
        """Return the weights on top of it."""
        return [weight for name, weight in self.named_parameters() if not name.startswith(_ENCODERS)]


def tune(text: Sequence[Marked], cut: Path, lexer: Lexer, settings: TaggerSettings, report: Report) -> CharacterTagger:
    """Return a tagger fitted to marked text.

    Args:
        text: Marked pieces.
        cut: Folder of the cut, untuned encoder.
        lexer: Gives the features; stays as it is.
        settings: How to tune.
        report: Called after each step with (step, steps, loss).
    """
    random.seed(settings.seed)
    torch.manual_seed(settings.seed)
    # Adam's moments of characters that do not occur shrink to denormal numbers, which are slow.
    torch.set_flush_denormal(True)
    tagger = CharacterTagger(cut, settings.layers)
    tokenizer = Tokenizer.from_file(str(cut / PIECES))
    plain = [one.text.translate(simplified()) for one in text]
    views = [views_of(one, tokenizer, tagger.numbers, lexer) for one in plain]
    gold = [_gold(one, words) for one, words in zip(text, plain, strict=True)]
    groups = [
        {"params": tagger.base(), "lr": settings.rate},
        {"params": tagger.top(), "lr": settings.head_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = int(settings.epochs * len(text) / settings.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 100) * max(0.02, 1 - step / steps)
    )
    tagger.train()
    lengths = [len(one) for one in plain]
    for step, rows in enumerate(islice(_batches(lengths, settings.batch), steps), 1):
        scores = tagger(**_stacked([views[row] for row in rows])).flatten(0, 1)
        answers = nn.utils.rnn.pad_sequence([torch.tensor(gold[row]) for row in rows], True, _IGNORED)
        loss = functional.cross_entropy(scores, answers.flatten(), ignore_index=_IGNORED)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(tagger.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        report(step, steps, loss.item())
    tagger.eval()
    return tagger


def _characters(cut: Path) -> tuple[dict[str, int], list[int]]:
    """Return character → new number, and the rows of the encoder's embeddings that they keep."""
    pieces = [piece for piece, _ in json.loads((cut / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]]
    rows = {piece: row for row, piece in enumerate(pieces) if len(piece) == 1}
    for row, piece in enumerate(pieces):
        if len(piece) == 2 and piece[0] == "▁":
            rows.setdefault(piece[1], row)
    kept = [row for row, piece in enumerate(pieces) if piece in SPECIAL] + sorted(set(rows.values()))
    new = {row: number for number, row in enumerate(kept)}
    numbers = {character: new[row] for character, row in rows.items()}
    numbers[" "] = numbers["　"] = numbers["▁"]
    return numbers | {piece: new[row] for row, piece in enumerate(pieces) if piece in SPECIAL}, kept


def _gold(one: Marked, plain: str) -> list[int]:
    """Return the label of each character."""
    gold = [0] * len(plain)
    if not one.whole:
        # Where only names are marked, what looks like an address or a sum may be one.
        for fact in find_facts(plain):
            if fact.kind in KINDS:
                gold[fact.start : fact.end] = [_IGNORED] * (fact.end - fact.start)
    for start, end, kind in one.marks:
        for place in range(start, min(end, len(plain))):
            if kind == SKIP:
                gold[place] = _IGNORED
            elif kind in KINDS:
                gold[place] = LABELS.index(kind) + (place > start)
    return gold


def _batches(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """Yield row numbers without end; a batch holds texts of like length, so that little is padding."""
    while True:
        order = list(range(len(lengths)))
        random.shuffle(order)
        pools = [
            sorted(order[start : start + size * 40], key=lambda row: lengths[row])
            for start in range(0, len(order), size * 40)
        ]
        batches = [pool[start : start + size] for pool in pools for start in range(0, len(pool), size)]
        random.shuffle(batches)
        yield from batches


def _stacked(views: Sequence[Views]) -> dict[str, Tensor]:
    """Return the tagger's inputs for several texts, padded with zeros."""
    return {name: nn.utils.rnn.pad_sequence([torch.from_numpy(one[name]) for one in views], True) for name in views[0]}
