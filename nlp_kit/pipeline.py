"""The order of the steps: files → documents → statements → predictions → issues → draft."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from nlp_kit.audit.copies import without_copies
from nlp_kit.audit.form import fitting_theme
from nlp_kit.audit.rules import Finding, Rules, load_rules
from nlp_kit.audit.run import Judges, audit_texts
from nlp_kit.audit.texts import MemberText, read_text
from nlp_kit.drafting import Composer, DraftOptions
from nlp_kit.drafting.checking import Checker, Evidence
from nlp_kit.drafting.groups import originals, span_of
from nlp_kit.drafting.polish import Polished, Rephrase, polish
from nlp_kit.drafting.report import compose_report
from nlp_kit.drafting.voice import Voice
from nlp_kit.engine import Engine
from nlp_kit.errors import InputError
from nlp_kit.intake import Intake, Progress, Way, made_by, take_in
from nlp_kit.issues import group_problems
from nlp_kit.keyfile import read_key, split_names
from nlp_kit.privacy import Masker, mask_path
from nlp_kit.reading import Listing, list_files, load_bytes
from nlp_kit.records import (
    ClassifiedStatement,
    Decision,
    Draft,
    Fault,
    Report,
    SetAsideFile,
    Source,
    Span,
    Submission,
    Unreadable,
)
from nlp_kit.review.book import review_xlsx
from nlp_kit.review.changes import Changes, find_changes
from nlp_kit.review.difference import Difference, difference
from nlp_kit.review.readback import read_review
from nlp_kit.review.standing import Standing, undone
from nlp_kit.review.table import ReviewTable, build_table
from nlp_kit.roster import FILE_NAMES as ROSTER_NAMES
from nlp_kit.roster import Roster, load_roster, read_roster
from nlp_kit.themes import Theme, load_theme, shipped_themes
from nlp_kit.workspace import Workspace

_NOTHING_READ = "工作区里还没有读出来的材料，请先运行 nlpkit classify 加材料所在的文件夹。"


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
    listing, roster = _take_roster(list_files(submissions, exclude=workspace.folder), members)
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
    return ClassifyResult(
        tuple(current if theme else standing.correct(current)),
        tuple(intake.unreadable),
        tuple(intake.set_aside),
        tuple(sorted(intake.ignored)),
        tuple(intake.own),
        _dropped(before, intake),
        len(intake.fresh & {one.path for one in intake.texts}),
        tuple(intake.notes),
        tuple(name for name in roster.names if not any(name in one.name.split("、") for one in intake.texts)),
        len(standing.lost(current)),
    )


def engine_of(workspace: Workspace) -> Engine:
    """Return the models in use in a workspace: those tuned on the committee's corrections, or the shipped ones."""
    return Engine(workspace.adopted())


def _take_roster(listing: Listing, members: Path | None) -> tuple[Listing, Roster]:
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


def draft_problems(workspace: Workspace, *, options: DraftOptions | None = None, engine: Engine | None = None) -> Draft:
    """Group the workspace's problems and draft the section.

    Args:
        workspace: Holds the classified texts.
        options: How long, and in which words.
        engine: The loaded models; those in use in the workspace by default.

    Raises:
        InputError: The workspace holds nothing, or its statements have the categories of another taxonomy.
    """
    engine, options = engine or engine_of(workspace), options or DraftOptions()
    return _checked(workspace, options, engine).draft


def _checked(workspace: Workspace, options: DraftOptions, engine: Engine) -> Evidence:
    """Return the draft with what the checker finds in it, and the groups that it was made from."""
    evidence = draft_evidence(workspace, options, engine)
    text = "\n".join(section.text for section in evidence.draft.sections)
    faults = new_checker(workspace, options, engine).check(text, evidence)
    return Evidence(replace(evidence.draft, faults=tuple(faults)), evidence.groups)


