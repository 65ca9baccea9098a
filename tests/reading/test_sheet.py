import io
import struct
import zipfile
from contextlib import suppress
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits, Reading
from nlp_kit.reading.sheets.reader import read_sheet

from .conftest import repack, with_backslashes

FILES = Path(__file__).parent.parent / "files"
LIMITS = Limits()
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "style", "text")
)


@cache
def list_file() -> bytes:
    """A list of problems made with openpyxl: merged cells, dates, a hidden sheet, properties, a page header."""
    return (FILES / "list.xlsx").read_bytes()


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def xlsx(*sheets: tuple[str, str], **parts: str) -> bytes:
    """Return a workbook of (name, worksheet XML after the root's start) pairs."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{place}" r:id="rId{place}"/>' for place, (name, _) in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{place}" Type="{RELS}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place in range(1, len(sheets) + 1)
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{RELS}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>{listed}</sheets></workbook>'
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}">{related}</Relationships>',
        )
        for place, (_, content) in enumerate(sheets, 1):
            archive.writestr(f"xl/worksheets/sheet{place}.xml", f'<worksheet xmlns="{MAIN}">{content}</worksheet>')
        for name, content in parts.items():
            archive.writestr(f"xl/{name}.xml", content)
    return buffer.getvalue()


def one_sheet(rows: dict[int, str], after: str = "") -> bytes:
    data = "".join(f'<row r="{number}">{cells}</row>' for number, cells in rows.items())
    return xlsx(("Sheet1", f"<sheetData>{data}</sheetData>{after}"))


def ods(content: str, styles: str = "", *, manifest: str = "<manifest/>") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("meta.xml", "<meta><title>内部资料</title></meta>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
            f"<office:spreadsheet>{content}</office:spreadsheet></office:body></office:document-content>",
        )
    return buffer.getvalue()


def ods_row(*cells: str, attributes: str = "") -> str:
    filled = (c if c.startswith("<") else f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in cells)
    return f"<table:table-row {attributes}>{''.join(filled)}</table:table-row>"


def ole(stream: bytes, name: str = "Workbook") -> bytes:
    """Return an OLE container with one stream, which is padded to 4096 bytes so that it needs no small sectors."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    count = len(stream) // 512
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * (4 * 108)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    table = b"".join(struct.pack("<I", entry) for entry in chain).ljust(512, b"\xff")

    def entry(label: str, kind: int, child: int, start: int, size: int) -> bytes:
        encoded = label.encode("utf-16-le")
        return (
            encoded.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(encoded) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, len(stream))
    return header + table + directory.ljust(512, b"\0") + stream


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def xls(*, before: bytes = b"", last: int = 3) -> bytes:
    """Return a BIFF8 workbook: a header, a number and a date, and a label merged over two rows."""
    start = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 1996, 0, 6)) + before
    formats = b"".join(record(0xE0, struct.pack("<HHH", 0, code, 0) + bytes(14)) for code in (0, 14))
    words = ["序号", "查摆方面", "存在问题", "理论学习", "学得不深", "学用脱节"]
    strings = b"".join(struct.pack("<HB", len(word), 1) + word.encode("utf-16-le") for word in words)
    table = record(0xFC, struct.pack("<II", len(words), len(words)) + strings)
    name = "问题".encode("utf-16-le")
    place = len(start + formats + table) + 4 + 8 + len(name) + 4
    listed = record(0x85, struct.pack("<IBBBB", place, 0, 0, len(name) // 2, 1) + name)

    def text(row: int, column: int, word: int) -> bytes:
        return record(0xFD, struct.pack("<HHHI", row, column, 0, word))

    def number(row: int, column: int, value: float, style: int = 0) -> bytes:
        return record(0x203, struct.pack("<HHHd", row, column, style, value))

    cells = text(0, 0, 0) + text(0, 1, 1) + text(0, 2, 2)
    cells += number(1, 0, 1) + text(1, 1, 3) + text(1, 2, 4) + number(1, 3, 45994, 1)
    cells += number(2, 0, 2) + text(2, 2, 5)
    merged = record(0xE5, struct.pack("<HHHHH", 1, 1, 2, 1, 1))
    size = record(0x200, struct.pack("<IIHHH", 0, last, 0, 4, 0))
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 16, 0, 1996, 0, 6)) + size + cells + merged + record(0x0A)
    return ole(start + formats + table + listed + record(0x0A) + sheet)


