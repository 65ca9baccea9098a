"""Whose a file is, which version is the newest, what is no member's text: on folders that two hands have described.

The figures are floors under what was measured; ``corpora/folders/README.md`` says what each part is.
"""

import json
from pathlib import Path

import pytest

from nlp_kit.authors import find_authors
from nlp_kit.filenames import names_in_path
from nlp_kit.genres import find_genre
from nlp_kit.reading import read_document
from nlp_kit.records import Document
from nlp_kit.versions import newest

from .conftest import ROOT

FOLDERS = ROOT / "corpora" / "folders"


def rows(part: str, name: str) -> list[dict]:
    return [json.loads(line) for line in (FOLDERS / part / name).read_text(encoding="utf-8").splitlines()]


def text(part: str, kind: str, file: str) -> Document:
    return Document("", (FOLDERS / part / kind / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("part", "floor"), [("dev", 159), ("test", 142)])
def test_names_are_found_in_file_names(part, floor):
    members = [row for row in rows(part, "names.jsonl") if row["kind"] == "member"]
    assert sum(list(names_in_path(row["file"])) == row["names"] for row in members) >= floor


@pytest.mark.parametrize(("part", "floor"), [("dev", 40), ("test", 39)])
def test_the_newest_version_is_told_by_its_name(part, floor):
    assert sum(newest(row["files"]) == row["newest"] for row in rows(part, "versions.jsonl")) >= floor


@pytest.mark.parametrize(("part", "floor"), [("dev", 20), ("test", 18)])
def test_authors_are_found_in_texts(part, floor):
    found = (
        ({author.name for author in find_authors(text(part, "members", row["file"]))} - {""}, set(row["names"]))
        for row in rows(part, "members.jsonl")
    )
    assert sum(names == gold for names, gold in found) >= floor


@pytest.mark.parametrize(("part", "floor"), [("dev", 30), ("test", 24)])
def test_what_is_no_members_text_is_told(part, floor):
    others = rows(part, "others.jsonl")
    assert sum(bool(find_genre(text(part, "others", row["file"]), row["received"])) for row in others) >= floor


@pytest.mark.parametrize("part", ["dev", "test"])
def test_no_members_text_is_set_aside(part):
    members = rows(part, "members.jsonl")
    assert [] == [row["file"] for row in members if find_genre(text(part, "members", row["file"]), row["file"])]


def test_no_text_of_the_gold_documents_is_set_aside():
    corpora = ROOT / "corpora"
    places = [
        *corpora.glob("documents/texts/*"),
        *corpora.glob("branches/*/texts/*"),
        *corpora.glob("samples/branch/*"),
    ]
    assert len(places) > 100
    assert [] == [Path(place).name for place in places if find_genre(read_document(place), place.name)]


def test_two_authors_have_their_parts_from_their_heads_on():
    found = find_authors(text("dev", "members", "09.txt"))
    whole = text("dev", "members", "09.txt").text
    assert ["巫建民", "蒙晓芸"] == [author.name for author in found]
    assert [0, whole.index("发言人：蒙晓芸")] == [author.start for author in found]


def test_each_row_of_a_table_with_names_has_its_author():
    assert ["雷向东", "祝小娥", "鲜于波", "潘志"] == [
        author.name for author in find_authors(text("dev", "members", "10.txt"))
    ]


@pytest.mark.parametrize("name", ["郝㛃", "王䶮", "王𬭎", "李𰻞"])
def test_names_with_rare_characters_are_found_in_file_names_and_texts(name):
    assert (name,) == names_in_path(f"对照检查材料-{name}V2.docx")
    assert [name] == [one.name for one in find_authors(Document("", f"对照检查材料\n党员：{name}\n一、问题\n学得浅。"))]


@pytest.mark.parametrize("line", ["第三党小组 欧阳 青", "第三党小组　欧阳　青", "欧阳 青"])
def test_a_family_name_of_two_characters_may_be_set_apart_from_the_given_name(line):
    assert ["欧阳青"] == [one.name for one in find_authors(Document("", f"对照检查材料\n{line}\n一、问题\n学得浅。"))]


def test_speakers_with_rare_characters_are_speakers():
    said = "王䶮：我学习不够。\n郝㛃：我服务不主动。\n"
    assert find_genre(Document("", said * 2), "记.txt")
