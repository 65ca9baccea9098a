"""Drafting: issues become the report's paragraphs, every sentence with the spans and members behind it."""

from nlp_kit.drafting.compose import LENGTHS, Composer, DraftOptions
from nlp_kit.drafting.groups import Group

__all__ = ["LENGTHS", "Composer", "DraftOptions", "Group"]
