"""`gto/auditPush`: whether the rules let a push in, asked by the hook `pre-receive`. It changes nothing."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.rules.pushing import PushedRef, audit_push
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.rpc.handlers import Act
from gto_daemon.rpc.schema.params import ActParams, Params

if TYPE_CHECKING:
    from gto_daemon.protocol.audit import PushAuditResult


class Update(Params):
    """A ref that is to change."""

    old: str | None = Field(description="The id of the object before; null if the ref is new.")
    new: str | None = Field(description="The id of the object afterwards; null if the ref is deleted.")
    ref: str = Field(description="The full name.")


class AuditPushParams(ActParams):
    """The push."""

    updates: list[Update] = Field(description="The refs that are to change, as the hook gets them.")
    object_directory: str | None = Field(None, description="`GIT_OBJECT_DIRECTORY` of the hook.")
    alternates: str | None = Field(None, description="`GIT_ALTERNATE_OBJECT_DIRECTORIES` of the hook.")


def _perform(acting: ActContext, params: AuditPushParams) -> "PushAuditResult":
    updates = [PushedRef(each.old, each.new, each.ref) for each in params.updates]
    named = {
        "GIT_OBJECT_DIRECTORY": params.object_directory,
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": params.alternates,
    }
    return audit_push(acting, updates, {name: value for name, value in named.items() if value is not None})


METHOD = Act(
    name="gto/auditPush",
    summary="Judge a push by the rules of promotion, before its refs exist.",
    params=AuditPushParams,
    errors=("RulesUnreadable",),
    perform=_perform,
)
