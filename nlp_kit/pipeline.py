"""The order of the steps: files → documents → statements → predictions → issues → draft."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from nlp_kit import __version__
from nlp_kit.classify import LabelScheme, StatementClassifier, answer, answer_within, apply_context
from nlp_kit.drafting import Composer, Group
from nlp_kit.drafting.groups import originals, span_of
from nlp_kit.encoding import Encoder
from nlp_kit.errors import InputError, OwnOutputError, UnreadableError
from nlp_kit.features import FloatArray
from nlp_kit.reading import FoundFile, Listing, list_files, load_bytes, read_bytes
from nlp_kit.records import ClassifiedStatement, Document, Draft, Issue, Prediction, Statement, Submission, Unreadable
from nlp_kit.resources import data_path
from nlp_kit.segment import Tokenizer
from nlp_kit.splitting import split, split_lines
from nlp_kit.taxonomy import Behaviours, Taxonomy, load_behaviours, load_taxonomy
from nlp_kit.themes import Theme, load_theme
from nlp_kit.workspace import StoredText, Workspace

if TYPE_CHECKING:
    from nlp_kit.fewshot import FewShotClassifier

# Raised whenever reading or splitting would give another result for the same bytes.
READING_VERSION = 2

# How many times likelier a class of a theme is below a heading of its own; the sentence may overrule it.
HEADING_WEIGHT = 4.0
# Review threshold of a theme's answers, whose probabilities are learnt from a few examples at most.
THEME_REVIEW_BELOW = 0.4

# The label of wordings that may stand in the report (corpora/wordings).
FIT = "good"
# Least probability of a text that counts as a witness for a general behaviour.
WITNESS = 0.6
# Words that jieba's dictionary counts this often are everyday Chinese.
COMMON_FREQUENCY = 100

# How the files that ``nlp_kit.export.jsonl`` writes begin.
OWN_JSON = (b'{"document": "', b'{\n  "title": "')

# A blank line of a list says nothing.
_BLANK = Prediction("other", None, None, 1.0, review=False)

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class ClassifyResult:
    """What a run of ``classify_files`` did.

    Args:
        submissions: Every readable file with its statements, in content order.
        unreadable: Files that could not be read, in path order.
        ignored: System files that are no input.
        own: Files that nlpkit itself has written.
        dropped: Paths of earlier runs that are not part of this one.
        fresh: How many files had to be read anew.
    """

    submissions: tuple[Submission, ...]
    unreadable: tuple[Unreadable, ...]
    ignored: tuple[str, ...]
    own: tuple[str, ...]
    dropped: tuple[str, ...]
    fresh: int


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
        self._model_folder = model_folder or data_path("models", "classifier")
        self.theme = theme
        self._review_below = review_below

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """The report's categories and issues."""
        return load_taxonomy()

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """Jieba with the shipped dictionary."""
        return Tokenizer()

    @cached_property
    def classifier(self) -> StatementClassifier:
        """The saved classifier."""
        return StatementClassifier.load(self._model_folder, self.tokenizer.tokenize, self.encoder.encode)

    @cached_property
    def scheme(self) -> LabelScheme:
        """How its labels fold into roles and categories."""
        return LabelScheme(tuple(self.classifier.classes_.tolist()), self.taxonomy)

    @cached_property
    def encoder(self) -> Encoder:
        """The shipped sentence encoder."""
        return Encoder(data_path("models", "encoder"))

    def _chooser(self, name: str) -> tuple[StatementClassifier, dict[str, Any]]:
        folder = data_path("models", name)
        metrics: dict[str, Any] = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        return StatementClassifier.load(folder, self.tokenizer.tokenize, self.encoder.encode), metrics

    @cached_property
    def _wordings(self) -> tuple[StatementClassifier, dict[str, Any]]:
        return self._chooser("wordings")

    @cached_property
    def _behaviour_texts(self) -> dict[str, Behaviours]:
        return load_behaviours()

    @cached_property
    def _behaviours(self) -> tuple[StatementClassifier, dict[str, Any]]:
        return self._chooser("behaviours")

    def is_fit(self, wordings: Sequence[str], alone: bool) -> list[bool]:
        """Tell which wordings are clear and point to nobody; what one member alone told must be surer."""
        model, metrics = self._wordings
        fit = model.predict_proba(wordings)[:, model.classes_.tolist().index(FIT)]
        least = metrics["fit_alone_from" if alone else "fit_from"]
        return [bool(probability >= least) for probability in fit]

    def behaviours(self, issue: str, texts: Sequence[str]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """Return the general behaviours of an issue that the texts surely show, with the rows of those texts.

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

        def told(choices: Mapping[str, Collection[int]], sure_from: float) -> dict[str, list[int]]:
            found = {}
            for text, of in choices.items():
                shown = probabilities[:, [number in of for number in numbers]].sum(axis=1)
                rows = np.flatnonzero(free & (shown >= WITNESS))
                if len(rows) and 1 - np.prod(1 - shown[rows]) >= sure_from:
                    found[text] = rows.tolist()
                    free[rows] = False
            return found

        known = self._behaviour_texts[issue]
        narrow = told({text: {number} for number, text in enumerate(known.narrow, 1)}, metrics["sure_from"])
        return narrow, told(known.wider, metrics["wider_from"])

    @cached_property
    def _common_words(self) -> frozenset[str]:
        return frozenset((self._model_folder / "common_words.txt").read_text(encoding="utf-8").split())

    def is_common(self, word: str) -> bool:
        """Whether many trades use a word, or everyday Chinese does, so that it points to nobody."""
        return word in self._common_words or self.tokenizer.frequency(word) >= COMMON_FREQUENCY

    @cached_property
    def made_by(self) -> str:
        """Names the version of reader and model, so that an upgrade reads everything anew."""
        manifest = hashlib.sha256((self._model_folder / "manifest.json").read_bytes()).hexdigest()[:12]
        theme = hashlib.sha256(repr(self.theme).encode()).hexdigest()[:12] if self.theme else "none"
        versions = f"nlpkit {__version__}, reading {READING_VERSION}, model {manifest}"
        return f"{versions}, theme {theme}, review below {self.review_below}"

    @cached_property
    def review_below(self) -> float:
        """Confidence under which an answer waits for a person."""
        if self._review_below is not None:
            return self._review_below
        if self.theme is not None:
            return THEME_REVIEW_BELOW
        metrics = json.loads((self._model_folder / "metrics.json").read_text(encoding="utf-8"))
        return float(metrics["review_below"])

    def probabilities(self, statements: Sequence[Statement]) -> FloatArray:
        """Return label probabilities in context, shape (n_statements, n_labels)."""
        found = self.classifier.predict_proba([statement.counted_text for statement in statements])
        return apply_context(found, statements, self.classifier.prior_, self.scheme)

    def classify(self, statements: Sequence[Statement], member: str) -> list[ClassifiedStatement]:
        """Return the statements with their predictions."""
        answers = self._answers(statements) if statements else []
        return [
            ClassifiedStatement(one, member, found if one.text.strip() else _BLANK)
            for one, found in zip(statements, answers, strict=True)
        ]

    def _answers(self, statements: Sequence[Statement]) -> list[Prediction]:
        found = self.probabilities(statements)
        if self.theme is None:
            return answer(found, self.scheme, self.review_below)
        texts = [statement.counted_text for statement in statements]
        keys = self.few_shot.classes_.tolist()
        under = [self.theme.class_under(statement.heading) for statement in statements]
        weights = [[HEADING_WEIGHT if key == wanted else 1.0 for key in keys] for wanted in under]
        shares = self.few_shot.predict_proba(texts) * weights
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


def classify_files(
    submissions: Sequence[Path],
    workspace: Workspace,
    *,
    lines: bool = False,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> ClassifyResult:
    """Read, split and classify files and folders, and make them the workspace's current content.

    Args:
        submissions: Folders or files.
        workspace: Where results are kept; files that it already knows are not read again.
        lines: Whether every line is one statement, never split.
        progress: Called before each file with (done, total, path).
        engine: The loaded models; the shipped ones by default.

    Raises:
        InputError: An argument does not exist, or there is no file in the folders.
        WorkspaceError: The workspace cannot be written.
    """
    engine = engine or Engine()
    listing = list_files(submissions, exclude=workspace.folder)
    if not listing.files and not listing.unreadable:
        raise InputError("给出的文件夹里没有材料，请确认文件夹是否选对，材料应为 .docx 或 .txt。")
    texts, unreadable, own, fresh = _read_all(listing, workspace, lines, progress, engine)
    before = workspace.paths()
    theme = engine.theme.title if engine.theme else None
    current = workspace.commit_run(texts, unreadable, engine.made_by, theme)
    named = {path for path, _ in texts} | {one.path for one in unreadable} | set(own)
    dropped = tuple(sorted(path for path in before if path not in named))
    return ClassifyResult(tuple(current), tuple(unreadable), listing.ignored, tuple(own), dropped, fresh)


def _read_all(
    listing: Listing, workspace: Workspace, lines: bool, progress: Progress | None, engine: Engine
) -> tuple[list[tuple[str, StoredText]], list[Unreadable], list[str], int]:
    texts: list[tuple[str, StoredText]] = []
    own: list[str] = []
    unreadable = list(listing.unreadable)
    fresh = 0
    for done, file in enumerate(listing.files):
        if progress is not None:
            progress(done, len(listing.files), file.path)
        try:
            stored, is_fresh = _read_one(file, workspace, lines, engine)
        except OwnOutputError:
            own.append(file.path)
            continue
        except UnreadableError as error:
            unreadable.append(Unreadable(file.path, str(error)))
            continue
        texts.append((file.path, stored))
        fresh += is_fresh
    if progress is not None:
        progress(len(listing.files), len(listing.files), "")
    return texts, sorted(unreadable, key=lambda one: one.path), own, fresh


def _read_one(file: FoundFile, workspace: Workspace, lines: bool, engine: Engine) -> tuple[StoredText, bool]:
    data = load_bytes(file.location)
    # The ending decides how plain text is read, so it belongs to the key.
    way = f"{'lines' if lines else 'document'} {PurePath(file.path).suffix.lower()}\0"
    key = hashlib.sha256(way.encode() + data).hexdigest()
    known = workspace.find(key, engine.made_by)
    if known is not None:
        return known, False
    if data.startswith(OWN_JSON):
        raise OwnOutputError
    document = read_bytes(data, file.path)
    if _is_own_draft(document.text, engine.taxonomy):
        raise OwnOutputError
    # Stored texts carry no path: the same text may come under another name next time.
    nameless = Document("", document.text, document.paragraphs)
    statements = split_lines(nameless) if lines else split(nameless)
    classified = tuple((one.statement, one.prediction) for one in engine.classify(statements, ""))
    # White space apart, so that a re-saved or re-indented copy is known as the same text.
    text_hash = hashlib.sha256("".join(document.text.split()).encode()).hexdigest()
    stored = StoredText(key, text_hash, document.text, document.paragraphs, classified)
    workspace.store(stored, engine.made_by)
    return stored, True


def _is_own_draft(text: str, taxonomy: Taxonomy) -> bool:
    """Whether a text is a section that nlpkit drafted: its title, then the first category's lead."""
    lines = text.lstrip("# \ufeff").split()
    return (
        len(lines) > 1 and lines[0] == taxonomy.title and lines[1].startswith(f"一是{taxonomy.categories[0].lead[:4]}")
    )


def draft_problems(workspace: Workspace, *, engine: Engine | None = None) -> Draft:
    """Group the workspace's problems and draft the section.

    Args:
        workspace: Holds the classified texts.
        engine: The loaded models; the shipped ones by default.

    Raises:
        InputError: The workspace holds nothing, or its statements have the categories of another taxonomy.
    """
    engine = engine or Engine()
    theme = workspace.theme()
    if theme is not None:
        raise InputError(
            f"工作区里的材料是按“{theme}”分类的，起草要用报告的四个方面，"
            "请不加 --taxonomy 重新运行一次 nlpkit classify。"
        )
    submissions = workspace.submissions()
    unreadable = workspace.unreadable()
    if not submissions:
        raise InputError("工作区里还没有读出来的材料，请先运行 nlpkit classify 加材料所在的文件夹。")
    groups = group_problems(originals(submissions), engine)
    composer = Composer(
        engine.taxonomy,
        engine.tokenizer.tag,
        engine.is_common,
        lambda word: engine.tokenizer.frequency(word) > 0,
        engine.classifier.predict_proba,
        engine.scheme.classes,
        engine.is_fit,
        engine.behaviours,
    )
    return composer.compose(submissions, groups, unreadable)


def group_problems(submissions: Sequence[Submission], engine: Engine) -> list[Group]:
    """Group the accepted problems of each category, heaviest first.

    Args:
        submissions: In content order, so that file names decide nothing.
        engine: The loaded models.
    """
    groups: list[Group] = []
    for category in engine.taxonomy.categories:
        items = [
            item
            for submission in submissions
            for item in submission.statements
            if item.prediction.category == category.key and not item.prediction.review
        ]
        groups += _group_category(items, category.key, category.prefix, engine)
    return groups


def _group_category(items: list[ClassifiedStatement], category: str, prefix: str, engine: Engine) -> list[Group]:
    if not items:
        return []
    keys = [label for label in engine.scheme.classes if engine.scheme.category_of(label) == category]
    columns = [engine.scheme.classes.index(key) for key in keys]
    found = engine.probabilities([item.statement for item in items])[:, columns]
    found /= found.sum(axis=1, keepdims=True)
    # SciPy's clustering is slow to import, and only drafting needs it.
    from nlp_kit.cluster import group_statements

    features = engine.classifier.transform([item.statement.counted_text for item in items])
    labels = group_statements(found, features)
    parts = []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        key = keys[int(found[rows].mean(axis=0).argmax())]
        parts.append((key, [items[row] for row in rows]))
    parts.sort(
        key=lambda part: (-len({item.member for item in part[1]}), -len(part[1]), part[0], part[1][0].statement.text)
    )
    return [_group(f"{prefix}-{number:02d}", category, *part, engine.taxonomy) for number, part in enumerate(parts, 1)]


def _group(number: str, category: str, key: str, items: list[ClassifiedStatement], taxonomy: Taxonomy) -> Group:
    issue = Issue(
        id=number,
        category=category,
        key=key,
        label=taxonomy.by_key[key].label,
        members=len({item.member for item in items}),
        statements=tuple(span_of(item) for item in items),
    )
    return Group(issue, tuple(items))
