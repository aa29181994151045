"""A request that came before is known by its bytes, and never taken for another one."""

import json
from collections import deque
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.rpc.framing import FrameParser, Style
from gto_daemon.rpc.repeats import Repeats
from tests.builders import RepositoryBuilder
from tests.rpc.peer import Peer

KEY = ("gto/show", b"{}")


class Answered:
    """A worktree whose snapshot holds the answer."""

    answers: ClassVar = {KEY: b'"the answer"'}

    def current(self, _tick: int) -> "Answered":
        return self


WORKTREE: Any = Answered()


def learned(text: str) -> Repeats:
    repeats = Repeats()
    repeats.learn(text.encode(), json.loads(text), WORKTREE, KEY)
    return repeats


def found(repeats: Repeats, text: str, style: Style = "lines") -> int | None:
    """The id under which the request is answered, None when it has to go the whole way."""
    frames, out = deque([text.encode()]), list[bytes]()
    added = repeats.answer(frames, style, 1, out)
    assert bool(added) == bool(out) != bool(frames)
    if not out:
        return None
    (body,) = FrameParser().feed(b"".join(out))
    answer = json.loads(body)
    assert answer == {"jsonrpc": "2.0", "id": answer["id"], "result": "the answer"}
    return int(answer["id"])


@pytest.mark.parametrize("style", ["lines", "headers"])
def test_a_run_ends_at_the_first_request_that_is_new(style: Style) -> None:
    repeats = learned('{"id":1,"method":"m"}')
    frames = deque(
        [b'{"id":2,"method":"m"}', b'{"id": 3,"method":"m"}', b'{"id":4,"method":"n"}', b'{"id":5,"method":"m"}']
    )
    out: list[bytes] = []
    repeats.answer(frames, style, 1, out)
    assert [json.loads(body)["id"] for body in FrameParser().feed(b"".join(out))] == [2, 3]
    assert len(frames) == 2


@pytest.mark.parametrize("odd", ["03", "3 ", "", "-3", "3.0", "9" * 16, '"3"', "3,4"])
def test_a_run_ends_at_an_id_that_is_none_of_ours(odd: str) -> None:
    repeats = learned('{"id":1,"method":"m"}')
    frames = deque([b'{"id":2,"method":"m"}', b'{"id":%b,"method":"m"}' % odd.encode(), b'{"id":4,"method":"m"}'])
    out: list[bytes] = []
    repeats.answer(frames, "lines", 1, out)
    assert [json.loads(body)["id"] for body in FrameParser().feed(b"".join(out))] == [2]
    assert len(frames) == 2


@pytest.mark.parametrize(
    ("first", "again", "request_id"),
    [
        ('{"jsonrpc":"2.0","id":1,"method":"m"}', '{"jsonrpc":"2.0","id":234,"method":"m"}', 234),
        ('{"jsonrpc": "2.0", "id": 1, "method": "m"}', '{"jsonrpc": "2.0", "id": 0, "method": "m"}', 0),
        ('{"method":"m","jsonrpc":"2.0","id":1}', '{"method":"m","jsonrpc":"2.0","id":2}', 2),
    ],
)
def test_another_id_makes_the_same_request(first: str, again: str, request_id: int) -> None:
    assert found(learned(first), again) == request_id


@pytest.mark.parametrize(
    ("first", "again"),
    [
        # An id inside of a member's name, of a string, of the params, and one that a later one overrides.
        ('{"a\\"id":1,"id":1,"method":"m"}', '{"a\\"id":2,"id":1,"method":"m"}'),
        ('{"params":{"id":1},"id":1,"method":"m"}', '{"params":{"id":2},"id":1,"method":"m"}'),
        ('{"id":1,"id":1,"method":"m"}', '{"id":2,"id":1,"method":"m"}'),
        ('{"id":1,"\\u0069d":1,"method":"m"}', '{"id":2,"\\u0069d":1,"method":"m"}'),
        # No number of ours.
        ('{"id":"1","method":"m"}', '{"id":"2","method":"m"}'),
        ('{"id":1,"method":"m"}', '{"id":01,"method":"m"}'),
        ('{"id":1,"method":"m"}', '{"id":1 ,"method":"m"}'),
        ('{"id":1,"method":"m"}', '{"id":1.0,"method":"m"}'),
        ('{"id":1,"method":"m"}', '{"id":1e2,"method":"m"}'),
        ('{"id":1,"method":"m"}', '{"id":' + "1" * 5000 + ',"method":"m"}'),
        ('{"id":' + "1" * 4300 + ',"method":"m"}', '{"id":1,"method":"m"}'),
        ('{"id":1,"method":"m"}', '{"id":1,"method":"n"}'),
        # No JSON any more: the same around the id, but for what ends it.
        ('{"method":"m","id":1}', '{"method":"m","id":2,'),
    ],
)
def test_what_is_not_surely_the_same_is_not_found(first: str, again: str) -> None:
    assert found(learned(first), again) is None


@given(st.text(), st.text(), st.integers(min_value=0, max_value=10**15))
def test_whatever_is_found_parses_to_the_same_but_for_the_id(key: str, value: str, other: int) -> None:
    message = {key: value, "id": 1, "params": {"id": 1, key: value}}
    text = json.dumps(message)
    repeats = learned(text)
    for variant in {text.replace('"id": 1', f'"id": {other}', count) for count in (1, 2, 3)}:
        request_id = found(repeats, variant)
        if request_id is not None:
            assert json.loads(variant) == {**message, "id": request_id}


async def test_a_repeated_request_sees_every_change(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    request = {"jsonrpc": "2.0", "method": "gto/checkRef", "params": {"repo": path, "ref": "churn@v9.0.0"}}
    for number in range(1, 8):
        peer.send({**request, "id": number})
        (answer,) = await peer.messages()
        assert answer["id"] == number
        assert (answer["result"]["event"] is not None) == (number in (5, 6, 7))
        if number == 4:
            registry.git("tag", "-a", "-m", "m", "churn@v9.0.0")


async def test_the_environment_decides_what_the_same_bytes_mean(peer: Peer, path: str) -> None:
    asked = {"repo": path, "allowed": True}
    for _ in range(3):
        assert (await peer.call("gto/stages", asked))["stages"] is None
    hello = {"client": "test", "version": "1", "protocol": 1}
    await peer.call("gto/handshake", {**hello, "env": {"GTO_STAGES": '["dev","prod"]'}})
    for _ in range(3):
        assert (await peer.call("gto/stages", asked))["stages"] == ["dev", "prod"]


async def test_a_repeated_id_in_flight_is_still_refused(peer: Peer, path: str) -> None:
    stages = {"jsonrpc": "2.0", "id": 1, "method": "gto/stages", "params": {"repo": path}}
    for _ in range(3):
        peer.send(stages)
        await peer.messages()
    peer.send({"jsonrpc": "2.0", "id": 1, "method": "gto/at", "params": {"repo": path}}, stages)
    answers = await peer.messages()
    assert [answer.get("error", {}).get("code") for answer in answers] == [-32600, None]
