import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import nlp_kit
from tests.conftest import ROOT

# Runs nlpkit with every way to the network closed inside the process.
NO_NETWORK = (
    "import socket\n"
    "def closed(*a, **k): raise OSError('the network is unreachable')\n"
    "socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = closed\n"
    "from nlp_kit.cli import main\nmain()"
)


def test_public_names_are_importable():
    for name in nlp_kit.__all__:
        assert callable(getattr(nlp_kit, name))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        nlp_kit.nothing  # noqa: B018


def without_network() -> list[str]:
    """The command that takes the network away from a process, where the system has one."""
    unshare = shutil.which("unshare")
    if unshare and subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode == 0:
        return [unshare, "-rn"]
    return []


def test_the_wheel_alone_runs_the_demo_without_network(tmp_path):
    """A plain install outside the repository works: models, lexicons and samples are in the wheel."""
    build = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*build, "--no-build-isolation", "-w", tmp_path, ROOT], check=True)
    wheel = next(tmp_path.glob("nlpkit-*.whl"))
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", wheel], check=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    run = subprocess.run(
        [*without_network(), str(python), "-W", "ignore", "-c", NO_NETWORK, "demo", "-o", "演示"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
    )

    assert 0 == run.returncode, run.stderr.decode("utf-8")
    assert run.stdout.decode("utf-8").startswith("查摆的主要问题\n一是")
    assert (tmp_path / "演示" / "查摆的主要问题.docx").exists()
    located = [str(python), "-c", "import nlp_kit; print(nlp_kit.__file__)"]
    home = subprocess.run(located, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    assert Path(home.strip()).is_relative_to(tmp_path)
