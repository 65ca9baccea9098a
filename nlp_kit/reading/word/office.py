"""Files that only an office program opens (.doc, .wps, .rtf, .odt): LibreOffice turns them into .docx.

LibreOffice runs without a window and with a profile of its own, in which macros, linked content and the network are
switched off. It is called in the reading process (``nlp_kit.reading.isolation``), so its time and memory are bounded
and one file is converted at a time.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import MB, Limits, Reading
from nlp_kit.reading.kinds import office_suffix
from nlp_kit.reading.word.docx import read_docx

SOFFICE_VARIABLE = "NLPKIT_SOFFICE"

_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
)
_ABSENT = "要用 LibreOffice 才能读，这台电脑上没有；请安装 LibreOffice，或用 Word、WPS 打开后另存为 .docx"
_FAILED = "LibreOffice 转换不了，文件可能已损坏，请用 Word 或 WPS 打开后另存为 .docx"

# (path of the setting, name, value): nothing in a file may run or be fetched.
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Common/Load", "UserDefinedSettings", "false"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetNoProxy", ""),
)


def find_soffice() -> str | None:
    """Return the LibreOffice program, None when this machine has none."""
    named = os.environ.get(SOFFICE_VARIABLE)
    if named:
        return named if Path(named).is_file() else None
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _USUAL_PLACES if Path(place).is_file()), None)


def read_office(data: bytes, limits: Limits) -> Reading:
    """Return the text of a file that LibreOffice converts to .docx.

    Raises:
        UnreadableError: There is no LibreOffice, or it fails.
    """
    program = find_soffice()
    if program is None:
        raise UnreadableError(_ABSENT)
    with tempfile.TemporaryDirectory(prefix="nlpkit-", ignore_cleanup_errors=True) as folder:
        source = Path(folder, f"source{office_suffix(data)}")
        source.write_bytes(data)
        target = Path(folder, "out", "source.docx")
        _convert(program, source, target.parent)
        if not target.is_file():
            raise UnreadableError(_FAILED)
        if target.stat().st_size > limits.unpacked_mb * MB:
            raise UnreadableError("转换出来的内容大得不正常，请检查文件，或把文字复制到新的 .docx")
        return read_docx(target.read_bytes(), limits)


def _convert(program: str, source: Path, folder: Path) -> None:
    command = [
        program,
        f"-env:UserInstallation={_profile().as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"),
        *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder), str(source)),
    ]
    try:
        # The time is bounded by IsolatedReader, which ends this process with all that it has started.
        subprocess.run(
            command,
            env={**os.environ, "SAL_USE_VCLPLUGIN": "svp"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError as error:
        raise UnreadableError(_ABSENT) from error


@cache
def _profile() -> Path:
    """Return the profile of this process: made at the first call, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="nlpkit-office-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    user = folder / "user"
    user.mkdir()
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        f' xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>',
        encoding="utf-8",
    )
    return folder
