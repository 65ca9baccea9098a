"""Pictures of the results as Plotly figures, for notebooks and for the page of ``nlpkit report``.

Every function takes a result of ``nlp_kit.read`` … ``draft`` and returns a ``plotly.graph_objects.Figure``. Colours
have a contrast of at least 3 : 1 on white and on near-black, so that the page needs one set for light and dark; marks
differ by shape too. Texts in them are masked.
"""

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from nlp_kit.drafting.groups import span_of
from nlp_kit.pipeline.steps import Classified, Drafted, Groups
from nlp_kit.records import ClassifiedStatement
from nlp_kit.taxonomy import ROLE_NAMES

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

COLOURS = ("#3b7dd8", "#d9660d", "#1f9e6e", "#a85bc9", "#c2477f", "#8a7d1a", "#2a93a8", "#b5544b")
GREY = "#808890"
WAITING = "待人判断"
OUTSIDE = "四个方面以外"
ALL = "全部语句"
NOT_HERE = "不写进这一节"
FONTS = '"Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif'

_SHAPES = ("circle", "square", "diamond", "triangle-up", "pentagon", "hexagon", "star", "triangle-down")
_LINE_OF_HOVER = 26
# A little beyond the outermost places of the map.
_EDGE = 1.06
_BINS, _LAST = 20, 1.0001
# Share of a column of the flow that its bars fill.
_FILLED = 0.7

FATES = {
    "used": "写入（据此概括）",
    "merged": "写入（一并计数）",
    "left_out": "篇幅所限未写入",
    "no_wording": "没有能用的说法",
    "review": WAITING,
    "copied": "重复的材料",
    "dropped": "支委会决定不写",
}


def plot_categories(classified: Classified) -> "Figure":
    """Return bars: how many problem statements each category has, and how many more wait for a person.

    Args:
        classified: The statements; also of another taxonomy.

    Returns:
        A stacked bar per category, in its colour; what waits for a person is hatched on top of it. Above each bar
        stands how many count already, and how many wait besides.
    """
    figure = _figure()
    names = short_names_of(classified)
    problems = [one for one in classified.items if one.prediction.category and not (one.copied or one.dropped)]
    sorted_, wait = (
        Counter(one.prediction.category for one in problems if one.prediction.review == waiting)
        for waiting in (False, True)
    )
    all_ = sorted_ + wait
    for state, waiting, counts in (("已归类", False, sorted_), (WAITING, True, wait)):
        figure.add_bar(
            name=state,
            x=list(names.values()),
            y=[counts[key] for key in names],
            text=[_numbered(sorted_[key], wait[key]) for key in names] if waiting else None,
            textposition="outside" if waiting else None,
            cliponaxis=False,
            marker={
                "color": GREY if waiting else [COLOURS[number % len(COLOURS)] for number in range(len(names))],
                "pattern": {"shape": "/" if waiting else ""},
            },
            hovertemplate="%{x}<br>%{y} 条<extra>" + state + "</extra>",
        )
    # Room for two lines above the highest bar.
    top = max([1, *all_.values()]) * 1.2
    figure.update_layout(barmode="stack", yaxis={"range": [0, top], "tickformat": "d"}, showlegend=False)
    return figure


def _numbered(problems: int, waiting: int) -> str:
    return f"{problems}<br>另有待判 {waiting}" if waiting else str(problems)


def plot_map(classified: Classified, *, texts: bool = True) -> "Figure":
    """Return the problems on a plane, like ones near each other, coloured by category.

    Args:
        classified: The statements.
        texts: Whether the hover text holds the (masked) statements; ``customdata`` holds their rows in
            ``classified.items`` either way.

    Returns:
        A scatter trace per category, one for problems outside the categories, one for what waits for a person. The axes
        have no unit.
    """
    figure = _figure()
    issues = classified.engine.taxonomy.issue_names
    kinds = [*classified.engine.category_names.items(), ("", OUTSIDE), ("review", WAITING)]
    places = dict(zip(classified.mapped.tolist(), classified.positions.round(3).tolist(), strict=True))
    for number, (key, name) in enumerate(kinds):
        own = [row for row in places if _kind_on_map(classified.items[row]) == key]
        if not own:
            continue
        marked = key not in ("", "review")
        figure.add_scatter(
            name=name,
            mode="markers",
            x=[places[row][0] for row in own],
            y=[places[row][1] for row in own],
            customdata=own,
            text=[hover_of(classified, row, issues) for row in own] if texts else None,
            marker={
                "color": COLOURS[number % len(COLOURS)] if marked else GREY,
                "symbol": _SHAPES[number % len(_SHAPES)] if marked else "x" if key else "cross",
                "size": 8,
                "opacity": 0.8,
            },
            hovertemplate="%{text}<extra></extra>" if texts else None,
        )
    figure.update_xaxes(visible=False, range=[-_EDGE, _EDGE])
    figure.update_yaxes(visible=False, range=[-_EDGE, _EDGE])
    # Below the points: above them are the browser's buttons.
    figure.update_layout(height=560, dragmode="pan", legend={"y": -0.02, "yanchor": "top"})
    return figure


