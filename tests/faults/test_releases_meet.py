"""Two releases of gtod on one machine, both installed and both in use: real processes, many at a time.

The words of a mismatch are in `tests/rpc/test_sessions.py`, the life of a process that retires in
`tests/daemon/lifecycle/test_one_daemon.py`.
"""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gto_daemon import __version__, client
from gto_daemon.client import AsyncClient, Client
from gto_daemon.client.messages import PROTOCOL
from tests.builders import RepositoryBuilder
from tests.client.test_editors import Editor
from tests.faults.daemon import ROOT, Asker, Daemon
from tests.faults.hooks import Barrier
from tests.faults.leak_checks import check_index, check_nothing_is_left
from tests.package.other_release import other_release, put_into, wheel_of
from tests.processes import processes
from tests.transports import BOTH, FOUND_BY
from tests.waiting import eventually

TRANSPORTS = BOTH
OLDER = "0.0.9"
#: All of these are of one process.
pytestmark = pytest.mark.xdist_group("releases")

_STARTED: list["subprocess.Popen[Any]"] = []

#: Ask without end, over one connection for all or one for each, until stdin ends; say who answered, and how often.
_ASK = """
import sys, threading
from collections import Counter
from gto_daemon.client import Client
repo, ended, pids = sys.argv[1], threading.Event(), Counter()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
def ask(client):
    assert len(client.call("gto/show", {"repo": repo})["artifacts"]) == 2
    pid = client.call("gto/status")["pid"]
    if not pids:
        print("asking", flush=True)
    pids[pid] += 1
if sys.argv[2] == "one":
    with Client.connect() as client:
        while not ended.is_set():
            ask(client)
else:
    while not ended.is_set():
        with Client.connect() as client:
            ask(client)
print(*(f"{pid}:{times}" for pid, times in pids.items()))
"""