def rows_of(reading: Reading) -> list[list[str]]:
    return [[reading.text[start:end] for start, end in row] for row in reading.rows]


def read_lines(data: bytes) -> list[str]:
    return read_sheet(data, LIMITS).text.split("\n")


def test_list_of_problems_is_read_with_its_title_and_signature_as_lines():
    assert read_sheet(list_file(), LIMITS).text == (
        "问题清单\n"
        "党支部查摆问题清单\n"
        "序号\t查摆方面\t存在问题\t具体表现\t整改措施\t完成时限\n"
        "1\t理论学习\t学得不深\t满足于念文件、抄笔记， 原著读得少。\t每周读原著两小时。\t2025-12-03\n"
        "2\t理论学习\t学用脱节\t联系巡检工作想得不多。\t结合班组案例谈体会。\t2025-12-31\n"
        "3\t担当作为\t遇事绕着走\t怕得罪人， 分歧面前不表态。\t主动认领难题。\t长期坚持\n"
        "4\t担当作为\t标准不高\t台账填报有应付，完成率只有\t0.85\t2026-03-01\n"
        "填表人：贺小满\n"
        "\n"
        "对支部的建议\n少开会，多下班组。\n谈心谈话要勤。"
    )


def test_names_of_parts_may_have_backslashes():
    assert read_sheet(list_file(), LIMITS) == read_sheet(with_backslashes(list_file()), LIMITS)


