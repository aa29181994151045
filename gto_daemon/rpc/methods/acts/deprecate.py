"""`gto/deprecate`: deprecate an artifact."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.task_context import Acting
from gto_daemon.registry.plans import Deprecate
from gto_daemon.rpc.handlers import Act, Example
from gto_daemon.rpc.methods.acts.tag_acts import perform_requests, request_fields
from gto_daemon.rpc.schema.act_shapes import REFUSALS, ActResult, TagActParams, example_result


class DeprecateParams(TagActParams):
    """The artifact."""

    ref: str | None = Field(None, description="The commit that the tag goes on; by default that of the newest event.")
    simple: bool | None = Field(None, description="Without a counter in the tag's name; the default unless `force`.")
    force: bool = Field(False, description="Make a counted tag although it is deprecated, or unknown.")
    delete: bool = Field(False, description="Delete every tag of the artifact in place of making one.")


def _perform(acting: Acting, params: DeprecateParams) -> dict[str, Any]:
    return perform_requests(acting, METHOD.name, [Deprecate(**request_fields(params))], params)


METHOD = Act(
    name="gto/deprecate",
    summary="Deprecate an artifact.",
    params=DeprecateParams,
    result=ActResult,
    errors=(*REFUSALS, "ArtifactNotFound"),
    perform=_perform,
    example=Example(
        params={"repo": "/home/ann/registry", "name": "churn"},
        result=example_result(
            "churn@deprecated", "Deprecating artifact 'churn'", event="deprecation", priority=2, version=None
        ),
    ),
)
