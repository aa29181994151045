"""What has to hold after a fault, whichever it was."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, get_args

from gto_daemon.client import Client
from gto_daemon.daemon.hub import Hub
from gto_daemon.protocol.audit import TamperingKind
from gto_daemon.rpc.handlers import SnapshotQuery, WorktreeQuery
from gto_daemon.rpc.methods import find
from tests.faults.git_probe import Row, read_with_git
from tests.processes import processes

_OF_A_TIME = {"stale-lock", *get_args(TamperingKind)}
_METHODS = ("gto/show", "gto/history", "gto/printState", "gto/doctor")


def check_index(repo: Path) -> None:
    """The running daemon answers what somebody reads who was never here before, and what Git itself lists."""
    with Client.connect(start=False) as client:
        held = {method: client.call(method, {"repo": str(repo)}) for method in _METHODS}
    expected = from_zero(repo)
    for method in _METHODS:
        assert without_clock(held[method]) == expected[method], f"{method} of {repo} is not what is on disk"
    check_rows(held["gto/history"]["events"], repo)


def from_zero(repo: Path) -> dict[str, Any]:
    """The answers of a process that begins now, from nothing but the repository."""
    worktree = Hub(watch=False).worktree(str(repo.resolve()))
    snapshot = worktree.fresh_blocking()
    answers = {}
    for method in _METHODS:
        found = find(method)
        assert isinstance(found, SnapshotQuery | WorktreeQuery)
        params = found.params()
        told = (
            found.answer(worktree, snapshot, params)
            if isinstance(found, WorktreeQuery)
            else found.answer(snapshot, params)
        )
        answer = {**told, "problems": [each.as_json() for each in snapshot.problems]}
        answers[method] = without_clock(json.loads(json.dumps(answer)))
    worktree.repository.close()
    return answers


def without_clock(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer without what says when and where, locks and their age among it, and without what was seen before."""
    held = {key: value for key, value in answer.items() if key not in ("clock", "repo", "ledger")}
    if "findings" in held:
        held["findings"] = [each for each in held["findings"] if each["code"] not in _OF_A_TIME]
    return held


def check_rows(events: list[dict[str, Any]], repo: Path) -> None:
    """The history is what Git's own listing folds to."""
    told = read_with_git(repo)
    held: Counter[Row] = Counter(
        Row(
            row["ref"],
            row["artifact"],
            row["event"],
            row["stage"],
            row["timestamp"],
            row["commit"],
            row["author"],
            row["author_email"],
            row["message"],
        )
        for row in events
    )
    # A stage tag on a commit of two versions is an event of each; the tag is one.
    assert set(held) == set(told.rows), f"too many {set(held) - set(told.rows)}, too few {set(told.rows) - set(held)}"


def check_nothing_is_left(runtime: Path, *repositories: Path) -> None:
    """After the end of a daemon: no process and no file of ours, here or in a repository."""
    left = sorted(path.name for path in runtime.iterdir() if not path.name.startswith("gtod.log"))
    assert not left, f"left behind in the runtime directory: {left}"
    alive = [line for line in processes("environ").splitlines() if f"GTOD_RUNTIME_DIR={runtime} " in line]
    # This very process has it in its environment only once it is given to children, and they are gone.
    assert not alive, f"still running: {alive}"
    for repo in repositories:
        ours = [path for path in repo.rglob("*") if "gtod" in path.name]
        assert not ours, f"left behind in a repository: {ours}"


def locks(repo: Path) -> list[Path]:
    """Git's own lock files that are there, oldest first."""
    return sorted(repo.rglob("*.lock"), key=lambda path: path.stat().st_mtime_ns)
