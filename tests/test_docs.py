"""The docs say what the program does, and lead somewhere."""

import re
import subprocess
import sys
from urllib.parse import unquote

import pytest

from .conftest import ROOT

PAGES = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "notebooks" / "README.md"]


def test_the_page_of_commands_is_what_help_says():
    run = subprocess.run([sys.executable, ROOT / "docs" / "build.py", "--check"], capture_output=True, check=False)
    assert (0, b"") == (run.returncode, run.stderr)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_are_there(page):
    targets = re.findall(r"\]\(<?([^)>]+)>?\)", page.read_text(encoding="utf-8"))
    files = [unquote(target.partition("#")[0]) for target in targets if not target.startswith("http")]
    assert [] == [file for file in files if file and not (page.parent / file).exists()]


def test_every_card_is_linked():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    cards = [path for folder in ("models", "corpora") for path in (ROOT / folder).glob("*/README.md")]
    assert [] == [card.parent.name for card in cards if str(card.relative_to(ROOT)) not in index]
