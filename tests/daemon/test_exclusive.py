"""Files that are held while something is done, and what is left of them when the holder is killed."""

import os
from pathlib import Path

from gto_daemon import platform
from gto_daemon.daemon.acts.abandoned import clear_abandoned
from gto_daemon.daemon.exclusive import exclusive, remove_abandoned
from gto_daemon.git.process import Cancellation
from gto_daemon.registry.errors import RegistryError


def _never() -> RegistryError:
    raise AssertionError("nobody has to wait here")


def test_what_nobody_holds_is_removed_and_what_somebody_holds_stays(tmp_path: Path) -> None:
    held, left = tmp_path / "act-1-1.lock", tmp_path / "act-1-2.lock"
    left.touch()
    with exclusive(held, Cancellation(), patience=0, refusal=_never):
        assert not remove_abandoned(held)
        assert remove_abandoned(left)
        assert held.exists()
        assert not left.exists()
    assert not held.exists()
    assert not remove_abandoned(held)


def test_whoever_opened_it_before_it_was_removed_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "act-1-1.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        assert remove_abandoned(path)
        assert platform.try_lock(descriptor)
        with exclusive(path, Cancellation(), patience=0, refusal=_never):
            assert path.exists()
    finally:
        os.close(descriptor)


def test_old_directories_of_signing_are_removed_and_young_ones_stay(tmp_path: Path) -> None:
    old, young, other = tmp_path / "signing-old", tmp_path / "signing-young", tmp_path / "gtod.lock"
    for each in (old, young):
        (each / "refs").mkdir(parents=True)
    other.touch()
    os.utime(old, (1_000_000_000, 1_000_000_000))
    clear_abandoned(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gtod.lock", "signing-young"]
