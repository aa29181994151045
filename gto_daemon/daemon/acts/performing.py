"""An act from request to result."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gto_daemon.daemon.acts.choosing import with_chosen_version
from gto_daemon.daemon.acts.expecting import Basis, check_expected, digest
from gto_daemon.daemon.acts.law import check_signatures, law_in_force
from gto_daemon.daemon.acts.lock import one_act_at_a_time
from gto_daemon.daemon.acts.plan_inputs import Identities, plan_inputs_of
from gto_daemon.daemon.queries.known_names import in_known_spelling
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.git.tag_objects import write_signed_tags, write_tags
from gto_daemon.git.transaction import RefsLockedError, RefsMovedError, RefTransaction, RefUpdate
from gto_daemon.protocol.registry import HistoryRow
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.events import history_row
from gto_daemon.registry.plans import Draft, Plan, Request, plan_act
from gto_daemon.registry.plans.law import Law
from gto_daemon.registry.plans.plan import TAGS
from gto_daemon.registry.snapshot import Snapshot

#: How often an act is planned again because another process was quicker, and how often a locked ref is tried.
_ATTEMPTS = 50
_LOCKED_ATTEMPTS = 8
_NESTED_LOCKED_ATTEMPTS = 2
#: Seconds between two tries, at the most.
_PAUSE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOptions:
    """How an act is carried out.

    Attributes:
        dry_run: only plan.
        expect_clock: refuse if anything that the act depends on has changed since.
        remembered: whether the next request can use the clock of this process.
        finds_remote: whether the remote is wanted that Git would push to.

    """

    dry_run: bool = False
    expect_clock: str | None = None
    remembered: bool = True
    finds_remote: bool = False


@dataclass(frozen=True, slots=True)
class _Planned:
    snapshot: Snapshot
    plan: Plan
    basis: Basis | None
    law: Law | None
    remote: str | None


@dataclass(frozen=True, slots=True)
class Performed:
    """An act that was carried out, or only planned.

    Attributes:
        plan: what was to be done.
        snapshot: the registry afterwards; that of the plan where it was only planned.
        clock: what a later request may expect.
        remote: the remote that Git would push to, where it was wanted.
        oids: the ids of the created tags, in the order of the plan; None for a dry run.

    """

    plan: Plan
    snapshot: Snapshot
    clock: str
    remote: str | None = None
    oids: tuple[str, ...] | None = None

    @property
    def created(self) -> tuple[str, ...]:
        """The names of the tags that were created."""
        return () if self.oids is None else tuple(tag.tag for tag in self.plan.create)

    @property
    def deleted(self) -> tuple[str, ...]:
        """The names of the tags that were deleted."""
        return () if self.oids is None else tuple(tag.tag for tag in self.plan.delete)

    @property
    def events(self) -> list[HistoryRow]:
        """The events of the created tags, in the order of their creation."""
        return _events(self.snapshot, self.plan)


def perform_act(acting: ActContext, act: str, requests: Sequence[Request], options: ActOptions) -> Performed:
    """Plan the requests as one act, and carry it out: all of it, or nothing.

    Args:
        acting: the repository, and who acts.
        act: the name of the method.
        requests: later ones see what earlier ones do.
        options: how.

    Raises:
        RegistryError: the refusal; nothing was done.

    """
    git = acting.git
    if options.dry_run:
        identities = Identities(git, acting.kept, tuple(requests))
        planned = _planned(acting, act, requests, identities, options)
        clock = planned.snapshot.clock
        if planned.basis is not None and not options.remembered:
            clock = digest(planned.snapshot, planned.basis)
        return Performed(planned.plan, planned.snapshot, clock, planned.remote)
    # Begun first: two programs take 4 ms each to start, and side by side no longer than one.
    with RefTransaction(git, acting.kept, f"gtod: {act.removeprefix('gto/')}") as transaction:
        identities = Identities(git, acting.kept, tuple(requests))
        with one_act_at_a_time(acting, slow=identities.sign) as takes_longer:
            planned, oids = _carried_out(acting, act, requests, identities, options, transaction, takes_longer)
            after = acting.fresh()
    return Performed(planned.plan, after, after.clock, planned.remote, tuple(oids))


def _carried_out(
    acting: ActContext,
    act: str,
    requests: Sequence[Request],
    identities: Identities,
    options: ActOptions,
    transaction: RefTransaction,
    takes_longer: Callable[[], None],
) -> tuple[_Planned, list[str]]:
    locked = 0
    for attempt in range(_ATTEMPTS):
        planned = _planned(acting, act, requests, identities, options)
        if planned.plan.signed:
            takes_longer()
        try:
            return planned, _transacted(acting, planned, transaction, sign=identities.sign)
        except RefsMovedError as error:
            # A number that gtod chose is chosen again; the next plan refuses anything else for the right reason.
            moved = str(error)
        except RefsLockedError as error:
            locked += 1
            # An act in a hook runs inside a transaction, which keeps its refs locked for as long as we try.
            if locked == (_NESTED_LOCKED_ATTEMPTS if acting.holder.outer else _LOCKED_ATTEMPTS):
                raise error.refusal() from error
            moved = str(error)
        acting.cancellation.wait(random.uniform(0, min(_PAUSE, 0.001 * 2**attempt)))  # noqa: S311 - no secret
    raise RegistryError(
        "RegistryChanged",
        f"Others changed the registry {_ATTEMPTS} times in a row while this act was tried: {moved}",
        hint="Try again when they are done. Nothing was done.",
        retryable=True,
        clock=planned.snapshot.clock,
        moved=["tags"],
        events=[],
    )


def _planned(
    acting: ActContext, act: str, requests: Sequence[Request], identities: Identities, options: ActOptions
) -> _Planned:
    worktree = acting.worktree

    def job() -> _Planned:
        snapshot = worktree.current(None) or worktree.fresh_blocking()
        meant = in_known_spelling(worktree, snapshot, requests)
        basis = None
        if options.expect_clock is not None or (options.dry_run and not options.remembered):
            basis = Basis.of(worktree, meant)
        if options.expect_clock is not None and basis is not None:
            check_expected(worktree, snapshot, basis, options.expect_clock)
        law = law_in_force(acting, identities)
        draft = Draft(snapshot, law)
        for number, request in enumerate(meant):
            acting.cancellation.check()
            try:
                request.check(snapshot.config)
                plain = with_chosen_version(worktree, draft, request)
                plan_act(draft, plain, plan_inputs_of(worktree, draft, plain, identities, acting.environment))
            except RegistryError as error:
                # An unreadable configuration is not the fault of the action that found it.
                if act == "gto/apply" and error.kind not in ("WrongConfig", "RulesUnreadable"):
                    draft.amend_refusal(error, number, request.name)
                raise
        remote = worktree.remote_to_push_to(identities.variables) if options.finds_remote else None
        return _Planned(snapshot, draft.plan(act), basis, law, remote)

    return acting.run(job)


def _transacted(acting: ActContext, planned: _Planned, transaction: RefTransaction, *, sign: bool) -> list[str]:
    """Return the ids of the created tags.

    Raises:
        RefsMovedError, RefsLockedError, RegistryError: nothing was done.

    """
    plan = planned.plan
    if not plan.create and not plan.delete:
        return []
    layout = acting.worktree.layout
    if sign or plan.signed:
        oids = write_signed_tags(acting.git, acting.kept, layout, plan.create, acting.runtime)
    else:
        by_git = acting.worktree.repository.reader.runs_git
        oids = write_tags(acting.git, layout, plan.create, by_git=by_git)
    if plan.signed and planned.law is not None:
        check_signatures(acting, planned.law, {tag.tag: oid for tag, oid in zip(plan.create, oids, strict=True)})
    made: Mapping[str, str] = {TAGS + tag.tag: oid for tag, oid in zip(plan.create, oids, strict=True)}
    deleted = {TAGS + tag.tag for tag in plan.delete}
    updates = [
        RefUpdate(each.ref, each.oid, made.get(each.ref, None if each.ref in deleted else each.oid))
        for each in plan.depends
    ]
    states = {each.ref.removeprefix(TAGS): each.after for each in updates if each.after != each.before}
    with acting.worktree.repository.origins.writing(acting.origin, states):
        transaction.commit(updates)
    if plan.delete:
        acting.worktree.repository.ledger.record_deleted({tag.tag: tag.oid for tag in plan.delete}, plan.act)
    return oids


def _events(after: Snapshot, plan: Plan) -> list[HistoryRow]:
    rows = {}
    for tag in plan.create:
        ref = after.index.ref(tag.tag)
        artifact = after.index.artifacts.get(ref.artifact) if ref else None
        # A stage tag on a commit of several versions is several events; one act says one.
        for event in artifact.events() if artifact else ():
            if event.ref == tag.tag:
                rows[tag.tag] = history_row(event)
    return [rows[tag.tag] for tag in plan.create if tag.tag in rows]
