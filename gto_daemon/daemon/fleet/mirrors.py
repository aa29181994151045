"""The private clone of a remote of the fleet: it has what the remote has, and is looked after by nobody else.

It lies among the clones in the user's cache, and can be made again. What was seen of its tags is in the ledger, which
cannot.
"""

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gto_daemon.daemon.live.clones import clones_directory, put_clone, remove_unfinished
from gto_daemon.daemon.locks import GiveUp, LockHolder, LockRecord, file_lock
from gto_daemon.daemon.private_dirs import NotPrivateError, check_private, make_private
from gto_daemon.daemon.rules.files import read_rules_at
from gto_daemon.daemon.stored.ledger import LOOK_INTERVAL, Ledger
from gto_daemon.git.clone import begin_clone, clone_git
from gto_daemon.git.counters import Counters
from gto_daemon.git.layout import Layout
from gto_daemon.git.mirror import MAX_LISTING, NO_TAGS, Mirrored, MovedTags, ask_remote, update_mirror
from gto_daemon.git.objects import LINK, MissingObjectError, ObjectReader
from gto_daemon.git.process import Cancellation
from gto_daemon.git.remote_failures import without_credentials
from gto_daemon.git.remote_listing import TAGS, RemoteRefs, read_listing
from gto_daemon.git.remote_url import checked_url
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.rules.globs import matches
from gto_daemon.registry.rules.values import MAX_RULES_FILE
from gto_daemon.registry.tag_names import parse_tag_name

log = logging.getLogger(__name__)

