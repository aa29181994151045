"""One question asked the short way: the plain answer, or nothing."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gto_daemon import __version__
from gto_daemon.client import address
from gto_daemon.client.single_question import ask

_SAID = {"id": 0, "result": {"version": __version__, "capabilities": ["gto/retire"]}}
_ANSWER = {"id": 1, "result": {"stages": ["dev"], "note": "ü\n" * 100}}


@contextmanager
def serving(runtime: Path, *pieces: bytes) -> Iterator[list[bytes]]:
    """A daemon for one client, to which it says these pieces one after the other, and hangs up."""
    asked: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(runtime / address.SOCKET))
        listening.listen()

        def serve() -> None:
            with listening.accept()[0] as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
                while b"".join(asked).count(b"\n") < 2:
                    asked.append(client.recv(1 << 16))
                for piece in pieces:
                    client.sendall(piece)

        thread = threading.Thread(target=serve)
        thread.start()
        yield asked
        thread.join()


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "run"
    directory.mkdir(mode=0o700)
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(directory))
    return directory


def lines(*messages: Any) -> bytes:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in messages).encode()


def test_the_introduction_and_the_question_go_out_together(runtime: Path) -> None:
    with serving(runtime, lines(_SAID, _ANSWER)) as asked:
        assert ask("gto/stages", {"repo": "/x"}, {"GTO_EMOJIS": "false"}) == _ANSWER["result"]
    said, question = [json.loads(line) for line in b"".join(asked).splitlines()]
    assert (said["method"], said["params"]["env"]) == ("gto/handshake", {"GTO_EMOJIS": "false"})
    assert question == {"jsonrpc": "2.0", "id": 1, "method": "gto/stages", "params": {"repo": "/x"}}


def test_an_answer_may_come_in_any_pieces_and_beside_others(runtime: Path) -> None:
    said = lines(_SAID, {"method": "gto/didRetire", "params": {}}, _ANSWER)
    with serving(runtime, *(said[at : at + 7] for at in range(0, len(said), 7))):
        assert ask("gto/stages", {}, {}) == _ANSWER["result"]


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        (b"",),
        (lines(_SAID),),
        (lines(_SAID) + b'{"id":1,"resu',),
        (b"Hello\n",),
        (lines(_SAID, {"id": 1, "error": {"code": -32803, "message": "no"}}),),
        (lines({"id": 0, "error": {"code": -32803, "message": "too old"}}, _ANSWER),),
        (lines({"id": 0, "result": {"version": "0.0.1", "capabilities": ["gto/retire"]}}, _ANSWER),),
        (lines({"id": None, "error": {"code": -32700, "message": "what?"}}),),
    ],
)
def test_anything_else_is_left_to_the_long_way(pieces: tuple[bytes, ...], runtime: Path) -> None:
    with serving(runtime, *pieces):
        assert ask("gto/stages", {}, {}) is None


def test_nobody_there_is_left_to_it_too(runtime: Path) -> None:
    assert ask("gto/stages", {}, {}) is None
    (runtime / address.TCP).write_text("{}")
    assert ask("gto/stages", {}, {}) is None
    (runtime / address.TCP).unlink()
    runtime.chmod(0o755)
    assert ask("gto/stages", {}, {}) is None
