import tomllib

import pytest

from nlp_kit.engine import Engine, check_theme
from nlp_kit.errors import InputError
from nlp_kit.pipeline import classify_files, draft_problems
from nlp_kit.records import ROLES
from nlp_kit.themes import TEMPLATE, DescribedClass, Theme, faults, load_theme, shipped_themes, theme_faults
from tests.conftest import BRANCH

GOOD = """\
title = "征求意见"
[[category]]
key = "canteen"
name = "食堂"
description = "对饭菜和排队的意见。"
headings = ["食堂方面"]
[[category]]
key = "pay"
name = "薪酬"
description = "对工资和补贴的意见。"
"""


def written(folder, text, encoding="utf-8"):
    path = folder / "我的.toml"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("name", sorted(shipped_themes()))
def test_every_shipped_theme_can_be_used(name):
    theme = load_theme(name)

    assert all(len(one.examples) == 8 and one.headings for one in theme.classes)


def test_the_themes_since_2019_are_there():
    assert {str(year) for year in range(2019, 2026)} == {name[:4] for name in shipped_themes()}


def test_the_template_can_be_used_once_it_is_filled_in():
    empty = tomllib.loads(TEMPLATE)
    filled = tomllib.loads(TEMPLATE)
    for one, name in zip(filled["category"], ("学习", "作风"), strict=True):
        one.update(name=name, description=f"{name}方面的问题。")

    assert [] == faults(filled)
    assert [
        "第 1 类还是样子里的文字，请改成自己的名称和说明",
        "第 2 类还是样子里的文字，请改成自己的名称和说明",
    ] == faults(empty)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_users_file_is_read(tmp_path, encoding):
    theme = load_theme(str(written(tmp_path, GOOD, encoding)))

    assert ("征求意见", ["canteen", "pay"]) == (theme.title, [one.key for one in theme.classes])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "征求意见"\n', "", "title"),
        ("description = ", "desciption = ", "desciption"),
        ('key = "pay"', 'key = "canteen"', "“canteen”用了两次"),
        ('key = "pay"', 'key = "工资"', "key 缺少或写法不对"),
        ('name = "薪酬"', 'name = "食堂"', "名称“食堂”用了两次"),
        ('headings = ["食堂方面"]', 'headings = "食堂方面"', "headings 要写成"),
        ('headings = ["食堂方面"]', 'examples = ["菜凉了", "菜凉了"]', "写了两遍"),
        ('description = "对工资和补贴的意见。"', 'description = " "', "第 2 类缺少 description"),
    ],
)
def test_each_fault_is_named(tmp_path, old, new, said):
    path = written(tmp_path, GOOD.replace(old, new))

    assert any(said in fault for fault in theme_faults(path))
    with pytest.raises(InputError, match="我的"):
        load_theme(str(path))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"title = x\n", "第 1 行"),
        (GOOD.encode("gb18030"), "UTF-8"),
        (b"", "title"),
        (b'title = "a"\ncategory = 3\n', "category"),
        (b'title = "a"\n[[category]]\nkey = "a"\nname = "a"\ndescription = "a"\n', "至少要有两个"),
    ],
)
def test_a_broken_file_is_one_sentence(tmp_path, content, said):
    path = tmp_path / "坏.toml"
    path.write_bytes(content)

    with pytest.raises(InputError, match=said):
        load_theme(str(path))


@pytest.mark.parametrize("name", ["没有这个", "没有.toml", "."])
def test_a_missing_theme_is_named(name):
    with pytest.raises(InputError, match=name):
        load_theme(name)


def test_the_innermost_heading_and_its_longest_wording_decide():
    theme = Theme(
        "t",
        (
            DescribedClass("study", "学习", "学习的问题", (), ("学习方面",)),
            DescribedClass("discipline", "纪律", "纪律的问题", (), ("学习纪律方面",)),
        ),
    )

    assert "study" == theme.class_under(("一、学习方面",))
    assert "discipline" == theme.class_under(("一、学习方面", "（二）学习纪律方面"))
    assert "discipline" == theme.class_under(("学习方面和学习纪律方面",))
    assert theme.class_under(("其他",)) is None


def test_a_heading_in_like_words_names_its_class():
    theme = load_theme("2024-four-leads")

    assert "political_discipline" == theme.class_under(("1.守规矩、讲团结方面",))
    assert "party_spirit" == theme.class_under(("作风上还有差距",))
    assert theme.class_under(("一、存在的主要问题",)) is None


def test_a_wording_outside_outweighs_like_words_inside():
    theme = load_theme("2023-branch")

    assert "management" == theme.class_under(("（二）党员教育管理方面", "学习笔记照搬"))


def test_categories_are_the_themes_and_issues_stay(workspace):
    engine = Engine(theme=load_theme("2025-members"))
    result = classify_files([BRANCH], workspace, engine=engine)
    found = [item.prediction for submission in result.submissions for item in submission.statements]
    problems = [one for one in found if one.role == "problem"]

    assert {"innovation_theory", "party_spirit", "masses", "vanguard", "new_style"} == {
        one.category for one in problems
    }
    assert all(one.issue for one in problems)
    assert all(one.category is None and one.issue is None for one in found if one.role != "problem")
    assert {one.role for one in found} <= set(ROLES)


def test_a_workspace_of_another_taxonomy_is_not_drafted_from(workspace, tmp_path):
    (tmp_path / "甲.txt").write_text("一、存在的问题\n一是学得浅，书翻两页就放下。\n", encoding="utf-8")
    classify_files([tmp_path / "甲.txt"], workspace, engine=Engine(theme=load_theme("2025-members")))

    with pytest.raises(InputError, match="--taxonomy"):
        draft_problems(workspace)
    classify_files([tmp_path / "甲.txt"], workspace)
    assert 1 == draft_problems(workspace).members


def test_a_higher_threshold_leaves_more_to_a_person(workspace, tmp_path):
    (tmp_path / "甲.txt").write_text("一、存在的问题\n一是学得浅，书翻两页就放下。\n", encoding="utf-8")
    waiting = []
    for share in (0.0, 1.0):
        result = classify_files([tmp_path / "甲.txt"], workspace, engine=Engine(review_below=share))
        waiting.append(sum(item.prediction.review for item in result.submissions[0].statements))

    assert waiting[0] == 0 < waiting[1]


def test_a_check_names_examples_that_look_misplaced(tmp_path):
    meals = ["饭菜凉了没人热", "食堂排队太久", "米饭夹生好几回", "菜价涨了一倍", "窗口阿姨打菜少"]
    wages = ["工资晚发了半个月", "加班费没有算", "年终奖没说清", "补贴比去年少", "食堂的汤越来越淡"]
    text = GOOD + f"examples = {wages}\n"
    text = text.replace('headings = ["食堂方面"]', f"examples = {meals}")
    report = check_theme(str(written(tmp_path, text)))

    assert ("食堂的汤越来越淡", "薪酬", "食堂") in report.doubts
    assert report.right == 10 - len(report.doubts)


def test_a_check_without_examples_reckons_nothing(tmp_path):
    assert check_theme(str(written(tmp_path, GOOD))).right is None
