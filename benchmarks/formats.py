"""The same texts in every format: do they give the same statements? ``python benchmarks/formats.py [FOLDER]``.

Each text of the sample branch (or of FOLDER) is written to .docx, which LibreOffice converts to the other formats and
prints to .pdf; pdftoppm makes pictures of the pages at 200 dpi. Compared are the statements without white space, by
text and role, with those of the original. Needs LibreOffice, poppler-utils and a Chinese font.
"""

import difflib
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
from docx.oxml.ns import qn
from docx.shared import Pt

from nlp_kit.engine import Engine
from nlp_kit.errors import UnreadableError
from nlp_kit.reading import IsolatedReader, list_files, read_document
from nlp_kit.records import Document
from nlp_kit.resources import data_path
from nlp_kit.splitting import split

FORMATS = ("docx", "doc", "wps", "odt", "rtf", "pdf", "scan")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else data_path("corpora", "samples", "branch")
    engine = Engine()
    same: dict[str, list[int]] = {name: [0, 0] for name in FORMATS}
    characters: dict[str, list[float]] = {name: [] for name in FORMATS}
    with TemporaryDirectory() as work, IsolatedReader() as reader:
        for number, file in enumerate(list_files([folder]).files):
            original = read_document(file.location)
            wanted = answers(original, engine)
            made = make(original, Path(work, str(number)))
            for name in FORMATS:
                try:
                    found = reader.read(made[name].read_bytes(), made[name].name).document("")
                except UnreadableError as error:
                    print(f"{file.path} as {name}: {error}")
                    characters[name].append(0.0)
                    same[name][1] += len(wanted)
                    continue
                matcher = difflib.SequenceMatcher(None, wanted, answers(found, engine), autojunk=False)
                same[name][0] += sum(block.size for block in matcher.get_matching_blocks())
                same[name][1] += len(wanted)
                characters[name].append(right(plain(original.text), plain(found.text)))
    print(f"{'format':8}{'same statements':>18}{'characters right':>20}{'worst text':>12}")
    for name in FORMATS:
        hit, total = same[name]
        mean = sum(characters[name]) / len(characters[name])
        print(f"{name:8}{hit:>8} of {total:<6}{mean:>19.4f}{min(characters[name]):>12.4f}")


def answers(document: Document, engine: Engine) -> list[tuple[str, str]]:
    found = engine.classify(split(document), "")
    return [(plain(item.statement.text), item.prediction.role) for item in found]


def plain(text: str) -> str:
    return "".join(text.split())


def right(wanted: str, found: str) -> float:
    """Return the share of characters that stand in both texts in the same order."""
    matcher = difflib.SequenceMatcher(None, wanted, found, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / max(len(wanted), 1)


def make(original: Document, folder: Path) -> dict[str, Path]:
    folder.mkdir()
    source = folder / "text.docx"
    write_docx(original, source)
    made = {"docx": source}
    for name in ("doc", "odt", "rtf", "pdf"):
        convert(source, name)
        made[name] = folder / f"text.{name}"
    made["wps"] = folder / "text.wps"
    shutil.copy(made["doc"], made["wps"])
    subprocess.run(["pdftoppm", "-r", "200", "-png", str(made["pdf"]), str(folder / "page")], check=True)
    made["scan"] = join_pages(sorted(folder.glob("page*.png")), folder / "scan.pdf")
    return made


def write_docx(original: Document, place: Path) -> None:
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.size = Pt(14)
    style.font.name = "Times New Roman"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Serif CJK SC")
    rows: list[list[str]] = []
    for line in [*original.text.split("\n"), ""]:
        if "\t" in line:
            rows.append(line.split("\t"))
            continue
        if rows:
            add_table(document, rows)
            rows = []
        if line.strip():
            paragraph = document.add_paragraph(line.strip())
            paragraph.paragraph_format.first_line_indent = Pt(28)
            paragraph.paragraph_format.space_after = Pt(0)
    document.save(str(place))


def add_table(document: docx.document.Document, rows: list[list[str]]) -> None:
    table = document.add_table(len(rows), max(map(len, rows)))
    table.style = "Table Grid"
    for cells, row in zip(rows, table.rows, strict=True):
        for text, cell in zip(cells, row.cells, strict=False):
            cell.text = text


def convert(source: Path, name: str) -> None:
    profile = source.parent.parent / "profile"
    options = ("--headless", "--convert-to", name, "--outdir", str(source.parent))
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", *options, str(source)]
    subprocess.run(command, check=True, capture_output=True)


def join_pages(pages: list[Path], place: Path) -> Path:
    from PIL import Image

    first, *others = [Image.open(page).convert("L") for page in pages]
    first.save(place, save_all=True, append_images=others, resolution=200)
    return place


if __name__ == "__main__":
    main()
