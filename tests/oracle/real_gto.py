"""Ask the real GTO: processes that stay, and the answers they give.

Invariant: the oracle runs in its own interpreter with its own dependencies; nothing of ours is imported there.
"""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.oracle.install import RELEASES, interpreter_of, is_installed

_WORKER = Path(__file__).with_name("worker.py")


class OracleMissingError(Exception):
    """The real GTO is not installed, so nothing can be compared; that is a failure and not a reason to skip."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command line for GTO, where it runs, and what it finds in the environment besides."""

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What GTO did. `log` is what it logged, which it would print among `stdout`."""

    exit: int
    stdout: str
    stderr: str
    log: str

    @cached_property
    def json(self) -> Any:
        """Standard output as JSON; None when there is none, which is how GTO says that a ref is no event.

        Raises:
            json.JSONDecodeError: it is not JSON.

        """
        return json.loads(self.stdout) if self.stdout else None


class _Worker:
    def __init__(self, release: str) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("GTO_")}
        self._process = subprocess.Popen(
            [str(interpreter_of(release)), "-I", str(_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            # The width is what a table is folded to; without a terminal rich takes 80 and click what it likes.
            env={**env, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"},
            cwd="/",
        )
        self._release = release

    def ask(self, requests: Sequence[Request]) -> list[Answer]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the worker has no pipes")
        messages = [{"argv": one.argv, "cwd": str(one.cwd), "env": dict(one.env)} for one in requests]
        self._process.stdin.write(json.dumps(messages) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"gto {self._release} ended at {messages}, exit code {self._process.wait()}")
        return [Answer(**answer) for answer in json.loads(line)]

    def close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


class Oracle:
    """One release of the real GTO, as `processes` workers that share what is asked.

    Raises:
        OracleMissingError: it is not installed.

    """

    def __init__(self, release: str, *, processes: int = 1) -> None:
        if release not in RELEASES or not is_installed(release):
            raise OracleMissingError(f"gto {release} is not installed; run `python tests/oracle/install.py {release}`")
        self.release = release
        self._workers = [_Worker(release) for _ in range(processes)]
        self._threads = [ThreadPoolExecutor(1) for _ in range(processes)]

    def ask(self, requests: Sequence[Request]) -> list[Answer]:
        """The answers, in the order of the requests."""
        return self.start(requests)()

    def start(self, requests: Sequence[Request]) -> "PendingAnswers":
        """Begin to answer, and go on; call what is returned for the answers."""
        count = len(self._workers)
        shares = [
            thread.submit(worker.ask, requests[place::count])
            for place, (worker, thread) in enumerate(zip(self._workers, self._threads, strict=True))
        ]
        return PendingAnswers(shares)

    def run(self, *argv: str, cwd: Path, env: Mapping[str, str] | None = None) -> Answer:
        """One command line."""
        return self.ask([Request(argv, cwd, env or {})])[0]

    def close(self) -> None:
        """End the workers."""
        for thread in self._threads:
            thread.shutdown()
        for worker in self._workers:
            worker.close()

    def __enter__(self) -> "Oracle":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class PendingAnswers:
    """Answers that workers still make; a call waits for them."""

    def __init__(self, shares: Sequence[Future[list[Answer]]]) -> None:
        self._shares = shares

    def __call__(self) -> list[Answer]:
        shares = [share.result() for share in self._shares]
        count = len(shares)
        return [shares[place % count][place // count] for place in range(sum(map(len, shares)))]
