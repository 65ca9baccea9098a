"""Build what is made by program in this folder: the page of commands, and the pictures of the sample branch.

``python docs/build.py`` builds everything, with Debian's Chromium; with ``--check`` it only fails where 命令.md is not
what ``--help`` says.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from nlp_kit.cli import CONTEXT, cli
from nlp_kit.cli.help import ChineseFormatter

FOLDER = Path(__file__).resolve().parent
COMMANDS = FOLDER / "命令.md"
WIDTH = 100

_HEAD = """# 命令一览

本页由各命令的 `--help` 生成（`make docs`），不要手改。怎么用见[用户指南](用户指南.md)。
"""


def commands_page() -> str:
    """Return the page of commands."""
    click.Context.formatter_class = ChineseFormatter
    return "\n".join([_HEAD, *_sections(cli, "nlpkit", None)])


def _sections(command: click.Command, name: str, parent: click.Context | None) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=WIDTH, **CONTEXT)
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context).strip()}\n```\n"
    if isinstance(command, click.Group):
        for own in command.list_commands(context):
            found = command.get_command(context, own)
            if found is not None:
                yield from _sections(found, own, context)


def write_pictures(folder: Path) -> None:
    """Write the pictures of guide and README: the page of the sample branch, and the table in the terminal."""
    from playwright.sync_api import sync_playwright

    from nlp_kit.page import page_of
    from nlp_kit.pipeline import classify_files
    from nlp_kit.resources import data_path
    from nlp_kit.workspace import Workspace

    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        with Workspace(Path(scratch, "w")) as workspace:
            result = classify_files([data_path("corpora", "samples", "branch")], workspace)
            Path(scratch, "report.html").write_text(page_of(workspace), encoding="utf-8")
        Path(scratch, "terminal.html").write_text(_terminal(result.submissions), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        tab = browser.new_page(viewport={"width": 1000, "height": 680}, reduced_motion="reduce")
        tab.goto(Path(scratch, "report.html").as_uri())
        tab.screenshot(path=folder / "report-overview.png")
        tab.locator(".sentence").first.click()
        for part in ("draft", "groups", "statements"):
            tab.locator(f"#{part}").evaluate("part => part.scrollIntoView()")
            tab.wait_for_timeout(1500)
            tab.screenshot(path=folder / f"report-{part}.png")
        tab.goto(Path(scratch, "terminal.html").as_uri())
        tab.locator("pre").screenshot(path=folder / "terminal.png")
        phone = browser.new_page(viewport={"width": 390, "height": 780}, color_scheme="dark", reduced_motion="reduce")
        phone.goto(Path(scratch, "report.html").as_uri())
        phone.locator(".sentence").first.click()
        phone.locator("#draft").evaluate("part => part.scrollIntoView()")
        phone.wait_for_timeout(1500)
        phone.screenshot(path=folder / "report-phone.png")
        browser.close()


def _terminal(submissions: tuple) -> str:  # type: ignore[type-arg]
    from functools import partial

    from rich.console import Console

    from nlp_kit.console import SubmissionsTable
    from nlp_kit.privacy import mask_path
    from nlp_kit.taxonomy import load_taxonomy

    console = Console(record=True, width=96, file=io.StringIO())
    categories = {one.key: one.short for one in load_taxonomy().categories}
    console.print("$ nlpkit classify 2025年度材料", style="bold", highlight=False)
    console.print(SubmissionsTable(submissions, categories, "四个方面", partial(mask_path, members=())))
    # A line of the font is as wide as a Chinese character.
    lines = console.export_html(inline_styles=True, code_format="{code}").replace("──", "─")
    style = "font: 15px/1.35 'Noto Sans Mono CJK SC', monospace; background: #1b1f24; color: #e6e9ee; padding: 16px"
    return f'<!doctype html><meta charset=utf-8><pre style="{style}; display: inline-block">{lines}</pre>'


if __name__ == "__main__":
    page = commands_page()
    if sys.argv[1:] == ["--check"]:
        if not COMMANDS.is_file() or COMMANDS.read_text(encoding="utf-8") != page:
            sys.exit(f"{COMMANDS.name} is not what --help says; run: make docs")
    else:
        COMMANDS.write_text(page, encoding="utf-8")
        write_pictures(FOLDER / "images")
