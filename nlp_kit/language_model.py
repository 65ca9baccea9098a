"""A language model that the user runs: any endpoint with OpenAI's chat interface, by default on this machine only.

The one place of nlpkit that opens a connection, and only when --polish is given.
"""

import http.client
import json
import time
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from nlp_kit.errors import InputError

TIMEOUT = 60.0
# After this many failures in a row nobody is there; the rest of the draft is not waited for.
MAX_FAILURES = 3
MAX_ANSWER = 100_000

_PROMPT = (
    "你是机关公文校对。请只改写下面这一句话，使它更通顺、精炼、合乎公文语体。"
    "不得增减意思，不得改动人数用语（如“有的同志”“一些同志”）和引号里的字，不得加入原因、措施、成绩、数字、姓名、单位。"
    "只输出改写后的这一句话，不要解释。\n"
)


@dataclass
class LanguageModel:
    """Rephrases sentences.

    Args:
        address: Such as ``http://127.0.0.1:8080``; a path before ``/v1`` is kept.
        name: Which of the endpoint's models.
        remote: Whether it may be another machine.
        timeout: Seconds to wait for an answer.

    Attributes:
        status: HTTP status of the last answer.

    Raises:
        InputError: The address is none, or is another machine's without ``remote``.
    """

    address: str
    name: str = "default"
    remote: bool = False
    timeout: float = TIMEOUT

    def __post_init__(self) -> None:
        """Check the address."""
        parts = urlsplit(self.address)
        try:
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise InputError(f"--polish 的地址“{self.address}”写得不对，例如 http://127.0.0.1:8080。")
        if not self.remote and not _is_here(parts.hostname or ""):
            raise InputError(
                f"“{parts.hostname}”不是本机，材料内容会传出去；确实要用请加 --polish-remote，或改用本机的模型。"
            )
        self._failures = 0
        self.status = http.HTTPStatus.OK.value

    @property
    def is_gone(self) -> bool:
        """Whether it has not answered several times in a row."""
        return self._failures >= MAX_FAILURES

    def rephrase(self, sentence: str) -> str | None:
        """Return the sentence in other words, None where no usable answer came."""
        if self.is_gone:
            return None
        try:
            answer = self._ask(_PROMPT + sentence)
        except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError, RecursionError):
            self._failures += 1
            return None
        self._failures = 0
        return answer.strip() or None

    def _ask(self, prompt: str) -> str:
        parts = urlsplit(self.address)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self.timeout)
        path = parts.path.rstrip("/").removesuffix("/chat/completions").removesuffix("/v1") + "/v1/chat/completions"
        body = {"model": self.name, "temperature": 0, "messages": [{"role": "user", "content": prompt}]}
        try:
            connection.request("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"})
            response = connection.getresponse()
            self.status = response.status
            data = self._read(response)
            if response.status != http.HTTPStatus.OK:
                raise http.client.HTTPException(str(response.status))
        finally:
            connection.close()
        answer = json.loads(data)["choices"][0]["message"]["content"]
        if not isinstance(answer, str):
            raise ValueError("no text")
        return answer

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        """Return the answer; one that comes drop by drop is waited for no longer than one that does not come."""
        last = time.monotonic() + self.timeout
        data = b""
        while len(data) < MAX_ANSWER and (piece := response.read1(MAX_ANSWER)):
            data += piece
            if time.monotonic() > last:
                raise TimeoutError
        return data


def _is_here(host: str) -> bool:
    """Whether a host is this machine by its name or number, without asking anybody."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
