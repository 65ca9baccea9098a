"""Time the search for copied passages on growing folders: ``python benchmarks/copies.py``."""

import json
import random
import time

from nlp_kit.audit.copies import comparable, shared_pairs, shared_passages
from nlp_kit.resources import data_path

branches = data_path("corpora", "audit", "branches")
sentences = [
    sentence
    for path in sorted(branches.glob("*.json"))
    for one in json.loads(path.read_text(encoding="utf-8"))["members"]
    for sentence in one["text"].split("。")
    if len(sentence) > 12
]
random.seed(0)
for count in (30, 300, 1000, 3000):
    texts = []
    for number in range(count):
        # Every text is of its own words but for one passage in ten, which another text has too.
        own = ["".join(random.sample(sentence, len(sentence))) for sentence in random.sample(sentences, 22)]
        texts.append("。".join(own) + ("。" + sentences[number // 2 % len(sentences)] * 2 if number % 10 < 2 else ""))
    started = time.perf_counter()
    letters = [comparable(text, [(0, len(text))]) for text in texts]
    pairs = list(shared_pairs(letters))
    found = sum(len(shared_passages(letters[one], letters[other], 40, 0.75)) for one, other in pairs)
    print(
        f"{count} texts, {sum(map(len, texts))} characters: {len(pairs)} pairs, {found} passages, "
        f"{time.perf_counter() - started:.2f} s"
    )
