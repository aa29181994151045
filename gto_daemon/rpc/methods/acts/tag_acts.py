"""`gto/register`, `assign`, `unassign`, `deregister`, `deprecate` and `rollback`: each creates or deletes tags.

Their params are the fields of their requests in `gto_daemon/registry/plans/requests.py`, plus `HowParams`.
"""

from collections.abc import Sequence
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field, create_model

from gto_daemon.daemon.acts.performing import ActOptions, Performed, perform_act
from gto_daemon.daemon.remotes.push_size import PushSize, fixed_push_size, push_size, push_size_of_act, unnoticed
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.plans import Assign, Deprecate, Deregister, Register, Request, Rollback, Unassign
from gto_daemon.registry.pushes import divide
from gto_daemon.registry.queries.registration import registration_on
from gto_daemon.rpc.handlers import Act
from gto_daemon.rpc.schema.act_params import REFUSALS, HowParams

if TYPE_CHECKING:
    from gto_daemon.protocol.acts import ActResult, Push


def request_from(kind: type[Request], params: HowParams) -> Request:
    """Return the request that the params of its method describe."""
    return kind(**{member.name: getattr(params, member.name) for member in fields(kind)})


def perform_requests(acting: ActContext, act: str, requests: Sequence[Request], params: HowParams) -> "ActResult":
    """Plan and carry out the requests, then push, unless it is a dry run.

    Raises:
        RegistryError: nothing was done. A failed push raises nothing: the result reports it.

    """
    options = ActOptions(
        dry_run=params.dry_run,
        expect_clock=params.expect_clock,
        remembered=acting.remembered,
        finds_remote=not params.push and not params.remote,
    )
    states = acting.worktree.repository.remote_states
    if not params.push:
        asked = params.atomic or params.batch is not None
        fixed = fixed_push_size(params.batch, atomic=params.atomic) if asked else None
        done = perform_act(acting, act, requests, options)
        states.note_act(done.created, done.deleted)
        # Asking git for the size takes a tenth of the time of the act; a single tag is a single push anyway.
        many = len(done.plan.create) + len(done.plan.delete) > 1
        remote = params.remote or done.remote
        return _result(acting, done, remote, push_size_of_act(acting.git, fixed) if many else fixed or PushSize())
    from gto_daemon.daemon.acts.cloning import clone_lock  # noqa: PLC0415  (most acts push nothing)
    from gto_daemon.daemon.remotes.pushing import amend_refusal, push_act  # noqa: PLC0415
    from gto_daemon.daemon.remotes.syncing import push_urls, reachable_remote  # noqa: PLC0415

    remote = reachable_remote(acting, params.remote)
    size = push_size(acting.git, params.batch, atomic=params.atomic)
    if params.dry_run:
        done = perform_act(acting, act, requests, options)
        result = _result(acting, done, remote, size)
        if along := _may_go_along(done):
            result["may_go_along"] = along
        result["push_urls"] = push_urls(acting, remote)
        return result
    with clone_lock(acting):
        try:
            done = perform_act(acting, act, requests, options)
        except RegistryError as error:
            amend_refusal(acting, remote, error)
            raise
        states.note_act(done.created, done.deleted)
        push = push_act(acting, remote, list(done.created), {tag.tag: tag.oid for tag in done.plan.delete}, size)
    return _result(acting, done, remote, size, push)


def _result(
    acting: ActContext, done: Performed, remote: str | None, size: PushSize, push: "Push | None" = None
) -> "ActResult":
    """Return the result of an act or a plan, with the pushes that its tags need."""
    plan = done.plan
    create = {tag.tag: tag.target for tag in plan.create}
    rows = push["tags"] if push is not None else ()
    along = {row["tag"]: create[row["along_with"]] for row in rows if "along_with" in row}
    pushes = divide(along | create, [tag.tag for tag in plan.delete], size.max_tags)
    planned = plan.as_json()
    if len(plan.create) + len(plan.delete) > 1:
        planned["warnings"] += unnoticed(pushes)
    result: ActResult = {
        "repo": acting.worktree.repo,
        "remote": remote,
        "pushes": [each.as_json() for each in pushes],
        "clock": done.clock,
        "problems": [problem.as_json() for problem in done.snapshot.problems],
    }
    if done.oids is None:
        result["plan"] = planned
        return result
    result["events"] = done.events
    result["created"] = [{**tag, "oid": oid} for tag, oid in zip(planned["create"], done.oids, strict=True)]
    result["deleted"] = planned["delete"]
    result["replaces"] = planned["replaces"]
    result["warnings"] = planned["warnings"]
    if "chosen" in planned:
        result["chosen"] = planned["chosen"]
    if push is not None:
        result["push"] = push
    return result


def _may_go_along(done: Performed) -> list[str]:
    """Return the registrations that the tags of a plan depend on, and that it does not create itself."""
    tags = [tag.as_ref() for tag in done.plan.create]
    registered = {(ref.artifact, ref.tag.target) for ref in tags if ref.tag and ref.parsed.kind == "registration"}
    places = dict.fromkeys((ref.artifact, ref.tag.target) for ref in tags if ref.tag)
    found = (registration_on(done.snapshot.index, *place) for place in places if place not in registered)
    return [tag for tag in found if tag is not None]


def _act(kind: type[Request], summary: str, what: str, *errors: str) -> Act[Any]:
    members: dict[str, Any] = {
        member.name: (
            member.type,
            Field(... if member.default is MISSING else member.default, description=member.metadata.get("description")),
        )
        for member in fields(kind)
    }
    params = create_model(f"{kind.__name__}Params", __base__=HowParams, __doc__=what, __module__=__name__, **members)

    def perform(acting: ActContext, params: HowParams) -> "ActResult":
        return perform_requests(acting, kind.act, [request_from(kind, params)], params)

    return Act(name=kind.act, summary=summary, params=params, errors=(*REFUSALS, *errors), perform=perform)


METHODS: Final = {
    act.name: act
    for act in (
        _act(
            Register,
            "Register a version of an artifact.",
            "The commit, and the version to register on it.",
            *("InvalidVersion", "VersionExistsForCommit", "VersionAlreadyRegistered"),
        ),
        _act(
            Assign,
            "Assign a stage to a version of an artifact.",
            "The stage, and the version, or a commit, which is registered first if necessary.",
            *("UnknownStage", "InvalidVersion", "VersionAlreadyRegistered", "ArtifactNotFound", "VersionRequired"),
            *("AmbiguousKey", "NoSuchKey"),
        ),
        _act(
            Unassign,
            "Unassign a stage from a version of an artifact.",
            "The version, and the stage to take it out of.",
            *("UnknownStage", "ArtifactNotFound", "VersionRequired"),
        ),
        _act(
            Deregister,
            "Deregister a version of an artifact.",
            "The version.",
            "VersionRequired",
        ),
        _act(
            Deprecate,
            "Deprecate an artifact.",
            "The artifact.",
            "ArtifactNotFound",
        ),
        _act(
            Rollback,
            "Assign a stage to the version that held it before the present one.",
            "The stage.",
            *("UnknownStage", "ArtifactNotFound", "NoEarlierVersion"),
        ),
    )
}
