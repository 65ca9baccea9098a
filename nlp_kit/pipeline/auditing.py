"""May the texts go to the meeting? The audit over the workspace's texts and the folders that they are compared with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from nlp_kit.audit.form import fitting_theme
from nlp_kit.audit.rules import Finding, Rules, load_rules
from nlp_kit.audit.run import Judges, audit_texts
from nlp_kit.audit.texts import MemberText, read_text
from nlp_kit.drafting.groups import handed_in_twice, originals
from nlp_kit.engine import Engine
from nlp_kit.errors import InputError
from nlp_kit.intake import Progress, Way, take_in
from nlp_kit.keyfile import read_key, split_names
from nlp_kit.pages import join_submissions
from nlp_kit.pipeline.classifying import engine_of
from nlp_kit.pipeline.loading import NOTHING_READ
from nlp_kit.reading import list_files
from nlp_kit.records import Submission, Unreadable
from nlp_kit.review.standing import Standing
from nlp_kit.stored import submissions_of
from nlp_kit.themes import Theme, load_theme, shipped_themes
from nlp_kit.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What the audit found.

    Args:
        texts: The members' texts, in the order of their pseudonyms.
        findings: What is wrong, text by text.
        rules: The rules that were used.
        theme: The year's aspects that were asked for, None where none fits.
        same: (member, his files) where one text was handed in under several names.
        unreadable: Files that could not be read, of the submissions and of the other folders.
        names: Members' names, for masking.
    """

    texts: tuple[MemberText, ...]
    findings: tuple[Finding, ...]
    rules: Rules
    theme: Theme | None
    same: tuple[tuple[str, tuple[str, ...]], ...]
    unreadable: tuple[Unreadable, ...]
    names: tuple[str, ...]


def audit_submissions(
    workspace: Workspace,
    *,
    against: Sequence[Path] = (),
    last_year: Sequence[Path] = (),
    rules: Rules | None = None,
    theme: Theme | None = None,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> AuditResult:
    """Audit the workspace's texts: may they go to the meeting?

    Args:
        workspace: Holds the classified texts.
        against: Folders of texts that must not be copied from.
        last_year: Folders of last year's texts; what comes back in them is found, and they are not copied from.
        rules: The rules; the shipped ones by default.
        theme: The year's aspects; by default those of the shipped themes that fit the texts' headings.
        progress: Called before each file of the other folders with (done, total, path).
        engine: The loaded models; those in use in the workspace by default.

    Raises:
        InputError: The workspace holds nothing, or a folder does not exist.
    """
    engine, rules = engine or engine_of(workspace), rules or load_rules()
    submissions = Standing(workspace.decisions()).correct(workspace.submissions())
    if not submissions:
        raise InputError(NOTHING_READ)
    counted = sorted(join_submissions(originals(submissions)), key=lambda one: one.member)
    texts = [as_audited(one, engine) for one in counted]
    aside, before, unreadable = _read_aside(against, last_year, workspace, engine, progress)
    theme = theme or fitting_theme(texts, [load_theme(name) for name in reversed(shipped_themes())])
    findings = audit_texts(texts, rules, audit_judges(engine, theme), theme, aside, before)
    same = tuple(handed_in_twice(submissions))
    names = tuple(workspace.names())
    not_read = (*workspace.unreadable(), *unreadable)
    return AuditResult(tuple(texts), tuple(findings), rules, theme, same, not_read, names)


def audit_judges(engine: Engine, theme: Theme | None) -> Judges:
    """Return the models as the rules of the audit ask them."""
    return Judges(
        engine.point_kinds,
        engine.pairs.answered,
        engine.pairs.again,
        engine.pair_weights,
        engine.new_few_shot().fit(theme.classes).predict_proba if theme else None,
    )


def as_audited(submission: Submission, engine: Engine) -> MemberText:
    """Return a text as the audit reads it."""
    return read_text(
        submission, engine.role_probabilities([one.statement.text.strip() for one in submission.statements])
    )


def _read_aside(
    against: Sequence[Path],
    last_year: Sequence[Path],
    workspace: Workspace,
    engine: Engine,
    progress: Progress | None,
) -> tuple[list[MemberText], dict[str, MemberText], list[Unreadable]]:
    """Read other folders without keeping anything: their texts, last year's by member, and what could not be read."""
    pseudonyms = {name: one.pseudonym for one in read_key(workspace.folder) for name in split_names(one.name)}
    current = set(workspace.text_hashes().values())
    texts: list[MemberText] = []
    before: dict[str, MemberText] = {}
    unreadable: list[Unreadable] = []
    for folders, label in ((last_year, "上年"), (against, "对照")):
        if not folders:
            continue
        listing = list_files(folders, exclude=workspace.folder)
        with TemporaryDirectory(prefix="scratch-", dir=workspace.folder) as scratch, Workspace(Path(scratch)) as own:
            # Templates are no member's text, and are compared all the same.
            named = replace(listing, files=tuple(replace(file, named=True) for file in listing.files))
            intake = take_in(named, own, Way(), engine, progress)
        shown = "”“".join(map(str, folders))
        if not intake.texts:
            raise InputError(f"“{shown}”里没有读得出来的材料，请确认文件夹是否选对。")
        if 2 * sum(one.stored.text_hash in current for one in intake.texts) > len(intake.texts):
            raise InputError(f"“{shown}”和这次审核的是同一批材料，请写{label}材料所在的文件夹。")
        unreadable += intake.unreadable
        # Pages of one text in a row, in order.
        ordered = sorted(intake.texts, key=lambda one: (one.name if one.page else "", one.stored.page))
        for whole in join_submissions(submissions_of((one.stored, one.path, one.name) for one in ordered)):
            member = next((pseudonyms[name] for name in split_names(whole.member) if name in pseudonyms), "")
            known_as = f"{label}{member}" if member else f"{label}《{PurePath(whole.document.path).stem}》"
            items = tuple(replace(item, member=known_as) for item in whole.statements)
            text = as_audited(replace(whole, member=known_as, statements=items), engine)
            texts.append(text)
            if label == "上年" and member:
                before.setdefault(member, text)
    return texts, before, unreadable
