"""Where the steps begin: folders and files that are read, or a workspace that holds what was classified."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from nlp_kit.engine import Engine
from nlp_kit.errors import InputError
from nlp_kit.intake import Way, take_in
from nlp_kit.pipeline.classifying import engine_of, take_roster
from nlp_kit.pipeline.steps import Classified, Shown, Texts, counted
from nlp_kit.reading import list_files
from nlp_kit.records import ClassifiedStatement, Decision, Prediction, Statement
from nlp_kit.review.standing import Standing
from nlp_kit.schema import FILE_NAME
from nlp_kit.themes import Theme, load_theme, shipped_themes
from nlp_kit.workspace import Workspace

NOTHING_READ = "工作区里还没有读出来的材料，请先运行 nlpkit classify 加材料所在的文件夹。"
NO_TEXTS = "给出的文件夹里没有读得出来的个人材料，请确认文件夹是否选对。"

_UNJUDGED = Prediction("other", None, None, 0.0, review=False)


class _Unjudged:
    """Stands in for the models while texts are only read."""

    version = "not classified"

    def __init__(self, engine: Engine) -> None:
        self.taxonomy = engine.taxonomy

    def classify(self, statements: Sequence[Statement], member: str) -> list[ClassifiedStatement]:
        return [ClassifiedStatement(one, member, _UNJUDGED) for one in statements]


def read(
    *submissions: str | Path, members: str | Path | None = None, lines: bool = False, engine: Engine | None = None
) -> Texts:
    """Read folders and files as ``nlpkit classify`` does, and keep nothing on the disk.

    Files with a secrecy mark are refused, files that are no member's text set aside, of several versions the newest
    counts.

    Args:
        submissions: Folders or files.
        members: The list of members; by default a members.csv in one of the folders.
        lines: Whether every line is one statement, never split.
        engine: The models of the next steps; the shipped ones by default.

    Raises:
        InputError: There is no such folder, nothing in it can be read, or the list of members is none.
    """
    engine = engine or Engine()
    listing, roster = take_roster(list_files([Path(one) for one in submissions]), Path(members) if members else None)
    with TemporaryDirectory() as scratch, Workspace(Path(scratch)) as own:
        judge = _Unjudged(engine)
        intake = take_in(listing, own, Way(lines, roster=roster), judge)
        found = own.commit_run(intake.texts, intake.unreadable, "", None, intake.set_aside, roster.names)
        names = tuple(own.names())
    if not found:
        raise InputError(NO_TEXTS)
    return Texts(tuple(found), engine, names, tuple(intake.unreadable), tuple(intake.set_aside))


def load(workspace: str | Path | Workspace = ".nlpkit", *, engine: Engine | None = None) -> Classified:
    """Return what a workspace holds, as the committee has corrected it.

    Args:
        workspace: The folder that ``nlpkit classify`` has filled, or the workspace itself.
        engine: The models; those in use in the workspace by default.

    Raises:
        InputError: It holds nothing.
        WorkspaceError: It cannot be opened.
    """
    if isinstance(workspace, Workspace):
        return classified_of(workspace, engine)
    if not (Path(workspace) / FILE_NAME).exists():
        raise InputError(NOTHING_READ)
    with Workspace(Path(workspace)) as opened:
        return classified_of(opened, engine)


def classified_of(
    workspace: Workspace, engine: Engine | None = None, decisions: Sequence[Decision] | None = None
) -> Classified:
    """Return what an open workspace holds.

    Args:
        workspace: Holds the classified texts.
        engine: The models; those in use in the workspace by default.
        decisions: What persons have decided; by default all that the workspace's log holds.

    Raises:
        InputError: It holds nothing.
    """
    theme = workspace.theme()
    if theme is not None and engine is None:
        engine = engine_of(workspace).asked(_shipped_theme(theme))
    standing = Standing(workspace.decisions() if decisions is None else decisions)
    submissions = workspace.submissions()
    if not submissions:
        raise InputError(NOTHING_READ)
    engine, names = engine or engine_of(workspace), tuple(workspace.names())
    return Classified(
        counted(submissions, Standing() if theme else standing),
        engine,
        Shown(engine.masker(names)),
        standing,
        names,
        tuple(workspace.unreadable()),
        tuple(workspace.set_aside()),
        theme,
    )


def _shipped_theme(title: str) -> Theme:
    for name in shipped_themes():
        theme = load_theme(name)
        if theme.title == title:
            return theme
    raise InputError(
        f"工作区里的材料是按您自己的分类表“{title}”分类的；"
        "请用 nlp_kit.read(文件夹).statements().classify(分类表) 再看，或不加 --taxonomy 重新运行一次 nlpkit classify。"
    )
