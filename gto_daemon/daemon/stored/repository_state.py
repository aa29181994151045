"""The state that a repository passes to the next process that reads it."""

from typing import NamedTuple

from gto_daemon.git.listing_state import ListingState


class RepositoryState(NamedTuple):
    """The state of a repository's refs, for another process.

    Attributes:
        identity: device and inode of the common directory.
        listing: the listing of the refs.
        tags: how many of them are GTO's.
        symbolic: names of tags that are symbolic refs.
        unreadable: names of tags whose objects could not be read.

    """

    identity: tuple[int, int] | None
    listing: ListingState
    tags: int
    symbolic: list[str]
    unreadable: list[str]
