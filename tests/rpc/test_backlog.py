"""Slow readers are bounded each, and all together: whoever reads is answered, and some who do not read are cut off."""

import asyncio
import contextlib
import json
import logging
import socket
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.git.kept import KeptGits
from gto_daemon.registry.queries.history import history
from gto_daemon.rpc import session as session_module
from gto_daemon.rpc.jsonrpc.backlog import Backlog
from gto_daemon.rpc.methods.queries import history as history_method
from gto_daemon.rpc.running.answer_cache import AnswerCache
from gto_daemon.rpc.running.event_loop import EventLoopRunner
from gto_daemon.rpc.service import Service
from gto_daemon.rpc.transport.connection import connection_factory
from tests.builders import RepositoryBuilder
from tests.rpc.peer import Peer, scheduled
from tests.waiting import soon

_MAX_HELD = 4_000_000
BOUNDED = pytest.mark.parametrize("service_options", [{"max_held": _MAX_HELD}])


class Client:
    """What the backlog sees of a client."""

    def __init__(self, held: int, *, stalled: bool = True, unsent: Collection[bytes] = ()) -> None:
        self.held = held
        self.unsent = unsent
        self.is_stalled = stalled
        self.reason: str | None = None

    def cut(self, reason: str) -> None:
        self.reason = reason


@pytest.fixture
def backlog() -> Backlog:
    return Backlog(1_000_000)


def test_within_the_bound_nobody_is_cut_off(backlog: Backlog) -> None:
    clients = [Client(100_000) for _ in range(10)]
    for client in clients:
        backlog.note(client)
    assert backlog.held == 1_000_000
    assert not any(client.reason for client in clients)


def test_beyond_it_the_largest_of_those_that_do_not_read_goes_first(backlog: Backlog) -> None:
    reading, small, large, new = Client(600_000, stalled=False), Client(100_000), Client(250_000), Client(200_000)
    for client in (reading, small, large, new):
        backlog.note(client)
    assert [client.reason is not None for client in (reading, small, large, new)] == [False, False, True, False]
    assert backlog.held == 900_000


def test_whoever_is_answered_now_is_not_cut_off_however_long_the_answer(backlog: Backlog) -> None:
    small, huge = Client(100_000), Client(50_000_000)
    backlog.note(small)
    backlog.note(huge)
    assert small.reason is not None
    assert huge.reason is None


def test_what_several_wait_for_counts_once(backlog: Backlog) -> None:
    same = b"x" * 600_000
    clients = [Client(100, unsent=[same]) for _ in range(100)]
    for client in clients:
        backlog.note(client)
    assert backlog.held == 610_000
    assert not any(client.reason for client in clients)
    another = Client(100, unsent=[b"y" * 600_000])
    backlog.note(another)
    assert backlog.held == 600_100
    assert all(client.reason for client in clients)


def test_what_was_read_or_is_on_its_way_does_not_count(backlog: Backlog) -> None:
    read, short = Client(900_000), Client(10_000)
    backlog.note(read)
    read.held = 0
    for client in (short, Client(900_000)):
        backlog.note(client)
    assert backlog.held == 900_000
    assert read.reason is None
    assert short.reason is None


def request(number: int, repo: str) -> bytes:
    params = {"repo": repo}
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": "gto/history", "params": params}).encode() + b"\n"


async def dial(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, str(path))
    return connection


async def read_answer(connection: socket.socket) -> bytes:
    answer = bytearray()
    while not answer.endswith(b"\n"):
        piece = await asyncio.get_running_loop().sock_recv(connection, 1 << 20)
        assert piece, "cut off"
        answer += piece
    return bytes(answer)


