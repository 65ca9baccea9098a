import io
import posixpath
import zipfile

import docx
import pytest

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits
from nlp_kit.reading.word.docx import read_docx

from .conftest import (
    OFFICIAL_LEVELS,
    add_parts,
    cell,
    concrete_list,
    item,
    list_place,
    paragraph,
    repack,
    run,
    save,
    styled,
    table,
    text_box,
    with_backslashes,
    word_file,
)

NUMBERED = OFFICIAL_LEVELS + concrete_list(1, 0)
MAIN = "word/document.xml"
NAMESPACE = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def text_and_levels(data: bytes) -> tuple:
    found = read_docx(data)
    return found.text, found.paragraphs


def text_of(*blocks: str, numbering: str = "") -> str:
    return read_docx(word_file(*blocks, numbering=numbering)).text


def test_paragraphs_become_lines():
    document = docx.Document()
    for line in ("个人对照检查材料", "", "学习抓得不紧。"):
        document.add_paragraph(line)
    found = read_docx(save(document))
    assert ("个人对照检查材料\n\n学习抓得不紧。", (), ()) == (found.text, found.paragraphs, found.rows)


def test_runs_of_one_paragraph_are_joined():
    assert text_of(f"<w:p>{run('学得')}{run('不深')}{run('，记不住。')}</w:p>") == "学得不深，记不住。"


def test_table_cells_are_separated_by_tabs_and_rows_by_line_feeds():
    document = docx.Document()
    document.add_paragraph("问题清单")
    grid = document.add_table(rows=2, cols=3)
    for row, words in zip(grid.rows, [("序号", "问题", "措施"), ("1", "学得浅", "多读原著")], strict=True):
        for place, word in zip(row.cells, words, strict=True):
            place.text = word
    document.add_paragraph("以上。")
    assert read_docx(save(document)).text == "问题清单\n序号\t问题\t措施\n1\t学得浅\t多读原著\n以上。"


def test_cell_merged_sideways_is_told_once():
    document = docx.Document()
    grid = document.add_table(rows=2, cols=2)
    grid.cell(0, 0).merge(grid.cell(0, 1)).text = "理论学习"
    grid.cell(1, 0).text = "学得浅"
    grid.cell(1, 1).text = "记不住"
    assert read_docx(save(document)).text == "理论学习\n学得浅\t记不住"


def merged_downwards(label: str) -> bytes:
    document = docx.Document()
    grid = document.add_table(rows=2, cols=2)
    grid.cell(0, 0).merge(grid.cell(1, 0)).text = label
    grid.cell(0, 1).text = "学得浅"
    grid.cell(1, 1).text = "记不住"
    return save(document)


def test_label_that_is_merged_downwards_stands_in_each_of_its_rows():
    assert read_docx(merged_downwards("理论学习")).text == "理论学习\t学得浅\n理论学习\t记不住"


def test_long_cell_that_is_merged_downwards_is_told_once_and_keeps_the_columns():
    found = read_docx(merged_downwards("理论学习抓得不紧，读得少想得更少"))
    assert found.text == "理论学习抓得不紧，读得少想得更少\t学得浅\n\t记不住"
    assert ["", "记不住"] == [found.text[start:end] for start, end in found.rows[1]]


def test_row_that_begins_further_right_keeps_its_columns():
    row = (
        f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{cell(paragraph("学得浅"))}{cell(paragraph("记不住"))}</w:tr>'
    )
    found = read_docx(word_file(f"<w:tbl>{row}</w:tbl>"))
    assert ["", "学得浅", "记不住"] == [found.text[start:end] for start, end in found.rows[0]]


def test_footnote_stands_after_its_paragraph():
    reference = '<w:p><w:r><w:t>学得浅。</w:t><w:footnoteReference w:id="2"/></w:r></w:p>'
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote w:id="2"><w:p>'
        "<w:r><w:t>指去年的事。</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    data = add_parts(word_file(reference, paragraph("记不住。")), {"word/footnotes.xml": notes.encode()})
    assert read_docx(data).text.split("\n") == ["学得浅。", "指去年的事。", "记不住。"]


