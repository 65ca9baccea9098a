"""What the commands share: kinds of parameters, options, and help pages in Chinese."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from nlp_kit.drafting.headcount import HeadcountTable


class PlainPath(click.ParamType):  # type: ignore[type-arg] # generic only since click 8.3
    """A path as it is written; whether it can be used is found out, and said in Chinese, when it is used."""

    name = "path"

    def convert(self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if not str(value).strip():
            raise click.UsageError("文件夹或文件的名字是空的", ctx)
        return Path(value)


class Share(click.ParamType):  # type: ignore[type-arg] # generic only since click 8.3
    """A number from 0 to 1."""

    name = "share"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            share = float(value)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            raise click.UsageError(f"“{value}”不是 0 到 1 之间的数，例如 0.6", ctx)
        return share


class Number(click.ParamType):  # type: ignore[type-arg] # generic only since click 8.3
    """A number of the decision log."""

    name = "number"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not str(value).isdecimal():
            raise click.UsageError(f"“{value}”不是编号，编号请看 nlpkit review log", ctx)
        return int(value)


class Name(click.ParamType):  # type: ignore[type-arg] # generic only since click 8.3
    """The name of something; whether it is there is found out when it is used."""

    name = "name"

    def __init__(self, of: str) -> None:
        self._of = of

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value.strip():
            raise click.UsageError(f"{self._of}的名字是空的", ctx)
        return value


class Limit(click.ParamType):  # type: ignore[type-arg] # generic only since click 8.3
    """A limit and its value, such as ``pages=500``; whether there is such a limit is found out when it is used."""

    name = "limit"

    def convert(
        self, value: str | tuple[str, int], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        if isinstance(value, tuple):
            return value
        name, sign, number = value.partition("=")
        if not sign or not number.strip().isdigit():
            raise click.UsageError(f"“{value}”要写成“名称=整数”，例如 pages=500", ctx)
        from nlp_kit.errors import InputError
        from nlp_kit.reading import changed_limits

        try:
            changed_limits({name.strip(): int(number)})
        except InputError as error:
            raise click.UsageError(str(error).rstrip("。"), ctx) from error
        return name.strip(), int(number)


def headcount_table(file: Path | None) -> "HeadcountTable":
    """Return the headcount words that ``--headcounts`` names, the shipped ones by default.

    Raises:
        DataError: It is not of the form of the shipped file.
        InputError: It is not there.
    """
    from nlp_kit.drafting.headcount import load_headcounts
    from nlp_kit.errors import InputError

    if file is not None and not file.is_file():
        raise InputError(f"找不到人数用语表“{file}”，请检查名字和位置。")
    return load_headcounts(file)


theme_option = click.option(
    "--taxonomy",
    "theme",
    type=Name("分类表"),
    metavar="分类表",
    help="换一套分类：自带分类表的名称（见 nlpkit taxonomy list），或自己写的 .toml 文件。",
)
model_option = click.option("--model", type=PlainPath(), metavar="文件夹", help="换用 nlpkit train 训练出的模型。")
download_option = click.option(
    "--allow-download",
    is_flag=True,
    help="允许联网下载 --encoder 指定的模型；只下载模型，不上传任何内容。不加这一项时绝不联网。",
)
workspace_option = click.option(
    "--workspace",
    "folder",
    type=PlainPath(),
    envvar="NLPKIT_WORKSPACE",
    default=Path(".nlpkit"),
    metavar="文件夹",
    help="工作区，存放读取和分类的结果；默认是当前文件夹下的 .nlpkit。",
)
quiet_option = click.option("--quiet", is_flag=True, help="不显示进度和说明，只输出结果和错误。")


class ChineseCommand(click.Command):
    """A command whose help page and errors are in Chinese."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            # Where an option's value is missing, click does not say of which command.
            error.ctx = error.ctx or ctx
            raise

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _chinese_help(super().get_help_option(ctx))

    def get_short_help_str(self, limit: int = 45) -> str:
        return _first_line(self)


class ChineseGroup(ChineseCommand, click.Group):
    """A group whose help pages and errors are in Chinese."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(f"没有“{args[0]}”这个命令，可用的命令是：{'、'.join(self.list_commands(ctx))}", ctx)
        return super().resolve_command(ctx, args)


def _first_line(command: click.Command) -> str:
    """Return the first line of a help page whole: click cuts it at blanks, which Chinese has not."""
    return (command.help or "").partition("\n")[0]


def _chinese_help(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "显示这页帮助。"
    return option
