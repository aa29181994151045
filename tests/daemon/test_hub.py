"""The hub: which repository a path leads to, what is shared, and what is let go of."""

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.daemon.hub import Hub
from gto_daemon.git.objects import ObjectReader
from gto_daemon.registry.errors import RegistryError
from tests.builders import RepositoryBuilder
from tests.daemon.change_recorder import ChangeRecorder
from tests.daemon.reading import latest
from tests.waiting import eventually, soon

Make = Callable[..., RepositoryBuilder]


def test_every_path_of_a_checkout_is_one_worktree(hub: Hub, registry: RepositoryBuilder) -> None:
    registry.write("sub/file", "")
    assert hub.worktree(str(registry.path)) is hub.worktree(str(registry.path / "sub/file"))
    assert hub.worktree(str(registry.path)) is hub.worktree(str(registry.git_dir))


def test_variables_that_are_not_gtos_make_no_difference(hub: Hub, registry: RepositoryBuilder) -> None:
    assert hub.worktree(str(registry.path)) is hub.worktree(str(registry.path), environment={"HOME": "/"})


def test_sessions_with_other_variables_get_configurations_of_their_own(hub: Hub, registry: RepositoryBuilder) -> None:
    plain = hub.worktree(str(registry.path))
    other = hub.worktree(str(registry.path), environment={"gto_stages": '["a"]'})
    assert other is not plain
    assert plain.repository is other.repository
    assert plain.fresh_blocking().config.stages is None
    assert other.fresh_blocking().config.stages == ("a",)


def test_ever_new_variables_do_not_fill_the_memory(hub: Hub, registry: RepositoryBuilder) -> None:
    plain = hub.worktree(str(registry.path))
    for number in range(50):
        hub.worktree(str(registry.path), environment={"GTO_STAGES": f'["s{number}"]'}).fresh_blocking()
        assert hub.worktree(str(registry.path)) is plain
    assert len(hub.repositories()) <= 8


async def test_those_that_somebody_listens_to_stay(live_hub: Hub, registry: RepositoryBuilder) -> None:
    recorder = await ChangeRecorder.of(live_hub.worktree(str(registry.path), environment={"GTO_STAGES": '["kept"]'}))
    for number in range(20):
        await live_hub.worktree(str(registry.path), environment={"GTO_STAGES": f'["s{number}"]'}).fresh()
    await recorder.ends(registry)


def test_a_path_that_is_refused_is_not_remembered(hub: Hub, make_repository: Make) -> None:
    place = make_repository("later").path
    (place / ".git").rename(place / "hidden")
    with pytest.raises(RegistryError):
        hub.worktree(str(place))
    (place / "hidden").rename(place / ".git")
    assert hub.worktree(str(place)).repo == str(place)


def test_a_repository_inside_a_repository_is_found_once_it_is_there(
    hub: Hub, registry: RepositoryBuilder, make_repository: Make
) -> None:
    (registry.path / "inner").mkdir()
    assert hub.worktree(str(registry.path / "inner")).repo == str(registry.path)
    inner = make_repository("repo/inner")
    assert hub.worktree(str(inner.path)).repo == str(inner.path)


def test_idle_repositories_are_let_go_of_and_read_anew(hub: Hub, registry: RepositoryBuilder) -> None:
    before = hub.worktree(str(registry.path))
    clock = before.fresh_blocking().clock
    hub.sweep(3600)
    assert hub.worktree(str(registry.path)) is before
    hub.sweep(-1)
    assert hub.repositories() == []
    after = hub.worktree(str(registry.path))
    assert after is not before
    assert after.fresh_blocking().clock.split(":")[:2] != clock.split(":")[:2]


def test_what_was_deleted_is_let_go_of_before_it_is_idle(hub: Hub, registry: RepositoryBuilder) -> None:
    hub.worktree(str(registry.path)).fresh_blocking()
    registry.path.rename(registry.path.with_name("elsewhere"))
    hub.sweep(3600)
    assert hub.repositories() == []


async def test_one_idle_checkout_goes_and_the_other_stays(live_hub: Hub, registry: RepositoryBuilder) -> None:
    linked = registry.path.with_name("linked")
    registry.git("worktree", "add", "--quiet", "--detach", str(linked))
    await live_hub.worktree(str(linked)).fresh()
    # Somebody listens to the main one, so it is not idle.
    recorder = await ChangeRecorder.of(live_hub.worktree(str(registry.path)))
    live_hub.sweep(-1)
    assert [row["repo"] for row in live_hub.repositories()] == [str(registry.path)]
    await recorder.ends(registry)


async def test_a_repository_that_somebody_listens_to_is_never_idle(live_hub: Hub, registry: RepositoryBuilder) -> None:
    recorder = await ChangeRecorder.of(live_hub.worktree(str(registry.path)))
    live_hub.sweep(-1)
    await recorder.ends(registry)
    recorder.undo()
    live_hub.sweep(-1)
    assert live_hub.repositories() == []


