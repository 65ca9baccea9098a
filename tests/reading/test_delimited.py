import csv
import io
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits, Reading
from nlp_kit.reading.sheets.delimited import read_delimited

LIMITS = Limits()
LIST = (
    "党支部查摆问题清单,,,\n"
    "序号,姓名,存在问题,整改措施\n"
    '1,贺小满,"学得不深，\n原著读得少。",每周读原著。\n'
    '2,沈长林,"满足于""念文件"", 抄笔记。",  谈体会。 \n'
    ",,,\n"
    "填表人：田禾,,,\n"
)
ROWS = [
    ["序号", "姓名", "存在问题", "整改措施"],
    ["1", "贺小满", "学得不深，\n原著读得少。", "每周读原著。"],
    ["2", "沈长林", '满足于""念文件"", 抄笔记。', "谈体会。"],
]


def rows_of(reading: Reading) -> list[list[str]]:
    return [[reading.text[start:end] for start, end in row] for row in reading.rows]


def read(text: str) -> Reading:
    return read_delimited(text.encode(), LIMITS)


def test_text_is_the_file_itself_and_cells_are_its_slices():
    reading = read(LIST)
    assert reading.text == LIST
    assert rows_of(reading) == ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_usual_encodings_are_read(encoding):
    assert rows_of(read_delimited(LIST.encode(encoding), LIMITS)) == ROWS


def test_line_ends_of_windows_are_read():
    assert rows_of(read(LIST.replace("\n", "\r\n"))) == ROWS


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_other_delimiters_are_told_by_the_text(delimiter):
    text = LIST.replace(", 抄", "、抄").replace(",", delimiter)
    assert [len(row) for row in read(text).rows] == [4, 4, 4]


def test_full_width_comma_does_not_delimit():
    assert rows_of(read("序号,存在问题\n1,学得浅，用得少\n2,办事拖，怕吃苦\n")) == [
        ["序号", "存在问题"],
        ["1", "学得浅，用得少"],
        ["2", "办事拖，怕吃苦"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "本人学习抓得不紧,满足于念文件、抄笔记。\n工作上怕得罪人,遇到难题绕着走,分歧面前不表态。\n今后要改。\n",
        "本人学习抓得不紧，用得少,还停留在念文件。\n工作上怕得罪人，躲着走,分歧面前不表态。\n",
        "学习抓得不紧\n遇到难题绕着走\n",
        "学得浅,用得少",
        "\n\n",
        "",
    ],
)
def test_text_that_is_no_table_has_no_rows(text):
    reading = read(text)
    assert reading.text == text
    assert reading.rows == ()


def test_quote_that_is_never_closed_is_an_ordinary_character():
    rows = rows_of(read('序号,存在问题\n1,"躺平思想\n2,办事拖\n3,学得浅\n'))
    assert rows[1:] == [["1", '"躺平思想'], ["2", "办事拖"], ["3", "学得浅"]]


def test_quote_around_the_first_words_only_stays_in_the_cell():
    assert rows_of(read('序号,存在问题\n1,"四个意识"不强\n'))[1] == ["1", '"四个意识"不强']


def test_rows_do_not_overlap():
    spans = [span for row in read(LIST).rows for span in row]
    assert all(before[1] < after[0] for before, after in pairwise(spans))


def test_rows_beyond_the_limit_are_refused():
    with pytest.raises(UnreadableError, match="2 行的上限"):
        read_delimited(LIST.encode(), Limits(rows=2))


def test_text_beyond_the_limit_is_refused():
    with pytest.raises(UnreadableError, match="万字"):
        read_delimited(LIST.encode(), Limits(characters=20))


def test_many_quotes_are_read_in_linear_time():
    assert len(read("序号,存在问题\n" + '""""x,"\n' * 4000).text) > 4000


cells = st.text(alphabet='学浅,;\t|"\n 1。', max_size=6).map(str.strip)


@settings(deadline=None, derandomize=True, database=None)
@given(table=st.lists(st.lists(cells, min_size=3, max_size=3), max_size=6), delimiter=st.sampled_from(",\t;|"))
def test_unquoted_slices_are_what_the_csv_module_reads(table, delimiter):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n").writerows([["序号", "存在问题", "整改措施"], *table])
    reading = read(buffer.getvalue())

    expected = csv.reader(io.StringIO(reading.text, newline=""), delimiter=delimiter)
    found = [
        [
            reading.text[start:end].replace('""', '"')
            if reading.text[start - 1 : start] == '"'
            else reading.text[start:end]
            for start, end in row
        ]
        for row in reading.rows
    ]
    filled = [row for row in expected if sum(map(bool, row)) > 1]
    assert found == filled or (len(filled) < 2 and not found)


@settings(deadline=None, derandomize=True, database=None)
@given(text=st.text(alphabet='学,;\t|"\n\r ', max_size=40))
def test_any_text_gives_ordered_slices(text):
    reading = read(text)
    spans = [span for row in reading.rows for span in row]
    assert all(start <= end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@settings(deadline=None, derandomize=True, database=None)
@given(
    data=st.binary(max_size=200), place=st.integers(0, 200), encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"])
)
def test_damaged_and_random_bytes_are_read_or_refused(data, place, encoding):
    whole = LIST.encode(encoding)
    with suppress(UnreadableError):
        assert isinstance(read_delimited(whole[:place] + data[:5] + whole[place + 3 :], LIMITS), Reading)
    with suppress(UnreadableError):
        assert isinstance(read_delimited(data, LIMITS), Reading)
