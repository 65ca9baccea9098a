"""Headers and footers of scanned pages: small lines set off from the text that recur on most pages."""

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from nlp_kit.reading.scan.paragraphs import ScanLine

# A header is smaller than the text, and further from it than its lines are from each other.
_SMALL = 0.95
_SET_OFF = 1.3

# Recognition may differ by a character or two from page to page.
_ALIKE = 0.8
_MOST_PAGES = 0.5


def without_furniture(pages: Sequence[list[ScanLine]]) -> tuple[list[ScanLine], list[str]]:
    """Return the lines of all pages without headers and footers, and what these say."""
    heads = [_key(page[0]) if len(page) > 1 and _is_set_off(page[0], page[1].gap) else "" for page in pages]
    feet = [_key(page[-1]) if len(page) > 1 and _is_set_off(page[-1], page[-1].gap) else "" for page in pages]
    lines, taken = list[ScanLine](), list[str]()
    for page, head, foot in zip(pages, heads, feet, strict=True):
        rest = page
        if _recurs(foot, feet):
            taken.append(rest[-1].text)
            rest = rest[:-1]
        if _recurs(head, heads) and len(rest) > 1:
            taken.append(rest[0].text)
            rest = [replace(rest[1], gap=1), *rest[2:]]
        lines += rest
    return lines, taken


def _is_set_off(line: ScanLine, gap: float) -> bool:
    return not line.cells and line.height < _SMALL and gap > _SET_OFF


def _key(line: ScanLine) -> str:
    return re.sub(r"\d+", "#", line.text)


def _recurs(key: str, keys: Sequence[str]) -> bool:
    """Whether most pages, and more than one, have nearly the same line."""
    alike = sum(SequenceMatcher(None, key, other).ratio() >= _ALIKE for other in keys) if key else 0
    return alike > 1 and alike >= _MOST_PAGES * len(keys)
