"""The rules of promotion that an act is planned by."""

from gto_daemon.daemon.acts.plan_inputs import Identities
from gto_daemon.daemon.rules.branches import find_on_branches
from gto_daemon.daemon.rules.source import rules_in_force
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.registry.plans.law import Law
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

    return Law(found.rules, found.commit, on_branch, lambda: Signature("unverified"))
