"""A stretch of text that is personal data."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "name",
    "id_card",
    "phone",
    "email",
    "wechat",
    "bank_card",
    "plate",
    "address",
    "birth_date",
    "unit",
    "date",
    "amount",
]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Personal data in a text.

    Args:
        start: First character.
        end: One past the last character.
        kind: What it is.
    """

    start: int
    end: int
    kind: Kind


# Full-width letters, digits and signs, one to one, so that offsets stay.
HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0) not in ",.;:!?()"}
