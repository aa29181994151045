"""What a slow command says of itself, on a terminal alone."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.remotes import hook


@contextmanager
def at_a_terminal(*arguments: str, cwd: Path) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """A command whose error output is a terminal, and the other end of that."""
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-m", "gto_daemon", *arguments]
    try:
        with subprocess.Popen(
            argv, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs
        ) as process:
            os.close(theirs)
            yield process, ours
    finally:
        os.close(ours)


def read_until(terminal: int, words: bytes) -> bytes:
    said = b""
    while words not in said:
        said += os.read(terminal, 4096)
    return said


def rest(terminal: int) -> bytes:
    said = b""
    try:
        while found := os.read(terminal, 4096):
            said += found
    except OSError:
        pass  # how Linux tells that nobody has the other end any more
    return said


@pytest.fixture
def gate(registry_of_one: RepositoryBuilder, tmp_path: Path) -> Path:
    """A pipe that a hook waits for, for as long as nobody writes to it."""
    place = tmp_path / "gate"
    os.mkfifo(place)
    hook(registry_of_one.git_dir, "reference-transaction", f'[ "$1" != prepared ] || cat "{place}"')
    return place


@pytest.fixture
def registry_of_one(repo: RepositoryBuilder) -> RepositoryBuilder:
    repo.tag("churn@v1.0.0", repo.commit({"a": "1"}))
    repo.commit({"a": "2"})
    return repo


@pytest.mark.parametrize("options", [(), ("--no-daemon",)], ids=["daemon", "no daemon"])
def test_a_slow_act_says_what_it_waits_for(
    registry_of_one: RepositoryBuilder, gate: Path, options: tuple[str, ...]
) -> None:
    with at_a_terminal("register", "churn", *options, cwd=registry_of_one.path) as (process, terminal):
        assert read_until(terminal, b"\n") == "Waiting for Git and its hooks …\r\n".encode()
        gate.write_text("")
        assert process.stdout is not None
        assert b"Created git tag" in process.stdout.read()
        assert process.wait() == 0
        assert rest(terminal) == b""


def test_ctrl_c_ends_it(registry_of_one: RepositoryBuilder, gate: Path) -> None:
    assert gate.is_fifo()
    with at_a_terminal("register", "churn", cwd=registry_of_one.path) as (process, terminal):
        read_until(terminal, b"\n")
        process.send_signal(signal.SIGINT)
        assert process.wait() != 0
        said = rest(terminal).decode()
    assert "Traceback" not in said
    assert "churn@v1.0.1" not in registry_of_one.git("tag")


def test_nothing_is_said_where_no_terminal_is(registry_of_one: RepositoryBuilder, gate: Path) -> None:
    argv = [sys.executable, "-m", "gto_daemon", "register", "churn"]
    with subprocess.Popen(argv, cwd=registry_of_one.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        gate.write_text("")
        assert process.communicate()[1] == b""
    assert process.returncode == 0
