"""--polish, against a real server process that answers well, badly, slowly, or not at all."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from nlp_kit.drafting import DraftOptions
from nlp_kit.drafting.checking import Evidence
from nlp_kit.drafting.polish import polish
from nlp_kit.errors import InputError
from nlp_kit.language_model import MAX_FAILURES, LanguageModel
from nlp_kit.pipeline import draft_evidence, new_checker

SERVER = """
import http.server, json, sys, time
mode = sys.argv[1]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        sentence = body["messages"][0]["content"].splitlines()[-1]
        if mode == "slow":
            time.sleep(30)
        answer = {
            "echo": sentence,
            "well": sentence.replace("不够有力", "还不够有力").replace("没有摆正", "没能摆正"),
            "many": sentence.replace("有的同志", "大多数同志").replace("一些同志", "绝大多数同志"),
            "figures": sentence.replace("。", "，共涉及3名同志。"),
            "chatty": "好的，改写如下：\\n" + sentence,
            "empty": "",
            "marked": "**" + sentence + "**",
            "praise": sentence.replace("不", "很"),
            "number": 5,
        }.get(mode, sentence)
        data = json.dumps({"choices": [{"message": {"content": answer}}]}, ensure_ascii=False).encode()
        if mode == "garbage":
            data = b"<html>"
        if mode == "shape":
            data = b'{"choices": []}'
        self.send_response(500 if mode == "error" else 200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if mode == "drops":
            for place in range(len(data)):
                self.wfile.write(data[place : place + 1])
                self.wfile.flush()
                time.sleep(0.05)
            return
        self.wfile.write(data)
    def log_message(self, *arguments):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture
def serve() -> Iterator[Callable[[str], str]]:
    """Start a server that answers in one of its ways; return its address."""
    running = []

    def start(mode: str) -> str:
        process = subprocess.Popen([sys.executable, "-c", SERVER, mode], stdout=subprocess.PIPE)
        running.append(process)
        assert process.stdout
        return f"http://127.0.0.1:{int(process.stdout.readline())}"

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def drafted(engine, tmp_path_factory):
    from nlp_kit.pipeline import classify_files
    from nlp_kit.resources import data_path
    from nlp_kit.workspace import Workspace

    with Workspace(tmp_path_factory.mktemp("润色")) as opened:
        classify_files([data_path("corpora", "samples", "branch")], opened, engine=engine)
        options = DraftOptions()
        return draft_evidence(opened, options, engine), new_checker(opened, options, engine)


def polished(drafted, address, **settings):
    evidence, checker = drafted
    return polish(evidence, checker, LanguageModel(address, **settings).rephrase)


def test_a_good_answer_is_taken_over_with_its_evidence(drafted, serve):
    evidence, _ = drafted
    done = polished(drafted, serve("well"))
    before = [one for section in evidence.draft.sections for one in section.sentences]
    after = [one for section in done.draft.sections for one in section.sentences]

    assert done.taken >= 1
    assert [one.evidence for one in before] == [one.evidence for one in after]
    assert done.taken == sum(one.text != other.text for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("mode", ["many", "figures", "chatty", "marked", "praise"])
def test_what_the_checker_minds_is_thrown_away(drafted, serve, mode):
    evidence, _ = drafted
    done = polished(drafted, serve(mode))

    assert (0, evidence.draft) == (done.taken, done.draft)
    assert done.refused > 0


@pytest.mark.parametrize("mode", ["echo", "empty", "garbage", "shape", "error", "number"])
def test_without_a_usable_answer_the_draft_stays(drafted, serve, mode):
    evidence, _ = drafted
    done = polished(drafted, serve(mode))

    assert evidence.draft == done.draft
    assert sum(len(section.sentences) for section in evidence.draft.sections) == done.unanswered


def test_a_slow_model_is_not_waited_for_again_and_again(serve):
    model = LanguageModel(serve("slow"), timeout=0.2)
    answers = [model.rephrase("一句。") for _ in range(MAX_FAILURES + 5)]

    assert {None} == set(answers)
    assert model.is_gone


def test_an_answer_that_comes_drop_by_drop_is_not_waited_for_any_longer(serve):
    model = LanguageModel(serve("drops"), timeout=0.3)
    started = time.monotonic()

    assert model.rephrase("一句。") is None
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_every_form_of_an_address_is_asked_in_the_same_place(serve, path):
    assert "一句。" == LanguageModel(serve("echo") + path).rephrase("一句。")


def test_what_the_committee_has_worded_stays(drafted, serve):
    evidence, checker = drafted
    fixed = replace(evidence.groups[0], will=replace(evidence.groups[0].will, wording="人写的句子。"))
    worded = Evidence(evidence.draft, [fixed, *evidence.groups[1:]])
    asked = []
    polish(worded, checker, lambda sentence: asked.append(sentence))
    first = next(
        one.text for section in evidence.draft.sections for one in section.sentences if fixed.issue.id in one.issues
    )

    assert asked and first not in asked


def test_nobody_there_is_no_error():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    model = LanguageModel(f"http://127.0.0.1:{port}")

    assert model.rephrase("一句。") is None


@pytest.mark.parametrize(
    "address", ["http://example.com", "https://10.1.2.3:8000/v1", "http://192.168.1.9", "http://[2001:db8::1]"]
)
def test_another_machine_is_refused_without_its_flag(address):
    with pytest.raises(InputError, match="不是本机"):
        LanguageModel(address)
    assert LanguageModel(address, remote=True)


@pytest.mark.parametrize(
    "address", ["abc", "ftp://127.0.0.1", "http://", "http://127.0.0.1:port", "http://127.0.0.1:99999"]
)
def test_a_wrong_address_is_said(address):
    with pytest.raises(InputError, match="写得不对"):
        LanguageModel(address)


@pytest.mark.parametrize("address", ["http://localhost:8080/v1/", "http://127.0.0.1", "http://[::1]:9"])
def test_this_machine_needs_no_flag(address):
    assert LanguageModel(address)


def test_the_command_line_polishes(cli, serve, tmp_path):
    from nlp_kit.resources import data_path

    cli("classify", data_path("corpora", "samples", "branch"), "--quiet", "-o", "语句.jsonl")
    done = cli("draft-problems", "--polish", serve("well"))

    assert 0 == done.returncode
    assert "润色：改了" in done.stderr.decode()
    assert "没能摆正" in done.stdout.decode()


def test_the_command_line_says_that_the_address_answers_with_an_error(cli, serve):
    from nlp_kit.resources import data_path

    cli("classify", data_path("corpora", "samples", "branch"), "--quiet", "-o", "语句.jsonl")
    done = cli("draft-problems", "--polish", serve("error"), "--format", "json")

    assert 0 == done.returncode
    assert "回应了错误（500）" in done.stderr.decode()
    assert 4 == len(json.loads(done.stdout)["sections"])
