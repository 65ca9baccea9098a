"""nlpkit audit as the committee uses it, on folders that were copied, padded and mixed on purpose."""

import json
import shutil

import openpyxl
import pytest

from nlp_kit.resources import data_path

PASSAGE = (
    "去年冬天水管冻裂，报修的老人打了三次电话，我记在本子上转身就忘了，等到第四天上门，人家早就自己找人修好了，"
    "当着邻居的面我还说是材料没到。"
)
BODY = """个人对照检查材料
维修班 班长 万长河

一、存在的问题
（一）学习贯彻党的创新理论方面。{study}
（二）加强党性锤炼方面。{party}
（三）联系服务群众方面。{masses}
（四）发挥先锋模范作用方面。{model}
（五）改作风树新风方面。{style}

二、原因分析
学习上我总觉得干活才是正经事，书本放一放没人知道；怕得罪人，话到嘴边又咽下去；时间长了，对来办事的人没有了当初的热心，
把党员两个字只当成填表时的一栏；家里条件好了，花钱大手大脚也不觉得有什么不对，别人提醒过一回，我还嫌他管得宽，话里话外给人家脸色看，弄得后来谁也不愿意再跟我说句实话，我自己反倒觉得耳根清净。
夜里的活我想躲，是算着自己再有四年退休，犯不上跟年轻人拼；老太太不认字，我没有往心里去，是因为每天问路问阀门的人多，
我只想着快点打发走，没有想过她一个人过日子，屋里漏了水连个帮手都没有。考试抄小郑的，说穿了是怕丢面子，
我这个当班长的在徒弟们面前答不上题目，觉得比不会修泵、不会听管子还要难看，脸上挂不住，越是这样越不肯当众承认，宁可抄一份干净卷子交上去，装作什么都会，可是抄来的分数糊弄的是我自己，下回再问还是不会，徒弟们看在眼里，嘴上不说，心里未必服我这个班长。

三、整改措施
每天早上到岗先读半小时，读完用自己的话写两行，月底请学习委员看。民主评议时当面把意见说完，散会不再议论。
接到报修两小时内回电话，当天去看，修好了再请本人签字。下一次抢修我第一个报名，把自己的手艺教给小郑。
家里办事不请同事，接待一律在食堂，账单贴出来。
"""
OWN = {
    "study": "发的书我拿回去垫了暖水瓶，四月测验十道题我空了六道，是坐在我旁边的小郑把答案推过来的，我照着填了。",
    "party": "评议老吴的时候我心里有三条意见，开口只说他酒量好，会后在楼道里倒说了半天，第二天他都知道了。",
    "masses": "前街的老太太来问阀门往哪边拧，我朝墙上一指，说贴着呢，她不认字，站了一会儿走了。",
    "model": "七月夜里泵房进水，电话打到我家，我让爱人说我睡下了，天亮才去，水已经让小郑他们排干了。",
    "style": "孩子升学我摆了六桌，请的都是班里人，收的礼记了一本账，有两个刚来的学徒也凑了份子。",
}


FILE = "个人对照检查材料-万长河.txt"


def text(**changed):
    return BODY.format(**(OWN | changed))


@pytest.fixture
def folder(tmp_path):
    """A text that the tests change, and three that a hand wrote without faults."""
    made = tmp_path / "材料"
    made.mkdir()
    (made / FILE).write_text(text(), encoding="utf-8")
    branch = json.loads(data_path("corpora", "audit", "branches", "dev-i.json").read_text(encoding="utf-8"))
    for one in [member for member in branch["members"] if not member["findings"]][:3]:
        (made / one["file"]).write_text(one["text"], encoding="utf-8")
    return made


@pytest.fixture
def audited(cli_here, folder):
    """Return what the audit says of the folder as it now is, member by member; the changed text's comes first."""

    def run(*arguments):
        assert 0 == cli_here("classify", folder, "--quiet").returncode
        done = cli_here("audit", "--format", "json", *arguments)
        assert 0 == done.returncode, done.stderr.decode()
        found = json.loads(done.stdout)["members"]
        return sorted(found, key=lambda one: "万" not in one["document"])

    return run


