"""Remedies for the daemon: one that hangs, has ended, is not there, or is another release's."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gto_daemon import client
from gto_daemon.app.jupyter import language_server
from gto_daemon.client import AsyncClient, Client, DaemonUnavailable, dial
from gto_daemon.client.messages import PROTOCOL
from tests.remedies.conftest import World, remedy


@pytest.fixture
def daemon(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Where commands, and this process, have a daemon of their own."""
    runtime = tempfile.mkdtemp(prefix="gtod-", dir="/tmp")
    monkeypatch.setenv("GTOD_RUNTIME_DIR", runtime)
    world.env |= {"GTOD_NO_DAEMON": "0", "GTOD_RUNTIME_DIR": runtime}
    yield world
    world.gtod("stop")
    shutil.rmtree(runtime)


def serves(world: World) -> bool:
    return "churn" in world.gtod("show") and world.sh("gtod status") != ""


def pid(world: World) -> int:
    return int(client.start()["pid"])


@remedy("no daemon is running; run: `gtod start`", "The daemon writes it from its first start: `gtod start`.")
def test_there_is_none(daemon: World) -> None:
    with pytest.raises(DaemonUnavailable) as caught:
        Client.connect(start=False)
    log = daemon.gtod("logs")
    daemon.run(str(caught.value), "gtod start")
    assert serves(daemon)
    daemon.gtod("stop")
    daemon.run(log, "gtod start")
    assert daemon.gtod("logs")


@remedy("Run `gtod logs`, and see notebooks.md in the documentation of gtod.")
def test_its_language_server_does_not_start_in_jupyterlab(daemon: World) -> None:
    daemon.gtod("show")
    (spec,) = language_server(None).values()
    assert "protocol" in daemon.run(spec["troubleshoot"], "gtod logs")


@remedy("this Python does not know its own program, so it cannot start one; run: `gtod start`")
def test_a_python_without_a_name(daemon: World) -> None:
    code = "import sys; sys.executable = ''; from gto_daemon.client import Client; Client.connect()"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd="/").stderr
    daemon.run(said, "gtod start")
    assert serves(daemon)


@remedy(
    "the daemon has not answered for {} s; see: `gtod logs`, or run: `gtod restart`",
    "the daemon does not answer ({}); run: `gtod restart`",
)
def test_one_that_hangs(daemon: World) -> None:
    hung = pid(daemon)
    with Client.connect(timeout=0.3) as connection:
        connection.call("gto/status")
        os.kill(hung, signal.SIGSTOP)
        with pytest.raises(DaemonUnavailable) as caught:
            connection.call("gto/status")
    assert "protocol" in daemon.run(str(caught.value), "gtod logs")
    daemon.run(str(caught.value), "gtod restart")
    assert serves(daemon)
    assert not Path(f"/proc/{hung}").exists() or "Z" in Path(f"/proc/{hung}/status").read_text()


@remedy(
    "the daemon at {} has taken no connection for {} s; run: `gtod restart`",
    "the daemon at 127.0.0.1:{} has taken no connection for {} s; run: `gtod restart`",
)
@pytest.mark.parametrize("transport", ["unix", "tcp"])
def test_one_that_takes_no_connections(transport: str, daemon: World, monkeypatch: pytest.MonkeyPatch) -> None:
    daemon.env["GTOD_TRANSPORT"] = transport
    monkeypatch.setenv("GTOD_TRANSPORT", transport)
    hung = pid(daemon)
    os.kill(hung, signal.SIGSTOP)
    waiting = []
    with pytest.raises(DaemonUnavailable) as caught:  # noqa: PT012
        # The system takes connections for it until its queue is full.
        for _ in range(10_000):
            waiting.append(dial.dial(0.2)[0])  # noqa: PERF401
    for connection in waiting:
        connection.close()
    daemon.run(str(caught.value), "gtod restart")
    assert serves(daemon)


@remedy(
    "{} is damaged; remove it and run: `gtod restart`",
    "{} is not a private file of yours; remove it and run: `gtod restart`",
    "cannot read {}: {}; remove it and run: `gtod restart`",
)
@pytest.mark.parametrize("harm", ["damaged", "open", "link"])
def test_its_address_is_spoilt(harm: str, daemon: World, monkeypatch: pytest.MonkeyPatch) -> None:
    daemon.env["GTOD_TRANSPORT"] = "tcp"
    monkeypatch.setenv("GTOD_TRANSPORT", "tcp")
    pid(daemon)
    advertised = Path(daemon.env["GTOD_RUNTIME_DIR"]) / "gtod.json"
    if harm == "damaged":
        advertised.write_text("{}")
    elif harm == "open":
        advertised.chmod(0o666)
    else:
        advertised.rename(advertised.with_name("elsewhere"))
        advertised.symlink_to("elsewhere")
    said = daemon.gtod("show", "--deprecated")
    assert "gtod.json" in said
    advertised.unlink()
    daemon.run(said, "gtod restart")
    assert serves(daemon)


