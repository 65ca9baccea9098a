import re
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits, Reading
from nlp_kit.reading.pdf.reader import ScannedPdf, read_pdf, render_pages

FILES = Path(__file__).parent.parent / "files"
STUDY = "学习抓得不紧，读原著只停留在会上念一念，2025年有3次拖到月底才办；"
WORK = "听得多、看得少，对身边同志提醒不够，开展批评怕伤和气。"

FULL_PAGE = b"q 595 0 0 842 0 0 cm /I Do Q "


def stream(content: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    return b"<< /Filter /FlateDecode /Length %d %b >> stream\n%b\nendstream" % (len(packed), entries, packed)


def font(codes: list[str], mapped: bool, small: str) -> tuple[bytes, bytes]:
    """Return a font of black squares, independent of those on the machine; the n-th code is shown by byte n.

    The squares of the characters in ``small`` leave room around them.
    """
    shapes = [7 if chr(int(code, 16)) in small else 5 for code in codes]
    pairs = "\n".join(f"<{number:02x}> <{code}>" for number, code in enumerate(codes))
    table = f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange {len(codes)} beginbfchar {pairs} endbfchar"
    names = " ".join(f"/g{number}" for number in range(len(codes)))
    squares = " ".join(f"/g{number} {shape} 0 R" for number, shape in enumerate(shapes))
    return (
        f"<< /Type /Font /Subtype /Type3 /FontBBox [0 -120 1000 880] /FontMatrix [.001 0 0 .001 0 0]"
        f" /FirstChar 0 /LastChar {len(codes) - 1} /Widths [{'1000 ' * len(codes)}] /CharProcs << {squares} >>"
        f" /Encoding << /Type /Encoding /Differences [0 {names}] >> {'/ToUnicode 4 0 R' if mapped else ''} >>"
    ).encode(), stream(f"{table} endcmap".encode())


def pdf_file(*pages: bytes, page_entries: bytes = b"", mapped: bool = True, small: str = "") -> bytes:
    """Return a PDF with the given page contents; F is the font of the words shown, I a grey picture."""
    words = re.findall(rb"<([0-9a-f]+)> Tj", b"".join(pages))
    codes = sorted({word[at : at + 4].decode() for word in words for at in range(0, len(word), 4)})
    kids = b" ".join(b"%d 0 R" % (8 + 2 * index) for index in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(pages), kids),
        *font(codes, mapped, small),
        stream(b"1000 0 0 -120 1000 880 d1 0 -120 1000 1000 re f"),
        stream(
            b"\x80", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
        ),
        stream(b"1000 0 200 0 800 700 d1 200 0 600 700 re f"),
    ]
    for index, content in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R %b"
            b" /Resources << /Font << /F 3 0 R >> /XObject << /I 6 0 R >> >> >>" % (9 + 2 * index, page_entries)
        )
        objects.append(stream(re.sub(rb"<([0-9a-f]+)> Tj", lambda word: encoded(word[1].decode(), codes), content)))
    return assembled(objects)


def encoded(word: str, codes: list[str]) -> bytes:
    return b"<" + b"".join(b"%02x" % codes.index(word[at : at + 4]) for at in range(0, len(word), 4)) + b"> Tj"


def assembled(objects: list[bytes]) -> bytes:
    body = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj %b endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer << /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(body))
    return bytes(body) + b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table) + end


def shown(
    text: str, x: float = 72, y: float = 600, *, size: float = 12, before: str = "", turn: str = "1 0 0 1"
) -> bytes:
    code = text.encode("utf-16-be").hex()
    return f"BT {before} /F {size} Tf {turn} {x} {y} Tm <{code}> Tj ET\n".encode()


def read(*pages: bytes, **options) -> Reading:
    return read_pdf(pdf_file(*pages, **options), Limits())


def sample(name: str) -> Reading:
    return read_pdf((FILES / name).read_bytes(), Limits())


def lines_of(reading: Reading) -> list[str]:
    return [line for line in reading.text.split("\n") if line]


