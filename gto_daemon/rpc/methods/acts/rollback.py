"""`gto/rollback`: assign a stage to what it held before."""

from typing import Any

from gto_daemon.daemon.task_context import Acting
from gto_daemon.registry.plans import Rollback
from gto_daemon.rpc.handlers import Act, Example
from gto_daemon.rpc.methods.acts.tag_acts import perform_requests, request_fields
from gto_daemon.rpc.schema.act_shapes import REFUSALS, ActResult, TagActParams, example_result


class RollbackParams(TagActParams):
    """The stage."""

    stage: str


def _perform(acting: Acting, params: RollbackParams) -> dict[str, Any]:
    return perform_requests(acting, METHOD.name, [Rollback(**request_fields(params))], params)


METHOD = Act(
    name="gto/rollback",
    summary="Assign a stage to the version that it held before the present one.",
    params=RollbackParams,
    result=ActResult,
    errors=(*REFUSALS, "UnknownStage", "ArtifactNotFound", "NoEarlierVersion"),
    perform=_perform,
    example=Example(
        params={"repo": "/home/ann/registry", "name": "churn", "stage": "prod"},
        result={
            **example_result(
                "churn#prod#6",
                "Assigning stage prod to artifact churn version v3.0.0",
                event="assignment",
                priority=5,
                stage="prod",
                version="v3.0.0",
            ),
            "replaces": [{"artifact": "churn", "stage": "prod", "from": "v3.1.0", "to": "v3.0.0"}],
        },
    ),
)
