"""Structured garbage: every valid id is answered exactly once, nothing is raised, and the next client is served."""

import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from gto_daemon.rpc.jsonrpc.framing import Style, frame
from gto_daemon.rpc.lsp.preload import load_language_server
from gto_daemon.rpc.methods import ROUTES
from tests.rpc.peer import Peer

METHODS = [*ROUTES, "initialize", "initialized", "textDocument/hover", "textDocument/didOpen", "workspace/symbol"]
METHODS = [name for name in METHODS if name not in ("gto/subscribe", "gto/shutdown")] + ["nothing", "", "$/x", "rpc.x"]
SCALARS: list[Any] = [None, True, 0, 1, -1, 1.5, 10**30, "", "a", "\x00", "é", "churn", "churn@latest", "HEAD", [], {}]
KEYS = ["repo", "name", "ref", "rev", "since", "limit", "cursor", "sort", "worktree", "as_of", "env", "id", "x", ""]
JUNK = ["{", "[1,", "nul", '{"jsonrpc":"2.0","id":}', '"\\ud800"', "{}}", "[[[[[[", '{"a":NaN}']


class Garbage:
    """Messages that are almost, or entirely, what the protocol allows."""

    def __init__(self, seed: int, path: str) -> None:
        self._random = random.Random(seed)
        self._path = path
        self._number = 0

    def value(self, depth: int = 0) -> Any:
        pick = self._random
        if depth > 2 or pick.random() < 0.7:
            return pick.choice([*SCALARS, self._path])
        if pick.random() < 0.5:
            return [self.value(depth + 1) for _ in range(pick.randrange(3))]
        return {pick.choice(KEYS): self.value(depth + 1) for _ in range(pick.randrange(4))}

    def params(self) -> Any:
        pick = self._random
        if pick.random() < 0.15:
            return self.value()
        params = {pick.choice(KEYS): self.value() for _ in range(pick.randrange(4))}
        if pick.random() < 0.8:
            params["repo"] = self._path
        return params

    def request_id(self) -> Any:
        pick = self._random
        self._number += 1
        choice = pick.random()
        if choice < 0.6:
            return self._number
        return f"s{self._number}" if choice < 0.8 else self.value()

    def message(self) -> Any:
        pick = self._random
        if pick.random() < 0.08:
            return self.value()
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": pick.choice(METHODS), "params": self.params()}
        if pick.random() < 0.03:
            message["method"], message["params"] = "initialize", {"capabilities": {}, "processId": None}
        if pick.random() < 0.01:
            message["method"] = "shutdown"
        if pick.random() < 0.85:
            message["id"] = self.request_id()
        if pick.random() < 0.1:
            message["method"], message["params"] = "$/cancelRequest", {"id": pick.randrange(1, self._number + 2)}
            message.pop("id", None)
        if pick.random() < 0.15:
            message[pick.choice([*message, "result", "error", "extra"])] = self.value()
        if pick.random() < 0.1:
            message.pop(pick.choice(list(message)))
        return message

    def text(self) -> str:
        pick = self._random
        if pick.random() < 0.05:
            return pick.choice(JUNK)
        if pick.random() < 0.1:
            return json.dumps([self.message() for _ in range(pick.randrange(5))])
        return json.dumps(self.message())

    def cut(self, data: bytes) -> list[bytes]:
        pieces, place = [], 0
        while place < len(data):
            size = self._random.choice((1, 7, 100, 5000))
            pieces.append(data[place : place + size])
            place += size
        return pieces


def is_id(value: Any) -> bool:
    return type(value) in (int, str)


def expected(texts: list[str], style: Style) -> tuple[Counter[Any], int]:
    """How many answers each id must have, and how many have none."""
    ids: Counter[Any] = Counter()
    nameless = 0
    for text in texts:
        try:
            value = json.loads(text, parse_constant=lambda name: json.loads("!"))
            json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            nameless += 1
            continue
        if isinstance(value, list):
            if style == "headers" or not value:
                nameless += 1
                continue
            members = value
        else:
            members = [value]
        for member in members:
            if not isinstance(member, dict):
                nameless += 1
            elif "method" not in member and "id" in member and ("result" in member or "error" in member):
                continue
            elif "id" in member:
                if is_id(member["id"]):
                    ids[type(member["id"]), member["id"]] += 1
                else:
                    nameless += 1
            elif (
                "method" not in member
                or member.get("jsonrpc") != "2.0"
                or not isinstance(member["method"], str)
                or not isinstance(member.get("params"), dict | list | None)
            ):
                nameless += 1
    return ids, nameless


@pytest.mark.parametrize("style", ["lines", "headers"])
async def test_every_valid_id_is_answered_exactly_once(
    connect: Callable[..., Peer],
    path: str,
    style: Style,
    pytestconfig: pytest.Config,
    caplog: pytest.LogCaptureFixture,
) -> None:
    load_language_server()
    frames: int = pytestconfig.getoption("--fuzz")
    seed = random.randrange(2**32) if pytestconfig.getoption("--random-histories") else 20
    for start in range(0, frames, 100):
        garbage = Garbage(seed + start, path)
        peer = connect(style)
        texts = [garbage.text() for _ in range(min(100, frames - start))]
        if style == "lines":
            texts = ["{}", *texts]
        for piece in garbage.cut(b"".join(b"".join(frame(style, text.encode())) for text in texts)):
            peer.send_bytes(piece)
        messages = await peer.messages()
        answers = [each for message in messages for each in (message if isinstance(message, list) else [message])]
        answered = Counter(
            (type(answer["id"]), answer["id"])
            for answer in answers
            if "method" not in answer and answer["id"] is not None
        )
        nameless = sum("method" not in answer and answer["id"] is None for answer in answers)
        assert (answered, nameless) == expected(texts, style), f"seed {seed + start}"
        assert not [answer for answer in answers if answer.get("error", {}).get("code") == -32603], caplog.text
        assert await connect().call("gto/stages", {"repo": path})
        peer.end()
        await peer.closed()


@pytest.mark.parametrize("seed", range(20))
async def test_bytes_without_any_structure_do_no_harm(connect: Callable[..., Peer], path: str, seed: int) -> None:
    pick = random.Random(seed)
    peer = connect()
    data = pick.choice((b"", b"{", b"Content-Length: ", b"[")) + pick.randbytes(3000)
    for place in range(0, len(data), 100):
        if not peer.transport.closing:
            peer.send_bytes(data[place : place + 100])
    peer.end()
    await peer.closed()
    assert await connect().call("gto/stages", {"repo": path})
