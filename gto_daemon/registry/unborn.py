"""HEAD on a branch that has no commit: what that means, and the next step."""

from collections.abc import Iterable

from gto_daemon.registry import commands
from gto_daemon.registry.problems import Problem

_REMOTES = "refs/remotes/"
_HEADS = "refs/heads/"
#: The branches that are most often meant.
_USUAL = ("main", "master")
NO_COMMIT = "There is no commit yet. Make one."


def unborn_head(branches: Iterable[str], *, bare: bool) -> Problem | None:
    """Return what to know of it; None where no branch has a commit.

    Args:
        branches: full names of the branches with a commit, in this repository and its remotes.
        bare: whether there is nothing to check out.

    """
    refs = (ref for ref in branches if not ref.endswith("/HEAD"))
    # A branch here before one of a remote, and one of the usual name before others.
    found = sorted(refs, key=lambda ref: (not ref.startswith(_HEADS), ref.rpartition("/")[2] not in _USUAL, ref))
    if not found:
        return None
    name = found[0].removeprefix(_HEADS).removeprefix(_REMOTES)
    if bare:
        hint = "Have HEAD of this bare repository name it."
    else:
        tracked = ["--track"] if found[0].startswith(_REMOTES) else []
        hint = (
            f"Check it out: {commands.command('git', 'checkout', *tracked, name)}. "
            f"Tags of a remote that are missing are brought by {commands.command('git', 'fetch', '--tags')}."
        )
    return Problem(
        code="unborn-head",
        severity="info",
        message=f"HEAD is on a branch that has no commit, while '{name}' has one.",
        hint=hint,
    )
