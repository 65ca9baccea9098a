"""Let a language model rephrase a draft sentence by sentence; whatever the checker minds is thrown away."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from nlp_kit.drafting.checking import Checker, Evidence
from nlp_kit.records import Draft, Fault, Section

Rephrase = Callable[[str], str | None]

_CHINESE = re.compile("[\u4e00-\u9fff，。；：、“”‘’（）《》]")
_NEGATORS = "不没未无"


@dataclass(frozen=True, slots=True)
class Polished:
    """A draft after polishing, and what became of its sentences.

    Args:
        draft: With the sentences that were taken over.
        taken: How many sentences have new words.
        refused: How many answers the checker minded.
        unanswered: How many sentences got no answer, or the same one.
    """

    draft: Draft
    taken: int
    refused: int
    unanswered: int


def polish(evidence: Evidence, checker: Checker, rephrase: Rephrase) -> Polished:
    """Return the draft with better words where the checker has nothing against them.

    A sentence keeps its issues, its headcount word and its evidence; only its text may change. What the committee has
    worded stays.

    Args:
        evidence: The draft and what it was made from.
        checker: Judges every answer inside the whole draft.
        rephrase: Sentence → the same in other words, None where there is no answer.
    """
    sections = list(evidence.draft.sections)
    before = _faults(sections, checker, evidence)
    taken = refused = unanswered = 0
    for number, section in enumerate(sections):
        for place, sentence in enumerate(section.sentences):
            fixed = any(evidence.by_id[issue].will.wording for issue in sentence.issues)
            answer = None if fixed else rephrase(sentence.text)
            if answer is None or answer == sentence.text:
                unanswered += 1
                continue
            changed = (
                *sections[number].sentences[:place],
                replace(sentence, text=answer),
                *sections[number].sentences[place + 1 :],
            )
            trial = [*sections[:number], replace(sections[number], sentences=changed), *sections[number + 1 :]]
            if (
                not _is_plain(answer, sentence.text)
                or sentence.quantifier not in answer
                or _faults(trial, checker, evidence) - before
            ):
                refused += 1
                continue
            sections = trial
            taken += 1
    return Polished(replace(evidence.draft, sections=tuple(sections)), taken, refused, unanswered)


def _faults(sections: list[Section], checker: Checker, evidence: Evidence) -> set[Fault]:
    return set(checker.check("\n".join(section.text for section in sections), evidence))


def _is_plain(answer: str, sentence: str) -> bool:
    """Whether an answer holds nothing but Chinese text, and as many negations as the sentence."""
    foreign = [one for one in answer if one not in sentence and not _CHINESE.match(one)]
    return not foreign and all(answer.count(word) == sentence.count(word) for word in _NEGATORS)
