"""The checker of drafts: is every sentence supported, countable, general, and well formed?

It runs on every draft, and on a text that a person has edited afterwards. What is wrong by its form is a fault; what
only a person can decide (does this new half-sentence still say what the members wrote?) is a doubt.
"""

from nlp_kit.drafting.checking.checker import Checker, Evidence
from nlp_kit.drafting.checking.text import parse_draft, piece_at

__all__ = ["Checker", "Evidence", "parse_draft", "piece_at"]
