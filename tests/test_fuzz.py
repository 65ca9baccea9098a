"""Every reader under coverage-guided fuzzing, a fixed number of runs from real files."""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from .conftest import ROOT

FILES = ROOT / "tests" / "files"
SEEDS = {
    "archive": ["word.docx"],
    "delimited": ["list.csv"],
    "docx": ["word.docx"],
    "html": ["writer.html"],
    "kinds": ["word.doc", "word.docx", "list.xlsx", "reportlab.pdf"],
    "pdf": ["reportlab.pdf", "locked.pdf"],
    "sheet": ["list.xlsx"],
    "text": ["list.csv"],
}
RUNS = 1500


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is made for Linux")
@pytest.mark.parametrize("reader", SEEDS)
def test_a_reader_survives_fuzzing(reader, tmp_path):
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for name in SEEDS[reader]:
        shutil.copy(FILES / name, seeds)
    command = [
        *(sys.executable, str(Path(__file__).parent / "fuzz" / "readers.py"), reader),
        *(f"-runs={RUNS}", "-seed=1", "-timeout=20", "-rss_limit_mb=3000", str(seeds)),
    ]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=300, check=False)
    assert 0 == run.returncode, run.stderr.decode("utf-8", "replace")[-2000:]
