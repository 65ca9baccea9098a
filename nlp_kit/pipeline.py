"""The order of the steps: files → documents → statements → predictions → issues → draft."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np

from nlp_kit.drafting import Composer, Group
from nlp_kit.drafting.groups import originals, span_of
from nlp_kit.engine import Engine
from nlp_kit.errors import InputError, OwnOutputError, UnreadableError
from nlp_kit.reading import FoundFile, Listing, lines_to_check, list_files, load_bytes, read_bytes
from nlp_kit.records import ClassifiedStatement, Document, Draft, Issue, Submission, Unreadable
from nlp_kit.secrecy import Mark, find_mark
from nlp_kit.splitting import split, split_lines
from nlp_kit.taxonomy import Taxonomy
from nlp_kit.workspace import StoredText, Workspace

# Raised whenever reading or splitting would give another result for the same bytes.
READING_VERSION = 3

# How the files that ``nlp_kit.export.jsonl`` writes begin.
OWN_JSON = (b'{"document": "', b'{\n  "title": "')

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


@dataclass(frozen=True, slots=True)
class _Way:
    """How files are to be read; see ``classify_files``."""

    lines: bool
    allow_internal: bool


def made_by(engine: Engine) -> str:
    """Name the version of reader and models, so that an upgrade reads everything anew."""
    return f"reading {READING_VERSION}, {engine.version}"


def classify_files(
    submissions: Sequence[Path],
    workspace: Workspace,
    *,
    lines: bool = False,
    allow_internal: bool = False,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> ClassifyResult:
    """Read, split and classify files and folders, and make them the workspace's current content.

    Args:
        submissions: Folders or files.
        workspace: Where results are kept; files that it already knows are not read again.
        lines: Whether every line is one statement, never split.
        allow_internal: Whether files marked as internal papers are read; files with a secrecy mark never are.
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
    texts, unreadable, own, fresh = _read_all(listing, workspace, _Way(lines, allow_internal), progress, engine)
    before = workspace.text_hashes()
    theme = engine.theme.title if engine.theme else None
    current = workspace.commit_run(texts, unreadable, made_by(engine), theme)
    named = {path for path, _ in texts} | {one.path for one in unreadable} | set(own)
    # A text that came under a new name is still there.
    held = {stored.text_hash for _, stored in texts}
    dropped = tuple(path for path, text_hash in before.items() if path not in named and text_hash not in held)
    return ClassifyResult(tuple(current), tuple(unreadable), listing.ignored, tuple(own), dropped, fresh)


def _read_all(
    listing: Listing, workspace: Workspace, way: _Way, progress: Progress | None, engine: Engine
) -> tuple[list[tuple[str, StoredText]], list[Unreadable], list[str], int]:
    texts: list[tuple[str, StoredText]] = []
    own: list[str] = []
    unreadable = list(listing.unreadable)
    fresh = 0
    for done, file in enumerate(listing.files):
        if progress is not None:
            progress(done, len(listing.files), file.path)
        try:
            stored, is_fresh = _read_one(file, workspace, way, engine)
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


def _read_one(file: FoundFile, workspace: Workspace, way: _Way, engine: Engine) -> tuple[StoredText, bool]:
    name = PurePath(file.path)
    _refuse_marked([name.stem], way)
    data = load_bytes(file.location)
    # The ending decides how plain text is read, so it belongs to the key.
    key = hashlib.sha256(f"{way} {name.suffix.lower()}\0".encode() + data).hexdigest()
    known = workspace.find(key, made_by(engine))
    if known is not None:
        return known, False
    if data.startswith(OWN_JSON):
        raise OwnOutputError
    document = read_bytes(data, file.path)
    _refuse_marked(lines_to_check(data, document), way)
    if _is_own_draft(document.text, engine.taxonomy):
        raise OwnOutputError
    # Stored texts carry no path: the same text may come under another name next time.
    nameless = Document("", document.text, document.paragraphs)
    statements = split_lines(nameless) if way.lines else split(nameless)
    classified = tuple((one.statement, one.prediction) for one in engine.classify(statements, ""))
    # White space apart, so that a re-saved or re-indented copy is known as the same text.
    text_hash = hashlib.sha256("".join(document.text.split()).encode()).hexdigest()
    stored = StoredText(key, text_hash, document.text, document.paragraphs, classified)
    workspace.store(stored, made_by(engine))
    return stored, True


def _refuse_marked(lines: Sequence[str], way: _Way) -> None:
    """Stop before anything of a marked file is kept.

    Raises:
        UnreadableError: The file carries a mark; the message tells nothing of its content.
    """
    mark = find_mark(lines)
    if mark is Mark.SECRET:
        raise UnreadableError(
            "带有密级标志或部队番号，没有读入；涉密材料只能在涉密计算机上处理，请立即按保密规定处置这份文件"
        )
    if mark is Mark.INTERNAL and not way.allow_internal:
        raise UnreadableError(
            "标有内部资料、不得外传一类字样，没有读入；确认可以在这台电脑上处理的，请加 --allow-internal 再运行"
        )


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
