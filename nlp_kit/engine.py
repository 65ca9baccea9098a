"""The loaded models and what they say about statements; ``pipeline`` knows in which order to ask them."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from nlp_kit import __version__
from nlp_kit.classify import StatementClassifier
from nlp_kit.context import apply_context
from nlp_kit.counterparts import (
    CounterpartRole,
    Counterparts,
    ShownCounterparts,
    load_counterparts,
    shown_counterparts,
)
from nlp_kit.encoding import CHOICE, Encoder, TextEncoder, load_encoder
from nlp_kit.errors import InputError, damaged_model
from nlp_kit.explain import Explainer
from nlp_kit.features import FloatArray
from nlp_kit.labels import LabelScheme, answer, answer_within, settled
from nlp_kit.pairs import PairModel
from nlp_kit.privacy import Masker, NameTagger
from nlp_kit.records import ClassifiedStatement, Prediction, Reason, Statement
from nlp_kit.resources import data_path
from nlp_kit.segment import Tokenizer
from nlp_kit.several import SeveralLabels
from nlp_kit.taxonomy import Behaviours, Taxonomy, load_behaviours, load_taxonomy
from nlp_kit.themes import Theme, load_theme
from nlp_kit.witnesses import together

if TYPE_CHECKING:
    from nlp_kit.fewshot import FewShotClassifier

# How many times likelier a class of a theme is below a heading of its own; the sentence may overrule it.
HEADING_WEIGHT = 4.0
# Review threshold of a theme's answers, whose probabilities are learnt from a few examples at most.
THEME_REVIEW_BELOW = 0.4

# What a folder of nlpkit train is known by; its hash names the model.
MANIFEST = "manifest.json"

# The label of wordings that may stand in the report (corpora/wordings).
FIT = "good"
# Least probability of a text that counts as a witness for a general behaviour.
WITNESS = 0.6
# Words that jieba's dictionary counts this often are everyday Chinese.
COMMON_FREQUENCY = 100

# General behaviours with how sure it is that texts show them, and the rows of those texts.
Told = dict[str, tuple[float, list[int]]]

_Model = TypeVar("_Model", bound=StatementClassifier)

# What engines of one model folder have in common, whatever they are asked for.
_SHARED = ("taxonomy", "tokenizer", "_names", "classifier", "scheme", "encoder")


class Engine:
    """The loaded classifier with everything that belongs to it; loads nothing before it is asked.

    Args:
        model_folder: A saved classifier; the shipped one by default.
        theme: Another taxonomy, whose categories take the place of the report's.
        review_below: Answers less sure than this wait for a person; by default the model's own threshold.
    """

    def __init__(
        self, model_folder: Path | None = None, theme: Theme | None = None, review_below: float | None = None
    ) -> None:
        self._chosen_folder = model_folder
        self.theme = theme
        self._review_below = review_below

    def asked(self, theme: Theme | None = None, review_below: float | None = None) -> "Engine":
        """Return the same models, asked for another taxonomy or another certainty; what is loaded is shared."""
        below = self._review_below if review_below is None else review_below
        other = Engine(self._chosen_folder, theme or self.theme, below)
        other.__dict__.update({name: self.__dict__[name] for name in _SHARED if name in self.__dict__})
        return other

    @cached_property
    def _model_folder(self) -> Path:
        if self._chosen_folder is None:
            return data_path("models", "classifier")
        if not (self._chosen_folder / MANIFEST).is_file():
            raise InputError(
                f"“{self._chosen_folder}”不是训练好的模型文件夹，请写上 nlpkit train 生成的文件夹，或去掉 --model。"
            )
        return self._chosen_folder

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """The report's categories and issues."""
        return load_taxonomy()

    @property
    def category_names(self) -> dict[str, str]:
        """Key → name of the categories that answers have, in their order: the theme's, or the report's."""
        return {one.key: one.name for one in (self.theme.classes if self.theme else self.taxonomy.categories)}

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """Jieba with the shipped dictionary."""
        return Tokenizer()

    @cached_property
    def _names(self) -> NameTagger:
        return NameTagger(self.tokenizer.frequency)

    def masker(self, members: Iterable[str] = ()) -> Masker:
        """Return a masker that knows some members' names; all maskers of an engine share the loaded tagger."""
        return Masker(self._names.find, members, self.tokenizer.frequency, self._names.confirm)

    @cached_property
    def classifier(self) -> StatementClassifier:
        """The saved classifier."""
        return StatementClassifier.load(self._model_folder, self.tokenizer.tokenize, self.encoder.encode)

    @cached_property
    def scheme(self) -> LabelScheme:
        """How its labels fold into roles and categories."""
        return LabelScheme(tuple(self.classifier.classes_.tolist()), self.taxonomy)

    @cached_property
    def encoder(self) -> TextEncoder:
        """The encoder that the classifier was fitted with."""
        return load_encoder(self._model_folder)

    @cached_property
    def _drafting_encoder(self) -> TextEncoder:
        """The shipped encoder, which the drafting models were fitted with."""
        own = (self._model_folder / CHOICE).exists()
        return Encoder(data_path("models", "encoder")) if own else self.encoder

    def _chooser(self, name: str, kind: type[_Model]) -> tuple[_Model, dict[str, Any]]:
        folder = data_path("models", name)
        metrics = _read_metrics(folder)
        return kind.load(folder, self.tokenizer.tokenize, self._drafting_encoder.encode), metrics

    @cached_property
    def _wordings(self) -> tuple[StatementClassifier, dict[str, Any]]:
        return self._chooser("wordings", StatementClassifier)

    @cached_property
    def behaviour_texts(self) -> dict[str, Behaviours]:
        """Issue key → general behaviours."""
        return load_behaviours()

    @cached_property
    def _behaviours(self) -> tuple[StatementClassifier, dict[str, Any]]:
        return self._chooser("behaviours", StatementClassifier)

    def is_fit(self, wordings: Sequence[str], alone: bool) -> list[bool]:
        """Tell which wordings are clear and point to nobody; what one member alone told must be surer."""
        model, metrics = self._wordings
        fit = model.predict_proba(wordings)[:, model.classes_.tolist().index(FIT)]
        least = metrics["fit_alone_from" if alone else "fit_from"]
        return [bool(probability >= least) for probability in fit]

    def behaviours(self, issue: str, texts: Sequence[str]) -> tuple[Told, Told]:
        """Return the general behaviours of an issue that texts surely show: how surely, and the rows of those texts.

        One text may be sure by itself; several that point the same way make each other surer, as independent
        witnesses do: 1 - (1 - p)(1 - q). What no narrow behaviour tells may still surely show one of several, and is
        then told by the wider one that stands for them.

        Returns:
            The narrow behaviours, and the wider ones.
        """
        model, metrics = self._behaviours
        columns = [index for index, label in enumerate(model.classes_) if label.split("/")[0] == issue]
        numbers = [int(model.classes_[column].split("/")[1]) for column in columns]
        probabilities = model.predict_proba(texts)[:, columns]
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        free = np.ones(len(texts), dtype=bool)

        def told(choices: Mapping[str, Collection[int]], sure_from: float) -> Told:
            found = {}
            for text, of in choices.items():
                shown = probabilities[:, [number in of for number in numbers]].sum(axis=1)
                share, rows = together(np.where(free, shown, 0.0), WITNESS)
                if share >= sure_from:
                    found[text] = share, rows
                    free[rows] = False
            return found

        known = self.behaviour_texts[issue]
        narrow = told({text: {number} for number, text in enumerate(known.narrow, 1)}, metrics["sure_from"])
        return narrow, told(known.wider, metrics["wider_from"])

    @cached_property
    def counterparts(self) -> Counterparts:
        """The kinds of causes and measures, in the report's groups."""
        return load_counterparts()

    def counterparts_shown(self, role: CounterpartRole, texts: Sequence[str]) -> ShownCounterparts:
        """Return which texts show which kinds of causes or measures, and which items beneath them.

        Args:
            role: Whose kinds are looked for.
            texts: The statements.
        """
        model, metrics = self._counterparts
        shares = dict(zip(model.classes_.tolist(), model.predict_proba(texts).T, strict=True))
        return shown_counterparts(self.counterparts[role], shares, metrics["kind_from"], metrics["item_from"])

    @cached_property
    def _counterparts(self) -> tuple[SeveralLabels, dict[str, Any]]:
        return self._chooser("counterparts", SeveralLabels)

    @cached_property
    def _points(self) -> StatementClassifier:
        return self._chooser("points", StatementClassifier)[0]

    def point_kinds(self, texts: Sequence[str]) -> list[Mapping[str, float]]:
        """Return how likely each point of a text is of every kind of ``corpora/audit/points``."""
        kinds = self._points.classes_.tolist()
        return [dict(zip(kinds, row, strict=True)) for row in self._points.predict_proba(texts).tolist()]

    @cached_property
    def pairs(self) -> PairModel:
        """Tells what goes together: problems and measures, last year's problems and this year's."""
        return PairModel.load(data_path("models", "pairs"), self.pair_views)

    @cached_property
    def pair_weights(self) -> Mapping[str, Mapping[str, Any]]:
        """Rule of the audit → the logistic regression over scores of pairs that decides it."""
        weights: Mapping[str, Mapping[str, Any]] = _read_metrics(data_path("models", "pairs"))["weights"]
        return weights

    def pair_views(self, texts: Sequence[str]) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return texts as the pair model sees them: vectors, roots of issue and of behaviour probabilities."""
        found = self.classifier.predict_proba(texts)
        issues = found[:, [self.scheme.role_of(label) == "problem" for label in self.scheme.classes]]
        issues = issues / issues.sum(axis=1, keepdims=True)
        behaviours = self._behaviours[0].predict_proba(texts)
        return self.centred_vectors(texts).astype(np.float64), np.sqrt(issues), np.sqrt(behaviours)

    @cached_property
    def _common_words(self) -> frozenset[str]:
        return frozenset(data_path("models", "classifier", "common_words.txt").read_text(encoding="utf-8").split())

    def is_common(self, word: str) -> bool:
        """Whether many trades use a word, or everyday Chinese does, so that it points to nobody."""
        return word in self._common_words or self.tokenizer.frequency(word) >= COMMON_FREQUENCY

    @cached_property
    def version(self) -> str:
        """Names everything that decides an answer: package, model, theme and threshold."""
        manifest = hashlib.sha256((self._model_folder / MANIFEST).read_bytes()).hexdigest()[:12]
        theme = hashlib.sha256(repr(self.theme).encode()).hexdigest()[:12] if self.theme else "none"
        return f"nlpkit {__version__}, model {manifest}, theme {theme}, review below {self.review_below}"

    @cached_property
    def review_below(self) -> float:
        """Confidence under which an answer waits for a person."""
        if self._review_below is not None:
            return self._review_below
        if self.theme is not None:
            return THEME_REVIEW_BELOW
        return float(_read_metrics(self._model_folder)["review_below"])

    def probabilities(self, statements: Sequence[Statement]) -> FloatArray:
        """Return label probabilities in context, shape (n_statements, n_labels)."""
        found = self.classifier.predict_proba(_judged(statements))
        return apply_context(found, statements, self.classifier.prior_, self.scheme)

    def centred_vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors whose inner products compare texts, shape (n_texts, n_dimensions)."""
        if not texts:
            return np.zeros((0, len(self.encoder.centre)), dtype=np.float32)
        vectors = self.encoder.encode(texts) - self.encoder.centre
        unit: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return unit

    def role_probabilities(self, texts: Sequence[str]) -> list[Mapping[str, float]]:
        """Return how likely each text, read alone, has each role; problems outside the categories by their own key."""
        labels = self.scheme.classes
        names = [label if label in self.taxonomy.outside else self.scheme.role_of(label) for label in labels]
        rows = self.classifier.predict_proba(texts)
        return [
            {name: float(row[[one == name for one in names]].sum()) for name in dict.fromkeys(names)} for row in rows
        ]

    def explain(self, statements: Sequence[Statement]) -> list[Reason]:
        """Return why statements got their answers (of the report's own taxonomy), length n_statements.

        Raises:
            DataError: The model's labelled statements are missing.
        """
        if not statements:
            return []
        explainer = Explainer(self.classifier, self.encoder.encode, self._model_folder)
        return explainer.explain(_judged(statements), self.probabilities(statements))

    def classify(self, statements: Sequence[Statement], member: str) -> list[ClassifiedStatement]:
        """Return the statements with their predictions."""
        answers = self._answers(statements) if statements else []
        return [
            ClassifiedStatement(one, member, settled(one, found))
            for one, found in zip(statements, answers, strict=True)
        ]

    def _answers(self, statements: Sequence[Statement]) -> list[Prediction]:
        found = self.probabilities(statements)
        if self.theme is None:
            return answer(found, self.scheme, self.review_below)
        keys = self.few_shot.classes_.tolist()
        under = [self.theme.class_under(statement.heading) for statement in statements]
        weights = [[HEADING_WEIGHT if key == wanted else 1.0 for key in keys] for wanted in under]
        shares = self.few_shot.predict_proba(_judged(statements)) * weights
        shares /= shares.sum(axis=1, keepdims=True)
        return answer_within(found, shares, keys, self.scheme, self.review_below)

    @cached_property
    def few_shot(self) -> "FewShotClassifier":
        """The classifier of the theme's classes, fitted on their descriptions and examples."""
        if self.theme is None:
            raise ValueError("the engine has no theme")
        return self.new_few_shot().fit(self.theme.classes)

    def new_few_shot(self) -> "FewShotClassifier":
        """Return an unfitted classifier of described classes."""
        # Fits with scikit-learn, which is slow to import.
        from nlp_kit.fewshot import FewShotClassifier

        return FewShotClassifier(
            self.tokenizer.tokenize, self.encoder.encode, self.encoder.centre, self.classifier.predict_proba
        )