#: In a clone: its time of modification is when the remote was last seen to be so.
_SEEN: Final = "gtod-seen"
#: Seconds that another process may be looking at the same remote.
_LOCK_TIMEOUT: Final = 120.0


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a remote came to.

    Attributes:
        is_first: whether there was no clone before, so that nothing is known to have changed.
        has_fetched: whether anything was fetched or taken away.
        tags: what became of the tags.

    """

    is_first: bool = False
    has_fetched: bool = False
    tags: MovedTags = NO_TAGS


class Mirror:
    """The clone of one remote. Its methods wait for disks and remotes: not for an event loop.

    Args:
        url: the remote.
        ledgers: the directory of the ledgers; None to keep none.
        max_listing: bytes of what the remote may say that it has.

    Attributes:
        shown: the remote, without credentials.

    """

    def __init__(self, url: str, ledgers: Path | None, max_listing: int = MAX_LISTING) -> None:
        self._max_listing = max_listing
        self.shown = without_credentials(url)
        self._url = url
        self._ledgers = ledgers
        clones = clones_directory(os.environ)
        name = hashlib.sha256(b"fleet " + os.fsencode(url)).hexdigest()[:40]
        self._place = None if clones is None else clones / name
        self._equal: bytes | None = None
        self._observed = 0.0
        self._alone = threading.Lock()

    @property
    def path(self) -> str | None:
        """Where the clone is; None if there is none yet."""
        return None if self._place is None or not self._place.is_dir() else str(self._place.resolve())

    def last_seen(self) -> float | None:
        """Return when the remote was last seen, in seconds since the epoch, whoever looked; None if it never was."""
        try:
            return None if self._place is None else (self._place / _SEEN).stat().st_mtime
        except OSError:
            return None

    def look(self, environment: Mapping[str, str], cancellation: Cancellation) -> Look:
        """Have the clone be as the remote is, and write down what was seen.

        Args:
            environment: for git and what it runs.
            cancellation: ends it.

        Raises:
            RegistryError: `UnsupportedUrl`, `CacheUnusable`, and what a remote refuses.
            CancelledError: it was cancelled; the next look makes up for it.

        """
        url = checked_url(self._url)
        if self._place is None:
            raise _unusable(Path(".cache"), "there is no absolute HOME, nor XDG_CACHE_HOME, to find it by")
        place = self._place
        try:
            make_private(place.parent)
            lock = place.with_name(f"{place.name}.lock")
            held = file_lock(lock, LockHolder.of({}), cancellation, _give_up(place), patience=_LOCK_TIMEOUT)
            with self._alone, held:
                look = self._looked(url, place, environment, cancellation)
                (place / _SEEN).touch()
        except OSError as error:
            where = Path(error.filename) if isinstance(error, NotPrivateError) else place
            raise _unusable(where, error.strerror or str(error)) from error
        return look

    def _looked(self, url: str, place: Path, environment: Mapping[str, str], cancellation: Cancellation) -> Look:
        if place.exists():
            check_private(place)
            git = clone_git(place, environment, cancellation, max_output=self._max_listing)
            try:
                said = ask_remote(git, url)
                if _digest(said) == self._equal:
                    if time.monotonic() - self._observed > LOOK_INTERVAL:
                        self._observe(place, read_listing(said))
                    return Look()
                mirrored = update_mirror(git, url, said, lambda: _wanted_branches(place))
            except RegistryError as error:
                if error.kind != "GitFailed":
                    raise
                # A git that was killed may leave locks behind. This is a cache: a new clone takes its place.
                log.info("'%s' is cloned anew: %s", place, error)
            else:
                self._take(place, mirrored)
                return Look(has_fetched=mirrored.tags is not None, tags=mirrored.tags or NO_TAGS)
        is_first = not place.exists()
        remove_unfinished(place)

        def fill(new: Path) -> None:
            nonlocal mirrored
            git = clone_git(new, environment, cancellation, max_output=self._max_listing)
            begin_clone(git, url)
            mirrored = update_mirror(git, url, ask_remote(git, url), lambda: _wanted_branches(new))

        put_clone(place, fill)
        self._take(place, mirrored)
        return Look(is_first=is_first, has_fetched=True)

    def _take(self, place: Path, mirrored: Mirrored) -> None:
        self._equal = _digest(mirrored.said) if mirrored.is_equal else None
        self._observe(place, mirrored.there)

    def _observe(self, place: Path, there: RemoteRefs) -> None:
        """Write into the ledger what the remote has; without a ledger everything else goes on."""
        tags = {ref.removeprefix(TAGS): oid for ref, oid in there.refs.items() if ref.startswith(TAGS)}
        known = {tag: oid for tag, oid in tags.items() if parse_tag_name(tag) is not None}
        ledger = Ledger(self._ledgers, Layout(place.resolve(), place.resolve(), None))
        try:
            ledger.observe(known, complete=True, counts=there.annotated.__contains__)
            self._observed = time.monotonic()
        except RegistryError as error:
            log.warning("what '%s' has is not written into its ledger: %s", self.shown, error)


def _wanted_branches(place: Path) -> Callable[[str], bool]:
    """Return whether the rules at HEAD of a clone name a branch."""
    reader = ObjectReader(Layout(place, place, None), Counters())
    try:
        patterns = _patterns(reader)
    except (RegistryError, MissingObjectError) as error:
        # Whoever asks for the rules is told; they name no branch that could be fetched.
        log.debug("the rules in '%s' name no branches: %s", place, error)
        return lambda _branch: False
    finally:
        reader.close()
    return lambda branch: any(matches(pattern, branch) for pattern in patterns)


def _patterns(reader: ObjectReader) -> frozenset[str]:
    head = reader.head()
    commit = reader.commit(head) if head else None
    if head is None or commit is None:
        return frozenset()
    tree = commit[1].tree

    def read(path: str) -> bytes | None:
        entry = reader.entry(tree, path)
        return reader.blob(entry.oid, MAX_RULES_FILE) if entry and entry.is_file and entry.mode != LINK else None

    found = read_rules_at(read, "HEAD", head)
    return frozenset() if found is None else found.rules.branches


def _digest(said: bytes) -> bytes:
    return hashlib.sha256(said).digest()


def _give_up(place: Path) -> GiveUp:
    def give_up(waited: float, _for_holder: float, _by: LockRecord | None) -> RegistryError | None:
        if waited <= _LOCK_TIMEOUT:
            return None
        return _unusable(place, f"it has been in use for {waited:.0f} s", retryable=True)

    return give_up


def _unusable(path: Path, reason: str, *, retryable: bool = False) -> RegistryError:
    return RegistryError(
        "CacheUnusable",
        f"'{path}' cannot be used for the clone of a remote: {reason}",
        hint="It is tried again later."
        if retryable
        else "Set XDG_CACHE_HOME to a directory of yours, with room for the repository.",
        retryable=retryable,
        path=str(path),
    )
