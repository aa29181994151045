"""`gto/repositories`: which repositories the daemon holds."""

from typing import TYPE_CHECKING, Any

from pydantic import Field

from gto_daemon.rpc.handlers import Example, SessionQuery
from gto_daemon.rpc.schema.params import Params
from gto_daemon.rpc.schema.results import Result, Shape

if TYPE_CHECKING:
    from gto_daemon.rpc.context import Context


class RepositoriesParams(Params):
    """None."""


class RepositoryRow(Shape):
    """A repository that the daemon holds."""

    repo: str
    clock: str | None = Field(description="Null until it was read.")
    tags: int = Field(description="How many of its tags are GTO's.")
    health: str


class RepositoriesResult(Result):
    """The repositories."""

    repositories: list[RepositoryRow]


def _answer(context: "Context", _params: RepositoriesParams) -> dict[str, Any]:
    return {"repositories": context.process.hub.repositories()}


METHOD = SessionQuery(
    name="gto/repositories",
    summary="List the repositories that the daemon holds.",
    params=RepositoriesParams,
    result=RepositoriesResult,
    answer=_answer,
    example=Example(
        params={},
        result={"repositories": [{"repo": "/home/ann/registry", "clock": "5f0c2a:1:42", "tags": 52, "health": "ok"}]},
    ),
)
