"""The steps of the main job as results that lead to the next: texts → statements → classified → groups → draft.

>>> import nlp_kit
>>> texts = nlp_kit.read("submissions")
>>> statements = texts.statements()
>>> classified = statements.classify()
>>> groups = classified.cluster()
>>> draft = groups.draft()

Every result shows itself in a notebook and turns into a table with ``to_frame()``; none prints its texts, because
notebooks store what is printed. Personal data is masked in both unless the exact words are asked for; ``start`` and
``end`` are Unicode characters of the document's text, end exclusive.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from nlp_kit.audit.copies import without_copies
from nlp_kit.cluster import statement_vectors
from nlp_kit.drafting import LENGTHS, DraftOptions
from nlp_kit.drafting.account import fates_of
from nlp_kit.drafting.checking import Evidence
from nlp_kit.drafting.groups import Group, originals
from nlp_kit.engine import Engine
from nlp_kit.errors import InputError
from nlp_kit.features import FloatArray
from nlp_kit.intake import doubted
from nlp_kit.issues import accepted, group_problems, grouping_vectors
from nlp_kit.pipeline import frames
from nlp_kit.pipeline.composing import checker_of, compose
from nlp_kit.privacy import Masker
from nlp_kit.projection import project
from nlp_kit.records import (
    ClassifiedStatement,
    Draft,
    SetAsideFile,
    Span,
    Statement,
    Submission,
    Unreadable,
)
from nlp_kit.review.standing import Standing
from nlp_kit.themes import load_theme

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Shown:
    """Texts as they may be shown, each masked once; without a masker they are exact."""

    masker: Masker | None

    @cached_property
    def text(self) -> Callable[[str], str]:
        """Text → what is shown of it."""
        return cache(self.masker.mask) if self.masker else lambda text: text

    @cached_property
    def path(self) -> Callable[[str], str]:
        """Path of a file → what is shown of it."""
        return cache(self.masker.mask_path) if self.masker else lambda path: path


EXACT = Shown(None)


@dataclass(frozen=True)
class Texts:
    """The texts that were read, each with its member's pseudonym.

    Args:
        submissions: A text per member and file, in content order; nothing in it is classified yet.
        engine: The models of the next steps.
        names: Members' names, for masking.
        unreadable: Files that could not be read.
        set_aside: Files that are no member's text, or older versions.
    """

    submissions: tuple[Submission, ...] = field(repr=False)
    engine: Engine = field(repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    unreadable: tuple[Unreadable, ...] = field(default=(), repr=False)
    set_aside: tuple[SetAsideFile, ...] = field(default=(), repr=False)

    @cached_property
    def shown(self) -> Shown:
        """The texts as they may be shown, personal data masked."""
        return Shown(self.engine.masker(self.names))

    def statements(self) -> "Statements":
        """Return the texts cut into statements, with the parts and headings that they stand under."""
        return Statements(self)

    def to_frame(self) -> "DataFrame":
        """Return a row per text: member, document, characters, statements (both are counts).

        Raises:
            InputError: pandas is not installed.
        """
        return frames.texts(self.submissions, self.shown.path)

    def _repr_html_(self) -> str:
        return frames.html_of(self.to_frame(), frames.texts_caption(self))


@dataclass(frozen=True)
class Statements:
    """The statements of the texts, not classified yet."""

    texts: Texts = field(repr=False)

    def classify(self, taxonomy: str | None = None, *, review_below: float | None = None) -> "Classified":
        """Return the statements with role, category, issue and confidence.

        Args:
            taxonomy: Other categories than the report's: the name of a shipped theme, or a path to a TOML file.
            review_below: Answers less sure than this (0 to 1) wait for a person; by default the model's threshold.

        Raises:
            InputError: There is no such taxonomy, or its file has faults.
        """
        texts = self.texts
        engine = texts.engine
        if taxonomy is not None or review_below is not None:
            engine = engine.asked(load_theme(taxonomy) if taxonomy else None, review_below)
        judged = []
        for one in texts.submissions:
            found = engine.classify([item.statement for item in one.statements], one.member)
            judged.append(
                replace(
                    one,
                    statements=tuple(
                        replace(doubted(answered, one.document), id=item.id)
                        for answered, item in zip(found, one.statements, strict=True)
                    ),
                )
            )
        return Classified(
            counted(judged, Standing()),
            engine,
            texts.shown,
            names=texts.names,
            unreadable=texts.unreadable,
            set_aside=texts.set_aside,
            theme=engine.theme.title if engine.theme else None,
        )

    def to_frame(self, *, masked: bool = True) -> "DataFrame":
        """Return a row per statement: member, document, start, end, text, part, heading.

        Args:
            masked: Whether personal data in the texts is masked; else they are exact.

        Raises:
            InputError: pandas is not installed.
        """
        return frames.statements(self.texts.submissions, self.texts.shown if masked else EXACT, self.texts.shown.path)

    def _repr_html_(self) -> str:
        texts = self.texts
        table = frames.statements(texts.submissions, texts.shown, texts.shown.path, frames.MOST_ROWS)
        return frames.html_of(table, f"{sum(len(one.statements) for one in originals(texts.submissions))} 条语句")


@dataclass(frozen=True)
class Classified:
    """Classified statements, corrected by what persons have decided.

    Args:
        submissions: Everything that was read, with what was copied from another member's text marked.
        engine: The models.
        shown: The texts as they may be shown, personal data masked.
        standing: What persons have decided.
        names: Members' names, for masking.
        unreadable: Files that could not be read.
        set_aside: Files that are no member's text, or older versions.
        theme: Title of the taxonomy whose categories the statements have, None for the report's own.
    """

    submissions: tuple[Submission, ...] = field(repr=False)
    engine: Engine = field(repr=False)
    shown: Shown = field(repr=False)
    standing: Standing = field(default_factory=Standing, repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    unreadable: tuple[Unreadable, ...] = field(default=(), repr=False)
    set_aside: tuple[SetAsideFile, ...] = field(default=(), repr=False)
    theme: str | None = None

    @cached_property
    def items(self) -> tuple[ClassifiedStatement, ...]:
        """The statements that count, copies of whole texts apart, in content order; length n_statements."""
        return tuple(item for one in originals(self.submissions) for item in one.statements)

    @cached_property
    def probabilities(self) -> FloatArray:
        """What the models read in each of ``items``, shape (n_statements, n_labels), columns ``engine.scheme``."""
        if not self.items:
            return np.zeros((0, len(self.engine.scheme.classes)))
        documents: dict[tuple[str, str], list[Statement]] = {}
        for item in self.items:
            documents.setdefault((item.statement.document, item.member), []).append(item.statement)
        return np.vstack([self.engine.probabilities(statements) for statements in documents.values()])

    @cached_property
    def mapped(self) -> NDArray[np.intp]:
        """Which of ``items`` are problems or wait for a person, what copies and what was left out apart."""
        return np.array(
            [
                row
                for row, item in enumerate(self.items)
                if (item.prediction.role == "problem" or item.prediction.review)
                and not (item.copied or item.dropped)
                and item.statement.text.strip()
            ],
            dtype=np.intp,
        )

    @cached_property
    def positions(self) -> NDArray[np.float64]:
        """Places of ``items[mapped]`` on a plane, like ones near each other, shape (n_mapped, 2), within -1 to 1."""
        labels = self.engine.scheme.classes
        issues = self.probabilities[self.mapped][
            :, [self.engine.scheme.role_of(label) == "problem" for label in labels]
        ]
        issues = issues / np.maximum(issues.sum(axis=1, keepdims=True), 1e-12)
        texts = self.engine.centred_vectors([self.items[row].statement.counted_text for row in self.mapped])
        return project(statement_vectors(issues, texts))

    def cluster(self) -> "Groups":
        """Return the problems grouped: the same problem of several members is one group.

        Raises:
            InputError: The statements have the categories of another taxonomy.
        """
        self._require_own_taxonomy()
        return Groups(self, tuple(group_problems(originals(self.submissions), self.engine, self.standing, self.names)))

    def vectors(self, category: str) -> NDArray[np.float64]:
        """Return what the problems of a category are grouped by, to try ``nlp_kit.group_statements`` on.

        Args:
            category: Its key: theory, management, masses or style.

        Returns:
            Unit vectors, shape (n_problems, n_features), in the order of the problems among ``items``.

        Raises:
            InputError: There is no such category, or the statements have those of another taxonomy.
        """
        self._require_own_taxonomy()
        if category not in self.engine.taxonomy.category_keys:
            raise InputError(f"没有“{category}”这个方面，可以写：{'、'.join(self.engine.taxonomy.category_keys)}。")
        items = accepted(originals(self.submissions), category)
        return grouping_vectors(items, category, self.engine, self.standing)[1]

    def reasons(self, rows: Sequence[int]) -> "DataFrame":
        """Return why statements got their answers: text, answers, words, nearest, in people's words.

        Args:
            rows: Which of ``items`` are asked about.

        Raises:
            InputError: pandas is not installed.
        """
        return frames.reasons(self, rows)

    def to_frame(self, *, masked: bool = True) -> "DataFrame":
        """Return a row per statement of the JSON Lines contract, with names for people beside the keys.

        Columns: member, document, start, end, text, role, category, issue, role_name, category_name, issue_name,
        confidence (0 to 1), review, copied, dropped.

        Args:
            masked: Whether personal data in the texts is masked; else they are exact.

        Raises:
            InputError: pandas is not installed.
        """
        return frames.classified(self, self.shown if masked else EXACT)

    def _require_own_taxonomy(self) -> None:
        if self.theme is not None:
            raise InputError(
                f"这些材料是按“{self.theme}”分类的，归组和起草要用报告的四个方面，"
                "请不加 --taxonomy 重新运行一次 nlpkit classify。"
            )

    def _repr_html_(self) -> str:
        return frames.html_of(frames.brief(self), frames.classified_caption(self))


@dataclass(frozen=True)
class Groups:
    """The groups of the same problem, heaviest first inside each category."""

    classified: Classified = field(repr=False)
    groups: tuple[Group, ...] = field(repr=False)

    def draft(
        self, length: Literal["short", "normal", "long"] = "normal", *, options: DraftOptions | None = None
    ) -> "Drafted":
        """Return the drafted section, checked.

        Args:
            length: How long a paragraph is: 120 to 200, 200 to 300, or 360 to 450 characters.
            options: All that can be chosen, in the place of ``length``.

        Raises:
            InputError: There is no such length.
        """
        if length not in LENGTHS:
            raise InputError(f"没有“{length}”这种长短，可以写：{'、'.join(LENGTHS)}。")
        options = options or DraftOptions(LENGTHS[length])
        evidence = compose(self, options)
        text = "\n".join(section.text for section in evidence.draft.sections)
        faults = checker_of(self.classified, options).check(text, evidence)
        return Drafted(self, replace(evidence.draft, faults=tuple(faults)), options)

    def to_frame(self) -> "DataFrame":
        """Return a row per group: id, category, key, label, members, statements (both are counts), stability (0 to 1).

        Raises:
            InputError: pandas is not installed.
        """
        return frames.groups(self)

    def _repr_html_(self) -> str:
        return frames.html_of(self.to_frame(), f"{len(self.groups)} 个问题")


@dataclass(frozen=True)
class Drafted:
    """The drafted section with its proof."""

    groups: Groups = field(repr=False)
    draft: Draft = field(repr=False)
    options: DraftOptions = field(repr=False)

    @property
    def evidence(self) -> Evidence:
        """The draft with the groups that it was made from."""
        return Evidence(self.draft, self.groups.groups)

    @cached_property
    def fates(self) -> Mapping[Span, str]:
        """Where a statement stands → what became of it: used, merged, review, or why it is set aside."""
        return fates_of(self.groups.classified.submissions, self.groups.groups, self.draft.sections)

    @property
    def text(self) -> str:
        """The four paragraphs."""
        return "\n".join(section.text for section in self.draft.sections)

    def to_frame(self) -> "DataFrame":
        """Return a row per sentence: category, number (from 1), text, label, quantifier, members, statements (counts).

        Raises:
            InputError: pandas is not installed.
        """
        return frames.sentences(self.draft)

    def _repr_html_(self) -> str:
        return frames.draft_html(self.draft)


def counted(submissions: Sequence[Submission], standing: Standing) -> tuple[Submission, ...]:
    """Return texts, corrected by persons, with what was copied from another member's text marked."""
    corrected = standing.correct(submissions)
    first = originals(corrected)
    marked = {
        id(one): replace(own, statements=tuple(_decided(item, standing) for item in own.statements))
        for one, own in zip(first, without_copies(first), strict=True)
    }
    return tuple(marked.get(id(one), one) for one in corrected)


def _decided(item: ClassifiedStatement, standing: Standing) -> ClassifiedStatement:
    """Return a statement that counts where a person has said so, copied or not."""
    told = item.id in standing.answers or standing.home_of(item.id) is not None
    return replace(item, copied=False) if told else item
