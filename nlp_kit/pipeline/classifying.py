"""Files and folders → classified texts in the workspace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from nlp_kit.engine import Engine
from nlp_kit.errors import InputError
from nlp_kit.intake import Intake, Progress, Way, made_by, take_in
from nlp_kit.members import unnumbered
from nlp_kit.reading import Listing, list_files, load_bytes
from nlp_kit.records import SetAsideFile, Submission, Unreadable
from nlp_kit.review.standing import Standing
from nlp_kit.roster import FILE_NAMES as ROSTER_NAMES
from nlp_kit.roster import Roster, load_roster, read_roster
from nlp_kit.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ClassifyResult:
    """What a run of ``classify_files`` did.

    Args:
        submissions: What every member handed in, with its statements, in content order.
        unreadable: Files that could not be read, in path order.
        set_aside: Files that are no member's text or an older version, in path order.
        ignored: System files that are no input.
        own: Files that nlpkit itself has written.
        dropped: Paths of earlier runs that are not part of this one.
        fresh: How many of the files with submissions had to be read anew.
        notes: (path, what a person should know about that file).
        missing: Names on the list of members that have handed in nothing.
        lost: How many decisions are about statements that no text holds any longer.
    """

    submissions: tuple[Submission, ...]
    unreadable: tuple[Unreadable, ...]
    set_aside: tuple[SetAsideFile, ...]
    ignored: tuple[str, ...]
    own: tuple[str, ...]
    dropped: tuple[str, ...]
    fresh: int
    notes: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    lost: int = 0


def classify_files(
    submissions: Sequence[Path],
    workspace: Workspace,
    *,
    way: Way | None = None,
    members: Path | None = None,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> ClassifyResult:
    """Read, split and classify files and folders, and make them the workspace's current content.

    Args:
        submissions: Folders or files; a file that is named itself is taken as a member's text whatever it looks like.
        workspace: Where results are kept; files that it already knows are not read again.
        way: How files are to be read.
        members: The list of members; by default a members.csv in one of the folders.
        progress: Called before each file with (done, total, path).
        engine: The loaded models; those in use in the workspace by default.

    Raises:
        InputError: An argument does not exist, there is no file in the folders, or the list of members is none.
        WorkspaceError: The workspace cannot be written.
    """
    engine = engine or engine_of(workspace)
    listing, roster = take_roster(list_files(submissions, exclude=workspace.folder), members)
    if not listing.files and not listing.unreadable:
        raise InputError("给出的文件夹里没有材料，请确认文件夹是否选对。")
    way = replace(way or Way(), roster=roster)
    intake = take_in(listing, workspace, way, engine, progress)
    before = workspace.text_hashes()
    theme = engine.theme.title if engine.theme else None
    current = workspace.commit_run(
        intake.texts, intake.unreadable, made_by(engine), theme, intake.set_aside, roster.names
    )
    standing = Standing(workspace.decisions())
    present = {unnumbered(name) for one in intake.texts for name in one.name.split("、")}
    return ClassifyResult(
        tuple(current if theme else standing.correct(current)),
        tuple(intake.unreadable),
        tuple(intake.set_aside),
        tuple(sorted(intake.ignored)),
        tuple(intake.own),
        _dropped(before, intake),
        len(intake.fresh & {one.path for one in intake.texts}),
        tuple(intake.notes),
        tuple(name for name in roster.names if name not in present),
        len(standing.lost(current)),
    )


def engine_of(workspace: Workspace) -> Engine:
    """Return the models in use in a workspace: those tuned on the committee's corrections, or the shipped ones."""
    return Engine(workspace.adopted())


def take_roster(listing: Listing, members: Path | None) -> tuple[Listing, Roster]:
    """Return the files without the list of members, and that list, empty when there is none."""
    if members is not None:
        return listing, load_roster(members)
    lists = [file for file in listing.files if PurePath(file.path).name.lower() in ROSTER_NAMES]
    if not lists:
        return listing, Roster()
    files = tuple(file for file in listing.files if file not in lists)
    return replace(listing, files=files), read_roster(load_bytes(lists[0].location), lists[0].path)


def _dropped(before: Mapping[str, str], intake: Intake) -> tuple[str, ...]:
    """Return the files of the last run that are gone; a text that came under a new name is still there."""
    named = {one.path for group in (intake.texts, intake.unreadable, intake.set_aside) for one in group}
    held = {one.stored.text_hash for one in intake.texts}
    return tuple(
        path for path, text_hash in before.items() if path not in named | set(intake.own) and text_hash not in held
    )
