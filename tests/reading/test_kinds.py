import io
import zipfile

import docx
import pytest

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.kinds import office_suffix, sniff
from nlp_kit.reading.readers import read_bytes

from .conftest import FILES, paragraph, save, word_file, zip_file

WORD_ROOT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
TEXT = "学习抓得不紧，遇到难题绕着走。".encode()


def packed(parts: dict) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def main_part(target: str) -> str:
    """Return the relationships of a package that name its main part."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    uri = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{uri}"><Relationship Id="r1" Type="{kind}" Target="{target}"/></Relationships>'


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(UnreadableError) as caught:
        sniff(data, name)
    return str(caught.value)


@pytest.mark.parametrize(
    "name", ["张三.txt", "张三.TXT", "发言 提纲.md", "记录.markdown", "没有后缀", "一支部/李四.text", "1.理论学习"]
)
def test_plain_text_is_recognised_by_its_ending(name):
    assert "text" == sniff(TEXT, name)


@pytest.mark.parametrize("name", ["张三.docx", "张三.txt", "张三.DOCX", "张三", "张三.doc"])
def test_word_file_is_recognised_by_its_content(name):
    document = docx.Document()
    document.add_paragraph("学得浅")
    assert "docx" == sniff(save(document), name)


@pytest.mark.parametrize("name", ["张三.docx", "张三.DOCX", "张三.docm", "张三.doc", "张三.wps"])
def test_what_is_no_word_file_is_refused_with_what_to_do(name):
    said = refusal(b"\x83\x01\xfe" * 50, name)
    assert "不是完整的 Word 文件" in said
    assert "另存为 .docx" in said


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
        (b"{\\rtf1\\ansi", "office"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image"),
        (b"BM\x36\x00\x00\x00\x00\x00", "image"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), "image"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image"),
        (b"<!DOCTYPE html><html><body>x", "html"),
        (b"\xef\xbb\xbf\r\n<HTML xmlns:o='x'><head>", "html"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w='
            b'"http://schemas.microsoft.com/office/word/2003/wordml">',
            "office",
        ),
        (zip_file("[Content_Types].xml", "xl/workbook.xml"), "sheet"),
        (zip_file("[Content_Types].xml", r"xl\workbook.xml"), "sheet"),
        (packed({"_rels/.rels": main_part("a/main2.xml"), "a/main2.xml": WORD_ROOT}), "docx"),
        (packed({r"_rels\.rels": main_part("/a/main2.xml"), r"a\main2.xml": WORD_ROOT}), "docx"),
        (packed({"_rels/.rels": main_part("a/main2.xml"), "A/Main2.xml": WORD_ROOT.encode("utf-16")}), "docx"),
        (zip_file("张三.txt", "李四.docx"), "archive"),
    ],
)
@pytest.mark.parametrize("name", ["材料.txt", "材料.docx", "材料"])
def test_a_kind_is_told_by_the_content_whatever_the_ending(data, kind, name):
    assert kind == sniff(data, name)


@pytest.mark.parametrize(
    ("data", "what", "advice"),
    [
        (b"Rar!\x1a\x07\x00", "rar 压缩包", "解压"),
        (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", "解压"),
        (b"\x1f\x8b\x08\x00\x00\x00", "gz 压缩包", "解压"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "程序", "移出文件夹"),
        (b"\x7fELF\x02\x01\x01\x00", "程序", "移出文件夹"),
        (b"ID3\x04\x00\x00", "录音", "整理成文字"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(20), "录像", "整理成文字"),
        (b"MIME-Version: 1.0\r\n", ".mht", "另存为 .docx"),
        ("From: <由 Word 保存>\r\nSubject: 对照检查\r\nMIME-Version: 1.0\r\n".encode(), ".mht", "另存为 .docx"),
        (zip_file("[Content_Types].xml", "ppt/presentation.xml"), "演示文稿", "复制到"),
        (zip_file("OFD.xml"), "OFD", "复制到"),
        (zip_file("[Content_Types].xml", "_rels/.rels", "word/header1.xml"), "不完整或已损坏", "另存为 .docx"),
        (
            packed({"_rels/.rels": main_part("visio/document.xml"), "visio/document.xml": "<a/>"}),
            "认不出",
            "另存为 .docx",
        ),
        (zip_file("Index/Document.iwa", "Metadata/Properties.plist", "preview.jpg"), "Pages", "导出为 .docx"),
        (zip_file("buildVersionHistory.plist", "index.xml", "QuickLook/Preview.pdf"), "Pages", "导出为 .docx"),
        (zip_file(), "空的压缩包", "检查"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "不完整或已损坏", "另存为 .docx"),
    ],
)
@pytest.mark.parametrize("name", ["材料.txt", "材料.docx"])
def test_unsupported_content_is_named_with_what_to_do_whatever_its_ending(data, what, advice, name):
    said = refusal(data, name)
    assert what in said
    assert advice in said


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_bytes_before_a_pdf_do_not_matter(before):
    data = before + (FILES / "plain.pdf").read_bytes()
    assert "pdf" == sniff(data, "材料.txt")
    assert read_bytes((FILES / "plain.pdf").read_bytes(), "材料.pdf") == read_bytes(data, "材料.pdf")


def test_text_about_pdf_files_is_text():
    assert "text" == sniff("文件开头是 %PDF-1.7 的才是 PDF。".encode(), "张三.txt")


def open_document(form: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{form}")
        archive.writestr("content.xml", "<a/>")
    return buffer.getvalue()


def test_open_documents_are_told_apart_by_their_type():
    assert ["office", "sheet"] == [sniff(open_document(form), "a.odt") for form in ("text", "spreadsheet")]
    assert "演示文稿" in refusal(open_document("presentation"), "a.odp")


@pytest.mark.parametrize(("name", "suffix"), [("word.doc", ".doc"), ("word.odt", ".odt"), ("word.rtf", ".rtf")])
def test_office_files_are_opened_under_their_real_ending(name, suffix):
    data = (FILES / name).read_bytes()
    assert ("office", suffix) == (sniff(data, "材料.txt"), office_suffix(data))


@pytest.mark.parametrize("name", ["张三.docx", "张三.DOC", "张三.pdf", "张三.jpg"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_text_under_the_ending_of_another_kind_is_read_as_text(name, encoding):
    assert "text" == sniff(TEXT.decode().encode(encoding), name)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_long_text_under_such_an_ending_is_text_too(encoding):
    data = ("一" + TEXT.decode() * 1000).encode(encoding)
    assert {"text"} == {sniff(b"1" * shift + data, "张三.docx") for shift in range(3)}


def test_text_under_the_ending_of_a_workbook_is_a_table():
    assert "delimited" == sniff("姓名\t存在问题\n张三\t学得浅".encode(), "清单.xls")


@pytest.mark.parametrize(
    "data", [b"\x83\x01\xfe" * 50, b"UEsDBBQABgAIAAAAIQ", '<?xml version="1.0"?><a>学得浅</a>'.encode()]
)
@pytest.mark.parametrize("name", ["张三.pdf", "张三.jpg", "清单.xlsx"])
def test_what_is_no_text_under_such_an_ending_is_refused_as_incomplete(data, name):
    said = refusal(data, name)
    assert f"不是完整的 {name[name.index('.') :]} 文件" in said
    assert "重新保存" in said


@pytest.mark.parametrize("name", ["数据.json", "材料.key", "记录.bak"])
def test_other_ending_is_refused_by_name_with_what_to_do(name):
    said = refusal(TEXT, name)
    assert name[name.index(".") :] in said
    assert "另存为 .docx 或 .txt" in said


@pytest.mark.parametrize(
    ("name", "kind"), [("名单.csv", "delimited"), ("名单.tsv", "delimited"), ("网页.html", "html")]
)
def test_text_formats_are_told_by_their_ending(name, kind):
    assert kind == sniff(TEXT, name)


@pytest.mark.parametrize("text", ["BM是部门的简称，学习不够。", "MZ车间党员发言提纲。", "BM"])
def test_text_that_opens_with_two_magic_letters_is_text(text):
    assert "text" == sniff(text.encode(), "张三.txt")


@pytest.mark.parametrize("size", [4, 30, 1000])
def test_cut_off_container_is_refused_with_what_to_do(size):
    said = refusal(word_file(paragraph("学得浅"))[:size], "张三.docx")
    assert "不完整或已损坏" in said
    assert "另存为 .docx" in said
