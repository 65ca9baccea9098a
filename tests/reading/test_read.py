from pathlib import Path

import pytest

from nlp_kit.errors import UnreadableError
from nlp_kit.reading import Limits, load_bytes, read_document
from nlp_kit.reading.readers import read_bytes
from nlp_kit.records import Document, Paragraph
from nlp_kit.splitting import split

from .conftest import paragraph, styled, word_file

TEXT = "学习抓得不紧，遇到难题绕着走。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_file_is_read_from_disk(tmp_path, encoding):
    place = tmp_path / "张 三.txt"
    place.write_bytes(TEXT.encode(encoding))
    assert read_document(place) == Document("张 三.txt", TEXT, wrapped=True)


def test_shown_path_is_kept(tmp_path):
    place = tmp_path / "张三.md"
    place.write_bytes(TEXT.encode())
    assert read_document(place, "一支部/张三.md").path == "一支部/张三.md"


def test_word_file_gives_text_and_levels():
    data = word_file(styled("存在的问题", "Heading1"), paragraph("学得浅。"))
    assert read_bytes(data, "张三.docx").document("张三.docx") == Document(
        "张三.docx", "存在的问题\n学得浅。", (Paragraph(0, 5, 0, True),), wrapped=True
    )


def test_word_file_into_which_a_pdf_was_pasted_line_by_line_is_joined():
    lines = ["对创新理论学得不深，翻了几章就放下，问", "起来说不上几条，自己也不着急。"]
    lines += ["联系群众少，去年一共入户八次，其中六次", "是陪同检查，村民反映的事没记。"]
    lines += ["路灯问题记在本子上，拖了四个月才向镇里", "报告，老支书当面说我没主意。"]
    data = word_file(*map(paragraph, lines))

    assert len(split(read_bytes(data, "张三.docx").document("张三.docx"))) == 3


def test_word_file_named_txt_is_read_as_word_file():
    assert read_bytes(word_file(paragraph("学得浅。")), "张三.txt").text == "学得浅。"


def test_text_named_docx_is_read_as_text():
    assert read_bytes(TEXT.encode(), "张三.docx") == read_bytes(TEXT.encode(), "张三.txt")


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


@pytest.mark.parametrize(("size", "fits"), [(1024 * 1024, True), (1024 * 1024 + 1, False)])
def test_a_file_may_be_as_large_as_the_limit(tmp_path, size, fits):
    place = tmp_path / "张三.txt"
    place.write_bytes(b"a" * size)
    if fits:
        assert size == len(load_bytes(place, Limits(file_mb=1)))
    else:
        with pytest.raises(UnreadableError, match="1 MB，超过 1 MB 的上限"):
            load_bytes(place, Limits(file_mb=1))


def test_a_text_of_millions_of_characters_is_refused():
    with pytest.raises(UnreadableError, match="万字的上限"):
        read_bytes(("学习不够。" * 500_000).encode(), "张三.txt")


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
