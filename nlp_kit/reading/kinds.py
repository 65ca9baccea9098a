"""Tell by its content what kind of file this is."""

import re
import zipfile
from io import BytesIO
from pathlib import PurePath
from typing import Literal

import olefile

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.package import DAMAGE, Package
from nlp_kit.reading.text import decode

Kind = Literal["text", "delimited", "docx", "office", "pdf", "image", "sheet", "html", "archive"]

_TEXT_SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ".log", ""})
_DELIMITED_SUFFIXES = frozenset({".csv", ".tsv"})
# Endings of files that are told by their content: text may come under them by mistake, tables from programs that
# write .xls.
_WORD_SUFFIXES = frozenset({".docx", ".docm", ".doc", ".wps", ".rtf", ".odt"})
_SHEET_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods"})
_BINARY_SUFFIXES = frozenset(
    {".pdf", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".heif", ".zip"}
)
_SAMPLE = 4096
_HAN = re.compile("[\u3400-\u9fff]")

_SAVE_AS = "请用 Word 或 WPS 打开后另存为 .docx 再放进来"
_UNPACK = "现在只能读 .zip，请解压后把里面的材料放进来"
_BROKEN = "打不开，文件不完整或已损坏，请用 Word 或 WPS 打开后重新另存为 .docx"
_NO_WORD = "打不开，不是完整的 Word 文件，请用 Word 或 WPS 打开后重新另存为 .docx"
_SLIDES = "是演示文稿，读不了，请把文字复制到 .docx 或 .txt"
_IWORK = "是苹果 Pages、Numbers 或 Keynote 的文件，读不了，请在其中导出为 .docx 或 .pdf 再放进来"
_LOCKED = "加了密码，请用 Word 或 WPS 打开，去掉密码后再放进来"
_PROGRAM = "是程序，不是材料，请移出文件夹"
_SOUND = "是录音或录像，读不了，请整理成文字再放进来"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# Magic number at the file's start → kind, or why it cannot be read. Order matters: the first match wins.
_MAGIC: tuple[tuple[bytes, Kind | None, str], ...] = (
    (b"%PDF", "pdf", ""),
    (b"{\\rtf", "office", ""),
    (b"\x89PNG", "image", ""),
    (b"\xff\xd8\xff", "image", ""),
    (b"GIF8", "image", ""),
    (b"BM", "image", ""),
    (b"II*\0", "image", ""),
    (b"MM\0*", "image", ""),
    (b"Rar!", None, f"是 rar 压缩包，{_UNPACK}"),
    (b"7z\xbc\xaf", None, f"是 7z 压缩包，{_UNPACK}"),
    (b"\x1f\x8b", None, f"是 gz 压缩包，{_UNPACK}"),
    (b"BZh", None, f"是 bz2 压缩包，{_UNPACK}"),
    (b"\xfd7zXZ", None, f"是 xz 压缩包，{_UNPACK}"),
    (b"ID3", None, _SOUND),
    (b"OggS", None, _SOUND),
    (b"MZ", None, _PROGRAM),
    (b"\x7fELF", None, _PROGRAM),
)
# Other bytes may stand before a PDF: blank lines, a byte order mark, what a server sent along.
_PDF = re.compile(rb"%PDF-\d\.\d")
_PDF_WITHIN = 1024
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif")

# The usual name of a package's main part, what its namespace holds → kind, or why it cannot be read.
_MAIN_PARTS: tuple[tuple[str, bytes, Kind | None, str], ...] = (
    ("word/document.xml", b"wordprocessingml", "docx", ""),
    ("xl/workbook.xml", b"spreadsheetml", "sheet", ""),
    ("xl/workbook.bin", b"spreadsheetml", "sheet", ""),
    ("ppt/presentation.xml", b"presentationml", None, _SLIDES),
)
_PACKAGE = frozenset({"[content_types].xml", "_rels/.rels"})
# A member of another zip container, in small letters → why it cannot be read.
_ZIP_PARTS = {
    "ofd.xml": "是 OFD 文件，还没有可靠的免费程序能读，请用阅读软件打开，把文字复制到 .docx 或 .txt",
    "index/document.iwa": _IWORK,
    "metadata/properties.plist": _IWORK,
    "buildversionhistory.plist": _IWORK,
}
_OPEN_DOCUMENT: dict[str, Kind] = {"text": "office", "spreadsheet": "sheet"}

# In the header of a mail or of a page saved with its pictures.
_MAIL = re.compile(rb"^mime-version:\s*\d", re.I | re.M)
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta)\b",
    re.I | re.S,
)
_OFFICE_XML = re.compile(
    rb"<(?:\w+:)?(?:wordDocument|document)\b[^>]{0,400}(?:schemas\.microsoft\.com/office/word/2003|opendocument)", re.S
)


