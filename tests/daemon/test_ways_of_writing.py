"""However a ref is written, the next answer is Git's: of a daemon, with or without a subscriber, and of a command."""

import asyncio
import mmap
import os
import shutil
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.views import View, view
from gto_daemon.daemon.stored.store import RegistryStore
from gto_daemon.registry.snapshot import Snapshot
from tests.builders import RepositoryBuilder
from tests.daemon.reading import content
from tests.waiting import eventually, soon


class Place:
    """A repository with a loose tag, one in a folder, packed ones, two branches and a symbolic tag.

    `other` is a tag object, and `side` a commit, that no ref holds yet.
    """

    def __init__(self, repo: RepositoryBuilder) -> None:
        self.repo = repo
        first = repo.commit({"a": "1"})
        for name in ("packed@v1.0.0", "packed@v1.1.0"):
            repo.tag(name)
        repo.pack()
        repo.commit({"artifacts.yaml": "noted:\n  type: model\n"})
        repo.git("branch", "side", first)
        repo.tag("churn@v1.0.0", first)
        repo.tag("team/churn@v1.0.0", first)
        repo.git("symbolic-ref", "refs/tags/link@v1.0.0", "refs/tags/target")
        repo.lightweight("target", first)
        repo.checkout()
        self.other = repo.tag_object("churn@v1.0.0", repo.head, message="another")
        self.side = repo.commit({"artifacts.yaml": "aside:\n  type: model\n"}, branch="elsewhere", parents=(first,))
        repo.git("update-ref", "-d", "refs/heads/elsewhere")
        self.tag = repo.git_dir / "refs/tags/churn@v1.0.0"
        self.nested = repo.git_dir / "refs/tags/team/churn@v1.0.0"
        self.packed = repo.git_dir / "packed-refs"

    def repacked(self) -> str:
        return self.packed.read_text().replace(self.repo.git("rev-parse", "packed@v1.1.0"), self.other)


def _in_place(path: Path, text: str) -> None:
    with path.open("r+") as file:
        file.write(text)


def _link_turned(link: Path, target: Path) -> None:
    fresh = link.with_name("fresh.lock")
    fresh.symlink_to(target)
    fresh.rename(link)


def git_tag(place: Place) -> None:
    place.repo.git("tag", "-f", "churn@v1.0.0", place.other)


def renamed(place: Place) -> None:
    fresh = place.tag.with_name("fresh.lock")
    fresh.write_text(f"{place.other}\n")
    fresh.rename(place.tag)


def in_place(place: Place) -> None:
    _in_place(place.tag, place.other)


def in_place_in_a_folder(place: Place) -> None:
    _in_place(place.nested, place.other)


def truncated_and_written(place: Place) -> None:
    place.tag.write_text(place.other + "\n")


def of_another_length(place: Place) -> None:
    place.tag.write_text(place.other)


def with_its_times_restored(place: Place) -> None:
    found = place.tag.stat()
    _in_place(place.tag, place.other)
    os.utime(place.tag, ns=(found.st_atime_ns, found.st_mtime_ns))


def through_a_memory_map(place: Place) -> None:
    with place.tag.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        mapped[:40] = place.other.encode()
        mapped.flush()


def through_a_hard_link(place: Place) -> None:
    other = place.repo.path / "hard"
    other.hardlink_to(place.tag)
    _in_place(other, place.other)


def replaced_by_a_hard_link(place: Place) -> None:
    other = place.repo.path / "hard"
    other.write_text(f"{place.other}\n")
    fresh = place.tag.with_name("fresh.lock")
    fresh.hardlink_to(other)
    fresh.rename(place.tag)


def replaced_by_a_link(place: Place) -> None:
    other = place.repo.path / "linked"
    other.write_text(f"{place.other}\n")
    _link_turned(place.tag, other)


def folder_replaced(place: Place) -> None:
    folder = place.nested.parent
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    _in_place(copy / place.nested.name, place.other)
    folder.rename(place.repo.path / "away")
    copy.rename(folder)


def all_tags_replaced(place: Place) -> None:
    folder = place.tag.parent
    shutil.copytree(folder, place.repo.git_dir / "copy")
    _in_place(place.repo.git_dir / "copy" / place.tag.name, place.other)
    folder.rename(place.repo.git_dir / "away")
    (place.repo.git_dir / "copy").rename(folder)


def deleted(place: Place) -> None:
    place.tag.unlink()


def target_of_a_symbolic_ref_in_place(place: Place) -> None:
    _in_place(place.repo.git_dir / "refs/tags/target", place.other)


def symbolic_ref_in_place(place: Place) -> None:
    (place.repo.git_dir / "refs/tags/link@v1.0.0").write_text("ref: refs/heads/main\n")


def packed_refs_renamed(place: Place) -> None:
    fresh = place.packed.with_name("packed-refs.new")
    fresh.write_text(place.repacked())
    fresh.rename(place.packed)


def packed_refs_in_place(place: Place) -> None:
    _in_place(place.packed, place.repacked())


def packed_refs_in_place_with_their_times_restored(place: Place) -> None:
    found = place.packed.stat()
    _in_place(place.packed, place.repacked())
    os.utime(place.packed, ns=(found.st_atime_ns, found.st_mtime_ns))


def branch_in_place(place: Place) -> None:
    _in_place(place.repo.git_dir / "refs/heads/main", place.side)


def branch_elsewhere_in_place(place: Place) -> None:
    _in_place(place.repo.git_dir / "refs/heads/side", place.side)


