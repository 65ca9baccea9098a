"""Reading photos and scans; files/scan.jpg and files/scanned_table.png show prints of LibreOffice."""

import contextlib
import io
import logging
import socket
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits
from nlp_kit.reading.scan.furniture import without_furniture
from nlp_kit.reading.scan.paragraphs import ScanLine, composed
from nlp_kit.reading.scan.reader import read_image, read_pictures

pytest.importorskip("rapidocr")
pi_heif = pytest.importorskip("pi_heif")
Image = pytest.importorskip("PIL.Image")

FILES = Path(__file__).parent.parent / "files"
SCAN = (FILES / "scan.jpg").read_bytes()
TABLE = (FILES / "scanned_table.png").read_bytes()
TEXT = """个人对照检查发言提纲
青石河水厂党支部梁知远
一、存在的主要问题
（一）理论学习方面。学习原著不够主动，满足于读文件、听传达，笔记抄得多、想得少，遇到难点绕着走。
（二）联系群众方面。对用户反映的水压问题，我只打了两个电话就算办过，没有到楼里去看一看。
二、整改措施
每周读原著两小时，每月走访五户。"""
HEIC_HEADER = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"


def solid(text):
    return "".join(text.split())


def picture(data=SCAN):
    return Image.open(io.BytesIO(data)).convert("L")


def saved(page, kind, **options):
    buffer = io.BytesIO()
    page.save(buffer, kind, **options)
    return buffer.getvalue()


def line():
    """Return the title of the scan, which is read fast."""
    return picture().crop((250, 60, 800, 150))


@pytest.fixture(scope="module")
def scan():
    return read_image(SCAN, Limits())


@pytest.fixture(scope="module")
def table():
    return read_image(TABLE, Limits())


def test_lines_of_a_skewed_scan_become_paragraphs(scan):
    assert [solid(one) for one in TEXT.splitlines()] == [solid(one) for one in scan.text.splitlines()]


def test_person_is_told_to_check(scan):
    assert scan.notes == ("是扫描件或照片，文字由本机识别，请核对",)


def test_brackets_around_chinese_are_full_width(scan):
    assert ("（一）" in scan.text, "(" in scan.text) == (True, False)


def test_page_number_is_no_text(scan):
    assert "1" not in scan.text


def test_same_picture_is_read_the_same_twice():
    data = saved(line(), "PNG")
    assert read_image(data, Limits()) == read_image(data, Limits())


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_page_is_turned_upright(degrees):
    page = picture().crop((0, 60, 1000, 200)).rotate(degrees, expand=True)
    assert solid("".join(TEXT.splitlines()[:2])) in solid(read_pictures([page], Limits()).text)


def test_exif_rotation_is_honoured():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(line().rotate(90, expand=True), "JPEG", exif=exif)
    assert "个人对照检查发言提纲" in read_image(data, Limits()).text


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP"])
def test_kinds_of_pictures(kind):
    assert "个人对照检查发言提纲" in read_image(saved(line(), kind), Limits()).text


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGB", "RGBA", "I;16"])
def test_colours_do_not_matter(mode):
    page = line()
    if mode == "I;16":
        page = Image.fromarray(np.asarray(page).astype("uint16") * 257)
    else:
        page = page.convert("RGB").convert(mode)
    assert "对照检查发言提纲" in read_image(saved(page, "PNG"), Limits()).text


def test_transparent_paper_is_white():
    ink = line().point(lambda value: 255 - value)
    page = Image.new("RGBA", ink.size)
    page.putalpha(ink)
    assert "个人对照检查发言提纲" in read_image(saved(page, "PNG"), Limits()).text


