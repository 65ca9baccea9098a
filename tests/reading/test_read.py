from pathlib import Path

import pytest

import nlp_kit.reading as reading
from nlp_kit.errors import UnreadableError
from nlp_kit.reading import load_bytes, read_bytes, read_document
from nlp_kit.records import Document, Paragraph

from .conftest import paragraph, styled, word_file

TEXT = "学习抓得不紧，遇到难题绕着走。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_file_is_read_from_disk(tmp_path, encoding):
    place = tmp_path / "张 三.txt"
    place.write_bytes(TEXT.encode(encoding))
    assert read_document(place) == Document("张 三.txt", TEXT)


def test_shown_path_is_kept(tmp_path):
    place = tmp_path / "张三.md"
    place.write_bytes(TEXT.encode())
    assert read_document(place, "一支部/张三.md").path == "一支部/张三.md"


def test_word_file_gives_text_and_levels():
    data = word_file(styled("存在的问题", "Heading1"), paragraph("学得浅。"))
    assert read_bytes(data, "张三.docx") == Document("张三.docx", "存在的问题\n学得浅。", (Paragraph(0, 5, 0, True),))


def test_word_file_named_txt_is_read_as_word_file():
    assert read_bytes(word_file(paragraph("学得浅。")), "张三.txt").text == "学得浅。"


def test_text_named_docx_is_refused():
    with pytest.raises(UnreadableError, match=r"不是完整的 Word 文件.*另存为"):
        read_bytes(TEXT.encode(), "张三.docx")


def test_binary_named_txt_is_refused():
    with pytest.raises(UnreadableError, match="不是文本文件"):
        read_bytes(bytes(range(256)) * 20, "张三.txt")


def test_empty_file_is_refused():
    with pytest.raises(UnreadableError, match="空文件"):
        read_bytes(b"", "张三.txt")


@pytest.mark.parametrize(
    "data",
    [b" \r\n\t\n", "　　\n　".encode(), "\ufeff".encode(), " \n".encode("utf-16"), word_file(paragraph())],
    ids=["blanks", "wide blanks", "mark only", "UTF-16 blanks", "docx"],
)
def test_file_without_words_is_refused(data):
    with pytest.raises(UnreadableError, match="没有文字"):
        read_bytes(data, "张三.txt")


def test_file_over_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 100)
    place = tmp_path / "张三.txt"
    place.write_bytes(b"a" * 101)
    with pytest.raises(UnreadableError, match="上限"):
        load_bytes(place)


def test_file_at_the_limit_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 100)
    place = tmp_path / "张三.txt"
    place.write_bytes(b"a" * 100)
    assert load_bytes(place) == b"a" * 100


def test_fifty_megabytes_are_refused_with_both_sizes(tmp_path):
    place = tmp_path / "张三.txt"
    with place.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    with pytest.raises(UnreadableError, match="50 MB，超过 20 MB 的上限"):
        load_bytes(place)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(PermissionError(13, "denied"), "没有权限打开.*检查"), (OSError(5, "input/output error"), "打不开.*检查")],
    ids=["permission", "disk"],
)
def test_file_that_the_system_refuses_is_unreadable(tmp_path, monkeypatch, error, sentence):
    place = tmp_path / "张三.txt"
    place.write_bytes(TEXT.encode())

    def refuse(self):
        raise error

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(UnreadableError, match=sentence):
        load_bytes(place)


def test_folder_given_as_file_is_refused(tmp_path):
    with pytest.raises(UnreadableError, match="不是普通文件"):
        load_bytes(tmp_path)


def test_file_that_has_gone_is_unreadable(tmp_path):
    with pytest.raises(UnreadableError):
        read_document(tmp_path / "张三.txt")