def draft_evidence(
    workspace: Workspace, options: DraftOptions, engine: Engine, decisions: Sequence[Decision] | None = None
) -> Evidence:
    """Return the draft, unchecked, and the groups that it was made from.

    Args:
        workspace: Holds the classified texts.
        options: How long, and in which words.
        engine: The loaded models.
        decisions: What persons have decided; by default all that the workspace's log holds.

    Raises:
        InputError: As for ``draft_problems``.
    """
    theme = workspace.theme()
    if theme is not None:
        raise InputError(
            f"工作区里的材料是按“{theme}”分类的，起草要用报告的四个方面，"
            "请不加 --taxonomy 重新运行一次 nlpkit classify。"
        )
    standing = Standing(workspace.decisions() if decisions is None else decisions)
    submissions = _counted(workspace, standing)
    unreadable, set_aside = workspace.unreadable(), workspace.set_aside()
    if not submissions:
        raise InputError(_NOTHING_READ)
    groups = group_problems(originals(submissions), engine, standing)
    composer = Composer(
        engine.taxonomy,
        engine.tokenizer.tag,
        engine.is_common,
        engine.tokenizer.is_word,
        engine.classifier.predict_proba,
        engine.scheme.classes,
        _Discretion(engine.is_fit, engine.masker(workspace.names())),
        engine.behaviours,
        options,
    )
    draft = composer.compose(submissions, groups, unreadable, standing.leads)
    account = replace(draft.account, files_set_aside=tuple(set_aside))
    return Evidence(replace(draft, account=account), groups)


def _counted(workspace: Workspace, standing: Standing) -> list[Submission]:
    """Return the workspace's texts, corrected by persons, with what was copied from another member's text marked."""
    submissions = standing.correct(workspace.submissions())
    first = originals(submissions)
    marked = {
        id(one): replace(own, statements=tuple(_decided(item, standing) for item in own.statements))
        for one, own in zip(first, without_copies(first), strict=True)
    }
    return [marked.get(id(one), one) for one in submissions]


def _decided(item: ClassifiedStatement, standing: Standing) -> ClassifiedStatement:
    """Return a statement that counts where a person has said so, copied or not."""
    told = item.id in standing.answers or standing.home_of(item.id) is not None
    return replace(item, copied=False) if told else item


def draft_report(
    workspace: Workspace,
    *,
    draft: Draft | None = None,
    options: DraftOptions | None = None,
    engine: Engine | None = None,
) -> Report:
    """Draft the whole report: the section, the causes and the measures behind it, and what has no counterpart.

    Args:
        workspace: Holds the classified texts.
        draft: The section, where it has been drafted already.
        options: How long, and in which words.
        engine: The loaded models; those in use in the workspace by default.

    Raises:
        InputError: As for ``draft_problems``.
    """
    engine = engine or engine_of(workspace)
    draft = draft or draft_problems(workspace, options=options, engine=engine)
    shown: dict[str, list[ClassifiedStatement]] = {}
    likely: dict[str, list[ClassifiedStatement]] = {}
    submissions = _counted(workspace, Standing(workspace.decisions()))
    items = [item for one in originals(submissions) for item in one.statements]
    for role in engine.counterparts:
        own = [
            item
            for item in items
            if item.prediction.role == role and not (item.prediction.review or item.dropped or item.copied)
        ]
        texts = [item.statement.text.strip() for item in own]
        for found, kinds in (
            (shown, engine.counterparts_shown(role, texts)),
            (likely, engine.counterparts_shown(role, texts, likely=True)),
        ):
            for item, kind in zip(own, kinds, strict=True):
                if kind:
                    found.setdefault(kind, []).append(item)
    return compose_report(draft, engine.counterparts, shown, likely, options or DraftOptions())


def find_sources(workspace: Workspace, engine: Engine | None = None) -> dict[Span, Source]:
    """Return who wrote each statement and what, names and other personal data masked, for a copy that names sources."""
    engine = engine or engine_of(workspace)
    masker = engine.masker(workspace.names())
    names = workspace.names()
    return {
        span_of(item): Source(item.member, mask_path(item.statement.document, names), masker.mask(item.statement.text))
        for one in workspace.submissions()
        for item in one.statements
    }


def check_draft(
    text: str, workspace: Workspace, *, options: DraftOptions | None = None, engine: Engine | None = None
) -> list[Fault]:
    """Check a draft, also one that a person has edited, against the workspace's statements.

    Args:
        text: The four paragraphs; a title before them and other parts of the report behind them are left out.
        workspace: Holds the classified texts.
        options: The length and the headcount words that were asked for.
        engine: The loaded models; those in use in the workspace by default.

    Raises:
        InputError: As for ``draft_problems``.
    """
    engine = engine or engine_of(workspace)
    options = options or DraftOptions()
    evidence = draft_evidence(workspace, options, engine)
    return new_checker(workspace, options, engine).check(text, evidence)


