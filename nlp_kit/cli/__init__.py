"""The command line: each command parses, calls one function, prints. Nothing heavy is imported before it is needed."""

import sys

import click

from nlp_kit import __version__
from nlp_kit.cli.audit import audit_command
from nlp_kit.cli.classify import classify
from nlp_kit.cli.draft import check_draft_command, demo, draft_problems_command, draft_report_command
from nlp_kit.cli.explain import explain
from nlp_kit.cli.models import evaluate, train
from nlp_kit.cli.options import ChineseGroup
from nlp_kit.cli.output import EXIT_ERROR, EXIT_USAGE, fail, write_problem
from nlp_kit.cli.page import report_command
from nlp_kit.cli.privacy import forget, privacy_group
from nlp_kit.cli.review import review_group
from nlp_kit.cli.taxonomy import taxonomy_group
from nlp_kit.errors import NlpkitError

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(
    cls=ChineseGroup,
    context_settings=CONTEXT,
    invoke_without_command=True,
    options_metavar="[选项]",
    subcommand_metavar="命令 …",
)
@click.version_option(
    __version__, "-V", "--version", prog_name="nlpkit", message="%(prog)s %(version)s", help="显示版本号。"
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """把党员的个人对照检查材料汇总成“查摆的主要问题”。

    全部在本机完成，不联网。先分类，再起草：

    \b
      nlpkit classify 材料文件夹
      nlpkit draft-problems -o 查摆的主要问题.docx
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


COMMANDS = (
    *(
        classify,
        draft_problems_command,
        draft_report_command,
        check_draft_command,
        review_group,
        audit_command,
        report_command,
        explain,
        privacy_group,
        forget,
    ),
    *(taxonomy_group, train, evaluate, demo),
)
for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Run the command line and leave with its exit code; every error is one sentence on stderr."""
    from nlp_kit.cli.help import ChineseFormatter, usage_sentence
    from nlp_kit.console import forgive_unprintable, silence_stdout

    forgive_unprintable()
    click.Context.formatter_class = ChineseFormatter
    try:
        code = cli.main(standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.UsageError as error:
        fail(usage_sentence(error))
        code = EXIT_USAGE
    except NlpkitError as error:
        fail(str(error))
        code = EXIT_ERROR
    except (click.Abort, KeyboardInterrupt):
        fail("已中断；处理完的材料都已保存，再运行一次会接着做。")
        code = EXIT_ERROR
    except BrokenPipeError:
        # The reader of our output has gone (| head); there is nobody to tell.
        silence_stdout()
        code = 0
    except OSError as error:
        silence_stdout()
        fail(f"输出写不出去：{write_problem(error)}。")
        code = EXIT_ERROR
    except Exception as error:
        kind = type(error).__name__
        fail(f"程序出了意料之外的错（{kind}），这次的结果没有写出；请把运行的命令和版本号告诉维护者。")
        code = EXIT_ERROR
    sys.exit(code)
