"""A push, judged before its refs exist: what `gtod audit --pre-receive` asks."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from gto_daemon.daemon.live.message_budget import MessageBudget
from gto_daemon.daemon.live.tags import read_tag
from gto_daemon.daemon.rules.files import RulesAt, no_file, read_rules_at, rules_at, too_long
from gto_daemon.daemon.rules.source import configured_rules_ref, default_branch, has_rules
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.git.process import Git
from gto_daemon.git.quarantine import NotAFileError, PushedTags, TooLongError, is_left_to_this_hook, read_file
from gto_daemon.git.reachability import unreachable
from gto_daemon.git.signatures import verify_objects
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.events import TagEvent
from gto_daemon.registry.objects import Moment, TagRef
from gto_daemon.registry.rules.globs import matches
from gto_daemon.registry.rules.judging import Case, duration, judge, rule_of
from gto_daemon.registry.rules.timeline import Timeline, event_of, in_order
from gto_daemon.registry.rules.values import MAX_RULES_FILE
from gto_daemon.registry.signatures import Signature
from gto_daemon.registry.tag_names import parse_tag_name

if TYPE_CHECKING:
    from gto_daemon.protocol.audit import PushAuditResult, RefusedRef

_TAGS: Final = "refs/tags/"
_BRANCHES: Final = "refs/heads/"
#: Characters of messages of tags that are read in one push.
_MAX_MESSAGES: Final = 64 << 20


class PushedRef(NamedTuple):
    """A line of the hook's input; None for no object."""

    old: str | None
    new: str | None
    ref: str

    @property
    def tag(self) -> str | None:
        """The name of the tag, if it is one of GTO's."""
        name = self.ref.removeprefix(_TAGS)
        return name if name != self.ref and parse_tag_name(name) is not None else None


def audit_push(acting: ActContext, updates: Sequence[PushedRef], quarantine: Mapping[str, str]) -> "PushAuditResult":
    """Judge a push by the rules at the tip that the default branch has before it.

    Args:
        acting: the repository that is pushed to.
        updates: the lines of the hook's input.
        quarantine: the variables by which git finds the objects of the push.

    Raises:
        RegistryError: `RulesUnreadable`: refuse the push. `GitFailed`, `GitNotFound`.

    """
    snapshot = acting.fresh()
    updates = acting.run(lambda: [_followed(acting, update) for update in updates])
    git = Git(acting.worktree.layout, {**acting.programs_environment, **quarantine}, acting.cancellation)
    concerned = [update for update in updates if update.tag is not None]
    refused = [*_unreadable_rules(git, updates, acting)]
    found = acting.run(lambda: _own_rules(acting)) if concerned else None
    if found is not None:
        push = _Push(acting, git, updates, found)
        refused += push.refusals(snapshot.index.refs)
    return {
        "refused": refused,
        "rules": None if found is None else {"commit": found.commit, "ref": found.ref},
        **snapshot.stated(),
    }


def _followed(acting: ActContext, update: PushedRef) -> PushedRef:
    """Return the update of the ref that is changed: a symbolic one, such as that of a renamed branch, leads to it."""
    target = None if update.old is None else acting.worktree.symbolic_ref(update.ref)
    return update if target is None else update._replace(ref=target)


def _own_rules(acting: ActContext) -> RulesAt | None:
    branch = default_branch(acting.worktree, configured_rules_ref(acting.worktree), strict=True, own=True)
    return None if branch is None else rules_at(acting.worktree, *branch)


def _unreadable_rules(git: Git, updates: Iterable[PushedRef], acting: ActContext) -> "Iterator[RefusedRef]":
    """Yield the default branch, if nobody could read the rules from then on: at its new tip, or because it is gone."""
    worktree = acting.worktree
    default = acting.run(lambda: configured_rules_ref(worktree) or worktree.symbolic_ref("HEAD"))
    for update in updates:
        if update.ref != default:
            continue
        if update.new is None:
            if acting.run(lambda: has_rules(acting.worktree, default)):
                yield {
                    "ref": update.ref,
                    "kind": "RulesUnreadable",
                    "message": f"'{update.ref}' has the rules of promotion, and nobody could read them from then on.",
                    "remedy": "Have HEAD of the server name another branch first.",
                }
            continue
        try:
            read_rules_at(_files(git, update.new), update.ref, update.new)
        except RegistryError as error:
            yield {"ref": update.ref, "kind": error.kind, "message": error.message, "remedy": error.hint}


