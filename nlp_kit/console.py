"""What a person at the terminal sees: Chinese help and usage errors, tables, summaries, progress.

``format_*`` functions return text; nothing here decides anything about statements or drafts.
"""

import io
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from nlp_kit.errors import OutputError
from nlp_kit.taxonomy import ROLE_NAMES

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType

    from nlp_kit.engine import ThemeReport
    from nlp_kit.inspection import InspectedText
    from nlp_kit.pipeline import ClassifyResult
    from nlp_kit.records import ClassifiedStatement, Reason, SetAsideFile, Submission, Unreadable
    from nlp_kit.taxonomy import Taxonomy
    from nlp_kit.themes import Theme
    from nlp_kit.training.from_review import Learned

Hide = Callable[[str], str]

REASONS: dict[str, str] = {
    **ROLE_NAMES,
    "left_out": "篇幅所限未写入",
    "no_wording": "没有能用的说法",
    "copied": "重复的材料",
    "dropped": "支委会决定不写",
}

_EXCERPT, _MOST_SHOWN = 40, 8
# Least widths of the columns for members, files and numbers.
_MEMBER, _FILE, _NUMBER = 6, 8, 4


def make_console(stream: IO[str]) -> "Console":
    """Return a rich console on a stream; it honours NO_COLOR."""
    from rich.console import Console

    return Console(file=stream, highlight=False, soft_wrap=not stream.isatty())


def show(data: bytes) -> None:
    """Write a result to standard output: as text for a person, exactly these bytes for a program.

    Raises:
        OutputError: Standard output is closed.
    """
    if sys.stdout is None:
        raise OutputError("没有地方输出结果，请用 -o 写入文件。")
    if sys.stdout.isatty():
        click.echo(data.decode(), nl=False)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def forgive_unprintable() -> None:
    """Let characters that a terminal or a pipe cannot hold show as ? instead of stopping the run."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def silence_stdout() -> None:
    """Point standard output at nothing, so that the interpreter's last flush cannot fail again."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class SubmissionsTable:
    """A table with a row per member's text and the sums, or lines that say the same where a table has no room.

    Args:
        submissions: The classified texts.
        categories: Key → short name of the categories, in the order of the columns.
        title: What the categories are called together.
        hide: Masks names in paths.
    """

    def __init__(
        self, submissions: Sequence["Submission"], categories: Mapping[str, str], title: str, hide: Hide
    ) -> None:
        self._title = f"各份材料的语句条数：{title}的问题、其他问题、待人判断"
        self._heads = ("语句", *categories.values(), "其他", "待判")
        # In the order of the files, which a person knows.
        texts = sorted(submissions, key=lambda one: one.document.path)
        counted = [_counts(one, categories) for one in texts]
        self._rows = [(one.member, hide(one.document.path), counts) for one, counts in zip(texts, counted, strict=True)]
        self._files = _files(submissions)
        self._sums = [sum(column) for column in zip([0] * len(self._heads), *counted, strict=True)]

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> Iterator["RenderableType"]:
        """Yield what fits into the width; rich itself would cut off the last columns."""
        from rich.cells import cell_len

        least = max(_NUMBER, len(str(max(self._sums))))
        full, narrow = [max(least, cell_len(head)) for head in self._heads], [least] * len(self._heads)
        member = max([_MEMBER, *(cell_len(name) for name, _, _ in self._rows)])
        longest = max([_FILE, *(cell_len(path) for _, path, _ in self._rows)])
        for padding, numbers in ((1, full), (1, narrow), (0, narrow)):
            # A line stands at both ends and between columns, whose padding is left out at the ends.
            borders = len(numbers) + 3 + padding * 2 * (len(numbers) + 1)
            room = options.max_width - borders - member - sum(numbers)
            if room >= _FILE:
                yield self._table(padding, [member, min(room, longest), *numbers])
                return
        yield from self._lines()

    def _table(self, padding: int, widths: Sequence[int]) -> "RenderableType":
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text

        table = Table(title=self._title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=(0, padding))
        for number, (head, width) in enumerate(zip(("成员", "材料", *self._heads), widths, strict=True)):
            table.add_column(head, width=width, justify="right" if number > 1 else "left", overflow="fold")
        for member, path, counts in self._rows:
            # Text, because brackets in a file name would be read as markup.
            table.add_row(member, Text(path), *map(str, counts))
        table.add_section()
        table.add_row("合计", f"{self._files} 份", *map(str, self._sums))
        return table

    def _lines(self) -> Iterator["RenderableType"]:
        from rich.text import Text

        yield Text(self._title)
        for member, path, counts in [*self._rows, ("合计", f"{self._files} 份", self._sums)]:
            told = "、".join(f"{head} {count}" for head, count in zip(self._heads, counts, strict=True))
            yield Text(f"{member} {path}：{told}", overflow="fold")


