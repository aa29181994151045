"""`gto/parseTag`: the parts of a tag's name."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.registry.tag_names import parse_tag
from gto_daemon.rpc.handlers import StatelessQuery
from gto_daemon.rpc.schema.params import Params

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import ParseTagResult


class ParseTagParams(Params):
    """The name."""

    name: str = Field(description="The name of a tag, without `refs/tags/`. The tag need not exist.")


def _answer(params: ParseTagParams) -> "ParseTagResult":
    return {"parts": parse_tag(params.name)}


METHOD = StatelessQuery(
    name="gto/parseTag",
    summary="Parse the name of a tag, as `gto parse-tag`.",
    params=ParseTagParams,
    errors=("InvalidTagName",),
    answer=_answer,
    hidden=True,
)