def rules(member):
    return {one["rule"] for one in member["findings"]}


def test_faultless_texts_may_go_to_the_meeting(audited):
    assert [set()] * 4 == [rules(one) for one in audited()]


def test_a_copied_passage_is_shown_side_by_side_on_both_sides(audited, folder):
    other = next(file for file in folder.iterdir() if file.name != FILE)
    other.write_text(other.read_text(encoding="utf-8") + "\n" + PASSAGE + "\n", encoding="utf-8")
    (folder / FILE).write_text(text(masses=PASSAGE), encoding="utf-8")
    copied = [finding for one in audited() for finding in one["findings"] if finding["rule"] == "copied"]

    assert 2 == len(copied)
    assert copied[0]["place"]["member"] == copied[1]["other"]["member"]
    assert all("报修的老人打了三次电话" in one[side]["excerpt"] for one in copied for side in ("place", "other"))


def test_what_was_copied_from_another_folder_is_found_with_the_post_in_it(audited, folder, tmp_path):
    strange = "作为支部书记，我对支委会定的事盯得不紧，三月说好的谈话到了年底还有四个人没谈，名单一直压在玻璃板下面。"
    templates = tmp_path / "范文"
    templates.mkdir()
    (templates / "范文.txt").write_text("范文\n\n" + strange + "\n", encoding="utf-8")
    (folder / FILE).write_text(text(party=strange), encoding="utf-8")
    first, *others = audited("--against", templates)

    assert {"copied_outside", "role_mismatch"} <= rules(first)
    assert not any(rules(one) for one in others)
    assert not list((tmp_path / ".nlpkit").glob("scratch-*"))


def test_last_years_problem_is_found_again(audited, folder, tmp_path):
    before = tmp_path / "上年"
    before.mkdir()
    old = (
        "个人对照检查材料\n维修班 班长 万长河\n\n一、存在的问题\n"
        "1.四月的测验我有六道题不会，照着小郑推过来的答案填了上去。\n\n"
        "二、整改措施\n题目自己做。\n"
    )
    (before / FILE).write_text(old, encoding="utf-8")
    again = [one for one in audited("--last-year", before)[0]["findings"] if one["rule"] == "last_year_again"]

    assert 1 == len(again) and "测验" in again[0]["other"]["excerpt"] and "测验" in again[0]["place"]["excerpt"]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"model": "", "style": ""}, "missing_aspect"),
        (
            {
                "study": "有的护理员把学习当差事，材料发下来垫在饭盒底下，问起来一句也说不出。",
                "party": "个别司炉工对组织生活不当回事，到会晚，走得早。",
            },
            "third_person",
        ),
        (
            {
                "study": "有的同志把开会当休息，笔记抄抄了事，问起来一句也说不出。",
                "party": "个别党员对组织生活不当回事，到会晚，走得早。",
                "model": "一些人遇到急活往后躲，能推就推。",
            },
            "third_person",
        ),
        (
            {
                "study": "学习的系统性、深入性不够，往往浅尝辄止，运用理论指导实践的能力有待提高。",
                "party": "党性锤炼的自觉性有所放松，开展批评和自我批评不够经常、不够深刻。",
                "masses": "宗旨意识不够牢固，联系群众不够紧密，服务群众的主动性有所欠缺。",
                "model": "先锋模范作用发挥不够充分，攻坚克难的劲头有所减弱，标准要求有所降低。",
                "style": "工作作风不够扎实，抓落实的力度不够大，求真务实的精神有所欠缺。",
            },
            "nothing_concrete",
        ),
        (
            {
                "study": "我能够按时参加学习，认真做好笔记，在班里宣讲三次，受到好评，只是四月测验空了六道题。",
                "party": "我坚持按时交纳党费，服从组织安排，从不迟到早退，就是给老吴提意见时话说得软。",
                "masses": "我始终把用户放在心上，全年上门三百多次，收到锦旗两面，不过有一回没有给老太太讲清阀门。",
                "model": "我冲锋在前，带头值夜班四十个，完成抢修二十次，美中不足的是七月那次去晚了。",
            },
            "achievement_first",
        ),
    ],
)
def test_padded_and_mixed_texts_are_found(audited, folder, changed, rule):
    lines = text(**changed).split("\n")
    (folder / FILE).write_text("\n".join(one for one in lines if not one.endswith("方面。")), encoding="utf-8")
    first, *others = audited()

    assert rule in rules(first)
    assert not any(rule in rules(one) for one in others)


