import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_kit.reading.archive import Content, open_content
from nlp_kit.reading.base import Limits

TEXT = "学习抓得不紧。".encode()


def archive(*files: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files:
            info = zipfile.ZipInfo(name, (2025, 12, 3, 9, 30, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, data)
    return buffer.getvalue()


def opened(data: bytes, limits: Limits | None = None) -> dict[str, str]:
    """Return path → text, fault, or "ignored"."""
    return {
        one.path: "ignored" if one.ignored else one.fault or one.data.decode()
        for one in open_content(data, "材料.zip", 0, limits)
    }


def test_a_file_that_is_no_archive_is_given_back_as_it_is():
    assert [Content("甲.txt", TEXT, modified=7)] == list(open_content(TEXT, "甲.txt", 7))


def test_files_in_an_archive_come_in_name_order_under_its_path():
    data = archive(("二组/乙.txt", b"b"), ("一组/甲.txt", b"a"))
    assert {"材料.zip/一组/甲.txt": "a", "材料.zip/二组/乙.txt": "b"} == opened(data)
    assert ["材料.zip/一组/甲.txt", "材料.zip/二组/乙.txt"] == list(opened(data))


def test_the_time_of_change_is_kept():
    (found,) = open_content(archive(("甲.txt", b"a")), "材料.zip")
    assert 1764754200 == found.modified


def gbk_archive() -> bytes:
    """Return a zip as Chinese Windows makes it: a name in GBK and no flag that says so."""
    name, data = "对照检查/沈长林.txt".encode("gbk"), b"a"
    crc = zipfile.crc32(data)
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 0x5B83, crc, 1, 1, len(name), 0) + name + data
    central = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0x5B83, crc, 1, 1, len(name), 0, 0, 0, 0, 0, 0)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(central) + len(name), len(local), 0)
    return local + central + name + end


def test_names_in_gbk_are_understood():
    assert {"材料.zip/对照检查/沈长林.txt": "a"} == opened(gbk_archive())


def test_archives_in_archives_are_opened_to_a_depth():
    data = archive(("甲.txt", b"a"))
    for _ in range(2):
        data = archive(("内.zip", data))
    assert {"材料.zip/内.zip/内.zip/甲.txt": "a"} == opened(data)
    assert "套了 3 层" in opened(archive(("内.zip", data)))["材料.zip/内.zip/内.zip/内.zip"]


def test_a_hundred_levels_are_refused_after_a_few():
    data = archive(("甲.txt", b"a"))
    for _ in range(100):
        data = archive(("内.zip", data))
    assert ["套了 3 层"] == [fault[3:9] for fault in opened(data).values()]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_under_one_name_are_told_apart():
    assert {"材料.zip/甲.txt": "a", "材料.zip/甲.txt (2)": "b"} == opened(archive(("甲.txt", b"a"), ("甲.txt", b"b")))


def test_system_files_are_no_input():
    data = archive(("__MACOSX/._甲.txt", b"x"), ("~$甲.docx", b"x"), ("甲.txt", b"a"))
    assert ["ignored", "ignored", "a"] == list(opened(data).values())


@pytest.mark.parametrize("name", ["../甲.txt", "a/../../甲.txt", "/etc/甲.txt", "C:\\甲.txt", "..\\甲.txt"])
def test_a_path_that_leads_out_is_refused_and_not_shown(name):
    ((path, said),) = opened(archive((name, b"a"))).items()
    assert ("材料.zip/甲.txt", True) == (path, "指向包外" in said)


def test_an_absurd_size_is_refused_and_the_rest_read():
    data = archive(("大.txt", b" " * 3_000_000), ("小.txt", b"a"))
    found = opened(data, Limits(unpacked_mb=2))
    assert "超过上限" in found["材料.zip/大.txt"]
    assert "a" == found["材料.zip/小.txt"]


def test_files_are_refused_once_all_together_are_too_large():
    data = archive(*((f"{number}.txt", b" " * 900_000) for number in range(4)))
    assert 2 == sum("超过上限" in said for said in opened(data, Limits(unpacked_mb=2)).values())


def test_too_many_files_are_refused():
    data = archive(*((f"{number}.txt", b"a") for number in range(6)))
    assert ["材料.zip"] == list(opened(data, Limits(archive_files=5)))


def test_an_encrypted_file_is_named():
    data = bytearray(archive(("甲.txt", b"a")))
    # The flags stand at byte 8 of the entry in the directory.
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "加了密码" in opened(bytes(data))["材料.zip/甲.txt"]


def test_a_damaged_file_is_named_and_the_rest_read():
    data = archive(("甲.txt", TEXT * 50), ("乙.txt", b"a"))
    start = data.index("甲.txt".encode()) + len("甲.txt".encode())
    found = opened(data[:start] + b"\xff" * 10 + data[start + 10 :])
    assert "已损坏" in found["材料.zip/甲.txt"]
    assert "a" == found["材料.zip/乙.txt"]


WHOLE = archive(("甲.txt", TEXT), ("二/乙.zip", archive(("丙.txt", b"a"))))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=4)), max_size=6), st.integers(0, len(WHOLE))
)
def test_damage_gives_files_or_faults_and_no_other_error(changes, length):
    data = bytearray(WHOLE[:length])
    for place, piece in changes:
        data[place : place + len(piece)] = piece
    assert all(one.fault or one.ignored or isinstance(one.data, bytes) for one in open_content(bytes(data), "a.zip"))