@dataclass(frozen=True, slots=True)
class ThemeReport:
    """What a check of a taxonomy has found.

    Args:
        theme: The taxonomy.
        right: How many examples a classifier that had not seen them put into their class; None where a class has
            fewer than four.
        doubts: (example, name of its class, name of the class that the classifier chose).
    """

    theme: Theme
    right: int | None
    doubts: tuple[tuple[str, str, str], ...]


def check_theme(name: str, engine: Engine | None = None) -> ThemeReport:
    """Read a taxonomy and tell how well its examples agree with each other.

    Args:
        name: Name of a shipped theme, or a path.
        engine: The loaded models; the shipped ones by default.

    Raises:
        InputError: There is no such theme, or its file has faults.
    """
    theme = load_theme(name)
    scores, gold = (engine or Engine()).new_few_shot().left_out_scores(theme.classes)
    if not len(gold):
        return ThemeReport(theme, None, ())
    texts = [text for one in theme.classes for text in one.examples]
    chosen = scores.argmax(axis=1)
    doubts = tuple(
        (text, theme.classes[own].name, theme.classes[other].name)
        for text, own, other in zip(texts, gold, chosen, strict=True)
        if own != other
    )
    return ThemeReport(theme, len(texts) - len(doubts), doubts)


def _judged(statements: Sequence[Statement]) -> list[str]:
    """Return what is judged of each statement: the whole of it, without white space around it."""
    return [one.text.strip() for one in statements]


def _read_metrics(folder: Path) -> dict[str, Any]:
    try:
        metrics: dict[str, Any] = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise damaged_model(folder.name) from error
    return metrics
