"""Files that are held while something is done, and what is left of them when the holder is killed."""

import os
import threading
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from gto_daemon import platform
from gto_daemon.daemon.acts.abandoned import clear_abandoned
from gto_daemon.daemon.locks import HeldLock, LockHolder, LockRecord, file_lock, remove_abandoned
from gto_daemon.git.process import Cancellation
from gto_daemon.registry.errors import RegistryError


def _at_once(_waited: float, _for_holder: float, by: LockRecord | None) -> RegistryError:
    return RegistryError("ActInProgress", "held", pid=by.pid if by else None)


def hold(path: Path, holder: LockHolder) -> AbstractContextManager[HeldLock]:
    """Hold the file, or be refused at once."""
    return file_lock(path, holder, Cancellation(), _at_once, patience=1)


def test_what_nobody_holds_is_removed_and_what_somebody_holds_stays(tmp_path: Path) -> None:
    held, left = tmp_path / "act-1-1.lock", tmp_path / "act-1-2.lock"
    left.touch()
    with hold(held, LockHolder.of({})):
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
        with hold(path, LockHolder.of({})):
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


def test_who_holds_it_is_told_to_others_and_lets_in_what_it_runs(tmp_path: Path) -> None:
    path = tmp_path / "act-1-1.lock"
    outer = LockHolder.of({})
    inner = LockHolder.of({"GTOD_ACT": outer.variable})
    innermost = LockHolder.of({"GTOD_ACT": inner.variable})
    with hold(path, outer) as first:
        assert not first.is_nested
        with pytest.raises(RegistryError) as caught, hold(path, LockHolder.of({"GTOD_ACT": "0123456789abcdef,../etc"})):
            pass
        assert caught.value.data["pid"] == os.getpid()
        with hold(path, inner) as second:
            assert second.is_nested
            # One at a time here as well, whoever else the outer one runs; what the inner one runs gets in.
            with pytest.raises(RegistryError), hold(path, LockHolder.of({"GTOD_ACT": outer.variable})):
                pass
            with hold(path, innermost) as third:
                assert third.is_nested
        with hold(path, innermost) as again:
            assert again.is_nested
    assert not list(tmp_path.iterdir())


def test_it_is_given_back_when_nobody_is_within_any_more(tmp_path: Path) -> None:
    path = tmp_path / "act-1-1.lock"
    outer = LockHolder.of({})
    inside, leave = threading.Event(), threading.Event()

    def left_behind() -> None:
        with hold(path, LockHolder.of({"GTOD_ACT": outer.variable})):
            inside.set()
            leave.wait(60)
            assert path.exists()

    thread = threading.Thread(target=left_behind)
    with hold(path, outer):
        thread.start()
        assert inside.wait(60)
        threading.Timer(0.1, leave.set).start()
    assert leave.is_set()
    thread.join()
    assert not list(tmp_path.iterdir())


def test_the_token_of_one_that_was_killed_opens_nothing(tmp_path: Path) -> None:
    path = tmp_path / "act-1-1.lock"
    dead = LockHolder.of({})
    path.write_text(f'{{"pid": 1, "since": 0, "token": "{dead.token}", "patience": 1}}')
    with hold(path, LockHolder.of({"GTOD_ACT": dead.variable})) as held:
        assert not held.is_nested
