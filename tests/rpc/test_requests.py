"""Requests in flight: duplicates, cancelling, the end of input, and bugs."""

import asyncio
import errno
import json
import logging
import os
import threading
from collections.abc import Callable
from typing import Any

import pytest

from gto_daemon.rpc import methods
from gto_daemon.rpc import session as session_module
from gto_daemon.rpc.handlers import StatelessQuery
from gto_daemon.rpc.jsonrpc.framing import MAX_FRAME, frame
from gto_daemon.rpc.jsonrpc.limits import ClientLimits
from gto_daemon.rpc.jsonrpc.pending_requests import MAX_OPEN
from gto_daemon.rpc.methods import Route
from gto_daemon.rpc.service import Service
from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer


@pytest.fixture
def client_limits() -> ClientLimits:
    """What one read of the socket brings is taken in one turn, however slow the machine is."""
    return ClientLimits(time_slice=3600.0)


def at(request_id: Any, path: str) -> dict[str, Any]:
    """A request that needs the git thread, so it is never answered at once."""
    return {"jsonrpc": "2.0", "id": request_id, "method": "gto/at", "params": {"repo": path}}


def cancel(request_id: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": request_id}}


async def test_an_id_in_flight_is_refused_and_the_first_request_answered(peer: Peer, path: str) -> None:
    peer.send(at(1, path), at(1, path), at("1", path))
    answers = await peer.messages()
    refused = [answer for answer in answers if "error" in answer]
    assert [(each["id"], each["error"]["code"]) for each in refused] == [(1, -32600)]
    assert "still in flight" in refused[0]["error"]["message"]
    assert sorted(str(answer["id"]) for answer in answers if "result" in answer) == ["1", "1"]
    peer.send(at(1, path))
    assert "result" in (await peer.messages())[0]


@pytest.mark.parametrize("style", ["lines", "headers"])
async def test_a_cancelled_request_is_answered_at_once_and_never_again(
    connect: Callable[..., Peer], path: str, style: Any
) -> None:
    peer = connect(style)
    peer.send(at(1, path), at(2, path), cancel(1))
    assert [(each["id"], each["error"]["code"]) for each in peer.received()] == [(1, -32800)]
    assert [each["id"] for each in await peer.messages()] == [2]
    peer.send(cancel(1), cancel(2))
    assert await peer.messages() == []


async def test_cancelling_one_of_two_that_wait_for_the_same_listing_leaves_the_other(
    connect: Callable[..., Peer], path: str
) -> None:
    one, other = connect(), connect()
    show = {"jsonrpc": "2.0", "id": 1, "method": "gto/show", "params": {"repo": path}}
    one.send(show)
    other.send(show)
    one.send(cancel(1))
    assert (await one.messages())[0]["error"]["code"] == -32800
    assert "churn" in (await other.messages())[0]["result"]["artifacts"]


async def test_a_member_of_a_batch_can_be_cancelled(peer: Peer, path: str) -> None:
    peer.send([at(1, path), at(2, path)], cancel(2))
    (answers,) = await peer.messages()
    assert {each["id"]: each.get("error", {}).get("code") for each in answers} == {1: None, 2: -32800}


async def test_at_the_end_of_input_everything_is_answered_then_the_connection_closes(peer: Peer, path: str) -> None:
    peer.send(at(1, path))
    peer.send_bytes(json.dumps(at(2, path)).encode())
    peer.end()
    assert not peer.transport.closing
    await peer.closed()
    assert sorted(answer["id"] for answer in peer.received()) == [1, 2]


async def test_at_the_end_of_the_daemon_outstanding_requests_are_answered(
    peer: Peer, path: str, service: Service
) -> None:
    peer.send(at(1, path), at(2, path))
    await service.close()
    assert sorted(answer["id"] for answer in peer.received()) == [1, 2]
    assert service.session_count == 0


@pytest.mark.parametrize("service_options", [{"requests_timeout": 60.0}])
@pytest.mark.parametrize("asked", [800, [1, 300]])
async def test_at_the_end_of_the_daemon_what_was_read_and_not_begun_is_answered_too(
    peer: Peer, path: str, service: Service, asked: Any
) -> None:
    if asked == 800:
        peer.send(*(at(number, path) for number in range(800)))
    else:
        peer.send(*(at(number, path) for number in range(300)), [at(number, path) for number in range(300, 800)])
    assert peer.connection.session.open_count == MAX_OPEN, "the others wait"
    await service.close()
    answers = [each for message in peer.received() for each in (message if isinstance(message, list) else [message])]
    assert sorted(answer["id"] for answer in answers if "result" in answer) == list(range(800))
    assert peer.transport.closing
    assert not peer.transport.aborted


@pytest.mark.parametrize("service_options", [{"requests_timeout": 0.0}])
async def test_what_the_end_of_the_daemon_leaves_no_time_for_is_given_up_and_told(
    peer: Peer, path: str, service: Service
) -> None:
    worktree = await service.hub.open(path)
    go_on = threading.Event()
    worktree.submit(go_on.wait)
    peer.send(*(at(number, path) for number in range(800)))
    closing = asyncio.create_task(service.close())
    await peer.closed()
    go_on.set()
    await closing
    answers = peer.received()
    assert sorted(answer["id"] for answer in answers) == list(range(800))
    assert {(answer["error"]["code"], answer["error"]["data"]["retryable"]) for answer in answers} == {(-32802, True)}


@pytest.mark.parametrize("style", ["lines", "headers"])
async def test_what_came_before_bytes_that_are_no_message_is_answered(
    connect: Callable[..., Peer], path: str, style: Any
) -> None:
    peer = connect(style)
    messages = b"".join(b"".join(frame(style, json.dumps(at(number, path)).encode())) for number in range(400))
    peer.send_bytes(messages + (b"x" * (MAX_FRAME + 1) if style == "lines" else b"no header\r\n\r\n"))
    await peer.closed()
    *answers, last = sorted(peer.received(), key=lambda answer: (answer["id"] is None, answer["id"]))
    assert [answer["id"] for answer in answers if "result" in answer] == list(range(400))
    assert (last["id"], last["error"]["code"]) == (None, -32700)


async def test_a_bug_is_answered_with_an_incident_and_its_traceback_stays_in_the_log(
    peer: Peer, path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: Any) -> bytes:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(session_module, "dispatch", broken)
    peer.send(at(1, path))
    (answer,) = await peer.messages()
    error = answer["error"]
    assert error["code"] == -32603
    assert error["data"]["incident"] in caplog.text
    assert "ZeroDivisionError: secret" in caplog.text
    assert "secret" not in json.dumps(error)
    monkeypatch.undo()
    assert await peer.call("gto/stages", {"repo": path})


async def test_a_method_whose_module_cannot_be_imported_is_answered_and_the_others_go_on(
    peer: Peer, path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(methods.ROUTES, "gto/missing", Route("no_such_module", StatelessQuery))
    missing = {"jsonrpc": "2.0", "id": 1, "method": "gto/missing"}
    peer.send(missing, [{**missing, "id": 2}, at(3, path)], at(4, path))
    answers = await peer.messages()
    assert answers[0]["error"]["data"]["kind"] == "InstallationDamaged"
    (batch,) = [each for each in answers if isinstance(each, list)]
    assert {each["id"]: each.get("error", {}).get("code") for each in batch} == {2: -32803, 3: None}
    assert "result" in next(each for each in answers if isinstance(each, dict) and each["id"] == 4)
    assert "no_such_module" in caplog.text


async def test_what_the_system_is_short_of_is_no_bug_and_may_be_asked_again(
    peer: Peer, path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def short(*_: object) -> bytes:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), "some/module.py")

    monkeypatch.setattr(session_module, "dispatch", short)
    peer.send(at(1, path))
    (answer,) = await peer.messages()
    assert answer["error"]["data"]["kind"] == "ResourcesExhausted"
    assert answer["error"]["data"]["retryable"] is True
    assert "some/module.py" in caplog.text
    monkeypatch.undo()
    assert await peer.call("gto/stages", {"repo": path})


async def test_a_bug_in_a_task_is_answered_too(
    peer: Peer, path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> bytes:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(session_module, "dispatch", lambda *_: broken())
    with caplog.at_level(logging.ERROR), pytest.raises(CallFailedError, match="incident"):
        await peer.call("gto/at", {"repo": path})
    assert "secret" in caplog.text


async def test_what_was_given_up_elsewhere_is_answered(peer: Peer, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def given_up() -> bytes:
        raise asyncio.CancelledError

    monkeypatch.setattr(session_module, "dispatch", lambda *_: given_up())
    peer.send(at(1, path))
    assert (await peer.messages())[0]["error"]["code"] == -32802


async def test_a_client_that_leaves_takes_its_requests_along(peer: Peer, path: str, service: Service) -> None:
    peer.send(at(1, path), at(2, path))
    peer.transport.abort()
    await peer.closed()
    assert peer.received() == []
    assert service.session_count == 0
    assert service.idle_since is not None


async def test_a_flood_of_slow_requests_waits_unread(peer: Peer, path: str) -> None:
    peer.send(*(at(number, path) for number in range(1000)))
    assert peer.connection.session.open_count <= 256
    assert not peer.transport.reading
    answers = await peer.messages()
    assert sorted(answer["id"] for answer in answers) == list(range(1000))
    assert peer.transport.reading


@pytest.mark.parametrize("client_limits", [ClientLimits(time_slice=0.0)])
async def test_many_requests_do_not_hold_up_another_client(
    connect: Callable[..., Peer], registry: RepositoryBuilder, path: str
) -> None:
    greedy, modest = connect(), connect()
    await greedy.call("gto/show", {"repo": path})
    show = {"jsonrpc": "2.0", "method": "gto/printState", "params": {"repo": path}}
    # Each with another spelling, so that each has to be computed.
    greedy.send(*({**show, "id": number, "params": {"repo": path + "/" * number}} for number in range(200)))
    assert len(greedy.received()) < 200
    assert await modest.call("gto/stages", {"repo": path})
    await greedy.settled()
