"""`expect_clock`: carry out an act only if the basis of its plan is unchanged.

The basis is the tags of the artifacts concerned, the targets of the revisions, and the configuration; anything else
may have changed. The clock of a live worktree knows what changed since; a plan that was made without a daemon has a
digest of the three instead.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.plans import Assign, Request
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import HistoryRow

_PREFIX = "plan:"
_AGAIN = "Plan again, and check that it is still what you want."
_PARTS = ("tags", "targets", "configuration")
#: A commit by its id, or an abbreviation of it: it leads to the same one always.
_OID = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class Basis:
    """What the plan of some requests depends on: their artifacts, and the targets of their revisions (None: none)."""

    artifacts: tuple[str, ...]
    targets: dict[str, str | None]

    @classmethod
    def of(cls, worktree: Worktree, requests: Sequence[Request]) -> "Basis":
        """Collect the basis of a plan, in the repository's thread."""
        revs = [request.rev for request in requests if request.rev is not None]
        if any(isinstance(request, Assign) and request.chooses for request in requests):
            # What its metrics are may be said there.
            revs.append("HEAD")
        return cls(
            tuple(dict.fromkeys(request.name for request in requests)), {rev: _resolved(worktree, rev) for rev in revs}
        )


def _resolved(worktree: Worktree, rev: str) -> str | None:
    try:
        return worktree.resolve(rev)
    except RegistryError:
        # An earlier request of the act may create it, and if none does, planning says so.
        return None


def digest(snapshot: Snapshot, basis: Basis) -> str:
    """Return a digest of what the plan depends on, used as the `clock` of a plan that no daemon remembers."""
    return _PREFIX + "-".join(_digests(snapshot, basis))


def check_expected(worktree: Worktree, snapshot: Snapshot, basis: Basis, expected: str) -> None:
    """See that nothing of the basis changed since `expected`, the clock of an earlier answer or plan.

    Raises:
        RegistryError: `RegistryChanged`, with what moved.

    """
    if expected.startswith(_PREFIX):
        before = expected.removeprefix(_PREFIX).split("-")
        now = list(_digests(snapshot, basis))
        moved = [part for part, old, new in zip(_PARTS, before, now, strict=False) if old != new]
        if before != now:
            raise _changed(snapshot, basis, f"its {' and its '.join(moved or _PARTS)} moved", moved=moved or [*_PARTS])
        return
    circumstances = worktree.circumstances(expected)
    if circumstances is None:
        raise RegistryError(
            "RegistryChanged",
            f"Whether the registry of {', '.join(basis.artifacts)} changed is not known: the daemon that made the plan "
            "has ended, or the plan is too old",
            hint=_AGAIN,
            clock=snapshot.clock,
            moved=["clock"],
            events=[],
        )
    events = worktree.changes(expected)["events"]
    rows = [row for row in (*events["added"], *events["removed"]) if row["artifact"] in basis.artifacts]
    if rows:
        tags = dict.fromkeys(row["ref"] for row in rows)
        said = f"{', '.join(tags)} {'was' if len(tags) == 1 else 'were'} created or deleted"
        raise _changed(snapshot, basis, said, moved=["tags"], events=rows)
    if circumstances.config != snapshot.config:
        raise _changed(snapshot, basis, "the configuration did", moved=["configuration"])
    now_moved = worktree.circumstances()
    for rev, commit in basis.targets.items():
        if rev == "HEAD":
            same = commit == circumstances.head
        elif _OID.fullmatch(rev) and commit is not None:
            same = True
        else:
            # Where a branch led then is not remembered; whether any moved since is.
            same = now_moved is not None and now_moved.heads_moved == circumstances.heads_moved
        if not same:
            raise _changed(snapshot, basis, f"'{rev}' may lead to another commit", moved=["targets"])


def _digests(snapshot: Snapshot, basis: Basis) -> Iterable[str]:
    refs = {
        name: sorted((ref.name, ref.oid) for ref in snapshot.index.refs_of(name).values())
        for name in sorted(basis.artifacts)
    }
    config = snapshot.config
    parts: tuple[Any, ...] = (refs, sorted(basis.targets.items()), [config.stages, config.types, config.index])
    for part in parts:
        yield hashlib.sha256(json.dumps(part).encode()).hexdigest()[:20]


def _changed(
    snapshot: Snapshot, basis: Basis, what: str, *, moved: list[str], events: "Sequence[HistoryRow]" = ()
) -> RegistryError:
    return RegistryError(
        "RegistryChanged",
        f"The registry of {', '.join(basis.artifacts)} changed since: {what}",
        hint=_AGAIN,
        clock=snapshot.clock,
        moved=moved,
        events=list(events),
    )
