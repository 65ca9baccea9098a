"""The committee's hand: what can be reviewed, what a reviewed spreadsheet changes, and taking it back."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from nlp_kit.drafting import DraftOptions
from nlp_kit.drafting.groups import originals
from nlp_kit.engine import Engine
from nlp_kit.errors import InputError
from nlp_kit.pipeline.classifying import engine_of
from nlp_kit.pipeline.drafting import draft_evidence
from nlp_kit.pipeline.loading import classified_of
from nlp_kit.privacy import Kind, Masker
from nlp_kit.records import Decision
from nlp_kit.review.book import review_xlsx
from nlp_kit.review.changes import Changes, find_changes
from nlp_kit.review.difference import Difference, difference
from nlp_kit.review.readback import read_review
from nlp_kit.review.standing import undone
from nlp_kit.review.table import ReviewTable, build_table
from nlp_kit.workspace import Workspace

# Personal data that no sentence and no name of a group may hold, in a word.
_TELLING: dict[Kind, str] = {
    "name": "姓名",
    **dict.fromkeys(("id_card", "phone", "email", "wechat", "bank_card", "plate"), "号码或账号"),
    "address": "住址",
    "birth_date": "出生日期",
}


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
    classified = classified_of(workspace, engine)
    drafted = classified.cluster().draft(options=options)
    taxonomy = classified.engine.taxonomy
    return build_table(originals(classified.submissions), drafted.evidence, classified.standing, taxonomy)


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
    masker = engine.masker(workspace.names())
    reasons = engine.explain([row.item.statement for row in table.statements])
    shown = {
        row.id: (masker.mask(row.item.statement.text), masker.mask_path(row.item.statement.document), reason)
        for row, reason in zip(table.statements, reasons, strict=True)
    }
    return review_xlsx(table, shown, engine.taxonomy, workspace.mark())


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
        InputError: The file is no spreadsheet of ``review_table``, or another workspace's, or as for
            ``draft_problems``.
    """
    engine = engine or engine_of(workspace)
    sheets = read_review(path)
    table = review_table(workspace, options=options, engine=engine)
    if sheets.is_foreign(workspace.mark(), {row.id for row in table.statements}):
        raise InputError(
            f"“{path.name}”不是从这个工作区导出的表，没有采用；请到导出它的文件夹里运行，或用 --workspace 写明。"
        )
    used = {one.group for one in workspace.decisions() if one.group}
    masker = engine.masker(workspace.names())
    changes = find_changes(sheets, table, used, engine.taxonomy, masker.mask, partial(_told, masker))
    if changes.decisions:
        workspace.decide(changes.decisions, reviewer, _now())
    return changes


def _told(masker: Masker, text: str) -> str:
    """Return what of a text points to somebody, "" for nothing; units, days and sums alone do not."""
    return next((_TELLING[one.kind] for one in masker.find(text) if one.kind in _TELLING), "")


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
    # How a group is kept is no decision that a person knows of.
    count = sum(one.kind != "gather" for one in found)
    workspace.decide([Decision("undo", value, about=f"{count} 条")], reviewer, _now())
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


def _now() -> str:
    return datetime.now().isoformat(sep=" ", timespec="seconds")
