"""A blunt client of a language server on stdio: it sends, and tells when what it waits for has arrived."""

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import IO, Any

from benchmarks.bench import Bench

#: A message as it arrived, not decoded: what takes the client its time is not the server's.
Frame = bytes


class LanguageClient:
    """One server, initialized for a folder."""

    def __init__(self, reads: IO[bytes], writes: IO[bytes]) -> None:
        self._reads = reads
        self._writes = writes
        self._ids = 0

    def initialize(self, folder: Path, capabilities: dict[str, Any]) -> None:
        params = {
            "processId": None,
            "rootUri": folder.as_uri(),
            "capabilities": capabilities,
            "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
        }
        self.result("initialize", params)
        self.send(self.notification("initialized", {}))

    def notification(self, method: str, params: Any) -> bytes:
        return _framed({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: Any) -> bytes:
        self._ids += 1
        return _framed({"jsonrpc": "2.0", "id": self._ids, "method": method, "params": params})

    def send(self, *messages: bytes) -> None:
        self._writes.write(b"".join(messages))
        self._writes.flush()

    def result(self, method: str, params: Any) -> Any:
        self.send(self.request(method, params))
        return json.loads(self.until(is_answer))["result"]

    def until(self, wanted: Callable[[Frame], bool]) -> Frame:
        """The next message that is wanted; others are passed over, but for requests, which are answered with null."""
        while True:
            frame = self._frame()
            if wanted(frame):
                return frame
            if not is_answer(frame) and "id" in (message := json.loads(frame)):
                self.send(_framed({"jsonrpc": "2.0", "id": message["id"], "result": None}))

    def timed(
        self, sent: Sequence[bytes], wanted: Callable[[Frame], bool], count: int = 1
    ) -> tuple[float, list[Frame]]:
        """Milliseconds from the first byte sent to the last byte of the so many messages that are wanted."""
        start = perf_counter()
        self.send(*sent)
        frames = [self.until(wanted) for _ in range(count)]
        return (perf_counter() - start) * 1e3, frames

    def _frame(self) -> Frame:
        length = 0
        while (line := self._reads.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise EOFError("the language server ended")
        return self._reads.read(length)


@contextmanager
def language_server(bench: Bench, command: Sequence[str]) -> Iterator[LanguageClient]:
    """A server for the time of a benchmark."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=bench.environment
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a process without pipes")
    try:
        yield LanguageClient(process.stdout, process.stdin)
    finally:
        process.stdin.close()
        process.wait(timeout=30)


def _framed(message: Any) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def is_answer(frame: Frame) -> bool:
    # Only messages that begin something name a method, and they do it early or are short.
    return b'"method"' not in frame[:200] and b'"method"' not in frame[-200:]


def is_diagnostics(frame: Frame) -> bool:
    """Whether diagnostics are published."""
    return b"publishDiagnostics" in frame[-200:] or b"publishDiagnostics" in frame[:200]
