"""Every open repository of this process: one `Repository` per common directory, one `Worktree` per checkout."""

import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gto_daemon.daemon.follower import Follower
from gto_daemon.daemon.repository import Repository
from gto_daemon.daemon.worktree import Worktree
from gto_daemon.git.layout import Layout, find_layout

#: Seconds for which a path is taken to lead where it led before.
_PATH_TRUST = 1.0
_PREFIX = "GTO_"

_Settings = frozenset[tuple[str, str]]


@dataclass(slots=True)
class _Open:
    worktree: Worktree
    used: float
    follower: Follower | None = None


class Hub:
    """Opens repositories on demand, and lets go of those that nobody asks about.

    Args:
        watch: follow repositories that somebody listens to; without it every change is found by the next read.
        verify: compare the index with a fold from zero after every delta; None takes it from `GTOD_VERIFY=1`.

    """

    def __init__(self, *, watch: bool = True, verify: bool | None = None) -> None:
        self._watch = watch
        self._verify = os.environ.get("GTOD_VERIFY") == "1" if verify is None else verify
        self._instance = secrets.token_hex(4)
        self._numbers = 0
        self._repositories: dict[str, Repository] = {}
        self._worktrees: dict[tuple[str, _Settings], _Open] = {}
        self._paths: dict[str, tuple[float, Layout]] = {}

    def worktree(self, repo: str, *, environment: Mapping[str, str] | None = None) -> Worktree:
        """The worktree that the absolute path `repo` is in, under these `GTO_*` variables.

        Raises:
            RegistryError: `RelativePath`, `NotARepository`, `UnsupportedRepository`, `UnreadableRepository`.

        """
        now = time.monotonic()
        known = self._paths.get(repo)
        checked = known is not None and now - known[0] <= _PATH_TRUST
        if known is None or not checked:
            known = (now, find_layout(repo))
            self._paths[repo] = known
        layout = known[1]
        settings = frozenset((key, value) for key, value in (environment or {}).items() if _is_setting(key))
        key = (layout.repo, settings)
        held = self._worktrees.get(key)
        if held is None or held.worktree.layout != layout or (not checked and held.worktree.repository.is_replaced()):
            held = self._open(key, layout)
        held.used = now
        return held.worktree

    def _open(self, key: tuple[str, _Settings], layout: Layout) -> _Open:
        common = str(layout.common)
        repository = self._repositories.get(common)
        if repository is None or repository.is_replaced():
            if repository is not None:
                self._drop(repository)
            repository = self._repositories[common] = Repository(layout)
        self._numbers += 1
        clock = (self._instance, f"{self._numbers:x}")
        held = _Open(Worktree(repository, layout, dict(key[1]), clock, verify=self._verify), time.monotonic())
        held.worktree.on_followed = lambda: self._follow(held, followed=held.worktree.has_listeners)
        self._worktrees[key] = held
        return held

    def _follow(self, held: _Open, *, followed: bool) -> None:
        if held.follower is not None:
            held.follower.close()
            held.follower = None
        if followed and self._watch:
            held.follower = Follower(held.worktree)

    def _drop(self, repository: Repository) -> None:
        for key in [key for key, held in self._worktrees.items() if held.worktree.repository is repository]:
            self._follow(self._worktrees.pop(key), followed=False)
        repository.close()

    def repositories(self) -> list[dict[str, Any]]:
        """`[{repo, clock, tags, health}]` of what is open."""
        rows = []
        for held in self._worktrees.values():
            status = self.status(held.worktree)
            rows.append({key: status[key] for key in ("repo", "clock", "tags", "health")})
        return rows

    def status(self, worktree: Worktree) -> dict[str, Any]:
        """Clock, counts, counters, and how changes are noticed."""
        held = next((held for held in self._worktrees.values() if held.worktree is worktree), None)
        follower = held.follower if held else None
        watcher = follower.status() if follower else _NOT_FOLLOWED
        return {**worktree.status(), "watcher": watcher, "health": watcher["health"]}

    def sweep(self, idle: float) -> None:
        """Let go of repositories that nobody listens to or asked about for `idle` seconds."""
        now = time.monotonic()
        for repository in list(self._repositories.values()):
            held = [held for held in self._worktrees.values() if held.worktree.repository is repository]
            if all(now - each.used > idle and not each.worktree.has_listeners for each in held):
                del self._repositories[str(repository.layout.common)]
                self._drop(repository)
        self._paths = {path: known for path, known in self._paths.items() if now - known[0] <= idle}

    async def close(self) -> None:
        """Let go of everything."""
        for repository in list(self._repositories.values()):
            self._drop(repository)
        self._repositories.clear()


_NOT_FOLLOWED = {
    "mode": "on demand",
    "health": "ok",
    "message": "Nobody subscribed; every read compares the repository before it is answered.",
}


def _is_setting(variable: str) -> bool:
    return variable.upper().startswith(_PREFIX)
