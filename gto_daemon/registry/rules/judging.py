"""Whether the rules allow one event: planned, being pushed, or past."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from gto_daemon.registry import commands
from gto_daemon.registry.events import TagEvent
from gto_daemon.registry.objects import Moment
from gto_daemon.registry.problems import Range
from gto_daemon.registry.rules.timeline import Timeline
from gto_daemon.registry.rules.values import RULE_NAMES, Rule, RuleName, Rules, Who
from gto_daemon.registry.signatures import Signature

if TYPE_CHECKING:
    from gto_daemon.protocol.audit import Violation as ViolationShape

Verdict = Literal["allowed", "violating", "overridden", "unknown", "not-judged"]
#: Whether a commit is reachable from a branch that one of the globs matches; None if this clone cannot tell.
OnBranch = Callable[[str, tuple[str, ...]], bool | None]

#: What each rule refuses an act with.
KINDS: Final[dict[RuleName, str]] = {
    "delete": "DeletionNotAllowed",
    "signed": "SignatureRequired",
    "who": "NotAllowed",
    "from": "TransitionNotAllowed",
    "soak": "TooEarly",
    "branches": "NotOnBranch",
}
#: What an override lifts.
_LIFTED: Final = frozenset(("from", "soak", "branches"))
_TRAILER: Final = re.compile(r"override:[ \t]*(\S.*)", re.IGNORECASE)
_DOES: Final = {
    "registration": "register",
    "deregistration": "deregister",
    "deprecation": "deprecate",
    "assignment": "assign",
    "unassignment": "unassign",
}
#: People that a message lists.
_MAX_LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that an event breaks.

    Attributes:
        rule: its name.
        message: who or what breaks it, and what it asks.
        remedy: what would make it possible.
        place: of the rule in `.gtod.yaml`.
        is_certain: false if it is not known whether the event breaks the rule.

    """

    rule: RuleName
    message: str
    remedy: str
    place: Range | None = None
    is_certain: bool = True

    @property
    def kind(self) -> str:
        """The kind of the error that an act is refused with."""
        return KINDS[self.rule]

    @property
    def can_be_lifted(self) -> bool:
        """Whether an override lifts the rule."""
        return self.rule in _LIFTED

    def as_json(self) -> "ViolationShape":
        """Return it in the protocol's form."""
        shape: ViolationShape = {
            "rule": self.rule,
            "kind": self.kind,
            "message": self.message,
            "remedy": self.remedy,
        }
        if self.place is not None:
            shape["range"] = self.place.as_json()
        return shape


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on an event.

    Attributes:
        verdict: `not-judged` is never given here.
        violations: in the order of `RULE_NAMES`, lifted ones too.
        override: the reason in its `Override` trailer, whether it is accepted or not.

    """

    verdict: Verdict
    violations: tuple[Violation, ...] = ()
    override: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One event, and what has to be known to judge it.

    Attributes:
        event: the event.
        past: what happened to the artifact before.
        signature: the verdict on its signature by the signers file of the rules; a function, because it may have to
            run a program.
        on_branch: see `OnBranch`.
        is_planned: whether the event is still to come, so that the signature is the one that it would have.

    """

    event: TagEvent
    past: Timeline
    signature: Callable[[], Signature] = field(repr=False)
    on_branch: OnBranch = field(repr=False)
    is_planned: bool = False


def override_reason(message: str) -> str | None:
    """Return the reason in the `Override` trailer of a tag's message: a line of its last paragraph."""
    last = re.split(r"\n[ \t]*\n", message.strip())[-1]
    found = [match[1].strip() for line in last.split("\n") if (match := _TRAILER.match(line)) is not None]
    return found[-1] if found else None


def judge(rules: Rules, case: Case) -> Judgement:
    """Judge an event by the rules."""
    event = case.event
    rule = rule_of(rules, event)
    broken = [*_identity(rules, rule, case), *_transition(rule, case), *_branches(rule, case)]
    broken.sort(key=lambda each: RULE_NAMES.index(each.rule))
    reason = override_reason(event.message)
    lifts = reason is not None and may_override(rules, case)
    counted = [each for each in broken if not (lifts and each.can_be_lifted)]
    if any(each.is_certain for each in counted):
        verdict: Verdict = "violating"
    elif counted:
        verdict = "unknown"
    else:
        verdict = "overridden" if broken else "allowed"
    return Judgement(verdict, tuple(broken), reason)


def rule_of(rules: Rules, event: TagEvent) -> Rule:
    """Return the rule that binds an event."""
    if event.kind in ("assignment", "unassignment"):
        return rules.for_stage(event.artifact, event.stage or "")
    return rules.for_register(event.artifact)


def may_override(rules: Rules, case: Case) -> bool:
    """Return whether a reason lifts what an event breaks of `from`, `soak` and `branches`."""
    if rules.overrides is None:
        return False
    signature = case.signature() if rule_of(rules, case.event).signed else None
    if signature is not None and signature.status != "good":
        return False
    return _is_among(rules.overrides, case.event, signature)


def describe(who: Who) -> str:
    """Return who is meant, as a message says it."""
    if not who.entries:
        return "nobody"
    people = sorted({*who.emails, *(f"openpgp:{key}" for key in who.keys)})
    listed = ", ".join(people[:_MAX_LISTED]) + (f" and {len(people) - _MAX_LISTED} more" * (len(people) > _MAX_LISTED))
    entries = ", ".join(who.entries)
    return entries if all("@" in entry for entry in who.entries) else f"{entries} ({listed or 'nobody'})"


