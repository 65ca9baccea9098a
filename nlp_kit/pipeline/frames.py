"""The results of the steps as pandas tables, and as what a notebook shows of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

from nlp_kit.drafting.groups import originals
from nlp_kit.errors import InputError
from nlp_kit.records import Draft, Submission
from nlp_kit.taxonomy import ROLE_NAMES

if TYPE_CHECKING:
    from pandas import DataFrame

    from nlp_kit.pipeline.steps import Classified, Groups, Shown, Texts

# A notebook shows so many rows of a result.
MOST_ROWS = 10


def frame(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> "DataFrame":
    """Return rows as a table, its columns also where there is no row.

    Raises:
        InputError: pandas is not installed.
    """
    try:
        from pandas import DataFrame
    except ImportError as error:
        raise InputError('表格要用 pandas，请先安装：pip install "nlpkit[notebooks]"') from error
    return DataFrame(list(rows), columns=list(columns))


def texts(submissions: Sequence[Submission], hide: Callable[[str], str]) -> "DataFrame":
    """Return a row per text; ``hide`` masks names in paths."""
    rows = (
        {
            "member": one.member,
            "document": hide(one.document.path),
            "characters": sum(len("".join(item.statement.text.split())) for item in one.statements),
            "statements": len(one.statements),
        }
        for one in submissions
    )
    return frame(rows, ("member", "document", "characters", "statements"))


def statements(
    submissions: Sequence[Submission], shown: "Shown", hide: Callable[[str], str], most: int | None = None
) -> "DataFrame":
    """Return a row per statement that is not classified yet, the first ``most`` of them."""
    rows = (
        {
            "member": item.member,
            "document": hide(item.statement.document),
            "start": item.statement.start,
            "end": item.statement.end,
            "text": shown.text(item.statement.text),
            "part": item.statement.part,
            "heading": " › ".join(map(shown.text, item.statement.heading)),
        }
        for item in islice((item for one in originals(submissions) for item in one.statements), most)
    )
    return frame(rows, ("member", "document", "start", "end", "text", "part", "heading"))


_CLASSIFIED = (
    *("member", "document", "start", "end", "text", "role", "category", "issue"),
    *("role_name", "category_name", "issue_name", "confidence", "review", "copied", "dropped"),
)


def classified(result: "Classified", shown: "Shown") -> "DataFrame":
    """Return a row per classified statement."""
    categories, issues = result.engine.category_names, result.engine.taxonomy.issue_names
    rows = (
        {
            "member": item.member,
            "document": result.shown.path(item.statement.document),
            "start": item.statement.start,
            "end": item.statement.end,
            "text": shown.text(item.statement.text),
            "role": item.prediction.role,
            "category": item.prediction.category,
            "issue": item.prediction.issue,
            "role_name": ROLE_NAMES[item.prediction.role],
            "category_name": categories.get(item.prediction.category or "", ""),
            "issue_name": issues.get(item.prediction.issue or "", ""),
            "confidence": item.prediction.confidence,
            "review": item.prediction.review,
            "copied": item.copied,
            "dropped": item.dropped,
        }
        for item in result.items
    )
    return frame(rows, _CLASSIFIED)


def brief(result: "Classified") -> "DataFrame":
    """Return the first problems in people's words."""
    categories, issues = result.engine.category_names, result.engine.taxonomy.issue_names
    problems = (one for one in result.items if one.prediction.role == "problem" and not one.prediction.review)
    rows = (
        {
            "成员": item.member,
            "语句": result.shown.text(item.statement.text),
            "方面": categories.get(item.prediction.category or "", ""),
            "问题": issues.get(item.prediction.issue or "", ""),
            "把握": f"{item.prediction.confidence:.2f}",
        }
        for item in islice(problems, MOST_ROWS)
    )
    return frame(rows, ("成员", "语句", "方面", "问题", "把握"))


def reasons(result: "Classified", rows: Sequence[int]) -> "DataFrame":
    """Return a row per statement asked about, with the likeliest answers, words and nearest labelled statements."""
    names = ROLE_NAMES | result.engine.taxonomy.issue_names
    items = [result.items[row] for row in rows]
    found = result.engine.explain([item.statement for item in items])
    table = (
        {
            "text": result.shown.text(item.statement.text),
            "answers": "，".join(f"{names[label]} {share:.2f}" for label, share in reason.answers),
            "words": "、".join(word for word, _ in reason.words),
            "nearest": "；".join(f"{one.text}（{names[one.label]}）" for one in reason.neighbours),
        }
        for item, reason in zip(items, found, strict=True)
    )
    return frame(table, ("text", "answers", "words", "nearest"))


def groups(result: "Groups") -> "DataFrame":
    """Return a row per group."""
    rows = (
        {
            "id": one.issue.id,
            "category": one.issue.category,
            "key": one.issue.key,
            "label": one.issue.label,
            "members": one.issue.members,
            "statements": len(one.statements),
            "stability": one.issue.stability,
        }
        for one in result.groups
    )
    return frame(rows, ("id", "category", "key", "label", "members", "statements", "stability"))


def sentences(draft: Draft) -> "DataFrame":
    """Return a row per sentence of the draft."""
    labels = {issue.id: issue.label for issue in draft.issues}
    rows = (
        {
            "category": section.category,
            "number": number,
            "text": one.text,
            "label": "、".join(labels[issue] for issue in one.issues),
            "quantifier": one.quantifier,
            "members": one.members,
            "statements": len(one.evidence),
        }
        for section in draft.sections
        for number, one in enumerate(section.sentences, 1)
    )
    return frame(rows, ("category", "number", "text", "label", "quantifier", "members", "statements"))


def texts_caption(result: "Texts") -> str:
    """Return what was read, in one line."""
    members = len({one.member for one in result.submissions})
    beside = (("读不了", len(result.unreadable)), ("没有计入", len(result.set_aside)))
    more = "".join(f"，{what} {count} 个文件" for what, count in beside if count)
    return f"{members} 名成员的 {len(result.submissions)} 份材料{more}"


def classified_caption(result: "Classified") -> str:
    """Return the sums, in one line."""
    problems = Counter(item.prediction.category or "" for item in result.items if item.prediction.role == "problem")
    outside = [] if result.engine.theme else [f"四个方面以外 {problems['']}"]
    named = result.engine.category_names.items()
    told = "，".join([*(f"{name} {problems[key]}" for key, name in named), *outside])
    waiting = sum(item.prediction.review for item in result.items)
    return f"{len(result.items)} 条语句，其中问题 {problems.total()} 条（{told}），待人判断 {waiting} 条"


def html_of(table: "DataFrame", caption: str) -> str:
    """Return the first rows of a table for a notebook; cells are escaped."""
    shown = table.head(MOST_ROWS).to_html(index=False, border=0, na_rep="")
    return f"<p><b>{escape(caption)}</b>（先看 {min(MOST_ROWS, len(table))} 行，全部用 to_frame()）</p>{shown}"


def draft_html(draft: Draft) -> str:
    """Return the section for a notebook; whoever points at a sentence sees how many members stand behind it."""
    paragraphs = []
    for section in draft.sections:
        told = "".join(
            f'<span title="{one.members} 人，{len(one.evidence)} 条语句">{escape(one.text)}</span>'
            for one in section.sentences
        )
        paragraphs.append(f'<p style="text-indent:2em;max-width:42em">{escape(section.lead)}{told}</p>')
    return f"<h4>{escape(draft.title)}</h4>{''.join(paragraphs)}"
