"""`gto/apply`: carry out several acts atomically."""

from typing import TYPE_CHECKING, Final

from pydantic import Field

from gto_daemon.daemon.task_context import ActContext
from gto_daemon.protocol import JsonObject
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.plans import Request
from gto_daemon.registry.plans.requests import request_of
from gto_daemon.rpc.handlers import Act, checked_params
from gto_daemon.rpc.jsonrpc.errors import INVALID_PARAMS, RpcError
from gto_daemon.rpc.methods.acts.tag_acts import perform_requests, request_from
from gto_daemon.rpc.schema.act_params import REFUSALS, HowParams
from gto_daemon.rpc.schema.params import Params

if TYPE_CHECKING:
    from gto_daemon.protocol.acts import ActResult

#: The maximum number of acts. Each is planned on the result of the earlier ones, while the repository is busy.
MAX_ACTIONS: Final = 1000


class Action(Params):
    """An act."""

    method: str = Field(description="`gto/register`, `assign`, `unassign`, `deregister`, `deprecate` or `rollback`.")
    params: JsonObject = Field(
        default_factory=dict,
        description="The params of the method, except those about repository, push, plan and clock.",
    )


class ApplyParams(HowParams):
    """The acts, in order. Each sees the results of earlier ones; `ref` may name a tag that an earlier act creates."""

    actions: list[Action] = Field(min_length=1, max_length=MAX_ACTIONS)


def _perform(acting: ActContext, params: ApplyParams) -> "ActResult":
    requests = [_request(number, action) for number, action in enumerate(params.actions)]
    return perform_requests(acting, METHOD.name, requests, params)


def _request(number: int, action: Action) -> Request:
    from gto_daemon.rpc.methods import find  # noqa: PLC0415  (it imports this module)

    name = action.method if action.method.startswith("gto/") else f"gto/{action.method}"
    kind = request_of(name)
    method = find(name)
    if method is None:
        raise RegistryError("WrongArgs", f"There is no method '{name}'", reason="method")
    try:
        params = checked_params(name, method.params, action.params)
    except RpcError as error:
        raise RpcError(INVALID_PARAMS, f"{error.message} (action {number}, {name})", _placed(error, number)) from None
    foreign = sorted(params.model_fields_set & {*HowParams.model_fields})
    if foreign:
        raise RegistryError(
            "WrongArgs",
            f"Action {number} ({name}) says {', '.join(foreign)}, which concerns the act as a whole",
            hint="Give it beside actions, once for all of them.",
            reason=", ".join(foreign),
        )
    return request_from(kind, params)


def _placed(error: RpcError, number: int) -> JsonObject:
    faults = (error.data or {}).get("errors", [])
    return {"errors": [{**fault, "loc": ["actions", number, "params", *fault["loc"]]} for fault in faults]}


METHOD = Act(
    name="gto/apply",
    summary="Carry out several acts on tags atomically: all of them, or none.",
    params=ApplyParams,
    errors=(
        *REFUSALS,
        "UnknownStage",
        "ArtifactNotFound",
        "VersionRequired",
        "InvalidVersion",
        "VersionExistsForCommit",
        "VersionAlreadyRegistered",
        "NoEarlierVersion",
        "AmbiguousKey",
        "NoSuchKey",
    ),
    perform=_perform,
)
