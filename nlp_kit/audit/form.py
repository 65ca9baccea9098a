"""Rules about a text's shape: its length, its parts, the aspects it deals with, its empty phrases."""

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nlp_kit.audit.rules import Finding, Place, Rule
from nlp_kit.audit.texts import MemberText, Sentence
from nlp_kit.themes import Theme

# How the name of a sentence's aspect stands before it: 联系服务群众方面，我…; 政治纪律和团结上，一是….
_RUN_IN = re.compile(r".{2,14}?(?:方面|[上中里][，,：:]|[：:。])")
# Share of the problems under an aspect's heading from which on the headings are all that a text deals with.
_ALL_UNDER = 0.85
# What stands below these says nothing of the problems.
_BELOW_OTHERS = ("measure", "rectification", "achievement")


def whole(text: MemberText) -> Place:
    """Return the place of a finding about a text as a whole."""
    return Place(text.member, text.submission.document.path, 0, 0, "")


def place_of(text: MemberText, sentences: Sequence[Sentence]) -> Place:
    """Return the place that sentences in a row take up."""
    start, end = sentences[0].item.statement.start, sentences[-1].item.statement.end
    return text.place(start, end)


def length(text: MemberText, rule: Rule) -> Iterator[Finding]:
    """Yield a finding where a text is too short or too long."""
    if text.size < rule["least"]:
        yield Finding(rule.key, whole(text), f"全文 {text.size} 字，不到 {rule['least']} 字")
    elif text.size > rule["most"]:
        yield Finding(rule.key, whole(text), f"全文 {text.size} 字，超过 {rule['most']} 字")


def few_problems(text: MemberText, rule: Rule) -> Iterator[Finding]:
    """Yield a finding where problems and causes take up too little of a text."""
    share = text.share("problem", "cause")
    if share < rule["least"]:
        yield Finding(rule.key, whole(text), f"问题和原因占全文的 {share:.0%}，不到 {rule['least']:.0%}")


def empty_phrases(text: MemberText, rule: Rule) -> Iterator[Finding]:
    """Yield a finding where stock phrases stand too close together."""
    if not rule["phrases"]:
        return
    pattern = re.compile("|".join(sorted(map(re.escape, rule["phrases"]), key=len, reverse=True)))
    sentences = text.of("problem", "cause", "measure")
    counts = [len(pattern.findall(one.text)) for one in sentences]
    density = 1000 * sum(counts) / max(sum(one.size for one in sentences), 1)
    if sentences and density > rule["most"]:
        worst = max(zip(counts, sentences, strict=True), key=lambda pair: pair[0])[1]
        examples = "、".join(f"“{phrase}”" for phrase in dict.fromkeys(pattern.findall(worst.text)))
        yield Finding(rule.key, place_of(text, [worst]), f"每千字有 {density:.0f} 处套话，如{examples}")


def missing_aspects(
    text: MemberText, rule: Rule, theme: Theme, likely: Callable[[Sequence[str]], NDArray[np.float64]]
) -> Iterator[Finding]:
    """Yield a finding for every aspect of the theme that a text does not deal with.

    Args:
        text: The text.
        rule: The rule.
        theme: The year's aspects.
        likely: Problems → probability of each of the theme's classes, shape (n_texts, n_classes).
    """
    headed = aspects_headed(text, theme)
    problems = text.of("problem")
    told = text.of("preamble", "problem")
    named = headed | {key for one in told if (key := theme.class_under([_run_in(one.text)]))}
    missing = [place for place, one in enumerate(theme.classes) if one.key not in named]
    # Who puts all he tells under headings of aspects has left out those without one; else what is told decides.
    under = sum(theme.class_under(one.item.statement.heading, verbatim=True) is not None for one in problems)
    if missing and problems and under < _ALL_UNDER * len(problems):
        best = likely([one.text for one in problems]).max(axis=0)
        missing = [place for place in missing if best[place] < rule["likely"]]
    for place in missing:
        yield Finding(rule.key, whole(text), f"没有谈“{theme.classes[place].name}”方面的问题")


def _run_in(text: str) -> str:
    """Return the words that name a sentence's aspect before it begins, "" where there are none."""
    found = _RUN_IN.match(text)
    return found[0] if found else ""


def aspects_headed(text: MemberText, theme: Theme) -> set[str]:
    """Return the keys of the aspects that have a heading in the part of problems."""
    found = (
        theme.class_under(one.item.statement.heading)
        for one in text.sentences
        if one.region != "heading" and one.item.statement.part not in _BELOW_OTHERS
    )
    return {key for key in found if key is not None}


def fitting_theme(texts: Sequence[MemberText], themes: Sequence[Theme]) -> Theme | None:
    """Return the theme whose aspects the headings of most texts name, None where they name hardly any.

    Args:
        texts: The branch's texts.
        themes: The themes to choose from, the newest first, which wins where several fit as well.
    """
    shares = [
        sum(len(aspects_headed(text, theme)) for text in texts) / (len(theme.classes) * max(len(texts), 1))
        for theme in themes
    ]
    best = max(range(len(themes)), key=lambda place: shares[place], default=None)
    return themes[best] if best is not None and shares[best] >= _THEME_FITS else None


# Share of a theme's aspects that a text of its year names in headings, on the average of a branch.
_THEME_FITS = 0.25
