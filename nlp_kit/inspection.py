"""What personal data files hold: read, found, counted; nothing is stored."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp_kit.errors import UnreadableError
from nlp_kit.privacy import Finding, Masker, NameTagger
from nlp_kit.reading import IsolatedReader, Reading, list_files, load_bytes, open_content
from nlp_kit.records import Unreadable
from nlp_kit.roster import Roster, load_roster
from nlp_kit.secrecy import refuse_marked
from nlp_kit.segment import Tokenizer

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z?")
# Behind the path of a file: what stands in it beside its text.
BESIDE = "（页眉、批注、属性等）"


@dataclass(frozen=True, slots=True)
class InspectedText:
    """The personal data in one file.

    Args:
        path: Relative path.
        text: As the offsets of the findings index it.
        findings: In order.
        shown: What stands in place of each.
    """

    path: str
    text: str
    findings: tuple[Finding, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What ``inspect_files`` found.

    Args:
        texts: Every readable file, in path order.
        unreadable: Files that could not be read.
        hide: Masks names in paths.
    """

    texts: tuple[InspectedText, ...]
    unreadable: tuple[Unreadable, ...]
    hide: Callable[[str], str]


def _inspect(path: str, text: str, masker: Masker) -> InspectedText:
    found = masker.find(text)
    return InspectedText(path, text, tuple(found), tuple(masker.shown(text, found)))


def _beside(reading: Reading) -> str:
    """Return the lines that are no part of the text: headers, footers, comments, deleted text, properties."""
    known = {part for line in reading.text.split("\n") for part in (line.strip(), *line.split("\t"))}
    told = (line.strip() for line in reading.hidden)
    # When a file was made or changed points to nobody.
    lines = (line for line in dict.fromkeys(told) if line and line not in known and not _MOMENT.fullmatch(line))
    return "\n".join(line for line in lines if line not in reading.text)


def inspect_files(
    files: Sequence[Path],
    names: Iterable[str] = (),
    *,
    members: Path | None = None,
    exclude: Path | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Inspection:
    """Find the personal data in files and folders, whatever they are.

    Args:
        files: Folders or files.
        names: Names that are certain.
        members: A list of members, whose names are certain too.
        exclude: A folder that is no input (the workspace).
        progress: Called before each file with (done, total, path).

    Raises:
        InputError: An argument does not exist, or the list of members is none.
    """
    listing = list_files(files, exclude=exclude)
    roster = load_roster(members) if members is not None else Roster()
    certain = tuple(dict.fromkeys([*names, *roster.names]))
    frequency = Tokenizer().frequency
    tagger = NameTagger(frequency)
    masker = Masker(tagger.find, certain, frequency, tagger.confirm)
    texts, unreadable = [], list(listing.unreadable)
    with IsolatedReader() as reader:
        for done, file in enumerate(listing.files):
            if progress is not None:
                progress(done, len(listing.files), file.path)
            try:
                contents = list(open_content(load_bytes(file.location), file.path))
            except UnreadableError as error:
                unreadable.append(Unreadable(file.path, str(error)))
                continue
            for content in contents:
                if content.ignored:
                    continue
                try:
                    if content.fault:
                        raise UnreadableError(content.fault)
                    reading = reader.read(content.data, content.path)
                    refuse_marked(reading.lines_to_check, allow_internal=True)
                except UnreadableError as error:
                    unreadable.append(Unreadable(content.path, str(error)))
                    continue
                texts += [_inspect(content.path, reading.text, masker)]
                if hidden := _beside(reading):
                    texts.append(_inspect(content.path + BESIDE, hidden, masker))
    return Inspection(tuple(texts), tuple(sorted(unreadable, key=lambda one: one.path)), masker.mask_path)


def inspection_json(texts: Iterable[InspectedText], show: bool, hide: Callable[[str], str]) -> str:
    """Return where personal data stands in files, a list of objects; the data itself only where it is to be shown.

    ``start`` and ``end`` index the file's extracted text in Unicode characters.
    """
    rows = [
        {
            "document": hide(one.path),
            "start": finding.start,
            "end": finding.end,
            "kind": finding.kind,
            "shown": shown,
            **({"text": one.text[finding.start : finding.end]} if show else {}),
        }
        for one in texts
        for finding, shown in zip(one.findings, one.shown, strict=True)
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
