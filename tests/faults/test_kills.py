"""`kill -9` of the daemon, of clients and of whoever writes, at random points and at the worst ones.

A writer without a daemon is killed in `tests/daemon/test_acting_together.py`.
"""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.client import CallError, Client, DaemonUnavailable
from tests.builders import RepositoryBuilder
from tests.faults.daemon import Asker, Daemon
from tests.faults.fault_coverage import FaultCoverage
from tests.faults.hooks import Barrier, is_alive
from tests.faults.leak_checks import check_index, check_nothing_is_left, locks
from tests.waiting import eventually


class Writer(threading.Thread):
    """A client that registers and assigns, one artifact after the other, through whichever daemon serves.

    Attributes:
        done: what it was told that was done.
        unknown: what a daemon that died took along.

    """

    def __init__(self, repo: RepositoryBuilder) -> None:
        super().__init__(daemon=True)
        self._repo = repo
        self._ended = threading.Event()
        self.done: set[str] = set()
        self.unknown: set[str] = set()
        self.failure: Exception | None = None

    def run(self) -> None:
        number = 0
        while not self._ended.is_set():
            try:
                client = Client.connect(start=False)
            except DaemonUnavailable:
                self._ended.wait(0.01)
                continue
            number += 1
            name = f"made{number}"
            try:
                with client:
                    client.call(
                        "gto/assign", {"repo": str(self._repo.path), "name": name, "stage": "prod", "ref": "HEAD"}
                    )
                self.done.add(name)
            except DaemonUnavailable:
                self.unknown.add(name)
            except CallError as error:
                self.failure = error
                return

    def end(self) -> None:
        self._ended.set()
        self.join(timeout=60)
        assert not self.is_alive(), "an act was never answered"
        assert self.failure is None, self.failure


def test_a_daemon_that_is_killed_at_random_points(
    daemon: Daemon, registry: RepositoryBuilder, coverage: FaultCoverage, often: Callable[[int, int], int]
) -> None:
    coverage.expects(
        "kills", "requests that a kill took along", "acts done", "acts that a kill took along", "stale sockets replaced"
    )
    luck = random.Random(11)
    asker, writer = Asker(daemon.runtime, str(registry.path)), Writer(registry)
    daemon.start()
    asker.start()
    writer.start()
    for _ in range(often(6, 200)):
        daemon.ask("gto/show", repo=str(registry.path))
        known = len(asker.answers)
        eventually(lambda known=known: len(asker.answers) > known)
        threading.Event().wait(luck.uniform(0, 0.25))
        daemon.kill()
        coverage.saw("kills")
        coverage.saw("stale sockets replaced", (daemon.runtime / "gtod.sock").is_socket())
        daemon.start()
    asker.end()
    writer.end()
    coverage.saw("requests that a kill took along", len(asker.hung_up))
    coverage.saw("acts done", len(writer.done))
    coverage.saw("acts that a kill took along", len(writer.unknown))
    eventually(lambda: not _gits_at(registry.path))
    assert not locks(registry.git_dir), "a git that was not killed took its locks away"
    check_index(registry.path)
    there = set(registry.git("tag", "--list").split())
    for name in writer.done:
        assert {f"{name}@v0.0.1", f"{name}#prod#1"} <= there, f"{name} was told to be done"
    for name in writer.unknown:
        assert (f"{name}@v0.0.1" in there) == (f"{name}#prod#1" in there), f"half of {name} was done"
    daemon.stop()
    check_nothing_is_left(daemon.runtime, registry.path)


def _gits_at(repo: Path) -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if (place / "cwd").readlink() == repo and (place / "comm").read_text() == "git\n":
                found.append(place.name)
        except OSError:
            continue
    return found


def test_a_daemon_that_is_killed_in_the_middle_of_a_transaction(
    daemon: Daemon, registry: RepositoryBuilder, coverage: FaultCoverage
) -> None:
    coverage.expects("lock seen", "own locks left behind", "own locks cleared by the next start")
    barrier = Barrier(registry)
    daemon.start()
    act = {"repo": str(registry.path), "name": "halfway", "stage": "prod", "ref": "HEAD"}
    with Client.connect(start=False) as client:
        failed: list[Exception] = []
        acting = threading.Thread(target=lambda: _failing(client, act, failed), daemon=True)
        acting.start()
        git = barrier.reached()
        coverage.saw("lock seen", len(locks(registry.git_dir)))
        daemon.kill()
        acting.join(timeout=60)
    assert isinstance(failed[0], DaemonUnavailable), failed
    coverage.saw("own locks left behind", len(list(daemon.runtime.glob("act-*.lock"))))
    daemon.start()
    coverage.saw("own locks cleared by the next start", not list(daemon.runtime.glob("act-*.lock")))
    # The git of the act lives: whoever wants the same meanwhile is told by whom it is held.
    check_index(registry.path)
    with pytest.raises(CallError) as refused:
        daemon.ask("gto/assign", **act)
    assert refused.value.kind == "RefLocked"
    assert Path(refused.value.data["path"]) in locks(registry.git_dir)
    barrier.release()
    eventually(lambda: not is_alive(git))
    barrier.remove()
    check_index(registry.path)
    assert {"halfway@v0.0.1", "halfway#prod#1"} <= set(registry.git("tag", "--list").split())
    daemon.stop()
    check_nothing_is_left(daemon.runtime, registry.path)