def test_tracked_changes_are_read_as_accepted_and_said():
    changed = f"<w:p>{run('学得')}<w:del><w:r><w:delText>深</w:delText></w:r></w:del><w:ins>{run('浅。')}</w:ins></w:p>"
    found = read_docx(word_file(changed))
    assert ("学得浅。", ("里面有修订痕迹，按接受全部修订后的文字读取",)) == (found.text, found.notes)


def test_paragraph_whose_end_was_deleted_goes_on_in_the_next_one():
    first = f'<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>{run("学得")}</w:p>'
    assert text_of(first, paragraph("不深。")) == "学得不深。"


def test_deleted_row_is_left_out():
    deleted = f'<w:tr><w:trPr><w:del w:id="1"/></w:trPr>{cell(paragraph("旧"))}{cell(paragraph("行"))}</w:tr>'
    kept = f"<w:tr>{cell(paragraph('学得浅'))}{cell(paragraph('记不住'))}</w:tr>"
    assert text_of(f"<w:tbl>{deleted}{kept}</w:tbl>") == "学得浅\t记不住"


def test_nested_table_belongs_to_its_cell():
    inner = table([cell(paragraph("学得浅")), cell(paragraph("记不住"))])
    outer = table([cell(paragraph("理论") + inner + paragraph()), cell(paragraph("多读原著"))])
    assert text_of(outer) == "理论 学得浅 记不住\t多读原著"


def test_nested_table_with_columns_has_rows_of_its_own():
    words = (("存在问题", "措施"), ("学得浅", "多读原著"))
    inner = table(*([cell(paragraph(word)) for word in row] for row in words))
    outer = table([cell(paragraph("查摆情况")), cell(inner)], [cell(paragraph("签名")), cell(paragraph("张三"))])
    found = read_docx(word_file(outer))
    assert "查摆情况\n存在问题\t措施\n学得浅\t多读原著\n签名\t张三" == found.text
    assert ["存在问题", "学得浅", "签名"] == [found.text[slice(*row[0])] for row in found.rows]


def test_paragraphs_and_breaks_inside_a_cell_are_joined_by_blanks():
    broken = "<w:p><w:r><w:t>讲不出</w:t><w:br/><w:t>用不上</w:t><w:tab/><w:t>丢得快</w:t></w:r></w:p>"
    row = [cell(paragraph("学得浅。") + paragraph("记不住。") + broken), cell(paragraph("多读"))]
    assert text_of(table(row)) == "学得浅。 记不住。 讲不出 用不上 丢得快\t多读"


def test_empty_cells_keep_their_columns_except_at_the_end():
    rows = [[cell(paragraph(word)) for word in words] for words in (("", "学得浅", ""), ("", "", ""), ("2", "", "改"))]
    assert text_of(table(*rows)) == "\t学得浅\n\n2\t\t改"


def test_text_box_follows_its_paragraph_and_is_told_once():
    anchor = f"<w:p>{run('正文前半')}{text_box(paragraph('框里的话'))}{run('正文后半')}</w:p>"
    assert text_of(anchor, paragraph("下一段")) == "正文前半正文后半\n框里的话\n下一段"


def test_text_box_of_an_old_word_is_read():
    box = f"<w:txbxContent>{paragraph('框里的话')}</w:txbxContent>"
    assert text_of(f"<w:p><w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r></w:p>") == "\n框里的话"


def test_table_inside_a_text_box_is_read():
    inner = table([cell(paragraph("问题")), cell(paragraph("学得浅"))])
    assert text_of(f"<w:p>{run('见框')}{text_box(inner)}</w:p>") == "见框\n问题\t学得浅"


def test_numbered_text_box_counts_once():
    anchor = f"<w:p>{text_box(item('作风'))}</w:p>"
    assert text_of(item("理论"), anchor, item("纪律"), numbering=NUMBERED) == "一、理论\n\n二、作风\n三、纪律"


