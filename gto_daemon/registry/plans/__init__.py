"""Plans: what an act will do, computed and validated before anything changes.

`plan_act` is a pure function of a snapshot, a request and the outside facts that it needs (`PlanInputs`). Its refusals
are in GTO's words (GTO 1.10.1, registry.py), and come before any change. An act of several requests is
planned on one `Draft`: each request sees the registry as the ones before will leave it.
"""

from gto_daemon.registry.plans.draft import Draft
from gto_daemon.registry.plans.inputs import PlanInputs
from gto_daemon.registry.plans.plan import Dependency, NewTag, OldTag, Plan, PlanWarning, Replacement
from gto_daemon.registry.plans.planner import plan_act
from gto_daemon.registry.plans.requests import (
    Assign,
    Deprecate,
    Deregister,
    Register,
    Request,
    Rollback,
    Unassign,
)

__all__ = [
    "Assign",
    "Dependency",
    "Deprecate",
    "Deregister",
    "Draft",
    "NewTag",
    "OldTag",
    "Plan",
    "PlanInputs",
    "PlanWarning",
    "Register",
    "Replacement",
    "Request",
    "Rollback",
    "Unassign",
    "plan_act",
]
