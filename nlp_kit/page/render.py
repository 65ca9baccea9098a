"""The page as one HTML file: style, script, charts and data inlined, so that it opens anywhere and asks for nothing."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nlp_kit import __version__
from nlp_kit.intake import OWN_PAGE
from nlp_kit.page.content import NO_PROBLEM, Content, few
from nlp_kit.page.lines import Row
from nlp_kit.plots import FATES, plot_account, plot_categories, plot_confidence, plot_map

_FOLDER = Path(__file__).resolve().parent
_STATES = ("", "人定", "雷同")

_PARTS = {
    "overview": "概览",
    "draft": "草稿",
    "groups": "问题组",
    "statements": "语句和地图",
    "doubts": "容易混的方面",
    "waiting": "待人判断",
    "audit": "材料审核",
    "account": "去向",
}
# Parts that show statements, which the version for circulation has not.
_SECRET = ("statements", "doubts", "waiting")


def page_html(content: Content) -> str:
    """Return the page; that for circulation has no statements, pseudonyms, file names and issues outside the draft."""
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True)
    secret = not content.circulation
    groups = [one for one in content.groups if secret or one.told]
    names = list(content.names.values())
    return environment.get_template("page.html.j2").render(
        begins=Markup(beginning(content.circulation).decode()),
        title="组织生活会材料一览",
        edition="书记版" if secret else "传阅版",
        edition_note="有成员原话（姓名等已遮盖），只供支委会使用" if secret else "不列成员的语句、代号和文件名",
        secret=secret,
        parts=[(key, name) for key, name in _PARTS.items() if secret or key not in _SECRET],
        cards=_cards(content),
        content=content,
        shown_groups=groups,
        most_members=max((one.members for one in groups), default=1),
        category_number={name: number for number, name in enumerate(names)},
        few=str if secret else few,
        version=__version__,
        css=Markup((_FOLDER / "page.css").read_text(encoding="utf-8")),
        js=Markup((_FOLDER / "page.js").read_text(encoding="utf-8")),
        plotly=Markup(get_plotlyjs()),
        data=Markup(_embedded(_secret_data(content) if secret else _open_data(content))),
    )


def beginning(circulation: bool) -> bytes:
    """Return how a page of this version begins, which tells it from the other version and from people's files."""
    return OWN_PAGE + f' data-edition="{"circulation" if circulation else "secretary"}">'.encode()


def _cards(content: Content) -> list[tuple[str, int, str]]:
    account = content.drafted.draft.account
    problems = sum(one.statements for one in content.categories)
    sentences = sum(one.sentences for one in content.categories)
    return [
        ("成员", content.drafted.draft.members, "人"),
        ("语句", account.statements, "条"),
        ("四个方面的问题", problems, "条"),
        ("问题组", len(content.groups), f"其中写进草稿 {sum(one.told for one in content.groups)} 个"),
        ("草稿", sentences, "句"),
        ("待人判断", account.review, "条"),
        ("没有读出来", len(content.unreadable), "个文件"),
        ("没有计入", len(content.set_aside), "个文件"),
    ]


def _embedded(data: dict[str, Any]) -> str:
    """Return JSON that may stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _open_data(content: Content) -> dict[str, Any]:
    return {"figures": _figures(content, ("categories", "account"))}


def _figures(content: Content, wanted: Sequence[str]) -> dict[str, Any]:
    classified = content.classified
    draw = {
        "categories": lambda: plot_categories(classified),
        "account": lambda: plot_account(content.drafted),
        "confidence": lambda: plot_confidence(classified),
        "map": lambda: plot_map(classified, texts=False),
    }
    figures = {name: json.loads(draw[name]().to_json()) for name in wanted}
    # The page counts the rows of all texts, also of those that were handed in twice.
    for trace in figures.get("map", {}).get("data", ()):
        trace["customdata"] = [content.row_of(classified.items[row]) for row in trace["customdata"]]
    return figures


def _secret_data(content: Content) -> dict[str, Any]:
    """Return everything that the script shows.

    A row is (member, file, text, kind, issue, group, confidence, fate, state, second kind, its probability); all but
    text and numbers from 0 to 1 are places in the lists beside them.
    """
    rows = content.rows
    members = sorted({row.member for row in rows})
    files = sorted({row.document for row in rows})
    issues = sorted({row.issue for row in rows})
    places = [{value: place for place, value in enumerate(values)} for values in (members, files, issues)]

    def packed(row: Row) -> list[Any]:
        second, share = row.second
        return [
            *(places[0][row.member], places[1][row.document], row.text, content.kinds.index(row.kind)),
            *(places[2][row.issue], row.group, round(row.confidence, 2), content.fates.index(row.fate)),
            *(_STATES.index(row.state), content.kinds.index(second) if second else None, share),
        ]

    return {
        "members": members,
        "files": files,
        "issues": issues,
        "kinds": content.kinds,
        "fates": content.fates,
        "states": _STATES,
        "rows": [packed(row) for row in rows],
        "groups": [[one.id, one.label, one.rows] for one in content.groups],
        "sentences": {
            f"{section}-{place}": one.rows
            for section, lines in enumerate(content.sections)
            for place, one in enumerate(lines.sentences)
        },
        "waiting": content.waiting,
        "waitingFate": content.fates.index(FATES["review"]),
        "noProblem": NO_PROBLEM,
        # So many kinds stand alone in the table of doubts; the others are no problems.
        "doubtKinds": len(content.names) + 1,
        "figures": _figures(content, ("categories", "map", "confidence", "account")),
    }
