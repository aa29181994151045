"""Clients by the thousand, clients that stop half way, and clients that never read."""

import contextlib
import json
import resource
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gto_daemon.client import CallError, Client
from gto_daemon.rpc import PROTOCOL
from tests.builders import RepositoryBuilder
from tests.faults.daemon import Asker, Daemon, connected, request
from tests.faults.fault_coverage import FaultCoverage
from tests.faults.leak_checks import check_index, check_nothing_is_left
from tests.waiting import eventually


def _leave_at_once(connection: socket.socket, _repo: str) -> None:
    connection.close()


def _leave_in_the_middle(connection: socket.socket, repo: str) -> None:
    connection.sendall(request(1, "gto/show", repo=repo)[:40])


def _leave_before_the_answer(connection: socket.socket, repo: str) -> None:
    connection.sendall(request(1, "gto/subscribe", repo=repo) + request(2, "gto/history", repo=repo) * 3)


def _leave_after_it(connection: socket.socket, repo: str) -> None:
    connection.sendall(request(1, "gto/show", repo=repo))
    answer = json.loads(connection.makefile("rb").readline())
    assert answer["id"] == 1


def test_thousands_come_and_go(
    daemon: Daemon, registry: RepositoryBuilder, coverage: FaultCoverage, often: Callable[[int, int], int]
) -> None:
    coverage.expects("clients", "answers to another one meanwhile")
    repo = str(registry.path)
    daemon.start()
    daemon.ask("gto/show", repo=repo)
    asker = Asker(daemon.runtime, repo)
    asker.start()
    eventually(lambda: asker.answers)
    before = daemon.descriptors
    manners = (_leave_at_once, _leave_in_the_middle, _leave_before_the_answer, _leave_after_it)
    for number in range(often(1200, 50_000)):
        with contextlib.closing(connected(daemon.runtime)) as connection:
            manners[number % len(manners)](connection, repo)
        coverage.saw("clients")
        if number % 300 == 0:
            registry.tag(f"during@v1.{number}.0")
    asker.end()
    coverage.saw("answers to another one meanwhile", len(asker.answers))
    eventually(lambda: daemon.ask("gto/status", repo=repo)["sessions"] == 1)
    eventually(lambda: daemon.descriptors <= before)
    check_index(registry.path)
    daemon.stop()
    check_nothing_is_left(daemon.runtime, registry.path)


def test_connections_that_are_half_open_cost_nobody_else_anything(
    daemon: Daemon, registry: RepositoryBuilder, coverage: FaultCoverage
) -> None:
    coverage.expects("half open connections", "answered after they sent their end", "answers to another one meanwhile")
    repo = str(registry.path)
    daemon.start()
    with contextlib.ExitStack() as held:
        for number in range(120):
            connection = held.enter_context(contextlib.closing(connected(daemon.runtime)))
            whole = request(1, "gto/show", repo=repo)
            if number % 3 == 0:
                connection.sendall(whole[:-20])
            elif number % 3 == 1:
                connection.sendall(b"Content-Length: 1000\r\n\r\n" + whole)
            else:
                connection.sendall(whole)
                connection.shutdown(socket.SHUT_WR)
                answers = connection.makefile("rb").readlines()
                assert [json.loads(answer)["id"] for answer in answers] == [1]
                coverage.saw("answered after they sent their end")
            coverage.saw("half open connections")
        asker = Asker(daemon.runtime, repo)
        asker.start()
        registry.tag("during@v1.0.0")
        eventually(lambda: len(asker.answers) > 100)
        asker.end()
        coverage.saw("answers to another one meanwhile", len(asker.answers))
        check_index(registry.path)
    eventually(lambda: daemon.ask("gto/status")["sessions"] == 1)
    daemon.stop()
    check_nothing_is_left(daemon.runtime, registry.path)