def test_page_in_shadow_is_read():
    assert "个人对照检查发言提纲" in read_pictures([line().point(lambda value: value // 5)], Limits()).text


def test_telephone_picture_is_decoded_by_pi_heif(monkeypatch):
    monkeypatch.setattr(pi_heif, "open_heif", lambda data: pi_heif.from_pillow(line()))
    assert "个人对照检查发言提纲" in read_image(HEIC_HEADER, Limits()).text


def test_paragraph_runs_on_over_pages():
    page = picture().rotate(-2, fillcolor=255)
    upper, lower = page.crop((0, 190, page.width, 304)), page.crop((0, 304, page.width, 420))
    text = read_pictures([upper, lower], Limits()).text
    assert [solid(one) for one in TEXT.splitlines()[2:4]] == [solid(one) for one in text.splitlines()[:2]]


def scan_line(text: str, *, height: float = 1, gap: float = 1) -> ScanLine:
    scores = (1.0,) * len(text)
    return ScanLine(text, scores, indent=0, room=0, gap=gap, height=height, indents_tell=True, middle=0)


def test_header_that_recurs_is_hidden_and_cuts_no_sentence():
    pages = [
        [scan_line("青石河水厂党支部", height=0.8), scan_line("每季度在会上讲一次体", gap=1.8)],
        [scan_line("青石河水广党支部", height=0.8), scan_line("会。二要走访五户。", gap=1.8)],
    ]
    lines, taken = without_furniture(pages)

    assert "每季度在会上讲一次体会。二要走访五户。" == composed(lines, Limits()).text
    assert ["青石河水厂党支部", "青石河水广党支部"] == taken


def test_footer_that_recurs_is_hidden():
    foot = scan_line("内部材料", height=0.7, gap=2)
    lines, taken = without_furniture([[scan_line("学得浅，记"), foot], [scan_line("不住。"), foot]])

    assert (["学得浅，记", "不住。"], ["内部材料"] * 2) == ([line.text for line in lines], taken)


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(scan_line("个人对照检查材料", height=1.4), id="title of each member's page"),
        pytest.param(scan_line("一是学得不深，", height=0.9), id="line of the text"),
    ],
)
def test_first_line_that_recurs_but_is_no_header_is_kept(first):
    gap = 1.8 if first.height > 1 else 1
    pages = [[first, scan_line("学得浅。", gap=gap)], [first, scan_line("记不住。", gap=gap)]]

    assert ([line for page in pages for line in page], []) == without_furniture(pages)


def test_tiff_of_several_pages_is_read_whole():
    data = saved(line(), "TIFF", save_all=True, append_images=[line()])
    assert read_image(data, Limits()).text.count("个人对照检查发言提纲") == 2


def test_table_becomes_rows(table):
    assert [[table.text[start:end] for start, end in row] for row in table.rows] == [
        ["序号", "问题类别", "具体表现", "整改措施"],
        [
            "1",
            "理论学习",
            "学习原著不够主动，满足于读文件、听传达，笔记抄得多、想得少，遇到难点绕着走。",
            "每周读原著两小时，每月写一篇心得，请书记检查。",
        ],
        ["2", "担当作为", "对老旧管线台账一直没有核清，怕得罪人，拖了半年。", "六月底前逐条核对。"],
        ["3", "", "联系群众少，一年只下去两回。", "每月走访一户。"],
    ]


def test_text_around_a_table_is_kept(table):
    lines = table.text.splitlines()
    assert (lines[0], lines[-1]) == ("个人查摆问题清单", "以上问题请同志们监督。")


def test_what_is_hard_to_read_is_doubtful():
    page = picture().crop((0, 240, 1046, 330))
    reading = read_pictures([page.resize((150, 13)).resize(page.size)], Limits())
    assert reading.doubts
    assert all(reading.text[start:end].isalnum() for start, end in reading.doubts)


def test_blank_picture_is_refused():
    with pytest.raises(UnreadableError, match="没有认出文字"):
        read_image(saved(Image.new("L", (600, 400), 255), "PNG"), Limits())


def test_blank_pages_give_an_empty_reading():
    assert read_pictures([Image.new("L", (600, 400), 255)], Limits()).text == ""


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (500, 3), (40, 40)])
def test_odd_sizes_do_no_harm(size):
    assert read_pictures([Image.new("L", size, 255)], Limits()).text == ""


def test_large_picture_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda self: pytest.fail("decoded"))
    with pytest.raises(UnreadableError, match="百万像素"):
        read_image(saved(Image.new("1", (2000, 1000)), "PNG"), Limits(megapixels=1))


def test_picture_beyond_every_limit_is_refused():
    header = struct.pack(">IIBBBBB", 200_000, 200_000, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header
    data += struct.pack(">I", zlib.crc32(b"IHDR" + header)) + b"\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e"
    with pytest.raises(UnreadableError):
        read_image(data, Limits())


def test_too_many_pages_are_refused():
    with pytest.raises(UnreadableError, match="1 页的上限"):
        read_pictures([Image.new("L", (50, 50), 255)] * 2, Limits(scanned_pages=1))


def test_too_many_pages_of_a_tiff_are_refused_before_reading():
    data = saved(line(), "TIFF", save_all=True, append_images=[line()])
    with pytest.raises(UnreadableError, match="1 页的上限"):
        read_image(data, Limits(scanned_pages=1))


@pytest.mark.parametrize("data", [b"", b"GIF89a", HEIC_HEADER, HEIC_HEADER + bytes(500), SCAN[:2000], TABLE[:3000]])
def test_damaged_files_are_refused(data):
    with pytest.raises(UnreadableError, match="打不开"):
        read_image(data, Limits())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_bytes_never_raise_anything_else(data):
    small = line().resize((200, 15))
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "BMP", "TIFF", "WEBP", ""]))
    whole = bytearray(saved(small, kind) if kind else HEIC_HEADER + data.draw(st.binary(max_size=200)))
    for _ in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    swapped = bytes(
        whole[last:] + whole[first:last] + whole[:first] if data.draw(st.booleans()) else whole[: last or 1]
    )
    with contextlib.suppress(UnreadableError):
        read_image(swapped, Limits(megapixels=1))


def test_nothing_is_fetched_logged_or_written(monkeypatch, capfd, caplog, tmp_path):
    from nlp_kit.reading.scan import reader as ocr

    def refuse(*_):
        pytest.fail("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.chdir(tmp_path)
    logger = logging.getLogger("RapidOCR")
    logger.setLevel(logging.INFO)
    ocr._engine.cache_clear()
    read_pictures([line()], Limits())
    assert (list(tmp_path.iterdir()), caplog.records, capfd.readouterr()) == ([], [], ("", ""))
    assert (logger.level, logger.disabled) == (logging.INFO, False)


def test_nothing_heavy_is_imported_before_a_picture_is_read():
    code = (
        "import sys, nlp_kit.reading.scan.reader;"
        "print([name for name in ('PIL', 'cv2', 'rapidocr', 'pi_heif') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.parametrize("missing", ["PIL", "rapidocr"])
def test_without_the_extra_a_sentence_says_what_to_install(monkeypatch, missing):
    from nlp_kit.reading.scan import reader as ocr

    ocr._engine.cache_clear()
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(UnreadableError, match="nlpkit\\[ocr\\]"):
        read_image(SCAN, Limits())


def test_without_pi_heif_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    with pytest.raises(UnreadableError, match="nlpkit\\[ocr\\]"):
        read_image(HEIC_HEADER, Limits())
