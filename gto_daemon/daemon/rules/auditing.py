"""Audits: every event of a registry, judged by the rules that bound it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from gto_daemon import __version__
from gto_daemon.daemon.live.signature_book import rules_key
from gto_daemon.daemon.remotes.evidence import acknowledge, evidence_of
from gto_daemon.daemon.rules.branches import find_on_branches
from gto_daemon.daemon.rules.files import RulesAt, rules_at
from gto_daemon.daemon.rules.past import PastRules, UnknownRulesError
from gto_daemon.daemon.rules.source import configured_rules_ref, default_branch
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.events import TagEvent
from gto_daemon.registry.objects import TagRef
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.queries.absence import lacking, why_no_events
from gto_daemon.registry.queries.audit import Audited, Binding, audit, counts, events_of, questions, vanished
from gto_daemon.registry.queries.sarif import sarif
from gto_daemon.registry.queries.show import find_artifact
from gto_daemon.registry.signatures import Signature
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol.audit import AuditResult

#: Kinds of tampering that make the date of a tag worth nothing, so that it is judged by the rules of today.
_MISDATED = frozenset(("backdated-tag", "future-tag", "moved-tag"))
#: The object is gone, or the verdict was of a key that has expired since.
_MISSING = Signature("unverified", reason="pending")


def audit_registry(
    acting: ActContext, chosen: str | None, artifact: str | None = None, *, with_sarif: bool = False
) -> "AuditResult":
    """Judge the events of a registry.

    Args:
        acting: the repository. What takes long is not done in its thread.
        chosen: the revision whose rules judge all events; None for the rules that were in force at each.
        artifact: whose events; None for all.
        with_sarif: return the violations in SARIF too.

    Raises:
        RegistryError: `RulesUnreadable`, `ArtifactNotFound`, `GitFailed`.

    """
    snapshot = acting.fresh()
    refs: Mapping[str, Mapping[str, TagRef]] = snapshot.index.refs
    if artifact is not None:
        name = find_artifact(snapshot, artifact).name
        refs = {name: snapshot.index.refs_of(name)}
    worktree = acting.worktree
    branch = acting.run(lambda: default_branch(worktree, chosen or configured_rules_ref(worktree), strict=True))
    tip = None if branch is None else acting.run(lambda: rules_at(worktree, *branch))
    events = events_of(refs)
    evidence, _ = acting.run(lambda: evidence_of(worktree, snapshot))
    if artifact is not None:
        evidence = [each for each in evidence if each.artifact in refs]
    misdated = {each.ref for each in evidence if each.kind in _MISDATED}
    past = None
    if chosen is None and branch is not None:
        past = PastRules(worktree, acting.git, *branch)
    bindings = acting.run(lambda: _bindings(events, tip, past, misdated))
    audited = _judged(acting, events, bindings, {each.ref for each in evidence if each.kind == "moved-tag"})
    gone = {each.ref: each.mark for each in evidence if each.kind == "vanished-tag"}
    audited += vanished(gone, None if tip is None else tip.rules)
    problems = (*(() if tip is None else tip.problems), *_unknown(snapshot, bindings))
    result: AuditResult = {
        "events": [each.as_json() for each in audited],
        "tampering": [each.as_json() for each in evidence],
        "counts": counts(audited, len(evidence)),
        "rules": None if tip is None else {"commit": tip.commit, "ref": tip.ref},
        "clock": snapshot.clock,
        "problems": snapshot.stated(problems)["problems"],
    }
    if not events:
        result["reason"] = why_no_events(snapshot, artifact)
    elif snapshot.is_shallow:
        result["reason"] = lacking(snapshot)
    if with_sarif:
        result["sarif"] = sarif(audited, __version__)
    return result


def accept_evidence(acting: ActContext, refs: Sequence[str]) -> None:
    """Acknowledge the signs of tampering with these refs.

    Raises:
        RegistryError: `TagNotFound`: there is none; `LedgerUnusable`.

    """
    snapshot = acting.fresh()
    found = {each.ref for each in acting.run(lambda: evidence_of(acting.worktree, snapshot))[0]}
    for ref in refs:
        if ref not in found:
            raise RegistryError(
                "TagNotFound",
                f"There is no sign of tampering with '{ref}'",
                hint="Give the names as the audit lists them. Nothing was accepted.",
                tag=ref,
            )
    acting.run(lambda: acknowledge(acting.worktree, snapshot, refs))


def _bindings(
    events: Iterable[TagEvent], tip: RulesAt | None, past: PastRules | None, misdated: Collection[str]
) -> dict[str, Binding]:
    """Return what binds each event, in the repository's thread."""
    since = None if tip is None else tip.rules.since
    of_tip = _binding(tip)
    found = {}
    for event in events:
        if past is None or event.ref in misdated:
            found[event.ref] = of_tip
        elif since is not None and event.seconds < since:
            found[event.ref] = Binding(None)
        else:
            try:
                found[event.ref] = _binding(past.at(event.seconds))
            except UnknownRulesError as error:
                found[event.ref] = Binding(None, unknown=str(error))
    return found


def _binding(found: RulesAt | None) -> Binding:
    return Binding(None) if found is None or found.rules.ask_nothing else Binding(found.rules, found.signers or b"")


def _judged(
    acting: ActContext, events: list[TagEvent], bindings: dict[str, Binding], moved: Collection[str]
) -> list[Audited]:
    asked = questions(events, bindings)
    on_branch = find_on_branches(acting.worktree, acting.git, asked.branches, acting.run)
    signatures: dict[str, Signature] = {}
    book = acting.worktree.signatures
    for signers, wanted in asked.signatures.items():
        client, oids = rules_key(acting.environment, signers), [event.tag.oid for event in wanted]
        book.verify(acting.git, client, oids, signers=signers)
        verdicts, _ = book.known(client, oids)
        for event in wanted:
            verdict = verdicts.get(event.tag.oid)
            signatures[event.ref] = _MISSING if verdict is None else verdict.of(event.ref)
    return audit(events, bindings, lambda event: signatures[event.ref], on_branch, moved)


def _unknown(snapshot: Snapshot, bindings: dict[str, Binding]) -> Iterable[Problem]:
    for ref, binding in bindings.items():
        if binding.unknown is not None:
            yield Problem(
                code="rules-unknown",
                severity="warning",
                message=f"It is not known which rules bound '{ref}': {binding.unknown}.",
                hint="Fetch the rest of the history: `git fetch --unshallow --tags`."
                if snapshot.is_shallow
                else "Judge it by the rules of one commit: `gtod audit --rules REV`.",
                tag=ref,
            )
