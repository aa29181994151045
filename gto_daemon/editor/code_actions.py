"""Code actions: register a version, assign, unassign or roll back a stage, from where the cursor is.

Each is planned like the act that it leads to, so its title names the tags that will be made, and what would be refused
is not offered. Where the client has wizards, an action opens the last step of one, which shows what the act would do as
it is by then; elsewhere it is carried out.
"""

from collections.abc import Callable, Iterator, Set
from dataclasses import replace
from typing import Final

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.editor.facts import ActingUser
from gto_daemon.editor.states import ArtifactState, offered_stages, state_of
from gto_daemon.editor.values import CodeAction, Command
from gto_daemon.protocol import Bump
from gto_daemon.registry.artifact import Version
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.objects import Moment, TagRef
from gto_daemon.registry.plans import Assign, Draft, Plan, PlanInputs, Register, Request, Rollback, Unassign, plan_act
from gto_daemon.registry.plans.law import check_tag
from gto_daemon.registry.problems import Range
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import is_artifact_name

#: Stages that are offered one by one.
MAX_STAGES = 5
REGISTER = "refactor.gto.register"
ASSIGN = "refactor.gto.assign"
UNASSIGN = "refactor.gto.unassign"
ROLLBACK = "refactor.gto.rollback"
#: Acts, and the command that a client with wizards has for each.
WIZARDS: Final = {
    "gto/register": "gto.registerVersion",
    "gto/assign": "gto.assignStage",
    "gto/rollback": "gto.rollBackStage",
    "gto/unassign": "gto.removeFromStage",
}
#: Why not, in few words, for clients that do not show the reason.
_BRIEFLY: Final = {
    "TransitionNotAllowed": "not from this stage",
    "TooEarly": "too early",
    "NotOnBranch": "not on the branch",
    "SignatureRequired": "no valid signature",
    "NotAllowed": "not by you",
    "RulesUnreadable": "the rules cannot be read",
}
_BUMPS: tuple[Bump, ...] = ("patch", "minor", "major")


def code_actions(
    document: ParsedDocument,
    snapshot: Snapshot,
    wanted: Range,
    *,
    now: int,
    wizards: Set[str] = frozenset(),
    user: Callable[[], ActingUser] = ActingUser,
    shows_reasons: bool = True,
) -> list[CodeAction]:
    """Return what can be done with the artifact whose key is on the line where a range begins.

    On no other line of its entry: tags are made by choosing one of these, and elsewhere somebody may be after a fix.

    Args:
        document: where the cursor is.
        snapshot: what the acts are planned on.
        wanted: the selection.
        now: seconds since the epoch.
        wizards: commands that the client has itself.
        user: returns who would act, and by which rules; called only where there is something to offer.
        shows_reasons: whether the client shows why an action is disabled; else its title does, and it is enabled.

    """
    entry = document.entry_at(document.offset(wanted.start))
    if entry is None or not is_artifact_name(entry.name):
        return []
    if document.range(entry.start, entry.end).start.line != wanted.start.line:
        return []
    offers = _Offers(snapshot, state_of(snapshot, entry.name), now, wizards, user(), shows_reasons=shows_reasons)
    return list(offers.all())


