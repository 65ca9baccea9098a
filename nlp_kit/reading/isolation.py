"""Reads files in a process of its own, so that a hostile or broken one can neither hang nor kill nor fill this one."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from nlp_kit.errors import UnreadableError
from nlp_kit.reading.base import Limits, Reading
from nlp_kit.reading.kinds import sniff
from nlp_kit.reading.readers import read_bytes
from nlp_kit.records import Paragraph

_CRASHED = "读取时出错退出，文件可能已损坏或内容大得不正常，请用 Word 或 WPS 打开后另存为 .docx"
SCRATCH = "scratch-"

# Plain text is decoded in one pass here; everything else is parsed over there.
_HARMLESS = ("text", "delimited")


class IsolatedReader:
    """Reads bytes as ``read_bytes`` does, within the limits of time and memory; a context manager.

    Args:
        limits: How much one file may cost.
        folder: Where what readers write for a while may lie; the system's temporary folder by default.
    """

    def __init__(self, limits: Limits | None = None, folder: Path | None = None) -> None:
        self._limits = limits or Limits()
        self._worker: subprocess.Popen[bytes] | None = None
        # All that a reader or LibreOffice writes lies here, also what a killed one leaves behind.
        self._scratch = tempfile.TemporaryDirectory(
            prefix=SCRATCH, dir=folder and folder.absolute(), ignore_cleanup_errors=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        self._scratch.cleanup()

    def read(self, data: bytes, path: str) -> Reading:
        """Return what a file's bytes hold.

        Raises:
            UnreadableError: It cannot be read, or not within the limits; the next file can be.
        """
        if not data or sniff(data, path) in _HARMLESS:
            return read_bytes(data, path, self._limits)
        answer = self._ask(data, path)
        if "unreadable" in answer:
            raise UnreadableError(answer["unreadable"])
        return _reading(answer)

    def _ask(self, data: bytes, path: str) -> dict[str, Any]:
        worker = self._worker = self._worker or _start(self._limits, self._scratch.name)
        assert worker.stdin is not None and worker.stdout is not None
        late = threading.Event()
        timer = threading.Timer(self._limits.seconds, _give_up, (worker, late))
        timer.start()
        try:
            header = json.dumps({"path": path, "size": len(data), "limits": asdict(self._limits)})
            worker.stdin.write(header.encode() + b"\n" + data)
            worker.stdin.flush()
            line = worker.stdout.readline()
        except OSError:
            line = b""
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            self._stop()
            waited = f"读了 {self._limits.seconds} 秒还没有读完，没有再读，请检查文件，或把文字复制到新的 .docx"
            raise UnreadableError(waited if late.is_set() else _CRASHED)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _stop(self) -> None:
        if self._worker is not None:
            # At the end of its input it leaves by itself and takes its temporary files with it.
            with suppress(OSError, ValueError):
                self._worker.communicate(timeout=5)
            _kill(self._worker)
            self._worker = None


def _start(limits: Limits, scratch: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        # -P: nothing is imported from the folder with the texts.
        [sys.executable, "-P", "-m", "nlp_kit.reading.worker", str(limits.memory_mb)],
        env={**os.environ, "TMPDIR": scratch, "TEMP": scratch, "TMP": scratch},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # What libraries complain about may quote the text.
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _give_up(worker: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    _kill(worker)


def _kill(worker: subprocess.Popen[bytes]) -> None:
    """End the process with whatever it has started (LibreOffice)."""
    kill_group: Callable[[int, int], None] | None = getattr(os, "killpg", None)
    with suppress(OSError):
        if kill_group is None:
            worker.kill()
        else:
            kill_group(worker.pid, signal.SIGKILL)
    worker.wait()


def _reading(answer: dict[str, Any]) -> Reading:
    return Reading(
        text=answer["text"],
        paragraphs=tuple(Paragraph(*values) for values in answer["paragraphs"]),
        rows=tuple(tuple((start, end) for start, end in row) for row in answer["rows"]),
        doubts=tuple((start, end) for start, end in answer["doubts"]),
        notes=tuple(answer["notes"]),
        wrapped=answer["wrapped"],
        hidden=tuple(answer["hidden"]),
    )