def sniff(data: bytes, path: str) -> Kind:
    """Return what kind of file the bytes are.

    Args:
        data: The whole file, not empty.
        path: Its name; the ending only tells plain text from other text-like files.

    Raises:
        UnreadableError: It is a kind that cannot be read, or damaged; the message says what to do.
    """
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(data)
    if data.startswith(_OLE):
        return _sniff_ole(data)
    for magic, kind, reason in _MAGIC:
        # A two-letter magic such as "BM" may open a plain text file: binary files hold NUL bytes early on.
        if data.startswith(magic) and (len(magic) > 3 or b"\0" in data[:64] or magic[0] > 126):
            return _settled(kind, reason)
    if data[4:8] == b"ftyp":
        return _settled("image" if data[8:12] in _HEIF_BRANDS else None, _SOUND)
    if data.startswith(b"RIFF"):
        return _settled("image" if data[8:12] == b"WEBP" else None, _SOUND)
    if _PDF.search(data[:_PDF_WITHIN]) and b" obj" in data:
        return "pdf"
    return _sniff_text(data, path)


def office_suffix(data: bytes) -> str:
    """Return the ending under which an office program opens these bytes, which ``sniff`` calls ``office``."""
    if data.startswith(_OLE):
        return ".doc"
    if data.startswith(b"PK"):
        return ".odt"
    return ".rtf" if data.startswith(b"{\\rtf") else ".xml"


def _settled(kind: Kind | None, reason: str) -> Kind:
    if kind is None:
        raise UnreadableError(reason)
    return kind


def _sniff_text(data: bytes, path: str) -> Kind:
    if _MAIL.search(data[:16384]):
        raise UnreadableError("是单个文件网页（.mht）或邮件，读不了，请打开后另存为 .docx；附件请单独存下来放进来")
    suffix = _real_suffix(path)
    if _HTML.match(data[:4096]) or suffix in (".htm", ".html"):
        return "html"
    if _OFFICE_XML.search(data[:4096]):
        return "office"
    if suffix in _DELIMITED_SUFFIXES:
        return "delimited"
    if suffix in _TEXT_SUFFIXES:
        return "text"
    if suffix in _WORD_SUFFIXES | _SHEET_SUFFIXES | _BINARY_SUFFIXES:
        if _is_chinese_text(data):
            return "delimited" if suffix in _SHEET_SUFFIXES else "text"
        not_whole = f"打不开，不是完整的 {suffix} 文件，请用原来的程序打开后重新保存再放进来"
        raise UnreadableError(_NO_WORD if suffix in _WORD_SUFFIXES else not_whole)
    raise UnreadableError(f"是 {suffix} 文件，读不了，请另存为 .docx 或 .txt 再放进来")


def _is_chinese_text(data: bytes) -> bool:
    """Whether bytes begin like Chinese text, and not like markup."""
    start = data[:_SAMPLE]
    # The sample may end inside a character.
    texts = (_decoded(start[: len(start) - cut]) for cut in range(4))
    text = next(filter(None, texts), "")
    return bool(_HAN.search(text)) and not text.lstrip().startswith("<")


def _decoded(data: bytes) -> str:
    try:
        return decode(data)
    except UnreadableError:
        return ""


def _real_suffix(path: str) -> str:
    """Return the ending of a file name; "1.理论学习" has none."""
    suffix = PurePath(path).suffix.lower()
    return suffix if suffix.isascii() else ""


def _sniff_zip(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            package = Package(archive)
            names = package.parts.keys()
            mimetype = package.start_of("mimetype", 100)
            main = package.main_part(*(usual for usual, *_ in _MAIN_PARTS))
            # Without the zeros of UTF-16.
            opening = package.start_of(main, 4096).replace(b"\0", b"")
    except DAMAGE as error:
        raise UnreadableError(_BROKEN) from error
    for usual, namespace, kind, reason in _MAIN_PARTS:
        if main == usual or namespace in opening:
            return _settled(kind, reason)
    if names & _PACKAGE:
        raise UnreadableError(f"是认不出的 Office 文件，{_SAVE_AS}" if main else _BROKEN)
    for part, reason in _ZIP_PARTS.items():
        if part in names:
            raise UnreadableError(reason)
    if "content.xml" in names:
        form = mimetype.decode("ascii", "replace").rpartition(".")[2].removesuffix("-template")
        return _settled(_OPEN_DOCUMENT.get(form), "是演示文稿或图形文件，读不了，请把文字复制到 .docx 或 .txt")
    if not names:
        raise UnreadableError("是空的压缩包，请检查里面是不是漏放了材料")
    return "archive"


def _sniff_ole(data: bytes) -> Kind:
    """Tell what an OLE2 container holds ([MS-CFB]; old Office, WPS and encrypted files)."""
    try:
        with olefile.OleFileIO(BytesIO(data)) as container:
            # Only the top of the tree: a crafted one may be endless.
            names = {kid.name.lower() for kid in container.root.kids}
            # Bit 8 of the flags at byte 10 of the FIB says that the text is encrypted ([MS-DOC] 2.5.2).
            is_word = "worddocument" in names
            flags = container.openstream("WordDocument").read(12)[10:12] if is_word else b""
    except (OSError, ValueError, IndexError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise UnreadableError(_BROKEN) from error
    if "encryptedpackage" in names or int.from_bytes(flags, "little") & 0x0100:
        raise UnreadableError(_LOCKED)
    if is_word:
        return "office"
    if names & {"workbook", "book"}:
        return "sheet"
    if "powerpoint document" in names:
        raise UnreadableError(_SLIDES)
    if "contents" in names:
        return "office"
    raise UnreadableError(f"是认不出的旧版文件，{_SAVE_AS}")
