"""`gto/register`: register a version of an artifact."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.task_context import Acting
from gto_daemon.registry.plans import Register
from gto_daemon.rpc.handlers import Act, Example
from gto_daemon.rpc.methods.acts.tag_acts import perform_requests, request_fields
from gto_daemon.rpc.schema.act_shapes import REFUSALS, ActResult, Bump, TagActParams, example_result


class RegisterParams(TagActParams):
    """The commit, and the version to register it as."""

    ref: str = Field("HEAD", description="Anything that Git resolves to a commit.")
    version: str | None = Field(None, description="`v` and a semantic version; by default the next one.")
    bump: Bump | None = Field(None, description="Which part of the greatest version goes up; `patch` by default.")
    simple: bool = Field(True, description="Without a counter in the tag's name.")
    force: bool = Field(False, description="Register it although it is registered already.")


def _perform(acting: Acting, params: RegisterParams) -> dict[str, Any]:
    return perform_requests(acting, METHOD.name, [Register(**request_fields(params))], params)


METHOD = Act(
    name="gto/register",
    summary="Register a version of an artifact.",
    params=RegisterParams,
    result=ActResult,
    errors=(*REFUSALS, "InvalidVersion", "VersionExistsForCommit", "VersionAlreadyRegistered"),
    perform=_perform,
    example=Example(
        params={"repo": "/home/ann/registry", "name": "churn", "bump": "minor"},
        result=example_result("churn@v3.1.0", "Registering artifact churn version v3.1.0"),
    ),
)