def plot_issues(groups: Groups, most: int = 30) -> "Figure":
    """Return bars: how many members tell each issue, the commonest first, coloured by category.

    Args:
        groups: The groups.
        most: How many issues are shown at the most.

    Returns:
        A horizontal bar per issue; the hover text tells its statements (a count) and its stability (0 to 1).
    """
    figure = _figure()
    names = groups.classified.engine.category_names
    told = sorted(groups.groups, key=lambda one: (-one.issue.members, -len(one.statements), one.issue.id))[:most]
    order = [f"{one.issue.label} {one.issue.id}" for one in reversed(told)]
    for number, (key, name) in enumerate(names.items()):
        own = [one for one in told if one.issue.category == key]
        figure.add_bar(
            name=name,
            orientation="h",
            x=[one.issue.members for one in own],
            y=[f"{one.issue.label} {one.issue.id}" for one in own],
            customdata=[
                (len(one.statements), "没有测" if one.issue.stability is None else f"{one.issue.stability:.2f}")
                for one in own
            ],
            marker={"color": COLOURS[number % len(COLOURS)]},
            hovertemplate="%{y}<br>%{x} 人，%{customdata[0]} 条，稳定度 %{customdata[1]}<extra>" + name + "</extra>",
        )
    figure.update_layout(
        height=110 + 24 * max(len(order), 4),
        barmode="stack",
        xaxis={"title": "人", "rangemode": "tozero", "dtick": 1 if not told or told[0].issue.members < 15 else None},
        yaxis={"categoryorder": "array", "categoryarray": order, "automargin": True},
    )
    return figure


def plot_confidence(classified: Classified) -> "Figure":
    """Return a histogram of how sure the answers are (0 to 1), with the line under which a person decides, if known.

    Args:
        classified: The statements; what a person has answered is left out.
    """
    figure = _figure()
    decided = classified.standing.has_decided
    items = [one for one in classified.items if not decided(one) and one.statement.text.strip()]
    for name, colour, problem in (("问题", COLOURS[0], True), ("其他", GREY, False)):
        own = [one.prediction.confidence for one in items if (one.prediction.role == "problem") == problem]
        if not own:
            continue
        figure.add_histogram(
            name=name,
            x=own,
            # The last bin holds 1 itself.
            xbins={"start": 0.0, "end": _LAST, "size": _LAST / _BINS},
            marker={"color": colour},
            hovertemplate="把握 %{x}：%{y} 条<extra>" + name + "</extra>",
        )
    below = classified.engine.review_below
    # A workspace may have been classified with another threshold than the models' own; then there is no line.
    asked = [one.prediction for one in items if one.statement.part != "heading"]
    if all(one.review == (one.confidence < below) for one in asked):
        figure.add_vline(
            x=below,
            line={"dash": "dash", "color": COLOURS[1]},
            annotation={"text": f"低于 {below:.2f} 由人判断", "xanchor": "right"},
        )
    figure.update_layout(barmode="stack", xaxis={"title": "把握", "range": [0, _LAST]}, yaxis={"rangemode": "tozero"})
    return figure