def polish_draft(
    workspace: Workspace,
    rephrase: Rephrase,
    *,
    options: DraftOptions | None = None,
    engine: Engine | None = None,
) -> Polished:
    """Draft the section and let a language model rephrase it sentence by sentence, judged by the checker.

    Args:
        workspace: Holds the classified texts.
        rephrase: Sentence → the same in other words, None where there is no answer.
        options: How long, and in which words.
        engine: The loaded models; those in use in the workspace by default.

    Raises:
        InputError: As for ``draft_problems``.
    """
    engine, options = engine or engine_of(workspace), options or DraftOptions()
    evidence = draft_evidence(workspace, options, engine)
    return polish(evidence, new_checker(workspace, options, engine), rephrase)


def review_table(
    workspace: Workspace, *, options: DraftOptions | None = None, engine: Engine | None = None
) -> ReviewTable:
    """Return every statement, group and sentence as they now stand, for persons to review.

    Args:
        workspace: Holds the classified texts.
        options: How long the draft is, and in which words.
        engine: The loaded models; those in use in the workspace by default.

    Raises:
        InputError: As for ``draft_problems``.
    """
    engine, options = engine or engine_of(workspace), options or DraftOptions()
    standing = Standing(workspace.decisions())
    evidence = _checked(workspace, options, engine)
    return build_table(originals(_counted(workspace, standing)), evidence, standing, engine.taxonomy)


def review_sheets(workspace: Workspace, *, options: DraftOptions | None = None, engine: Engine | None = None) -> bytes:
    """Return what can be reviewed as a spreadsheet, personal data masked, with the reasons of all answers.

    Args:
        workspace: Holds the classified texts.
        options: How long the draft is, and in which words.
        engine: The loaded models; those in use in the workspace by default.

    Raises:
        InputError: As for ``draft_problems``.
    """
    engine = engine or engine_of(workspace)
    table = review_table(workspace, options=options, engine=engine)
    names = workspace.names()
    masker = engine.masker(names)
    reasons = engine.explain([row.item.statement for row in table.statements])
    shown = {
        row.id: (masker.mask(row.item.statement.text), mask_path(row.item.statement.document, names), reason)
        for row, reason in zip(table.statements, reasons, strict=True)
    }
    return review_xlsx(table, shown, engine.taxonomy)


def apply_review(
    path: Path,
    workspace: Workspace,
    reviewer: str,
    *,
    options: DraftOptions | None = None,
    engine: Engine | None = None,
) -> Changes:
    """Write what a reviewed spreadsheet changes to the log, all of it or nothing, and return it.

    Args:
        path: The spreadsheet.
        workspace: Holds the classified texts and the log.
        reviewer: Who has reviewed it.
        options: How long the draft is, and in which words.
        engine: The loaded models; those in use in the workspace by default.

    Raises:
        InputError: The file is no spreadsheet of ``review_table``, or as for ``draft_problems``.
    """
    engine = engine or engine_of(workspace)
    sheets = read_review(path)
    table = review_table(workspace, options=options, engine=engine)
    used = {one.group for one in workspace.decisions() if one.group}
    names = workspace.names()
    changes = find_changes(sheets, table, used, engine.taxonomy, engine.masker(names).mask, names)
    if changes.decisions:
        workspace.decide(changes.decisions, reviewer, _now())
    return changes


def undo_decisions(numbers: Sequence[int], workspace: Workspace, reviewer: str) -> list[Decision]:
    """Take decisions back by a further entry in the log, and return them.

    Args:
        numbers: Of the decisions; none means those of the last command that still count.
        workspace: Holds the log.
        reviewer: Who takes them back.

    Raises:
        InputError: There is no such decision, or it is taken back already.
    """
    decisions = workspace.decisions()
    gone = undone(decisions)
    standing = {one.number: one for one in decisions if one.number not in gone and one.kind != "undo"}
    if not standing:
        raise InputError("没有可以撤销的决定。")
    last = max(one.batch for one in standing.values())
    chosen = list(numbers) or [one.number for one in standing.values() if one.batch == last]
    for number in chosen:
        if number not in standing:
            raise InputError(f"没有第 {number} 条决定，或者它已经撤销，编号请看 nlpkit review log。")
    # What was decided about a group goes with the group.
    made: dict[str, int] = {}
    for one in standing.values():
        if one.kind == "gather":
            made.setdefault(one.group, one.number)
    groups = {group for group, number in made.items() if number in chosen}
    told = [one.number for one in standing.values() if one.group in groups or one.value.get("into") in groups]
    found = [standing[number] for number in sorted({*chosen, *told})]
    value = {"numbers": [one.number for one in found]}
    workspace.decide([Decision("undo", value, about=f"{len(found)} 条")], reviewer, _now())
    return found