def _failing(client: Client, act: dict[str, str], failed: list[Exception]) -> None:
    try:
        client.call("gto/assign", act)
    except (CallError, DaemonUnavailable) as error:
        failed.append(error)


@pytest.mark.parametrize(
    ("command", "lock", "blocked"),
    [
        (("tag", "-a", "-m", "m", "new@v1.0.0"), "new@v1.0.0.lock", ("gto/register", {"name": "new"})),
        (
            ("tag", "-d", "churn@v1.0.0"),
            "packed-refs.lock",
            ("gto/deregister", {"name": "churn", "version": "v1.1.0", "delete": True}),
        ),
    ],
    ids=["creating a tag", "deleting a packed one"],
)
def test_a_git_that_is_killed_leaves_a_lock_that_is_named_with_its_age(
    daemon: Daemon,
    registry: RepositoryBuilder,
    coverage: FaultCoverage,
    command: tuple[str, ...],
    lock: str,
    blocked: tuple[str, dict[str, object]],
) -> None:
    coverage.expects("lock seen", "lock named")
    registry.pack()
    before = registry.git("for-each-ref")
    barrier = Barrier(registry)
    daemon.start()
    git = subprocess.Popen(["git", *command], cwd=registry.path, start_new_session=True)
    barrier.reached()
    os.killpg(git.pid, signal.SIGKILL)
    git.wait()
    barrier.remove()
    left = locks(registry.git_dir)
    coverage.saw("lock seen", len(left))
    assert lock in [path.name for path in left]
    assert registry.git("for-each-ref") == before
    check_index(registry.path)
    method, params = blocked
    if method == "gto/register":
        params = {**params, "version": "v1.0.0"}
    with pytest.raises(CallError) as refused:
        daemon.ask(method, repo=str(registry.path), **params)
    assert refused.value.kind == "RefLocked"
    assert Path(refused.value.data["path"]) in left
    assert refused.value.data["age_s"] >= 0
    coverage.saw("lock named")
    # Others go on, the lock is left to its owner, and once what was named is gone the act goes too.
    daemon.ask("gto/register", repo=str(registry.path), name="other")
    assert set(locks(registry.git_dir)) == set(left)
    for path in left:
        path.unlink()
    beside = registry.git_dir / "packed-refs.new"
    if beside.exists():
        with pytest.raises(CallError) as refused:
            daemon.ask(method, repo=str(registry.path), **params)
        assert (refused.value.kind, refused.value.data["path"]) == ("RefLocked", str(beside))
        beside.unlink()
    daemon.ask(method, repo=str(registry.path), **params)
    check_index(registry.path)
    daemon.stop()
    check_nothing_is_left(daemon.runtime, registry.path)


_CLIENT = """
import sys
from gto_daemon.client import Client
with Client.connect(start=False) as client:
    client.call("gto/subscribe", {"repo": sys.argv[1]})
    print("there", flush=True)
    while True:
        client.call("gto/history", {"repo": sys.argv[1]})
"""


def test_clients_that_are_killed_at_random_points(
    daemon: Daemon, registry: RepositoryBuilder, coverage: FaultCoverage, often: Callable[[int, int], int]
) -> None:
    coverage.expects("kills")
    daemon.start()
    asker = Asker(daemon.runtime, str(registry.path))
    asker.start()
    eventually(lambda: asker.answers)
    luck = random.Random(12)
    for turn in range(often(4, 100)):
        clients = [
            subprocess.Popen(
                [sys.executable, "-c", _CLIENT, str(registry.path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            for _ in range(3)
        ]
        for client in clients:
            assert client.stdout is not None
            assert client.stdout.readline() == b"there\n"
        registry.tag(f"during@v1.0.{turn}")
        for client in clients:
            threading.Event().wait(luck.uniform(0, 0.02))
            client.kill()
            client.wait()
            client.stdout.close()  # type: ignore[union-attr]
            coverage.saw("kills")
        # The daemon forgets them all: their sessions, their descriptors, and in the end what they watched.
        eventually(lambda: daemon.ask("gto/status")["sessions"] == 2)
    asker.end()
    eventually(lambda: daemon.ask("gto/status", repo=str(registry.path))["sessions"] == 1)
    status = daemon.ask("gto/status", repo=str(registry.path))
    assert status["repository"]["watcher"]["mode"] == "on demand"
    check_index(registry.path)
    daemon.stop()
    check_nothing_is_left(daemon.runtime, registry.path)
