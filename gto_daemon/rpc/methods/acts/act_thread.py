"""How an act is performed for a session: in a thread of its own, given up when the client does not want it any more."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

from gto_daemon.daemon.task_context import Acting, Running
from gto_daemon.git.process import Cancellation, CancelledError
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.handlers import Act, DetachedAct
from gto_daemon.rpc.jsonrpc.codec import encode
from gto_daemon.rpc.methods.acts.progress import reporter
from gto_daemon.rpc.schema.params import ErrandParams, Params, RepositoryParams

if TYPE_CHECKING:
    from gto_daemon.rpc.context import Context


async def perform(context: "Context", method: Act[Any] | DetachedAct[Any], params: Params) -> bytes:
    """The encoded result of an act, or of an errand.

    Raises:
        RegistryError: `Untrusted`, and what the act itself refuses.

    """
    if not context.trusted:
        raise untrusted(method.name)
    if isinstance(method, DetachedAct):
        return await _run(context, method, cast("ErrandParams", params))
    return await _act(context, method, cast("RepositoryParams", params))


async def _act(context: "Context", method: Act[Any], params: RepositoryParams) -> bytes:
    worktree = await context.open_worktree(context.target(params))
    cancellation = Cancellation()
    loop = asyncio.get_running_loop()
    acting = Acting(
        worktree=worktree,
        environment=context.environment_of(params),
        runtime=context.process.runtime,
        in_git_thread=lambda job: worktree.submit(job).result(),
        cancellation=cancellation,
        editor_file=context.workspace.editor_file,
        progress=reporter(params, loop, context.send),
        origin=context.subscriptions,
    )
    context.subscriptions.defer()
    try:
        return await _done(context, partial(method.act, acting, params), method.name, cancellation)
    finally:
        # After the answer, which is sent in this very turn of the loop.
        loop.call_soon(context.subscriptions.flush)


async def _run(context: "Context", method: DetachedAct[Any], params: ErrandParams) -> bytes:
    cancellation = Cancellation()
    running = Running(
        environment=context.environment_of(params),
        cancellation=cancellation,
        progress=reporter(params, asyncio.get_running_loop(), context.send),
    )
    return await _done(context, partial(method.perform, running, params), method.name, cancellation)


def untrusted(method: str) -> RegistryError:
    """The refusal of an act in a session that nobody trusts."""
    return RegistryError(
        "Untrusted",
        f"{method} may run programs or write, and this session is not trusted to",
        hint="Trust the workspace in the editor, or connect without trusted: false.",
    )


async def _done(context: "Context", job: Callable[[], Any], name: str, cancellation: Cancellation) -> bytes:
    working = _in_thread(job, name)
    context.process.note_act(working)
    outcome = asyncio.wrap_future(working)
    try:
        return encode(await asyncio.shield(outcome))
    except asyncio.CancelledError:
        cancellation.cancel()
        # It ends soon, and may be done all the same.
        return encode(await outcome)


def _in_thread(job: Callable[[], Any], name: str) -> "Future[Any]":
    # One thread an act, not a pool: acts are few, and one that waits for a remote must not hold up another.
    future: Future[Any] = Future()

    def run() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(job())
        except CancelledError:
            future.set_exception(asyncio.CancelledError())
        except BaseException as error:  # noqa: BLE001  (it goes to whoever waits)
            future.set_exception(error)

    Thread(target=run, name=name, daemon=True).start()
    return future