@BOUNDED
async def test_many_slow_readers_are_held_no_more_for_than_together_is_allowed(
    service: Service, registry: RepositoryBuilder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(60):
        registry.tag(f"large@v1.{number}.0", message="x" * 16_000)
    repo = str(registry.path)
    loop = asyncio.get_running_loop()
    server = await loop.create_unix_server(connection_factory(service), str(tmp_path / "sock"))
    with contextlib.ExitStack() as held, caplog.at_level(logging.WARNING):
        reader = held.enter_context(contextlib.closing(await dial(tmp_path / "sock")))
        await loop.sock_sendall(reader, request(0, repo))
        answer = await read_answer(reader)
        assert len(answer) > 900_000
        for number in range(20):
            slow = held.enter_context(contextlib.closing(await dial(tmp_path / "sock")))
            await loop.sock_sendall(slow, request(number, repo))
            assert await loop.sock_recv(slow, 1) == b"{"
            assert service.backlog.held <= _MAX_HELD + len(answer)
        assert "cut off" in caplog.text
        assert "all clients together" in caplog.text
        # Whoever reads is answered all the same.
        await loop.sock_sendall(reader, request(0, repo))
        assert await read_answer(reader) == answer
    await soon(lambda: not service.session_count)
    assert service.backlog.held == 0
    server.close()


@BOUNDED
async def test_half_messages_count_as_well(service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_unix_server(connection_factory(service), str(tmp_path / "sock"))
    with contextlib.ExitStack() as held, caplog.at_level(logging.WARNING):
        for number in range(1, 8):
            half = held.enter_context(contextlib.closing(await dial(tmp_path / "sock")))
            await loop.sock_sendall(half, b"{" + b" " * 1_000_000)
            least = min(number, 3) * 1_000_000
            await soon(lambda least=least: service.backlog.held >= least)
            await soon(lambda: service.backlog.held <= _MAX_HELD)
    assert "all clients together" in caplog.text
    await soon(lambda: not service.session_count)
    server.close()


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The limits of the answers to `gto/history` that were computed."""
    found: list[int] = []

    def counting(*arguments: Any, **options: Any) -> Any:
        answer = history(*arguments, **options)
        found.append(len(answer))
        return answer

    monkeypatch.setattr(history_method, "history", counting)
    return found


async def test_a_large_answer_is_computed_once_for_all_who_ask_meanwhile(
    connect: Callable[..., Peer], path: str, service: Service, computed: list[int]
) -> None:
    cache = AnswerCache(budget=0, large=-1, threads=1)
    service.runner = EventLoopRunner(cache, set(), KeptGits(0))
    peers = [connect() for _ in range(20)]
    await peers[0].call("gto/history", {"repo": path})
    # Files that were written within the clock's last step are read again.
    worktree = await service.hub.open(path, environment={})
    while worktree.current(None) is None:
        await worktree.fresh()
    computed.clear()
    go_on = threading.Event()
    cache.threads.submit(go_on.wait)
    for peer in peers:
        peer.send_bytes(request(7, path))
    await soon(lambda: all(peer.connection.session.open_count == 1 for peer in peers))
    go_on.set()
    found = [await peer.messages() for peer in peers]
    assert found == [found[0]] * 20
    assert len(computed) == 1


async def test_answers_that_nobody_waits_for_any_more_are_not_computed(
    connect: Callable[..., Peer], path: str, service: Service, computed: list[int]
) -> None:
    cache = AnswerCache(large=-1, threads=1)
    service.runner = EventLoopRunner(cache, set(), KeptGits(0))
    leave, leave_too, stays = connect(), connect(), connect()
    await stays.call("gto/stages", {"repo": path})
    go_on = threading.Event()
    cache.threads.submit(go_on.wait)
    for peer, limits in ((leave, (1, 2)), (leave_too, (2,)), (stays, (3,))):
        for limit in limits:
            params = {"repo": path, "limit": limit}
            peer.send({"jsonrpc": "2.0", "id": limit, "method": "gto/history", "params": params})
    await soon(lambda: [peer.connection.session.open_count for peer in (leave, leave_too, stays)] == [2, 1, 1])
    leave.transport.abort()
    leave_too.transport.abort()
    await leave.closed()
    await leave_too.closed()
    await scheduled()
    go_on.set()
    (answer,) = await stays.messages()
    assert len(answer["result"]["events"]) == 3
    assert len(computed) == 1


async def test_requests_of_clients_that_hung_up_are_not_answered(
    service: Service, registry: RepositoryBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await asyncio.get_running_loop().create_unix_server(connection_factory(service), str(tmp_path / "s"))
    asked: list[bytes] = []
    receive = session_module.Session.receive
    monkeypatch.setattr(
        session_module.Session, "receive", lambda self, frame, *rest: asked.append(frame) or receive(self, frame, *rest)
    )
    path = str(registry.path.resolve())
    for number in range(50):
        with socket.socket(socket.AF_UNIX) as leaves:
            leaves.connect(str(tmp_path / "s"))
            leaves.sendall(request(number, path))
    with socket.socket(socket.AF_UNIX) as stays:
        stays.setblocking(False)
        await asyncio.get_running_loop().sock_connect(stays, str(tmp_path / "s"))
        await asyncio.get_running_loop().sock_sendall(stays, request(100, path))
        assert json.loads(await read_answer(stays))["id"] == 100
    assert len(asked) == 1
    await soon(lambda: not service.session_count)
    server.close()
