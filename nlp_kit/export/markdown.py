"""The draft as plain text and as Markdown: what leaves the committee, without sources or counts."""

from nlp_kit.records import Draft


def draft_text(draft: Draft) -> str:
    """Return title and paragraphs as plain text."""
    return "\n".join([draft.title, *(section.text for section in draft.sections)]) + "\n"


def draft_markdown(draft: Draft) -> str:
    """Return title and paragraphs as Markdown."""
    paragraphs = "\n\n".join(section.text for section in draft.sections)
    return f"# {draft.title}\n\n{paragraphs}\n"
