"""What a listing of refs found, for another process to go on from."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from gto_daemon.git.packed_refs import Identity


class StoredDirectory(NamedTuple):
    """A directory of loose refs: its identity, its files with theirs and what is in them, and its directories."""

    identity: Identity
    files: Mapping[str, tuple[Identity, str]]
    directories: tuple[str, ...]


class ListingState(NamedTuple):
    """A listing for another process.

    Attributes:
        directories: by name, `refs/tags` and so on.
        packed: the identity of `packed-refs`, None without one.
        racy: whether that was too young to be believed.
        text: what was in it.
        digest: of that text, where it was stored.

    """

    directories: Mapping[str, StoredDirectory]
    packed: Identity | None
    racy: bool
    text: Callable[[], bytes]
    digest: bytes | None = None
