import os
import random
from pathlib import Path

import pytest

from nlp_kit.errors import InputError
from nlp_kit.reading import list_files


def fill(root: Path, *names: str) -> Path:
    for name in names:
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("学得浅。", encoding="utf-8")
    return root


def paths(*submissions: Path, **options) -> list[str]:
    return [found.path for found in list_files(submissions, **options).files]


def link(place: Path, target: Path) -> None:
    try:
        place.symlink_to(target, target_is_directory=target.is_dir())
    except (OSError, NotImplementedError):
        pytest.skip("links are not supported here")


def test_nested_folders_give_relative_paths_with_forward_slashes(tmp_path):
    fill(tmp_path, "张三.txt", "一支部/李四.docx", "一支部/二班/王五.md")
    assert paths(tmp_path) == sorted(["张三.txt", "一支部/李四.docx", "一支部/二班/王五.md"])


def test_location_leads_to_the_file(tmp_path):
    (found,) = list_files([fill(tmp_path, "一支部/李四.txt")]).files
    assert found.location.read_text(encoding="utf-8") == "学得浅。"


def test_chinese_names_and_blanks_are_kept(tmp_path):
    root = fill(tmp_path / "第 一 支部", "张三 （定稿） .txt", "发言 提纲/李　四.docx")
    assert paths(root) == sorted(["张三 （定稿） .txt", "发言 提纲/李　四.docx"])


def test_several_folders_are_relative_to_their_common_parent(tmp_path):
    first, second = fill(tmp_path / "一支部", "张三.txt"), fill(tmp_path / "二支部", "张三.txt")
    assert paths(second, first) == ["一支部/张三.txt", "二支部/张三.txt"]


def test_single_file_is_relative_to_its_folder(tmp_path):
    assert paths(fill(tmp_path, "一支部/张三.txt", "一支部/李四.txt") / "一支部" / "张三.txt") == ["张三.txt"]


def test_files_and_folders_can_be_mixed(tmp_path):
    fill(tmp_path, "一支部/张三.txt", "李四.txt", "王五.txt")
    assert paths(tmp_path / "一支部", tmp_path / "李四.txt") == ["一支部/张三.txt", "李四.txt"]


def test_the_same_file_given_twice_is_listed_once(tmp_path):
    fill(tmp_path, "一支部/张三.txt")
    assert paths(tmp_path, tmp_path / "一支部", tmp_path / "一支部" / "张三.txt") == ["一支部/张三.txt"]


def test_relative_arguments_give_the_same_paths(tmp_path, monkeypatch):
    fill(tmp_path, "一支部/张三.txt")
    monkeypatch.chdir(tmp_path)
    assert paths(Path("一支部")) == paths(Path("一支部/../一支部")) == paths(tmp_path / "一支部") == ["张三.txt"]


def test_missing_argument_is_named(tmp_path):
    with pytest.raises(InputError, match=r"找不到“没有的支部”.*检查"):
        list_files([fill(tmp_path, "张三.txt"), tmp_path / "没有的支部"])


def test_empty_folder_has_no_files(tmp_path):
    listing = list_files([tmp_path])
    assert (listing.files, listing.unreadable, listing.ignored) == ((), (), ())


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini", ".DS_Store", "~$张三.docx", ".~李四.docx", "._王五.txt"])
def test_system_files_are_named_but_not_read(tmp_path, name):
    listing = list_files([fill(tmp_path, f"一支部/{name}", "一支部/张三.txt")])
    assert [found.path for found in listing.files] == ["一支部/张三.txt"]
    assert listing.ignored == (f"一支部/{name}",)


@pytest.mark.parametrize("name", ["表格.xlsx", "扫描.pdf", "照片.jpg", ".隐藏.txt", "没有后缀"])
def test_every_other_kind_is_listed(tmp_path, name):
    assert paths(fill(tmp_path, name)) == [name]


def test_link_that_leads_out_is_unreadable(tmp_path):
    outside = fill(tmp_path / "外面", "机密.txt")
    root = fill(tmp_path / "材料", "张三.txt")
    link(root / "链接.txt", outside / "机密.txt")
    listing = list_files([root])
    assert [found.path for found in listing.files] == ["张三.txt"]
    assert [one.path for one in listing.unreadable] == ["链接.txt"]
    assert "复制进来" in listing.unreadable[0].reason


def test_link_that_stays_inside_is_listed(tmp_path):
    link(fill(tmp_path, "张三.txt") / "李四.txt", tmp_path / "张三.txt")
    assert paths(tmp_path) == ["张三.txt", "李四.txt"]


def test_link_to_its_own_folder_does_not_hang(tmp_path):
    link(fill(tmp_path, "张三.txt") / "环", tmp_path)
    assert "张三.txt" in paths(tmp_path)


def test_linked_folder_is_not_skipped_in_silence(tmp_path):
    outside = fill(tmp_path / "外面", "李四.txt")
    root = fill(tmp_path / "材料", "张三.txt")
    link(root / "二支部", outside)
    assert [one.path for one in list_files([root]).unreadable] == ["二支部"]


def test_links_in_a_circle_are_unreadable(tmp_path):
    root = fill(tmp_path, "张三.txt")
    link(root / "甲.txt", root / "乙.txt")
    link(root / "乙.txt", root / "甲.txt")
    assert "张三.txt" in paths(root)


def test_excluded_folder_is_no_input(tmp_path):
    fill(tmp_path, "张三.txt", "工作区/记录.txt", "一支部/李四.txt")
    assert paths(tmp_path, exclude=tmp_path / "工作区") == ["一支部/李四.txt", "张三.txt"]


def test_folder_of_the_excluded_folder_s_name_elsewhere_is_input(tmp_path):
    fill(tmp_path, "工作区/记录.txt", "一支部/工作区/李四.txt")
    assert paths(tmp_path, exclude=tmp_path / "工作区") == ["一支部/工作区/李四.txt"]


def test_excluded_folder_may_be_written_with_dots(tmp_path):
    fill(tmp_path, "张三.txt", "工作区/记录.txt")
    assert paths(tmp_path, exclude=tmp_path / "工作区" / ".." / "工作区") == ["张三.txt"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_does_not_depend_on_creation(tmp_path, seed):
    names = ["张三.txt", "李四.txt", "a.txt", "B.txt", "一支部/王五.txt", "一支部/赵六.txt", "二支部/孙七.txt"]
    shuffled = random.Random(seed).sample(names, len(names))
    assert paths(fill(tmp_path, *shuffled)) == sorted(names)


def test_order_does_not_depend_on_the_arguments(tmp_path):
    places = [fill(tmp_path / name, "张三.txt") for name in ("三支部", "一支部", "二支部")]
    assert paths(*places) == paths(*reversed(places))


def test_folder_that_cannot_be_entered_is_unreadable(tmp_path, monkeypatch):
    fill(tmp_path, "张三.txt", "锁着/李四.txt")
    scandir = os.scandir

    def refuse(place):
        if Path(place).name == "锁着":
            raise PermissionError(13, "Permission denied", str(place))
        return scandir(place)

    monkeypatch.setattr(os, "scandir", refuse)
    listing = list_files([tmp_path])
    assert [found.path for found in listing.files] == ["张三.txt"]
    assert [(one.path, "权限" in one.reason) for one in listing.unreadable] == [("锁着", True)]


def test_argument_that_the_system_refuses_is_named(tmp_path):
    with pytest.raises(InputError):
        list_files([tmp_path / ("长" * 300)])