def test_paragraphs_of_an_official_layout_come_back_whole_over_page_breaks():
    expected = ["学习年度组织会同志开展批评和身边同志提醒对照材料", "韦大有", "同志们："]
    for heading, times in (("一、学习方面", 3), ("二、作风方面", 5), ("三、身边方面", 4)):
        expected += [heading, (STUDY + WORK) * times, f"（一）{STUDY[:-1]}。", WORK * 2]

    assert expected == lines_of(sample("official.pdf"))


def test_page_numbers_headers_and_properties_are_hidden():
    hidden = sample("official.pdf").hidden

    assert {"秘密★1年", "— 1 —", "— 3 —", "内部材料", "韦大有"} <= set(hidden)


def test_paragraphs_without_indents_come_back_with_their_numbers_and_blank_lines():
    latin = "听 Python 课和 party branch 的 self-examination 会。"
    expected = ["大家批评提醒 韦大有", "", "先说学习", STUDY * 2 + WORK, "", "再说作风", WORK + latin * 3, ""]
    expected += ["对照材料看得少", "念一念", "月底才办", f"1. {STUDY * 2}", f"2. {WORK}", f"• {WORK * 3}"]

    assert expected == sample("plain.pdf").text.split("\n")


def test_ruled_table_over_several_pages_becomes_rows():
    expected = [["序号", "方面", "问题", "表现", "措施"]]
    for i in range(1, 13):
        aspect = "学习" if i % 2 == 0 else "作风"
        expected.append([str(i), aspect, WORK[: 9 + i], STUDY * (1 + i % 3), WORK * (1 + i % 2)])
    expected[2][3] += " " + WORK  # a second paragraph in the cell
    expected[4][1] = ""  # merged with the cell above
    reading = sample("table.pdf")

    assert ["问题清单", *("\t".join(row) for row in expected), "以上。"] == lines_of(reading)
    assert expected == [[reading.text[start:end] for start, end in row] for row in reading.rows]


def test_file_of_another_producer_is_read_alike():
    text = STUDY + "调研走马观花，听得多、看得少。对身边同志提醒不够，开展批评怕伤和气。"
    lines = lines_of(sample("reportlab.pdf"))

    assert ["个人对照检查材料", text, text * 3, text * 2, "序号\t查摆方面\t存在问题\t整改措施"] == lines[:5]
    assert ["1", "12"] == [lines[5].split("\t")[0], lines[16].split("\t")[0]]
    assert "以上发言请批评指正。" == lines[17]


def test_table_cell_merged_sideways_is_told_once_and_empty_cells_keep_their_columns():
    ruled = (
        b"72 500 300 90 re S 72 530 m 372 530 l S 72 560 m 372 560 l S 172 500 m 172 560 l S 272 500 m 272 560 l S\n"
    )
    words = shown("合在一起", 80, 570) + shown("乙", 180, 540) + shown("丙", 280, 510) + shown("丁", 80, 510)
    reading = read(ruled + words)

    assert "合在一起\n\t乙\n丁\t\t丙" == reading.text
    assert [["合在一起"], ["", "乙", ""], ["丁", "", "丙"]] == [
        [reading.text[a:b] for a, b in row] for row in reading.rows
    ]


def test_frame_around_a_text_is_no_table():
    reading = read(b"72 500 300 90 re S\n" + shown("框里的话", 80, 570))

    assert ("框里的话", ()) == (reading.text, reading.rows)


def test_radicals_and_compatibility_characters_become_ordinary_and_full_width_stays():
    assert "方面见车行，Ａ１。" == read(shown("⽅⾯⻅⻋\ufa08，Ａ１。")).text


def test_characters_that_are_not_seen_are_dropped():
    page = shown("学\u00ad", 72) + shown("习\u200b", 84) + shown("不\ufeff", 96) + shown("够\u0000", 108)

    assert "学习不够" == read(page).text


