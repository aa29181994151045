"""The stored registry: the next process goes on from it, never believes it, and does as well without it."""

import asyncio
import logging
import os
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.views import View, view
from gto_daemon.daemon.stored import file
from gto_daemon.daemon.stored.store import RegistryStore
from gto_daemon.registry.queries.show import show_registry, show_versions
from gto_daemon.registry.snapshot import Snapshot
from tests.builders import RepositoryBuilder
from tests.daemon.random_operations import RandomOperations
from tests.daemon.reading import codes, content, latest
from tests.waiting import soon

Opened = Callable[..., Worktree]


@pytest.fixture
def stores(tmp_path: Path) -> Path:
    """Where registries are stored."""
    return tmp_path / "cache" / "gtod" / "registries"


@pytest.fixture
def anew(stores: Path) -> Opened:
    """Open a repository as a new process would: `anew(path)`."""

    def opened(path: Path, *, verify: bool = False) -> Worktree:
        return Hub(watch=False, stores=partial(RegistryStore, stores, min_tags=0), verify=verify).worktree(str(path))

    return opened


def store(worktree: Worktree, *, settled: bool = False) -> Snapshot:
    """Read the registry, store it, and end the process; `settled`: once all of it is old enough to be believed."""

    async def reading() -> Snapshot:
        snapshot = await worktree.fresh()
        if settled:
            snapshot = await soon(lambda: worktree.fresh_blocking() and worktree.current(None))
        await worktree.store()
        return snapshot

    return asyncio.run(reading())


def newcomer(path: Path) -> Snapshot:
    """What is there, read without any store."""
    return Hub(watch=False).worktree(str(path)).fresh_blocking()


def work(worktree: Worktree) -> dict[str, int]:
    """What was read of the repository."""
    counted: dict[str, int] = worktree.status()["counters"]
    return {name: counted[name] for name in ("tags", "commits", "packed_refs", "ref_files", "folds", "rebuilds")}


NOTHING = {"tags": 0, "commits": 0, "packed_refs": 0, "ref_files": 0, "folds": 0, "rebuilds": 0}


def test_the_next_process_reads_no_object_and_folds_what_is_asked_for(
    registry: RepositoryBuilder, anew: Opened
) -> None:
    registry.git("pack-refs", "--all")
    held = store(anew(registry.path), settled=True)
    worktree = anew(registry.path)
    snapshot = worktree.fresh_blocking()
    assert work(worktree) == NOTHING
    assert show_versions(snapshot, "churn") == show_versions(held, "churn")
    assert content(snapshot) == content(held)
    assert snapshot.clock != held.clock, "a clock is of one process"


def test_what_changed_meanwhile_is_all_that_is_read(registry: RepositoryBuilder, anew: Opened) -> None:
    registry.git("pack-refs", "--all")
    store(anew(registry.path), settled=True)
    registry.tag("churn@v2.0.0", registry.commit({"model.pkl": "3"}))
    worktree = anew(registry.path)
    snapshot = worktree.fresh_blocking()
    # The commits of the artifact that is folded again, and no other's; the files of the tag and of the branch.
    assert work(worktree) == {**NOTHING, "tags": 1, "commits": 3, "ref_files": 2, "folds": 1}
    assert latest(snapshot) == {"churn": "v2.0.0", "segment": "v0.1.0"}
    assert content(snapshot) == content(newcomer(registry.path))


@pytest.mark.parametrize("seed", range(6))
def test_after_whatever_happened_meanwhile_it_is_what_a_newcomer_reads(
    make_repository: Callable[..., RepositoryBuilder], anew: Opened, seed: int
) -> None:
    operations = RandomOperations(make_repository(), seed)
    places = [operations.repo.path, operations.linked]
    wanted = View(all_branches=True, annotations="all")
    for number in range(25):
        place = places[number % 5 == 0]
        for _ in range(operations.random.choice([0, 1, 1, 2, 5])):
            operations.step()
        worktree = anew(place, verify=bool(seed % 2))
        held = worktree.fresh_blocking()
        if number % 4 == 0:
            assert content(view(worktree, held, wanted)) == content(_seen(place, wanted))
        for _ in range(operations.random.choice([0, 0, 1])):
            operations.step()
        assert content(worktree.fresh_blocking()) == content(newcomer(place))
        store(worktree)
    assert worktree.rebuilds == 0, "the last one should have been restored"


