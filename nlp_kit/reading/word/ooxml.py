"""Small helpers for the XML of Word files (ECMA-376)."""

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

# What stands between two pieces of text in a line: tabs, also those that reach for a margin, and line breaks.
TABS = (f"{W}tab", f"{W}ptab")
BREAKS = (f"{W}br", f"{W}cr")


def value(element: etree._Element, child: str) -> str | None:
    """Return the ``w:val`` of a child element, None when there is no such child."""
    found = element.find(f"{W}{child}")
    return None if found is None else found.get(f"{W}val")


def integer(text: str | None, default: int) -> int:
    """Return a number from an attribute, the default where a program wrote something else."""
    try:
        return default if text is None else int(float(text))
    except (ValueError, OverflowError):
        return default