def test_words_are_parted_by_gaps_alone():
    words = shown("姓名", 72) + shown("韦大有", 102) + shown("AI", 200) + shown("工具", 228)

    assert "姓名 韦大有 AI工具" == read(words).text


def test_character_with_a_text_of_its_own_leaves_no_blank_beside_it():
    page = (
        shown("把", 72)
        + b"/Span << /ActualText <feff81ea> >> BDC "
        + shown("自", 84)
        + b"EMC "
        + shown("己查摆的问题", 96)
    )

    assert "把自己查摆的问题" == read(page, small="自").text


def test_indented_line_that_ends_as_far_from_the_right_is_no_title():
    usual = shown(WORK[:-1] + WORK[:9], 96, 700) + shown("看得少，" + WORK, 72, 684)
    short = shown(WORK[:-1] + WORK[:8], 96, 668) + shown("心。" + WORK, 72, 652)

    assert 2 == len(lines_of(read(usual + short)))


def in_halves(text: str) -> bytes:
    """Return a text in two columns of 16 characters below a title as wide as the page."""
    lines = [text[at : at + 16] for at in range(0, len(text), 16)]
    places = [(x, 680 - 16 * row) for x in (72, 288) for row in range((len(lines) + 1) // 2)]
    title = shown("学习年度组织会同志开展批评和身边同志提醒对照材料", 130, 740)
    return title + b"".join(shown(line, *place) for line, place in zip(lines, places, strict=False))


def test_two_columns_are_read_the_left_one_first():
    reading = read(in_halves((STUDY + WORK) * 3))

    assert "学习年度组织会同志开展批评和身边同志提醒对照材料\n\n" + (STUDY + WORK) * 3 == reading.text
    assert ("第 1 页分两栏，已按先左后右的顺序读，请核对",) == reading.notes


def test_form_with_answers_beside_its_fields_is_no_page_in_two_columns():
    rows = [
        shown("听得多看得少批评怕"[: 2 + row], 72, 600 - 20 * row) + shown(WORK, 200, 600 - 20 * row)
        for row in range(7)
    ]

    assert () == read(b"".join(rows)).notes


def test_bold_made_by_printing_twice_is_read_once():
    assert "学习" == read(shown("学习", 72) + shown("学习", 72.4)).text


def test_upright_text_of_a_turned_page_is_read():
    turned = shown("第一行在上", 100, 72, turn="0 1 -1 0") + shown("第二行在下", 120, 72, turn="0 1 -1 0")

    assert "第一行在上\n第二行在下" == read(turned, page_entries=b"/Rotate 90").text


def test_watermarks_invisible_text_and_text_outside_the_page_are_hidden():
    page = shown("学得浅。") + shown("机密", 200, 300, turn=".7 .7 -.7 .7") + shown("看不见", y=500, before="3 Tr")
    reading = read(page + shown("页外", -200, 400))

    assert "学得浅。" == reading.text
    assert "机密看不见页外" in reading.hidden


def test_comments_are_hidden():
    comment = b"/Annots [<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (secret note) >>]"

    assert "secret note" in read(shown("学得浅。"), page_entries=comment).hidden


def test_number_alone_on_a_single_page_is_a_page_number_only_at_its_edge():
    assert "上\n\n1" == read(shown("上", y=600) + shown("1", y=500)).text
    assert "上" == read(shown("上", y=600) + shown("1", 290, 40)).text


def test_picture_in_a_text_is_noted():
    reading = read(shown("学得浅。") + b"q 300 0 0 300 72 100 cm /I Do Q", shown("记不住。"))

    assert ("第 1 页有图片，图片里的文字没有读",) == reading.notes


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([FULL_PAGE], id="picture alone"),
        pytest.param([shown(WORK), FULL_PAGE], id="one page of two"),
        pytest.param([FULL_PAGE + shown("扫描软件制作", y=30)], id="stamp of the program"),
        pytest.param([FULL_PAGE + shown(WORK * 3, before="3 Tr")], id="recognised text behind the picture"),
        pytest.param([FULL_PAGE + shown("1", 290, 40), FULL_PAGE + shown("2", 290, 40)], id="page numbers alone"),
        pytest.param([b"72 72 m 90 90 l S\n" * 60], id="letters as outlines"),
        pytest.param([shown("\ue001\ue002\ue003\ue004")], id="private characters"),
    ],
)
def test_page_without_text_of_its_own_is_a_scan(pages):
    with pytest.raises(ScannedPdf, match="没有可以读的文字"):
        read(*pages)


