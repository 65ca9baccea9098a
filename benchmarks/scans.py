"""Measure how well scans and photos are read: characters right, broken paragraphs, seconds and memory, by condition.

Texts of the sample branch and of the documents with gold spans are set in several fonts and sizes with python-docx,
printed by LibreOffice and pdftoppm, and spoilt as scanners and telephones spoil them. Needs the extra `ocr`, soffice,
pdftoppm and free Chinese fonts (fonts-noto-cjk, fonts-arphic-ukai, fonts-arphic-uming, fonts-wqy-zenhei).

    python benchmarks/scans.py [CONDITION ...]
"""

import subprocess
import sys
import tempfile
import time
from difflib import SequenceMatcher
from io import BytesIO
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import docx
import numpy as np
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from PIL import Image, ImageFilter

from nlp_kit.reading.base import Limits
from nlp_kit.reading.scan.reader import read_pictures
from nlp_kit.reading.text import decode
from nlp_kit.resources import data_path

# font, size, line spacing, first-line indent, page numbers
LAYOUTS = (
    ("Noto Serif CJK SC", 16, Pt(28), True, True),
    ("Noto Sans CJK SC", 12, 1.5, True, True),
    ("AR PL UKai CN", 16, Pt(28), True, True),
    ("AR PL UMing CN", 14, 1.5, True, False),
    ("WenQuanYi Zen Hei", 12, 1.25, False, True),
    ("Noto Serif CJK SC", 10.5, 1.0, True, False),
)
SAMPLES = ("骆铁军", "陆文静", "季慧兰", "骆清")
DOCUMENTS = ("e01", "e12", "e23", "e34", "e45", "e56")


def main(wanted):
    with tempfile.TemporaryDirectory() as scratch:
        texts = list(_texts())
        prints = [
            _print(text, LAYOUTS[number % len(LAYOUTS)], Path(scratch, str(number)))
            for number, text in enumerate(texts)
        ]
        pages = {dpi: [_pages(file, dpi) for file in prints] for dpi in (150, 200, 300)}
    read_pictures(pages[150][0][:1], Limits())
    print(f"{len(texts)} documents, {sum(map(len, pages[200]))} pages")
    columns = ("right", "worst", "missed", "extra", "of", "doubts", "s/page", "MB")
    print(f"{'condition':22} " + " ".join(f"{column:>7}" for column in columns))
    for name, (dpi, spoil) in CONDITIONS.items():
        if not wanted or name in wanted:
            _measure(name, texts, pages[dpi], spoil)


def _measure(name, texts, documents, spoil):
    random = np.random.default_rng(7)
    wrong, length, worst, missed, extra, breaks, doubts, seconds, count = 0, 0, 1.0, 0, 0, 0, 0, 0.0, 0
    for text, pages in zip(texts, documents, strict=True):
        spoilt = [spoil(page, random) for page in pages]
        started = time.perf_counter()
        reading = read_pictures(spoilt, Limits())
        seconds += time.perf_counter() - started
        count += len(pages)
        gold, found = _solid(text), _solid(reading.text)
        errors = _distance(gold, found)
        wrong, length, worst = wrong + errors, length + len(gold), min(worst, 1 - errors / len(gold))
        lost, added, total = _broken(text, reading.text)
        missed, extra, breaks = missed + lost, extra + added, breaks + total
        doubts += len(reading.doubts)
    memory = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name:22} {1 - wrong / length:7.2%} {worst:7.2%} {missed:7} {extra:7} {breaks:7} {doubts:7} "
        f"{seconds / count:7.2f} {memory:7.0f}",
        flush=True,
    )


def _texts():
    for name in SAMPLES:
        (file,) = data_path("corpora", "samples", "branch").glob(f"*{name}*.txt")
        yield decode(file.read_bytes())
    for name in DOCUMENTS:
        yield decode(data_path("corpora", "documents", "texts", f"{name}.txt").read_bytes())


def _print(text, layout, folder):
    """Set a text, its first line as the title, and return the PDF."""
    font, size, spacing, indent, numbered = layout
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(37),
        Mm(35),
        Mm(28),
        Mm(26),
    )
    style = document.styles["Normal"]
    style.font.name, style.font.size = font, Pt(size)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), font)
    style.paragraph_format.line_spacing, style.paragraph_format.space_after = spacing, Pt(0)
    for number, line in enumerate(text.splitlines()):
        paragraph = document.add_paragraph(line.strip())
        if number == 0:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.runs[0].font.size = Pt(size + 4)
        elif indent:
            paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    if numbered:
        _number_pages(section)
    folder.mkdir()
    file = folder / "text.docx"
    document.save(file)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder / "text.pdf"


