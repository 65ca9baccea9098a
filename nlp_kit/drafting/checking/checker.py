"""Check a draft against its evidence, sentence by sentence and as a whole."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nlp_kit.drafting.checking.subjects import subject_findings
from nlp_kit.drafting.checking.text import Paragraph, parse_draft
from nlp_kit.drafting.checking.wording import (
    Finding,
    Vetted,
    headcount_faults,
    listed_faults,
    number_faults,
    pointing_faults,
    punctuation_faults,
    recount_doubts,
    strength_doubts,
)
from nlp_kit.drafting.compose import DraftOptions
from nlp_kit.drafting.groups import Group
from nlp_kit.drafting.overlap import covered, likeness, longest_common, shares_stretch, without
from nlp_kit.drafting.voice import Tagger
from nlp_kit.records import Draft, DraftSentence, Fault
from nlp_kit.taxonomy import Behaviours, Taxonomy

# Chosen on the drafts of five made-up branches in corpora/faults; those of corpora/branches were not looked at.
VERBATIM_STRETCH, VERBATIM_SHARE, VERBATIM_LEAST = 20, 0.6, 6
REPEATED = 9
ALIKE, MAX_ALIKE_DIFFERENCE = 0.5, 6
# Two clauses that are the same but for one or two characters.
CHANGED_ALIKE, MAX_CHANGED = 0.6, 2
# A clause this short can accuse, and turn another one round; any two that are short lie nearer to each other than long
# ones do.
MIN_CLAUSE, SHORT_CLAUSE = 4, 6
MIN_SUPPORT, MIN_SHORT_SUPPORT = 0.62, 0.8
SURE_ROLE, LIKELY_ROLE = 0.9, 0.4
# Stock wording this short is also found by chance.
MIN_STOCK = 6
# Cosine and shared characters of two sentences that tell the same issue, added up.
MIN_SAME_SENTENCE = 0.6

# Role that the classifier reads in a clause → from which probability, whether it is only a doubt, and the message; of a
# clause alone, cause, measure and praise are only likely.
_OTHER_ROLES = {
    "rectification": (SURE_ROLE, False, "讲的像是已经整改的问题，不写入本节"),
    "criticism": (SURE_ROLE, False, "像是对他人或上级的意见，不写入本节"),
    "integrity": (SURE_ROLE, False, "涉及廉洁自律，请支委会另行研究，不写入本节"),
    "cause": (SURE_ROLE, True, "讲的像是原因，请核对"),
    "measure": (SURE_ROLE, True, "讲的像是措施，请核对"),
    "achievement": (LIKELY_ROLE, True, "讲的像是做到了的事，请核对意思有没有反"),
}
_CLAUSE = re.compile("[，；。：！？]+")
_SOME = re.compile("^(?:其中|比如)?(?:(?:有的|也有的?|还有的?)(?:同志|党员)?)?")
_NEGATORS = "不没未无非莫勿"
# Exchanging one of these for another changes the tone, hardly the sense.
_PARTICLES = frozenset("有能会得了过着的地就才又再也都还")
_OPENING = re.compile("^(?:[^，。]*“.{1,4}”[^，。]*，)?(?:[^，。“”]{0,8}?(?:同志|党员|成员))?")


@dataclass(frozen=True)
class Evidence:
    """What a draft was made from.

    Args:
        draft: The draft as it was composed.
        groups: All issues with their statements.
    """

    draft: Draft
    groups: Sequence[Group]

    @cached_property
    def by_id(self) -> Mapping[str, Group]:
        """Issue id → group."""
        return {group.issue.id: group for group in self.groups}


@dataclass(frozen=True)
class _Claim:
    """One sentence and what stands behind it."""

    text: str
    drafted: str
    members: int
    statements: tuple[str, ...]
    worded_for: int = 0

    @cached_property
    def new_clauses(self) -> list[str]:
        """The clauses that the drafted sentence does not have."""
        return [one for one in _clauses(self.text) if len(one) >= MIN_CLAUSE and one not in self.drafted]

    @cached_property
    def known_clauses(self) -> list[str]:
        """The clauses of the drafted sentence and of the statements behind it, and the statements."""
        return [*_clauses(self.drafted), *(one for text in self.statements for one in (text, *_clauses(text)))]


class Checker:
    """Finds faults in drafts.

    Args:
        taxonomy: The report's categories and issues.
        behaviours: Issue key → general behaviours.
        encode: Texts → centred vectors, shape (n_texts, n_dimensions).
        roles: Texts → probabilities over roles and kinds outside the categories, a mapping a text.
        pointing: Text → words that may point to somebody.
        tag: Cuts a text into (word, part of speech).
        options: The headcount table and the length that the draft was asked for.
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        behaviours: Mapping[str, Behaviours],
        encode: Callable[[list[str]], NDArray[np.float32]],
        roles: Callable[[list[str]], list[Mapping[str, float]]],
        pointing: Callable[[str], Iterable[str]],
        tag: Tagger,
        options: DraftOptions,
    ) -> None:
        self._taxonomy = taxonomy
        self._encode = encode
        self._roles = roles
        self._pointing = pointing
        self._tag = tag
        self._options = options
        verdicts = [part for issue in taxonomy.issues for part in (issue.verdict, *issue.verdict.split("，"))]
        self._stock = [part for part in verdicts if len(part) >= MIN_STOCK]
        told = [text for one in behaviours.values() for text in (*one.narrow, *one.wider)]
        leads = [lead for category in taxonomy.categories for lead in (category.lead, *category.leads)]
        self._inventory = "\n".join([*verdicts, *(issue.label for issue in taxonomy.issues), *told, *leads])

    def check(self, text: str, evidence: Evidence) -> list[Fault]:
        """Return what is wrong with a text, in the order of its sentences.

        Args:
            text: The draft, as written or edited afterwards.
            evidence: What it was made from.
        """
        paragraphs = parse_draft(text)
        faults = list(self._order(paragraphs))
        for number, paragraph in enumerate(paragraphs, 1):
            faults += self._length(number, paragraph)
            faults += self._sentences(number, paragraph, evidence)
        faults += self._repeated(paragraphs)
        return sorted(
            set(faults), key=lambda fault: (fault.section, fault.sentence, fault.doubt, fault.rule, fault.excerpt)
        )

    def _order(self, paragraphs: Sequence[Paragraph]) -> Iterator[Fault]:
        wanted = [category.name for category in self._taxonomy.categories]
        if [one.ordinal for one in paragraphs] != list(range(1, len(wanted) + 1)):
            yield Fault(
                0, 0, "order", False, "", f"应当依次是“一是”到“四是”四段：{'、'.join(wanted)}，请检查段落和顺序。"
            )
            return
        for number, (paragraph, name) in enumerate(zip(paragraphs, wanted, strict=True), 1):
            if name[:4] not in paragraph.lead:
                yield Fault(number, 0, "order", False, paragraph.lead, f"这一段应当写“{name}”，请检查段落的顺序。")

    def _length(self, number: int, paragraph: Paragraph) -> Iterator[Fault]:
        length = self._options.length
        if paragraph.length > length.most:
            yield Fault(
                number, 0, "length", False, "", f"这一段 {paragraph.length} 字，超过 {length.most} 字，请压缩。"
            )
        elif paragraph.length < length.least:
            yield Fault(
                number, 0, "length", True, "", f"这一段 {paragraph.length} 字，不足 {length.least} 字，请核对。"
            )

    def _sentences(self, number: int, paragraph: Paragraph, evidence: Evidence) -> Iterator[Fault]:
        total = evidence.draft.members
        sections = evidence.draft.sections
        drafted = sections[number - 1].sentences if number <= len(sections) else ()
        yield from (Fault(number, 1, *finding) for finding in self._lead_findings(paragraph.lead))
        for place, sentence in enumerate(paragraph.sentences, 2):
            claim = self._claim(sentence, drafted, evidence)
            for rule, doubt, excerpt, message in self._findings(claim, total):
                yield Fault(number, place, rule, doubt, excerpt, message)

    def _lead_findings(self, lead: str) -> Iterator[tuple[str, bool, str, str]]:
        vetted = Vetted(self._inventory, "")
        yield from _faults(number_faults(lead, vetted))
        yield from _faults(pointing_faults(lead, vetted, self._pointing))
        yield from _faults(punctuation_faults(lead))

    def _findings(self, claim: _Claim, total: int) -> Iterator[tuple[str, bool, str, str]]:
        vetted = Vetted(self._inventory, claim.drafted)
        yield from _faults(headcount_faults(claim.text, claim.members, total, self._options.headcounts))
        counts = (claim.members, claim.worded_for, total, self._options.headcounts)
        yield from _faults(recount_doubts(claim.text, *counts), doubt=True)
        yield from _faults(number_faults(claim.text, vetted))
        yield from _faults(pointing_faults(claim.text, vetted, self._pointing))
        yield from _faults(listed_faults(claim.text, vetted))
        for doubt, finding in subject_findings(claim.text, vetted, self._tag, self._options.headcounts):
            yield from _faults([finding], doubt=doubt)
        yield from _faults(punctuation_faults(claim.text))
        yield from _faults(_verbatim(claim))
        yield from self._other_roles(claim)
        evidence = "\n".join(claim.statements)
        yield from _faults(strength_doubts(claim.text, vetted, evidence), doubt=True)
        turned = self._turned(claim)
        yield from _faults(turned.values(), doubt=True)
        yield from _faults(self._unsupported(claim, turned), doubt=True)

    def _claim(self, sentence: str, drafted: Sequence[DraftSentence], evidence: Evidence) -> _Claim:
        """Find out what a sentence tells: the issue of the drafted sentence that it is most like, else the nearest."""
        same = np.zeros(len(drafted))
        if drafted:
            vectors = self._encode([sentence, *(one.text for one in drafted)])
            same = vectors[1:] @ vectors[0] + [likeness(sentence, one.text) for one in drafted]
        if len(same) and same.max() >= MIN_SAME_SENTENCE:
            alike = drafted[int(same.argmax())]
            groups = [evidence.by_id[number] for number in alike.issues]
            # A person's own words prove nothing by themselves.
            text = "" if any(one.will.wording and not one.will.as_drafted for one in groups) else alike.text
        else:
            groups, text = [self._nearest(sentence, evidence)] if evidence.groups else [], ""
        items = [item for group in groups for item in group.statements]
        members = len({item.member for item in items})
        worded_for = max((group.will.worded_for for group in groups), default=0)
        return _Claim(sentence, text, members, tuple(item.statement.counted_text for item in items), worded_for)

    def _nearest(self, sentence: str, evidence: Evidence) -> Group:
        vector = self._encode([sentence])[0]
        return max(evidence.groups, key=lambda group: float((self._encode(_texts(group)) @ vector).max()))

    def _other_roles(self, claim: _Claim) -> Iterator[tuple[str, bool, str, str]]:
        """Yield new clauses, but for short ones, that are no problem by what the classifier reads in them alone."""
        clauses = [one for one in claim.new_clauses if len(one) >= SHORT_CLAUSE]
        for clause, roles in zip(clauses, self._roles(clauses) if clauses else [], strict=True):
            for role, (least, doubt, message) in _OTHER_ROLES.items():
                if roles.get(role, 0.0) >= least:
                    yield role, doubt, clause, f"“{clause}”{message}。"

    def _turned(self, claim: _Claim) -> dict[str, Finding]:
        """Return the clauses that turn a known one round, also short ones, with what is wrong with them."""
        stock = (self._inventory, claim.drafted)
        clauses = [
            one for one in _clauses(claim.text) if len(one) >= MIN_CLAUSE and not any(one in told for told in stock)
        ]
        return {one: finding for one in clauses if (finding := _turned_round(one, claim.known_clauses))}

    def _unsupported(self, claim: _Claim, turned: Collection[str]) -> Iterator[Finding]:
        """Yield new clauses that no statement behind the sentence is like, without those that turn one round."""
        clauses = [one for one in claim.new_clauses if one not in self._inventory and one not in turned]
        sources = [one for one in claim.known_clauses if len(one) >= MIN_CLAUSE]
        if not clauses or not sources:
            yield from (("support", one, f"“{one}”在材料里找不到依据，请核对") for one in clauses)
            return
        nearness = self._encode(clauses) @ self._encode(sources).T
        for clause, row in zip(clauses, nearness, strict=True):
            if row.max() < (MIN_SHORT_SUPPORT if len(clause) < SHORT_CLAUSE else MIN_SUPPORT):
                yield "support", clause, f"“{clause}”在材料里找不到相近的说法，请核对"

    def _repeated(self, paragraphs: Sequence[Paragraph]) -> Iterator[Fault]:
        """Yield wording that comes twice; labels, headcount words and verdicts are stock."""
        told: list[str] = []
        for number, paragraph in enumerate(paragraphs, 1):
            for place, sentence in enumerate(paragraph.sentences, 2):
                clauses = [one for one in _CLAUSE.split(without(_OPENING.sub("", sentence), self._stock)) if one]
                for clause in clauses:
                    for other in told:
                        if shares_stretch(clause, other, REPEATED):
                            same = longest_common(clause, other)
                            yield Fault(
                                number, place, "repetition", False, same, f"“{same}”前面已经写过，请改写或删去。"
                            )
                    told.append(clause)
                yield from self._repeated_verdict(number, place, sentence, paragraphs)

    def _repeated_verdict(
        self, number: int, place: int, sentence: str, paragraphs: Sequence[Paragraph]
    ) -> Iterator[Fault]:
        """Yield a verdict that an earlier sentence has."""
        earlier = [
            one
            for other, paragraph in enumerate(paragraphs, 1)
            for count, one in enumerate(paragraph.sentences, 2)
            if (other, count) < (number, place)
        ]
        for part in self._stock:
            if len(part) >= REPEATED and part in sentence and any(part in one for one in earlier):
                yield Fault(number, place, "repetition", False, part, f"“{part}”前面已经写过，请改写或删去。")