def test_readers_that_are_slow_get_every_answer_once_and_hold_up_nobody(
    daemon: Daemon, registry: RepositoryBuilder, coverage: FaultCoverage
) -> None:
    coverage.expects("slow readers", "requests that waited unread", "answers they got in the end")
    repo = str(registry.path)
    for number in range(200):
        registry.tag(f"bulk{number}@v1.0.0", message="x" * 400)
    daemon.start()
    daemon.ask("gto/history", repo=repo)
    asked = 300
    before = daemon.memory
    with contextlib.ExitStack() as held:
        slow = [held.enter_context(contextlib.closing(connected(daemon.runtime))) for _ in range(4)]
        senders = [threading.Thread(target=_send, args=(connection, repo, asked), daemon=True) for connection in slow]
        for sender in senders:
            sender.start()
        coverage.saw("slow readers", len(slow))
        asker = Asker(daemon.runtime, repo)
        asker.start()
        eventually(lambda: len(asker.answers) > 100)
        # 1,200 answers of 150 kB each are asked for, and next to nothing of them is in memory.
        assert daemon.memory < before + (64 << 20)
        coverage.saw("requests that waited unread", sum(sender.is_alive() for sender in senders))
        for connection, sender in zip(slow, senders, strict=True):
            with connection.makefile("rb") as answers:
                ids = [json.loads(answers.readline())["id"] for _ in range(asked)]
            assert ids == list(range(asked))
            coverage.saw("answers they got in the end", len(ids))
            sender.join(timeout=60)
        asker.end()
        check_index(registry.path)
    daemon.stop()
    check_nothing_is_left(daemon.runtime, registry.path)


def _send(connection: socket.socket, repo: str, asked: int) -> None:
    # Longer than what the system keeps of a stream: the daemon has to stop reading for the sender to wait.
    padding = b" " * 4000
    connection.sendall(b"".join(padding + request(number, "gto/history", repo=repo) for number in range(asked)))


def _retried(client: Client, repo: str) -> Any:
    try:
        return client.call("gto/show", {"repo": repo})
    except CallError as error:
        assert error.data["retryable"], error
        return None


def test_a_daemon_takes_as_many_descriptors_as_it_may_have(runtime: Path, coverage: FaultCoverage) -> None:
    coverage.expects("descriptors beyond the limit it was started with")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    few = Daemon(runtime, "-c", _FEW)
    few.start()
    soft, now = resource.prlimit(few.pid, resource.RLIMIT_NOFILE)
    assert (soft, now) == (min(hard, 65_536), hard)
    coverage.saw("descriptors beyond the limit it was started with", soft - 64)
    few.stop()


_FEW = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
sys.argv = ["gtod", "serve"]
from gto_daemon.__main__ import main
sys.exit(main())
"""


def test_more_clients_than_descriptors(daemon: Daemon, registry: RepositoryBuilder, coverage: FaultCoverage) -> None:
    coverage.expects("clients that found no room", "clients served once there was room")
    repo = str(registry.path)
    daemon.start()
    daemon.ask("gto/show", repo=repo)
    hard = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)[1]
    limit = daemon.descriptors + 30
    resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (limit, hard))
    with contextlib.ExitStack() as held:
        crowd = [held.enter_context(contextlib.closing(connected(daemon.runtime))) for _ in range(60)]
        for connection in crowd:
            connection.sendall(request(1, "gto/handshake", client="crowd", version="1", protocol=PROTOCOL))
        eventually(lambda: daemon.descriptors >= limit - 1)
        coverage.saw("clients that found no room", len(crowd) - (limit - daemon.descriptors) - 30)
        registry.git("tag", "-a", "-m", "m", "during@v1.0.0")
    # They leave; whoever waited is served, and nothing wrong is remembered.
    with Client.connect(start=False, timeout=60) as client:
        # Until it has closed what they left, it may refuse, and says that asking again helps.
        shown = eventually(lambda: _retried(client, repo))
        assert "during" in shown["artifacts"]
        coverage.saw("clients served once there was room")
    resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (hard, hard))
    eventually(lambda: daemon.ask("gto/status")["sessions"] == 1)
    check_index(registry.path)
    daemon.stop()
    check_nothing_is_left(daemon.runtime, registry.path)