class _Offers:
    """The acts on one artifact."""

    def __init__(
        self,
        snapshot: Snapshot,
        state: ArtifactState,
        now: int,
        wizards: Set[str],
        user: ActingUser,
        *,
        shows_reasons: bool,
    ) -> None:
        self._snapshot = snapshot
        self._user = user
        self._shows_reasons = shows_reasons
        self._state = state
        self._name = state.name
        self._now = now
        self._wizards = wizards

    def all(self) -> Iterator[CodeAction]:
        """In the order in which they are listed."""
        yield from self._assignments()
        yield from self._registrations()
        yield from self._rollbacks()
        yield from self._unassignments()

    def _assignments(self) -> Iterator[CodeAction]:
        latest = self._state.latest
        stages = offered_stages(self._snapshot)
        if latest is None:
            if self._registered_at_head() is None:
                for stage in stages[:MAX_STAGES]:
                    request = Assign(name=self._name, stage=stage, ref="HEAD")
                    yield from self._offer(
                        request,
                        f"Register {self._name} at HEAD and assign it to {stage}",
                        ASSIGN,
                        ref="HEAD",
                        stage=stage,
                    )
            return
        held = dict(self._state.held)
        free = [stage for stage in stages if all(each.version.name != latest for each in held.get(stage, ()))]
        for stage in free[:MAX_STAGES]:
            request = Assign(name=self._name, stage=stage, version=latest)
            yield from self._offer(
                request, f"Assign {self._name} {latest} to {stage}", ASSIGN, version=latest, stage=stage
            )
        if len(free) > MAX_STAGES or not stages:
            title = f"Assign {self._name} to a stage…"
            about = {"repo": self._snapshot.repo, "name": self._name, "version": latest}
            action = CodeAction(title=title, kind=ASSIGN, command=Command(title, "gto.assignStage", about))
            yield self._refused(action, self._user.refusal)

    def _registrations(self) -> Iterator[CodeAction]:
        if self._snapshot.head is None:
            return
        there = self._registered_at_head()
        if there is not None:
            reason = f"HEAD is registered as {there.name} already; a commit has one version of an artifact."
            yield CodeAction(title=f"Register {self._name} at HEAD", kind=REGISTER, disabled=reason)
            return
        if self._state.latest is None:
            request = Register(name=self._name)
            yield from self._offer(request, "Register {version} at HEAD", REGISTER, ref="HEAD")
            return
        for bump in _BUMPS:
            request = Register(name=self._name, bump=bump)
            yield from self._offer(request, f"Register {{version}} ({bump}) at HEAD", REGISTER, ref="HEAD", bump=bump)

    def _rollbacks(self) -> Iterator[CodeAction]:
        for stage, _ in self._state.held:
            request = Rollback(name=self._name, stage=stage)
            yield from self._offer(request, f"Roll back {stage} of {self._name} to {{target}}", ROLLBACK, stage=stage)

    def _unassignments(self) -> Iterator[CodeAction]:
        for stage, held in self._state.held:
            for each in held:
                version = each.version
                if version.discovered:
                    continue
                request = Unassign(name=self._name, stage=stage, version=version.name)
                yield from self._offer(
                    request,
                    f"Remove {self._name} {version.name} from {stage}",
                    UNASSIGN,
                    version=version.name,
                    stage=stage,
                )

    def _registered_at_head(self) -> Version | None:
        artifact, head = self._state.artifact, self._snapshot.head
        versions = artifact.versions if artifact is not None else ()
        return next((each for each in versions if each.hexsha == head and not each.discovered), None)

    def _offer(self, request: Request, title: str, kind: str, **params: str) -> Iterator[CodeAction]:
        try:
            plan = self._planned(request)
        except RegistryError:
            # It would be refused in the same words; what cannot be done is not offered.
            return
        made = plan.create[-1]
        version = next((f"{self._name} {ref.parsed.version}" for ref in (made.as_ref(),) if ref.parsed.version), "")
        title = title.format(version=version, target=self._target(plan)) if "{" in title else title
        argument = {"repo": self._snapshot.repo, "name": self._name, **params}
        command = WIZARDS[request.act]
        if command in self._wizards:
            full = f"{title}…"
        else:
            full = f"{title} — {' and '.join(tag.tag for tag in plan.create)}"
            command = request.act.replace("/", ".")
            argument["expect_clock"] = self._snapshot.clock
        action = CodeAction(title=full, kind=kind, command=Command(full, command, argument))
        yield self._refused(action, self._refusal(plan))

    def _refusal(self, plan: Plan) -> RegistryError | None:
        """Return why the rules refuse what is planned; None if they do not."""
        law = self._user.law
        if law is None or self._user.refusal is not None:
            return self._user.refusal
        past: list[TagRef] = list(self._snapshot.index.refs_of(self._name).values())
        try:
            for tag in plan.create:
                new = tag.as_ref()
                check_tag(law, new, past)
                past.append(new)
        except RegistryError as error:
            return error
        return None

    def _refused(self, action: CodeAction, refusal: RegistryError | None) -> CodeAction:
        """Return the action as it is offered where the rules refuse it."""
        if refusal is None:
            return action
        if self._shows_reasons:
            reason = f"{refusal.message.removesuffix('.')}. {refusal.hint}".strip()
            return replace(action, command=None, disabled=reason)
        return replace(action, title=f"{action.title} (refused: {_BRIEFLY.get(refusal.kind, refusal.message)})")

    def _target(self, plan: Plan) -> str:
        return next((each.after for each in plan.replaces if each.after), "what it held before")

    def _planned(self, request: Request) -> Plan:
        head = self._snapshot.head
        inputs = PlanInputs(
            commit=head if request.rev is not None else None,
            head=head,
            tagger=self._user.name,
            email=self._user.email,
            own_tagger=self._user.name,
            own_email=self._user.email,
            now=Moment(self._now, 0),
        )
        request.check(self._snapshot.config)
        draft = Draft(self._snapshot)
        plan_act(draft, request, inputs)
        return draft.plan(request.act)