def test_text_box_inside_a_cell_is_told_once():
    row = [cell(f"<w:p>{run('理论')}{text_box(paragraph('框里的话'))}</w:p>"), cell(paragraph("多读"))]
    assert text_of(table(row)) == "理论 框里的话\t多读"


def test_text_box_inside_a_text_box_is_read():
    inner = f"<w:p>{run('外框')}{text_box(paragraph('内框'))}</w:p>"
    assert text_of(f"<w:p>{run('正文')}{text_box(inner)}</w:p>") == "正文\n外框\n内框"


def test_numbered_paragraphs_in_a_cell_show_their_numbers():
    row = [cell(paragraph("理论")), cell(item("学得浅") + item("记不住"))]
    assert text_of(table(row), item("办事拖"), numbering=NUMBERED) == "理论\t一、学得浅 二、记不住\n三、办事拖"


def test_list_items_carry_their_levels():
    text, paragraphs = text_and_levels(
        word_file(item("理论"), item("学得浅", level=1), paragraph("正文"), numbering=NUMBERED)
    )
    found = [(text[one.start : one.end], one.level, one.heading) for one in paragraphs]
    assert found == [("一、理论", 0, False), ("（一）学得浅", 1, False)]


def test_heading_styles_carry_their_levels():
    document = docx.Document()
    document.add_heading("存在的主要问题", 1)
    document.add_paragraph("学得浅。")
    document.add_heading("理论学习方面", 2)
    text, paragraphs = text_and_levels(save(document))
    found = [(text[one.start : one.end], one.level, one.heading) for one in paragraphs]
    assert found == [("存在的主要问题", 0, True), ("理论学习方面", 1, True)]


def test_outline_level_of_a_paragraph_makes_it_a_heading():
    text, (found,) = text_and_levels(word_file(paragraph("前言"), paragraph("原因剖析", '<w:outlineLvl w:val="2"/>')))
    assert (text[found.start : found.end], found.level, found.heading) == ("原因剖析", 2, True)


def test_outline_level_of_body_text_is_no_heading():
    assert read_docx(word_file(paragraph("学得浅。", '<w:outlineLvl w:val="9"/>'))).paragraphs == ()


def test_numbered_heading_has_number_and_outline_level():
    block = paragraph("理论", '<w:pStyle w:val="Heading2"/><w:numPr><w:numId w:val="1"/></w:numPr>')
    text, (found,) = text_and_levels(word_file(block, numbering=NUMBERED))
    assert (text, found.level, found.heading) == ("一、理论", 1, True)


def test_empty_heading_carries_no_level():
    assert read_docx(word_file(styled("", "Heading1"), paragraph("学得浅"))).paragraphs == ()


def test_offsets_are_exact_among_tables_boxes_breaks_and_rare_characters():
    text, paragraphs = text_and_levels(
        word_file(
            paragraph("𠮷同志😀发言"),
            item("理论"),
            table([cell(paragraph("表一")), cell(item("格里编号"))]),
            f"<w:p>{run('见框')}{text_box(item('框里', level=1))}</w:p>",
            "<w:p><w:r><w:t>上</w:t><w:br/><w:t>下</w:t></w:r></w:p>",
            paragraph(),
            styled("原因剖析", "Heading1"),
            item("作风"),
            numbering=NUMBERED,
        )
    )
    assert [text[one.start : one.end] for one in paragraphs] == ["一、理论", "（一）框里", "原因剖析", "三、作风"]


def test_heading_behind_a_page_break_keeps_its_level():
    properties = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
    block = f'<w:p>{properties}<w:r><w:br w:type="page"/><w:t>二、原因剖析</w:t></w:r></w:p>'
    text, paragraphs = text_and_levels(word_file(block))
    assert [text[one.start : one.end] for one in paragraphs] == ["二、原因剖析"]


def test_body_text_level_overrides_the_heading_style():
    block = paragraph("学得浅。", '<w:pStyle w:val="Heading1"/><w:outlineLvl w:val="9"/>')
    assert read_docx(word_file(block)).paragraphs == ()


