"""Measure how long the steps take on a branch of many members, made by copying the sample branch with small changes.

python benchmarks/speed.py [MEMBERS]
"""

import sys
import tempfile
import time
from pathlib import Path

from nlp_kit.pipeline import Engine, classify_files, draft_problems
from nlp_kit.reading import list_files, read_document
from nlp_kit.resources import data_path
from nlp_kit.workspace import Workspace


def main(members: int) -> None:
    texts = [
        read_document(file.location).text for file in list_files([data_path("corpora", "samples", "branch")]).files
    ]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "材料")
        folder.mkdir()
        for number in range(members):
            text = f"{texts[number % len(texts)]}\n补充第{number}条。\n"
            (folder / f"{number:04d}.txt").write_text(text, encoding="utf-8")
        started = time.perf_counter()
        engine = Engine()
        engine.classifier.predict_proba(["热身"])
        loaded = time.perf_counter()
        with Workspace(Path(scratch, "w")) as workspace:
            result = classify_files([folder], workspace, engine=engine)
            classified = time.perf_counter()
            classify_files([folder], workspace, engine=engine)
            again = time.perf_counter()
            draft_problems(workspace, engine=engine)
            drafted = time.perf_counter()
    statements = sum(len(submission.statements) for submission in result.submissions)
    print(f"{members} members, {statements} statements")
    print(f"load the model     {loaded - started:6.2f} s")
    print(f"classify           {classified - loaded:6.2f} s ({statements / (classified - loaded):.0f} a second)")
    print(f"classify, no change{again - classified:6.2f} s")
    print(f"draft              {drafted - again:6.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
