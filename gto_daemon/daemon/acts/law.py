"""The rules of promotion that an act is planned by."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

from gto_daemon.daemon.acts.plan_inputs import Identities
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.rules.branches import find_on_branches
from gto_daemon.daemon.rules.files import RulesAt
from gto_daemon.daemon.rules.source import branch_tips, configured_rules_ref, rules_in_force, rules_ref
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.git.identity import Identity
from gto_daemon.git.signatures import read_tags, verify_tags
from gto_daemon.git.signing_key import configured_signer
from gto_daemon.registry.plans.law import Law, check_signature
from gto_daemon.registry.signatures import Signature
from gto_daemon.registry.snapshot import Snapshot

T = TypeVar("T")
#: What of Git's configuration says who acts.
_WHO: Final = ("user.name", "user.email", "user.signingkey", "gpg.format", "gpg.ssh.revocationfile")


def law_in_force(acting: ActContext, identities: Identities) -> Law | None:
    """Return the rules that the act is planned by, in the repository's thread; None if there are none.

    Raises:
        RegistryError: `RulesUnreadable`.

    """
    found = rules_in_force(acting.worktree, rules_ref(acting.worktree, identities.rules_ref), strict=False)
    # Plans are made in the repository's thread.
    return None if found is None else _law(acting, found, lambda job: job())


class StandingLaws:
    """The rules that acts of one client would be planned by, kept while nothing changes: editors ask at each click."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Worktree, tuple[object, Law, Identity]] = WeakKeyDictionary()

    def of(self, acting: ActContext, snapshot: Snapshot) -> tuple[Law, Identity] | None:
        """Return the rules, and who would act; None if there are no rules. Not in the repository's thread.

        Raises:
            RegistryError: `RulesUnreadable`, `IdentityRequired`, `GitFailed`.

        """
        worktree = acting.worktree

        def look() -> tuple[RulesAt, object] | None:
            found = rules_in_force(worktree, configured_rules_ref(worktree), strict=False)
            if found is None:
                return None
            variable = worktree.repository.reader.variable
            return found, (snapshot.clock, found.commit, *map(variable, _WHO))

        looked = acting.run(look)
        if looked is None:
            return None
        found, basis = looked
        known = self._known.get(worktree)
        if known is None or known[0] != basis:
            acting.require_readable()
            identity = Identities(acting.git, acting.kept, ()).of(None, None)
            known = self._known[worktree] = (basis, _law(acting, found, acting.run), identity)
        return known[1:]


def _law(acting: ActContext, found: RulesAt, run: Callable[[Callable[[], object]], object]) -> Law:
    """Return the rules; `run` runs a job in the repository's thread."""
    reached: dict[tuple[str, tuple[str, ...]], bool | None] = {}

    def in_thread(job: Callable[[], T]) -> T:
        done: list[T] = []
        run(lambda: done.append(job()))
        return done[0]

    def on_branch(commit: str, patterns: tuple[str, ...]) -> bool | None:
        # The branches may move while the rules stay.
        asked = commit, tuple(in_thread(lambda: branch_tips(acting.worktree, patterns)))
        if asked not in reached:
            find = find_on_branches(acting.worktree, acting.git, [(commit, patterns)], in_thread)
            reached[asked] = find(commit, patterns)
        return reached[asked]

    signers = found.signers or b""
    known: list[Signature] = []

    def signer() -> Signature:
        if not known:
            known.append(configured_signer(acting.git, signers))
        return known[0]

    return Law(found.rules, found.commit, on_branch, signer, signers)


def check_signatures(acting: ActContext, law: Law, tags: Mapping[str, str]) -> None:
    """See that tags which were signed for the rules count.

    Args:
        acting: the act.
        law: the rules.
        tags: the ids of the tag objects, by name.

    Raises:
        RegistryError: `SignatureRequired`.

    """
    written = read_tags(acting.git, tags.values())
    signatures = verify_tags(acting.git, {name: written[oid] for name, oid in tags.items()}, signers=law.signers)
    for name, signature in signatures.items():
        check_signature(law, name, signature)
