"""The account of a draft: every statement of every input has one fate, and the sums match."""

from collections import Counter
from collections.abc import Mapping, Sequence

from nlp_kit.drafting.groups import Group, originals, span_of
from nlp_kit.records import Account, ClassifiedStatement, Section, Span, Submission, Unreadable


def fates_of(
    submissions: Sequence[Submission], groups: Sequence[Group], sections: Sequence[Section]
) -> dict[Span, str]:
    """Return the one fate of every statement.

    Args:
        submissions: Everything that was read.
        groups: All issues.
        sections: What was written.

    Returns:
        Where a statement stands → ``used``, ``merged``, ``review``, or why it is set aside.
    """
    quoted = {span for section in sections for sentence in section.sentences for span in sentence.quoted}
    written = {span for section in sections for sentence in section.sentences for span in sentence.evidence}
    refused = {span for group in groups if group.will.keep is False for span in group.spans}
    unworded = {issue for section in sections for issue in section.unworded}
    reasons = {
        span: "no_wording" if group.issue.id in unworded else "left_out" for group in groups for span in group.spans
    }
    counted = {(one.document.path, one.member) for one in originals(submissions)}
    fates = {}
    for submission in submissions:
        is_copy = (submission.document.path, submission.member) not in counted
        for item in submission.statements:
            fates[span_of(item)] = "copied" if is_copy else _fate(item, quoted, written, refused, reasons)
    return fates


def account_of(fates: Mapping[Span, str], unreadable: Sequence[Unreadable]) -> Account:
    """Return the account.

    Args:
        fates: Of every statement.
        unreadable: Files that could not be read.
    """
    counts = Counter(fates.values())
    used, merged, review = (counts.pop(fate, 0) for fate in ("used", "merged", "review"))
    return Account(len(fates), used, merged, dict(sorted(counts.items())), review, tuple(unreadable))


def _fate(
    item: ClassifiedStatement,
    quoted: set[Span],
    written: set[Span],
    refused: set[Span],
    reasons: Mapping[Span, str],
) -> str:
    span = span_of(item)
    if item.dropped or span in refused:
        return "dropped"
    if item.copied:
        return "copied"
    if item.prediction.review:
        return "review"
    if span in quoted:
        return "used"
    if span in written:
        return "merged"
    if item.prediction.role != "problem":
        return item.prediction.role
    return reasons.get(span) or item.prediction.issue or "problem"
