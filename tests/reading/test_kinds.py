import docx
import pytest

from nlp_kit.reading.kinds import sniff

from .conftest import paragraph, save, word_file, zip_file

TEXT = "学习抓得不紧，遇到难题绕着走。".encode()


@pytest.mark.parametrize(
    "name", ["张三.txt", "张三.TXT", "发言 提纲.md", "记录.markdown", "没有后缀", "一支部/李四.text"]
)
def test_plain_text_is_recognised_by_its_ending(name):
    assert sniff(TEXT, name) == ("text", "")


@pytest.mark.parametrize("name", ["张三.docx", "张三.txt", "张三.DOCX", "张三", "张三.doc"])
def test_word_file_is_recognised_by_its_content(name):
    document = docx.Document()
    document.add_paragraph("学得浅")
    assert sniff(save(document), name) == ("docx", "")


@pytest.mark.parametrize("name", ["张三.docx", "张三.DOCX", "张三.docm"])
def test_text_named_docx_is_refused_with_what_to_do(name):
    kind, reason = sniff(TEXT, name)
    assert kind == ""
    assert "不是完整的 Word 文件" in reason
    assert "另存为 .docx" in reason


@pytest.mark.parametrize(
    ("data", "what", "advice"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF", "把文字复制到"),
        (b"{\\rtf1\\ansi", "RTF", "另存为 .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60), "旧版 Office", "另存为 .docx"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "图片", "录成文字"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "图片", "录成文字"),
        (b"GIF89a\x01\x00", "图片", "录成文字"),
        (b"BM\x36\x00\x00\x00\x00\x00", "图片", "录成文字"),
        (b"Rar!\x1a\x07\x00", "压缩包", "解压"),
        (b"7z\xbc\xaf\x27\x1c", "压缩包", "解压"),
        (b"\x1f\x8b\x08\x00\x00\x00", "压缩包", "解压"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "程序", "移出文件夹"),
        (b"\x7fELF\x02\x01\x01\x00", "程序", "移出文件夹"),
        (zip_file("[Content_Types].xml", "xl/workbook.xml"), "Excel", "复制到"),
        (zip_file("[Content_Types].xml", "ppt/presentation.xml"), "演示文稿", "复制到"),
        (zip_file("mimetype", "content.xml"), "OpenDocument", "另存为 .docx"),
        (zip_file("OFD.xml"), "OFD", "复制到"),
        (zip_file("张三.txt", "李四.docx"), "压缩包", "解压"),
    ],
)
@pytest.mark.parametrize("name", ["材料.txt", "材料.docx"])
def test_unsupported_content_is_named_with_what_to_do_whatever_its_ending(data, what, advice, name):
    kind, reason = sniff(data, name)
    assert kind == ""
    assert what in reason
    assert advice in reason


@pytest.mark.parametrize("name", ["网页.html", "名单.csv", "数据.json", "录音.mp3"])
def test_other_ending_is_refused_by_name_with_what_to_do(name):
    kind, reason = sniff(TEXT, name)
    assert kind == ""
    assert name[name.index(".") :] in reason
    assert "另存为 .docx 或 .txt" in reason


@pytest.mark.parametrize("text", ["BM是部门的简称，学习不够。", "MZ车间党员发言提纲。", "BM"])
def test_text_that_opens_with_two_magic_letters_is_text(text):
    assert sniff(text.encode(), "张三.txt") == ("text", "")


@pytest.mark.parametrize("size", [4, 30, 1000])
def test_cut_off_container_is_refused_with_what_to_do(size):
    kind, reason = sniff(word_file(paragraph("学得浅"))[:size], "张三.docx")
    assert kind == ""
    assert "不完整或已损坏" in reason
    assert "另存为 .docx" in reason


def test_empty_zip_is_refused():
    kind, reason = sniff(zip_file(), "空.zip")
    assert kind == ""
    assert reason
