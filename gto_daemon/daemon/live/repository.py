"""One common directory: its tags and objects, read once for all checkouts and all sessions."""

import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from gto_daemon.daemon.live.directories import gone
from gto_daemon.daemon.live.limits import LiveLimits
from gto_daemon.daemon.live.message_budget import MessageBudget
from gto_daemon.daemon.live.parsed_files import ParsedFiles
from gto_daemon.daemon.live.ref_problems import problems_of
from gto_daemon.daemon.live.serial_executor import SerialExecutor
from gto_daemon.daemon.live.tag_origins import TagOrigins
from gto_daemon.daemon.live.tags import is_unreadable, read_tag
from gto_daemon.daemon.live.tags_by_artifact import TagsByArtifact
from gto_daemon.daemon.live.unobserved_tags import UnobservedTags
from gto_daemon.daemon.stored.repository_state import RepositoryState
from gto_daemon.git.counters import Counters
from gto_daemon.git.fingerprint import Fingerprint
from gto_daemon.git.layout import Layout, directory_identity
from gto_daemon.git.loose_refs import is_racy
from gto_daemon.git.migration import migrating
from gto_daemon.git.objects import ObjectReader
from gto_daemon.git.parse import CommitLinks
from gto_daemon.git.refs import HEADS, TAGS, RefListing
from gto_daemon.git.reftable import RefFormat, ReftableListing, ref_format
from gto_daemon.registry.artifact_refs import ArtifactRefs
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.index import Delta
from gto_daemon.registry.objects import Commit
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.tag_names import parse_tag_name

if TYPE_CHECKING:
    from pathlib import Path

    from gto_daemon.daemon.live.remote_state import RemoteStates
    from gto_daemon.daemon.live.signature_book import SignatureBook
    from gto_daemon.daemon.stored.ledger import Ledger

#: Listings in a row of which the format of the refs changed; then it is not waited for any longer.
_MAX_LISTINGS = 3
#: A chain of symbolic refs longer than this is a loop (Git's own limit).
MAX_SYMREFS = 5
_LINKS_KEPT = 1024
#: Loose refs of which it is kept whether they are GTO's: as many as Git leaves before it packs them, and more.
_NAMES_KEPT = 8192


