"""Hidden text of Word (``w:vanish``): it stands in the file, but neither on the screen nor on paper."""

from collections.abc import Iterator

from lxml import etree

from nlp_kit.reading.word.ooxml import W, value


def drop_hidden(root: etree._Element, styles: etree._Element | None) -> bool:
    """Take hidden runs out of a part, and paragraphs that are hidden as a whole.

    Args:
        root: Root of the part.
        styles: Root of the styles part, None when there is none.

    Returns:
        Whether one of them had words.
    """
    if not any(part is not None and next(part.iter(f"{W}vanish"), None) is not None for part in (root, styles)):
        return False
    found = () if styles is None else styles.iter(f"{W}style")
    by_id = {style.get(f"{W}styleId", ""): style for style in found}
    had_words = False
    for run in list(root.iter(f"{W}r")):
        paragraph = next(run.iterancestors(f"{W}p"), None)
        if _is_hidden(run.find(f"{W}rPr"), paragraph, by_id):
            had_words = had_words or any((text.text or "").strip() for text in run.iter(f"{W}t"))
            _remove(run)
    for paragraph in list(root.iter(f"{W}p")):
        own = paragraph.find(f"{W}pPr/{W}rPr")
        if next(paragraph.iter(f"{W}r"), None) is None and _is_hidden(own, paragraph, by_id):
            _remove(paragraph)
    return had_words


def _is_hidden(own: etree._Element | None, paragraph: etree._Element | None, styles: dict[str, etree._Element]) -> bool:
    """Whether the nearest property that says something says hidden: the run's own, of its style, of the paragraph's."""
    names = [None if own is None else value(own, "rStyle")]
    properties = None if paragraph is None else paragraph.find(f"{W}pPr")
    names.append(None if properties is None else value(properties, "pStyle"))
    chain = [own, *(found for name in names for found in _run_properties(name, styles))]
    marks = (found.find(f"{W}vanish") for found in chain if found is not None)
    mark = next((mark for mark in marks if mark is not None), None)
    return mark is not None and mark.get(f"{W}val", "1") not in ("0", "false", "off")


def _run_properties(name: str | None, styles: dict[str, etree._Element]) -> Iterator[etree._Element | None]:
    """Yield the run properties of a style and of those it is based on."""
    seen: set[str] = set()
    while name and name not in seen and name in styles:
        seen.add(name)
        yield styles[name].find(f"{W}rPr")
        name = value(styles[name], "basedOn")


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
