"""What was put into the runtime directory while it was open, and is still there."""

from pathlib import Path

import pytest

from gto_daemon import client
from gto_daemon.client import DaemonUnavailable
from tests.transports import BOTH, FOUND_BY

TRANSPORTS = BOTH


@pytest.mark.parametrize("name", ["gtod.log", "gtod.lock"])
def test_a_link_to_a_file_of_ours_is_not_written_through(runtime: Path, tmp_path: Path, name: str) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    precious.chmod(0o644)
    (runtime / name).symlink_to(precious)
    with pytest.raises(DaemonUnavailable, match=rf"{name}.*remove it"):
        client.start()
    assert precious.read_text() == "precious"
    assert precious.stat().st_mode & 0o777 == 0o644
    (runtime / name).unlink()


def test_a_link_in_the_place_of_the_socket_is_neither_followed_nor_removed(
    runtime: Path, tmp_path: Path, transport: str
) -> None:
    (tmp_path / "elsewhere").write_text("precious")
    (runtime / FOUND_BY[transport]).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DaemonUnavailable):
        client.start()
    assert (tmp_path / "elsewhere").read_text() == "precious"
    assert (runtime / FOUND_BY[transport]).is_symlink()
    (runtime / FOUND_BY[transport]).unlink()


def test_what_is_written_first_is_not_written_through_a_link(runtime: Path, tmp_path: Path, transport: str) -> None:
    (tmp_path / "precious").write_text("precious")
    (runtime / "gtod.tmp").symlink_to(tmp_path / "precious")
    client.start()
    assert (tmp_path / "precious").read_text() == "precious"
    assert (runtime / "gtod.tmp").is_symlink() is (transport == "unix")


def test_a_directory_that_is_a_link_is_not_used(runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (runtime / "link").symlink_to(tmp_path / "real")
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(runtime / "link"))
    for attempt in (client.start, client.status, client.stop):
        with pytest.raises(DaemonUnavailable, match="is a link; remove it"):
            attempt()
    assert list((tmp_path / "real").iterdir()) == []
