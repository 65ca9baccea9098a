"""Every notebook runs from top to bottom on the sample branch, and none holds results."""

import os

import nbformat
import pytest
from nbclient import NotebookClient

from .conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS_A_CELL = 120


def test_there_are_six():
    assert ["01", "02", "03", "04", "05", "06"] == [path.name[:2] for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_holds_no_results(path):
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert not [cell for cell in code if cell.outputs or cell.execution_count is not None]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_asks_a_question_and_warns_before_it_is_passed_on(path):
    book = nbformat.read(path, as_version=4)
    told = [cell.source for cell in book.cells if cell.cell_type == "markdown"]
    assert told[0].startswith("# ")
    assert "？" in told[0].split("\n")[0]
    assert any("外传前请先清除输出" in text for text in told)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_from_top_to_bottom(path, tmp_path, monkeypatch):
    monkeypatch.setenv("PLOTLY_RENDERER", "plotly_mimetype")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    book = nbformat.read(path, as_version=4)
    NotebookClient(book, timeout=SECONDS_A_CELL, resources={"metadata": {"path": tmp_path}}).execute()
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"]
    figures = [one for one in outputs if "application/vnd.plotly.v1+json" in one.get("data", {})]
    assert figures
    # Nothing is left beside the notebook.
    assert [] == list(tmp_path.iterdir())
