"""Bytes as no client should send them, and a client that leaves in the middle."""

import contextlib
import json
import signal
import socketserver
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gto_daemon import __version__, client
from tests.builders import RepositoryBuilder
from tests.mcp.agents import Wire

#: Servers take long to start, so each module shares its own.
pytestmark = pytest.mark.xdist_group("mcp-frames")

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "wire", "version": "1"}},
}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def frame(message: Any) -> bytes:
    return json.dumps(message).encode() + b"\n"


def call(number: int, tool: str, **arguments: Any) -> bytes:
    params = {"name": tool, "arguments": arguments}
    return frame({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params})


def meet(wire: Wire) -> Wire:
    wire.write(frame(INITIALIZE) + frame(INITIALIZED))
    assert json.loads(wire.read())["result"]["serverInfo"]["name"] == "gtod"
    return wire


@pytest.fixture
def met(wire: Wire) -> Wire:
    return meet(wire)


@pytest.fixture(scope="module")
def shared(models: RepositoryBuilder) -> Iterator[Wire]:
    """A server that nothing of what is sent to it brings down."""
    made = meet(Wire("-r", str(models.path)))
    yield made
    assert made.leave() == 0
    made.close()


def planned(wire: Wire, number: int) -> str:
    """Plan that many tags; the plan's id."""
    actions = [{"act": "register", "name": f"model-{each}"} for each in range(number)]
    wire.write(call(2, "plan", actions=actions))
    plan_id: str = json.loads(wire.read())["result"]["structuredContent"]["plan_id"]
    return plan_id


def test_a_frame_that_comes_in_pieces_is_one_frame(shared: Wire) -> None:
    data = call(2, "check_ref", ref="churn@v1.0.0")
    for start in range(0, len(data), 7):
        shared.write(data[start : start + 7])
    answer = json.loads(shared.read())
    assert (answer["id"], answer["result"]["structuredContent"]["event"]["version"]) == (2, "v1.0.0")


@pytest.mark.parametrize(
    "garbage",
    [
        call(2, "registry")[:40] + b"\n",
        b"\n",
        b"\xff\xfe\x00{}\n",
        b"[" * 5_000 + b"\n",
        b'{"jsonrpc":"2.0","id":9}\n',
        b"x" * 200_000 + b"\n",
    ],
)
def test_what_is_no_frame_costs_nothing_but_itself(shared: Wire, garbage: bytes) -> None:
    shared.write(garbage + call(3, "registry"))
    answers = [json.loads(shared.read())]
    while answers[-1].get("id") != 3:
        answers.append(json.loads(shared.read()))
    assert "churn" in answers[-1]["result"]["structuredContent"]["artifacts"]


def test_an_act_whose_frame_is_cut_by_the_end_is_not_done(met: Wire, tags: Callable[[], set[str]]) -> None:
    before = tags()
    plan_id = planned(met, 3)
    met.write(call(3, "apply_plan", plan_id=plan_id)[:-5])
    assert met.leave() == 0
    assert tags() == before


@pytest.mark.parametrize("leaving", ["leave", "kill"])
def test_a_client_that_leaves_while_an_act_runs_has_all_of_it_or_nothing(
    met: Wire, tags: Callable[[], set[str]], leaving: str
) -> None:
    before = tags()
    plan_id = planned(met, 40)
    met.write(call(3, "apply_plan", plan_id=plan_id))
    if leaving == "leave":
        assert met.leave() == 0
    else:
        met.process.kill()
        met.process.wait(60)
    client.stop()  # which waits for what is being done
    assert tags() - before in (set(), {f"model-{each}@v0.0.1" for each in range(40)})


def test_a_request_that_is_cancelled_leaves_the_server_as_it_was(shared: Wire) -> None:
    cancelled = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 2}}
    shared.write(call(2, "doctor") + frame(cancelled) + call(3, "registry"))
    answer = json.loads(shared.read())
    while answer.get("id") != 3:
        answer = json.loads(shared.read())
    assert "churn" in answer["result"]["structuredContent"]["artifacts"]


