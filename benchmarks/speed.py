"""Measure how long things take.

The command on the sample branch (twelve documents, start-up included) and its peak memory; statements a second with
the encoder; the steps on a branch of many members, made by copying the sample branch with small changes.

    python benchmarks/speed.py [MEMBERS]
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nlp_kit.corpus import read_corpus
from nlp_kit.engine import Engine
from nlp_kit.pipeline import classify_files, draft_problems
from nlp_kit.reading import list_files, read_document
from nlp_kit.resources import data_path
from nlp_kit.workspace import Workspace

RUNS = 5


def main(members: int) -> None:
    _command()
    _statements()
    _branch(members)


def _command() -> None:
    """Time `nlpkit classify` in processes of their own; the first run warms the disk's cache and is not counted."""
    branch = data_path("corpora", "samples", "branch")
    seconds, memory = [], []
    for _ in range(RUNS + 1):
        with tempfile.TemporaryDirectory() as scratch:
            code = "import sys\nfrom nlp_kit.cli import main\nsys.argv = ['nlpkit', *sys.argv[1:]]\nmain()"
            arguments = ["classify", str(branch), "--workspace", scratch, "--quiet"]
            command = [sys.executable, "-c", code, *arguments]
            started = time.perf_counter()
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            seconds.append(time.perf_counter() - started)
            memory.append(usage.ru_maxrss / 1024)
            if status:
                sys.exit("the command failed")
    median = sorted(seconds[1:])[RUNS // 2]
    print(f"nlpkit classify, 12 documents: median {median:.2f} s of {RUNS} runs, peak memory {max(memory):.0f} MB")


def _statements() -> None:
    """Time the classifier with the encoder on statements of 30 to 40 characters that it has not seen before."""
    texts = [one.text for one in read_corpus(data_path("corpora", "statements")) if 30 <= len(one.text) <= 40]
    rates = []
    for run in range(RUNS):
        engine = Engine()
        engine.classifier.predict_proba(["热身"])
        started = time.perf_counter()
        engine.classifier.predict_proba(texts[run * 1000 : (run + 1) * 1000])
        rates.append(1000 / (time.perf_counter() - started))
    length = sum(map(len, texts)) / len(texts)
    print(f"statements of {length:.0f} characters a second: median {sorted(rates)[RUNS // 2]:.0f} of {RUNS} runs")


def _branch(members: int) -> None:
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
