"""`gtod lsp`: bytes between an editor and a daemon, and nothing left behind."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gto_daemon import client
from tests.builders import RepositoryBuilder
from tests.transports import BOTH

TRANSPORTS = BOTH
_ROOT = Path(__file__).parents[2]


class Editor:
    """An editor that speaks as much LSP as it takes."""

    def __init__(self, *options: str, stdin: int = subprocess.PIPE, python: str = sys.executable) -> None:
        self.process = subprocess.Popen(
            [python, "-m", "gto_daemon", "lsp", *options],
            env={**os.environ, "PYTHONPATH": str(_ROOT) if python == sys.executable else ""},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def send(self, method: str, number: int | None = None, params: Any = None) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(framed(method, number, params))
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        answer: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return answer

    def ask(self, number: int, method: str, params: Any = None) -> Any:
        self.send(method, number, params)
        while (answer := self.receive()).get("id") != number or "method" in answer:
            continue
        return answer["result"]

    def initialize(self, process_id: int | None = None) -> Any:
        return self.ask(1, "initialize", {"processId": process_id, "rootUri": None, "capabilities": {}})

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


def framed(method: str, number: int | None, params: Any) -> bytes:
    message = {"jsonrpc": "2.0", "method": method, **({} if number is None else {"id": number})}
    if params is not None:
        message["params"] = params
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


@pytest.fixture
def editor(runtime: Path) -> Iterator[Callable[..., Editor]]:
    started: list[Editor] = []

    def start(*options: str, **streams: int) -> Editor:
        started.append(Editor(*options, **streams))
        return started[-1]

    yield start
    for each in started:
        each.close()


@pytest.fixture
def registry(repo: RepositoryBuilder) -> RepositoryBuilder:
    repo.commit({"a": "1"})
    repo.tag("churn@v1.0.0")
    return repo


@pytest.mark.parametrize("options", [(), ("--standalone",)])
def test_an_editor_is_served_from_its_beginning_to_its_end(
    editor: Callable[..., Editor], registry: RepositoryBuilder, options: tuple[str, ...]
) -> None:
    one = editor(*options)
    assert "capabilities" in one.initialize()
    one.send("initialized", None, {})
    shown = one.ask(2, "gto/show", {"repo": str(registry.path)})
    assert list(shown["artifacts"]) == ["churn"]
    one.ask(3, "shutdown")
    one.send("exit")
    assert one.process.wait(60) == 0
    assert (client.status() is None) is bool(options)


def test_two_editors_share_the_daemon_and_one_leaves(
    editor: Callable[..., Editor], registry: RepositoryBuilder
) -> None:
    one, two = editor(), editor()
    pids = {each.ask(1, "gto/status")["pid"] for each in (one, two)}
    assert len(pids) == 1
    one.process.kill()
    one.process.wait()
    assert two.ask(2, "gto/status")["pid"] in pids


def test_it_takes_the_environment_of_the_editor_along(
    editor: Callable[..., Editor], registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.start()
    monkeypatch.setenv("GTO_STAGES", '["one"]')
    stages = editor().ask(1, "gto/stages", {"repo": str(registry.path), "allowed": True})
    assert stages["stages"] == ["one"]


@pytest.mark.parametrize("options", [(), ("--standalone",)])
def test_it_ends_with_its_editor_and_answers_first(editor: Callable[..., Editor], options: tuple[str, ...]) -> None:
    one = editor(*options)
    one.send("gto/status", 7)
    assert one.process.stdin is not None
    one.process.stdin.close()
    assert one.receive()["id"] == 7
    assert one.process.wait(60) == 0


@pytest.mark.parametrize("options", [(), ("--standalone",)])
def test_stdin_may_be_a_file(editor: Callable[..., Editor], tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "requests").write_bytes(framed("gto/status", 1, None) + framed("gto/repositories", 2, None))
    with (tmp_path / "requests").open("rb") as requests:
        one = editor(*options, stdin=requests.fileno())
    assert sorted([one.receive()["id"], one.receive()["id"]]) == [1, 2]
    assert one.process.wait(60) == 0


@pytest.mark.parametrize("options", [(), ("--standalone",)])
@pytest.mark.parametrize("initialized", [True, False])
def test_exit_without_shutdown_is_a_failure(
    editor: Callable[..., Editor], initialized: bool, options: tuple[str, ...]
) -> None:
    one = editor(*options)
    if initialized:
        one.initialize()
    one.send("exit")
    assert one.process.wait(60) == 1


@pytest.mark.parametrize("options", [(), ("--standalone",)])
def test_it_ends_with_the_process_that_initialize_names_though_its_stdin_stays_open(
    editor: Callable[..., Editor], options: tuple[str, ...]
) -> None:
    one = editor(*options)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert "capabilities" in one.initialize(process.pid)
        assert one.ask(2, "gto/status")
    assert one.process.wait(60) == 0


@pytest.mark.parametrize(
    ("process_id", "options"), [(0, ()), (-1, ()), (2**80, ()), ("gone", ()), ("gone", ("--standalone",))]
)
@pytest.mark.parametrize("transport", ["unix"], indirect=True)
def test_a_process_that_was_never_there_is_not_waited_for(
    editor: Callable[..., Editor], process_id: Any, options: tuple[str, ...]
) -> None:
    if process_id == "gone":
        with subprocess.Popen([sys.executable, "-c", ""]) as process:
            process_id = process.pid
    one = editor(*options)
    assert one.initialize(process_id)
    assert one.ask(2, "shutdown") is None
    one.send("exit")
    assert one.process.wait(60) == 0


def test_it_ends_with_its_daemon_and_says_so(editor: Callable[..., Editor]) -> None:
    one = editor()
    pid = one.ask(1, "gto/status")["pid"]
    os.kill(pid, signal.SIGKILL)
    assert one.process.wait(60) == 1
    assert one.process.stderr is not None
    assert "has ended the session; see: `gtod logs`" in one.process.stderr.read().decode()


def test_it_says_why_there_is_no_daemon(editor: Callable[..., Editor], runtime: Path) -> None:
    (runtime / "gtod.log").mkdir()
    one = editor()
    assert one.process.wait(60) == 1
    assert one.process.stderr is not None
    assert "cannot write the log" in one.process.stderr.read().decode()
    (runtime / "gtod.log").rmdir()


def test_it_loads_nothing_that_the_daemon_has_loaded() -> None:
    program = "import sys, gto_daemon.app.lsp; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], cwd=_ROOT, capture_output=True, text=True, check=True)
    assert not set(run.stdout.split()) & {"asyncio", "pydantic", "pygit2", "pygls", "lsprotocol.types", "logging"}


def test_it_is_served_over_this_transport(editor: Callable[..., Editor], runtime: Path, transport: str) -> None:
    # Over TCP it is not the editor that has to know the token.
    expected = {"unix": str(runtime / "gtod.sock"), "tcp": "127.0.0.1:"}[transport]
    assert editor().ask(1, "gto/status")["socket"].startswith(expected)
