"""Word documents (.docx, .docm): the parts of the container, what a mark may stand in, and warnings.

Only parts that hold text and numbering are opened, straight from the container: pictures are never unpacked, and a
missing picture or a dangling link does not matter.
"""

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO

from lxml import etree

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import MB, Limits, Reading, refuse_long
from nlp_kit.reading.package import DAMAGE, Package, parse_part
from nlp_kit.reading.word.body import BodyReader
from nlp_kit.reading.word.hidden import drop_hidden
from nlp_kit.reading.word.numbering import Numbering
from nlp_kit.reading.word.ooxml import BREAKS, MC, TABS, W, as_usual

_MAIN = "word/document.xml"
# What kinds of parts are asked for by their kind, whatever their names.
_SINGLE = ("styles", "numbering", "footnotes", "endnotes", "comments")
_REQUIRED = ("document", "styles", "numbering")
_WATERMARK = "{urn:schemas-microsoft-com:vml}textpath"
_CHANGES = (f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo")
_BROKEN = "打不开，文件不完整或已损坏，请用 Word 或 WPS 打开后重新另存为 .docx"


def read_docx(data: bytes, limits: Limits | None = None) -> Reading:
    """Return the text of a .docx with the levels of its headings and list items and its table rows.

    Lines are separated by line feeds, the cells of a table row by tabs. A paragraph's automatic number stands before
    its text, a note's text on a line after the paragraph that refers to it. Tracked changes are read as accepted.
    Hidden text, headers, footers and fall-back copies of text boxes are left out; ``hidden`` holds them all the same.

    Raises:
        UnreadableError: The file is damaged or unfolds to an absurd size.
    """
    limits = limits or Limits()
    try:
        parts = _read_parts(data, limits)
    except DAMAGE as error:
        raise UnreadableError(_BROKEN) from error
    document = parts.get("document")
    body = None if document is None else document.find(f"{W}body")
    if document is None or body is None:
        raise UnreadableError(_BROKEN)
    hidden = tuple(line for root in parts.values() for line in _lines_of(root))
    some_hidden = False
    for name in ("document", "footnotes", "endnotes"):
        if name in parts:
            some_hidden |= drop_hidden(parts[name], parts.get("styles"))
            _choose_alternatives(parts[name])
    numbering = Numbering(parts.get("numbering"))
    reader = BodyReader(body, parts.get("styles"), numbering, dict(_notes(parts)))
    text, paragraphs, rows = reader.read()
    refuse_long(text, limits)
    notes = [*_warnings(document, parts), *(["里面有隐藏的文字，隐藏的没有读取"] if some_hidden else [])]
    return Reading(text, paragraphs, rows, notes=tuple(notes), hidden=hidden)


def _read_parts(data: bytes, limits: Limits) -> dict[str, etree._Element]:
    """Return the roots of all parts that may hold text, by kind where there is one of a kind, else by name.

    Only the main part, the styles and the numbering have to be sound; another that is damaged is left out.
    """
    roots = {}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = _text_parts(package := Package(archive))
        infos = {kind: package.parts[name] for kind, name in names.items()}
        # The container never gives out more of a part than it declares.
        if sum(info.file_size for info in infos.values()) > limits.unpacked_mb * MB:
            raise UnreadableError("内容大得不正常，请检查文件，或把文字复制到新的 .docx")
        for name, info in infos.items():
            try:
                with archive.open(info) as part:
                    roots[name] = as_usual(parse_part(part.read()))
            except DAMAGE:
                if name in _REQUIRED:
                    raise
    return roots


def _text_parts(package: Package) -> dict[str, str]:
    """Return the names of the parts that may hold text: those beside the main part, and what it calls its own."""
    main = package.main_part(_MAIN)
    folder = posixpath.dirname(main)
    related = package.related(main)
    kinds = {"document": main}
    for kind in _SINGLE:
        kinds[kind] = package.first(*related.get(kind, ()), posixpath.join(folder, f"{kind}.xml"))
    beside = {
        name for name in package.parts if name.endswith(".xml") and posixpath.dirname(name) in (folder, "docprops")
    }
    beside.update(*(related.get(kind, ()) for kind in ("header", "footer")))
    kinds |= {name: name for name in sorted(beside.difference(kinds.values()))}
    return {kind: name for kind, name in kinds.items() if name in package.parts}


def _lines_of(root: etree._Element) -> Iterator[str]:
    """Yield all lines of a part: text of every kind, watermarks, cells and rows, properties."""
    for row in root.iter(f"{W}tr"):
        yield "\t".join("".join(_own_text(part) for part in cell.iter(f"{W}p")) for cell in row.iter(f"{W}tc"))
    for paragraph in root.iter(f"{W}p"):
        yield _own_text(paragraph)
    for watermark in root.iter(_WATERMARK):
        yield watermark.get("string", "")
    if not root.tag.startswith(W):
        yield from (part.strip() for part in root.itertext())


def _own_text(paragraph: etree._Element) -> str:
    """Return the text of a paragraph without that of the text boxes in it, with a tab wherever a mark may begin."""
    return "".join(
        "\t" if part.tag in (*TABS, *BREAKS) else part.text or ""
        for part in paragraph.iter(f"{W}t", f"{W}delText", *TABS, *BREAKS)
        if next(part.iterancestors(f"{W}p"), None) is paragraph
    )


def _choose_alternatives(root: etree._Element) -> None:
    """Keep one branch of every mc:AlternateContent: the one with text, the first where several have it."""
    for alternatives in list(root.iter(f"{MC}AlternateContent")):
        branches = list(alternatives)
        kept = next((branch for branch in branches if next(branch.iter(f"{W}t"), None) is not None), None)
        for branch in branches:
            if branch is not kept and (kept is not None or branch is not branches[0]):
                alternatives.remove(branch)


def _notes(parts: Mapping[str, etree._Element]) -> Iterator[tuple[tuple[str, str], list[etree._Element]]]:
    for kind in ("footnote", "endnote"):
        root = parts.get(f"{kind}s")
        for note in () if root is None else root.iter(f"{W}{kind}"):
            yield (kind, note.get(f"{W}id", "")), list(note.iter(f"{W}p"))


def _warnings(document: etree._Element, parts: Mapping[str, etree._Element]) -> Iterator[str]:
    if next(document.iter(*_CHANGES), None) is not None:
        yield "里面有修订痕迹，按接受全部修订后的文字读取"
    comments = parts.get("comments")
    if comments is not None and next(comments.iter(f"{W}t"), None) is not None:
        yield "里面有批注，批注没有读取"
