"""The plan of any request."""

from gto_daemon.registry.plans.deprecating import plan_deprecate
from gto_daemon.registry.plans.draft import Draft
from gto_daemon.registry.plans.inputs import PlanInputs
from gto_daemon.registry.plans.registering import plan_deregister, plan_register
from gto_daemon.registry.plans.requests import Assign, Deprecate, Deregister, Register, Request, Rollback, Unassign
from gto_daemon.registry.plans.staging import plan_assign, plan_rollback, plan_unassign


def plan_act(draft: Draft, request: Request, inputs: PlanInputs) -> None:
    """Plan one request on the draft, after the requests that are on it already.

    Args:
        draft: what the requests so far lead to; changed by what this one adds.
        request: `request.check` was called.
        inputs: with the commit of `request.rev`, if it has one.

    Raises:
        RegistryError: the refusal; the draft is of no use then.

    """
    draft.override = request.override if isinstance(request, Register | Assign | Rollback) else None
    if isinstance(request, Register):
        plan_register(draft, request, inputs)
    elif isinstance(request, Assign):
        plan_assign(draft, request, inputs)
    elif isinstance(request, Unassign):
        plan_unassign(draft, request, inputs)
    elif isinstance(request, Deregister):
        plan_deregister(draft, request, inputs)
    elif isinstance(request, Deprecate):
        plan_deprecate(draft, request, inputs)
    else:
        plan_rollback(draft, request, inputs)