def _seen(place: Path, wanted: View) -> Snapshot:
    worktree = Hub(watch=False).worktree(str(place))
    return view(worktree, worktree.fresh_blocking(), wanted)


def test_a_registry_that_is_stored_again_copies_what_it_did_not_read(registry: RepositoryBuilder, anew: Opened) -> None:
    store(anew(registry.path))
    for version in ("v2.0.0", "v3.0.0"):
        registry.tag(f"segment@{version}", registry.commit({"model.pkl": version}))
        worktree = anew(registry.path)
        assert content(store(worktree)) == content(newcomer(registry.path))
        assert worktree.rebuilds == 0
    assert content(anew(registry.path).fresh_blocking()) == content(newcomer(registry.path))


def test_missing_commits_are_awaited_across_processes(
    registry: RepositoryBuilder, anew: Opened, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", registry.path.as_uri(), str(clone)], check=True)
    subprocess.run(["git", "fetch", "--quiet", "--depth=1", "origin", "tag", "churn@v1.1.0"], cwd=clone, check=True)
    for name in ("churn@v1.0.0", "segment@v0.1.0"):
        oid = registry.git("rev-parse", f"refs/tags/{name}").strip()
        shutil.copytree(registry.git_dir / "objects" / oid[:2], clone / ".git/objects" / oid[:2], dirs_exist_ok=True)
        target = registry.git("rev-parse", f"{name}^{{commit}}").strip()
        (clone / ".git/objects" / target[:2] / target[2:]).unlink(missing_ok=True)
        (clone / ".git/refs/tags" / name).write_text(f"{oid}\n")
    assert "missing-commit" in codes(store(anew(clone)))
    subprocess.run(["git", "fetch", "--quiet", "--unshallow", "--tags"], cwd=clone, check=True)
    worktree = anew(clone)
    assert codes(worktree.fresh_blocking()) == []
    assert worktree.rebuilds == 0


def test_another_annotation_file_or_another_repository_at_the_place_is_read_anew(
    registry: RepositoryBuilder, make_repository: Callable[..., RepositoryBuilder], anew: Opened
) -> None:
    store(anew(registry.path))
    (registry.path / ".gto").write_text("INDEX: other.yaml\n")
    worktree = anew(registry.path)
    assert content(worktree.fresh_blocking()) == content(newcomer(registry.path))
    assert worktree.rebuilds == 1
    (registry.path / ".gto").unlink()
    other = make_repository("other")
    other.tag("churn@v9.0.0", other.commit({"x": "1"}))
    registry.path.rename(registry.path.with_name("before"))
    other.path.rename(registry.path)
    assert latest(anew(registry.path).fresh_blocking()) == {"churn": "v9.0.0"}


def _only(stores: Path) -> Path:
    (found,) = stores.iterdir()
    return found


def _cut(data: bytes) -> bytes:
    return data[:-20]


def _flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def _of_another_format(data: bytes) -> bytes:
    return _with_head(data, format=0)


def _of_another_version(data: bytes) -> bytes:
    return _with_head(data, gtod="0.0.0")


def _senseless(data: bytes) -> bytes:
    return _with_head(data, order=[1])


def _with_head(data: bytes, **changed: object) -> bytes:
    length, _ = struct.unpack("<QI", data[-12:])
    head = file.unpack(data[-12 - length : -12])
    packed = file.pack({**head, **changed})
    body = data[: -12 - length] + packed
    return body + struct.pack("<QI", len(packed), zlib.crc32(body))


@pytest.mark.parametrize(
    "damage", [_cut, _flipped, lambda _: b"", lambda _: b"x" * 100, _of_another_format, _of_another_version, _senseless]
)
def test_a_file_that_is_not_what_was_written_is_not_used(
    registry: RepositoryBuilder, anew: Opened, stores: Path, damage: Callable[[bytes], bytes]
) -> None:
    store(anew(registry.path))
    place = _only(stores)
    whole = place.read_bytes()
    assert _with_head(whole) == whole
    place.write_bytes(damage(whole))
    worktree = anew(registry.path)
    assert content(store(worktree)) == content(newcomer(registry.path))
    assert worktree.rebuilds == 1
    again = anew(registry.path)
    again.fresh_blocking()
    assert again.rebuilds == 0, "it was replaced by one that can be used"


def test_what_somebody_else_may_have_written_is_not_used(
    registry: RepositoryBuilder, anew: Opened, stores: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store(anew(registry.path))
    place = _only(stores)
    place.chmod(0o622)
    worktree = anew(registry.path)
    worktree.fresh_blocking()
    assert worktree.rebuilds == 1
    place.chmod(0o600)
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    worktree = anew(registry.path)
    worktree.fresh_blocking()
    assert worktree.rebuilds == 1
    assert caplog.text.count("is not used") == 2


def test_where_nothing_can_be_stored_the_log_says_so_once_and_answers_are_right(
    registry: RepositoryBuilder, anew: Opened, stores: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stores.parent.mkdir(parents=True)
    stores.write_text("a file is where the directory belongs")
    worktree = anew(registry.path)
    with caplog.at_level(logging.WARNING):
        store(worktree)
        registry.tag("churn@v3.0.0", registry.commit({"x": "3"}))
        assert latest(store(worktree))["churn"] == "v3.0.0"
    assert caplog.text.count("is not stored") == 1


def test_a_file_is_for_this_user_alone_and_what_a_killed_writer_left_is_cleared(
    registry: RepositoryBuilder, anew: Opened, stores: Path
) -> None:
    store(anew(registry.path))
    assert (stores.stat().st_mode & 0o777, _only(stores).stat().st_mode & 0o777) == (0o700, 0o600)
    rest, outdated = stores / f"{_only(stores).name}.abc.new", stores / "other.registry"
    for place, days in ((rest, 1), (outdated, 100)):
        place.touch()
        os.utime(place, (place.stat().st_mtime - days * 86_400,) * 2)
    registry.tag("churn@v3.0.0", registry.commit({"x": "3"}))
    store(anew(registry.path))
    assert len(list(stores.iterdir())) == 1


def test_what_a_killed_writer_left_is_cleared_by_who_reads_and_what_one_is_at_is_not(
    registry: RepositoryBuilder, anew: Opened, stores: Path
) -> None:
    store(anew(registry.path))
    stored = _only(stores)
    program = (
        "import sys, signal; from pathlib import Path; from gto_daemon.daemon.stored.file import write_file\n"
        "def blobs():\n    yield b'x' * 1_000_000\n    print('at it', flush=True)\n    signal.pause()\n"
        f"write_file(Path({str(stored)!r}), blobs(), dict)"
    )
    writer = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline()
    (left,) = stores.glob("*.new")
    os.utime(left, (0, 0))
    anew(registry.path).fresh_blocking()
    assert left.exists()
    writer.kill()
    writer.communicate()
    os.utime(left, (0, 0))
    anew(registry.path).fresh_blocking()
    assert [*stores.iterdir()] == [stored]


def test_a_held_snapshot_does_not_change_when_the_file_does(registry: RepositoryBuilder, anew: Opened) -> None:
    expected = content(store(anew(registry.path)))
    worktree = anew(registry.path)
    before = worktree.fresh_blocking()
    registry.tag("churn@v3.0.0", registry.commit({"x": "3"}))
    registry.git("update-ref", "-d", "refs/tags/segment@v0.1.0")
    store(worktree)
    assert {**content(before), "head": None} == {**expected, "head": None}


def test_small_registries_are_not_stored(registry: RepositoryBuilder, stores: Path) -> None:
    worktree = Hub(watch=False, stores=partial(RegistryStore, stores)).worktree(str(registry.path))
    assert show_registry(store(worktree))
    assert not stores.exists()
