"""`gto/status`: how the daemon is, and what it knows of a repository."""

from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, Field

from gto_daemon.rpc.handlers import AsyncSessionQuery, Example
from gto_daemon.rpc.schema.params import RepositoryParams
from gto_daemon.rpc.schema.results import Result, Shape

if TYPE_CHECKING:
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.rpc.context import Context


class StatusParams(RepositoryParams):
    """With `repo`, that repository's state too."""


class RepositoryStatus(Shape):
    """The state of one repository."""

    model_config = ConfigDict(extra="allow")

    repo: str = Field(description="The worktree; the git directory of a bare repository.")
    common: str = Field(description="The git directory with the tags. Worktrees of one repository share it.")
    clock: str


class StatusResult(Result):
    """The process, and the repository asked about."""

    pid: int
    version: str
    protocol: int
    uptime_s: float = Field(description="Seconds since it started.")
    socket: str | None = Field(description="Path of the unix socket, or `127.0.0.1:PORT`; null for a server on stdio.")
    log: str | None = Field(description="Path of the log.")
    sessions: int = Field(description="Open connections, this one included.")
    repositories: int = Field(description="Repositories held; `gto/repositories` lists them.")
    repository: RepositoryStatus | None = Field(
        None,
        description="With `repo`: clock, counts, counters, watcher, health; `configuration` tells why acts are "
        "refused, if it cannot be read.",
    )


async def _answer(context: "Context", worktree: "Worktree | None", _params: StatusParams) -> dict[str, Any]:
    status = context.process.status()
    if worktree is not None:
        await worktree.fresh()
        status["repository"] = context.process.hub.status(worktree)
    return status


METHOD = AsyncSessionQuery(
    name="gto/status",
    summary="Tell how the daemon is, and with `repo` what it knows of that repository.",
    params=StatusParams,
    result=StatusResult,
    answer=_answer,
    repository="asked",
    example=Example(
        params={},
        result={
            "pid": 4711,
            "version": "0.1.0",
            "protocol": 2,
            "uptime_s": 86.4,
            "socket": "/run/user/1000/gtod/gtod.sock",
            "log": "/run/user/1000/gtod/gtod.log",
            "sessions": 1,
            "repositories": 2,
        },
    ),
)