def _files(submissions: Iterable["Submission"]) -> int:
    """Return how many files there are: one may hold the texts of several members."""
    return len({submission.document.path for submission in submissions})


def _counts(submission: "Submission", categories: Iterable[str]) -> list[int]:
    accepted = [item.prediction for item in submission.statements if not item.prediction.review]
    problems = [found for found in accepted if found.role == "problem"]
    return [
        len(submission.statements),
        *(sum(found.category == key for found in problems) for key in categories),
        sum(found.category is None for found in problems),
        len(submission.statements) - len(accepted),
    ]


def format_unreadable(unreadable: Iterable["Unreadable"], hide: Hide) -> list[str]:
    """Return one sentence for every file that could not be read."""
    return [f"没有读取“{hide(one.path)}”：{one.reason}。" for one in unreadable]


def format_set_aside(files: Iterable["SetAsideFile"], hide: Hide) -> list[str]:
    """Return one sentence for every file that is not counted."""
    return [f"没有计入“{hide(one.path)}”：{one.reason}。" for one in files]


KINDS = {
    "name": "姓名",
    "id_card": "身份证号",
    "phone": "电话",
    "email": "邮箱",
    "wechat": "微信或QQ",
    "bank_card": "银行卡号",
    "plate": "车牌",
    "address": "住址",
    "birth_date": "出生日期",
    "unit": "单位",
    "date": "日期",
    "amount": "金额",
}


def format_privacy(texts: Iterable["InspectedText"], show: bool, hide: Hide) -> list[str]:
    """Return where personal data stands, a line for each, and the sums.

    Args:
        texts: The inspected files.
        show: Whether the data itself is shown.
        hide: Masks names in paths.
    """
    lines: list[str] = []
    sums: Counter[str] = Counter()
    for one in texts:
        sums.update(KINDS[finding.kind] for finding in one.findings)
        lines.append(f"{hide(one.path)}：{len(one.findings)} 处")
        for finding, shown in zip(one.findings, one.shown, strict=True):
            row = one.text.count("\n", 0, finding.start) + 1
            original = one.text[finding.start : finding.end] + " → " if show else ""
            lines.append(f"  第 {row} 行  {KINDS[finding.kind]}  {original}{shown}")
    total = "、".join(f"{kind} {count}" for kind, count in sums.most_common())
    return [*lines, f"共 {sums.total()} 处：{total}。" if sums else "没有发现要遮盖的个人信息。"]


