"""`gto/parseTag`: the parts of a tag's name."""

from typing import Any, Literal

from pydantic import Field

from gto_daemon.registry.tag_names import parse_tag
from gto_daemon.rpc.handlers import Example, StatelessQuery
from gto_daemon.rpc.schema.params import Params
from gto_daemon.rpc.schema.results import Result, Shape


class ParseTagParams(Params):
    """The name."""

    name: str = Field(description="A tag's name, without `refs/tags/`. No such tag need be there.")


class TagParts(Shape):
    """What the name says; a part that it does not have is absent."""

    name: str
    version: str | None = None
    stage: str | None = None
    action: Literal["register", "deregister", "assign", "unassign", "deprecate"] | None = None
    counter: int | None = None


class ParseTagResult(Result):
    """What `gto parse-tag` prints."""

    parts: TagParts


def _answer(params: ParseTagParams) -> dict[str, Any]:
    return {"parts": parse_tag(params.name)}


METHOD = StatelessQuery(
    name="gto/parseTag",
    summary="Parse the name of a tag, as `gto parse-tag`.",
    params=ParseTagParams,
    result=ParseTagResult,
    errors=("InvalidTagName",),
    answer=_answer,
    hidden=True,
    example=Example(
        params={"name": "some/dir=churn@v1.0.0!#3"},
        result={"parts": {"name": "some/dir:churn", "version": "v1.0.0", "action": "deregister", "counter": 3}},
    ),
)
