"""Measure the page of a branch of 20,000 statements: its size, how long it takes to write and to open.

Every text is put together from labelled statements of the corpus, drawn without order, so that hardly any passage is
shared. The page is opened in Debian's Chromium.

    python benchmarks/page.py [STATEMENTS]
"""

import random
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from nlp_kit.corpus import read_corpus
from nlp_kit.page import page_of
from nlp_kit.pipeline import classify_files
from nlp_kit.resources import data_path
from nlp_kit.workspace import Workspace

CHROMIUM = "/usr/bin/chromium"
A_TEXT = 40
RUNS = 5
READY = "document.querySelectorAll('#list > li').length > 0"
DRAWN = "document.querySelector('#chart-map .main-svg') !== null"


def main(statements: int) -> None:
    sentences = [one.text for one in read_corpus(data_path("corpora", "statements"))]
    random.seed(0)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "材料")
        folder.mkdir()
        for number in range(statements // A_TEXT):
            text = "\n".join(random.sample(sentences, A_TEXT))
            (folder / f"{number:04d}.txt").write_text(text, encoding="utf-8")
        with Workspace(Path(scratch, "w")) as workspace:
            started = time.perf_counter()
            result = classify_files([folder], workspace)
            classified = time.perf_counter()
            print(
                f"{sum(len(one.statements) for one in result.submissions)} statements, {len(result.submissions)} texts"
            )
            print(f"classify: {classified - started:.0f} s")
            page = page_of(workspace)
            print(f"page written: {time.perf_counter() - classified:.0f} s, {len(page.encode()) / 1e6:.1f} MB")
        file = Path(scratch, "report.html")
        file.write_text(page, encoding="utf-8")
        _open(file)


def _open(file: Path) -> None:
    found = {"load": [], "list": [], "search": [], "map": []}
    with sync_playwright() as playwright:
        for _ in range(RUNS):
            browser = playwright.chromium.launch(executable_path=CHROMIUM)
            tab = browser.new_page(viewport={"width": 1280, "height": 800})
            started = time.perf_counter()
            tab.goto(file.as_uri())
            found["load"].append(time.perf_counter() - started)
            tab.wait_for_function(READY)
            found["list"].append(time.perf_counter() - started)
            started = time.perf_counter()
            tab.evaluate("document.getElementById('chart-map').scrollIntoView()")
            tab.wait_for_function(DRAWN)
            found["map"].append(time.perf_counter() - started)
            before = tab.text_content("#count")
            started = time.perf_counter()
            tab.fill("#search", "学习")
            tab.wait_for_function("before => document.getElementById('count').textContent !== before", arg=before)
            found["search"].append(time.perf_counter() - started)
            browser.close()
    for name, seconds in found.items():
        print(f"{name}: median {sorted(seconds)[RUNS // 2]:.2f} s, most {max(seconds):.2f} s of {RUNS} runs")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
