"""Verdicts on the events of a registry: whether the rules that bound each allowed it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gto_daemon.registry.events import PRIORITY, TagEvent
from gto_daemon.registry.objects import TagRef
from gto_daemon.registry.rules.judging import (
    Case,
    Judgement,
    OnBranch,
    Verdict,
    Violation,
    judge,
    override_reason,
    rule_of,
)
from gto_daemon.registry.rules.timeline import Timeline, in_order
from gto_daemon.registry.rules.values import Rules
from gto_daemon.registry.signatures import Signature

if TYPE_CHECKING:
    from gto_daemon.protocol.audit import AuditCounts, AuditedEvent


@dataclass(frozen=True, slots=True)
class Binding:
    """What binds an event.

    Attributes:
        rules: the rules; None if there were none.
        signers: the content of the signers file of these rules.
        unknown: why it is not known which rules bind it, as a clause.

    """

    rules: Rules | None
    signers: bytes = b""
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class Audited:
    """The verdict on an event, or on a tag that is no more.

    Attributes:
        ref: the tag.
        oid: the id of its object.
        judgement: the verdict.

    """

    ref: str
    oid: str
    judgement: Judgement

    def as_json(self) -> "AuditedEvent":
        """Return it in the protocol's form."""
        return {
            "ref": self.ref,
            "verdict": self.judgement.verdict,
            "rules": [each.as_json() for each in self.judgement.violations],
            "override": self.judgement.override,
        }


def events_of(refs: Mapping[str, Mapping[str, TagRef]]) -> list[TagEvent]:
    """Return the events of a registry, each artifact's in the order in which they count, oldest first over all."""
    found = [event for known in refs.values() for event in in_order(known.values())]
    # Stable, so that the order within an artifact stays.
    found.sort(key=lambda event: (event.seconds, PRIORITY[event.kind]))
    return found


def questions(events: Iterable[TagEvent], bindings: Mapping[str, Binding]) -> "Questions":
    """Return what has to be asked of Git and of its programs before these events can be judged."""
    asked = Questions({}, set())
    for event in events:
        binding = bindings[event.ref]
        if binding.rules is None:
            continue
        rule = rule_of(binding.rules, event)
        if rule.signed:
            asked.signatures.setdefault(binding.signers, []).append(event)
        if rule.branches is not None and event.kind in ("registration", "assignment"):
            asked.branches.add((event.commit, rule.branches))
    return asked


@dataclass(frozen=True, slots=True)
class Questions:
    """What has to be known.

    Attributes:
        signatures: by `Binding.signers`: the events whose signatures count.
        branches: commits, and the globs of branches that they have to be on.

    """

    signatures: dict[bytes, list[TagEvent]]
    branches: set[tuple[str, tuple[str, ...]]]


def audit(
    events: Iterable[TagEvent],
    bindings: Mapping[str, Binding],
    signature: Callable[[TagEvent], Signature],
    on_branch: OnBranch,
    moved: Collection[str] = (),
) -> list[Audited]:
    """Judge events, in their order.

    Args:
        events: of `events_of`.
        bindings: by ref; a binding without rules is not judged.
        signature: the verdict on the signature of an event, by the signers of its binding.
        on_branch: see `OnBranch`.
        moved: the refs that are known to have been moved.

    """
    timelines: dict[str, Timeline] = {}
    found = []
    for event in events:
        past = timelines.setdefault(event.artifact, Timeline())
        judgement = _judged(event, past, bindings[event.ref], signature, on_branch, moved)
        found.append(Audited(event.ref, event.tag.oid, judgement))
        past.add(event)
    return found


def _judged(
    event: TagEvent,
    past: Timeline,
    binding: Binding,
    signature: Callable[[TagEvent], Signature],
    on_branch: OnBranch,
    moved: Collection[str],
) -> Judgement:
    rules = binding.rules
    if rules is None:
        verdict: Verdict = "not-judged" if binding.unknown is None else "unknown"
        return Judgement(verdict, (), override_reason(event.message))
    judgement = judge(rules, Case(event, past, lambda: signature(event), on_branch))
    if event.ref in moved and not rules.deletion:
        return Judgement("violating", (_lost(event.ref, "moved", rules), *judgement.violations), judgement.override)
    return judgement


def vanished(tags: Mapping[str, str], rules: Rules | None) -> list[Audited]:
    """Return the verdicts on tags that are known to have been deleted, by others than gtod.

    Args:
        tags: the ids of their objects, by name.
        rules: the rules of today.

    """
    if rules is None or rules.deletion:
        return []
    return [Audited(tag, oid, Judgement("violating", (_lost(tag, "deleted", rules),))) for tag, oid in tags.items()]


def _lost(tag: str, how: str, rules: Rules) -> Violation:
    return Violation(
        "delete",
        f"'{tag}' was {how}, and the rules let nobody delete or move tags of the registry.",
        "Find out who did it, and restore the tag.",
        rules.places.get("delete"),
    )


def counts(events: Iterable[Audited], tampering: int) -> "AuditCounts":
    """Return how many events got each verdict, with the number of signs of tampering."""
    verdicts = [each.judgement.verdict for each in events]
    return {
        "allowed": verdicts.count("allowed"),
        "violating": verdicts.count("violating"),
        "overridden": verdicts.count("overridden"),
        "unknown": verdicts.count("unknown"),
        "not_judged": verdicts.count("not-judged"),
        "tampering": tampering,
    }