def test_tracked_deletion_is_left_out_and_insertion_kept():
    deleted = '<w:del w:id="1" w:author="甲"><w:r><w:delText>很好</w:delText></w:r></w:del>'
    inserted = f'<w:ins w:id="2" w:author="甲">{run("不深")}</w:ins>'
    assert text_of(f"<w:p>{run('学得')}{deleted}{inserted}</w:p>") == "学得不深"


def test_moved_text_stands_only_at_its_new_place():
    old = f"<w:p>{run('前')}<w:moveFrom>{run('学得浅')}</w:moveFrom></w:p>"
    new = f"<w:p>{run('后')}<w:moveTo>{run('学得浅')}</w:moveTo></w:p>"
    assert text_of(old, new) == "前\n后学得浅"


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('学得浅')}</w:sdtContent></w:sdt>", "学得浅"),
        (f"<w:p>{run('姓名：')}<w:sdt><w:sdtContent>{run('张三')}</w:sdtContent></w:sdt></w:p>", "姓名：张三"),
        (
            f"<w:tbl><w:tr><w:sdt><w:sdtContent>{cell(paragraph('问题'))}</w:sdtContent></w:sdt>"
            f"{cell(paragraph('学得浅'))}</w:tr></w:tbl>",
            "问题\t学得浅",
        ),
        (
            f"<w:sdt><w:sdtContent>{table([cell(paragraph('作风')), cell(paragraph('办事拖'))])}"
            "</w:sdtContent></w:sdt>",
            "作风\t办事拖",
        ),
    ],
    ids=["block", "inline", "cell", "table"],
)
def test_content_controls_are_read(block, expected):
    assert text_of(block) == expected


def test_hyperlink_text_is_read():
    link = f'<w:hyperlink w:anchor="附件">{run("问题清单")}</w:hyperlink>'
    assert text_of(f"<w:p>{run('见')}{link}{run('。')}</w:p>") == "见问题清单。"