def themes_table(themes: Mapping[str, "Theme"]) -> Any:  # noqa: ANN401 - a rich table
    """Return a table of the taxonomies that come with nlpkit."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("名称", no_wrap=True)
    table.add_column("会议和材料", overflow="fold")
    table.add_column("类别", overflow="fold")
    for name, theme in themes.items():
        table.add_row(name, theme.title, "、".join(one.name for one in theme.classes))
    return table


def format_theme(theme: "Theme") -> list[str]:
    """Return a taxonomy as text."""
    lines = [theme.title]
    for one in theme.classes:
        lines += ["", f"{one.name}（{one.key}）", f"  {one.description}"]
        if one.headings:
            lines.append(f"  小标题：{'、'.join(one.headings)}")
        lines += [f"  例：{text}" for text in one.examples]
    return lines


def format_theme_report(report: "ThemeReport") -> list[str]:
    """Return what a check of a taxonomy has found."""
    theme, shown = report.theme, sum(len(one.examples) for one in report.theme.classes)
    lines = [f"“{theme.title}”可以使用：{len(theme.classes)} 类，{shown} 条例句。"]
    if report.right is None:
        return [*lines, "例句少于每类四条，估不出准确率；每类写上八条左右的原话，会准得多。"]
    lines.append(f"隐去例句再让程序归类，{shown} 条里归对 {report.right} 条（{report.right / shown:.0%}）。")
    if report.doubts:
        lines.append("归到别类的，请看看是不是放错了，或把说明写得更清楚：")
    return lines + [f"  “{text}”写在“{own}”，程序归到“{other}”" for text, own, other in report.doubts]


def format_run(result: "ClassifyResult", following: str, hide: Hide) -> list[str]:
    """Return what a person should know after ``classify``.

    Args:
        result: What the run did.
        following: The command that comes next, empty when none does.
        hide: Masks names in paths.
    """
    # Loaded already where there is a result.
    from nlp_kit.drafting.groups import handed_in_twice

    lines = []
    if result.ignored:
        lines.append(f"略过 {len(result.ignored)} 个系统或临时文件：{'、'.join(map(hide, result.ignored))}。")
    if result.own:
        lines.append(f"略过本工具自己写的 {len(result.own)} 个文件：{'、'.join(map(hide, result.own))}。")
    lines += format_unreadable(result.unreadable, hide)
    lines += format_set_aside(result.set_aside, hide)
    if any("不是个人材料" in one.reason for one in result.set_aside):
        lines.append("如果其中有要计入的，把那个文件直接写在命令里。")
    lines += [f"“{hide(path)}”：{note}。" for path, note in result.notes]
    lines += [
        f"“{'”和“'.join(map(hide, paths))}”内容相同，只按一名成员计。"
        for _, paths in handed_in_twice(result.submissions)
    ]
    if result.missing:
        names = "、".join(hide(name) for name in result.missing)
        lines.append(f"名单上还有 {len(result.missing)} 人没有材料：{names}。")
    if result.dropped:
        lines.append(
            f"上次的 {len(result.dropped)} 份材料这次没有给出，不再计入；如要一起算，请在同一条命令里列出全部文件夹。"
        )
    if result.lost:
        lines.append(
            f"有 {result.lost} 条人工决定说的语句已不在材料里，没有删，材料恢复后照样算（查看：nlpkit review log）。"
        )
    files = _files(result.submissions)
    again = files - result.fresh
    reused = f"，其中 {again} 份没有变化，沿用上次结果" if again else ""
    advice = (f"下一步：{following}" if following else "") if result.submissions else "没有可用的材料。"
    lines.append(f"共读取 {files} 份材料{reused}。{advice}")
    return lines


def format_learned(learned: "Learned", mask: Hide) -> list[str]:
    """Return what learning from corrections has changed for corrections that were held back."""
    found = learned.held_back
    lines = [
        f"学了 {learned.corrections} 条人工改动。轮流留出五分之一来检验，共 {found.asked} 条："
        f"原来对 {found.before} 条，学了以后对 {found.after} 条。"
    ]
    for title, texts in (("变对的", found.better), ("变错的", found.worse)):
        if texts:
            lines.append(f"{title} {len(texts)} 条：")
            lines += [f"  “{mask(text)[:_EXCERPT]}”" for text in texts[:_MOST_SHOWN]]
    if found.after < found.before:
        return [*lines, "学了以后反而差一些，没有换用；再多复核一些语句后可以重学。"]
    return [*lines, "这个工作区以后用新模型，请重新运行 nlpkit classify；要退回：nlpkit train --back"]


def format_training(metrics: Mapping[str, Any], folder: Path) -> list[str]:
    """Return how good a trained model is and what to do with it."""
    lines = []
    for part, name in (("development", "开发批次"), ("test", "测试批次")):
        if part in metrics:
            found = metrics[part]
            lines.append(
                f"{name} {found['n']} 条：分到四个方面或不是问题 macro-F1 {found['category_macro_f1']:.3f}，"
                f"角色 macro-F1 {found['role_macro_f1']:.3f}，问题种类准确率 {found['issue_accuracy'] or 0:.3f}。"
            )
    return [*lines, f"模型在：{folder.absolute()}", f"使用：nlpkit classify 材料所在的文件夹 --model {folder}"]


def format_reasons(
    items: Sequence["ClassifiedStatement"], reasons: Sequence["Reason"], taxonomy: "Taxonomy", mask: Hide, hide: Hide
) -> list[str]:
    """Return why statements got their answers, a few lines each.

    Args:
        items: The statements.
        reasons: One for each.
        taxonomy: Names of the labels.
        mask: Masks personal data in texts.
        hide: Masks names in paths.
    """
    lines: list[str] = []
    for item, reason in zip(items, reasons, strict=True):
        found = item.prediction
        shares = dict(reason.answers)
        answer = label_name(found.issue or found.role, taxonomy)
        if found.category is not None:
            answer = f"{category_name(found.category, taxonomy)}（把握 {found.confidence:.2f}），其中{answer}"
        where = f"{item.member} {hide(item.statement.document)}：" if item.member else ""
        waits = "，待人判断" if found.review else ""
        others = [(label, share) for label, share in reason.answers if label != (found.issue or found.role)]
        lines += ["", f"{where}“{mask(item.statement.text)}”"]
        sure = shares.get(found.issue or found.role, found.confidence)
        lines.append(f"  判断：{answer}（把握 {sure:.2f}）{waits}")
        if others:
            named = (f"{label_name(label, taxonomy)} {share:.2f}" for label, share in others)
            lines.append(f"  也像：{'、'.join(named)}")
        if reason.words:
            lines.append("  起作用的词：" + "、".join(word for word, _ in reason.words))
        lines.append("  语料里最像的：")
        lines += [
            f"    “{one.text}”（{label_name(one.label, taxonomy)}，相似 {one.similarity:.2f}）"
            for one in reason.neighbours
        ]
    return lines[1:]


def category_name(key: str, taxonomy: "Taxonomy") -> str:
    """Return what people call a category; those of another taxonomy keep their keys."""
    return next((one.name for one in taxonomy.categories if one.key == key), key)


def label_name(label: str, taxonomy: "Taxonomy") -> str:
    """Return what people call an issue, a kind of problem outside the categories, or a role."""
    if label in taxonomy.by_key:
        return taxonomy.by_key[label].label
    return taxonomy.outside.get(label) or REASONS.get(label, label)
