"""How a request is answered: its params checked, its repository found, its method run on the right thread.

The one place where the kinds of methods of `handlers.py` are told apart while a session lives; `app/oneshot.py` does
the same without an event loop.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from weakref import WeakKeyDictionary

from gto_daemon.daemon.queries.views import View, view
from gto_daemon.rpc.answer_cache import Key, encoded, keep
from gto_daemon.rpc.handlers import (
    Act,
    AsyncSessionQuery,
    DetachedAct,
    Method,
    SessionQuery,
    SnapshotQuery,
    StatelessQuery,
    WorktreeQuery,
)
from gto_daemon.rpc.jsonrpc.codec import encode
from gto_daemon.rpc.methods.acts.act_thread import perform
from gto_daemon.rpc.schema.params import RepositoryParams
from gto_daemon.rpc.schema.validation import validated

if TYPE_CHECKING:
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.registry.snapshot import Snapshot
    from gto_daemon.rpc.context import Context, Target

#: Answers computed from more tags than this are computed beside the event loop, so that nobody waits for them.
LARGE: Final = 2000


@dataclass(slots=True)
class _Computing:
    """An answer that is being computed beside the event loop, and how many wait for it."""

    future: "Future[bytes]"
    waiting: int = 0


_under_way: "WeakKeyDictionary[Snapshot, dict[Key, _Computing]]" = WeakKeyDictionary()
#: A few threads, because they take turns at the interpreter; of their own, so that other work waits for none of them.
_readers: Final = ThreadPoolExecutor(max_workers=4, thread_name_prefix="gtod-read")


def key_of(method: Method, params: dict[str, Any] | list[Any] | None) -> Key:
    """Under which the answer is kept."""
    return method.name, encode(params or {})


def dispatch(
    context: "Context", method: Method, raw: dict[str, Any] | list[Any] | None, tick: int
) -> bytes | Coroutine[Any, Any, bytes]:
    """The encoded result, or what to await for it.

    Raises:
        RpcError, RegistryError: what is told to the client.

    """
    params = validated(method.name, method.params, raw)
    if isinstance(method, StatelessQuery):
        return encode(method.answer(params))
    if isinstance(method, SessionQuery):
        return encode(method.answer(context, params))
    if isinstance(method, Act | DetachedAct):
        return perform(context, method, params)
    params = cast("RepositoryParams", params)
    if isinstance(method, AsyncSessionQuery):
        asked = method.repository == "always" or params.repo is not None
        return _live(context, method, context.target(params) if asked else None, params)
    target, key = context.target(params), key_of(method, raw)
    worktree = context.known_worktree(target)
    if worktree is None:
        return _ask_later(context, method, target, params, key, tick)
    return _ask(method, worktree, params, key, tick)


async def _ask_later(
    context: "Context",
    method: WorktreeQuery[Any] | SnapshotQuery[Any],
    target: "Target",
    params: RepositoryParams,
    key: Key,
    tick: int,
) -> bytes:
    outcome = _ask(method, await context.open_worktree(target), params, key, tick)
    return outcome if isinstance(outcome, bytes) else await outcome


def _ask(
    method: WorktreeQuery[Any] | SnapshotQuery[Any],
    worktree: "Worktree",
    params: RepositoryParams,
    key: Key,
    tick: int,
) -> bytes | Coroutine[Any, Any, bytes]:
    if isinstance(method, WorktreeQuery):
        return _look(method, worktree, params, tick)
    return _read(method, worktree, params, key, tick)


def _read(
    method: SnapshotQuery[Any], worktree: "Worktree", params: RepositoryParams, key: Key, tick: int
) -> bytes | Coroutine[Any, Any, bytes]:
    wanted = method.view(params)
    if wanted is not None:
        return _read_view(method, worktree, params, wanted, tick)
    snapshot = worktree.current(tick)
    if snapshot is None:
        return _read_later(method, worktree, params, key)
    kept = snapshot.answers.get(key)
    if kept is not None:
        return kept
    if method.size(snapshot, params) > LARGE:
        return _read_aside(method, snapshot, params, key)
    return keep(snapshot, key, encoded(snapshot, method.answer(snapshot, params)))


async def _read_later(method: SnapshotQuery[Any], worktree: "Worktree", params: RepositoryParams, key: Key) -> bytes:
    snapshot = await worktree.fresh()
    kept = snapshot.answers.get(key)
    if kept is not None:
        return kept
    if method.size(snapshot, params) > LARGE:
        return await _read_aside(method, snapshot, params, key)
    return keep(snapshot, key, encoded(snapshot, method.answer(snapshot, params)))


async def _read_aside(method: SnapshotQuery[Any], snapshot: "Snapshot", params: RepositoryParams, key: Key) -> bytes:
    """Compute the answer in a thread, and once for all who ask the same while that goes on."""
    under_way = _under_way.setdefault(snapshot, {})
    computing = under_way.get(key)
    if computing is None:
        future = _readers.submit(lambda: encoded(snapshot, method.answer(snapshot, params)))
        computing = under_way[key] = _Computing(future)
    computing.waiting += 1
    try:
        # Whoever gives up gives up for itself alone.
        answer = await asyncio.shield(asyncio.wrap_future(computing.future))
    finally:
        computing.waiting -= 1
        if not computing.waiting:
            if under_way.get(key) is computing:
                del under_way[key]
            # With the last one goes what has not begun.
            computing.future.cancel()
    return snapshot.answers.get(key) or keep(snapshot, key, answer)


async def _read_view(
    method: SnapshotQuery[Any], worktree: "Worktree", params: RepositoryParams, wanted: View, tick: int
) -> bytes:
    present = await _present(worktree, tick, on_disk=wanted.worktree)

    def job() -> bytes:
        snapshot = view(worktree, present, wanted)
        return encoded(snapshot, method.answer(snapshot, params))

    return await worktree.run(job)


async def _look(method: WorktreeQuery[Any], worktree: "Worktree", params: RepositoryParams, tick: int) -> bytes:
    snapshot = await _present(worktree, tick, on_disk=method.on_disk(params))
    return await worktree.run(lambda: encoded(snapshot, method.answer(worktree, snapshot, params)))


async def _live(
    context: "Context",
    method: AsyncSessionQuery[Any],
    target: "Target | None",
    params: RepositoryParams,
) -> bytes:
    worktree = None if target is None else await context.open_worktree(target)
    return encode(await method.answer(context, worktree, params))


async def _present(worktree: "Worktree", tick: int, *, on_disk: bool) -> "Snapshot":
    if on_disk:
        # Files are read from the first refresh on after somebody cared, and that one may still be to come.
        worktree.follow_files()
        return await worktree.fresh()
    return worktree.current(tick) or await worktree.fresh()
