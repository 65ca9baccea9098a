"""Tell a member's own text from what else lies in a branch's folder: minutes, ledgers, templates (DOMAIN.md 1.1).

The name of the file and the title decide where they say it; a personal title outweighs them. A text that says nothing
about itself is told by how it speaks: several speakers, forms with blanks, tables of tasks, the branch instead of 我.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath

from nlp_kit.authors import find_authors
from nlp_kit.filenames import names_in_path, names_in_title
from nlp_kit.names import HAN, name_score, surname_of
from nlp_kit.records import Document
from nlp_kit.resources import load_lexicon

_ENDING = re.compile(r"\.[A-Za-z0-9]{2,5}$")
_NO_TITLE = re.compile(r"[，。；！？,;]|^[一二三四五六七八九十\d]+[、.．]|\t")
_SELF = re.compile("我(?![们国党省市县区镇局校院厂])|本人")
_SPEAKER = re.compile(rf"^\s*([{HAN}·]{{1,8}})(?:[（(][^）)]{{1,10}}[）)])?\s*[：:]")
_BLANK = re.compile(
    r"_{3,}|＿{2,}|…{3,}|[（(][\s\u3000]{2,}[）)]|(?:例|示例)\s*\d?\s*[:：]|[（(](?:写|填|选|此处|说明|可写|示例|如[:：])[^）)]*[）)]"
)
_TASK_COLUMNS = frozenset(
    {
        "责任人",
        "责任领导",
        "完成情况",
        "进展",
        "进度",
        "进展情况",
        "整改情况",
        "销号",
        "是否销号",
        "谈话对象",
        "谈话人",
        "签名",
        "签到",
        "等次",
        "优秀",
        "字数",
        "结论",
        "提出人",
        "查摆人",
        "来源",
        "牵头人",
        "责任单位",
    }
    | {"审核意见", "票数", "比例", "频次", "验收人", "提出/查摆人", "应到", "实到"}
)
_OWN_PROBLEMS = frozenset(
    {"存在问题", "存在的问题", "存在的主要问题", "主要问题", "问题", "查摆问题", "查摆出的问题", "具体表现"}
)
_TASK_FIELD = re.compile(
    r"责任(?:人|领导|单位)\s*[：:]|(?:完成|整改)时限\s*[：:].{0,12}(?:进度|进展|完成情况)\s*[：:]|销号\s*[：:]"
)
_MINUTES = re.compile(
    r"(?:主\s*持\s*人?|记\s*录\s*人?|参加人员|缺席|列席)\s*[：:]|(?:应到|实到)[^\n]{0,8}?\d+\s*[名人]|现在开会|第[一二三]项议程"
)

_TITLE_LINES, _MAX_TITLE = 3, 45


def find_genre(document: Document, path: str) -> str:
    """Return what a file is that is no member's own text (会议纪要, 整改台账 …), "" for a member's text.

    Args:
        document: What was read from it.
        path: Its path as received.
    """
    if _is_list_of_members(document):
        return ""
    title = "\n".join(_title_lines(document.text))
    if title and _is_personal(title):
        return _by_form(document, is_personal=True)
    stem = _ENDING.sub("", PurePosixPath(path).name)
    own_name = _is_personal(stem) and bool(names_in_path(path))
    named = _named(title) or _of_branch(title) or ("" if own_name else _named(path) or _of_branch(stem))
    return named or _by_form(document, is_personal=own_name)


def _is_list_of_members(document: Document) -> bool:
    """Whether a table says beside each name what that member finds wanting in himself."""
    header = next((cells for cells in _rows(document) if _OWN_PROBLEMS.intersection(cells)), None)
    if header is None or _TASK_COLUMNS.intersection(header):
        return False
    return len(find_authors(document)) > 1


def _title_lines(text: str) -> Iterator[str]:
    for line in [line.strip() for line in text.split("\n") if line.strip()][:_TITLE_LINES]:
        if len(line) > _MAX_TITLE or _NO_TITLE.search(line):
            return
        yield line


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return a pattern for every genre, and those of a branch's text, a personal one, and what is never personal."""
    lexicon = load_lexicon("files")
    branch = lexicon["branch"]
    words = {**lexicon["genres"], "_personal": branch["personal"], "_never": branch["never_personal"]}
    patterns = {name: re.compile("|".join(map(re.escape, group))) for name, group in words.items()}
    subjects, texts = "|".join(branch["subjects"]), "|".join(branch["texts"])
    return {**patterns, "_branch": re.compile(rf"(?:{subjects})(?:班子)?[^，。\n（( ]{{0,8}}(?:{texts})")}


def _named(text: str) -> str:
    return next((name for name, found in _patterns().items() if name[0] != "_" and found.search(text)), "")


def _is_personal(text: str) -> bool:
    patterns = _patterns()
    return bool(patterns["_personal"].search(text)) and not patterns["_never"].search(text) and not _of_branch(text)


def _of_branch(text: str) -> str:
    """Return the kind of text that the branch writes about itself, "" where a person is meant."""
    found = _patterns()["_branch"].search(text)
    return "支部或班子的材料" if found and not re.search("个人|本人|成员|委员", text) else ""


def _by_form(document: Document, *, is_personal: bool) -> str:
    """Return what the form of a text shows it to be.

    Args:
        document: The text.
        is_personal: Whether it calls itself personal, so that only the plainest signs count.
    """
    text = document.text
    if len(_BLANK.findall(text)) >= 4:
        return "参考模板"
    if is_personal and find_authors(document)[0].name:
        return ""
    if _has_speakers(text) or len(_MINUTES.findall(text)) >= 2:
        return "会议记录或谈话记录"
    if is_personal:
        return ""
    if any(_TASK_COLUMNS.intersection(cells) for cells in _rows(document)) or len(_TASK_FIELD.findall(text)) >= 2:
        return "汇总表或台账"
    branch = len(re.findall("支部|支委|班子|我们|党总支", text))
    return "支部或班子的材料" if not _SELF.search(text) and branch >= 4 else ""


def _has_speakers(text: str) -> bool:
    """Whether at least two persons speak in turn, each line opened by its speaker."""
    lines = [found[1] for line in text.split("\n") if (found := _SPEAKER.match(line)) and _is_person(found[1])]
    return len(lines) >= 4 and len(set(lines)) >= 2


def _is_person(word: str) -> bool:
    if len(word) == 1 or word.startswith("老"):
        return surname_of(word[-1]) != ""
    return word in ("主持人", "书记", "谈话人") or name_score(word) > 0 or names_in_title(word) != ()


def _rows(document: Document) -> Iterator[list[str]]:
    for line in document.text.split("\n"):
        if "\t" in line:
            yield [re.sub(r"\s", "", cell) for cell in line.split("\t")]
    for row in document.rows:
        yield [re.sub(r"\s", "", document.text[start:end]) for start, end in row]
