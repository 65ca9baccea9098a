"""The order of the steps: files → documents → statements → predictions → issues → draft."""

from nlp_kit.pipeline.auditing import AuditResult, as_audited, audit_judges, audit_submissions
from nlp_kit.pipeline.classifying import ClassifyResult, classify_files, engine_of
from nlp_kit.pipeline.drafting import (
    check_draft,
    draft_evidence,
    draft_problems,
    draft_report,
    find_sources,
    new_checker,
    polish_draft,
)
from nlp_kit.pipeline.loading import load, read
from nlp_kit.pipeline.reviewing import apply_review, review_difference, review_sheets, review_table, undo_decisions
from nlp_kit.pipeline.steps import Classified, Drafted, Groups, Statements, Texts

__all__ = [
    "AuditResult",
    "Classified",
    "ClassifyResult",
    "Drafted",
    "Groups",
    "Statements",
    "Texts",
    "apply_review",
    "as_audited",
    "audit_judges",
    "audit_submissions",
    "check_draft",
    "classify_files",
    "draft_evidence",
    "draft_problems",
    "draft_report",
    "engine_of",
    "find_sources",
    "load",
    "new_checker",
    "polish_draft",
    "read",
    "review_difference",
    "review_sheets",
    "review_table",
    "undo_decisions",
]