def _faults(findings: Iterable[Finding], *, doubt: bool = False) -> Iterator[tuple[str, bool, str, str]]:
    for rule, excerpt, message in findings:
        yield rule, doubt, excerpt, f"{message}。"


def _texts(group: Group) -> list[str]:
    return [item.statement.counted_text for item in group.statements]


def _verbatim(claim: _Claim) -> Iterator[Finding]:
    """Yield a sentence that is nearly one member's own."""
    body = _OPENING.sub("", claim.text)
    for statement in claim.statements:
        long = shares_stretch(body, statement, VERBATIM_STRETCH)
        if long or covered(body, statement, VERBATIM_LEAST) >= VERBATIM_SHARE:
            same = longest_common(body, statement)
            yield "verbatim", same, f"“{same}”照抄了一名成员的原话，请换成概括的说法"
            return


def _clauses(text: str) -> list[str]:
    """Return the clauses of a text without the words for some persons that open them."""
    return [bare for one in _CLAUSE.split(text) if (bare := _SOME.sub("", one))]


def _turned_round(clause: str, known: Sequence[str]) -> Finding | None:
    """Return what is wrong with a clause that differs from a known one by a negation, or by one word."""
    for other in known:
        if abs(len(clause) - len(other)) > MAX_ALIKE_DIFFERENCE:
            continue
        alike = likeness(clause, other)
        odd = [sum(text.count(word) for word in _NEGATORS) % 2 for text in (clause, other)]
        if alike >= ALIKE and odd[0] != odd[1]:
            return "negation", clause, f"“{clause}”和原来的意思可能相反（原为“{other}”），请核对"
        if alike >= CHANGED_ALIKE and _is_one_word_changed(clause, other):
            return "negation", clause, f"“{clause}”换了一个词，意思可能变了（原为“{other}”），请核对"
    return None


def _is_one_word_changed(clause: str, other: str) -> bool:
    changes = [one for one in SequenceMatcher(None, clause, other, autojunk=False).get_opcodes() if one[0] != "equal"]
    if len(changes) != 1 or changes[0][0] != "replace":
        return False
    _, start, end, old_start, old_end = changes[0]
    return end - start <= MAX_CHANGED and not set(clause[start:end] + other[old_start:old_end]) <= _PARTICLES