def plot_account(drafted: Drafted) -> "Figure":
    """Return the account as a flow: all statements → what they are → what became of them.

    Args:
        drafted: The draft.

    Returns:
        A Sankey diagram whose numbers are statements; what flows in flows out.
    """
    from plotly.graph_objects import Sankey

    flow = flow_of(drafted)
    kinds, fates = sides_of(flow)
    names = [ALL, *kinds, *fates]
    sums = Counter({ALL: sum(flow.values())})
    for (kind, fate), count in flow.items():
        sums.update({kind: count, fate: count})
    links = [*((ALL, kind, sums[kind]) for kind in kinds), *((*pair, count) for pair, count in flow.items())]
    figure = _figure()
    figure.add_trace(
        Sankey(
            arrangement="snap",
            node={
                "x": [0.001, *[0.5] * len(kinds), *[0.999] * len(fates)],
                "y": [0.5, *_places([sums[name] for name in kinds]), *_places([sums[name] for name in fates])],
                "label": [f"{name} {sums[name]}" for name in names],
                "color": [colour_of(drafted.groups.classified, name) for name in names],
                "pad": 14,
                "thickness": 14,
                "hovertemplate": "%{label} 条<extra></extra>",
            },
            link={
                "source": [names.index(start) for start, _, _ in links],
                "target": [names.index(end) for _, end, _ in links],
                "value": [count for _, _, count in links],
                "color": "rgba(128, 136, 144, 0.35)",
                "hovertemplate": "%{source.label} → %{target.label}：%{value} 条<extra></extra>",
            },
        )
    )
    figure.update_layout(height=460)
    return figure


def flow_of(drafted: Drafted) -> dict[tuple[str, str], int]:
    """Return (what statements are, what became of them) → how many, in people's words and the report's order."""
    classified = drafted.groups.classified
    names = classified.engine.category_names
    kinds = [*names.values(), OUTSIDE, *ROLE_NAMES.values()]
    fates = [*FATES.values(), NOT_HERE]
    counts: Counter[tuple[str, str]] = Counter()
    for one in classified.submissions:
        for item in one.statements:
            found = item.prediction
            kind = names.get(found.category or "", OUTSIDE) if found.role == "problem" else ROLE_NAMES[found.role]
            counts[kind, FATES.get(drafted.fates[span_of(item)], NOT_HERE)] += 1
    return dict(sorted(counts.items(), key=lambda entry: (kinds.index(entry[0][0]), fates.index(entry[0][1]))))


def sides_of(flow: dict[tuple[str, str], int]) -> tuple[list[str], list[str]]:
    """Return what a flow's statements are, and what became of them, each in its own order."""
    fates = {fate for _, fate in flow}
    return list(dict.fromkeys(kind for kind, _ in flow)), [one for one in (*FATES.values(), NOT_HERE) if one in fates]


def _places(sums: Sequence[int]) -> list[float]:
    """Return the middles of bars that stand below each other in this order, 0 to 1."""
    gap = (1 - _FILLED) / max(len(sums), 1)
    before, middles = 0.0, []
    for one in sums:
        height = _FILLED * one / sum(sums)
        middles.append(min(max(before + (height + gap) / 2, 0.001), 0.999))
        before += height + gap
    return middles


def short_names_of(classified: Classified) -> dict[str, str]:
    """Return key → short name of the categories, where they have one."""
    theme = classified.engine.theme
    if theme:
        return classified.engine.category_names
    return {one.key: one.short for one in classified.engine.taxonomy.categories}


def colour_of(classified: Classified, name: str) -> str:
    """Return the colour of a category by its name, grey for everything else."""
    names = list(classified.engine.category_names.values())
    return COLOURS[names.index(name) % len(COLOURS)] if name in names else GREY


def hover_of(classified: Classified, row: int, issues: dict[str, str]) -> str:
    """Return what the hover text says of one statement: masked, escaped, in short lines."""
    item = classified.items[row]
    text = classified.shown.text(item.statement.text)
    lines = [escape(text[start : start + _LINE_OF_HOVER]) for start in range(0, len(text), _LINE_OF_HOVER)]
    issue = issues.get(item.prediction.issue or "", "")
    told = "，".join(filter(None, (item.member, issue, f"把握 {item.prediction.confidence:.2f}")))
    return "<br>".join([*lines, f"<i>{escape(told)}</i>"])


def _kind_on_map(item: ClassifiedStatement) -> str:
    return "review" if item.prediction.review else item.prediction.category or ""


def _figure() -> "Figure":
    # Slow to import, and only pictures need it.
    from plotly.graph_objects import Figure

    figure = Figure()
    figure.update_layout(
        template="plotly_white",
        font={"family": FONTS, "size": 14},
        margin={"l": 10, "r": 10, "t": 40, "b": 10},
        legend={"title": None, "orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        hoverlabel={"align": "left"},
    )
    return figure