def branch_with_its_times_restored(place: Place) -> None:
    path = place.repo.git_dir / "refs/heads/main"
    found = path.stat()
    _in_place(path, place.side)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def head_to_another_branch_in_place(place: Place) -> None:
    _in_place(place.repo.git_dir / "HEAD", "ref: refs/heads/side")


def head_detached_in_place(place: Place) -> None:
    (place.repo.git_dir / "HEAD").write_text(f"{place.side}\n")


WAYS = [
    git_tag,
    renamed,
    in_place,
    in_place_in_a_folder,
    truncated_and_written,
    of_another_length,
    with_its_times_restored,
    through_a_memory_map,
    through_a_hard_link,
    replaced_by_a_hard_link,
    replaced_by_a_link,
    folder_replaced,
    all_tags_replaced,
    deleted,
    target_of_a_symbolic_ref_in_place,
    symbolic_ref_in_place,
    packed_refs_renamed,
    packed_refs_in_place,
    packed_refs_in_place_with_their_times_restored,
    branch_in_place,
    branch_elsewhere_in_place,
    branch_with_its_times_restored,
    head_to_another_branch_in_place,
    head_detached_in_place,
]
every_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
Way = Callable[[Place], None]


@pytest.fixture
def place(repo: RepositoryBuilder) -> Place:
    return Place(repo)


@every_way
def test_a_daemon_that_nobody_subscribed_to_answers_what_git_does(hub: Hub, place: Place, way: Way) -> None:
    worktree = hub.worktree(str(place.repo.path))
    eventually(lambda: worktree.fresh_blocking() and worktree.current(None))
    way(place)
    assert worktree.current(None) is None
    _compare(place, worktree, worktree.fresh_blocking())
    # Once more: what was young is read again, and nothing was read by halves.
    _compare(place, worktree, eventually(lambda: worktree.fresh_blocking() and worktree.current(None)))


@every_way
async def test_a_daemon_that_somebody_subscribed_to_tells_it(live_hub: Hub, place: Place, way: Way) -> None:
    worktree = live_hub.worktree(str(place.repo.path))
    undo = worktree.listen(lambda _: None)
    await worktree.fresh()
    await soon(lambda: worktree.current(None))
    clock = worktree.clock
    await asyncio.to_thread(way, place)
    # Nobody asks: what follows the repository has found it by itself.
    await soon(lambda: worktree.clock != clock)
    undo()
    _compare(place, worktree, await worktree.fresh())


@every_way
def test_a_command_that_goes_on_from_what_was_stored_answers_what_git_does(
    place: Place, way: Way, tmp_path: Path
) -> None:
    stores = partial(RegistryStore, tmp_path / "registries", min_tags=0)
    before = Hub(watch=False, stores=stores).worktree(str(place.repo.path))

    async def store() -> None:
        await soon(lambda: before.fresh_blocking() and before.current(None))
        await before.store()

    asyncio.run(store())
    way(place)
    worktree = Hub(watch=False, stores=stores).worktree(str(place.repo.path))
    _compare(place, worktree, worktree.fresh_blocking())
    assert worktree.rebuilds == 0, "it should have gone on from what was stored"


@pytest.fixture
async def quick_hub() -> AsyncIterator[Hub]:
    hub = Hub(watch=False)
    yield hub
    await hub.close()


def test_writes_within_one_tick_of_the_clock_are_all_read(hub: Hub, place: Place) -> None:
    worktree = hub.worktree(str(place.repo.path))
    before = place.tag.read_text().strip()
    worktree.fresh_blocking()
    for number in range(200):
        oid = (place.other, before)[number % 2]
        _in_place(place.tag, oid)
        worktree.current(None) or worktree.fresh_blocking()
        assert worktree.repository.tags["churn@v1.0.0"].oid == oid


async def test_more_loose_tags_than_the_event_loop_compares_are_compared_beside_it(
    quick_hub: Hub, place: Place
) -> None:
    for number in range(300):
        place.repo.lightweight(f"many@v0.0.{number}")
    worktree = quick_hub.worktree(str(place.repo.path))
    snapshot = await soon(lambda: _compared(worktree))
    assert worktree.current(None) is None
    listings = worktree.repository.counters.listings
    assert await worktree.fresh() is snapshot
    assert worktree.repository.counters.listings == listings, "compared, and not listed"
    _in_place(place.repo.git_dir / "refs/tags/many@v0.0.299", place.other)
    _compare(place, worktree, await worktree.fresh())


def _compared(worktree: Worktree) -> Snapshot | None:
    """The snapshot, once it is so old that it is believed."""
    listings = worktree.repository.counters.listings
    snapshot = worktree.fresh_blocking()
    return snapshot if worktree.repository.counters.listings == listings else None


def _compare(place: Place, worktree: Worktree, snapshot: Snapshot) -> None:
    """See that what is known is what Git says, and all that follows from it."""
    listed = place.repo.git("for-each-ref", "--format=%(refname:short) %(objectname)", "refs/tags").splitlines()
    by_git = {name: oid for name, oid in (line.split() for line in listed) if "@" in name}
    assert {name: ref.oid for name, ref in worktree.repository.tags.items()} == by_git
    assert snapshot.head == place.repo.git("rev-parse", "HEAD")
    wanted = View(all_branches=True, annotations="all")
    newcomer = Hub(watch=False).worktree(str(place.repo.path))
    assert content(snapshot) == content(newcomer.fresh_blocking())
    assert content(view(worktree, snapshot, wanted)) == content(view(newcomer, newcomer.fresh_blocking(), wanted))
