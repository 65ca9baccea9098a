"""What the workspace holds → the section, the whole report, and the check of a text that a person has edited."""

from collections.abc import Sequence
from dataclasses import replace

from nlp_kit.counterparts import CounterpartRole
from nlp_kit.drafting import LENGTHS, DraftOptions
from nlp_kit.drafting.checking import Checker, Evidence
from nlp_kit.drafting.groups import span_of
from nlp_kit.drafting.polish import Polished, Rephrase, polish
from nlp_kit.drafting.report import ShownTexts, compose_report
from nlp_kit.engine import Engine
from nlp_kit.pipeline.composing import checker_of, compose
from nlp_kit.pipeline.loading import classified_of
from nlp_kit.pipeline.steps import Classified
from nlp_kit.records import Decision, Draft, Fault, Report, Source, Span
from nlp_kit.workspace import Workspace


def draft_problems(workspace: Workspace, *, options: DraftOptions | None = None, engine: Engine | None = None) -> Draft:
    """Group the workspace's problems and draft the section.

    Args:
        workspace: Holds the classified texts.
        options: How long, and in which words.
        engine: The loaded models; those in use in the workspace by default.

    Raises:
        InputError: The workspace holds nothing, or its statements have the categories of another taxonomy.
    """
    return classified_of(workspace, engine).cluster().draft(options=options).draft


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
    return compose(classified_of(workspace, engine, decisions).cluster(), options)


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
    classified = classified_of(workspace, engine)
    engine = classified.engine
    draft = draft or classified.cluster().draft(options=options).draft
    shown = {role: _shown_texts(classified, role) for role in engine.counterparts}
    return compose_report(draft, engine.counterparts, shown, options or DraftOptions())


def _shown_texts(classified: Classified, role: CounterpartRole) -> ShownTexts:
    own = [
        item
        for item in classified.items
        if item.prediction.role == role and not (item.prediction.review or item.dropped or item.copied)
    ]
    found = classified.engine.counterparts_shown(role, [item.statement.text.strip() for item in own])
    kinds, likely, items = (
        {label: [own[row] for row in rows] for label, rows in part.items()}
        for part in (found.kinds, found.likely, found.items)
    )
    return ShownTexts(kinds, likely, items)


def find_sources(workspace: Workspace, engine: Engine | None = None) -> dict[Span, Source]:
    """Return who wrote each statement and what, names and other personal data masked, for a copy that names sources."""
    classified = classified_of(workspace, engine)
    return {
        span_of(item): Source(
            item.member,
            classified.shown.path(item.statement.document),
            classified.shown.text(item.statement.text),
        )
        for one in classified.submissions
        for item in one.statements
    }


def check_draft(
    text: str,
    workspace: Workspace,
    *,
    options: DraftOptions | None = None,
    any_length: bool = False,
    engine: Engine | None = None,
) -> list[Fault]:
    """Check a draft, also one that a person has edited, against the workspace's statements.

    Args:
        text: The four paragraphs; a title before them and other parts of the report behind them are left out.
        workspace: Holds the classified texts.
        options: The length and the headcount words that were asked for.
        any_length: Whether the draft may have been asked for in any length; the one that it has most of is taken.
        engine: The loaded models; those in use in the workspace by default.

    Raises:
        InputError: As for ``draft_problems``.
    """
    options = options or DraftOptions()
    classified = classified_of(workspace, engine)
    groups = classified.cluster()
    lengths = dict.fromkeys([options.length, *(LENGTHS.values() if any_length else ())])
    drafts = [(one, compose(groups, one)) for one in (replace(options, length=length) for length in lengths)]
    options, evidence = max(drafts, key=lambda pair: _held(text, pair[1].draft))
    return checker_of(classified, options).check(text, evidence)


def _held(text: str, draft: Draft) -> int:
    """Return how many characters of a draft's sentences a text holds."""
    return sum(len(one.text) for section in draft.sections for one in section.sentences if one.text in text)


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
    options = options or DraftOptions()
    classified = classified_of(workspace, engine)
    return polish(compose(classified.cluster(), options), checker_of(classified, options), rephrase)


def new_checker(workspace: Workspace, options: DraftOptions, engine: Engine) -> Checker:
    """Return a checker that knows the workspace's members."""
    return checker_of(classified_of(workspace, engine), options)
