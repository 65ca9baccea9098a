import os
import signal
import time
from pathlib import Path

import pytest

from nlp_kit.errors import UnreadableError
from nlp_kit.reading import IsolatedReader, Limits
from nlp_kit.reading.readers import read_bytes

from .conftest import FILES, paragraph, repack, word_file

WORD = word_file(paragraph("学得浅。"))


@pytest.mark.parametrize("name", ["word.docx", "official.pdf", "list.xlsx", "writer.html", "reportlab.pdf"])
def test_a_file_reads_the_same_there_and_here(name):
    data = (FILES / name).read_bytes()
    with IsolatedReader() as reader:
        assert read_bytes(data, name) == reader.read(data, name)


def test_one_process_reads_one_file_after_another():
    with IsolatedReader() as reader:
        texts = {reader.read(WORD, "甲.docx").text for _ in range(3)}
        assert ({"学得浅。"}, True) == (texts, reader._worker is not None)


def test_plain_text_needs_no_process():
    with IsolatedReader() as reader:
        reader.read("学得浅。".encode(), "甲.txt")
        assert reader._worker is None


def test_what_is_unreadable_there_is_said_here_and_the_next_file_read():
    with IsolatedReader() as reader:
        with pytest.raises(UnreadableError, match="不完整或已损坏"):
            reader.read(WORD[:-30] + bytes(30), "甲.docx")
        assert "学得浅。" == reader.read(WORD, "甲.docx").text


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_reader_that_dies_is_one_sentence_and_the_next_file_is_read():
    with IsolatedReader() as reader:
        reader.read(WORD, "甲.docx")
        os.kill(reader._worker.pid, signal.SIGKILL)
        with pytest.raises(UnreadableError, match="读取时出错退出"):
            reader.read(WORD, "甲.docx")
        assert "学得浅。" == reader.read(WORD, "甲.docx").text


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_reader_that_hangs_is_given_up_after_the_limit():
    with IsolatedReader(Limits(seconds=1)) as reader:
        reader.read(WORD, "甲.docx")
        os.kill(reader._worker.pid, signal.SIGSTOP)
        start = time.monotonic()
        with pytest.raises(UnreadableError, match="读了 1 秒还没有读完"):
            reader.read(WORD, "甲.docx")
        assert time.monotonic() - start < 10


@pytest.mark.skipif(not Path("/proc").exists(), reason="memory can be limited on Linux")
def test_a_file_that_needs_too_much_memory_is_refused():
    many = b"<w:p/>" * 3_000_000
    heavy = repack(WORD, {"word/document.xml": lambda xml: xml.replace(b"<w:sectPr", many + b"<w:sectPr", 1)})
    with IsolatedReader(Limits(memory_mb=300)) as reader, pytest.raises(UnreadableError, match=r"内存|出错退出|不完整"):
        reader.read(heavy, "甲.docx")


def test_what_readers_write_lies_in_the_folder_and_nothing_is_left_behind(tmp_path):
    with IsolatedReader(folder=tmp_path) as reader:
        reader.read(WORD, "甲.docx")
        assert list(tmp_path.iterdir())
    assert [] == list(tmp_path.iterdir())


def test_nothing_is_imported_from_the_folder_where_the_command_runs(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with IsolatedReader() as reader:
        assert "谈心谈话" in reader.read(word_file(paragraph("谈心谈话")), "甲.docx").text