def test_text_without_a_table_of_characters_is_a_scan():
    with pytest.raises(ScannedPdf):
        read(shown(WORK), mapped=False)


def test_scan_tells_what_was_found_all_the_same():
    with pytest.raises(ScannedPdf) as caught:
        read(FULL_PAGE + shown("机密", y=800))

    assert "机密" in caught.value.hidden


def test_blank_page_in_a_text_is_no_scan():
    assert "学得浅。" == read(shown("学得浅。"), b"").text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "空文件"),
        (b"%PDF-1.7\nnothing", "不完整或已损坏"),
        (pdf_file(b""), "里面没有文字"),
        (pdf_file(), "不完整或已损坏"),
        ((FILES / "locked.pdf").read_bytes(), "打开密码"),
        (pdf_file(*[b""] * 10_000), "有 10000 页，超过 200 页的上限"),
    ],
    ids=["empty", "damaged", "blank", "no pages", "locked", "too many pages"],
)
def test_what_cannot_be_read_is_told_in_one_sentence(data, message):
    with pytest.raises(UnreadableError, match=message) as caught:
        read_pdf(data, Limits())

    assert not str(caught.value).endswith("。")


def test_too_long_text_is_refused():
    with pytest.raises(UnreadableError, match="万字的上限"):
        read_pdf(pdf_file(shown(WORK)), Limits(characters=20))


def test_too_many_rows_are_refused():
    with pytest.raises(UnreadableError, match="表格有 13 行，超过 5 行的上限"):
        read_pdf((FILES / "table.pdf").read_bytes(), Limits(rows=5))


def test_pages_are_rendered_at_200_dots_an_inch():
    (page,) = render_pages(pdf_file(FULL_PAGE), Limits())

    assert ((1653, 2339), "RGB") == (page.size, page.mode)
    assert (128, 128, 128) == page.getpixel((800, 1000))


def test_rendering_keeps_to_the_limit_on_megapixels():
    (page,) = render_pages(pdf_file(FULL_PAGE), Limits(megapixels=1))

    assert 900_000 < page.width * page.height <= 1_000_000


def test_too_many_pages_to_recognise_are_refused():
    with pytest.raises(UnreadableError, match="有 3 页，超过 2 页的上限，请拆成几个文件"):
        next(render_pages(pdf_file(FULL_PAGE, FULL_PAGE, FULL_PAGE), Limits(scanned_pages=2)))


REAL = [(FILES / name).read_bytes() for name in ("reportlab.pdf", "locked.pdf", "table.pdf")]


@st.composite
def damaged_files(draw) -> bytes:
    data = bytearray(draw(st.sampled_from([*REAL, pdf_file(shown(WORK) + FULL_PAGE)])))
    for _ in range(draw(st.integers(0, 5))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    a, b, c = sorted(draw(st.tuples(*[st.integers(0, len(data))] * 3)))
    kind = draw(st.sampled_from(["flipped", "truncated", "swapped"]))
    return bytes({"flipped": data, "truncated": data[:c], "swapped": data[:a] + data[b:c] + data[a:b] + data[c:]}[kind])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.one_of(damaged_files(), st.binary(max_size=300), st.binary(max_size=300).map(lambda data: b"%PDF-1.7\n" + data))
)
def test_damaged_files_give_a_reading_or_one_sentence(data):
    for function in (read_pdf, lambda data, limits: list(render_pages(data, limits))):
        try:
            function(data, Limits(megapixels=1))
        except UnreadableError as error:
            assert "\n" not in str(error)
