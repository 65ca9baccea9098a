import pytest

from nlp_kit.errors import InputError
from nlp_kit.members import keep_newest
from nlp_kit.records import Document
from nlp_kit.roster import Roster, read_roster
from nlp_kit.stored import HandedIn, StoredText

SPEECH = "学习抓得不紧，书领回来就没翻过，值班时只顾着看手机，村民来问也不抬头。"
OTHER = "调研走马观花，报表照抄上月的数，遇到难缠的事往别的科室推，会上从来不提意见。"


def handed_in(path: str, text: str, name: str = "沈长林", modified: int = 0) -> HandedIn:
    return HandedIn(path, StoredText(path, 0, text, name, Document("", text), ()), name, modified)


def paths(texts: list[HandedIn]) -> list[str]:
    return [one.path for one in texts]


def test_the_newest_version_counts_and_the_older_one_is_named():
    kept, older, notes = keep_newest([handed_in("沈长林.docx", SPEECH), handed_in("沈长林终稿2.docx", SPEECH + "改。")])
    assert (["沈长林终稿2.docx"], ["沈长林.docx"]) == (paths(kept), [one.path for one in older])
    assert "更新的一稿" in older[0].reason
    assert [("沈长林终稿2.docx", "同一名成员有 2 份，按这一份计")] == notes


def test_a_file_that_the_list_of_members_names_counts_whatever_its_name():
    pinned = HandedIn("沈长林.docx", handed_in("a", SPEECH).stored, "沈长林", 0, True)
    assert ["沈长林.docx"] == paths(keep_newest([pinned, handed_in("沈长林终稿2.docx", SPEECH + "改。")])[0])


def test_where_names_cannot_tell_the_time_of_change_does_and_it_is_said():
    files = [handed_in("沈长林.docx", SPEECH + "改。", modified=9), handed_in("发言 沈长林.docx", SPEECH, modified=5)]
    kept, older, notes = keep_newest(files)
    assert (["沈长林.docx"], ["发言 沈长林.docx"]) == (paths(kept), [one.path for one in older])
    assert "按修改时间" in notes[0][1]


def test_different_texts_of_one_name_are_two_members_and_it_is_said():
    kept, older, notes = keep_newest([handed_in("沈长林.docx", SPEECH), handed_in("发言 沈长林.docx", OTHER)])
    assert (2, [], 1) == (len({one.name for one in kept}), older, len(notes))
    assert "按两名成员计" in notes[0][1]


def test_copies_of_one_text_all_stay_and_count_as_one_member_later():
    assert 2 == len(keep_newest([handed_in("沈长林.doc", SPEECH), handed_in("沈长林.docx", SPEECH)])[0])


def test_texts_without_a_name_are_never_versions():
    files = [handed_in("1.txt", SPEECH, ""), handed_in("1改.txt", SPEECH + "改。", "")]
    assert (files, [], []) == keep_newest(files)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_list_of_members_is_read(encoding):
    data = "序号,姓 名,文件\r\n1,沈长林,发言.docx\r\n2,贺 小满,\r\n".encode(encoding)
    assert Roster(("沈长林", "贺小满"), {"发言.docx": "沈长林"}) == read_roster(data, "members.csv")


@pytest.mark.parametrize("data", [b"", "人员\n沈长林".encode(), bytes(range(256))])
def test_what_is_no_list_of_members_is_one_sentence(data):
    with pytest.raises(InputError, match="成员名单"):
        read_roster(data, "members.csv")


@pytest.mark.parametrize(
    ("path", "name"),
    [("二组/发言.docx", "沈长林"), ("高峰年的材料.docx", "高峰年"), ("高峰 贺小满.docx", ""), ("材料.docx", "")],
)
def test_the_list_tells_whose_a_file_is(path, name):
    assert name == Roster(("沈长林", "贺小满", "高峰", "高峰年"), {"发言.docx": "沈长林"}).name_of(path)


@pytest.mark.parametrize("who", ["抢修班邱磊", "维修组王强", "张新", "李丽"])
def test_a_sign_of_a_version_in_a_post_or_name_tells_nothing(who):
    draft, text = f"{who} 发言（初稿）.docx", f"{who} 发言.docx"
    assert [text] == paths(keep_newest([handed_in(draft, SPEECH), handed_in(text, SPEECH + "改。")])[0])


