"""A daemon of our own for the time of a benchmark, and blunt ways of talking to it."""

import json
import socket as sockets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench


@dataclass(frozen=True, slots=True)
class Daemon:
    """A daemon that runs."""

    socket: Path
    pid: int

    def cpu(self) -> float:
        """Seconds of CPU that it has used."""
        return cpu_of(self.pid)

    def switches(self) -> int:
        """How often any of its threads was switched to (proc(5), status)."""
        found = 0
        for status in Path(f"/proc/{self.pid}/task").glob("*/status"):
            for said in status.read_text().splitlines():
                name, _, value = said.partition(":")
                found += int(value) if name.endswith("_ctxt_switches") else 0
        return found

    def memory(self, *what: str) -> int:
        """Bytes of `Pss`, `Pss_Anon` and so on (proc(5), smaps_rollup); `Pss` shares what several processes map."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()[1:]
        found = {name: int(value.split()[0]) * 1024 for name, _, value in (line.partition(":") for line in lines)}
        return sum(found[each] for each in what)

    def descriptors(self) -> int:
        """How many files it has open."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def threads(self) -> int:
        """How many threads it has."""
        return len(list(Path(f"/proc/{self.pid}/task").iterdir()))

    def connect(self) -> sockets.socket:
        """A connection."""
        return connected(self.socket)

    def call(self, method: str, **params: Any) -> Any:
        """The result of one request, on a connection of its own."""
        with self.connect() as connection:
            connection.sendall(request(1, method, params) + b"\n")
            answer = json.loads(line(connection))
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def load_language_server(self) -> None:
        """Have it load what it would load by itself some seconds after its start, so that it is quiet from now on."""
        params: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
        with self.connect() as connection:
            connection.sendall(request(1, "initialize", params) + b"\n")
            if "result" not in (answer := json.loads(line(connection))):
                raise RuntimeError(f"initialize: {answer}")


@contextmanager
def daemon(bench: Bench) -> Iterator[Daemon]:
    """A fresh daemon, ended afterwards."""
    try:
        yield started(bench)
    finally:
        _run(bench, "stop")


def started(bench: Bench) -> Daemon:
    """A daemon that runs: the one that does, or a new one."""
    _run(bench, "start")
    path = Path(bench.environment["GTOD_RUNTIME_DIR"]) / "gtod.sock"
    return Daemon(path, json.loads(_run(bench, "status", "--json"))["pid"])


def _run(bench: Bench, *command: str) -> bytes:
    return subprocess.run([*bench.gtod, *command], env=bench.environment, check=True, capture_output=True).stdout


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process has used, all its threads together, to the nanosecond.

    The clock's number is what clock_getcpuclockid(3) gives; Python has no such function.
    """
    return time.clock_gettime((~pid << 3) | 2)


def connected(path: Path) -> sockets.socket:
    """A blocking connection to a unix socket."""
    connection = sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM)
    connection.connect(str(path))
    return connection


def request(number: int, method: str, params: dict[str, Any]) -> bytes:
    """A request as a client would write it."""
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode()


def line(connection: sockets.socket) -> bytes:
    """One line; nothing else may be on its way."""
    received = bytearray()
    while not received.endswith(b"\n"):
        chunk = connection.recv(1 << 20)
        if not chunk:
            raise ConnectionError("the other side hung up")
        received += chunk
    return bytes(received)
