"""Remotes for tests: a bare repository, and servers of it over ssh, and over http: with a password, or silent."""

import base64
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

import pytest

from tests.builders import RepositoryBuilder
from tests.signing import ssh_key
from tests.waiting import eventually

USER, PASSWORD = "ann", "s3cret"
#: Not on the PATH of everybody.
_SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
needs_sshd = pytest.mark.skipif(_SSHD is None, reason="openssh-server is not installed")


def remote_of(repo: RepositoryBuilder, place: Path) -> Path:
    """A bare clone at `place`, as `origin` of `repo`."""
    subprocess.run(["git", "clone", "--quiet", "--bare", str(repo.path), str(place)], check=True)
    repo.git("remote", "add", "origin", str(place))
    return place


def hook(remote: Path, name: str, script: str) -> None:
    """Install a hook that is a shell script."""
    (remote / "hooks").mkdir(exist_ok=True)
    place = remote / "hooks" / name
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)


class _Handler(BaseHTTPRequestHandler):
    root: Path

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {token}":
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="test"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        path, _, query = self.path.partition("?")
        env = {
            **os.environ,
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "REMOTE_USER": USER,
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        run = subprocess.run(["git", "http-backend"], input=self._body(), env=env, stdout=subprocess.PIPE, check=True)
        head, _, body = run.stdout.partition(b"\r\n\r\n")
        fields = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        status = next((value for name, value in fields if name == "Status"), "200 OK")
        self.send_response(int(status.split()[0]))
        for name, value in fields:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_args: object) -> None:
        """Nobody reads it."""


@contextmanager
def http_remote(remote: Path) -> Iterator[str]:
    """The URL of a bare repository over http, without the name and password that it wants."""
    subprocess.run(["git", "-C", str(remote), "config", "http.receivepack", "true"], check=True)
    handler = type("Handler", (_Handler,), {"root": remote.parent})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{remote.name}"
        server.shutdown()


@contextmanager
def ssh_remote(remote: Path, place: Path, *options: str) -> Iterator[tuple[str, str]]:
    """The URL of a bare repository over ssh, and what has git reach it (`GIT_SSH_COMMAND`).

    Args:
        remote: the repository.
        place: an empty directory for keys and configuration.
        options: further lines for the server's configuration.

    """
    assert _SSHD is not None
    host, user = ssh_key(place / "host"), ssh_key(place / "user")
    configuration = place / "sshd_config"
    authorized = f"AuthorizedKeysFile {user}.pub"
    fixed = (f"HostKey {host}", authorized, "StrictModes no", "PasswordAuthentication no", "PermitRootLogin yes")
    configuration.write_text("".join(f"{line}\n" for line in (*fixed, *options)))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with socket(AF_INET, SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        sessions: list[subprocess.Popen[bytes]] = []

        def accept() -> None:
            try:
                while True:
                    with listener.accept()[0] as connection:
                        command = (_SSHD, "-i", "-E", str(place / "log"), "-f", str(configuration))
                        sessions.append(subprocess.Popen(command, stdin=connection, stdout=connection))
            except OSError:
                return

        threading.Thread(target=accept, daemon=True).start()
        strict = f"UserKnownHostsFile={place / 'known_hosts'}"
        port = listener.getsockname()[1]
        (place / "known_hosts").write_text(f"[127.0.0.1]:{port} {Path(f'{host}.pub').read_text()}")
        by = ("ssh", "-F", "none", "-i", str(user), "-o", strict, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes")
        yield f"ssh://{pwd.getpwuid(os.geteuid()).pw_name}@127.0.0.1:{port}{remote}", shlex.join(by)
    for session in sessions:
        session.wait(timeout=30)


@contextmanager
def silent_server() -> Iterator[tuple[str, threading.Event]]:
    """The URL of somebody who takes a connection and never says a word, and an event that is set when it came."""
    came = threading.Event()
    with socket(AF_INET, SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        kept: list[socket] = []

        def accept() -> None:
            try:
                while True:
                    kept.append(listener.accept()[0])
                    came.set()
            except OSError:
                return

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/nothing", came
        for connection in kept:
            connection.close()


@contextmanager
def git_daemon(folder: Path, port: int = 0) -> Iterator[tuple[str, int]]:
    """The URL of a `git daemon` that exports all repositories in a folder, without a name of one, and its port."""
    if not port:
        with socket(AF_INET, SOCK_STREAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    options = ("--listen=127.0.0.1", f"--port={port}", "--reuseaddr", "--export-all", f"--base-path={folder}")
    process = subprocess.Popen(["git", "daemon", *options, str(folder)], start_new_session=True)
    try:
        eventually(lambda: _listens(port))
        yield f"git://127.0.0.1:{port}", port
    finally:
        # `git daemon` is a child of `git`.
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)
        eventually(lambda: not _listens(port))


def _listens(port: int) -> bool:
    with socket(AF_INET, SOCK_STREAM) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
