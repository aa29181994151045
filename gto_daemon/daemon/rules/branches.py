"""Find the versions that are on the branches which rules name."""

from collections.abc import Callable, Collection

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.rules.source import branch_tips
from gto_daemon.git.layout import is_shallow
from gto_daemon.git.process import Git
from gto_daemon.git.reachability import unreachable
from gto_daemon.registry.rules.judging import OnBranch

_Patterns = tuple[str, ...]


def find_on_branches(
    worktree: Worktree,
    git: Git,
    asked: Collection[tuple[str, _Patterns]],
    run: "Callable[[Callable[[], tuple[set[str], list[str]]]], tuple[set[str], list[str]]]",
) -> OnBranch:
    """Return a function that answers for these pairs of a commit and globs of branches.

    Args:
        worktree: the checkout.
        git: the git command line.
        asked: the pairs.
        run: runs a job in the repository's thread.

    Raises:
        RegistryError: `GitFailed`.

    """
    commits: dict[_Patterns, set[str]] = {}
    for commit, patterns in asked:
        commits.setdefault(patterns, set()).add(commit)
    # In a shallow clone a commit may be on a branch by a way that is not here.
    off = None if is_shallow(worktree.layout) else False
    found: dict[tuple[str, _Patterns], bool | None] = {}
    for patterns, wanted in commits.items():

        def here_and_tips(wanted: set[str] = wanted, patterns: _Patterns = patterns) -> tuple[set[str], list[str]]:
            here = {each for each in wanted if worktree.repository.commit(each) is not None}
            return here, branch_tips(worktree, patterns)

        here, tips = run(here_and_tips)
        others = unreachable(git, here, tips)
        for each in wanted:
            found[each, patterns] = None if each not in here else off if each in others else True
    return lambda commit, patterns: found[commit, patterns]
