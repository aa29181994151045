"""How a method that makes or deletes tags is performed: params become a request, and the result is pushed if asked."""

from collections.abc import Sequence
from typing import Any

from gto_daemon.daemon.acts.performing import Options, perform_act
from gto_daemon.daemon.remotes.push_size import PushSize, fixed_push_size, push_size, push_size_of_act, unnoticed
from gto_daemon.daemon.task_context import Acting
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.plans import Request
from gto_daemon.registry.pushes import divide
from gto_daemon.rpc.schema.act_shapes import HowParams

#: Params that say how, not what.
_HOW = frozenset((*HowParams.model_fields,))


def request_fields(params: HowParams) -> dict[str, Any]:
    """The params that are the request's own."""
    return {name: getattr(params, name) for name in type(params).model_fields if name not in _HOW}


def perform_requests(acting: Acting, act: str, requests: Sequence[Request], params: HowParams) -> dict[str, Any]:
    """Plan and carry out; then push, unless it was only a plan.

    Raises:
        RegistryError: nothing was done. A push that fails is no refusal: the result says so.

    """
    options = Options(dry_run=params.dry_run, expect_clock=params.expect_clock, remembered=acting.remembered)
    if not params.push:
        worktree = acting.worktree
        fixed = fixed_push_size(params.batch, atomic=params.atomic)
        remote = params.remote or acting.run(worktree.remote_to_push_to)
        result = {**_performed(acting, act, requests, options), "remote": remote}
        worktree.repository.remote_states.note_created(tag["tag"] for tag in result.get("created", ()))
        # Asking git for the size takes as long as a tenth of the act; one tag is one push.
        tags = result.get("plan", result)
        many = len(tags.get("create", tags.get("created"))) + len(tags.get("delete", tags.get("deleted"))) > 1
        return _with_pushes(result, push_size_of_act(acting.git, fixed) if many else fixed or PushSize())
    from gto_daemon.daemon.acts.cloning import clone_lock  # noqa: PLC0415  (most acts push nothing)
    from gto_daemon.daemon.remotes.pushing import amend_refusal, push_act  # noqa: PLC0415
    from gto_daemon.daemon.remotes.syncing import reachable_remote  # noqa: PLC0415

    remote = reachable_remote(acting, params.remote)
    size = push_size(acting.git, params.batch, atomic=params.atomic)
    if params.dry_run:
        return _with_pushes({**_performed(acting, act, requests, options), "remote": remote}, size)
    with clone_lock(acting):
        try:
            result = {**_performed(acting, act, requests, options), "remote": remote}
        except RegistryError as error:
            amend_refusal(acting, remote, error)
            raise
        created = [tag["tag"] for tag in result["created"]]
        acting.worktree.repository.remote_states.note_created(created)
        deleted = {tag["tag"]: tag["oid"] for tag in result["deleted"]}
        result["push"] = push_act(acting, remote, created, deleted, size)
    return _with_pushes(result, size)


def _with_pushes(result: dict[str, Any], size: PushSize) -> dict[str, Any]:
    """Return a result, or a plan, with the pushes that its tags take."""
    plan = result.get("plan")
    made = plan["create"] if plan else result["created"]
    gone = plan["delete"] if plan else result["deleted"]
    pushes = divide({tag["tag"]: tag["target"] for tag in made}, [tag["tag"] for tag in gone], size.max_tags)
    (plan or result)["warnings"] += unnoticed(pushes)
    return {**result, "pushes": [push.as_json() for push in pushes]}


def _performed(acting: Acting, act: str, requests: Sequence[Request], options: Options) -> dict[str, Any]:
    return {**perform_act(acting, act, requests, options), "repo": acting.worktree.repo}
