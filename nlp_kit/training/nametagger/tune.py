"""Tune the first layers of the cut encoder, beside a fixed lexer, to tag characters (as in Devlin et al. 2019)."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from nlp_kit.privacy.facts import find_facts
from nlp_kit.privacy.lexer import WIDTH, Lexer
from nlp_kit.privacy.masking import simplified
from nlp_kit.privacy.tagger import KINDS, LABELS
from nlp_kit.training.nametagger.text import SKIP, Marked

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_IGNORED = -100
_JOINED = 192

Report = Callable[[int, int, float], None]


@dataclass(frozen=True, slots=True)
class TaggerSettings:
    """How the tagger is tuned.

    Args:
        layers: First layers of the encoder to keep.
        epochs: Passes over the text.
        batch: Pieces a step.
        rate: Peak learning rate of the encoder.
        head_rate: Learning rate of the layers on top.
        seed: Of everything random.
    """

    layers: int = 6
    epochs: int = 3
    batch: int = 32
    rate: float = 2e-4
    head_rate: float = 1e-3
    seed: int = 0


class CharacterTagger(nn.Module):
    """A BERT over single characters and a lexer's features, joined by a bidirectional GRU.

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
        weights = self.bert.get_input_embeddings().weight.data[rows].clone()
        self.bert.set_input_embeddings(nn.Embedding.from_pretrained(weights, freeze=False))
        self.bert.config.vocab_size = len(rows)
        self.join = nn.Linear(weights.shape[1] + WIDTH, _JOINED)
        self.read = nn.GRU(_JOINED, _JOINED // 2, batch_first=True, bidirectional=True)
        self.answer = nn.Linear(2 * _JOINED, len(LABELS))
        self.drop = nn.Dropout(0.15)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, features: Tensor) -> Tensor:
        """Return the scores of the labels, shape (n_texts, n_characters, n_labels)."""
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        joined = functional.gelu(self.join(self.drop(torch.cat([hidden, features], -1))))
        read, _ = self.read(joined)
        scores: Tensor = self.answer(self.drop(torch.cat([joined, read], -1)))
        return scores

    def top(self) -> list[nn.Parameter]:
        """Return the weights above the BERT."""
        return [weight for name, weight in self.named_parameters() if not name.startswith("bert.")]


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
    pieces = [_encode(one, tagger.numbers) for one in text]
    features = [torch.tensor(lexer.features(one.text.translate(simplified()))) for one in text]
    groups = [
        {"params": tagger.bert.parameters(), "lr": settings.rate},
        {"params": tagger.top(), "lr": settings.head_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = settings.epochs * len(pieces) // settings.batch
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 100) * max(0.02, 1 - step / steps)
    )
    tagger.train()
    for step, rows in enumerate(_batches(pieces, settings), 1):
        tokens, mask, gold = _padded([pieces[row] for row in rows], tagger.numbers["<pad>"])
        seen = _seen([features[row] for row in rows], tokens.shape[1])
        scores = tagger(tokens, mask, seen).flatten(0, 1)
        loss = functional.cross_entropy(scores, gold.flatten(), ignore_index=_IGNORED)
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


def _encode(one: Marked, numbers: dict[str, int]) -> tuple[list[int], list[int]]:
    plain = one.text.translate(simplified())
    tokens = [numbers["<s>"], *(numbers.get(character, numbers["<unk>"]) for character in plain), numbers["</s>"]]
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
    return tokens, [_IGNORED, *gold, _IGNORED]


def _seen(features: Sequence[Tensor], length: int) -> Tensor:
    """Return the features of a batch, zeros where marks and fillers stand, shape (n_texts, length, WIDTH)."""
    seen = torch.zeros(len(features), length, WIDTH)
    for row, one in enumerate(features):
        seen[row, 1 : 1 + len(one)] = one
    return seen


def _batches(pieces: Sequence[tuple[list[int], list[int]]], settings: TaggerSettings) -> Iterator[list[int]]:
    """Yield row numbers; a batch holds pieces of like length, so that little is padding."""
    size = settings.batch
    for _ in range(settings.epochs):
        order = list(range(len(pieces)))
        random.shuffle(order)
        pools = [
            sorted(order[start : start + size * 40], key=lambda row: len(pieces[row][0]))
            for start in range(0, len(order), size * 40)
        ]
        batches = [pool[start : start + size] for pool in pools for start in range(0, len(pool), size)]
        random.shuffle(batches)
        yield from batches


def _padded(rows: Sequence[tuple[list[int], list[int]]], filler: int) -> tuple[Tensor, Tensor, Tensor]:
    length = max(len(tokens) for tokens, _ in rows)
    tokens = torch.tensor([one + [filler] * (length - len(one)) for one, _ in rows])
    gold = torch.tensor([labels + [_IGNORED] * (length - len(labels)) for _, labels in rows])
    return tokens, (tokens != filler).long(), gold
