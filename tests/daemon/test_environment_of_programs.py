"""What runs for a client runs in that client's environment, whoever started the daemon, and whichever way it asks."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import pytest

import gto_daemon
from gto_daemon import client
from gto_daemon.client.address import SOCKET, in_directory
from gto_daemon.client.environment import for_session
from gto_daemon.rpc import PROTOCOL
from tests.builders import RepositoryBuilder
from tests.processes import processes
from tests.remotes import PASSWORD, USER, hook, http_remote, remote_of

_ODD = os.fsdecode(b"j\xf6rg")
_SAY = "echo \"{who}: $TOKEN $ODD ${{HUSKY-unset}} ${{STARTER-unset}} ${{GIT_INDEX_FILE-unset}}\" >> '{log}'"
_SIGN = """#!/bin/sh
{say}
cat > /dev/null
echo "[GNUPG:] SIG_CREATED D" >&2
printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nnone\\n-----END PGP SIGNATURE-----\\n'
"""
_PROGRAMS = ("signing", "reference-transaction", "pre-push", "credential helper")


def gtod(*arguments: str, env: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    argv = [sys.executable, "-m", "gto_daemon", *arguments]
    return subprocess.run(argv, env=env, capture_output=True, text=True, check=False, timeout=120)


def _framed(message: Any) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def _read_framed(stream: IO[bytes]) -> Any:
    length = 0
    while (line := stream.readline()) not in (b"\r\n", b""):
        if line.lower().startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    return json.loads(stream.read(length))


def _answer(read: Callable[[], Any], number: int) -> Any:
    while (message := read()).get("id") != number:
        pass
    return message.get("result") or message["error"]


def _request(number: int, method: str, params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def by_command(*before: str) -> Callable[[str, dict[str, str]], None]:
    def act(repo: str, env: dict[str, str]) -> None:
        done = gtod(*before, "register", "m", "-r", repo, "--push", env=env)
        assert done.returncode == 0, done.stderr

    return act


def by_socket(*, headers: bool) -> Callable[[str, dict[str, str]], None]:
    def act(repo: str, env: dict[str, str]) -> None:
        hello = {"client": "x", "version": "1", "protocol": PROTOCOL, "env": for_session(env)}
        messages = _request(1, "gto/handshake", hello), _request(2, "gto/register", {**_ACT, "repo": repo})
        with socket.socket(socket.AF_UNIX) as connection, connection.makefile("rb") as stream:
            connection.connect(in_directory(SOCKET))
            for message in messages:
                connection.sendall(_framed(message) if headers else json.dumps(message).encode() + b"\n")
            read = (lambda: _read_framed(stream)) if headers else (lambda: json.loads(stream.readline()))
            assert _answer(read, 2)["push"]["ok"]

    return act


def by_language_server(*options: str) -> Callable[[str, dict[str, str]], None]:
    def act(repo: str, env: dict[str, str]) -> None:
        argv = [sys.executable, "-m", "gto_daemon", "lsp", *options]
        with subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
            assert server.stdin is not None
            assert server.stdout is not None
            out = server.stdout
            hello = {"processId": None, "capabilities": {}, "workspaceFolders": None}
            server.stdin.write(_framed(_request(1, "initialize", hello)))
            server.stdin.write(_framed(_request(2, "gto/register", {**_ACT, "repo": repo})))
            server.stdin.flush()
            assert _answer(lambda: _read_framed(out), 2)["push"]["ok"]
            server.stdin.close()

    return act


_ACT = {"name": "m", "push": True}
_WAYS = {
    "command": by_command(),
    "command without daemon": by_command("--no-daemon"),
    "lines": by_socket(headers=False),
    "headers": by_socket(headers=True),
    "language server": by_language_server(),
    "language server by itself": by_language_server("--standalone"),
}


@pytest.fixture
def shell() -> dict[str, str]:
    """The variables of some shell, of nobody in particular."""
    return {**os.environ, "PYTHONPATH": str(Path(gto_daemon.__file__).parents[1])}


@pytest.fixture
def daemon(shell: dict[str, str]) -> Iterator[None]:
    """One that was started by somebody else, in another shell."""
    started = gtod("start", env={**shell, "TOKEN": "of the starter", "STARTER": "here", "HUSKY": "0", "ODD": "even"})
    assert started.returncode == 0, started.stderr
    yield
    client.stop()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def registry(repo: RepositoryBuilder, tmp_path: Path, log: Path) -> Iterator[RepositoryBuilder]:
    """A repository in which each program says what it finds; the remote wants a password."""

    def say(who: str) -> str:
        return _SAY.format(who=who, log=log)

    repo.commit()
    origin = remote_of(repo, tmp_path / "origin.git")
    signing = tmp_path / "sign"
    signing.write_text(_SIGN.format(say=say("signing")))
    signing.chmod(0o755)
    hook(repo.git_dir, "reference-transaction", f"[ $1 = prepared ] || exit 0\n{say('reference-transaction')}")
    hook(repo.git_dir, "pre-push", say("pre-push"))
    helper = f"!f() {{ {say('credential helper')}; echo username={USER}; echo password=$TOKEN; }}; f"
    for key, value in (("tag.gpgSign", "true"), ("gpg.program", str(signing)), ("credential.helper", helper)):
        repo.git("config", key, value)
    with http_remote(origin) as url:
        repo.git("remote", "set-url", "origin", url)
        yield repo


@pytest.mark.usefixtures("daemon")
@pytest.mark.parametrize("way", _WAYS)
def test_programs_run_in_the_environment_of_who_asks(
    way: str, shell: dict[str, str], registry: RepositoryBuilder, log: Path
) -> None:
    _WAYS[way](str(registry.path), {**shell, "TOKEN": PASSWORD, "ODD": _ODD, "GIT_INDEX_FILE": "/nowhere"})
    said = os.fsdecode(log.read_bytes()).splitlines()
    assert {line.partition(":")[0] for line in said} == set(_PROGRAMS)
    for line in said:
        assert line.partition(": ")[2] == f"{PASSWORD} {_ODD} unset unset unset"
    assert PASSWORD not in json.dumps(client.status())
    assert PASSWORD not in Path(os.environ["GTOD_RUNTIME_DIR"], "gtod.log").read_text()


@pytest.mark.usefixtures("daemon")
def test_who_says_nothing_gets_what_is_basic(
    registry: RepositoryBuilder, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX) as connection, connection.makefile("rb") as stream:
        connection.connect(in_directory(SOCKET))
        act = _request(1, "gto/register", {"name": "m", "repo": str(registry.path)})
        connection.sendall(json.dumps(act).encode() + b"\n")
        assert json.loads(stream.readline())["result"]["created"]
    assert {line.partition(": ")[2] for line in log.read_text().splitlines()} == {"  unset unset unset"}


@pytest.mark.usefixtures("daemon")
def test_nothing_of_the_shell_that_started_the_daemon_is_left_in_it() -> None:
    status = client.status()
    assert status is not None
    environment = Path(f"/proc/{status['pid']}/environ").read_bytes()
    assert b"of the starter" not in environment
    assert b"GTOD_RUNTIME_DIR" in environment
    assert "of the starter" not in processes()


def test_a_hook_of_one_shell_is_not_another_shells(shell: dict[str, str], repo: RepositoryBuilder) -> None:
    """The script of the report: `HUSKY=0` counts for the command that has it, and for no other."""
    repo.commit()
    remote_of(repo, repo.path.with_name("origin.git"))
    hook(repo.git_dir, "pre-push", '[ "${HUSKY-}" = 0 ] && exit 0\necho lint failed >&2; exit 1')
    where = ("-r", str(repo.path))
    try:
        assert gtod("register", "m", *where, env={**shell, "HUSKY": "0"}).returncode == 0
        refused = gtod("push", *where, env=shell)
        assert (refused.returncode, "lint failed" in refused.stderr) == (1, True)
        assert gtod("push", *where, env={**shell, "HUSKY": "0"}).returncode == 0
    finally:
        client.stop()
