"""Help pages and usage errors in Chinese, laid out by cells of the terminal."""

import re
from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

import click

_HEADINGS = {"Options": "选项", "Commands": "命令"}

# What stays together at the end of a line: a Latin word or a character with the signs behind it, opening signs before.
_WORD = re.compile(r"[（“‘《]*(?:[!-~]+|[^\s])[，。、；：！？）”’》…—]*|\s+")


class ChineseFormatter(click.HelpFormatter):
    """Help pages with Chinese headings, laid out by cells of the terminal: a Chinese character takes two."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, "用法：")

    def write_heading(self, heading: str) -> None:
        """Write a section's heading."""
        super().write_heading(_HEADINGS.get(heading, heading))

    def write_text(self, text: str) -> None:
        """Write paragraphs; one that begins with a line that holds click's sign for it keeps its lines."""
        indent = " " * self.current_indent
        paragraphs = []
        for paragraph in text.split("\n\n"):
            lines = paragraph.split("\n")
            told = lines[1:] if lines[0].strip() == "\b" else wrap_cells(lines, self.width - self.current_indent)
            paragraphs.append("\n".join(indent + line for line in told))
        self.write("\n\n".join(paragraphs) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms with what they mean in a second column."""
        rows = list(rows)
        widest = max(min(cells(term), col_max) for term, _ in rows) + col_spacing
        indent = " " * self.current_indent
        for term, meaning in rows:
            lines = wrap_cells(meaning.split("\n"), max(self.width - widest - self.current_indent, 10))
            if cells(term) + col_spacing <= widest:
                self.write(indent + term + " " * (widest - cells(term)) + lines.pop(0) + "\n")
            else:
                self.write(indent + term + "\n")
            self.write("".join(f"{indent}{' ' * widest}{line}\n" for line in lines))


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def wrap_cells(lines: Sequence[str], width: int) -> list[str]:
    """Return a paragraph in lines of so many cells; no word in Latin letters is cut, no line begins with a stop."""
    words: list[str] = []
    for line in lines:
        # Between two Chinese characters a line break is no blank.
        glue = " " if words and (words[-1] + line[:1]).isascii() else ""
        words += [*([glue] if glue else []), *_WORD.findall(line.strip())]
    found = [""]
    for word in words:
        if found[-1] and cells((found[-1] + word).rstrip()) > width:
            found[-1] = found[-1].rstrip()
            found.append("")
        found[-1] += word if found[-1] else word.lstrip()
    return found


def usage_sentence(error: click.UsageError) -> str:
    """Return a usage error as one Chinese sentence with what to do."""
    command = error.ctx.command_path if error.ctx else "nlpkit"
    return f"{_usage_problem(error)}，用法请看：{command} --help"


def _usage_problem(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"没有“{error.option_name}”这个选项"
    if isinstance(error, click.MissingParameter):
        names = {"材料…": "材料所在的文件夹或文件"}
        parameter = error.param.make_metavar(error.ctx) if error.param and error.ctx else ""
        return f"缺少{names.get(parameter, parameter)}"
    if isinstance(error, click.BadOptionUsage):
        return f"选项“{error.option_name}”后面缺少内容"
    if error.message.startswith("Got unexpected extra argument"):
        return f"多写了“{error.message.partition('(')[2].rstrip(')')}”"
    if isinstance(error, click.BadParameter):
        if isinstance(error.param and error.param.type, click.Choice):
            choices = "、".join(str(choice) for choice in error.param.type.choices)  # type: ignore[union-attr]
            return f"“{'/'.join(error.param.opts)}”只能是：{choices}"  # type: ignore[union-attr]
        return error.message.rstrip("。.")
    return error.message.rstrip("。.") if not error.message.isascii() else "命令写得不对"
