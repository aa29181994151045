"""Starting, stopping and looking after the daemon, and speaking to it by hand."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gto_daemon import client
from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.stored.store import user_stores
from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod
from tests.genrepo import Shape, generate
from tests.waiting import eventually


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime directory without a daemon."""
    directory = Path(os.environ["GTOD_RUNTIME_DIR"]).with_name("other")
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(directory))
    yield directory
    client.stop()


def test_without_a_daemon_nothing_starts_one(gtod: Gtod, place: Path) -> None:
    status = gtod("status")
    assert (status.returncode, status.stdout) == (3, "")
    assert gtod("stop").returncode == 0
    assert gtod("logs").returncode == 1
    assert gtod("logs", "--path").stdout == f"{place / 'gtod.log'}\n"
    assert gtod("socket-path").stdout == f"{place / 'gtod.sock'}\n"
    assert gtod("status").returncode == 3


def test_a_daemon_s_life(gtod: Gtod, place: Path, registry: Path) -> None:
    started = gtod("start")
    assert started.returncode == 0, started.stderr
    first = json.loads(gtod("status", "--json").stdout)
    assert str(first["pid"]) in started.stdout
    assert gtod("start").stdout == started.stdout
    gtod("show", cwd=registry)
    status = gtod("status", "-r", str(registry))
    assert str(registry) in status.stdout
    assert "watcher" in status.stdout
    assert gtod("logs", "-n", "1").stdout.count("\n") == 1
    assert gtod("restart").returncode == 0
    assert json.loads(gtod("status", "--json").stdout)["pid"] != first["pid"]
    assert gtod("stop").stdout == "Stopped gtod.\n"
    assert gtod("stop").stdout == "gtod is not running.\n"
    assert not (place / "gtod.sock").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="files have no modes there")
def test_what_a_daemon_writes_for_its_user_is_as_readable_as_what_git_writes(
    gtod: Gtod, place: Path, repo: RepositoryBuilder
) -> None:
    repo.commit({"m": "1"})
    before = os.umask(0o027)
    try:
        assert gtod("annotate", "churn", "--path", "m", cwd=repo.path).returncode == 0
        assert gtod("register", "churn", cwd=repo.path).returncode == 0
    finally:
        os.umask(before)
    tag = repo.git("rev-parse", "churn@v0.0.1").strip()
    written = {
        "artifacts.yaml": 0o640,
        ".git/refs/tags/churn@v0.0.1": 0o640,
        f".git/objects/{tag[:2]}": 0o750,
        f".git/objects/{tag[:2]}/{tag[2:]}": 0o440,
    }
    assert {name: (repo.path / name).stat().st_mode & 0o777 for name in written} == written
    kept = [path for path in place.rglob("*") if path.is_file() or path.is_socket()]
    assert kept
    assert [path for path in (place, *kept) if path.stat().st_mode & 0o077] == []


def test_a_stop_says_that_clients_which_follow_start_the_daemon_anew(
    gtod: Gtod, place: Path, repo: RepositoryBuilder
) -> None:
    repo.commit()
    watch = [sys.executable, "-m", "gto_daemon", "watch"]
    with subprocess.Popen(watch, cwd=repo.path, stderr=subprocess.PIPE, encoding="utf-8") as watching:
        assert watching.stderr is not None
        assert watching.stderr.readline().startswith("Watching ")
        assert "1 other client was connected; one that follows" in gtod("stop").stdout
        eventually(lambda: gtod("status").returncode == 0)
        watching.terminate()
        watching.communicate()
    assert gtod("stop").stdout == "Stopped gtod.\n"