def test_rows_are_slices_of_the_text_in_order_without_overlap():
    reading = read_sheet(list_file(), LIMITS)
    spans = [span for row in reading.rows for span in row]

    assert spans == sorted(spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    assert rows_of(reading) == [line.split("\t") for line in reading.text.split("\n") if "\t" in line]


def test_hidden_sheet_properties_and_page_header_are_hidden_lines():
    hidden = read_sheet(list_file(), LIMITS).hidden
    assert {"底稿", "秘密\t初稿", "内部资料", "机密页眉"} <= set(hidden)


def test_xls_is_read_with_merged_label_and_date():
    assert rows_of(read_sheet(xls(), LIMITS)) == [
        ["序号", "查摆方面", "存在问题"],
        ["1", "理论学习", "学得不深", "2025-12-03"],
        ["2", "理论学习", "学用脱节"],
    ]


def test_merged_long_content_stands_in_its_first_row_only():
    long = "满足于念文件、抄笔记，原著读得很少。"
    data = one_sheet(
        {1: cell("A1", long) + cell("B1", "读原著。"), 2: cell("B2", "谈体会。")},
        '<mergeCells><mergeCell ref="A1:A2"/></mergeCells>',
    )
    assert rows_of(read_sheet(data, LIMITS)) == [[long, "读原著。"], ["", "谈体会。"]]


def test_empty_rows_and_columns_are_left_out():
    data = one_sheet({3: cell("C3", "学习") + cell("F3", "学得浅"), 9: cell("C9", "作风") + cell("F9", "办事拖")})
    assert read_lines(data) == ["学习\t学得浅", "作风\t办事拖"]


def test_row_that_only_a_merged_cell_reaches_is_left_out():
    data = one_sheet(
        {1: cell("A1", "学习") + cell("B1", "学得浅"), 2: cell("A2", " ")},
        '<mergeCells><mergeCell ref="A1:A2"/></mergeCells>',
    )
    assert read_lines(data) == ["学习\t学得浅"]


def test_list_of_statements_in_one_column_has_no_rows():
    reading = read_sheet(one_sheet({1: cell("A1", "学得浅。"), 2: cell("A2", "办事拖。")}), LIMITS)
    assert reading.text == "学得浅。\n办事拖。"
    assert reading.rows == ()


@pytest.mark.parametrize("name", ["Sheet1", "sheet 2", "工作表1", "表3"])
def test_default_name_of_a_sheet_is_no_line(name):
    content = f"<sheetData><row>{cell('A1', '学得浅。')}</row></sheetData>"
    assert read_lines(xlsx((name, content), ("问题清单", content))) == ["学得浅。", "", "问题清单", "学得浅。"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<c><v>1</v></c>", "1"),
        ("<c><v>1.50</v></c>", "1.5"),
        ("<c><v>0.30000000000000004</v></c>", "0.3"),
        ("<c><v>13800000000</v></c>", "13800000000"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="str"><f>A1&amp;B1</f><v>学得浅</v></c>', "学得浅"),
        ("<c><f>1+1</f><v>2</v></c>", "2"),
        ('<c t="inlineStr"><is><t>一\r\n二\t三</t></is></c>', "一 二 三"),
    ],
)
def test_value_is_shown_as_in_the_cell(written, shown):
    data = one_sheet({1: f"{cell('A1', '值')}{written}"})
    assert rows_of(read_sheet(data, LIMITS)) == [["值", shown]]


def test_error_value_is_empty():
    assert read_lines(one_sheet({1: f'{cell("A1", "值")}<c t="e"><f>1/0</f><v>#DIV/0!</v></c>'})) == ["值"]


def test_ods_is_read_as_shown_with_dates_and_merged_labels():
    data = ods(
        '<table:table table:name="问题">'
        + ods_row("序号", "方面", "完成率", "时限")
        + ods_row(
            "1",
            '<table:table-cell table:number-rows-spanned="2"><text:p>理论<text:s/>学习</text:p></table:table-cell>',
            '<table:table-cell office:value-type="percentage" office:value="0.85"><text:p>85%</text:p>'
            "</table:table-cell>",
            '<table:table-cell office:value-type="date" office:date-value="2025-12-03">'
            "<text:p>12月3日</text:p></table:table-cell>",
        )
        + ods_row("2", "<table:covered-table-cell/>", "10%")
        + ods_row(
            '<table:table-cell table:number-columns-repeated="16384"/>', attributes='table:number-rows-repeated="9"'
        )
        + "</table:table>"
    )
    reading = read_sheet(data, LIMITS)
    assert rows_of(reading) == [
        ["序号", "方面", "完成率", "时限"],
        ["1", "理论 学习", "85%", "2025-12-03"],
        ["2", "理论 学习", "10%"],
    ]
    assert "内部资料" in reading.hidden


def test_hidden_ods_sheet_is_hidden():
    style = '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
    reading = read_sheet(
        ods(
            f'<table:table table:name="底稿" table:style-name="ta1">{ods_row("秘密")}</table:table>'
            f'<table:table table:name="问题">{ods_row("学得浅。")}</table:table>',
            style,
        ),
        LIMITS,
    )
    assert reading.text == "学得浅。"
    assert "秘密" in reading.hidden


@pytest.mark.parametrize(
    "data",
    [
        ole(b"", "EncryptedPackage"),
        xls(before=record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(48))),
        xls(before=record(0x86) + record(0x2F, bytes(6))),
        ods("", manifest="<manifest><encryption-data/></manifest>"),
    ],
    ids=["xlsx", "xls", "xls with the old method", "ods"],
)
def test_encrypted_file_has_its_own_sentence(data):
    with pytest.raises(UnreadableError, match="加了打开密码"):
        read_sheet(data, LIMITS)


@pytest.mark.parametrize("far", ["XFD1048576", "ZZ1048576"])
def test_far_off_cell_is_refused_at_no_cost(far):
    number = int(far.lstrip("XFDZ"))
    with pytest.raises(UnreadableError, match="远处的单元格"):
        read_sheet(one_sheet({1: cell("A1", "学得浅"), number: cell(far, "x")}), LIMITS)


def test_absurd_dimension_of_an_xls_is_refused():
    with pytest.raises(UnreadableError, match="已损坏"):
        read_sheet(xls(last=0x7FFFFFFF), LIMITS)


def test_panic_of_the_library_is_an_unreadable_file():
    data = xls()
    place = data.index(struct.pack("<HH", 0xE5, 10))
    with pytest.raises(UnreadableError, match="已损坏"):
        read_sheet(data[: place + 4] + b"\xff" + data[place + 5 :], LIMITS)