def test_what_is_let_go_of_is_freed(hub: Hub, registry: RepositoryBuilder) -> None:
    worktree = hub.worktree(str(registry.path))
    artifact = worktree.fresh_blocking().index.artifacts["churn"]
    version = artifact.versions[0]
    assert version.stages, "a version and its stage refer to each other"
    freed = [weakref.ref(worktree), weakref.ref(worktree.repository), weakref.ref(worktree.fresh_blocking())]
    del worktree, artifact, version
    hub.sweep(-1)
    gc.collect()
    assert [each() for each in freed] == [None, None, None]
    assert gc.get_freeze_count() == 0


def test_checkouts_that_come_and_go_keep_no_deleted_pack_open(hub: Hub, registry: RepositoryBuilder) -> None:
    hub.worktree(str(registry.path)).fresh_blocking()
    linked = registry.path.with_name("linked")
    for number in range(4):
        registry.git("worktree", "add", "--quiet", "--detach", str(linked))
        registry.git("-C", str(linked), "commit", "--quiet", "--allow-empty", "-m", str(number))
        registry.git("-C", str(linked), "tag", "-a", "-m", "m", f"churn@v2.{number}.0")
        registry.git("gc", "--quiet", "--prune=now")
        hub.worktree(str(linked)).fresh_blocking()
        registry.git("worktree", "remove", "--force", str(linked))
    registry.git("commit", "--quiet", "--allow-empty", "-m", "last")
    registry.git("gc", "--quiet", "--prune=now")
    registry.git("worktree", "add", "--quiet", "--detach", str(linked))
    for place in (registry.path, linked):
        hub.worktree(str(place)).fresh_blocking()
    eventually(lambda: _deleted_and_open(registry.git_dir) == [])


def _deleted_and_open(place: Path) -> list[str]:
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = str(entry.readlink())
        except FileNotFoundError:
            continue
        if target.startswith(str(place)) and target.endswith("(deleted)"):
            found.append(target)
    return found


async def test_a_read_that_waits_while_its_repository_is_replaced_is_answered(
    live_hub: Hub, registry: RepositoryBuilder, make_repository: Make
) -> None:
    worktree = live_hub.worktree(str(registry.path))
    await worktree.fresh()
    replaced = threading.Event()
    busy = asyncio.ensure_future(worktree.run(lambda: replaced.wait(30)))
    reads = [asyncio.ensure_future(worktree.run(lambda number=number: number)) for number in range(50)]  # type: ignore[misc]
    waiting = asyncio.ensure_future(worktree.fresh())
    await asyncio.sleep(0)
    registry.path.rename(registry.path.with_name("old"))
    make_repository("repo")
    assert live_hub.worktree(str(registry.path)) is not worktree
    replaced.set()
    assert await busy
    assert await asyncio.gather(*reads) == list(range(50))
    with pytest.raises(RegistryError, match="moved, deleted or replaced"):
        await waiting
    with pytest.raises(RegistryError, match="moved, deleted or replaced") as caught:
        await worktree.fresh()
    assert caught.value.kind == "NotARepository"
    assert caught.value.retryable


async def test_many_readers_share_a_listing_and_none_gets_one_from_before_it_asked(
    live_hub: Hub, registry: RepositoryBuilder
) -> None:
    worktree = live_hub.worktree(str(registry.path))
    await worktree.fresh()
    before = worktree.repository.counters.listings
    registry.tag("churn@v1.9.0")
    snapshots = await asyncio.gather(*(worktree.fresh() for _ in range(100)))
    assert len({snapshot.clock for snapshot in snapshots}) == 1
    # One for all of them, and perhaps one because the watch was armed meanwhile.
    assert worktree.repository.counters.listings - before in (1, 2)
    for number in range(20):
        running = asyncio.ensure_future(worktree.fresh())
        await asyncio.sleep(0)
        registry.tag(f"churn@v2.0.{number}")
        snapshot = await worktree.fresh()
        assert latest(snapshot)["churn"] == f"v2.0.{number}"
        await running


async def test_whoever_wrote_reads_what_it_wrote(live_hub: Hub, registry: RepositoryBuilder) -> None:
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)

    async def write_and_read(writer: int) -> None:
        for number in range(40):
            name = f"w{writer}@v0.0.{number}"
            if number % 4 == 3:
                registry.delete_tag(f"w{writer}@v0.0.{number - 1}")
            registry.tag(name)
            snapshot = worktree.current(None) or await worktree.fresh()
            assert snapshot.index.ref(name) is not None
            gone = snapshot.index.ref(f"w{writer}@v0.0.{number - 1}") is None
            assert gone == (number % 4 == 3 or number == 0)
            await asyncio.sleep(0)

    await asyncio.gather(*(write_and_read(writer) for writer in range(6)))
    await recorder.ends(registry)


