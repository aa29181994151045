"""The lock means something only while its file is at its path."""

import os
from pathlib import Path

import pytest

from gto_daemon import platform
from gto_daemon.daemon.lifecycle.lock import Lock, claim
from gto_daemon.daemon.lifecycle.refusal import CannotServe


def test_only_one_has_it(directory: Path) -> None:
    path = directory / "gtod.lock"
    first = Lock.acquire(path)
    assert first is not None
    assert Lock.acquire(path) is None
    first.release()
    assert not path.exists()
    second = Lock.acquire(path)
    assert second is not None
    second.release()


def test_locking_a_file_that_was_removed_meanwhile_counts_for_nothing(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race that makes removing a lock file unsafe, at its worst moment: opened before, locked after."""
    path = directory / "gtod.lock"
    holder = Lock.acquire(path)
    assert holder is not None
    really = platform.try_lock
    moments: list[int] = []

    def release_first(descriptor: int) -> bool:
        if not moments:
            moments.append(os.fstat(descriptor).st_nlink)
            holder.release()
        return really(descriptor)

    monkeypatch.setattr(platform, "try_lock", release_first)
    late = Lock.acquire(path)
    assert moments == [1]
    assert late is not None
    assert late.is_ours()
    assert Lock.acquire(path) is None
    late.release()


def test_a_holder_that_neither_serves_nor_ends_is_named(directory: Path) -> None:
    path = directory / "gtod.lock"
    holder = Lock.acquire(path)
    assert holder is not None
    with pytest.raises(CannotServe, match=rf"process {os.getpid()}\) holds {path}"):
        claim(path, lambda: False, 0.1)
    holder.release()


def test_a_link_is_not_followed(directory: Path) -> None:
    (directory / "target").touch()
    (directory / "gtod.lock").symlink_to(directory / "target")
    with pytest.raises(CannotServe, match="remove it"):
        Lock.acquire(directory / "gtod.lock")