@remedy(
    "the daemon ended before it answered; see: `gtod logs`",
    "{}; see: `gtod logs`",
    "{}, and whether it was done is not known; see: `gtod logs`",
    "; see: `gtod logs`",
    "the daemon ended twice before it answered {}; see: `gtod logs`",
    "the daemon has ended, or this client was closed; see: `gtod logs`",
    "the connection to the daemon broke: {}; see: `gtod logs`",
    "--no-daemon answers without one; `gtod logs` shows the daemon's log.",
    "This is a bug; `gtod logs` shows the traceback to report.",
)
async def test_one_that_has_ended(daemon: World) -> None:
    ended = await asyncio.to_thread(pid, daemon)
    async with await AsyncClient.connect() as connection:
        os.kill(ended, signal.SIGKILL)
        with pytest.raises(DaemonUnavailable) as caught:  # noqa: PT012
            for _ in range(100):
                await connection.call("gto/status")
    assert str(ended) in await asyncio.to_thread(daemon.run, str(caught.value), "gtod logs")
    assert await asyncio.to_thread(serves, daemon)


@remedy(
    "To see what was done: `gtod history -r {} {}`",
    "To see what was done: `gtod history -r {}`",
    "To see what differs from the remote: `gtod sync-status -r {}`",
    "To see what was changed: `git -C {} status` and `git -C {} log -1 --stat`",
)
@pytest.mark.parametrize(
    ("hook", "act", "command", "shown"),
    [
        ("reference-transaction", "gtod register new", "gtod history", "new@v0.0.1"),
        ("reference-transaction", "gtod apply acts", "gtod history", "new@v0.0.1"),
        ("pre-push", "gtod push", "gtod sync-status", "late@v1.0.0"),
        ("post-commit", "gtod annotate churn --path m --commit", "log -1 --stat", "artifacts.yaml"),
        ("post-commit", "gtod annotate churn --path m --commit", " status", "acts"),
    ],
)
def test_one_that_ended_in_the_middle_of_an_act(hook: str, act: str, command: str, shown: str, daemon: World) -> None:
    daemon.remote()
    daemon.repo.tag("late@v1.0.0", "HEAD")
    (daemon.repo.path / "acts").write_text('[{"method": "register", "params": {"name": "new"}}]')
    ended = pid(daemon)
    place = daemon.repo.git_dir / "hooks" / hook
    place.parent.mkdir(exist_ok=True)
    place.write_text(f'#!/bin/sh\n[ "$1" = prepared ] || kill -9 {ended}\n')
    place.chmod(0o755)
    said = daemon.sh(act, fails=True)
    known = "its tags are there: new@v0.0.1" if hook == "reference-transaction" else "was done is not known"
    assert known in said
    place.unlink()
    assert shown in daemon.run(said, command)


@remedy("a daemon runs already; see: `gtod status`")
def test_another_is_there(daemon: World) -> None:
    there = pid(daemon)
    assert str(there) in daemon.run(daemon.gtod("serve"), "gtod status")


@remedy("the runtime directory {} is open to other users (mode {}); run: `chmod 700 {}`")
def test_its_directory_is_open(daemon: World) -> None:
    open_one = daemon.tmp / "it's open"
    open_one.mkdir()
    open_one.chmod(0o777)
    daemon.env |= {"GTOD_RUNTIME_DIR": str(open_one), "GTOD_TRANSPORT": "tcp"}
    said = daemon.gtod("show", "--deprecated")
    daemon.run(said, "chmod")
    assert serves(daemon)
    daemon.gtod("stop")


@remedy(", then run: `gtod restart`", "Update gtod, then run: `gtod restart`")
def test_one_of_another_release(daemon: World) -> None:
    before = pid(daemon)
    params = {"client": "x", "version": "9", "protocol": PROTOCOL, "require": ["gto/nothing"]}
    with Client.connect() as connection, pytest.raises(client.CallError) as caught:
        connection.call("gto/handshake", params)
    daemon.run(caught.value.hint, "gtod restart")
    assert serves(daemon)
    assert pid(daemon) != before


@remedy("Run `gtod stop` in a terminal.", "Run `gtod restart` in a terminal.")
def test_an_untrusted_client_may_not_end_it(daemon: World) -> None:
    for method, params in (("gto/shutdown", {}), ("gto/retire", {"version": "9"})):
        before = pid(daemon)
        with Client.connect() as connection:
            connection.call("gto/handshake", {"client": "x", "version": "1", "protocol": PROTOCOL, "trusted": False})
            with pytest.raises(client.CallError) as caught:
                connection.call(method, params)
        daemon.run(caught.value.hint, "gtod ")
        assert pid(daemon) != before


@remedy("Watching failed ({}); the repository is compared every {} s instead. If the limit of watches is reached,")
def test_limits_of_inotify() -> None:
    """The machine's own limits are not ours to change: that the command names what there is has to do."""
    for name in ("max_user_watches", "max_user_instances"):
        assert int(Path(f"/proc/sys/fs/inotify/{name}").read_text()) > 0
