"""Blocks as plain text, as Markdown, and as an HTML fragment: what leaves the committee, without sources or counts."""

from collections.abc import Sequence
from html import escape

from nlp_kit.export.blocks import Block

_MARKS = {"title": "# ", "heading1": "## ", "heading2": "### "}
_TAGS = {"title": "h1", "heading1": "h2", "heading2": "h3"}


def blocks_text(blocks: Sequence[Block]) -> str:
    """Return a line a block."""
    return "".join(f"{block.text}\n" for block in blocks)


def blocks_markdown(blocks: Sequence[Block]) -> str:
    """Return Markdown paragraphs and headings; a full stop behind a number is escaped, so that it makes no list."""
    return "\n\n".join(_MARKS.get(block.kind, "") + _unlisted(block) for block in blocks) + "\n"


def blocks_html(blocks: Sequence[Block]) -> str:
    """Return an HTML fragment (no style), to paste into a page or a mail; browsers that open it read it as UTF-8."""
    lines = ['<meta charset="utf-8">\n']
    for block in blocks:
        tag = _TAGS.get(block.kind, "p")
        right = ' style="text-align:right"' if block.kind in ("signature", "date") else ""
        lines.append(f"<{tag}{right}>{escape(block.text)}</{tag}>\n")
    return "".join(lines)


def _unlisted(block: Block) -> str:
    text = block.text
    number, point, rest = text.partition(".")
    return f"{number}\\.{rest}" if block.kind == "body" and point and number.isdecimal() else text
