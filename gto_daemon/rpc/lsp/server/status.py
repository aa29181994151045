"""Health of the registries of a workspace, in rust-analyzer's notification: `experimental/serverStatus`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gto_daemon.protocol import JsonObject
from gto_daemon.registry.config import WRONG_CONFIG
from gto_daemon.registry.errors import RegistryError

if TYPE_CHECKING:
    from gto_daemon.rpc.context import Context

_ORDER = ("ok", "warning", "error")


class ServerStatus:
    """The server status of one session. It is sent when it changes.

    Args:
        context: the context with the repositories.
        notify: sends a notification.

    """

    def __init__(self, context: "Context", notify: Callable[[str, Any], None]) -> None:
        self._context = context
        self._notify = notify
        self._told: JsonObject | None = None

    async def tell(self, folders: list[str]) -> None:
        """Report the worst state of these folders, absolute paths: `{health, quiescent, message}`."""
        health, said = "ok", []
        for folder in folders:
            worse, message = await self._of(folder)
            health = max(health, worse, key=_ORDER.index)
            said += [message] if message else []
        status = {"health": health, "quiescent": True, "message": "\n".join(dict.fromkeys(said))}
        if status != self._told:
            self._told = status
            self._notify("experimental/serverStatus", status)

    async def _of(self, folder: str) -> tuple[str, str]:
        try:
            worktree = await self._context.worktree_at(folder)
            snapshot = await worktree.fresh()
        except RegistryError as error:
            health = "warning" if error.kind == "NotARepository" else "error"
            return health, f"{error.message}. {error.hint}"
        status = self._context.process.hub.status(worktree)
        if status["health"] != "ok":
            return status["health"], status["watcher"]["message"]
        # Without any tag of GTO's, an invalid `artifacts.yaml` may be another tool's.
        errors = [
            each
            for each in snapshot.problems
            if each.severity == "error" and (snapshot.index.refs or each.tag or each.code == WRONG_CONFIG)
        ]
        if errors:
            more = f" There are {len(errors) - 1} more problems; run: `gtod doctor`." if len(errors) > 1 else ""
            first = snapshot.config.unreadable or errors[0]
            return "warning", f"{first.located()} {first.hint}{more}"
        return "ok", ""