def test_a_short_text_is_found_and_the_limit_is_the_users(audited, cli_here, folder, tmp_path):
    (folder / FILE).write_text(text()[:400], encoding="utf-8")
    shipped = audited()
    cli_here("audit", "--write-rules", "规则.toml")
    file = tmp_path / "规则.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("least = 800 ", "least = 100 "), encoding="utf-8")

    assert "length" in rules(shipped[0])
    assert "length" not in rules(audited("--rules", file)[0])
    assert "length" not in rules(audited("--off", "length")[0])


def test_the_table_has_a_verdict_for_every_member_and_no_names(cli_here, folder, tmp_path):
    cli_here("classify", folder, "--quiet")
    assert 0 == cli_here("audit", "-o", "审核表.xlsx").returncode
    book = openpyxl.load_workbook(tmp_path / "审核表.xlsx")
    values = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    names = [file.stem.partition("-")[2] for file in folder.iterdir()]

    assert ["审核表", "逐条", "雷同对照", "支部"] == book.sheetnames
    assert 4 == sum(
        row[2].value in ("退回修改", "请本人再看", "可以上会") for row in book["审核表"].iter_rows(min_row=3)
    )
    assert not any(name in value for name in names for value in values)


def test_names_are_written_only_where_they_are_asked_for(cli_here, folder, tmp_path):
    cli_here("classify", folder, "--quiet")
    run = cli_here("audit", "--names", "-o", "审核表.xlsx")
    book = openpyxl.load_workbook(tmp_path / "审核表.xlsx")

    assert 0 == run.returncode
    assert "万长河" in {row[0].value for row in book["审核表"].iter_rows(min_row=3)}
    assert 2 == cli_here("audit", "--names").returncode


def test_the_table_is_the_same_bytes_every_time(cli_here, folder, tmp_path):
    cli_here("classify", folder, "--quiet")
    cli_here("audit", "-o", "一.xlsx")
    cli_here("audit", "-o", "二.xlsx")

    assert (tmp_path / "一.xlsx").read_bytes() == (tmp_path / "二.xlsx").read_bytes()


def test_a_table_that_lies_among_the_submissions_is_passed_over(cli_here, folder, tmp_path):
    cli_here("classify", folder, "--quiet")
    cli_here("audit", "-o", folder / "审核表.xlsx")
    run = cli_here("classify", folder)

    assert "略过本工具自己写的 1 个文件：审核表.xlsx。" in run.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--against", "没有"], 1, "没有"),
        (["--rules", "没有.toml"], 1, "找不到审核规则文件"),
        (["--off", "没有"], 2, "没有“没有”这条规则"),
        (["--taxonomy", "没有"], 1, "没有"),
        (["-o", "表.doc"], 2, "认不出"),
    ],
)
def test_what_does_not_fit_is_said_in_one_sentence(cli_here, folder, arguments, code, said):
    cli_here("classify", folder, "--quiet")
    run = cli_here("audit", *arguments)

    assert code == run.returncode
    assert said in run.stderr.decode() and 1 == len(run.stderr.decode().strip().splitlines())


def test_without_a_workspace_the_next_step_is_named(cli_here):
    run = cli_here("audit")

    assert 1 == run.returncode and "nlpkit classify" in run.stderr.decode()


def test_the_sample_branch_is_audited(cli_here, tmp_path):
    shutil.copytree(data_path("corpora", "samples", "branch"), tmp_path / "样例")
    cli_here("classify", "样例", "--quiet")
    run = cli_here("audit")

    assert 0 == run.returncode and "共审核 12 份" in run.stderr.decode()
