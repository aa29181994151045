"""What a program writes, read while it runs: kept up to a length, and the rest let by, so that it never waits for us.

Hooks write what they like, into the same pipes as git, and a daemon must not keep all of it.
"""

import os
import selectors
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import IO

#: Bytes that are kept of what git answers: more than any of a repository that is read here.
MAX_OUTPUT = 256 << 20
#: Bytes that are kept of what git and hooks complain of: this many at the beginning, and again at the end.
MAX_COMPLAINT = 16 << 10
_LEFT_OUT = b"\n[...]\n"
_CHUNK = 1 << 16
#: Bytes that a pipe surely takes although nobody reads it yet.
SMALL = 1 << 12


def communicate(
    process: "subprocess.Popen[bytes]",
    stdin: bytes,
    *,
    timeout: float | None,
    end: Callable[[], None],
    max_output: int = MAX_OUTPUT,
    on_stderr: Callable[[str], None] | None = None,
    silence: float | None = None,
) -> tuple[bytes | None, bytes, bool]:
    """Give a program its input, and read what it writes to its end.

    Args:
        process: it was started with three pipes.
        stdin: what it reads.
        timeout: seconds after which it is ended.
        end: has it end.
        max_output: bytes that are kept of what it answers.
        on_stderr: called with each piece of standard error as it comes, as for progress.
        silence: seconds without a word after which it is ended.

    Returns:
        What it answered, None for more than `max_output`, for which it is ended as well; what it complained of; and
        whether it had to be ended for the time that it took.

    """
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise RuntimeError("the program was started without pipes")
    out = _Reader(process.stdout, max_output, 0, on_excess=end)
    err = _Reader(process.stderr, MAX_COMPLAINT, MAX_COMPLAINT, on_piece=on_stderr)
    threads = [out.thread, err.thread]
    if len(stdin) > SMALL:
        threads.append(_started(lambda: _feed(process, stdin)))
    else:
        _feed(process, stdin)
    begun = monotonic()

    def left() -> float | None:
        ends = () if timeout is None else (begun + timeout,)
        if silence is not None:
            ends = (*ends, max(begun, out.heard, err.heard) + silence)
        return min(ends) - monotonic() if ends else None

    late = False
    for thread in threads:
        while thread.is_alive() and not late:
            pause = left()
            late = pause is not None and pause <= 0
            thread.join(0 if late else pause)
    if late:
        end()
        for thread in threads:
            thread.join()
    process.wait()
    return (None if out.is_cut else out.text), err.text, late


def ask(
    process: "subprocess.Popen[bytes]", question: bytes, last: bytes, *, timeout: float, end: Callable[[], None]
) -> tuple[bytes, bytes, bool]:
    """Ask a program something short, and read its answer up to its last words, or to the end of the program.

    Args:
        process: it was started with three pipes, which can be polled (`platform.POLLS_PIPES`).
        question: at most `SMALL` bytes.
        last: the end of its answer.
        timeout: seconds after which it is ended.
        end: has it end.

    Returns:
        What it answered, what it complained of, and whether it had to be ended for the time that it took.

    """
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise RuntimeError("the program was started without pipes")
    out, err, late = b"", b"", False
    deadline = monotonic() + timeout
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(process.stderr, selectors.EVENT_READ)
        with suppress(BrokenPipeError):
            os.write(process.stdin.fileno(), question)
        while not out.endswith(last) and selector.get_map():
            ready = selector.select(None if late else max(0.0, deadline - monotonic()))
            if not ready:
                late = True
                end()
            for key, _ in ready:
                chunk = os.read(key.fd, _CHUNK)
                if not chunk:
                    selector.unregister(key.fileobj)
                elif key.fileobj is process.stdout:
                    out += chunk
                else:
                    err = (err + chunk)[-2 * MAX_COMPLAINT :]
        is_over = not selector.get_map()
        if not is_over and any(key.fileobj is process.stderr for key, _ in selector.select(0)):
            # So that there is room for what it says about the next one, and nothing of this.
            err += os.read(process.stderr.fileno(), _CHUNK)
    if is_over:
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()
        process.wait()
    return out, err, late


def _feed(process: "subprocess.Popen[bytes]", stdin: bytes) -> None:
    with suppress(BrokenPipeError):
        if process.stdin is not None:
            with process.stdin as pipe:
                pipe.write(stdin)


def _started(run: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=run, name="program-output", daemon=True)
    thread.start()
    return thread


class _Reader:
    """Reads a pipe in a thread, and keeps its first bytes and its last.

    Attributes:
        thread: ends at the end of the pipe.
        heard: when something came last, `monotonic()`.
        is_cut: whether something is left out.

    """

    def __init__(
        self,
        pipe: IO[bytes],
        first: int,
        last: int,
        *,
        on_piece: Callable[[str], None] | None = None,
        on_excess: Callable[[], None] | None = None,
    ) -> None:
        self._pipe = pipe
        self._room = first
        self._last = last
        self._on_piece = on_piece
        self._on_excess = on_excess
        self._head: list[bytes] = []
        self._tail = b""
        self.is_cut = False
        self.heard = 0.0
        self.thread = _started(self._run)

    @property
    def text(self) -> bytes:
        """What was kept."""
        return b"".join(self._head) + (_LEFT_OUT if self.is_cut else b"") + self._tail

    def _run(self) -> None:
        with self._pipe as pipe:
            while chunk := os.read(pipe.fileno(), _CHUNK):
                self.heard = monotonic()
                if self._on_piece is not None:
                    self._on_piece(chunk.decode("utf-8", "replace"))
                self._keep(chunk)

    def _keep(self, chunk: bytes) -> None:
        if self._room:
            self._head.append(chunk[: self._room])
            chunk = chunk[self._room :]
            self._room -= len(self._head[-1])
        if not chunk:
            return
        tail = self._tail + chunk
        self._tail = tail[max(0, len(tail) - self._last) :]
        if len(tail) > self._last and not self.is_cut:
            self.is_cut = True
            if self._on_excess is not None:
                self._on_excess()
