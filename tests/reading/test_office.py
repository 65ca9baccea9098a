"""LibreOffice converts real files; where it is absent these tests say so by being skipped, and CI installs it."""

import io
import socket
import zipfile
from collections.abc import Iterator

import pytest

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits
from nlp_kit.reading.readers import read_bytes
from nlp_kit.reading.word.docx import read_docx
from nlp_kit.reading.word.office import find_soffice, read_office

from .conftest import FILES

needs_libreoffice = pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not installed")

ORIGINAL = read_docx((FILES / "word.docx").read_bytes())


@needs_libreoffice
@pytest.mark.parametrize("name", ["word.doc", "word.odt", "word.rtf"])
def test_the_same_text_in_another_format_reads_the_same(name):
    found = read_bytes((FILES / name).read_bytes(), name)
    assert (ORIGINAL.text, len(ORIGINAL.rows)) == (found.text, len(found.rows))
    assert "1." in found.text


@needs_libreoffice
def test_a_wps_file_is_a_word_file_under_another_name():
    assert ORIGINAL.text == read_bytes((FILES / "word.doc").read_bytes(), "沈长林.wps").text


def test_without_libreoffice_one_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setenv("NLPKIT_SOFFICE", "/nowhere/soffice")
    with pytest.raises(UnreadableError, match=r"安装 LibreOffice.*另存为 \.docx"):
        read_office((FILES / "word.doc").read_bytes(), Limits())


@needs_libreoffice
def test_a_damaged_file_is_one_sentence():
    with pytest.raises(UnreadableError, match=r"损坏|转换不了|没有文字"):
        read_bytes((FILES / "word.doc").read_bytes()[:9000], "甲.doc")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A place on this machine that nobody should call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


def linking_odt(address: str) -> bytes:
    """Return a text that links a picture and a section; LibreOffice with its usual settings fetches both."""
    names = "".join(
        f' xmlns:{prefix}="{uri}"'
        for prefix, uri in {
            "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
            "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
            "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
            "xlink": "http://www.w3.org/1999/xlink",
        }.items()
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{names}><office:body><office:text>'
        f'<text:section text:name="s"><text:section-source xlink:href="{address}.odt" xlink:type="simple"/>'
        "<text:p>学得浅。</text:p></text:section>"
        "<text:p>记不住。<draw:frame>"
        f'<draw:image xlink:href="{address}.png" xlink:type="simple"/></draw:frame></text:p>'
        "</office:text></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.text"/>'
        '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return buffer.getvalue()


@needs_libreoffice
def test_linked_content_is_never_fetched(listener):
    found = read_bytes(linking_odt(f"http://127.0.0.1:{listener.getsockname()[1]}/linked"), "甲.odt")
    assert "记不住。" in found.text
    with pytest.raises(TimeoutError):
        listener.accept()
