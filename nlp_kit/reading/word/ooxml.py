"""Small helpers for the XML of Word files (ECMA-376)."""

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"

# What stands between two pieces of text in a line: tabs, also those that reach for a margin, and line breaks.
TABS = (f"{W}tab", f"{W}ptab")
BREAKS = (f"{W}br", f"{W}cr")


def as_usual(root: etree._Element) -> etree._Element:
    """Give what is written in the strict form (ISO/IEC 29500-1) the names of the usual one."""
    for element in list(root.iter(f"{_STRICT}*")):
        element.tag = element.tag.replace(_STRICT, W)
        for name, text in element.items():
            if name.startswith(_STRICT):
                del element.attrib[name]
                element.set(name.replace(_STRICT, W), text)
    return root


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
