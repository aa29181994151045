"""`gto/deregister`: take back the registration of a version."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.task_context import Acting
from gto_daemon.registry.plans import Deregister
from gto_daemon.rpc.handlers import Act, Example
from gto_daemon.rpc.methods.acts.tag_acts import perform_requests, request_fields
from gto_daemon.rpc.schema.act_shapes import REFUSALS, ActResult, TagActParams, example_result


class DeregisterParams(TagActParams):
    """The version."""

    version: str | None = Field(None, description="Either this or `ref`.")
    ref: str | None = Field(None, description="The version on this commit.")
    simple: bool = Field(True, description="Without a counter in the tag's name.")
    force: bool = Field(False, description="Make the tag although the version is not registered.")
    delete: bool = Field(False, description="Delete every tag of the version in place of making one.")


def _perform(acting: Acting, params: DeregisterParams) -> dict[str, Any]:
    return perform_requests(acting, METHOD.name, [Deregister(**request_fields(params))], params)


METHOD = Act(
    name="gto/deregister",
    summary="Take back the registration of a version of an artifact.",
    params=DeregisterParams,
    result=ActResult,
    errors=(*REFUSALS, "VersionRequired"),
    perform=_perform,
    example=Example(
        params={"repo": "/home/ann/registry", "name": "churn", "version": "v3.1.0"},
        result=example_result(
            "churn@v3.1.0!", "Deregistering artifact churn version v3.1.0", event="deregistration", priority=4
        ),
    ),
)
