"""`gto/assign`: assign a stage to a version."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.task_context import Acting
from gto_daemon.registry.plans import Assign
from gto_daemon.rpc.handlers import Act, Example
from gto_daemon.rpc.methods.acts.tag_acts import perform_requests, request_fields
from gto_daemon.rpc.schema.act_shapes import REFUSALS, ActResult, TagActParams, example_result


class AssignParams(TagActParams):
    """The stage, and the version to assign: by its name, or by a commit, which is registered first if necessary."""

    stage: str
    version: str | None = Field(None, description="A registered version. Either this or `ref`.")
    ref: str | None = Field(None, description="Anything that Git resolves to a commit.")
    name_version: str | None = Field(None, description="With `ref`: as which version to register it.")
    simple: bool = Field(False, description="Without a counter in the tag's name.")
    force: bool = Field(False, description="Assign it although the version is in the stage already.")
    skip_registration: bool = Field(False, description="Do not register the commit.")


def _perform(acting: Acting, params: AssignParams) -> dict[str, Any]:
    return perform_requests(acting, METHOD.name, [Assign(**request_fields(params))], params)


METHOD = Act(
    name="gto/assign",
    summary="Assign a stage to a version of an artifact.",
    params=AssignParams,
    result=ActResult,
    errors=(*REFUSALS, "UnknownStage", "InvalidVersion", "VersionAlreadyRegistered"),
    perform=_perform,
    example=Example(
        params={"repo": "/home/ann/registry", "name": "churn", "stage": "prod", "version": "v3.1.0"},
        result={
            **example_result(
                "churn#prod#5",
                "Assigning stage prod to artifact churn version v3.1.0",
                event="assignment",
                priority=5,
                stage="prod",
            ),
            "replaces": [{"artifact": "churn", "stage": "prod", "from": "v3.0.0", "to": "v3.1.0"}],
        },
    ),
)
