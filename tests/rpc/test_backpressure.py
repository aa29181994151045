"""A client that does not read costs bounded memory, and nobody else anything."""

import json
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence

import pytest
import pytest_asyncio

from gto_daemon.daemon.live.journal import Change
from gto_daemon.protocol import EventKind
from gto_daemon.registry.events import Event, TagEvent
from gto_daemon.registry.objects import Tag
from gto_daemon.rpc.jsonrpc.backlog import MIN_COUNTED
from gto_daemon.rpc.jsonrpc.batch import Batch
from gto_daemon.rpc.jsonrpc.limits import ClientLimits
from gto_daemon.rpc.jsonrpc.pending_requests import MAX_OPEN
from gto_daemon.rpc.service import Service
from gto_daemon.rpc.subscriptions import Filter
from gto_daemon.rpc.transport.connection import HIGH_WATER
from tests.builders import RepositoryBuilder
from tests.daemon.change_recorder import number as step
from tests.rpc.peer import Peer, scheduled

Announce = Callable[[Change], Awaitable[None]]

TAG = Tag("f" * 40, "1" * 40, "commit", "Ann", "ann@e", 1_700_000_000, 0, "m")


def event(ref: str, artifact: str = "churn", stage: str | None = None, kind: EventKind = "registration") -> TagEvent:
    return TagEvent(kind, artifact, ref, TAG, None, stage)


def change(number: int, *names: str, added: Sequence[Event] = (), origin: object | None = None) -> Change:
    return Change("/repo", f"i:1:{number}", frozenset(names), added, (), origin=origin)


async def test_requests_of_a_client_that_does_not_read_wait(connect: Callable[..., Peer], path: str) -> None:
    peer, other = connect(), connect()
    one = len(json.dumps(await peer.call("gto/printState", {"repo": path}))) + 100
    peer.transport.reads = False
    show = {"jsonrpc": "2.0", "method": "gto/printState", "params": {"repo": path}}
    for start in range(0, 3000, 100):
        peer.send(*({**show, "id": number} for number in range(start, start + 100)))
    # What was begun in the repository's thread is answered all the same.
    assert len(peer.transport.waiting) < HIGH_WATER + (MAX_OPEN + 1) * one
    assert not peer.transport.reading
    assert await other.call("gto/stages", {"repo": path})
    peer.transport.drain()
    answers = await peer.messages()
    # While its files are young, a question is answered by way of the repository's thread, and others overtake it.
    assert sorted(answer["id"] for answer in answers) == list(range(3000))
    assert peer.transport.reading


@pytest_asyncio.fixture
async def announce(service: Service, path: str) -> Announce:
    """Have the peer's subscription to the repository hear of a change."""
    worktree = await service.hub.open(path)

    async def announce(change: Change) -> None:
        worktree.listeners.announce(change)
        await scheduled()

    return announce


async def subscribed(peer: Peer, path: str) -> int:
    """The step of the clock at which a peer subscribed, which reads no more."""
    start = step((await peer.call("gto/subscribe", {"repo": path}))["clock"])
    # It is told nothing before it has the answer.
    await scheduled()
    peer.transport.reads = False
    peer.connection.pause_writing()
    return start


async def test_changes_for_a_slow_reader_become_one(peer: Peer, path: str, announce: Announce) -> None:
    start = await subscribed(peer, path)
    for number, name in enumerate(("churn", "churn", "other"), start=1):
        await announce(change(start + number, name))
    peer.transport.reads = True
    peer.connection.resume_writing()
    told = await peer.notification()
    assert (told["clock"], told["artifacts"]) == (f"i:1:{start + 3}", ["churn", "other"])
    assert peer.received() == []


async def test_ones_own_changes_and_those_of_others_stay_apart(peer: Peer, path: str, announce: Announce) -> None:
    start = await subscribed(peer, path)
    own = peer.connection.session.context.subscriptions
    for number, origin in enumerate((own, own, None, object(), own), start=1):
        await announce(change(start + number, f"a{number}", origin=origin))
    peer.transport.reads = True
    peer.connection.resume_writing()
    told = [await peer.notification() for _ in range(3)]
    assert [(each["origin"], each["artifacts"]) for each in told] == [
        ("self", ["a1", "a2"]),
        ("other", ["a3", "a4"]),
        ("self", ["a5"]),
    ]
    assert [each["clock"] for each in told] == [f"i:1:{start + number}" for number in (2, 4, 5)]


@pytest.mark.parametrize("client_limits", [ClientLimits(max_waiting=10_000)])
async def test_a_reader_that_never_reads_is_cut_off_and_the_log_says_why(
    peer: Peer, path: str, announce: Announce, caplog: pytest.LogCaptureFixture
) -> None:
    start = await subscribed(peer, path)
    with caplog.at_level(logging.WARNING):
        for number in range(1, 20):
            await announce(change(start + number, f"a{number}" * 500))
            if peer.transport.aborted:
                break
    assert 5 < number < 19
    assert "cut off: the client reads no notifications" in caplog.text
    await peer.closed()


@pytest.mark.parametrize("client_limits", [ClientLimits(max_waiting=10_000)])
async def test_an_artifact_that_changes_over_and_over_waits_once(peer: Peer, path: str, announce: Announce) -> None:
    start = await subscribed(peer, path)
    subscriptions = peer.connection.session.context.subscriptions
    for number in range(1, 101):
        await announce(change(start + number, "x" * 1000))
    assert not peer.transport.aborted
    assert subscriptions.waiting_size == 1000
    peer.transport.reads = True
    peer.connection.resume_writing()
    assert (await peer.notification())["artifacts"] == ["x" * 1000]
    assert subscriptions.waiting_size == 0


