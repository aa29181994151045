"""The one place where a user's processes find the daemon, and what is refused as such."""

import os
from pathlib import Path

import pytest

from gto_daemon import client
from gto_daemon.client import address
from gto_daemon.client.errors import DaemonUnavailable


@pytest.fixture
def private(tmp_path: Path) -> Path:
    path = tmp_path / "private"
    path.mkdir(mode=0o700)
    return path


def test_the_chosen_directory_comes_first(monkeypatch: pytest.MonkeyPatch, private: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(private))
    monkeypatch.setenv("GTOD_RUNTIME_DIR", "/some/where/")
    assert address.runtime_directory() == "/some/where"


def test_the_runtime_directory_of_the_session_comes_second(monkeypatch: pytest.MonkeyPatch, private: Path) -> None:
    monkeypatch.setenv("GTOD_RUNTIME_DIR", "")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(private))
    assert address.runtime_directory() == f"{private}/gtod"
    assert client.socket_path() == private / "gtod" / "gtod.sock"
    assert client.log_path() == private / "gtod" / "gtod.log"


@pytest.mark.parametrize("session", ["", "relative", "/nowhere/to/be/found"])
def test_without_either_it_is_fixed_for_the_user(monkeypatch: pytest.MonkeyPatch, session: str) -> None:
    monkeypatch.delenv("GTOD_RUNTIME_DIR")
    monkeypatch.setenv("XDG_RUNTIME_DIR", session)
    user = os.getuid()
    assert address.runtime_directory() in (f"/run/user/{user}/gtod", f"/tmp/gtod-{user}")


def test_tmpdir_never_counts(monkeypatch: pytest.MonkeyPatch, private: Path) -> None:
    for name in ("GTOD_RUNTIME_DIR", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    before = address.runtime_directory()
    monkeypatch.setenv("TMPDIR", str(private))
    assert address.runtime_directory() == before


def test_a_relative_directory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GTOD_RUNTIME_DIR", "run")
    with pytest.raises(DaemonUnavailable, match="GTOD_RUNTIME_DIR is 'run': it must be an absolute path"):
        client.socket_path()


def test_it_is_made_private(monkeypatch: pytest.MonkeyPatch, private: Path) -> None:
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(private / "made" / "here"))
    before = os.umask(0)
    try:
        address.checked_directory()
    finally:
        os.umask(before)
    assert (private / "made" / "here").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o710, 0o701, 0o755, 0o1777])
def test_one_that_is_open_to_others_is_refused(monkeypatch: pytest.MonkeyPatch, private: Path, mode: int) -> None:
    private.chmod(mode)
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(private))
    for attempt in (client.Client.connect, client.start, client.stop, client.status):
        with pytest.raises(DaemonUnavailable, match=rf"open to other users .* run: `chmod 700 {private}`"):
            attempt()
    assert list(private.iterdir()) == []


def test_one_of_somebody_else_is_refused(monkeypatch: pytest.MonkeyPatch, private: Path) -> None:
    foreign = private
    if os.getuid() == 0:
        os.chown(private, 65534, -1)
    else:
        foreign = Path("/")
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(foreign))
    with pytest.raises(DaemonUnavailable, match=r"belongs to user \d+, not to you"):
        client.Client.connect()


def test_a_link_is_refused(monkeypatch: pytest.MonkeyPatch, private: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(private)
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(tmp_path / "link"))
    with pytest.raises(DaemonUnavailable, match="is a link; remove it"):
        client.Client.connect()


def test_one_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch, private: Path) -> None:
    (private / "file").touch()
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(private / "file" / "run"))
    with pytest.raises(DaemonUnavailable, match=rf"{private}/file/run: Not a directory; set GTOD_RUNTIME_DIR"):
        client.start()


@pytest.mark.parametrize(("length", "fits"), [(104, True), (105, False)])
def test_the_path_of_a_socket_has_104_bytes(monkeypatch: pytest.MonkeyPatch, length: int, *, fits: bool) -> None:
    directory = "/tmp/" + "é" * ((length - len("/tmp//gtod.sock")) // 2)
    directory += "x" * (length - len(f"{directory}/gtod.sock".encode()))
    monkeypatch.setenv("GTOD_RUNTIME_DIR", directory)
    if fits:
        assert len(os.fsencode(client.socket_path())) == length
    else:
        with pytest.raises(DaemonUnavailable, match=r"has 105 bytes, 104 are possible: .* set GTOD_RUNTIME_DIR"):
            client.socket_path()
