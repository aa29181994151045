"""`gto/fleet/doctor`: the findings in all repositories of a fleet."""

from typing import TYPE_CHECKING, cast

from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.problems import Problem
from gto_daemon.rpc.methods.queries.doctor import findings
from gto_daemon.rpc.schema.params import FleetParams
from gto_daemon.rpc.wider_handlers import FleetQuery

if TYPE_CHECKING:
    from collections.abc import Callable

    from gto_daemon.daemon.fleet.state import FleetState, MemberState
    from gto_daemon.protocol.fleet import FleetDoctorResult, FleetFinding
    from gto_daemon.rpc.context import Context


class FleetDoctorParams(FleetParams):
    """The fleet."""


async def _answer(context: "Context", state: "FleetState", _params: FleetDoctorParams) -> "FleetDoctorResult":
    found: list[FleetFinding] = []
    problems = [*state.problems]
    for repository in state.repositories:
        worktree = repository.worktree
        if worktree is None or repository.rows is None:
            continue
        try:
            each = await context.runner.in_git_thread(worktree, _job(repository))
        except RegistryError as error:
            problems.append(unanswered(repository.name, error))
        else:
            found += (cast("FleetFinding", {"repository": repository.name, **finding.as_json()}) for finding in each)
    return {
        "findings": found,
        "repositories": [each.as_json() for each in state.repositories],
        "clock": state.clock,
        "problems": [problem.as_json() for problem in problems],
    }


def _job(repository: "MemberState") -> "Callable[[], list[Problem]]":
    worktree, rows = repository.worktree, repository.rows
    if worktree is None or rows is None:
        raise TypeError("only what can be read is looked at")
    return lambda: findings(worktree, rows.snapshot)


def unanswered(name: str, refusal: RegistryError) -> Problem:
    """Return the problem of a repository that refused a question."""
    message = f"'{name}': {refusal.message}."
    return Problem(code="fleet-repository", severity="error", message=message, hint=refusal.hint)


METHOD = FleetQuery(
    name="gto/fleet/doctor",
    summary="Check all repositories of a fleet, and list every finding with its place and remedy.",
    params=FleetDoctorParams,
    answer=_answer,
)
