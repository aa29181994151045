"""Which tags a remote is known to have, or to lack. In memory only, and never guessed.

Git keeps no trace of what was pushed, so two things are known: what a remote had when it was last asked (and what was
sent to it since), and which tags were made by acts of this process that nobody sent.
"""

import time
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from weakref import WeakKeyDictionary

from gto_daemon.daemon.repository import Repository
from gto_daemon.registry.snapshot import Snapshot


class Asked(NamedTuple):
    """What a remote had: GTO's tags to object ids. `at` is in seconds since the epoch."""

    at: float
    tags: Mapping[str, str]


#: By the name of the remote.
_asked: "WeakKeyDictionary[Repository, dict[str, Asked]]" = WeakKeyDictionary()
_unsent: "WeakKeyDictionary[Repository, frozenset[str]]" = WeakKeyDictionary()


def remember(repository: Repository, remote: str, tags: Mapping[str, str]) -> None:
    """The remote was asked just now, and has these."""
    _asked.setdefault(repository, {})[remote] = Asked(time.time(), dict(tags))
    _unsent[repository] = _unsent.get(repository, frozenset()) - tags.keys()


def recall(repository: Repository, remote: str) -> Asked | None:
    """What the remote had when it was last asked, and what was sent to it since; None if it never was."""
    return _asked.get(repository, {}).get(remote)


def note_made(repository: Repository, tags: Iterable[str]) -> None:
    """An act made these tags here."""
    _unsent[repository] = _unsent.get(repository, frozenset()) | frozenset(tags)


def note_sent(repository: Repository, remote: str, tags: Mapping[str, str], deleted: Iterable[str]) -> None:
    """The remote took these tags, and deleted those."""
    gone = frozenset(deleted)
    _unsent[repository] = _unsent.get(repository, frozenset()) - tags.keys() - gone
    known = recall(repository, remote)
    if known is not None:
        kept = {name: oid for name, oid in {**known.tags, **tags}.items() if name not in gone}
        _asked[repository][remote] = Asked(known.at, kept)


def lacking(repository: Repository, snapshot: Snapshot, remote: str) -> dict[str, list[str]]:
    """Artifact's name to those of its tags that the remote is known to lack; absent where nothing is known of it.

    In the repository's thread. A remote that is not configured lacks nothing that anybody would push.
    """
    if remote not in repository.reader.remotes():
        return {}
    known = recall(repository, remote)
    refs = snapshot.index.refs
    if known is not None:
        return {name: sorted(here.keys() - known.tags.keys()) for name, here in refs.items()}
    found: dict[str, list[str]] = {}
    for tag in sorted(_unsent.get(repository, frozenset())):
        ref = snapshot.index.ref(tag)
        if ref is not None:
            found.setdefault(ref.artifact, []).append(tag)
    return found
