"""One HTML file that shows everything: the draft with its proof, groups, statements, audit, account."""

from functools import partial

from nlp_kit.audit.report import verdicts
from nlp_kit.drafting import DraftOptions
from nlp_kit.engine import Engine
from nlp_kit.intake import Progress
from nlp_kit.page.content import Content
from nlp_kit.page.render import page_html
from nlp_kit.pipeline import audit_submissions, load
from nlp_kit.privacy import mask_path
from nlp_kit.workspace import Workspace

__all__ = ["Content", "page_html", "page_of"]


def page_of(
    workspace: Workspace,
    *,
    circulation: bool = False,
    options: DraftOptions | None = None,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> str:
    """Return the page of what a workspace holds, drafted and audited anew.

    Args:
        workspace: Holds the classified texts.
        circulation: Whether it is for circulation: without statements, pseudonyms and file names.
        options: How long the draft is, and in which words.
        engine: The loaded models; those in use in the workspace by default.
        progress: Called before each step with (done, total, what).

    Raises:
        InputError: The workspace holds nothing, or its statements have the categories of another taxonomy.
    """
    tell = progress or (lambda done, total, what: None)
    tell(0, 4, "归组")
    classified = load(workspace, engine=engine)
    groups = classified.cluster()
    tell(1, 4, "起草")
    drafted = groups.draft(options=options)
    tell(2, 4, "审核")
    audit = audit_submissions(workspace, engine=classified.engine)
    hide = partial(mask_path, members=classified.names)
    found = verdicts(audit.texts, audit.findings, audit.rules, classified.shown.text, hide)
    rules = {key: (rule.name, rule.advice) for key, rule in audit.rules.items()}
    tell(3, 4, "写网页")
    return page_html(Content(drafted, found, rules), circulation=circulation)