def review_difference(
    workspace: Workspace, since: int = 0, *, options: DraftOptions | None = None, engine: Engine | None = None
) -> Difference:
    """Return what the decisions after a number in the log change; by default what all of them change.

    Args:
        workspace: Holds the classified texts and the log.
        since: The last decision that both sides have.
        options: How long the draft is, and in which words.
        engine: The loaded models; those in use in the workspace by default.

    Raises:
        InputError: As for ``draft_problems``.
    """
    engine, options = engine or engine_of(workspace), options or DraftOptions()
    decisions = workspace.decisions()
    before = draft_evidence(workspace, options, engine, [one for one in decisions if one.number <= since])
    return difference(before, draft_evidence(workspace, options, engine, decisions))


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
        raise InputError(_NOTHING_READ)
    counted = sorted(originals(submissions), key=lambda one: one.member)
    texts = [as_audited(one, engine) for one in counted]
    aside, before, unreadable = _read_aside(against, last_year, workspace, engine, progress)
    theme = theme or fitting_theme(texts, [load_theme(name) for name in reversed(shipped_themes())])
    findings = audit_texts(texts, rules, audit_judges(engine, theme), theme, aside, before)
    files: dict[str, list[str]] = {}
    for one in submissions:
        files.setdefault(one.member, []).append(one.document.path)
    same = tuple((member, tuple(sorted(paths))) for member, paths in files.items() if len(paths) > 1)
    names = tuple(workspace.names())
    not_read = (*workspace.unreadable(), *unreadable)
    return AuditResult(tuple(texts), tuple(findings), rules, theme, same, not_read, names)


def audit_judges(engine: Engine, theme: Theme | None) -> Judges:
    """Return the models as the rules of the audit ask them."""
    return Judges(
        engine.point_kinds,
        lambda left, right: engine.pairs.score("measures", left, right, issues=True),
        lambda left, right: engine.pairs.score("years", left, right, issues=False),
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
        for one in intake.texts:
            member = next((pseudonyms[name] for name in split_names(one.name) if name in pseudonyms), "")
            known_as = f"{label}{member}" if member else f"{label}《{PurePath(one.path).stem}》"
            text = as_audited(one.stored.submission(one.path, known_as), engine)
            texts.append(text)
            if label == "上年" and member:
                before.setdefault(member, text)
    return texts, before, unreadable


def _now() -> str:
    return datetime.now().isoformat(sep=" ", timespec="seconds")


def new_checker(workspace: Workspace, options: DraftOptions, engine: Engine) -> Checker:
    """Return a checker that knows the workspace's members."""
    masker = engine.masker(workspace.names())
    voice = Voice(engine.tokenizer.tag, engine.is_common, engine.tokenizer.is_word)

    # Polishing checks the same sentences again and again.
    @cache
    def pointing(text: str) -> list[str]:
        return [text[one.start : one.end] for one in masker.find(text)] + voice.pointing_words(text)

    return Checker(
        engine.taxonomy, engine.behaviour_texts, engine.centred_vectors, engine.role_probabilities, pointing, options
    )


class _Discretion:
    """Tells which wordings may be quoted: the model says that they point to nobody, and they hold no personal data.

    Args:
        is_fit: What the model says of wordings, and whether one member alone told the issue.
        masker: Knows the members' names.
    """

    def __init__(self, is_fit: Callable[[Sequence[str], bool], list[bool]], masker: Masker) -> None:
        self._is_fit = is_fit
        self._masker = masker

    def __call__(self, wordings: Sequence[str], alone: bool) -> list[bool]:
        fit = self._is_fit(wordings, alone)
        return [good and not self._masker.find(wording) for good, wording in zip(fit, wordings, strict=True)]
