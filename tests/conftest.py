import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nlp_kit.engine import Engine
from nlp_kit.page import page_of
from nlp_kit.pipeline import ClassifyResult, classify_files, draft_problems
from nlp_kit.records import Draft
from nlp_kit.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "corpora" / "samples"
BRANCH = SAMPLES / "branch"

Cli = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "工作区") as opened:
        yield opened


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> tuple[ClassifyResult, Draft]:
    """The main job on the shipped sample branch."""
    with Workspace(tmp_path_factory.mktemp("样例")) as opened:
        result = classify_files([BRANCH], opened, engine=engine)
        return result, draft_problems(opened, engine=engine)


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Path:
    """A folder with the sample branch's workspace, its page for the secretary, and its page for circulation."""
    folder = tmp_path_factory.mktemp("网页")
    with Workspace(folder / ".nlpkit") as opened:
        classify_files([BRANCH], opened, engine=engine)
        for name, circulation in (("secret", False), ("open", True)):
            page = page_of(opened, circulation=circulation, engine=engine)
            (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def sample_gold() -> dict[str, list[dict[str, Any]]]:
    """Document path → labelled spans of the sample branch."""
    gold = json.loads((SAMPLES / "gold.json").read_text(encoding="utf-8"))
    return {document["document"]: document["spans"] for document in gold["documents"]}


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """Run nlpkit as a process of its own in an empty folder."""

    def run(*arguments: str | Path, cwd: Path = tmp_path, **variables: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-c", "from nlp_kit.cli import main; main()", *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore", **variables},
            capture_output=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def cli_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine, capsysbinary: pytest.CaptureFixture[bytes]
) -> Cli:
    """Run nlpkit in this process, in an empty folder, with the models that are loaded already."""
    from nlp_kit.cli import main

    def loaded(*arguments: Any) -> Engine:
        return Engine(*arguments) if any(one is not None for one in arguments) else engine

    monkeypatch.chdir(tmp_path)
    for module in ("nlp_kit.engine", "nlp_kit.pipeline.classifying"):
        monkeypatch.setattr(f"{module}.Engine", loaded)

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        monkeypatch.setattr(sys, "argv", ["nlpkit", *map(str, arguments)])
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsysbinary.readouterr()
        return subprocess.CompletedProcess(sys.argv, int(left.value.code or 0), out, err)

    return run