class Repository:
    """The tags of one common directory, and the objects that they lead to.

    Every method runs in the thread of `executor`. The constructor opens nothing and may be called anywhere.

    Attributes:
        tags: GTO's tag refs by name, without `refs/tags/`.
        commits: the commits read so far. Ids name content, so entries are never stale; it only grows.
        heads_moved: how often a branch was found moved; it is the version of everything that depends on branches.
        origins: which clients' acts made the changes of tags that some follower has not taken yet.
        unobserved: the tags of which the ledger does not know yet.
        parsed_files: the annotation files of its commits.

    """

    def __init__(self, layout: Layout, limits: LiveLimits, ledgers: "Path | None" = None) -> None:
        self.layout = layout
        self.counters = Counters()
        self.reader = ObjectReader(layout, self.counters)
        self.executor = SerialExecutor("git")
        self.tags = TagsByArtifact({})
        self.commits: dict[str, Commit] = {}
        self.heads_moved = 0
        self.origins = TagOrigins()
        self._listing: RefListing | ReftableListing = RefListing(layout.common, self.counters)
        self._config = Fingerprint((), racy=True)
        self._format: RefFormat | None = None
        self._identity = directory_identity(layout.common)
        self._closed = False
        self._lock = threading.Lock()
        self._remote_states: RemoteStates | None = None
        self._ledgers = ledgers
        self._ledger: Ledger | None = None
        self.unobserved = UnobservedTags()
        self._signatures: SignatureBook | None = None
        #: By name, what the listing says of tags that are not taken over yet.
        self._changed: dict[str, str | None] = {}
        self._symbolic: set[str] = set()
        self._unreadable: set[str] = set()
        self._messages = MessageBudget(limits.max_messages)
        self._links: dict[str, CommitLinks] = {}
        # Weak: a worktree that was closed while a request still held it must not collect names forever.
        self._pending: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()
        self.parsed_files = ParsedFiles(self.reader)

    def close(self, *, now: bool = False) -> None:
        """Stop its thread after the queued jobs, for which callers wait; with `now`, at once."""
        if now and self.reader.runs_git:
            # Programs are ended at once. libgit2 may be at work in the thread, and freeing it from here would wait for
            # that thread while it waits for us.
            self.reader.close()
        elif not self._closed:
            self.executor.submit(self.reader.close)
        self._closed = True
        if self._signatures is not None:
            self._signatures.close()
        self.executor.shutdown(wait=False, cancel_futures=now)

    @property
    def remote_states(self) -> "RemoteStates":
        """The known states of its remotes. Acts use them in their own threads, and all share them."""
        from gto_daemon.daemon.live.remote_state import RemoteStates  # noqa: PLC0415  (most questions are about no remote)

        with self._lock:
            if self._remote_states is None:
                self._remote_states = RemoteStates()
            return self._remote_states

    def signatures(self, directory: "Path | None") -> "SignatureBook":
        """Return the verdicts on the signatures of its tags, which are stored in a directory, if any."""
        from gto_daemon.daemon.live.signature_book import SignatureBook  # noqa: PLC0415  (it starts programs)

        with self._lock:
            if self._signatures is None:
                self._signatures = SignatureBook(self.layout.common, directory)
            return self._signatures

    @property
    def ledger(self) -> "Ledger":
        """The record of the tags that were seen here. Not from an event loop."""
        from gto_daemon.daemon.stored.ledger import Ledger  # noqa: PLC0415  (no answer about a registry needs it)

        with self._lock:
            if self._ledger is None:
                self._ledger = Ledger(self._ledgers, self.layout)
            return self._ledger

    @property
    def is_closed(self) -> bool:
        """Whether its thread has stopped accepting jobs."""
        return self._closed

    def check_open(self) -> None:
        """See that its thread takes jobs.

        Raises:
            RegistryError: `NotARepository`; it was closed because something else is now at its path.

        """
        if self._closed:
            raise gone(self.layout.repo)

    def refresh(self) -> None:
        """List the refs and read the new ones. Each follower gets its delta when it asks for it.

        Raises:
            RegistryError: `NotARepository` when it was moved or replaced, `UnreadableRepository`,
                `UnsupportedRepository`, `RefsMigrating`.

        """
        self._check_identity()
        try:
            self._list()
        except (OSError, RegistryError) as error:
            self._check_identity()
            if isinstance(error, RegistryError):
                raise
            raise RegistryError(
                "UnreadableRepository",
                f"The refs of '{self.layout.common}' cannot be listed: {error}",
                hint="Check the permissions of the refs directory and of packed-refs.",
                retryable=True,
                path=str(self.layout.common),
            ) from error
        # Moved away while it was listed, it would look as if everything had been deleted.
        self._check_identity()
        taken: set[str] = set()
        try:
            for name, value in self._changed.items():
                if self._take_over(name, value):
                    taken.add(name)
        finally:
            self.tags.changed()
            for pending in self._pending.values():
                pending.update(taken)
            self.unobserved.add(taken)
        self._changed = {}

    def _list(self) -> None:
        """List the refs in the format that they are in before the listing, and after it."""
        for _ in range(_MAX_LISTINGS):
            taken = time.time_ns()
            found = ref_format(self.layout, self._format)
            racy = found.config is not None and is_racy(found.config, taken)
            self._format = None if racy else found
            self.reader.reopen_when_repacked()
            if found.is_reftable != isinstance(self._listing, ReftableListing):
                # `git refs migrate` was here.
                self._listing = _listing(self.layout, self.counters, reftable=found.is_reftable)
                self._await(*self.tags)
                self.heads_moved += 1
            changed = self._listing.refresh()
            self.heads_moved += bool(changed.heads)
            # The listing reports a change only once, so names stay here until all of them are taken over.
            self._changed.update(changed.tags)
            self._await(*self._moved_symbolic(), *self._unreadable)
            if ref_format(self.layout, self._format) == found:
                self._config = Fingerprint([(f"{self.layout.common}/config", found.config)], racy=racy)
                return
        raise migrating(self.layout.common)

    def _await(self, *names: str) -> None:
        self._changed.update((name, self._listing.tag(name)) for name in names)

    def _take_over(self, name: str, value: str | None) -> bool:
        """Store a listed ref in `tags`, and return whether it is new."""
        parsed = parse_tag_name(name)
        if parsed is None:
            return False
        oid = self._resolved(name, value)
        refs = self.tags.changing(parsed.artifact)
        before = refs.get(name)
        if oid is None:
            self._unreadable.discard(name)
            self._messages.release(before)
            return refs.pop(name, None) is not None
        if before is not None:
            if before.oid == oid and name not in self._unreadable:
                return False
            # Not while it is read: that may fail, and is tried again.
            self._messages.release(refs.pop(name))
        ref = read_tag(name, parsed, oid, self.reader, self._messages)
        if ref.problems and is_unreadable(ref):
            self._unreadable.add(name)
        else:
            self._unreadable.discard(name)
        refs[name] = ref
        return before is None or ref != before

    # --- for the ledger ------------------------------------------------------------------------------------------

    def listed_tags(self) -> list[str]:
        """Return the names of all tags, GTO's and others."""
        return list(self._listing.tags())

    def listed_oids(self, tags: Iterable[str]) -> dict[str, str | None]:
        """Return the objects of these tags, None for one that there is not."""
        return {tag: self._resolved(tag, self._listing.tag(tag)) for tag in tags}

    # --- for its worktrees ---------------------------------------------------------------------------------------

    def is_new(self, follower: object) -> bool:
        """Return whether the follower has to start with `take_all`."""
        return follower not in self._pending

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was read yet, so that a stored state may be used."""
        return isinstance(self._listing, RefListing) and self._listing.is_untouched

    def state(self) -> RepositoryState | None:
        """Return the known state of the refs, for `restore` in another process; None if git lists them."""
        if not isinstance(self._listing, RefListing):
            return None
        listing = self._listing.state()
        return RepositoryState(
            self._identity, listing, len(self.tags), sorted(self._symbolic), sorted(self._unreadable)
        )

    def restore(self, state: RepositoryState, refs: Mapping[str, ArtifactRefs], follower: object) -> None:
        """Continue from the state of another process; the follower has all of `refs`, and takes deltas from now on."""
        if isinstance(self._listing, RefListing):
            self._listing.restore(state.listing)
        self._symbolic, self._unreadable = set(state.symbolic), set(state.unreadable)
        self.tags = TagsByArtifact(refs, state.tags)
        self._pending[follower] = set()

    def is_behind(self, follower: object) -> bool:
        """Return whether the follower has changes to take."""
        return bool(self._pending.get(follower, True))

    def take_all(self, follower: object) -> Mapping[str, ArtifactRefs]:
        """Return all tags; from now on `take_delta` returns the later changes."""
        self._pending[follower] = set()
        return self.tags.by_artifact()

    def take_delta(self, follower: object) -> Delta:
        """Return the changes since the follower last took some."""
        names, self._pending[follower] = self._pending[follower], set()
        added = self.tags.of(names)
        parsed = (parse_tag_name(name) for name in names)
        refs = self.tags.of_artifacts({each.artifact for each in parsed if each is not None})
        return Delta(added, [*names.difference(ref.name for ref in added)], refs)

    def origin_of(self, delta: Delta) -> object | None:
        """Return the client whose acts made all of a delta that was just taken, or None."""
        if not self.origins:
            return None
        states = {**{ref.name: ref.oid for ref in delta.added}, **dict.fromkeys(delta.removed)}
        origin = self.origins.of(states)
        self.origins.discard(states.keys() - set().union(*self._pending.values()))
        return origin

    def forget(self, follower: object) -> None:
        """Forget the follower, which is gone or has to start again."""
        self._pending.pop(follower, None)

    def is_replaced(self) -> bool:
        """Return whether something else, or nothing, is now at its path. May be called in any thread."""
        return self._closed or directory_identity(self.layout.common) != self._identity

    @property
    def identity(self) -> tuple[int, int] | None:
        """Device and inode of the common directory that was opened."""
        return self._identity

    def _check_identity(self) -> None:
        if self.is_replaced():
            raise gone(self.layout.repo)

    def _moved_symbolic(self) -> set[str]:
        return {
            name for name in tuple(self._symbolic) if self._oid(name) != self._resolved(name, self._listing.tag(name))
        }

    def _oid(self, name: str) -> str | None:
        known = self.tags.get(name)
        return known.oid if known else None

    @property
    def awaits_objects(self) -> bool:
        """Whether a tag object is missing that a fetch may bring."""
        return bool(self._unreadable)

    def branches(self) -> list[str]:
        """Return the commits of all local branches in the order of their names, except missing ones."""
        found = (self._followed(self._listing.get(HEADS + name)) for name in self._listing.heads())
        return [oid for oid in found if oid is not None and self.commit(oid) is not None]

    def branch_names(self) -> list[str]:
        """Return the names of all local branches, sorted."""
        return self._listing.heads()

    def other_tags(self) -> list[str]:
        """Return the names of the tags that are not GTO's, sorted."""
        return [name for name in self._listing.tags() if name not in self.tags]

    def _resolved(self, name: str, value: str | None) -> str | None:
        """Return the object that a tag leads to which the listing says `value` of."""
        if value is None or not value.startswith("ref: "):
            self._symbolic.discard(name)
            return value
        self._symbolic.add(name)
        return self._followed(value)

    def _followed(self, value: str | None) -> str | None:
        """Return the object that a ref with the value `value` leads to."""
        for _ in range(MAX_SYMREFS):
            if value is None or not value.startswith("ref: "):
                return value
            value = self._listing.get(value.removeprefix("ref: "))
        return None

    def fingerprint(self) -> Fingerprint:
        """Return the fingerprint of the last refresh: directories of refs, `packed-refs`, branches and GTO's tags."""
        common = os.fspath(self.layout.common)
        loose = ((name, mark) for name, mark in self._listing.loose() if self._counts(name))
        marks = ((f"{common}/{name}", mark) for name, mark in (*self._listing.seen.items(), *loose))
        return Fingerprint(marks, racy=self._listing.racy) + self._config

    @property
    def ref_folders(self) -> list[str]:
        """The folders in which the last refresh looked for refs. May be asked in any thread."""
        return [f"{self.layout.common}/{name}" for name in self._listing.folders]

    @property
    def has_linked_refs(self) -> bool:
        """Whether a loose ref was a link to a file then. Likewise."""
        return self._listing.has_links

    def _counts(self, name: str) -> bool:
        # A symbolic ref may lead to any other.
        return not name.startswith(TAGS) or bool(self._symbolic) or _is_gto(name)

    def distrust(self) -> None:
        """Read all refs again at the next refresh, however they look."""
        self._listing.forget()

    def ref_problems(self) -> Iterator[Problem]:
        """Yield a problem for each of GTO's refs that cannot be read, and for everything that is not a ref."""
        return problems_of(self._listing, self.layout)

    def commit(self, oid: str) -> Commit | None:
        """Return the commit, which is read only once."""
        known = self.commits.get(oid)
        return known if known is not None else self._read_commit(oid)[0]

    def links(self, oid: str) -> CommitLinks | None:
        """Return tree and parents of a commit; only the last few are kept, because most are needed once."""
        known = self._links.get(oid)
        return known if known is not None else self._read_commit(oid)[1]

    def _read_commit(self, oid: str) -> tuple[Commit, CommitLinks] | tuple[None, None]:
        found = self.reader.commit(oid)
        if found is None:
            return None, None
        commit = self.commits[oid] = self.commits.get(oid) or self._messages.take_commit(found[0])
        if len(self._links) >= _LINKS_KEPT:
            self._links.clear()
        self._links[oid] = found[1]
        return commit, found[1]


@lru_cache(maxsize=_NAMES_KEPT)
def _is_gto(name: str) -> bool:
    """Return whether a loose ref has a name of GTO's: each is asked about with every refresh."""
    return parse_tag_name(name.removeprefix(TAGS)) is not None


def _listing(layout: Layout, counters: Counters, *, reftable: bool) -> RefListing | ReftableListing:
    return ReftableListing(layout, counters) if reftable else RefListing(layout.common, counters)
