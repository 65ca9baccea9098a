"""Tell by its content what kind of file this is."""

import zipfile
from io import BytesIO
from pathlib import PurePath

TEXT_SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ""})

_SAVE_AS = "请用 Word 或 WPS 打开后另存为 .docx 再放进来"

# Magic number at the file's start → what it is and what to do. Order matters: the first match wins.
_UNSUPPORTED: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "是 PDF，现在还不能读，请把文字复制到 .docx 或 .txt"),
    (b"{\\rtf", f"是 RTF，现在还不能读，{_SAVE_AS}"),
    (b"\xd0\xcf\x11\xe0", f"是旧版 Office（.doc、.wps、.xls）或加了密码的文件，现在还不能读，{_SAVE_AS}"),
    (b"\x89PNG", "是图片，现在还不能读，请录成文字存为 .docx 或 .txt"),
    (b"\xff\xd8\xff", "是图片，现在还不能读，请录成文字存为 .docx 或 .txt"),
    (b"GIF8", "是图片，现在还不能读，请录成文字存为 .docx 或 .txt"),
    (b"BM", "是图片，现在还不能读，请录成文字存为 .docx 或 .txt"),
    (b"Rar!", "是压缩包，现在还不能读，请解压后把里面的材料放进来"),
    (b"7z\xbc\xaf", "是压缩包，现在还不能读，请解压后把里面的材料放进来"),
    (b"\x1f\x8b", "是压缩包，现在还不能读，请解压后把里面的材料放进来"),
    (b"MZ", "是程序，不是材料，请移出文件夹"),
    (b"\x7fELF", "是程序，不是材料，请移出文件夹"),
)

# A member of a zip container → what the container is.
_ZIP_PARTS: tuple[tuple[str, str], ...] = (
    ("xl/workbook.xml", "是 Excel 表格，现在还不能读，请把内容复制到 .docx 或 .txt"),
    ("ppt/presentation.xml", "是演示文稿，现在还不能读，请把文字复制到 .docx 或 .txt"),
    ("content.xml", f"是 OpenDocument 文件，现在还不能读，{_SAVE_AS}"),
    ("OFD.xml", "是 OFD 文件，现在还不能读，请把文字复制到 .docx 或 .txt"),
)


def sniff(data: bytes, path: str) -> tuple[str, str]:
    """Return ``("docx" | "text", "")`` for what can be read, else ``("", reason)``.

    Args:
        data: The whole file.
        path: Its name; the ending only tells plain text from other text-like files.
    """
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(data)
    for magic, reason in _UNSUPPORTED:
        # A two-letter magic such as "BM" may open a plain text file: binary files hold NUL bytes early on.
        if data.startswith(magic) and (len(magic) > 2 or b"\0" in data[:64]):
            return "", reason
    suffix = _real_suffix(path)
    if suffix in TEXT_SUFFIXES:
        return "text", ""
    if suffix in (".docx", ".docm"):
        return "", "打不开，不是完整的 Word 文件，请用 Word 或 WPS 打开后重新另存为 .docx"
    return "", f"是 {suffix} 文件，现在只能读 .txt、.md 和 .docx，请另存为 .docx 或 .txt 再放进来"


def _real_suffix(path: str) -> str:
    """Return the ending of a file name; "1.理论学习" has none."""
    suffix = PurePath(path).suffix.lower()
    return suffix if suffix.isascii() else ""


def _sniff_zip(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "", "打不开，文件不完整或已损坏，请用 Word 或 WPS 打开后重新另存为 .docx"
    if "word/document.xml" in names:
        return "docx", ""
    for part, reason in _ZIP_PARTS:
        if part in names:
            return "", reason
    return "", "是压缩包，现在还不能读，请解压后把里面的材料放进来"