async def test_a_reader_that_gives_up_takes_the_answer_from_nobody(live_hub: Hub, registry: RepositoryBuilder) -> None:
    worktree = live_hub.worktree(str(registry.path))
    impatient, patient = (asyncio.ensure_future(worktree.fresh()) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    assert latest(await patient)["churn"] == "v1.1.0"
    with pytest.raises(asyncio.CancelledError):
        await impatient


async def test_a_hint_that_comes_while_a_read_waits_is_not_lost(live_hub: Hub, registry: RepositoryBuilder) -> None:
    """A ref written in place shows in no directory, so only a listing after the hint finds it."""
    worktree = live_hub.worktree(str(registry.path))
    await _settle(worktree_is_current=lambda: worktree.current(None), refresh=worktree.fresh)
    release = asyncio.Event()
    loop = asyncio.get_running_loop()
    busy = asyncio.ensure_future(
        worktree.run(lambda: asyncio.run_coroutine_threadsafe(release.wait(), loop).result(timeout=30))
    )
    waiting = asyncio.ensure_future(worktree.fresh())
    await asyncio.sleep(0)
    moved = registry.tag_object("churn@v1.1.0", registry.head, message="in place")
    (registry.git_dir / "refs/tags/churn@v1.1.0").write_text(f"{moved}\n")
    worktree.distrust()
    hinted = asyncio.ensure_future(worktree.fresh())
    release.set()
    await asyncio.gather(busy, waiting)
    messages = [event.message for event in (await hinted).index.artifacts["churn"].events() if event.kind != "commit"]
    assert "in place" in messages


async def _settle(*, worktree_is_current: Callable[[], object], refresh: Callable[[], object]) -> None:
    tasks = set()

    def settled() -> object:
        tasks.add(asyncio.ensure_future(refresh()))  # type: ignore[arg-type]
        return worktree_is_current()

    await soon(settled)
    await asyncio.gather(*tasks)


def test_status_tells_counts_clock_and_counters(hub: Hub, registry: RepositoryBuilder) -> None:
    worktree = hub.worktree(str(registry.path))
    registry.tag("odd@v1.0.0", tagger=None)
    snapshot = worktree.fresh_blocking()
    status = hub.status(worktree)
    assert status["repo"] == str(registry.path)
    assert status["clock"] == snapshot.clock
    assert status["head"] == registry.head
    assert (status["artifacts"], status["tags"], status["problems_found"]) == (3, 5, 1)
    assert (status["counters"]["tags"], status["counters"]["rebuilds"]) == (5, 1)
    assert status["health"] == "ok"
    assert [row["tags"] for row in hub.repositories()] == [5]


async def test_a_refresh_that_fails_when_everybody_who_asked_has_left_is_no_complaint(
    live_hub: Hub, registry: RepositoryBuilder
) -> None:
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    worktree = live_hub.worktree(str(registry.path))
    await worktree.fresh()
    release = threading.Event()
    busy = asyncio.ensure_future(worktree.run(lambda: release.wait(30)))
    left = asyncio.ensure_future(worktree.fresh())
    await asyncio.sleep(0)
    registry.path.rename(registry.path.with_name("old"))
    left.cancel()
    release.set()
    assert await busy
    # Behind the failed one in the same thread, and then nobody holds that any more.
    with pytest.raises(RegistryError):
        await worktree.fresh()
    assert left.cancelled()
    del left
    gc.collect()
    assert complaints == []


async def test_a_repository_that_nobody_asks_about_keeps_no_thread(live_hub: Hub, make_repository: Make) -> None:
    for number in range(5):
        repo = make_repository(f"repo{number}")
        worktree = await live_hub.open(str(repo.path))
        await worktree.fresh()
        await soon(lambda worktree=worktree: worktree.repository.executor.is_idle)  # type: ignore[misc]
    live_hub.sweep(3600)
    await soon(lambda: not [thread for thread in threading.enumerate() if thread.name.startswith("git")])
    # They are held all the same.
    assert len(live_hub.repositories()) == 5


async def test_of_many_repositories_those_asked_about_last_are_held(make_repository: Make) -> None:
    live_hub = Hub(max_repositories=3)
    repos = [str(make_repository(f"repo{number}").path) for number in range(6)]
    first = await live_hub.open(repos[0])
    recorder = await ChangeRecorder.of(first)
    for repo in repos[1:]:
        worktree = await live_hub.open(repo)
        await worktree.fresh()
        await soon(lambda worktree=worktree: worktree.repository.executor.is_idle)  # type: ignore[misc]
    held = [row["repo"] for row in live_hub.repositories()]
    # Somebody listens to the first.
    assert held == [repos[0], repos[4], repos[5]]
    # Any other is opened again when it is asked about.
    again = await live_hub.open(repos[1])
    assert (await again.fresh()).repo == repos[1]
    assert first.has_listeners
    recorder.undo()
    await live_hub.close()


def test_a_repository_that_goes_away_while_it_is_read_is_gone_and_not_empty(
    hub: Hub, registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    worktree = hub.worktree(str(registry.path))
    clock = worktree.fresh_blocking().clock
    registry.tag("churn@v9.0.0")
    head = ObjectReader.head

    def gone_meanwhile(reader: ObjectReader) -> str | None:
        registry.git_dir.rename(registry.path / "old")
        return head(reader)

    monkeypatch.setattr(ObjectReader, "head", gone_meanwhile)
    with pytest.raises(RegistryError) as caught:
        worktree.fresh_blocking()
    assert caught.value.kind == "NotARepository"
    assert worktree.clock == clock