def test_field_result_is_read_without_its_instruction():
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DATE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{run("2024年12月")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert text_of(f"<w:p>{field}</w:p>") == "2024年12月"


def test_line_breaks_become_lines():
    assert text_of("<w:p><w:r><w:t>学得浅</w:t><w:br/><w:t>记不住</w:t><w:cr/><w:t>用不上</w:t></w:r></w:p>") == (
        "学得浅\n记不住\n用不上"
    )


@pytest.mark.parametrize("tab", ["<w:tab/>", '<w:ptab w:alignment="right"/>'])
def test_tab_inside_a_paragraph_becomes_a_blank(tab):
    stops = '<w:tabs><w:tab w:val="left" w:pos="420"/></w:tabs>'
    assert text_of(f"<w:p><w:pPr>{stops}</w:pPr><w:r><w:t>姓名</w:t>{tab}<w:t>张三</w:t></w:r></w:p>") == "姓名 张三"


def test_non_breaking_hyphen_is_a_hyphen():
    assert text_of("<w:p><w:r><w:t>2024</w:t><w:noBreakHyphen/><w:t>2025</w:t></w:r></w:p>") == "2024-2025"


def test_headers_and_footers_are_left_out():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    document.add_paragraph("学得浅")
    assert read_docx(save(document)).text == "学得浅"


HIDDEN_STYLES = (
    '<w:style w:type="paragraph" w:styleId="Help"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="More"><w:basedOn w:val="Help"/></w:style>'
    '<w:style w:type="character" w:styleId="Note"><w:rPr><w:vanish/></w:rPr></w:style>'
)


@pytest.mark.parametrize(
    "hidden",
    [
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>请写两条</w:t></w:r>",
        '<w:r><w:rPr><w:rStyle w:val="Note"/></w:rPr><w:t>请写两条</w:t></w:r>',
        '<w:hyperlink><w:r><w:rPr><w:vanish w:val="1"/></w:rPr><w:t>请写两条</w:t></w:r></w:hyperlink>',
    ],
)
def test_hidden_text_is_left_out_and_said(hidden):
    found = read_docx(word_file(f"<w:p>{run('学得')}{hidden}{run('浅')}</w:p>", styles=HIDDEN_STYLES))
    assert ("学得浅", ("里面有隐藏的文字，隐藏的没有读取",)) == (found.text, found.notes)
    assert any("请写两条" in line for line in found.hidden)


def test_paragraph_whose_style_hides_it_is_left_out_and_not_counted():
    data = word_file(
        item("学得浅"),
        paragraph("请写两条", '<w:pStyle w:val="More"/>' + list_place(1)),
        item("记不住"),
        numbering=NUMBERED,
        styles=HIDDEN_STYLES,
    )
    assert "一、学得浅\n二、记不住" == read_docx(data).text


def test_text_that_says_it_is_not_hidden_is_read():
    shown = '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>学得浅</w:t></w:r>'
    found = read_docx(word_file(f'<w:p><w:pPr><w:pStyle w:val="Help"/></w:pPr>{shown}</w:p>', styles=HIDDEN_STYLES))
    assert ("学得浅", ()) == (found.text, found.notes)


def test_xml_comments_do_not_disturb():
    assert text_of("<!-- 注 -->", f"<w:p><!-- 注 -->{run('学得浅')}</w:p>") == "学得浅"


def test_whole_text_stays_in_order():
    words = [f"第{number}段，学得不深。" for number in range(200)]
    assert text_of(*map(paragraph, words)) == "\n".join(words)


GOOD = word_file(paragraph("学习抓得不紧，遇到难题绕着走。"))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_file_is_unreadable(share):
    with pytest.raises(UnreadableError, match=r"另存为 \.docx"):
        read_docx(GOOD[: int(len(GOOD) * share)])


def test_file_without_its_text_is_unreadable():
    with pytest.raises(UnreadableError, match=r"另存为 \.docx"):
        read_docx(repack(GOOD, without=[MAIN]))


@pytest.mark.parametrize("part", ["[Content_Types].xml", "_rels/.rels", "word/styles.xml", "word/numbering.xml"])
def test_a_missing_part_beside_the_text_does_not_matter(part):
    assert "学习抓得不紧，遇到难题绕着走。" == read_docx(repack(GOOD, without=[part])).text


def renamed(data: bytes, names: dict[str, str]) -> bytes:
    """Return a container whose parts have other names, which its relationships know."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            for old, new in names.items():
                if name.endswith(".rels"):
                    content = content.replace(f'"{old}"'.encode(), f'"{new}"'.encode())
                name = name.replace(posixpath.basename(old), posixpath.basename(new))
            target.writestr(name, content)
    return buffer.getvalue()


def test_parts_are_found_by_their_relationships():
    data = word_file(item("学得浅"), numbering=NUMBERED)
    names = {MAIN: "/word/document2.xml", "numbering.xml": "numbering7.xml", "styles.xml": "styles3.xml"}
    assert "一、学得浅" == read_docx(renamed(data, names)).text


def test_names_of_parts_may_have_backslashes():
    assert "一、学得浅" == read_docx(with_backslashes(word_file(item("学得浅"), numbering=NUMBERED))).text


def test_strict_form_is_read_like_the_usual_one():
    blocks = [
        item("学得浅"),
        styled("存在问题", "Heading1"),
        table([cell(paragraph("理论")), cell(paragraph("记不住"))]),
    ]
    usual = word_file(*blocks, numbering=NUMBERED)
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    names = (MAIN, "word/numbering.xml", "word/styles.xml")
    assert read_docx(usual) == read_docx(
        repack(usual, dict.fromkeys(names, lambda xml: xml.replace(NAMESPACE, strict)))
    )


def test_headers_are_found_by_their_relationships():
    reference = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" '
        b'Target="../other/top.xml"/></Relationships>'
    )
    named = repack(GOOD, {"word/_rels/document.xml.rels": lambda xml: xml.replace(b"</Relationships>", reference)})
    header = f'<w:hdr xmlns:w="{NAMESPACE.decode()}">{paragraph("某某党支部")}</w:hdr>'
    assert "某某党支部" in read_docx(add_parts(named, {"other/top.xml": header.encode()})).hidden


@pytest.mark.parametrize("part", [MAIN, "word/styles.xml", "word/numbering.xml"])
@pytest.mark.parametrize(
    "damage",
    [lambda xml: xml[: len(xml) // 2], lambda xml: b"", lambda xml: xml.replace(b"<w:", b"<w:<") + b"<"],
    ids=["cut", "empty", "ill-formed"],
)
def test_file_with_damaged_xml_is_unreadable(part, damage):
    with pytest.raises(UnreadableError, match=r"另存为 \.docx"):
        read_docx(repack(GOOD, {part: damage}))


def test_xml_nested_too_deep_is_unreadable():
    nest = paragraph("学得浅").encode()
    for _ in range(1000):
        nest = b"<w:sdt>" + nest + b"</w:sdt>"
    with pytest.raises(UnreadableError, match=r"另存为 \.docx"):
        read_docx(repack(GOOD, {MAIN: lambda xml: xml.replace(b"<w:sectPr", nest + b"<w:sectPr", 1)}))


@pytest.mark.parametrize("value", ["一", "1.5", ""])
def test_level_that_is_no_number_is_unreadable_or_read_without_traceback(value):
    block = paragraph("学得浅", f'<w:numPr><w:ilvl w:val="{value}"/><w:numId w:val="1"/></w:numPr>')
    try:
        text = read_docx(word_file(block, numbering=NUMBERED)).text
    except UnreadableError:
        text = "学得浅"
    assert text.endswith("学得浅")


def test_file_that_unfolds_to_an_absurd_size_is_unreadable():
    bomb = word_file(paragraph("学" * 400_000))
    with pytest.raises(UnreadableError, match="内容大得不正常"):
        read_docx(bomb, Limits(unpacked_mb=1))


def test_many_parts_that_unfold_to_an_absurd_size_together_are_unreadable():
    part = b"<a>" + b" " * 300_000 + b"</a>"
    data = add_parts(GOOD, {f"word/more{number}.xml": part for number in range(4)})
    with pytest.raises(UnreadableError, match="内容大得不正常"):
        read_docx(data, Limits(unpacked_mb=1))


def _compressed_noise(data: bytes) -> bytes:
    """Overwrite the compressed bytes of the main part, leaving the zip directory whole."""
    start = data.index(MAIN.encode()) + len(MAIN)
    return data[:start] + b"\xff" * 60 + data[start + 60 :]


def _encrypted(data: bytes) -> bytes:
    """Set the flag that says "encrypted" in the main part's two zip headers."""
    marked = bytearray(data)
    local = data.index(MAIN.encode()) - 30
    central = data.rindex(MAIN.encode()) - 46
    marked[local + 6] |= 1
    marked[central + 8] |= 1
    return bytes(marked)


@pytest.mark.parametrize(
    "data",
    [
        _compressed_noise(repack(GOOD)),
        _encrypted(repack(GOOD)),
        repack(GOOD, {MAIN: lambda xml: b"<a/>"}),
        repack(GOOD, {MAIN: lambda xml: b'<w:document xmlns:w="' + NAMESPACE + b'"/>'}),
    ],
    ids=["bad compression", "encrypted", "other root", "no body"],
)
def test_damaged_container_is_unreadable(data):
    with pytest.raises(UnreadableError, match=r"另存为 \.docx"):
        read_docx(data)


def test_dangling_picture_does_not_matter():
    picture = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        b'Target="../NULL"/></Relationships>'
    )
    damaged = repack(GOOD, {"word/_rels/document.xml.rels": lambda xml: xml.replace(b"</Relationships>", picture)})
    assert read_docx(damaged).text == "学习抓得不紧，遇到难题绕着走。"
