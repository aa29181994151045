"""What runs in the background goes on after a failure, and says so."""

import ast
import asyncio
import logging
from pathlib import Path

import pytest

import gto_daemon
from gto_daemon.daemon.following.supervised import supervise
from tests.waiting import soon

#: The only places that may make a task of their own, and why nothing can go silent there.
ANSWERED = {
    "app/lsp.py": "awaited when the session is closed",
    "client/aclient.py": "its end fails every call and ends every iteration",
    "mcp/changes.py": "logs whatever ends it",
    "app/delivering.py": "what it stops is supervised, and logs whatever it meets",
    "daemon/sinks/delivering.py": "logs whatever ends it, and the event is tried again",
    "daemon/fleet/remotes.py": "logs whatever it meets, and plans the next look",
    "daemon/fleet/member.py": "whatever it meets is told of its repository, and the next question begins another",
    "daemon/lifecycle/host.py": "the daemon waits for them, and ends with the reason",
    "rpc/lsp/slot.py": "logs whatever happens, and ends the session",
    "rpc/lsp/server/handlers.py": "one look at a time, logged when it fails; the next event begins another",
    "rpc/jsonrpc/pending_requests.py": "answers a request, whatever happens",
}


class Failing:
    """Work that fails some times before it goes well."""

    def __init__(self, *failures: BaseException) -> None:
        self.failures = list(failures)
        self.runs = 0

    async def work(self) -> None:
        self.runs += 1
        if self.failures:
            raise self.failures.pop(0)


async def test_what_fails_is_logged_and_begins_again(caplog: pytest.LogCaptureFixture) -> None:
    failing = Failing(MemoryError("first"), OSError("second"))
    await supervise(failing.work, "the test")
    assert failing.runs == 3
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.ERROR]
    assert "'the test' failed" in caplog.text
    assert "MemoryError: first" in caplog.text


async def test_what_it_waits_for_may_be_cancelled_without_ending_it(caplog: pytest.LogCaptureFixture) -> None:
    waited: list[asyncio.Future[None]] = []

    async def work() -> None:
        if len(waited) < 2:
            waited.append(asyncio.get_running_loop().create_future())
            await waited[-1]

    task = supervise(work, "the test")
    await soon(lambda: len(waited) == 1)
    waited[0].cancel()
    await soon(lambda: len(waited) == 2)
    assert "cancelled" in caplog.text
    waited[1].set_result(None)
    await task


async def test_it_ends_when_it_is_cancelled_itself() -> None:
    task = supervise(asyncio.Event().wait, "the test")  # type: ignore[arg-type]
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_every_other_task_has_somebody_who_waits_for_it() -> None:
    package = Path(gto_daemon.__file__).parent
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("create_task", "ensure_future")
    }
    assert found == ANSWERED.keys() | {"daemon/following/supervised.py"}
