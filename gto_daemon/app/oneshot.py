"""Run requests without a daemon and without an event loop: `--no-daemon`, `GTOD_NO_DAEMON=1`.

The same table, the same validation and the same errors as over the socket. Every import waits until it is needed: a
one-shot command pays for each of them.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pathlib import Path

    from gto_daemon.client.errors import CallError
    from gto_daemon.daemon.hub import Hub
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.rpc.handlers import Act, DetachedAct, Method, SnapshotQuery, WorktreeQuery
    from gto_daemon.rpc.schema.params import ErrandParams, Params, RepositoryParams


class OneShot:
    """The service in the calling process, for as long as the object lives."""

    def __init__(self) -> None:
        self._hub: Hub | None = None

    def call(self, method: str, params: dict[str, Any], environment: Mapping[str, str]) -> Any:
        """Return the result of one method.

        Args:
            method: its name, `gto/show` and so on.
            params: as over the socket.
            environment: whose `GTO_*` variables count.

        Raises:
            CallError: as the daemon would answer; `DaemonRequired` for methods about the daemon itself.

        """
        from gto_daemon.rpc.jsonrpc.errors import as_rpc_error
        from gto_daemon.rpc.methods import find, method_not_found

        try:
            found = find(method)
            if found is None:
                raise method_not_found(method)
            return self._answer(found, params, environment)
        except Exception as error:
            raise _call_error(as_rpc_error(error, method)) from error

    def _answer(self, method: "Method", params: dict[str, Any], environment: Mapping[str, str]) -> Any:
        from gto_daemon.registry.errors import RegistryError
        from gto_daemon.rpc.handlers import Act, DetachedAct, SnapshotQuery, StatelessQuery, WorktreeQuery
        from gto_daemon.rpc.schema.validation import validated

        checked = validated(method.name, method.params, params)
        if isinstance(method, StatelessQuery):
            return method.answer(checked)
        if isinstance(method, SnapshotQuery | WorktreeQuery):
            return self._ask(method, checked, environment)
        if isinstance(method, Act):
            return self._act(method, checked, environment)
        if isinstance(method, DetachedAct):
            return self._detached_act(method, cast("ErrandParams", checked), environment)
        raise RegistryError(
            "DaemonRequired",
            f"{method.name} is about a daemon, and --no-daemon (or GTOD_NO_DAEMON) answers without one",
            hint="Leave out --no-daemon, or unset GTOD_NO_DAEMON.",
        )

    def _act(self, method: "Act[Any]", params: "Params", environment: Mapping[str, str]) -> dict[str, Any]:
        from gto_daemon.app.signal_cancellation import cancelled_by_signals
        from gto_daemon.daemon.task_context import Acting

        worktree, given = self._worktree(params, environment)
        acting = Acting(
            worktree=worktree,
            environment=given,
            runtime=_runtime(),
            in_git_thread=lambda job: job(),
            remembered=False,
        )
        with cancelled_by_signals(acting.cancellation):
            return method.act(acting, params)

    def _detached_act(
        self, method: "DetachedAct[Any]", params: "ErrandParams", environment: Mapping[str, str]
    ) -> dict[str, Any]:
        from gto_daemon.app.signal_cancellation import cancelled_by_signals
        from gto_daemon.daemon.task_context import Running
        from gto_daemon.rpc.schema.client_environment import allowed

        running = Running(environment=allowed(environment if params.env is None else params.env))
        with cancelled_by_signals(running.cancellation):
            return method.perform(running, params)

    def _worktree(self, params: "Params", environment: Mapping[str, str]) -> "tuple[Worktree, dict[str, str]]":
        from gto_daemon.registry.errors import RegistryError
        from gto_daemon.rpc.schema.client_environment import allowed, configuring

        about = cast("RepositoryParams", params)
        if about.repo is None:
            raise RegistryError(
                "RepositoryRequired",
                "The request names no repository",
                hint="Send params.repo: the absolute path of anything inside the repository.",
            )
        given = allowed(environment if about.env is None else about.env)
        return self._opened().worktree(about.repo, environment=configuring(given)), given

    def _ask(
        self, method: "SnapshotQuery[Any] | WorktreeQuery[Any]", params: "Params", environment: Mapping[str, str]
    ) -> dict[str, Any]:
        from gto_daemon.daemon.queries.views import view
        from gto_daemon.rpc.handlers import WorktreeQuery

        about = cast("RepositoryParams", params)
        worktree, _ = self._worktree(params, environment)
        wanted = None if isinstance(method, WorktreeQuery) else method.view(about)
        if method.on_disk(about) if isinstance(method, WorktreeQuery) else wanted is not None and wanted.worktree:
            worktree.follow_files()
        snapshot = worktree.fresh_blocking()
        if wanted is not None:
            snapshot = view(worktree, snapshot, wanted)
        result = (
            method.answer(worktree, snapshot, about)
            if isinstance(method, WorktreeQuery)
            else method.answer(snapshot, about)
        )
        told = {"clock": snapshot.clock, "problems": [problem.as_json() for problem in snapshot.problems]}
        return {**result, **{name: value for name, value in told.items() if name not in result}}

    def _opened(self) -> "Hub":
        if self._hub is None:
            from gto_daemon.daemon.hub import Hub
            from gto_daemon.daemon.stored.store import user_stores

            self._hub = Hub(watch=False, stores=user_stores())
        return self._hub


def _runtime() -> "Path":
    """Return the directory for locks, the daemon's too.

    Raises:
        RegistryError: `RuntimeDirectoryUnusable`.

    """
    from pathlib import Path

    from gto_daemon.client.address import checked_directory
    from gto_daemon.client.errors import DaemonUnavailable
    from gto_daemon.registry.errors import RegistryError

    try:
        return Path(checked_directory())
    except DaemonUnavailable as error:
        # The reason names the directory and the remedy.
        raise RegistryError("RuntimeDirectoryUnusable", error.reason) from error


def _call_error(error: Any) -> "CallError":
    from gto_daemon.client.errors import CallError

    return CallError(error.code, error.message, error.data)


def method_names() -> list[str]:
    """Return the names of the protocol's methods, in the order of the documentation."""
    from gto_daemon.rpc.methods import MODULES

    return list(MODULES)