# --- each rule -----------------------------------------------------------------------------------------------------


def _identity(rules: Rules, rule: Rule, case: Case) -> Iterator[Violation]:
    event = case.event
    if rule.signed:
        signature = case.signature()
        broken = _signature(rules, rule, case, signature)
        if broken is not None:
            yield broken
            return
    else:
        signature = None
    if rule.who is None or _is_among(rule.who, event, signature):
        return
    if signature is None:
        person = f"{event.author_email or event.author} (claimed, as no signature is required)"
    else:
        person = signature.principals[0] if signature.principals else f"The key {signature.key}"
    yield Violation(
        "who",
        f"{person} may not {_DOES[event.kind]} {_thing(case)}: {describe(rule.who)} may.",
        "Ask one of them." if rule.who.entries else "The rules name nobody who may.",
        rule.places.get("who"),
    )


def _signature(rules: Rules, rule: Rule, case: Case, signature: Signature) -> Violation | None:
    known = signature.format == "ssh" or (signature.format == "openpgp" and signature.key in rules.keys)
    if signature.status == "good" and known:
        return None
    key = f"the key {signature.key}" if signature.key else "a key"
    signed = f"{'would be' if case.is_planned else 'is'} signed with {key}"
    states = {
        "none": "is not signed",
        "good": f"{signed}, which no role of the rules has",
        "bad": "has a bad signature",
        "unknown-key": f"{signed}, which is not in the signers file",
        "expired": f"{signed}, which has expired",
        "revoked": f"{signed}, which is revoked",
        "unverified": "cannot be signed" if case.is_planned else "has a signature that could not be verified",
    }
    why = f" ({signature.reason})" if signature.reason not in (None, signature.status) else ""
    return Violation(
        "signed",
        f"'{case.event.ref}' {states[signature.status]}{why}, and the rules require a signature.",
        "Configure Git to sign with a key that the rules know (user.signingKey and gpg.format)."
        if case.is_planned
        else "Find out who made it. If it is right, create a new tag that is signed with a key the rules know.",
        rule.places.get("signed"),
        is_certain=signature.status != "unverified",
    )


def _is_among(who: Who, event: TagEvent, signature: Signature | None) -> bool:
    """Return whether the author is one of them; without a signature, whom the tag claims as its tagger."""
    if signature is None:
        return event.author_email.lower() in who.emails
    if signature.format == "openpgp":
        return signature.key in who.keys
    return signature.format == "ssh" and any(principal.lower() in who.emails for principal in signature.principals)


def _transition(rule: Rule, case: Case) -> Iterator[Violation]:
    event, past = case.event, case.past
    stage = event.stage
    if event.kind != "assignment" or stage is None or not rule.sources:
        return
    if past.is_assigned(event.commit, stage):
        return  # A rollback, to what held the stage before and was not taken out of it.
    held = [source for source in rule.sources if past.is_assigned(event.commit, source)]
    names = " or ".join(f"'{source}'" for source in rule.sources)
    if not held:
        yield Violation(
            "from",
            f"{past.name(event.commit)} of '{event.artifact}' is not in {names}, and the rules let a version into "
            f"'{stage}' only from there.",
            f"Assign it there first: {commands.assign(event.artifact, past.name(event.commit), rule.sources[0])}",
            rule.places.get("from"),
        )
    if rule.soak is None:
        return
    longest = max((past.held(event.commit, source, event.seconds) for source in rule.sources), default=0)
    if longest >= rule.soak:
        return
    since = [at for source in rule.sources if (at := past.since(event.commit, source)) is not None]
    remedy = (
        f"It can be assigned from {Moment(min(since) + rule.soak, event.time.offset).isoformat()} on."
        if since
        else f"Assign it to {names} and leave it there for {duration(rule.soak)}."
    )
    yield Violation(
        "soak",
        f"{past.name(event.commit)} of '{event.artifact}' has held {names} for {duration(longest)}, and the rules want "
        f"{duration(rule.soak)} before '{stage}'.",
        remedy,
        rule.places.get("soak"),
    )


def _branches(rule: Rule, case: Case) -> Iterator[Violation]:
    event = case.event
    if rule.branches is None or event.kind not in ("registration", "assignment"):
        return
    found = case.on_branch(event.commit, rule.branches)
    if found:
        return
    names = " or ".join(f"'{name}'" for name in rule.branches) or "any branch"
    if found is None:
        message = f"It is not known here whether the commit {event.commit[:7]} of '{event.ref}' is on {names}."
        remedy = "Fetch the rest of the history: `git fetch --unshallow --tags`."
    else:
        message = f"The commit {event.commit[:7]} of '{event.ref}' is not on {names}."
        remedy = "Merge it there and push the branch first, or choose a version that is on it."
    yield Violation("branches", message, remedy, rule.places.get("branches"), is_certain=found is not None)


def _thing(case: Case) -> str:
    event = case.event
    if event.stage is not None:
        return f"'{event.stage}' of '{event.artifact}'"
    return f"'{event.artifact}'" if event.version is None else f"{event.version} of '{event.artifact}'"


def duration(seconds: int) -> str:
    """Return a length of time in words: `1 d 2 h`, `3 min`, `0 s`."""
    parts = []
    rest = max(0, seconds)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if rest >= size:
            parts.append(f"{rest // size} {unit}")
            rest %= size
    if rest or not parts:
        parts.append(f"{rest} s")
    return " ".join(parts[:2])
