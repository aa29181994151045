"""`gto/audit`: whether each event of a registry was allowed. It changes nothing, and runs programs."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.rules.auditing import accept_evidence, audit_registry
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.rpc.handlers import Act
from gto_daemon.rpc.schema.params import ActParams

if TYPE_CHECKING:
    from gto_daemon.protocol.audit import AuditResult


class AuditParams(ActParams):
    """What to judge, and by which rules."""

    name: str | None = Field(None, description="Only the events of this artifact.")
    rules: str | None = Field(
        None,
        description="The revision whose rules judge every event. By default each is judged by the rules that the "
        "default branch had at its date.",
    )
    accept: list[str] = Field(
        [],
        description="Refs whose signs of tampering are acknowledged: they are not reported again unless they change.",
    )
    sarif: bool = Field(False, description="Return the violations in SARIF 2.1.0 as well.")


def _perform(acting: ActContext, params: AuditParams) -> "AuditResult":
    if params.accept:
        accept_evidence(acting, params.accept)
    return audit_registry(acting, params.rules, params.name, with_sarif=params.sarif)


METHOD = Act(
    name="gto/audit",
    summary="Judge every event by the rules of promotion, and list the signs of tampering.",
    params=AuditParams,
    errors=("RulesUnreadable", "ArtifactNotFound", "TagNotFound", "LedgerUnusable"),
    perform=_perform,
)