class _OddDaemon(socketserver.StreamRequestHandler):
    """Greets as ours does, and answers everything else with what no daemon answers."""

    def handle(self) -> None:
        for line in self.rfile:
            request = json.loads(line)
            greeting = {"server": "gtod", "version": __version__, "protocol": 2, "capabilities": [], "pid": 1}
            result = greeting if request["method"] == "gto/handshake" else {"a secret": "of the daemon"}
            self.wfile.write(frame({"jsonrpc": "2.0", "id": request["id"], "result": result}))


@pytest.fixture
def odd_daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="gtod-", dir="/tmp") as folder:
        monkeypatch.setenv("GTOD_RUNTIME_DIR", folder)
        with socketserver.ThreadingUnixStreamServer(str(Path(folder) / "gtod.sock"), _OddDaemon) as server:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield
            server.shutdown()


def test_what_nobody_expected_is_logged_and_not_sent(odd_daemon: None, models: RepositoryBuilder) -> None:
    with contextlib.closing(meet(Wire("-r", str(models.path)))) as wire:
        wire.write(call(2, "registry") + call(3, "doctor"))
        errors = [json.loads(wire.read())["error"] for _ in range(2)]
        assert {(error["code"], error["message"]) for error in errors} == {
            (-32603, "Internal error; stderr of gtod has the reason")
        }
        assert all(set(error) <= {"code", "message", "data"} and not error.get("data") for error in errors)
        assert wire.leave() == 0
        assert wire.process.stderr is not None
        assert b"KeyError" in wire.process.stderr.read()


def test_an_interrupt_ends_it_at_once(met: Wire) -> None:
    met.process.send_signal(signal.SIGINT)
    assert met.process.wait(60) == -signal.SIGINT


def test_a_client_that_reads_no_more_is_gone_and_no_failure(met: Wire) -> None:
    assert met.process.stdout is not None
    assert met.process.stderr is not None
    met.process.stdout.close()
    met.write(call(2, "registry"))
    assert met.leave() == 0
    assert met.process.stderr.read() == b""


@pytest.mark.parametrize(
    "arguments",
    [b'{"limit":NaN}', b'{"limit":1e400}', b'{"limit":-Infinity}'],
)
def test_a_number_that_json_does_not_have_is_a_wrong_argument(shared: Wire, arguments: bytes) -> None:
    shared.write(call(2, "registry").replace(b"{}", arguments))
    answer = json.loads(shared.read())
    assert json.loads(answer["result"]["content"][0]["text"])["error"]["kind"] == "InvalidArguments"


def test_metrics_are_wanted_or_not(shared: Wire) -> None:
    shared.write(call(2, "artifact", name="churn", metrics="no"))
    answer = json.loads(shared.read())
    assert json.loads(answer["result"]["content"][0]["text"])["error"]["kind"] == "InvalidArguments"


def test_an_answer_to_the_question_that_is_none(wire: Wire, tags: Callable[[], set[str]]) -> None:
    before = tags()
    can_ask = {**INITIALIZE, "params": {**INITIALIZE["params"], "capabilities": {"elicitation": {}}}}
    wire.write(frame(can_ask) + frame(INITIALIZED))
    wire.read()
    wire.write(call(3, "apply_plan", plan_id=planned(wire, 1)))
    question = json.loads(wire.read())
    wire.write(frame({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "maybe"}}))
    answer = json.loads(wire.read())
    assert json.loads(answer["result"]["content"][0]["text"])["error"]["kind"] == "NotAnswered"
    assert tags() == before


def test_a_folder_whose_name_cannot_be_sent(tmp_path: Path) -> None:
    folder = tmp_path / "\udcff"
    folder.mkdir()
    with contextlib.closing(Wire("-r", str(folder))) as wire:
        assert wire.process.stderr is not None
        assert wire.leave() != 0
        assert b"is not UTF-8" in wire.process.stderr.read()