@pytest.fixture(autouse=True)
def _buried(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whose gtod runs is for the interpreter to say, not for the working directory; and nobody outlives a test."""
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    yield
    for process in _STARTED:
        process.kill()
        process.communicate()
    _STARTED.clear()
    client.stop()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """The interpreter of another release; see `other_release`."""
    known: dict[str, str] = {}

    def install(version: str, **differs: Any) -> str:
        if version not in known:
            known[version] = str(other_release(tmp_path_factory.mktemp("release"), version, **differs))
        return known[version]

    return install


@pytest.fixture
def older(installed: Callable[..., str]) -> str:
    return installed(OLDER)


def serving(runtime: Path, python: str) -> Daemon:
    """A daemon of another release."""
    old = Daemon(runtime, python=python, PYTHONPATH="").start()
    _STARTED.append(old.process)
    return old


def run(python: str, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
    """A program of a release, with pipes."""
    path = str(ROOT) if python == sys.executable else ""
    process = subprocess.Popen(
        [python, *arguments],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip
    _STARTED.append(process)
    return process


def said(process: "subprocess.Popen[str]") -> str:
    out, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint
    return out


class Crowd:
    """Processes of several releases that ask without end; each request is answered, or its process fails."""

    def __init__(self, repo: str, pythons: list[str]) -> None:
        self._processes = [run(python, "-c", _ASK, repo, how) for python in pythons for how in ("one", "each")]
        for process in self._processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "asking\n", process.communicate()

    def end(self) -> list[dict[int, int]]:
        """What each was told: the processes that answered, and how often."""
        return [
            {int(pid): int(times) for pid, times in (each.split(":") for each in said(process).split())}
            for process in self._processes
        ]


def version_of_the_daemon() -> str:
    status = client.status()
    assert status is not None
    return str(status["version"])


def ends_well(old: Daemon) -> None:
    """The older one ends by itself, and what is left is of the other one."""
    assert old.process.wait(timeout=60) == 0, old.log
    # For the other one, or because its own files are gone: whatever it saw first.
    assert "retires: " in old.log
    assert "a client asked for it" not in old.log
    assert version_of_the_daemon() == __version__


@pytest.fixture
def clean(runtime: Path, registry: RepositoryBuilder) -> Iterator[None]:
    """At the end one daemon serves; after it, nothing is left."""
    yield
    check_index(registry.path)
    assert client.stop()
    # One that retired is nobody's child here, and looks once a second whether its last session has left.
    eventually(lambda: f"GTOD_RUNTIME_DIR={runtime} " not in processes("environ"))
    check_nothing_is_left(runtime, registry.path)


def test_a_newer_client_takes_over_in_the_midst_of_a_crowd(
    runtime: Path,
    registry: RepositoryBuilder,
    older: str,
    clean: None,
) -> None:
    repo = str(registry.path)
    old = serving(runtime, older)
    askers = [Asker(runtime, repo) for _ in range(3)]
    for asker in askers:
        asker.start()
    before = Crowd(repo, [older, older])
    during = Crowd(repo, [sys.executable, older, sys.executable])
    new = int(said(run(sys.executable, "-c", "from gto_daemon import client; print(client.start()['pid'])")))
    assert new != old.pid
    eventually(lambda: all(asker.answers for asker in askers))
    told = [*before.end(), *during.end()]
    for asker in askers:
        asker.end()
        assert not asker.hung_up
    assert {pid for each in told for pid in each} == {old.pid, new}, told
    assert all(sum(each.values()) > 0 for each in told)
    # Whoever came before the others has been answered by both: it moved, and no request of it failed.
    assert all(set(each) == {old.pid, new} for each in told[:4]), told
    # What is newer has never asked the older one for anything.
    assert all(set(each) == {new} for each in (*told[4:6], *told[8:10])), told
    ends_well(old)


def test_what_was_begun_is_finished_by_who_began_it(
    runtime: Path,
    registry: RepositoryBuilder,
    older: str,
    clean: None,
) -> None:
    old = serving(runtime, older)
    barrier = Barrier(registry)
    act = run(older, "-m", "gto_daemon", "register", "fresh", "HEAD", cwd=registry.path)
    git = barrier.reached()
    assert f"PPid:\t{old.pid}\n" in Path(f"/proc/{git}/status").read_text()
    with Client.connect() as connection:
        assert connection.call("gto/status")["version"] == __version__
        assert "churn" in connection.call("gto/show", {"repo": str(registry.path)})["artifacts"]
    assert old.process.poll() is None
    barrier.release()
    assert "fresh" in said(act)
    barrier.remove()
    assert registry.git("tag", "--list", "fresh@*") == "fresh@v0.0.1"
    ends_well(old)


def test_an_editor_stays_with_the_older_one_and_a_watch_moves(
    runtime: Path,
    registry: RepositoryBuilder,
    older: str,
    clean: None,
) -> None:
    repo = str(registry.path)
    old = serving(runtime, older)
    editor = Editor(python=older)
    editor.initialize()
    assert editor.ask(2, "gto/status")["pid"] == old.pid
    watch = run(older, "-m", "gto_daemon", "watch", "--json", cwd=registry.path)
    assert watch.stdout is not None
    assert watch.stderr is not None
    assert watch.stderr.readline().startswith("Watching ")
    registry.tag("churn@v2.0.0")
    heard = [watch.stdout.readline()]

    assert client.start()["version"] == __version__
    newcomer = Editor()
    newcomer.initialize()
    assert newcomer.ask(2, "gto/status")["version"] == __version__
    assert watch.stderr.readline() == f"gtod {__version__} took over; connecting again.\n"
    assert watch.stderr.readline().startswith("Watching ")
    registry.tag("churn@v2.1.0")
    heard.append(watch.stdout.readline())
    assert [[row["ref"] for row in json.loads(line)["events"]["added"]] for line in heard] == [
        ["churn@v2.0.0"],
        ["churn@v2.1.0"],
    ]
    watch.kill()
    watch.communicate()

    assert "churn" in editor.ask(3, "gto/show", {"repo": repo})["artifacts"]
    assert editor.ask(4, "gto/status")["pid"] == old.pid
    assert old.process.poll() is None
    for number, each in enumerate((editor, newcomer)):
        each.ask(10 + number, "shutdown")
        each.send("exit")
        assert each.process.wait(60) == 0
        each.close()
    ends_well(old)


@pytest.mark.parametrize(
    ("who", "transport"),
    [("blocking", "tcp"), *((who, "unix") for who in ("blocking", "asyncio", "editor", "quick", "command"))],
)
def test_each_way_to_ask_has_the_older_one_replaced(
    runtime: Path, registry: RepositoryBuilder, older: str, who: str, transport: str, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("GTOD_TRANSPORT", transport)
    assert said(run(older, "-m", "gto_daemon", "start"))
    status = client.status()
    assert status is not None
    assert status["version"] == OLDER
    with contextlib.ExitStack() as kept:
        stays = kept.enter_context(Client.connect(start=False))  # may start none, so it replaces none
        assert stays.call("gto/status")["pid"] == status["pid"]
        if who == "blocking":
            with Client.connect() as connection:
                assert connection.call("gto/status")["version"] == __version__
        elif who == "asyncio":
            asyncio.run(_asked_beside_each_other(str(registry.path)))
        elif who == "editor":
            editor = Editor()
            editor.initialize()
            assert editor.ask(2, "gto/status")["version"] == __version__
            editor.process.kill()
            editor.close()
        else:
            options = ["--json"] if who == "quick" else []
            assert "churn" in said(run(sys.executable, "-m", "gto_daemon", "show", *options, cwd=registry.path))
        assert version_of_the_daemon() == __version__
        assert stays.call("gto/status")["pid"] == status["pid"]
    assert (runtime / FOUND_BY[transport]).exists()
    eventually(lambda: not Path(f"/proc/{status['pid']}").exists())
    check_index(registry.path)
    assert client.stop()
    check_nothing_is_left(runtime, registry.path)


async def _asked_beside_each_other(repo: str) -> None:
    async with await AsyncClient.connect() as one, await AsyncClient.connect() as other:
        answers = await asyncio.gather(*(each.call("gto/show", {"repo": repo}) for each in (one, other) for _ in "123"))
        assert all("churn" in answer["artifacts"] for answer in answers)
        assert {one.server["version"], other.server["version"]} == {__version__}


async def test_an_asyncio_client_hears_of_it_and_goes_on(
    runtime: Path,
    registry: RepositoryBuilder,
    older: str,
    clean: None,
) -> None:
    old = await asyncio.to_thread(serving, runtime, older)
    async with await AsyncClient.connect(start=False) as connection:
        heard = connection.notifications()
        first = asyncio.ensure_future(anext(heard))
        async with await connection.subscribe(registry.path) as changes:
            await asyncio.to_thread(client.start)
            assert await first == ("gto/didRetire", {"version": __version__})
            registry.tag("churn@v5.0.0")
            assert (await anext(changes))["artifacts"] == ["churn"]
            assert (await connection.call("gto/status"))["pid"] == old.pid
    await asyncio.to_thread(ends_well, old)


def test_a_subscriber_is_told_and_stays_until_it_leaves(
    runtime: Path,
    registry: RepositoryBuilder,
    older: str,
    clean: None,
) -> None:
    old = serving(runtime, older)
    with Client.connect(start=False) as connection:
        connection.call("gto/subscribe", {"repo": str(registry.path)})
        client.start()
        notifications = connection.notifications()
        assert next(notifications) == ("gto/didRetire", {"version": __version__})
        registry.tag("churn@v6.0.0")
        method, params = next(notifications)
        assert method == "gto/didChange"
        assert params["artifacts"] == ["churn"]
        assert connection.call("gto/status")["pid"] == old.pid
    ends_well(old)


def test_an_older_client_is_served_by_a_newer_daemon(
    runtime: Path,
    registry: RepositoryBuilder,
    older: str,
    clean: None,
) -> None:
    pid = client.start()["pid"]
    shown = said(run(older, "-m", "gto_daemon", "show", "--json", cwd=registry.path))
    assert set(json.loads(shown)) == {"churn", "segment"}
    assert said(run(older, "-m", "gto_daemon", "call", "gto/status", cwd=registry.path)).count(f'"pid": {pid}') == 1
    crowd = Crowd(str(registry.path), [older, older])
    assert [set(each) for each in crowd.end()] == [{pid}] * 4


def test_an_older_protocol_is_replaced_and_its_clients_are_told(
    runtime: Path,
    registry: RepositoryBuilder,
    installed: Callable[..., str],
    clean: None,
) -> None:
    python = installed("0.0.5", protocol=PROTOCOL - 1)
    old = serving(runtime, python)
    repo = str(registry.path)
    asker = Asker(runtime, repo)
    asker.start()
    eventually(lambda: asker.answers)
    pids = {
        int(said(run(sys.executable, "-c", "from gto_daemon import client; print(client.start()['pid'])"))),
        old.pid,
    }
    assert len(pids) == 2
    asker.end()
    assert not asker.hung_up
    ends_well(old)
    told = run(python, "-m", "gto_daemon", "register", "fresh", "HEAD", cwd=registry.path)
    _, complaint = told.communicate(timeout=120)
    assert told.returncode == 1
    assert "The client is the older one: update it" in complaint
    assert registry.git("tag", "--list", "fresh@*") == ""


def test_who_takes_over_may_be_slow(
    runtime: Path, registry: RepositoryBuilder, installed: Callable[..., str], clean: None
) -> None:
    old = serving(runtime, installed("0.0.5", protocol=PROTOCOL - 1))
    with Client.connect(start=False) as connection:
        first = connection.socket

        def until_it_is_hung_up() -> None:  # as on one that was refused, and says nothing more
            first.settimeout(60)
            first.shutdown(socket.SHUT_WR)
            assert first.recv(1) == b""

        assert connection.have_it_retire(until_it_is_hung_up)
        assert not (runtime / FOUND_BY["unix"]).exists()
    assert client.start()["started"]
    ends_well(old)


def test_one_that_cannot_retire_is_left_alone_and_asked(
    runtime: Path,
    registry: RepositoryBuilder,
    installed: Callable[..., str],
) -> None:
    old = serving(runtime, installed("0.0.1", retires=False))
    with Client.connect() as connection:
        assert connection.call("gto/status")["pid"] == old.pid
    editor = Editor()
    editor.initialize()
    assert editor.ask(2, "gto/status")["pid"] == old.pid
    editor.process.kill()
    editor.close()
    shown = said(run(sys.executable, "-m", "gto_daemon", "show", "--json", cwd=registry.path))
    assert set(json.loads(shown)) == {"churn", "segment"}
    assert client.restart()["version"] == __version__
    assert old.process.wait(timeout=60) == 0
    assert client.stop()
    check_nothing_is_left(runtime, registry.path)


def test_an_upgrade_in_place_under_a_daemon_that_runs(
    runtime: Path, registry: RepositoryBuilder, tmp_path: Path, clean: None
) -> None:
    """The usual way: the files that the older one was started from are replaced by the newer release's."""
    python = str(other_release(tmp_path / "older", OLDER))
    old = serving(runtime, python)
    editor = Editor(python=python)
    editor.initialize()
    put_into(tmp_path / "older" / "environment", wheel_of(tmp_path / "newer", __version__))
    shown = said(run(python, "-m", "gto_daemon", "show", "--json", cwd=registry.path))
    assert set(json.loads(shown)) == {"churn", "segment"}
    assert version_of_the_daemon() == __version__
    assert editor.ask(2, "gto/status")["pid"] == old.pid
    assert "churn" in editor.ask(3, "gto/show", {"repo": str(registry.path)})["artifacts"]
    assert editor.ask(4, "shutdown") is None
    editor.send("exit")
    assert editor.process.wait(60) == 0
    editor.close()
    ends_well(old)


def test_two_releases_that_start_each_their_own_end_in_the_newer_one(
    runtime: Path,
    registry: RepositoryBuilder,
    older: str,
    clean: None,
) -> None:
    start = "from gto_daemon import client; client.start()"
    starters = [run(python, "-c", start) for _ in range(6) for python in (older, sys.executable)]
    for starter in starters:
        said(starter)
    assert version_of_the_daemon() == __version__