def test_absurd_dimension_and_formatted_empty_cells_cost_nothing():
    content = (
        f'<dimension ref="A1:XFD1048576"/><sheetData><row r="1">{cell("A1", "学得浅。")}</row>'
        '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    )
    assert read_lines(xlsx(("Sheet1", content))) == ["学得浅。"]


def test_single_far_off_cell_is_read():
    assert read_lines(one_sheet({1048576: cell("XFD1048576", "学得浅。")})) == ["学得浅。"]


def test_shared_string_in_many_cells_is_refused():
    content = "<sheetData><row>" + '<c t="s"><v>0</v></c>' * 3000 + "</row></sheetData>"
    with pytest.raises(UnreadableError, match="万字"):
        read_sheet(xlsx(("Sheet1", content), sharedStrings=f"<sst><si><t>{'长' * 1000}</t></si></sst>"), LIMITS)


def test_container_that_unfolds_beyond_the_limit_is_refused():
    bomb = repack(list_file(), {"xl/styles.xml": lambda part: part + b" " * (2 * 1024 * 1024)})
    with pytest.raises(UnreadableError, match="1 MB 的上限"):
        read_sheet(bomb, Limits(unpacked_mb=1))


def test_rows_beyond_the_limit_are_refused():
    with pytest.raises(UnreadableError, match="4 行的上限"):
        read_sheet(list_file(), Limits(rows=4))


@pytest.mark.parametrize("attribute", ["table:number-rows-repeated", "office:x"])
def test_repeated_ods_cells_are_refused(attribute):
    row = ods_row(
        '<table:table-cell table:number-columns-repeated="900000000"><text:p>x</text:p></table:table-cell>'
        if attribute == "office:x"
        else "x",
        attributes=f'{attribute}="900000000"',
    )
    with pytest.raises(UnreadableError, match=r"行的上限|大得不正常"):
        read_sheet(ods(f'<table:table table:name="a">{row}</table:table>'), LIMITS)


def test_long_text_in_repeated_ods_cells_is_refused():
    cells = f'<table:table-cell table:number-columns-repeated="200"><text:p>{"长" * 20_000}</text:p></table:table-cell>'
    with pytest.raises(UnreadableError, match="万字"):
        read_sheet(ods(f'<table:table table:name="a">{ods_row(cells)}</table:table>'), LIMITS)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", "学得浅".encode(), ods("</a>")])
def test_damaged_file_is_refused_with_what_to_do(data):
    with pytest.raises(UnreadableError, match=r"另存为 \.xlsx"):
        read_sheet(data, LIMITS)


def test_damaged_properties_do_not_matter():
    assert rows_of(read_sheet(repack(list_file(), {"docProps/core.xml": lambda part: part[:90]}), LIMITS))


def test_entity_is_not_resolved():
    content = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><x>&e;</x>"
    reading = read_sheet(repack(list_file(), {"docProps/core.xml": lambda _: content.encode()}), LIMITS)
    assert Path("/etc/hostname").read_text().strip() not in " ".join(reading.hidden)


@cache
def real_files() -> list[bytes]:
    return [
        list_file(),
        xls(),
        repack(list_file()),
        ods(f'<table:table table:name="问题">{ods_row("1", "学得浅。")}</table:table>'),
    ]


@st.composite
def damaged(draw) -> bytes:
    data = bytearray(draw(st.sampled_from(real_files())))
    if draw(st.booleans()):
        name = draw(st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"]))
        spots = draw(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), min_size=1, max_size=5))

        def flip(part: bytes) -> bytes:
            changed = bytearray(part)
            for place, value in spots:
                changed[place % len(changed)] = value
            return bytes(changed)

        return repack(list_file(), {name: flip})
    for _ in range(draw(st.integers(0, 5))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    cut = draw(st.integers(0, len(data)))
    return draw(st.sampled_from([bytes(data), bytes(data[:cut]), bytes(data[cut:] + data[:cut])]))


@settings(deadline=None, derandomize=True, database=None, max_examples=150)
@given(st.one_of(damaged(), st.binary(max_size=300)))
def test_damaged_and_random_bytes_are_read_or_refused(data):
    with suppress(UnreadableError):
        assert isinstance(read_sheet(data, LIMITS), Reading)
