"""The rules of promotion that an act is planned by."""

from collections.abc import Mapping

from gto_daemon.daemon.acts.plan_inputs import Identities
from gto_daemon.daemon.rules.branches import find_on_branches
from gto_daemon.daemon.rules.source import rules_in_force
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.git.signatures import read_tags, verify_tags
from gto_daemon.git.signing_key import configured_signer
from gto_daemon.registry.plans.law import Law, check_signature
from gto_daemon.registry.signatures import Signature


def law_in_force(acting: ActContext, identities: Identities) -> Law | None:
    """Return the rules that the act is planned by, in the repository's thread; None if there are none.

    Raises:
        RegistryError: `RulesUnreadable`.

    """
    found = rules_in_force(acting.worktree, identities.rules_ref, strict=False)
    if found is None:
        return None

    def on_branch(commit: str, patterns: tuple[str, ...]) -> bool | None:
        asked = (commit, patterns)
        # Plans are made in the repository's thread.
        return find_on_branches(acting.worktree, acting.git, [asked], lambda job: job())(*asked)

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
