"""`gto/clone`: clone a remote repository by its URL."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.acts.cloning import follow_remote
from gto_daemon.daemon.task_context import TaskContext
from gto_daemon.rpc.handlers import DetachedAct
from gto_daemon.rpc.schema.params import ErrandParams

if TYPE_CHECKING:
    from gto_daemon.protocol.remotes import CloneResult


class CloneParams(ErrandParams):
    """The repository."""

    url: str = Field(
        description="A URL with `https://`, `http://`, `ssh://`, `git://` or `file://`, or ssh's `user@host:path`."
    )


def _perform(running: TaskContext, params: CloneParams) -> "CloneResult":
    return follow_remote(running, params.url)


METHOD = DetachedAct(
    name="gto/clone",
    summary="Clone a remote repository into the user's cache, or update the existing clone.",
    params=CloneParams,
    errors=("UnsupportedUrl", "CacheUnusable", "AuthenticationFailed", "RemoteUnavailable"),
    perform=_perform,
)
