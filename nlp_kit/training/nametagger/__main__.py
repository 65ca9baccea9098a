"""Build the shipped tagger, its lexer and the table of name characters: ``make names`` (75 minutes, 2 cores)."""

import json
import random
import shutil
import sys
import time
from pathlib import Path

import torch

from nlp_kit.corpus import read_corpus
from nlp_kit.privacy.lexer import WIDTH, Lexer
from nlp_kit.privacy.tagger import CHARACTERS, PIECES, WEIGHTS
from nlp_kit.resources import data_path
from nlp_kit.training.manifest import write_manifest
from nlp_kit.training.nametagger.lac import fetch, write_lexer
from nlp_kit.training.nametagger.odds import write_odds
from nlp_kit.training.nametagger.text import TextSettings, training_text
from nlp_kit.training.nametagger.tune import CharacterTagger, TaggerSettings, tune
from nlp_kit.training.onnx import export_int8

# Texts of corpora/privacy in which everything is marked.
DOCUMENTS = ("dev", "forms", *(f"hand-{hand}" for hand in "abcdefghijklmnopqrstuvwxy"))


def main() -> None:
    """Write ``corpora/lexicons/names.tsv`` and ``models/names``."""
    cut = Path("build/encoder/cut")
    if not cut.exists():
        sys.exit("the cut encoder is missing: run make encoder first")
    write_odds(data_path("corpora", "lexicons") / "names.tsv")
    settings = TaggerSettings()
    corpus = data_path("corpora", "privacy")
    statements = [one.text for one in read_corpus(data_path("corpora", "statements"))]
    documents = [corpus / f"{name}.jsonl" for name in DOCUMENTS]
    rng = random.Random(settings.seed)
    text = training_text(corpus / "lines.jsonl", documents, statements, rng, TextSettings())
    started = time.monotonic()

    def report(step: int, steps: int, loss: float) -> None:
        if step % 25 == 0 or step == steps:
            print(f"step {step}/{steps} loss {loss:.3f} after {time.monotonic() - started:.0f} s", flush=True)

    folder = data_path("models") / "names"
    folder.mkdir(exist_ok=True)
    write_lexer(fetch(Path("build/lac")), folder)
    export(tune(text, cut, Lexer(folder), settings, report), folder)
    shutil.copyfile(cut / PIECES, folder / PIECES)
    write_manifest(folder, ("torch", "transformers", "onnxruntime"), str(settings.seed))


def export(tagger: CharacterTagger, folder: Path) -> None:
    """Write the int8 graph and the characters' numbers."""
    example = {
        "input_ids": torch.tensor([[0, 5, 6, 2]]),
        "attention_mask": torch.ones(1, 4, dtype=torch.long),
        "characters": torch.tensor([[5, 6, 7]]),
        "places": torch.tensor([[1, 1, 2]]),
        "edges": torch.zeros(1, 3, 2),
        "features": torch.zeros(1, 3, WIDTH),
    }
    by_character = dict.fromkeys(("characters", "places", "edges", "features", "scores"), "characters")
    export_int8(tagger, example, "scores", folder / WEIGHTS, by_character)
    numbers = json.dumps(tagger.numbers, ensure_ascii=False, separators=(",", ":"))
    (folder / CHARACTERS).write_text(numbers + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