FIRST = "个人对照检查材料\n沈长林\n一、存在的问题\n学习抓得不紧，书领回来就没翻过，值班时只顾着看手机。\n"
SECOND = "村民来问水价，我头也不抬。\n二、原因剖析\n放松了学习，总觉得业务是硬的。\n三、整改措施\n每周读一篇原著。\n"


@pytest.mark.parametrize(
    "files",
    [
        ("对照检查材料沈长林(1).jpg", "对照检查材料沈长林(2).jpg"),
        ("沈长林/IMG_20260119_153001.jpg", "沈长林/IMG_20260119_153122.jpg"),
        ("沈长林1.jpg", "沈长林2.jpg"),
        ("沈长林_9.jpg", "沈长林_10.jpg"),
        ("沈长林.docx", "沈长林(1).docx"),
        ("对照检查（上）沈长林.docx", "对照检查（下）沈长林.docx"),
        ("沈长林（上）.docx", "沈长林（下）.docx"),
        ("沈长林上.docx", "沈长林下.docx"),
        ("沈长林 上篇.docx", "沈长林 下篇.docx"),
        ("沈长林第1页.jpg", "沈长林第2页.jpg"),
        ("沈长林第九页.jpg", "沈长林第十页.jpg"),
        ("沈长林P1.jpg", "沈长林P2.jpg"),
        ("沈长林（一）.docx", "沈长林（二）.docx"),
        ("沈长林终稿1.jpg", "沈长林终稿2.jpg"),
    ],
)
def test_files_of_one_name_that_go_on_from_each_other_are_pages_of_one_text(files):
    first, second = files
    kept, older, notes = keep_newest([handed_in(second, SECOND, modified=1), handed_in(first, FIRST, modified=2)])
    assert ({first: 1, second: 2}, []) == ({one.path: one.page for one in kept}, older)
    assert [(first, True)] == [(path, "连成一份" in note) for path, note in notes]


@pytest.mark.parametrize("names", [("沈长林(1).docx", "沈长林(2).docx"), ("沈长林第1页.docx", "沈长林第2页.docx")])
def test_files_that_share_most_of_their_text_are_versions_however_they_are_called(names):
    kept, older, _ = keep_newest([handed_in(names[0], FIRST + SECOND), handed_in(names[1], FIRST + SECOND + "改。")])
    assert (1, 1, 0) == (len(kept), len(older), kept[0].page)


@pytest.mark.parametrize("names", [("沈长林1.docx", "沈长林2.docx"), ("沈长林(1).docx", "沈长林(2).docx")])
def test_two_whole_texts_under_numbers_are_two_members(names):
    head = "个人对照检查材料\n沈长林\n一、存在的问题\n"
    kept, older, notes = keep_newest([handed_in(names[0], head + SPEECH * 2), handed_in(names[1], head + OTHER * 2)])
    assert (2, []) == (len({one.name for one in kept}), older)
    assert "第1页" in notes[0][1]


def test_a_version_by_its_word_counts_also_where_everything_is_new():
    kept, older, _ = keep_newest([handed_in("沈长林初稿.docx", SPEECH), handed_in("沈长林终稿.docx", OTHER)])
    assert (["沈长林终稿.docx"], 1) == (paths(kept), len(older))


def test_photos_of_the_pages_and_the_whole_text_are_versions():
    photos = [handed_in("沈长林(1).jpg", FIRST, modified=1), handed_in("沈长林(2).jpg", SECOND, modified=1)]
    kept, older, _ = keep_newest([*photos, handed_in("沈长林.docx", FIRST + SECOND, modified=5)])
    assert (["沈长林.docx"], 2) == (paths(kept), len(older))


def test_a_copy_of_a_page_is_that_page():
    files = [handed_in("沈长林1.jpg", FIRST), handed_in("沈长林2.jpg", SECOND), handed_in("又/沈长林2.jpg", SECOND)]
    assert {"沈长林1.jpg": 1, "沈长林2.jpg": 2, "又/沈长林2.jpg": 2} == {
        one.path: one.page for one in keep_newest(files)[0]
    }