def _files(git: Git, commit: str) -> Callable[[str], bytes | None]:
    def read(path: str) -> bytes | None:
        try:
            return read_file(git, commit, path, MAX_RULES_FILE)
        except NotAFileError:
            raise no_file(commit, path) from None
        except TooLongError:
            raise too_long(commit, path) from None

    return read


class _Push:
    """One push under rules."""

    def __init__(self, acting: ActContext, git: Git, updates: Sequence[PushedRef], rules: RulesAt) -> None:
        self._acting = acting
        self._git = git
        self._updates = updates
        self._rules = rules
        self._now = int(time.time())
        self._tags = PushedTags(git, [update.new for update in updates if update.tag and update.new])
        self._signatures: dict[str, Signature] | None = None
        self._off_branches: dict[tuple[str, ...], set[str]] = {}
        self._pushed: dict[str, TagRef] = {}

    def refusals(self, before: Mapping[str, Mapping[str, TagRef]]) -> "Iterator[RefusedRef]":
        """Yield what the rules refuse.

        Args:
            before: the registry's refs, by artifact and name.

        """
        gone = {update.tag for update in self._updates if update.tag is not None and update.old is not None}
        if gone and not self._rules.rules.deletion:
            for update in self._updates:
                if update.tag is not None and update.old is not None and _counts(update.tag, before):
                    yield _deleted(update)
        pushed = [ref for update in self._updates if (ref := self._ref(update)) is not None]
        self._pushed = {ref.name: ref for ref in pushed}
        by_artifact: dict[str, list[TagRef]] = {}
        for ref in pushed:
            by_artifact.setdefault(ref.artifact, []).append(ref)
        for artifact, new in by_artifact.items():
            known = before.get(artifact, {})
            old = [ref for name, ref in known.items() if name not in gone and name not in self._pushed]
            yield from self._refused(old, new)

    def _ref(self, update: PushedRef) -> TagRef | None:
        parsed = None if update.tag is None else parse_tag_name(update.tag)
        if update.tag is None or parsed is None or update.new is None:
            return None
        return read_tag(update.tag, parsed, update.new, self._tags, MessageBudget(_MAX_MESSAGES))

    def _refused(self, old: list[TagRef], new: list[TagRef]) -> "Iterator[RefusedRef]":
        pushed = {ref.name for ref in new}
        for ref in new:
            # GTO may read what is not read here, or fail for the whole repository because of it.
            if ref.tag is not None and ref.tag.target_type != "commit":
                message = f"The tag '{ref.name}' is on a {ref.tag.target_type}, not on a commit."
                yield _refusal(ref.name, "NotAllowed", message, "Push a tag on a commit in its place.")
            elif event_of(ref) is None and not ref.is_lightweight:
                yield _refusal(ref.name, "NotAllowed", ref.problems[0].message, "Push one that says what happened.")
            elif not self._tags.is_plain(ref.oid):
                message = (
                    f"The tag '{ref.name}' has headers that Git does not write, and which GTO may read differently."
                )
                yield _refusal(ref.name, "NotAllowed", message, "Make it again with Git or gtod.")
        past = Timeline()
        for event in in_order([*old, *new]):
            if event.ref in pushed:
                yield from self._judged(event, past)
            past.add(event)

    def _judged(self, event: TagEvent, past: Timeline) -> "Iterator[RefusedRef]":
        rules = self._rules.rules
        judgement = judge(rules, Case(event, past, lambda: self._signature(event), self._is_on_branch))
        if judgement.verdict in ("violating", "unknown"):
            for each in judgement.violations:
                yield _refusal(event.ref, each.kind, each.message, each.remedy)
        skew = abs(event.seconds - self._now)
        if skew > rules.max_skew:
            yield _refusal(
                event.ref,
                "WrongDate",
                f"'{event.ref}' is dated {event.time.isoformat()}, {duration(skew)} from the clock of this server "
                f"({Moment(self._now, 0).isoformat()}), and the rules allow {duration(rules.max_skew)}.",
                "Make it again now, and see that your clock is right.",
            )

    def _signature(self, event: TagEvent) -> Signature:
        if self._signatures is None:
            # All that have to be signed at once, because each verdict takes programs.
            wanted = [each for each in self._events() if rule_of(self._rules.rules, each).signed]
            objects = {each.tag.oid: self._tags.objects[each.tag.oid] for each in wanted}
            verdicts = verify_objects(self._git, objects, signers=self._rules.signers or b"")
            self._signatures = {each.ref: verdicts[each.tag.oid].of(each.ref) for each in wanted}
        return self._signatures[event.ref]

    def _is_on_branch(self, commit: str, patterns: tuple[str, ...]) -> bool:
        if patterns not in self._off_branches:
            # All that have to be there at once, because each answer takes a git.
            events = [each for each in self._events() if rule_of(self._rules.rules, each).branches == patterns]
            wanted = {each.commit for each in events if each.kind in ("registration", "assignment")}
            self._off_branches[patterns] = unreachable(self._git, wanted, self._tips(patterns))
        return commit not in self._off_branches[patterns]

    def _events(self) -> list[TagEvent]:
        return [found for ref in self._pushed.values() if (found := event_of(ref)) is not None]

    def _tips(self, patterns: tuple[str, ...]) -> set[str]:
        """Return the commits of the branches that match, as the push is certain to leave them."""
        branches = [each for each in self._updates if _is_meant(each.ref, patterns)]
        certain = bool(branches) and is_left_to_this_hook(self._git, self._acting.worktree.layout)
        pushed = {each.ref: each.new if certain and self._moves_on(each) else each.old for each in branches}

        def here() -> dict[str, str]:
            worktree = self._acting.worktree
            names = (ref for ref in worktree.repository.reader.branches() if ref.startswith(_BRANCHES))
            return {ref: worktree.resolve(ref) for ref in names if _is_meant(ref, patterns) and ref not in pushed}

        tips = set(self._acting.run(here).values())
        return tips | {tip for tip in pushed.values() if tip is not None}

    def _moves_on(self, update: PushedRef) -> bool:
        """Return whether Git takes the new tip in any case (`receive.denyNonFastForwards`, `receive.denyDeletes`)."""
        if update.old is None or update.new is None:
            return update.old is None
        return not unreachable(self._git, [update.old], [update.new])


def _counts(tag: str, before: Mapping[str, Mapping[str, TagRef]]) -> bool:
    """Return whether a tag that there is may be an event; one that is none would else be in the way for ever."""
    parsed = parse_tag_name(tag)
    ref = None if parsed is None else before.get(parsed.artifact, {}).get(tag)
    return ref is None or not (ref.is_lightweight or ref.parsed.kind is None)


def _is_meant(ref: str, patterns: tuple[str, ...]) -> bool:
    name = ref.removeprefix(_BRANCHES)
    return name != ref and any(matches(pattern, name) for pattern in patterns)


def _deleted(update: PushedRef) -> "RefusedRef":
    does = "delete" if update.new is None else "move"
    return _refusal(
        update.tag or update.ref,
        "DeletionNotAllowed",
        f"The rules let nobody {does} tags of the registry, such as '{update.tag}'.",
        "Create a tag that takes back what it says instead, or push under another name.",
    )


def _refusal(tag: str, kind: str, message: str, remedy: str) -> "RefusedRef":
    return {"ref": f"{_TAGS}{tag}", "kind": kind, "message": message, "remedy": remedy}
