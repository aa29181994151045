"""`gto/fleet/audit`: whether each event in the repositories of a fleet was allowed. It runs programs."""

from typing import TYPE_CHECKING

from gto_daemon.daemon.rules.auditing import audit_registry
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.methods.acts.audit import AuditParams
from gto_daemon.rpc.methods.fleet.doctor import unanswered
from gto_daemon.rpc.schema.params import FleetParams
from gto_daemon.rpc.wider_handlers import FleetAct

if TYPE_CHECKING:
    from gto_daemon.daemon.fleet.state import FleetState
    from gto_daemon.daemon.task_context import ActContext
    from gto_daemon.protocol.fleet import FleetAudit, FleetAuditResult
    from gto_daemon.rpc.context import Context, Result


class FleetAuditParams(FleetParams):
    """The fleet."""


async def _answer(context: "Context", state: "FleetState", params: FleetAuditParams) -> "FleetAuditResult":
    audits: list[FleetAudit] = []
    problems = [*state.problems]
    for repository in state.repositories:
        worktree = repository.worktree
        if worktree is None or repository.rows is None:
            continue

        def perform(acting: "ActContext", name: str = repository.name) -> "Result":
            acting.require_readable()
            audits.append({**audit_registry(acting, None), "repository": name})
            return {}

        asked = AuditParams.model_validate({"repo": worktree.repo, "env": params.env})
        try:
            await context.runner.act(context, asked, perform)
        except RegistryError as error:
            problems.append(unanswered(repository.name, error))
    return {
        "audits": audits,
        "clock": state.clock,
        "problems": [problem.as_json() for problem in problems],
    }


METHOD = FleetAct(
    name="gto/fleet/audit",
    summary="Judge every event in the repositories of a fleet by the rules of each, and list the signs of tampering.",
    params=FleetAuditParams,
    answer=_answer,
)