def test_the_next_process_goes_on_from_what_a_daemon_stored(
    gtod: Gtod, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repo = tmp_path / "repo"
    generate(repo, Shape(artifacts=170, versions=20, stages=("dev", "prod"), assigns=2))
    shown = gtod("show", "--json", cwd=repo).stdout
    eventually(lambda: [*(tmp_path / "cache/gtod/registries").glob("*.registry")], within=60)
    gtod("stop")
    assert gtod("show", "--json", "--no-daemon", cwd=repo).stdout == shown
    # As that command does it.
    without = Hub(watch=False, stores=user_stores()).worktree(str(repo))
    without.fresh_blocking()
    assert without.rebuilds == 0
    assert gtod("show", "--json", cwd=repo).stdout == shown
    told = json.loads(gtod("status", "--json", "-r", str(repo)).stdout)
    assert told["repository"]["counters"]["rebuilds"] == 0


def test_a_reading_command_starts_the_daemon(gtod: Gtod, place: Path, registry: Path) -> None:
    assert json.loads(gtod("show", "--json", cwd=registry).stdout)
    assert gtod("status").returncode == 0


def test_no_daemon_starts_none(gtod: Gtod, place: Path, registry: Path) -> None:
    assert gtod("show", "--json", "--no-daemon", cwd=registry).returncode == 0
    assert gtod("show", "--json", cwd=registry, env={"GTOD_NO_DAEMON": "1"}).returncode == 0
    assert gtod("status").returncode == 3


def test_serve_stays_in_the_foreground_until_it_is_interrupted(gtod: Gtod, place: Path, registry: Path) -> None:
    with subprocess.Popen([sys.executable, "-m", "gto_daemon", "serve"], stderr=subprocess.PIPE) as serving:
        eventually(lambda: gtod("status").returncode == 0)
        assert json.loads(gtod("status", "--json").stdout)["pid"] == serving.pid
        serving.send_signal(signal.SIGINT)
        assert serving.wait(30) == 0
    assert gtod("status").returncode == 3


def test_call_prints_a_result_and_adds_the_repository(gtod: Gtod, registry: Path) -> None:
    for daemon in (True, False):
        answer = gtod("call", "gto/show", '{"name": "churn@latest"}', cwd=registry, daemon=daemon)
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout.startswith("{\n    ")
        assert [row["version"] for row in json.loads(answer.stdout)["versions"]] == ["v3.1.0"]


def test_call_reads_params_from_stdin_and_takes_the_repository_that_is_given(gtod: Gtod, registry: Path) -> None:
    params = json.dumps({"repo": str(registry), "ref": "churn#prod#3"})
    answer = gtod("call", "gto/checkRef", "-", stdin=params, cwd=Path("/"))
    assert json.loads(answer.stdout)["event"]["stage"] == "prod"


def test_call_puts_an_error_on_stderr_as_json(gtod: Gtod, registry: Path) -> None:
    for daemon in (True, False):
        answer = gtod("call", "gto/show", '{"name": "nothing"}', cwd=registry, daemon=daemon)
        assert (answer.returncode, answer.stdout) == (1, "")
        error = json.loads(answer.stderr)
        assert error["code"] == -32803
        assert error["data"]["kind"] == "ArtifactNotFound"


@pytest.mark.parametrize("method", ["gto/repositories", "gto/status", "rpc.discover"])
def test_call_outside_a_repository_answers_what_needs_none(method: str, gtod: Gtod, tmp_path: Path) -> None:
    answer = gtod("call", method, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr


def test_openrpc_prints_the_document(gtod: Gtod, tmp_path: Path) -> None:
    document = json.loads(gtod("openrpc", cwd=tmp_path).stdout)
    assert "gto/show" in {method["name"] for method in document["methods"]}


def test_a_reader_that_had_enough_is_no_fault(gtod: Gtod, repo: RepositoryBuilder) -> None:
    commit = repo.commit()
    for number in range(800):
        repo.tag(f"churn@v0.0.{number}", commit)
    for words in (["history", "--json"], ["history", "--plain"], ["history"]):
        command = " ".join([f'"{sys.executable}"', "-m", "gto_daemon", *words, "| head -n 1"])
        answer = subprocess.run(command, shell=True, cwd=repo.path, capture_output=True, encoding="utf-8", check=True)
        assert answer.stderr == ""
        assert answer.stdout.count("\n") == 1


def test_a_log_is_followed_into_the_next_one(gtod: Gtod, place: Path) -> None:
    place.mkdir(mode=0o700, exist_ok=True)
    log = place / "gtod.log"
    log.write_text("first\n")
    with subprocess.Popen(
        [sys.executable, "-m", "gto_daemon", "logs", "--follow"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as following:
        assert following.stdout is not None
        assert following.stderr is not None
        assert following.stdout.readline() == "first\n"
        with log.open("a") as full:
            full.write("second\n")
        assert following.stdout.readline() == "second\n"
        log.rename(place / "gtod.log.1")
        log.write_text("third\n")
        assert following.stdout.readline() == "third\n"
        following.send_signal(signal.SIGINT)
        assert (following.wait(60), following.stderr.read()) == (0, "")


def test_the_log_has_no_line_for_each_request_of_an_editor(gtod: Gtod, place: Path, registry: Path) -> None:
    folder = {"uri": registry.as_uri(), "name": "registry"}
    messages = [
        {"id": 1, "method": "initialize", "params": {"capabilities": {}, "workspaceFolders": [folder]}},
        {"method": "initialized", "params": {}},
        {"id": 2, "method": "workspace/symbol", "params": {"query": "churn"}},
        {"id": 3, "method": "shutdown"},
        {"method": "exit"},
    ]
    texts = [json.dumps({"jsonrpc": "2.0", **message}) for message in messages]
    ran = gtod("lsp", stdin="".join(f"Content-Length: {len(text)}\r\n\r\n{text}" for text in texts))
    assert '"name":"churn"' in ran.stdout
    assert "pygls" not in gtod("logs").stdout
