"""How a request is answered: its params checked, its repository found, its method run on the right thread.

The one place where the kinds of methods of `handlers.py` are told apart while a session lives; `app/oneshot.py` does
the same without an event loop.
"""

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from gto_daemon.daemon.queries.views import View, view
from gto_daemon.rpc.answer_cache import AnswerCache, Key, SnapshotAnswers
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


def key_of(method: Method, params: dict[str, Any] | list[Any] | None) -> Key:
    """Under which the answer is kept."""
    return method.name, encode(params or {})


def dispatch(
    context: "Context", method: Method, raw: dict[str, Any] | list[Any] | None
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
        is_about_one = method.repository == "always" or params.repo is not None
        return _ask_session(context, method, context.target(params) if is_about_one else None, params)
    target = context.target(params)
    asked = _Asked(context.process.answers, key_of(method, raw), params, context.read_generation)
    worktree = context.known_worktree(target)
    if worktree is None:
        return _ask_later(context, method, target, asked)
    return _ask(method, worktree, asked)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question to a registry."""

    cache: AnswerCache
    key: Key
    params: Any
    read_generation: int


async def _ask_later(
    context: "Context", method: WorktreeQuery[Any] | SnapshotQuery[Any], target: "Target", asked: _Asked
) -> bytes:
    outcome = _ask(method, await context.open_worktree(target), asked)
    return outcome if isinstance(outcome, bytes) else await outcome


def _ask(
    method: WorktreeQuery[Any] | SnapshotQuery[Any], worktree: "Worktree", asked: _Asked
) -> bytes | Coroutine[Any, Any, bytes]:
    if isinstance(method, WorktreeQuery):
        return _ask_worktree(method, worktree, asked)
    wanted = method.view(asked.params)
    if wanted is not None:
        return _ask_view(method, worktree, asked, wanted)
    snapshot = worktree.current(asked.read_generation)
    return _ask_fresh(method, worktree, asked) if snapshot is None else _ask_snapshot(method, snapshot, asked)


async def _ask_fresh(method: SnapshotQuery[Any], worktree: "Worktree", asked: _Asked) -> bytes:
    outcome = _ask_snapshot(method, await worktree.fresh(), asked)
    return outcome if isinstance(outcome, bytes) else await outcome


def _ask_snapshot(
    method: SnapshotQuery[Any], snapshot: "Snapshot", asked: _Asked
) -> bytes | Coroutine[Any, Any, bytes]:
    answers, key, params = asked.cache.of(snapshot), asked.key, asked.params
    kept = answers.get(key)
    if kept is not None:
        return kept

    def compute() -> bytes:
        return answers.encoded(snapshot, method.answer(snapshot, params))

    if method.size(snapshot, params) > asked.cache.large:
        return answers.computed(key, compute, asked.cache.threads)
    return answers.keep(key, compute())


async def _ask_view(method: SnapshotQuery[Any], worktree: "Worktree", asked: _Asked, wanted: View) -> bytes:
    present = await _present(worktree, asked.read_generation, on_disk=wanted.worktree)

    def job() -> bytes:
        snapshot = view(worktree, present, wanted)
        # A view is asked once, so nothing is kept of it.
        return SnapshotAnswers(budget=0).encoded(snapshot, method.answer(snapshot, asked.params))

    return await worktree.run(job)


async def _ask_worktree(method: WorktreeQuery[Any], worktree: "Worktree", asked: _Asked) -> bytes:
    snapshot = await _present(worktree, asked.read_generation, on_disk=method.on_disk(asked.params))
    answers = asked.cache.of(snapshot)
    return await worktree.run(lambda: answers.encoded(snapshot, method.answer(worktree, snapshot, asked.params)))


async def _ask_session(
    context: "Context", method: AsyncSessionQuery[Any], target: "Target | None", params: RepositoryParams
) -> bytes:
    worktree = None if target is None else await context.open_worktree(target)
    return encode(await method.answer(context, worktree, params))


async def _present(worktree: "Worktree", read_generation: int, *, on_disk: bool) -> "Snapshot":
    if on_disk:
        # Files are read from the first refresh on after somebody cared, and that one may still be to come.
        worktree.follow_files()
        return await worktree.fresh()
    return worktree.current(read_generation) or await worktree.fresh()
