"""Personal data: what it is, where it stands in a text, and what may be shown instead (DOMAIN.md section 6)."""

from nlp_kit.privacy.finding import Finding, Kind
from nlp_kit.privacy.masking import Masker, mask_path
from nlp_kit.privacy.tagger import NameTagger

__all__ = ["Finding", "Kind", "Masker", "NameTagger", "mask_path"]
