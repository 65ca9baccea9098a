"""The whole job on every kind of file, with sockets that cannot be opened in any of its processes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import BRANCH, ROOT

KINDS = (
    "word.docx",
    "word.doc",
    "word.odt",
    "word.rtf",
    "word.pdf",
    "list.xlsx",
    "list.csv",
    "writer.html",
    "scan.jpg",
)
# Loaded by every Python process of the job before anything else.
BLOCK = """
import socket
def refuse(*_, **__):
    raise AssertionError("a socket was opened")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse
"""


@pytest.fixture
def blocked(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "block").mkdir()
    (tmp_path / "block" / "sitecustomize.py").write_text(BLOCK, encoding="utf-8")
    return {"PYTHONPATH": f"{tmp_path / 'block'}{os.pathsep}{ROOT}"}


def test_the_block_blocks(cli, blocked, tmp_path):
    code = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')"
    run = subprocess.run([sys.executable, "-c", code], env={**os.environ, **blocked}, capture_output=True, check=False)
    assert b"a socket was opened" in run.stderr


def test_the_whole_job_opens_no_socket(cli, blocked, tmp_path):
    folder = tmp_path / "材料"
    shutil.copytree(BRANCH, folder)
    for name in KINDS:
        shutil.copy(ROOT / "tests" / "files" / name, folder)
    runs = [
        cli("classify", folder, "-o", "语句.jsonl", **blocked),
        cli("draft-problems", "-o", "稿.docx", **blocked),
        cli("privacy", "check", "稿.docx", **blocked),
        cli("explain", "轮到发言就念别人写好的稿子", **blocked),
        cli("audit", "-o", "审核表.xlsx", **blocked),
        cli("report", **blocked),
        cli("review", "export", **blocked),
        cli("review", "apply", "复核.xlsx", **blocked),
    ]
    said = "".join(run.stderr.decode("utf-8") for run in runs)

    assert {0, 3} >= {run.returncode for run in runs}, said
    assert "意料之外" not in said
    read = {json.loads(row)["document"] for row in (tmp_path / "语句.jsonl").read_text(encoding="utf-8").splitlines()}
    # The list and the page carry marks of internal papers, and LibreOffice may be absent.
    assert all(name in read or f"没有读取“{name}”" in said for name in KINDS)
    assert {"word.docx", "word.pdf", "list.csv", "scan.jpg"} < read
