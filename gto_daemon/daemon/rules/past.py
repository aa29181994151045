"""The rules of promotion that were in force at some time in the past."""

from bisect import bisect_left
from itertools import accumulate

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.rules.files import RulesAt, rules_at
from gto_daemon.git.layout import is_shallow
from gto_daemon.git.process import Git
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.objects import Moment


class UnknownRulesError(Exception):
    """The rules that were in force are not known; the message says why, as a clause."""


class PastRules:
    """The rules along the first parents of a branch. In the repository's thread."""

    def __init__(self, worktree: Worktree, git: Git, ref: str, tip: str) -> None:
        """List the branch.

        Raises:
            RegistryError: `GitFailed`.

        """
        self._worktree = worktree
        self._ref = ref
        self._known: dict[str, RulesAt | RegistryError | None] = {}
        env = {"GIT_NO_REPLACE_OBJECTS": "1"}
        listed = git.run("rev-list", "--first-parent", "--timestamp", tip, "--", env=env)
        if not listed.succeeded:
            raise RegistryError(
                "GitFailed",
                f"git does not list the history of '{ref}': {listed.complaint}",
                hint="The words are Git's own.",
                words=listed.complaint,
            )
        lines = [line.split() for line in listed.stdout.decode("ascii").splitlines()]
        self._commits = [oid for _, oid in lines]
        # The earliest date from the tip up to each commit, descending: a commit dated later than a newer one, by a
        # wrong clock, never comes before that.
        self._earliest = list(accumulate((int(seconds) for seconds, _ in lines), min))
        self._is_shallow = is_shallow(worktree.layout)

    def at(self, seconds: int) -> RulesAt | None:
        """Return the rules at a time, seconds since the epoch: those of the last commit that is not later.

        Raises:
            UnknownRulesError: they cannot be read, or are older than what is in this clone.

        """
        place = bisect_left(self._earliest, -seconds, key=lambda earliest: -earliest)
        if place == len(self._commits):
            if self._is_shallow:
                raise UnknownRulesError("it is older than the part of the history that this clone has")
            return None
        commit = self._commits[place]
        if commit not in self._known:
            self._known[commit] = self._read(commit)
        found = self._known[commit]
        if isinstance(found, RegistryError):
            raise UnknownRulesError(f"the rules at {Moment(seconds, 0).isoformat()} cannot be read: {found.message}")
        return found

    def _read(self, commit: str) -> RulesAt | RegistryError | None:
        try:
            return rules_at(self._worktree, self._ref, commit)
        except RegistryError as error:
            return error
