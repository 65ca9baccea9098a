"""One HTML file that shows everything: the draft with its proof, groups, statements, audit, account."""

from collections.abc import Sequence
from pathlib import Path

from nlp_kit.audit.report import verdicts
from nlp_kit.audit.rules import Rules
from nlp_kit.drafting import DraftOptions
from nlp_kit.engine import Engine
from nlp_kit.errors import InputError
from nlp_kit.intake import Progress
from nlp_kit.page.content import LEAST_SHOWN, Content
from nlp_kit.page.render import beginning, page_html
from nlp_kit.pipeline import audit_submissions, load
from nlp_kit.records import Draft
from nlp_kit.workspace import Workspace

__all__ = ["Content", "beginning", "page_html", "page_of"]


def page_of(
    workspace: Workspace,
    *,
    circulation: bool = False,
    options: DraftOptions | None = None,
    engine: Engine | None = None,
    progress: Progress | None = None,
    audit_rules: Rules | None = None,
    against: Sequence[Path] = (),
    last_year: Sequence[Path] = (),
) -> str:
    """Return the page of what a workspace holds, drafted and audited anew.

    Args:
        workspace: Holds the classified texts.
        circulation: Whether it is for circulation: without statements, pseudonyms and file names.
        options: How long the draft is, and in which words.
        engine: The loaded models; those in use in the workspace by default.
        progress: Called before each step with (done, total, what).
        audit_rules: The audit's rules; the shipped ones by default.
        against: Folders of texts that must not be copied from.
        last_year: Folders of last year's texts.

    Raises:
        InputError: The workspace holds nothing, or its statements have the categories of another taxonomy; for
            circulation also where members could be recognised: too few of them, or faults in the draft.
    """
    tell = progress or (lambda done, total, what: None)
    tell(0, 4, "归组")
    classified = load(workspace, engine=engine)
    groups = classified.cluster()
    tell(1, 4, "起草")
    drafted = groups.draft(options=options)
    if circulation:
        _refuse_to_expose(drafted.draft)
    tell(2, 4, "审核")
    audit = audit_submissions(
        workspace, against=against, last_year=last_year, rules=audit_rules, engine=classified.engine
    )
    found = verdicts(audit.texts, audit.findings, audit.rules, classified.shown.text, classified.shown.path)
    rules = {key: (rule.name, rule.advice) for key, rule in audit.rules.items()}
    tell(3, 4, "写网页")
    return page_html(Content(drafted, found, rules, circulation=circulation))


def _refuse_to_expose(draft: Draft) -> None:
    if draft.members < LEAST_SHOWN:
        raise InputError(f"只有 {draft.members} 名成员，写出来就知道是谁，所以没有写传阅版；书记版不受影响。")
    faults = [fault for fault in draft.faults if not fault.doubt and fault.rule != "length"]
    if faults:
        raise InputError(
            f"草稿自查有 {len(faults)} 处错误，可能照抄了原话或者指向具体的人，所以没有写传阅版；"
            "请先用 nlpkit review 改好（错在哪里见 nlpkit report 的网页），再运行。"
        )