def _number_pages(section):
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("- ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    paragraph.add_run(" -")


def _pages(file, dpi):
    stem = file.parent / f"page{dpi}"
    subprocess.run(["pdftoppm", "-gray", "-r", str(dpi), str(file), str(stem)], check=True)
    return [Image.open(page).copy() for page in sorted(file.parent.glob(f"page{dpi}-*"))]


def _solid(text):
    return "".join(text.split())


def _distance(one, other):
    """Return the edit distance."""
    letters, steps = np.array(list(map(ord, other))), np.arange(len(other) + 1)
    row = steps.copy()
    for letter in one:
        best = np.minimum(row[1:] + 1, row[:-1] + (letters != ord(letter)))
        row = np.minimum.accumulate(np.concatenate([[row[0] + 1], best]) - steps) + steps
    return int(row[-1])


def _broken(text, found):
    """Return how many ends of paragraphs are missed, how many there are too many, and how many there should be."""
    gold, ends = _solid(text), _ends(text)
    blocks = SequenceMatcher(None, gold, _solid(found), autojunk=False).get_matching_blocks()
    got = {_mapped(end, blocks) for end in _ends(found)}
    missed = sum(1 for end in ends if not any(end + shift in got for shift in (-1, 0, 1)))
    extra = sum(1 for end in got if not any(end + shift in ends for shift in (-1, 0, 1)))
    return missed, extra, len(ends)


def _ends(text):
    return set(np.cumsum([len(_solid(line)) for line in text.splitlines() if _solid(line)]).tolist())


def _mapped(place, blocks):
    """Return where a place of the reading lies in the source."""
    block = max((block for block in blocks if block.b < place), key=lambda block: block.b, default=blocks[0])
    return block.a + min(place - block.b, block.size)


def _same(page, _random):
    return page


def _turned(degrees):
    return lambda page, random: page.rotate(degrees + random.uniform(-1, 1), Image.BICUBIC, expand=True, fillcolor=255)


def _blurred(page, _random):
    return page.filter(ImageFilter.GaussianBlur(1.2))


def _jpeg(page, _random):
    buffer = BytesIO()
    page.save(buffer, "JPEG", quality=40)
    return Image.open(buffer)


def _noisy(page, random):
    values = np.asarray(page, dtype=float) * 0.85 + 20 + random.normal(0, 25, page.size[::-1])
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def _faint(page, _random):
    return page.point(lambda value: 150 + value * 0.25)


def _dark(page, random):
    """Light falls off towards one corner, the whole is dark."""
    down, across = np.mgrid[0 : page.height, 0 : page.width]
    light = (
        0.55 - 0.35 * (down / page.height * random.uniform(0.3, 1) + across / page.width * random.uniform(0.3, 1)) / 2
    )
    return Image.fromarray((np.asarray(page) * light).astype(np.uint8))


def _photo(page, random):
    """A hand-held photo: perspective, a little skew, a desk around the page, uneven light, blur and JPEG."""
    width, height = page.size
    canvas = Image.new("L", (int(width * 1.16), int(height * 1.16)), 90)
    canvas.paste(page, (int(width * 0.08), int(height * 0.08)))
    shift = random.uniform(-0.035, 0.035, 8) * width
    corners = np.array([0, 0, 0, canvas.height, canvas.width, canvas.height, canvas.width, 0]) + shift
    photo = canvas.transform(canvas.size, Image.QUAD, corners.tolist(), Image.BICUBIC, fillcolor=90)
    photo = photo.rotate(random.uniform(-3, 3), Image.BICUBIC, fillcolor=90)
    return _jpeg(_dark(photo.filter(ImageFilter.GaussianBlur(0.8)), random), random)


CONDITIONS = {
    "300 dpi": (300, _same),
    "200 dpi": (200, _same),
    "150 dpi": (150, _same),
    "skew about 2": (200, _turned(2)),
    "skew about -4": (200, _turned(-4)),
    "blur": (200, _blurred),
    "150 dpi, JPEG 40": (150, _jpeg),
    "noise": (200, _noisy),
    "low contrast": (200, _faint),
    "dark, uneven light": (200, _dark),
    "photo": (200, _photo),
    "sideways": (200, _turned(90)),
    "sideways, other": (200, _turned(270)),
    "upside down": (200, _turned(180)),
}


if __name__ == "__main__":
    main(sys.argv[1:])
