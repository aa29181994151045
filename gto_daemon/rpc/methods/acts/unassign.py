"""`gto/unassign`: take a version out of a stage."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.task_context import Acting
from gto_daemon.registry.plans import Unassign
from gto_daemon.rpc.handlers import Act, Example
from gto_daemon.rpc.methods.acts.tag_acts import perform_requests, request_fields
from gto_daemon.rpc.schema.act_shapes import REFUSALS, ActResult, TagActParams, example_result


class UnassignParams(TagActParams):
    """The version, and the stage to take it out of."""

    stage: str
    version: str | None = Field(None, description="Either this or `ref`.")
    ref: str | None = Field(None, description="The version on this commit.")
    simple: bool = Field(False, description="Without a counter in the tag's name.")
    force: bool = Field(False, description="Make the tag although the stage was never assigned.")
    delete: bool = Field(False, description="Delete the tags of this stage of this version in place of making one.")


def _perform(acting: Acting, params: UnassignParams) -> dict[str, Any]:
    return perform_requests(acting, METHOD.name, [Unassign(**request_fields(params))], params)


METHOD = Act(
    name="gto/unassign",
    summary="Take a version of an artifact out of a stage.",
    params=UnassignParams,
    result=ActResult,
    errors=(*REFUSALS, "UnknownStage", "ArtifactNotFound", "VersionRequired"),
    perform=_perform,
    example=Example(
        params={"repo": "/home/ann/registry", "name": "churn", "stage": "prod", "version": "v3.1.0"},
        result=example_result(
            "churn#prod!#6",
            "Unassigning stage 'prod' to artifact 'churn' version 'v3.1.0'",
            event="unassignment",
            priority=6,
            stage="prod",
        ),
    ),
)
