"""The daemon starts by itself, once, and whoever wants it is served or told why not."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gto_daemon import client
from gto_daemon.client import Client, DaemonUnavailable
from gto_daemon.rpc import PROTOCOL
from tests.builders import RepositoryBuilder
from tests.transports import BOTH, FOUND_BY
from tests.waiting import eventually

TRANSPORTS = BOTH

_ROOT = Path(__file__).parents[2]
_ASK = """
from gto_daemon.client import Client
with Client.connect() as client:
    print(client.call("gto/status")["pid"])
"""


def a_process_that_asks(**environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _ASK],
        env={**os.environ, "PYTHONPATH": str(_ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def pid_of_daemon() -> int:
    with Client.connect(start=False) as connection:
        return int(connection.call("gto/status")["pid"])


def kill(pid: int) -> None:
    process = os.pidfd_open(pid)
    signal.pidfd_send_signal(process, signal.SIGKILL)
    wait_for_end_of(process)
    os.close(process)


def wait_for_end_of(process: int) -> None:
    # A daemon is nobody's child here, so nobody but the kernel knows when it has ended.
    import select

    readable, _, _ = select.select([process], [], [], 60)
    assert readable


def test_the_first_question_starts_it(runtime: Path, repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"})
    repo.tag("churn@v1.0.0")
    with Client.connect() as connection:
        shown = connection.call("gto/show", {"repo": str(repo.path)})
    assert list(shown["artifacts"]) == ["churn"]
    assert connection.server["protocol"] == PROTOCOL


def test_without_one_nothing_is_started_unless_asked(runtime: Path) -> None:
    assert client.status() is None
    assert client.stop() is False
    with pytest.raises(DaemonUnavailable, match="no daemon is running; run: `gtod start`"):
        Client.connect(start=False)
    assert list(runtime.iterdir()) == []


def test_twenty_processes_at_once_are_served_by_one(runtime: Path) -> None:
    processes = [a_process_that_asks() for _ in range(20)]
    answers = [process.communicate(timeout=120) for process in processes]
    assert {answer for answer, _ in answers} == {f"{pid_of_daemon()}\n"}, answers


def test_threads_that_start_it_at_once_are_served_by_one(runtime: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        started = [future.result() for future in [pool.submit(client.start) for _ in range(6)]]
    assert {each["pid"] for each in started} == {pid_of_daemon()}


def test_after_a_kill_the_next_is_served(runtime: Path, transport: str) -> None:
    first = client.start()
    assert first["started"]
    kill(first["pid"])
    assert (runtime / FOUND_BY[transport]).exists()
    assert client.status() is None
    second = client.start()
    assert second["started"]
    assert second["pid"] != first["pid"]
    assert not client.start()["started"]


def test_a_daemon_that_goes_between_connect_and_answer_is_replaced(runtime: Path) -> None:
    pid = client.start()["pid"]
    os.kill(pid, signal.SIGSTOP)
    with Client.connect() as connection:  # the kernel connects us, the daemon does not know it yet
        kill(pid)
        assert connection.call("gto/status")["pid"] != pid


def test_a_daemon_that_goes_later_is_told(runtime: Path) -> None:
    pid = client.start()["pid"]
    with Client.connect() as connection:
        connection.call("gto/status")
        kill(pid)
        with pytest.raises(DaemonUnavailable, match="ended before it answered gto/status"):
            connection.call("gto/status")


def test_two_repositories_have_one_daemon(runtime: Path, make_repository: Callable[..., RepositoryBuilder]) -> None:
    pids = set()
    for name in ("one", "two"):
        repo = make_repository(name)
        repo.commit({"a": name})
        repo.tag(f"{name}@v1.0.0")
        with Client.connect() as connection:
            assert list(connection.call("gto/show", {"repo": str(repo.path)})["artifacts"]) == [name]
            status = connection.call("gto/status")
        pids.add(status["pid"])
    assert len(pids) == 1
    assert status["repositories"] == 2


def test_a_log_that_cannot_be_written_is_the_reason(runtime: Path) -> None:
    (runtime / "gtod.log").mkdir()
    with pytest.raises(DaemonUnavailable, match=rf"did not start: cannot write the log {runtime}/gtod.log: Is a dir"):
        Client.connect()
    (runtime / "gtod.log").rmdir()


def test_a_setting_that_is_none_is_the_reason(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GTOD_IDLE_TIMEOUT", "a while")
    with pytest.raises(DaemonUnavailable, match="GTOD_IDLE_TIMEOUT is 'a while'; it must be a number of seconds"):
        client.start()


def test_a_broken_installation_explains_itself(runtime: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # What breaks before any code of ours runs says so on stderr, which is the pipe at that time.
    (tmp_path / "sitecustomize.py").write_text("import os, sys\nprint('no such luck', file=sys.stderr)\nos._exit(3)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(DaemonUnavailable, match="the daemon did not start: no such luck"):
        client.start()


def test_it_is_started_with_nothing_of_the_starter(
    runtime: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Somebody")
    monkeypatch.setenv("GTO_STAGES", '["dev"]')
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the working directory')\n")
    monkeypatch.chdir(tmp_path)
    pid = client.start()["pid"]
    variables = {entry.partition("=")[0] for entry in Path(f"/proc/{pid}/environ").read_text().split("\0")}
    assert not variables & {"GIT_COMMITTER_NAME", "GTO_STAGES", "TMPDIR"}
    assert {"GTOD_RUNTIME_DIR", "PATH", "HOME"} <= variables
    assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")
    assert os.getsid(pid) not in (os.getsid(0), pid)


def test_it_keeps_no_pipe_of_the_starter(runtime: Path) -> None:
    # `answer=$(command)` waits for everybody who holds the pipe.
    process = a_process_that_asks()
    answer, complaint = process.communicate(timeout=60)
    assert (int(answer), complaint) == (pid_of_daemon(), "")


def test_it_ends_by_itself_and_leaves_only_its_log(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GTOD_IDLE_TIMEOUT", "0.2")
    client.start()
    eventually(lambda: [path.name for path in runtime.iterdir()] == ["gtod.log"])
    assert client.status() is None
