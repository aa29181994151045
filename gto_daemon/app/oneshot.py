"""Run requests without a daemon and without an event loop: `--no-daemon`, `GTOD_NO_DAEMON=1`.

The same methods, the same dispatcher and the same errors as over the socket. Every import waits until it is needed: a
one-shot command pays for each of them.
"""

from collections.abc import Mapping
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from gto_daemon.protocol import JsonObject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gto_daemon.daemon.fleet.fleets import Fleets
    from gto_daemon.daemon.hub import Hub
    from gto_daemon.git.process import Cancellation
    from gto_daemon.rpc.context import Process, ProcessInfo


class OneShot:
    """The service in the calling process, for as long as the object lives."""

    def __init__(self) -> None:
        self._reads = count()

    def call(self, method: str, params: JsonObject, environment: Mapping[str, str]) -> Any:
        """Return the result of one method.

        Args:
            method: its name, `gto/show` and so on.
            params: as over the socket.
            environment: whose `GTO_*` variables count.

        Raises:
            CallError: as the daemon would answer; `DaemonRequired` for methods about the daemon itself.

        """
        from gto_daemon.registry.errors import RegistryError
        from gto_daemon.rpc.context import Context
        from gto_daemon.rpc.handlers import dispatch
        from gto_daemon.rpc.jsonrpc.errors import as_rpc_error
        from gto_daemon.rpc.methods import find, method_not_found
        from gto_daemon.rpc.running.inline import InlineRunner, result_of

        try:
            found = find(method)
            if found is None:
                raise method_not_found(method)
            if found.needs_session:
                raise RegistryError(
                    "DaemonRequired",
                    f"{method} is about a daemon, and --no-daemon (or GTOD_NO_DAEMON) answers without one",
                    hint="Leave out --no-daemon, or unset GTOD_NO_DAEMON.",
                )
            # Methods that need no session ask a process for its repositories and its directory alone.
            context = Context(cast("Process", self), InlineRunner(_cancelled_by_signals), lambda _message: None)
            context.introduce(trusted=True, environment=dict(environment))
            context.start_read(next(self._reads))
            return result_of(dispatch(context, found, params))
        except Exception as error:
            from gto_daemon.client.errors import CallError

            told = as_rpc_error(error, method)
            raise CallError(told.code, told.message, told.data) from error

    def read(self, method: str, params: JsonObject, environment: Mapping[str, str]) -> JsonObject | None:
        """Return what `call` does, for a question in `plain_reads.METHODS`; None where `call` has more to say.

        Raises:
            RegistryError: the refusal.

        """
        from gto_daemon.app.plain_reads import read

        return read(self.hub, method, params, environment)

    @cached_property
    def hub(self) -> "Hub":
        """The repositories that were asked about."""
        from gto_daemon.daemon.hub import Hub
        from gto_daemon.daemon.private_dirs import user_ledgers
        from gto_daemon.daemon.stored.store import user_stores

        return Hub(watch=False, stores=user_stores(), ledgers=user_ledgers())

    @cached_property
    def fleets(self) -> "Fleets":
        """The fleets that were asked about."""
        from gto_daemon.daemon.fleet.fleets import Fleets

        return Fleets(self.hub)

    @cached_property
    def info(self) -> "ProcessInfo":
        """What acts need of this process: the directory for locks, the daemon's too.

        Raises:
            RegistryError: `RuntimeDirectoryUnusable`.

        """
        from pathlib import Path

        from gto_daemon.client.address import checked_directory
        from gto_daemon.client.errors import DaemonUnavailable
        from gto_daemon.registry.errors import RegistryError
        from gto_daemon.rpc.context import ProcessInfo

        try:
            return ProcessInfo(runtime=Path(checked_directory()))
        except DaemonUnavailable as error:
            # The reason names the directory and the remedy.
            raise RegistryError("RuntimeDirectoryUnusable", error.reason) from error


@contextmanager
def _cancelled_by_signals(cancellation: "Cancellation") -> "Iterator[None]":
    from gto_daemon.app.signal_cancellation import cancelled_by_signals

    with cancelled_by_signals(cancellation):
        yield


def method_names() -> list[str]:
    """Return the names of the protocol's methods, in the order of the documentation."""
    from gto_daemon.rpc.methods import ROUTES

    return list(ROUTES)
