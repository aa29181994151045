"""A daemon as a child of the test, so that it can be stopped, killed and buried; and clients that keep count."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from gto_daemon.client import Client, DaemonUnavailable
from tests.waiting import eventually

ROOT = Path(__file__).parents[2]


class Daemon:
    """`gtod serve` in a runtime directory of its own, which the environment of this process names.

    Attributes:
        runtime: the directory.
        program: what is run instead of gtod, for a daemon that differs.
        python: the interpreter, which decides whose gtod it is.

    """

    def __init__(self, runtime: Path, *program: str, python: str = sys.executable, **environment: str) -> None:
        self.runtime = runtime
        self.python = python
        self.program = program or ("-m", "gto_daemon", "serve")
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Daemon":
        """Start it, and wait until it serves."""
        self._process = subprocess.Popen(
            [self.python, *self.program],
            env={**os.environ, **self._environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        eventually(self._serves)
        return self

    def _serves(self) -> bool:
        assert self.process.poll() is None, f"the daemon ended: {self.log}"
        # By an answer of its own: for a moment after a kill, what the dead one was starting may hold its socket.
        try:
            with contextlib.closing(connected(self.runtime)) as connection, connection.makefile("rb") as answers:
                connection.sendall(request(0, "gto/status"))
                line = answers.readline()
        except (FileNotFoundError, ConnectionRefusedError, ConnectionResetError, BrokenPipeError):
            return False
        return bool(line) and json.loads(line)["result"]["pid"] == self.pid

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None, "it was not started"
        return self._process

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def log(self) -> str:
        """What it wrote into its log."""
        path = self.runtime / "gtod.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    @property
    def descriptors(self) -> int:
        """How many it has open."""
        return sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())

    @property
    def memory(self) -> int:
        """Bytes of memory that it has for itself (its proportional share of what it shares)."""
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("the system does not tell")

    def state(self) -> str:
        """As the kernel has it: `S` sleeps, `T` is stopped."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]

    def suspend(self) -> None:
        """SIGSTOP, and wait until it stands."""
        os.kill(self.pid, signal.SIGSTOP)
        eventually(lambda: self.state() == "T")

    def resume(self) -> None:
        """SIGCONT."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Have it end as a user would, by SIGTERM, and check that it does so well."""
        self.process.terminate()
        assert self.process.wait(timeout=60) == 0, self.log

    def ask(self, method: str, **params: Any) -> Any:
        """The answer to one request, over a connection of its own."""
        with Client.connect(start=False) as client:
            return client.call(method, params)


def connected(runtime: Path) -> socket.socket:
    """A plain connection to the daemon that serves in a directory."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(60)
    try:
        connection.connect(str(runtime / "gtod.sock"))
    except OSError:
        connection.close()
        raise
    return connection


def request(number: int, method: str, **params: Any) -> bytes:
    """One request as a line."""
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode() + b"\n"


class Asker(threading.Thread):
    """A client that asks without end, `depth` requests at a time, and counts what came back for each.

    Attributes:
        asked: how many requests were sent.
        answers: how often each was answered.
        hung_up: the requests that a daemon which died took along; their client was told by the end of the connection.

    """

    def __init__(self, runtime: Path, repo: str, *, depth: int = 4) -> None:
        super().__init__(daemon=True)
        self._runtime = runtime
        self._repo = repo
        self._depth = depth
        self._ended = threading.Event()
        self.asked = 0
        self.answers: Counter[int] = Counter()
        self.hung_up: set[int] = set()

    def run(self) -> None:
        while not self._ended.is_set():
            try:
                connection = connected(self._runtime)
            except (FileNotFoundError, ConnectionRefusedError):
                self._ended.wait(0.01)
                continue
            with contextlib.closing(connection), contextlib.closing(connection.makefile("rb")) as answers:
                while not self._ended.is_set():
                    numbers = range(self.asked, self.asked + self._depth)
                    self.asked += self._depth
                    if not self._exchange(connection, answers, numbers):
                        break

    def _exchange(self, connection: socket.socket, answers: Any, numbers: range) -> bool:
        waiting = set(numbers)
        try:
            connection.sendall(b"".join(request(number, "gto/show", repo=self._repo) for number in numbers))
            while waiting:
                line = answers.readline()
                if not line.endswith(b"\n"):
                    break
                number = json.loads(line)["id"]
                self.answers[number] += 1
                waiting.discard(number)
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.hung_up |= waiting
        return not waiting

    def end(self) -> None:
        """Ask no more; check that every request was answered once, or its connection ended before it was."""
        self._ended.set()
        self.join(timeout=60)
        assert not self.is_alive(), "a request was never answered"
        wrong = [number for number in range(self.asked) if self.answers[number] + (number in self.hung_up) != 1]
        assert not wrong, f"of {self.asked} requests these were not answered once: {wrong[:10]}"


def stopped_by_client() -> bool:
    """End whichever daemon runs, as `gtod stop` does."""
    from gto_daemon import client

    try:
        return client.stop()
    except DaemonUnavailable:
        return False