def test_a_batch_whose_answers_are_too_large_leaves_out_those_that_can_be_asked_for_again() -> None:
    sent: list[bytes] = []
    batch = Batch(4, lambda *pieces: sent.append(b"".join(pieces)), max_bytes=5000)

    def answer(number: int) -> bytes:
        return json.dumps({"id": number, "result": "x" * 3000}).encode()

    read, act, other_read = (
        batch.responder(1, is_repeatable=lambda: True),
        batch.responder(2),
        batch.responder(3, is_repeatable=lambda: True),
    )
    read(answer(1))
    other_read(answer(3))
    assert not batch.is_full
    act(answer(2)[:50], answer(2)[50:])
    assert batch.is_full
    assert batch.held > 6000
    batch.responder(4, is_repeatable=lambda: True)(b'{"id":4}')
    assert batch.held == 0
    one, three, two, four = json.loads(sent[0])
    assert [each["result"] for each in (one, two)] == ["x" * 3000] * 2
    assert (three["id"], three["error"]["data"]["kind"]) == (3, "AnswerTooLarge")
    assert four == {"id": 4}


def test_large_answers_of_a_batch_are_not_copied() -> None:
    sent: list[bytes] = []
    large = b"1" * 100_000
    batch = Batch(3, lambda *pieces: sent.extend(pieces))
    for number in range(3):
        batch.responder(number)(b"2", large)
    assert sum(piece is large for piece in sent) == 3
    assert [*map(len, sent)] == [2, 100_000, 2, 100_000, 2, 100_000, 1]


@pytest.mark.parametrize("client_limits", [ClientLimits(max_batch_size=3000)])
async def test_an_act_in_a_batch_is_told_however_long_the_other_answers_are(
    peer: Peer, registry: RepositoryBuilder, path: str
) -> None:
    show = {"jsonrpc": "2.0", "method": "gto/history", "params": {"repo": path}}
    register = {"jsonrpc": "2.0", "id": "act", "method": "gto/register", "params": {"repo": path, "name": "new"}}
    peer.send([{**show, "id": 1}, {**show, "id": 2}, register, {**show, "id": 3}])
    answers = {each["id"]: each for each in (await peer.messages())[0]}
    assert answers["act"]["result"]["created"][0]["tag"] == "new@v0.0.1"
    refused = [each["error"] for each in answers.values() if "error" in each]
    assert {error["data"]["kind"] for error in refused} == {"AnswerTooLarge"}
    assert registry.git("tag", "--list", "new@*").split() == ["new@v0.0.1"]


@pytest.mark.parametrize("client_limits", [ClientLimits(max_batch_size=100)])
async def test_an_act_that_has_no_room_in_its_batch_is_not_begun(
    peer: Peer, registry: RepositoryBuilder, path: str
) -> None:
    unknown = {"jsonrpc": "2.0", "id": 1, "method": "gto/nothing"}
    register = {"jsonrpc": "2.0", "id": 2, "method": "gto/register", "params": {"repo": path, "name": "new"}}
    peer.send([unknown, {**unknown, "id": 3}, register])
    (answers,) = await peer.messages()
    assert "so this request was not begun" in answers[2]["error"]["message"]
    assert registry.git("tag", "--list", "new@*") == ""


async def test_what_a_batch_has_collected_counts_among_what_waits(
    connect: Callable[..., Peer], service: Service, registry: RepositoryBuilder, path: str
) -> None:
    worktree = await service.hub.open(path)
    await worktree.fresh()
    go_on = threading.Event()
    worktree.submit(go_on.wait)
    # The answers that need no thread are there at once, and the last one is waited for.
    quick = {"jsonrpc": "2.0", "method": "gto/parseTag", "params": {"name": "churn@v1.0.0"}}
    slow = {"jsonrpc": "2.0", "id": "slow", "method": "gto/at", "params": {"repo": path}}
    peers = [connect() for _ in range(3)]
    for peer in peers:
        peer.send([*({**quick, "id": number} for number in range(600)), slow])
    collected = sum(peer.connection.session.collected for peer in peers)
    go_on.set()
    assert collected == service.backlog.held > 3 * MIN_COUNTED
    for peer in peers:
        assert len((await peer.messages())[0]) == 601
        assert peer.connection.held == 0


@pytest.mark.parametrize(
    ("wanted", "heard"),
    [
        (Filter.of(None, None, None), {"churn", "other", "noted"}),
        (Filter.of(["churn"], None, None), {"churn"}),
        (Filter.of(None, ["prod"], None), {"churn"}),
        (Filter.of(None, None, ["registration"]), {"churn", "other"}),
        (Filter.of(["other"], ["prod"], None), None),
        (Filter.of([], None, None), None),
    ],
)
def test_a_filter_lets_through_what_was_asked_for(wanted: Filter, heard: set[str] | None) -> None:
    events = [event("r"), event("p", stage="prod", kind="assignment"), event("d", artifact="other")]
    notice = wanted.filter(change(1, "churn", "other", "noted", added=events), None)
    assert (None if notice is None else notice.artifacts) == heard


def test_a_change_without_events_reaches_those_that_did_not_ask_for_events() -> None:
    moved = change(1, "churn")
    assert Filter.of(None, None, None).filter(moved, None) is not None
    assert Filter.of(["churn"], None, None).filter(moved, None) is not None
    assert Filter.of(["other"], None, None).filter(moved, None) is None
    assert Filter.of(None, ["prod"], None).filter(moved, None) is None
    bare = change(2)
    assert Filter.of(None, None, None).filter(bare, None) is not None
    assert Filter.of(["churn"], None, None).filter(bare, None) is None
