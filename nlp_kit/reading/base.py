"""What every reader takes and gives: limits in, a reading out."""

from dataclasses import dataclass, fields, replace

from nlp_kit.errors import InputError, UnreadableError
from nlp_kit.records import Document, Paragraph

MB = 1024 * 1024

Row = tuple[tuple[int, int], ...]

# A cell merged downwards with no more characters than this labels all its rows; a longer one is content, stands once.
MAX_LABEL = 14


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader got out of the bytes of one file.

    Args:
        text: Lines separated by line feeds; cells of a table row by tabs, where the reader builds the text itself.
        paragraphs: Levels of headings and list items, in order.
        rows: Table rows in order, each as the (start, end) of its cells in ``text``; an empty cell has start == end.
            Rows never overlap, and what lies in a row is no paragraph.
        doubts: (start, end) of the stretches that may have been misread (scans); their statements wait for a person.
        notes: One Chinese sentence each, without a full stop, on what the reader did that a person should know.
        wrapped: Whether lines may be broken at a fixed width, as in plain text and in what is pasted into Word.
        hidden: Lines that are no part of the text but in which a secrecy mark may stand (headers, footers, properties).
    """

    text: str
    paragraphs: tuple[Paragraph, ...] = ()
    rows: tuple[Row, ...] = ()
    doubts: tuple[tuple[int, int], ...] = ()
    notes: tuple[str, ...] = ()
    wrapped: bool = False
    hidden: tuple[str, ...] = ()

    @property
    def lines_to_check(self) -> list[str]:
        """Every line in which a secrecy mark may stand, however it ends."""
        return [line for part in (self.text, *self.hidden) for line in part.splitlines()]

    def document(self, path: str) -> Document:
        """Return the text with the name that it is known by."""
        return Document(path, self.text, self.paragraphs, self.rows, self.doubts, self.notes, self.wrapped)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may cost before it is left unread.

    Args:
        file_mb: Size of a file.
        unpacked_mb: What the parts of a container or the files of an archive may unfold to, all together.
        archive_files: Files in an archive, those of archives inside it included.
        archive_depth: Archives inside archives.
        pages: Pages of a PDF.
        scanned_pages: Pages of a file that have to be recognised from pictures.
        megapixels: Size of a picture.
        rows: Rows of a table.
        characters: Length of the text.
        seconds: Time for reading one file.
        memory_mb: Memory for reading one file.
    """

    file_mb: int = 50
    unpacked_mb: int = 100
    archive_files: int = 500
    archive_depth: int = 3
    pages: int = 200
    scanned_pages: int = 30
    megapixels: int = 60
    rows: int = 5000
    characters: int = 2_000_000
    seconds: int = 120
    memory_mb: int = 2048


def changed_limits(settings: dict[str, int]) -> Limits:
    """Return the limits with some of them set by the user.

    Raises:
        InputError: There is no such limit, or a value is below 1.
    """
    names = [field.name for field in fields(Limits)]
    for name, value in settings.items():
        if name not in names:
            raise InputError(f"没有“{name}”这个上限，可以设的有：{'、'.join(names)}。")
        if value < 1:
            raise InputError(f"上限 {name} 要写成 1 以上的整数。")
    return replace(Limits(), **settings)


def refuse_long(text: str, limits: Limits) -> None:
    """Stop at a text that is no member's, however it was packed.

    Raises:
        UnreadableError: It is longer than the limit.
    """
    if len(text) > limits.characters:
        raise UnreadableError(
            f"有 {len(text) / 10000:.0f} 万字，超过 {limits.characters / 10000:.0f} 万字的上限，请检查是不是放错了文件"
        )
