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


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Run a command of the wheel, installed in an empty environment outside the repository, without network."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*build, "--no-build-isolation", "-w", folder, ROOT], check=True)
    wheel = next(folder.glob("nlpkit-*.whl"))
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", wheel], check=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def run(code: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*without_network(), str(python), "-W", "ignore", "-c", code, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            check=False,
        )

    return run, folder


def test_the_wheel_alone_runs_the_demo_without_network(installed):
    """A plain install outside the repository works: models, lexicons and samples are in the wheel."""
    run, folder = installed
    demo = run(NO_NETWORK, "demo", "-o", "演示")
    home = run("import nlp_kit; print(nlp_kit.__file__)").stdout.decode()

    assert 0 == demo.returncode, demo.stderr.decode("utf-8")
    assert demo.stdout.decode("utf-8").startswith("查摆的主要问题\n一是")
    assert (folder / "演示" / "查摆的主要问题.docx").exists()
    assert Path(home.strip()).is_relative_to(folder)


def test_the_wheel_alone_measures_and_trains_without_the_repository(installed):
    """The corpora are in the wheel too."""
    run, _ = installed
    measured = run(NO_NETWORK, "evaluate", "challenge", "agreement")
    counted = run(
        "from nlp_kit.corpus import read_corpus\nfrom nlp_kit.resources import data_path\n"
        "print(len(read_corpus(data_path('corpora', 'statements'))))"
    )

    assert 0 == measured.returncode, measured.stderr.decode("utf-8")
    assert int(counted.stdout) >= 12_000


def test_an_encoder_of_ones_own_needs_its_extra(installed):
    run, folder = installed
    (folder / "编码器").mkdir(exist_ok=True)
    said = run(NO_NETWORK, "train", "--encoder", "编码器").stderr.decode("utf-8")

    assert ["错误：用自己的编码器要先安装附加组件，请运行：pip install 'nlpkit[transformers]'。"] == said.splitlines()


def test_a_run_leaves_nothing_in_the_home_folder(cli, tmp_path):
    """Libraries that collect events about their users keep them there until they can be sent."""
    home = tmp_path / "home"
    home.mkdir()
    places = {name: str(home) for name in ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "LOCALAPPDATA", "APPDATA")}
    (tmp_path / "甲.txt").write_text("书领回来就没翻过。\n", encoding="utf-8")
    run = cli("classify", "甲.txt", **places)

    assert 0 == run.returncode, run.stderr.decode("utf-8")
    assert [] == sorted(home.rglob("*"))
