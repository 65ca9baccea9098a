"""Groups → the unchecked draft, and the checker that knows the members."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from nlp_kit.drafting import Composer, DraftOptions
from nlp_kit.drafting.checking import Checker, Evidence
from nlp_kit.drafting.voice import Voice
from nlp_kit.privacy import Masker

if TYPE_CHECKING:
    from nlp_kit.pipeline.steps import Classified, Groups


def compose(groups: "Groups", options: DraftOptions) -> Evidence:
    """Return the draft, unchecked, and the groups that it was made from."""
    classified = groups.classified
    engine = classified.engine
    composer = Composer(
        engine.taxonomy,
        engine.tokenizer.tag,
        engine.is_common,
        engine.tokenizer.is_word,
        engine.classifier.predict_proba,
        engine.scheme.classes,
        _Discretion(engine.is_fit, engine.masker(classified.names)),
        engine.behaviours,
        options,
    )
    draft = composer.compose(classified.submissions, groups.groups, classified.unreadable, classified.standing.leads)
    account = replace(draft.account, files_set_aside=classified.set_aside)
    return Evidence(replace(draft, account=account), groups.groups)


def checker_of(classified: "Classified", options: DraftOptions) -> Checker:
    """Return a checker that knows the members."""
    engine, masker = classified.engine, classified.engine.masker(classified.names)
    voice = Voice(engine.tokenizer.tag, engine.is_common, engine.tokenizer.is_word)

    # Polishing checks the same sentences again and again.
    @cache
    def pointing(text: str) -> list[str]:
        return [text[one.start : one.end] for one in masker.find(text)] + voice.pointing_words(text)

    return Checker(
        engine.taxonomy,
        engine.behaviour_texts,
        engine.centred_vectors,
        engine.role_probabilities,
        pointing,
        engine.tokenizer.tag,
        options,
    )


class _Discretion:
    """Tells which wordings may be quoted: the model says that they point to nobody, and they hold no personal data.

    Args:
        is_fit: What the model says of wordings, and whether one member alone told the issue.
        masker: Knows the members' names.
    """

    def __init__(self, is_fit: Callable[[Sequence[str], bool], list[bool]], masker: Masker) -> None:
        self._is_fit = is_fit
        self._masker = masker

    def __call__(self, wordings: Sequence[str], alone: bool) -> list[bool]:
        fit = self._is_fit(wordings, alone)
        return [good and not self._masker.find(wording) for good, wording in zip(fit, wordings, strict=True)]
