"""Coverage-guided fuzzing of one reader: ``python tests/fuzz/readers.py NAME -runs=N -seed=1 SEEDS``.

A run fails when a reader raises anything but UnreadableError, or takes longer than ``-timeout`` seconds.
"""

import contextlib
import sys

import atheris

with atheris.instrument_imports(include=["nlp_kit.reading", "nlp_kit.secrecy"]):
    from nlp_kit.errors import UnreadableError
    from nlp_kit.reading.archive import open_content
    from nlp_kit.reading.base import Limits
    from nlp_kit.reading.kinds import sniff
    from nlp_kit.reading.pdf.reader import read_pdf
    from nlp_kit.reading.sheets.delimited import read_delimited
    from nlp_kit.reading.sheets.reader import read_sheet
    from nlp_kit.reading.text import decode
    from nlp_kit.reading.web.html import read_html
    from nlp_kit.reading.word.docx import read_docx
    from nlp_kit.secrecy import find_mark

LIMITS = Limits(unpacked_mb=5, pages=5, rows=500, characters=100_000)

READERS = {
    "archive": lambda data: list(open_content(data, "a.zip", 0, LIMITS)),
    "delimited": lambda data: read_delimited(data, LIMITS),
    "docx": lambda data: read_docx(data, LIMITS),
    "html": lambda data: read_html(data, LIMITS),
    "kinds": lambda data: sniff(data, "a"),
    "pdf": lambda data: read_pdf(data, LIMITS),
    "sheet": lambda data: read_sheet(data, LIMITS),
    "text": lambda data: find_mark(decode(data).split("\n")),
}


def main() -> None:
    read = READERS[sys.argv.pop(1)]

    def one_input(data: bytes) -> None:
        if data:
            with contextlib.suppress(UnreadableError):
                read(data)

    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
