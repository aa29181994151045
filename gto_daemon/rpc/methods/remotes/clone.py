"""`gto/clone`: a remote repository, by its URL."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.acts.cloning import follow_remote
from gto_daemon.daemon.task_context import Running
from gto_daemon.rpc.handlers import DetachedAct, Example
from gto_daemon.rpc.schema.params import ErrandParams
from gto_daemon.rpc.schema.results import Result


class CloneParams(ErrandParams):
    """The repository."""

    url: str = Field(description="`https://`, `http://`, `ssh://`, `git://`, `file://`, or ssh's `user@host:path`.")


class CloneResult(Result):
    """A bare clone that is as the remote is now."""

    repo: str = Field(
        description="Its path, to ask about. An act there is not done before it is pushed (`push: true`): the next "
        "`gto/clone` of the URL takes away what the remote does not have."
    )
    url: str = Field(description="Without name and password.")
    cloned: bool = Field(description="Whether it was not there before.")
    changed: bool = Field(description="Whether the remote has moved since the last time.")


def _perform(running: Running, params: CloneParams) -> dict[str, Any]:
    return follow_remote(running, params.url)


METHOD = DetachedAct(
    name="gto/clone",
    summary="Have a clone of a remote repository, in the user's cache; one that is there is updated.",
    params=CloneParams,
    result=CloneResult,
    errors=("UnsupportedUrl", "CacheUnusable", "AuthenticationFailed", "RemoteUnavailable"),
    perform=_perform,
    example=Example(
        params={"url": "https://example.com/models.git"},
        result={
            "repo": "/home/ann/.cache/gtod/clones/9bbf0fbd3b8d1e2d11e6a2e4bb7c0d1a6a1f5c1e",
            "url": "https://example.com/models.git",
            "cloned": False,
            "changed": True,
        },
    ),
)
