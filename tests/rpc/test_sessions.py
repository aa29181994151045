"""What a client says of itself: handshake, environment, trust, token; and the end of the daemon."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from gto_daemon import client
from gto_daemon.client.environment import for_session
from gto_daemon.client.messages import PROTOCOL as CLIENT_PROTOCOL
from gto_daemon.daemon.hub import Hub
from gto_daemon.environment import MAX_ENVIRONMENT
from gto_daemon.rpc import PROTOCOL
from gto_daemon.rpc.schema.client_environment import allowed, configuring
from gto_daemon.rpc.service import Service
from gto_daemon.rpc.transport.authentication import MAX_FIRST_FRAME, PendingAuthentication
from gto_daemon.rpc.transport.connection import Connection, connection_factory
from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, MemoryTransport, Peer, scheduled

HELLO: dict[str, Any] = {"client": "test", "version": "1.0", "protocol": PROTOCOL}


async def test_a_handshake_tells_what_the_server_can(peer: Peer) -> None:
    result = await peer.call("gto/handshake", {**HELLO, "require": ["gto/show", "paging"], "optional": ["time-travel"]})
    assert {"gto/show", "gto/subscribe", "rpc.discover", "paging"} <= set(result["capabilities"])
    assert (result["server"], result["protocol"]) == ("gtod", PROTOCOL)


async def test_a_missing_capability_is_named(peer: Peer) -> None:
    with pytest.raises(CallFailedError, match="time-travel") as caught:
        await peer.call("gto/handshake", {**HELLO, "require": ["gto/show", "time-travel"]})
    assert (caught.value.kind, caught.value.data["missing"]) == ("MissingCapability", ["time-travel"])


@pytest.mark.parametrize(("protocol", "older"), [(PROTOCOL - 1, "client"), (PROTOCOL + 1, "daemon")])
async def test_another_protocol_is_refused_and_the_older_side_named(peer: Peer, protocol: int, older: str) -> None:
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/handshake", {**HELLO, "protocol": protocol})
    assert caught.value.kind == "ProtocolMismatch"
    assert (caught.value.data["client"], caught.value.data["server"]) == (protocol, PROTOCOL)
    assert f"The {older} is the older one" in caught.value.data["hint"]


def test_the_client_of_this_package_speaks_this_protocol() -> None:
    assert CLIENT_PROTOCOL == PROTOCOL
    assert client.Client is not None


def test_client_and_server_agree_on_what_of_the_environment_counts() -> None:
    names = [
        *("GIT_AUTHOR_NAME", "GIT_DIR", "GIT_INDEX_FILE", "GIT_CONFIG_COUNT", "GIT_SSH_COMMAND", "GTO_STAGES", "EMAIL"),
        *(
            "HOME",
            "PATH",
            "XDG_CONFIG_HOME",
            "XDG_CACHE_HOME",
            "SSH_AUTH_SOCK",
            "SSH_ASKPASS",
            "GPG_TTY",
            "GNUPGHOME",
            "https_proxy",
        ),
        *("NO_PROXY", "LD_PRELOAD", "PYTHONPATH", "SECRET", "TMPDIR", "GTOD_RUNTIME_DIR", "git_author_name"),
    ]
    environment = dict.fromkeys(names, "x")
    kept = allowed(environment)
    assert kept == for_session(environment)
    assert set(names) - set(kept) == {"GIT_DIR", "GIT_INDEX_FILE"}
    assert set(configuring(kept)) == {"GTO_STAGES"}


async def test_the_environment_of_a_session_configures_its_answers_alone(
    connect: Callable[..., Peer], path: str
) -> None:
    one, other = connect(), connect()
    await one.call("gto/handshake", {**HELLO, "env": {"GTO_STAGES": '["qa"]', "GIT_DIR": "x"}})
    assert (await one.call("gto/stages", {"repo": path, "allowed": True}))["stages"] == ["qa"]
    assert (await other.call("gto/stages", {"repo": path, "allowed": True}))["stages"] is None
    once = {"repo": path, "allowed": True, "env": {"GTO_STAGES": '["dev"]'}}
    assert (await one.call("gto/stages", once))["stages"] == ["dev"]
    assert one.connection.session.context.environment == {"GTO_STAGES": '["qa"]'}


async def test_what_is_wrong_with_an_environment_is_told_without_what_it_holds(connect: Callable[..., Peer]) -> None:
    peer = connect()
    for wrong in ({"SECRET": ["hush"]}, {"SECRET": "hush" * MAX_ENVIRONMENT}, {"SECRET": "hush", "NUMBER": 1}):
        with pytest.raises(CallFailedError) as caught:
            await peer.call("gto/handshake", {**HELLO, "env": wrong})
        assert caught.value.code == -32602
        assert "hush" not in f"{caught.value} {caught.value.data}"


async def test_an_untrusted_session_reads_without_its_environment_and_stays_untrusted(
    service: Service, connect: Callable[..., Peer], path: str
) -> None:
    peer = connect()
    environment = {"GTO_STAGES": '["qa"]'}
    await peer.call("gto/handshake", {**HELLO, "trusted": False, "env": environment})
    await peer.call("gto/handshake", {**HELLO, "trusted": True, "env": environment})
    asked = {"repo": path, "allowed": True, "env": environment}
    assert (await peer.call("gto/stages", asked))["stages"] is None
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/shutdown")
    assert caught.value.kind == "Untrusted"


async def test_a_token_is_asked_for_first(connect: Callable[..., Peer]) -> None:
    peer = connect(token="sesame")
    assert (await peer.call("gto/handshake", {**HELLO, "token": "sesame"}))["server"] == "gtod"
    assert (await peer.call("gto/repositories")) == {"repositories": []}


@pytest.mark.parametrize(
    "first",
    [
        {"jsonrpc": "2.0", "id": 1, "method": "gto/repositories"},
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}},
        {"jsonrpc": "2.0", "id": 1, "method": "gto/handshake", "params": HELLO},
        {"jsonrpc": "2.0", "id": 1, "method": "gto/handshake", "params": {**HELLO, "token": "Sesame"}},
        {"jsonrpc": "2.0", "id": 1, "method": "gto/handshake", "params": {**HELLO, "token": None}},
        {"jsonrpc": "2.0", "id": 1, "method": "gto/handshake", "params": ["sesame"]},
        {"jsonrpc": "2.0", "method": "exit"},
        {"jsonrpc": "2.0", "id": [1], "method": 7},
        [{"jsonrpc": "2.0", "id": 1, "method": "gto/repositories"}],
        [{"jsonrpc": "2.0", "id": 1, "method": "gto/handshake", "params": {**HELLO, "token": "sesame"}}],
        [],
    ],
)
async def test_without_the_token_nothing_is_answered_and_the_connection_closed(
    connect: Callable[..., Peer], first: Any
) -> None:
    peer = connect(token="sesame")
    peer.send(first, {"jsonrpc": "2.0", "id": 2, "method": "gto/handshake", "params": {**HELLO, "token": "sesame"}})
    await peer.closed()
    (message,) = peer.received()
    assert (message["error"]["code"], message["error"]["data"]["kind"]) == (-32803, "Unauthorized")


@pytest.mark.parametrize(
    "first", [b"{\n", b"{]\n{}\n", b'{"id":1,"method":"gto/handshake","params":{"token":"\\ud800"}}\n']
)
async def test_what_is_no_json_shows_no_token(connect: Callable[..., Peer], first: bytes) -> None:
    peer = connect(token="sesame")
    peer.send_bytes(first)
    await peer.closed()
    (message,) = peer.received()
    assert (message["id"], message["error"]["data"]["kind"]) == (None, "Unauthorized")


async def test_a_first_message_may_be_long_and_not_endless(connect: Callable[..., Peer]) -> None:
    peer = connect(token="sesame")
    hello = {**HELLO, "token": "sesame", "env": {"PATH": "x" * 900_000}}
    first = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "gto/handshake", "params": hello}).encode() + b"\n"
    second = json.dumps({"jsonrpc": "2.0", "id": 2, "method": "gto/repositories", "x": "x" * 2_000_000}).encode()
    for place in range(0, len(first + second), 256 * 1024):  # as asyncio reads
        peer.send_bytes((first + second + b"\n")[place : place + 256 * 1024])
    assert [message["id"] for message in await peer.messages()] == [1, 2]
    endless = connect(token="sesame")
    endless.send_bytes(b"{" + b" " * MAX_FIRST_FRAME)
    await endless.closed()
    (message,) = endless.received()
    assert "too large" in message["error"]["message"]


async def test_who_does_not_show_the_token_is_not_waited_for(connect: Callable[..., Peer]) -> None:
    pending = PendingAuthentication(timeout=0.05)
    silent, known = (connect(token="sesame", pending=pending) for _ in range(2))
    assert (await known.call("gto/handshake", {**HELLO, "token": "sesame"}))["server"] == "gtod"
    await silent.closed()
    (message,) = silent.received()
    assert message["error"]["data"]["kind"] == "Unauthorized"
    assert await known.call("gto/repositories")


async def test_a_crowd_that_does_not_show_the_token_is_waited_for_less(service: Service) -> None:
    pending = PendingAuthentication(timeout=1e6, crowd=3, crowded_timeout=0.05)
    factory = connection_factory(service, token="sesame", pending=pending)

    def connected() -> Connection:
        connection = factory()
        connection.connection_made(MemoryTransport(connection))
        return connection

    crowd = [connected() for _ in range(4)]
    await asyncio.wait_for(crowd[3].closed, 30)
    assert not any(connection.closed.done() for connection in crowd[:3])
    crowd[0].abort()
    await asyncio.wait_for(crowd[0].closed, 30)
    patient = connected()  # two are left: a crowd no more
    # Who comes after it is one too many, and gone by a time that would have been up for it before.
    await asyncio.wait_for(connected().closed, 30)
    assert not patient.closed.done()
    for connection in (*crowd[1:3], patient):
        connection.abort()


async def test_shutdown_is_answered_before_the_end_begins() -> None:
    told: list[tuple[str, int]] = []
    service = Service(Hub(watch=False), on_shutdown=lambda reason: told.append((reason, len(peer.transport.writes))))
    peer = Peer(service)
    assert (await peer.call("gto/shutdown", {"reason": "a test"}))["pid"] == service.info.pid
    peer.send({"jsonrpc": "2.0", "id": 5, "method": "gto/shutdown"})
    await scheduled()
    assert [reason for reason, _ in told] == ["a test", "a client asked for it"]
    assert told[1][1] >= 1
    await service.close()


async def test_who_asked_for_it_hears_that_the_daemon_retires_and_all_go_on() -> None:
    told: list[str] = []
    service = Service(Hub(watch=False), on_retire=told.append)
    hears, does_not, comes_later = Peer(service), Peer(service), Peer(service)
    await hears.call("gto/handshake", {**HELLO, "optional": ["didRetire"]})
    await does_not.call("gto/handshake", HELLO)
    for _ in range(2):
        assert (await does_not.call("gto/retire", {"version": "9.0"}))["pid"] == service.info.pid
    await comes_later.call("gto/handshake", {**HELLO, "optional": ["didRetire"]})
    assert told == ["gtod 9.0 takes over"]
    notification = {"jsonrpc": "2.0", "method": "gto/didRetire", "params": {"version": "9.0"}}
    for peer, expected in ((hears, [notification]), (does_not, []), (comes_later, [notification])):
        assert (await peer.call("gto/repositories")) == {"repositories": []}
        assert peer.notifications == expected
    await service.close()


async def test_a_process_that_serves_nowhere_does_not_retire(service: Service, peer: Peer) -> None:
    await peer.call("gto/handshake", {**HELLO, "optional": ["didRetire"]})
    assert await peer.call("gto/retire", {"version": "9.0"})
    assert not service.is_retired
    assert not peer.notifications


async def test_an_untrusted_session_retires_nobody(peer: Peer) -> None:
    await peer.call("gto/handshake", {**HELLO, "trusted": False})
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/retire", {"version": "9.0"})
    assert caught.value.kind == "Untrusted"


async def test_after_a_refused_handshake_nothing_is_done_that_came_behind_it(
    registry: RepositoryBuilder, peer: Peer, path: str
) -> None:
    tags = registry.git("tag")
    peer.send(
        {"jsonrpc": "2.0", "id": 1, "method": "gto/handshake", "params": {**HELLO, "protocol": PROTOCOL - 1}},
        {"jsonrpc": "2.0", "id": 2, "method": "gto/register", "params": {"repo": path, "name": "new", "ref": "HEAD"}},
        {"jsonrpc": "2.0", "id": 3, "method": "initialize", "params": {"capabilities": {}}},
        {"jsonrpc": "2.0", "id": 4, "method": "gto/retire", "params": {"version": "9.0"}},
    )
    answers = {message["id"]: message for message in await peer.messages()}
    assert [answers[number]["error"]["data"]["kind"] for number in (1, 2, 3)] == ["ProtocolMismatch"] * 3
    assert answers[4]["result"]
    assert registry.git("tag") == tags
    await peer.call("gto/handshake", HELLO)
    assert (await peer.call("gto/show", {"repo": path}))["artifacts"]


async def test_the_service_knows_how_many_clients_there_are(service: Service, connect: Callable[..., Peer]) -> None:
    assert (service.session_count, service.idle_since) == (0, None)
    one, other = connect(), connect()
    assert (service.session_count, service.idle_since) == (2, None)
    one.end()
    await one.closed()
    assert (service.session_count, service.idle_since) == (1, None)
    other.end()
    await other.closed()
    assert service.session_count == 0
    assert service.idle_since is not None


async def test_every_message_gets_a_greater_tick(service: Service) -> None:
    assert service.next_read_generation() < service.next_read_generation()
