"""Drafting: issues become the report's paragraphs, every sentence with the spans and members behind it."""

from nlp_kit.drafting.compose import Composer
from nlp_kit.drafting.groups import Group

__all__ = ["Composer", "Group"]
