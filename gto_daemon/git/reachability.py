"""Find the commits that cannot be reached from branches."""

from collections.abc import Collection

from gto_daemon.git.process import Git
from gto_daemon.registry.errors import RegistryError


def unreachable(git: Git, commits: Collection[str], tips: Collection[str]) -> set[str]:
    """Return those of the commits that are reachable from none of the tips. All of them have to be in the repository.

    Raises:
        RegistryError: `GitFailed`.

    """
    wanted = set(commits) - set(tips)
    if not wanted or not tips:
        return wanted
    # Git before 2.42 takes no `--not` there.
    lines = [*sorted(wanted), *(f"^{tip}" for tip in sorted(set(tips)))]
    asked = "".join(f"{line}\n" for line in lines).encode("ascii")
    # What `refs/replace/` has in the place of a commit makes it no part of a branch.
    walked = git.run("rev-list", "--stdin", stdin=asked, env={"GIT_NO_REPLACE_OBJECTS": "1"})
    if not walked.succeeded:
        raise RegistryError(
            "GitFailed",
            f"git does not say which commits are on the branches: {walked.complaint}",
            hint="The words are Git's own.",
            words=walked.complaint,
        )
    return wanted & set(walked.stdout.decode("ascii").split())
