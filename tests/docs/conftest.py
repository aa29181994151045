"""The registry of the examples, with `gtod` and `nc` on the PATH, a daemon of its own, and what they need to tag."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gto_daemon import client
from tests.docs.pages import ROOT
from tests.registries import build_registry

#: `nc -NU PATH` in so many lines, because a fresh machine has no nc that knows unix sockets.
_NC = """\
#!{python}
import shutil, socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[-1])
connection.sendall(sys.stdin.buffer.read())
connection.shutdown(socket.SHUT_WR)
with connection.makefile("rb") as answer:
    shutil.copyfileobj(answer, sys.stdout.buffer)
"""


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory with `gtod` of this checkout, `python3` of this interpreter, and `nc`."""
    place = tmp_path_factory.mktemp("bin")
    for name, script in {
        "gtod": f'#!/bin/sh\nexec "{sys.executable}" -m gto_daemon "$@"\n',
        "python3": f'#!/bin/sh\nexec "{sys.executable}" "$@"\n',
        "nc": _NC.format(python=sys.executable),
    }.items():
        program = place / name
        program.write_text(script, "utf-8")
        program.chmod(0o755)
    yield place
    client.stop()


@pytest.fixture(autouse=True)
def _at_hand(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """The demo's registry, to do with as one likes."""
    return build_registry("iterative__example-gto", tmp_path / "example-gto")


@pytest.fixture
def short_directory() -> Iterator[Path]:
    """A directory whose path is short enough for a socket in it."""
    with tempfile.TemporaryDirectory(prefix="gtod-", dir="/tmp") as place:
        yield Path(place)
