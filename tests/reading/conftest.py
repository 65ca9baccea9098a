"""Builds Word files and damages them."""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import docx
from docx.oxml import parse_xml

# Small files that real programs have written; the text is invented.
FILES = Path(__file__).resolve().parents[1] / "files"

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)


def save(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def word_file(*blocks: str, numbering: str = "", styles: str = "") -> bytes:
    """Return a .docx whose body holds the given w: blocks."""
    document = docx.Document()
    body = document.element.body
    for element in _parse("body", "".join(blocks)):
        body.insert(len(body) - 1, element)
    root = document.part.numbering_part.element
    for element in list(root):
        root.remove(element)
    root.extend(_parse("numbering", numbering))
    document.styles.element.extend(_parse("styles", styles))
    return save(document)


def _parse(root: str, content: str) -> list:
    return list(parse_xml(f"<w:{root} {_NAMESPACES}>{content}</w:{root}>"))


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(text: str = "", properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text) if text else ''}</w:p>"


def styled(text: str, style: str) -> str:
    return paragraph(text, f'<w:pStyle w:val="{style}"/>')


def list_place(number: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def item(text: str, number: int = 1, level: int = 0) -> str:
    return paragraph(text, list_place(number, level))


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def table(*rows: Iterable[str]) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(cells)}</w:tr>" for cells in rows) + "</w:tbl>"


def text_box(content: str) -> str:
    """Return a run with a text box as Word writes it: a drawing and the same again for old programs."""
    box = f"<w:txbxContent>{content}</w:txbxContent>"
    return (
        "<w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def level(index: int, style: str, pattern: str, start: int = 1, extra: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>'
        f'{extra}<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def abstract_list(identity: int, *content: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{identity}">{"".join(content)}</w:abstractNum>'


def concrete_list(number: int, abstract: int, overrides: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{overrides}</w:num>'


OFFICIAL_LEVELS = abstract_list(
    0,
    level(0, "chineseCountingThousand", "%1、"),
    level(1, "chineseCountingThousand", "（%2）"),
    level(2, "decimal", "%3."),
)


def zip_file(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<a/>")
    return buffer.getvalue()


def repack(
    data: bytes, changes: Mapping[str, Callable[[bytes], bytes]] | None = None, without: Iterable[str] = ()
) -> bytes:
    """Return a zip file with some members changed or left out."""
    changes = changes or {}
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name not in without:
                change = changes.get(name, bytes)
                target.writestr(name, change(source.read(name)))
    return buffer.getvalue()


def with_backslashes(data: bytes) -> bytes:
    """Return a container as some programs on Windows write it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            target.writestr(name.replace("/", "\\"), source.read(name))
    return buffer.getvalue()


def add_parts(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Return a container with further parts."""
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
