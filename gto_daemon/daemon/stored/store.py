"""Where the registry of one checkout is stored, and how it gets there and back."""

import hashlib
import logging
import os
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from gto_daemon import __version__
from gto_daemon.daemon.private_dirs import check_private, make_private, user_cache
from gto_daemon.daemon.stored.entries import Entries, lazily, pack_entry
from gto_daemon.daemon.stored.file import FORMAT, DamagedError, StoredFile, clear_unfinished, read_file, write_file
from gto_daemon.daemon.stored.packing import pack_file, pack_problem, unpack_file, unpack_problem
from gto_daemon.daemon.stored.repository_state import RepositoryState
from gto_daemon.git.listing_state import ListingState, StoredDirectory
from gto_daemon.git.packed_refs import Identity, digest_of
from gto_daemon.protocol import JsonObject
from gto_daemon.registry.facts import Annotated, ObjectFacts
from gto_daemon.registry.folded import FoldedArtifact
from gto_daemon.registry.index import Index
from gto_daemon.registry.layered import OverlayMapping

logger = logging.getLogger(__name__)

#: Fewer tags than this are read in less time than anybody notices.
MIN_STORED_TAGS: Final = 10_000
_SUFFIX: Final = ".registry"
#: A file that was not written for this many seconds belongs to a repository that is hardly used.
_OUTDATED: Final = 90 * 86_400.0
#: Artifacts packed in a row, and seconds of a pause after them, so that requests can run in between.
_STRETCH: Final = 8
_PAUSE: Final = 0.005


@dataclass(frozen=True, slots=True)
class StoredRegistry:
    """A registry to store: everything that a checkout and its repository continue from.

    Attributes:
        repository: what is known of the refs.
        index: made of exactly these.
        head: HEAD's commit.
        missing: commits that are not in this clone, each with the artifacts that wait for it.

    """

    repository: RepositoryState
    index: Index
    head: str | None
    missing: Mapping[str, set[str]]


@dataclass(slots=True)
class _Written:
    """The content of the file, as last written or restored.

    Attributes:
        stamp: of this file alone.
        index: what it was made from, or what was made from it.
        folded: the artifacts as they were then. One that is missing, and was not read since, is as it was.
        places: first byte and length of each entry.
        size: bytes of all blobs.
        text: the place of `packed-refs`.
        digest: of its text.

    """

    stamp: str
    index: Index
    folded: Mapping[str, FoldedArtifact]
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    size: int = 0
    text: tuple[int, int] = (0, 0)
    digest: bytes = b""

    def place(self, blob: bytes | memoryview) -> tuple[int, int]:
        start = self.size
        self.size += len(blob)
        return start, len(blob)


class RegistryStore:
    """The file of one checkout under one set of `GTO_*` variables.

    Args:
        directory: the directory for such files; created when needed.
        repo: canonical path of the checkout.
        settings: the variables.
        min_tags: registries with fewer tags are not worth it.

    """

    def __init__(
        self, directory: Path, repo: str, settings: Mapping[str, str], *, min_tags: int = MIN_STORED_TAGS
    ) -> None:
        self._repo = repo
        self._settings = sorted(settings.items())
        key = "\0".join([repo, *(f"{name}={value}" for name, value in self._settings)])
        self.path = directory / (hashlib.blake2b(os.fsencode(key), digest_size=20).hexdigest() + _SUFFIX)
        self._min_tags = min_tags
        self._written: _Written | None = None
        self._unusable = False
        self._next = 0.0

    # --- there -----------------------------------------------------------------------------------------------

    def holds(self, index: Index) -> bool:
        """Return whether this very index was the last one written or restored."""
        return self._written is not None and self._written.index is index

    def keep(self, registry: StoredRegistry) -> None:
        """Store a registry if that is worthwhile, at most every twenty times the duration of storing it.

        If it cannot be written, the log says why, once, and gtod does not try again.
        """
        if registry.repository.tags < self._min_tags or self._unusable or time.monotonic() < self._next:
            return
        begun = time.monotonic()
        try:
            self.write(registry)
        except OSError as error:
            self._unusable = True
            logger.warning("the registry of '%s' is not stored: %s", self._repo, error)
        self._next = time.monotonic() + 20 * (time.monotonic() - begun)

    def write(self, registry: StoredRegistry, *, pause: float = _PAUSE) -> None:
        """Store a registry. Unchanged parts are copied from the last file.

        Args:
            registry: it and all of it stays as it is meanwhile.
            pause: seconds between two stretches of work.

        Raises:
            OSError: it cannot be written; what was stored before still is.

        """
        make_private(self.path.parent)
        folded: dict[str, FoldedArtifact] = {}
        written = _Written(os.urandom(8).hex(), registry.index, folded)
        blobs = self._blobs(registry, written, folded, pause)
        write_file(self.path, blobs, lambda: self._head(registry, written))
        self._written = written
        self._clear_outdated()

    def _blobs(
        self, registry: StoredRegistry, written: _Written, folded: dict[str, FoldedArtifact], pause: float
    ) -> Iterator[bytes | memoryview]:
        before, blobs = self._before()
        index = registry.index
        stretch = 0
        for name in dict.fromkeys((*index.refs, *index.folded)):
            known = before.places.get(name) if before is not None else None
            if before is not None and known is not None and is_as_before(index, name, before.folded):
                blob: bytes | memoryview = blobs[known[0] : known[0] + known[1]]
            else:
                blob = pack_entry(index.refs.get(name, {}), index.artifacts.get(name))
                stretch += 1
            artifact = peek(index.folded, name)
            if artifact is not None:
                folded[name] = artifact
            written.places[name] = written.place(blob)
            yield blob
            if stretch >= _STRETCH and pause:
                stretch = 0
                time.sleep(pause)
        packed_refs = registry.repository.listing.text()
        written.digest = digest_of(packed_refs)
        text = zlib.compress(packed_refs, 1)
        written.text = written.place(text)
        yield text

    def _before(self) -> tuple[_Written | None, memoryview]:
        """Return what this process last wrote or restored, if the file still is that one."""
        if self._written is not None:
            try:
                file = read_file(self.path)
            except (DamagedError, OSError) as error:
                logger.info("'%s' is written anew: %s", self.path, error)
                file = None
            if file is not None and file.head["stamp"] == self._written.stamp:
                return self._written, file.blobs
        return None, memoryview(b"")

    def _head(self, registry: StoredRegistry, written: _Written) -> JsonObject:
        repository, index = registry.repository, registry.index
        listing = repository.listing
        annotated = [(each.commit, pack_file(each.file)) for each in index.annotated]
        return {
            "format": FORMAT,
            "gtod": __version__,
            "repo": self._repo,
            "settings": self._settings,
            "stamp": written.stamp,
            "identity": repository.identity,
            "directories": listing.directories,
            "packed": listing.packed,
            "racy": listing.racy,
            "symbolic": repository.symbolic,
            "unreadable": repository.unreadable,
            "index_path": index.facts.index_path,
            "head": registry.head,
            "missing": {oid: sorted(names) for oid, names in registry.missing.items()},
            "order": index.order,
            "places": written.places,
            "tagged": [*index.refs],
            "tags": repository.tags,
            "annotated": annotated,
            "troubled": {
                name: [pack_problem(problem) for problem in problems] for name, problems in index.troubled.items()
            },
            "text": written.text,
            "digest": written.digest.hex(),
        }

    def _clear_outdated(self) -> None:
        clear_unfinished(self.path.parent)
        now = time.time()
        for file in self.path.parent.glob(f"*{_SUFFIX}"):
            try:
                if file.stat().st_mtime < now - _OUTDATED:
                    file.unlink()
            except OSError as error:
                logger.debug("'%s' stays: %s", file, error)

    # --- and back --------------------------------------------------------------------------------------------

    def restore(self, identity: tuple[int, int] | None, facts: ObjectFacts) -> StoredRegistry | None:
        """Return the stored state, if it belongs to that repository and that annotation file.

        Args:
            identity: device and inode of the common directory.
            facts: the facts of the index; `index_path` is the present name of the annotation file in the configuration.

        Returns:
            None if there is no usable one; the log says why.

        """
        try:
            check_private(self.path.parent)
            clear_unfinished(self.path.parent)
            file = read_file(self.path)
            if file is None or not self._is_ours(file.head, identity, facts.index_path):
                return None
            return self._restored(file, facts)
        except FileNotFoundError:
            return None
        except (DamagedError, OSError, KeyError, TypeError, ValueError, zlib.error) as error:
            logger.warning("the stored registry '%s' is not used: %s", self.path, error)
            return None

    def _is_ours(self, head: JsonObject, identity: tuple[int, int] | None, index_path: str) -> bool:
        return (
            identity is not None
            and (head["gtod"], head["repo"], head["index_path"]) == (__version__, self._repo, index_path)
            and [tuple(pair) for pair in head["settings"]] == self._settings
            and tuple(head["identity"]) == identity
        )

    def _restored(self, file: StoredFile, facts: ObjectFacts) -> StoredRegistry:
        head = file.head
        annotated = [Annotated.at(commit, unpack_file(packed)) for commit, packed in head["annotated"]]
        places = {name: (start, length) for name, (start, length) in head["places"].items()}
        entries = Entries(places, file.blobs, annotated, head["index_path"])
        order = [((phase, place, ref), name) for (phase, place, ref), name in head["order"]]
        refs = lazily(head["tagged"], entries.refs)
        index = Index(
            refs,
            lazily([name for _, name in order], entries.artifact),
            order,
            facts,
            annotated,
            {name: tuple(map(unpack_problem, problems)) for name, problems in head["troubled"].items()},
            int(head["tags"]),
        )
        start, length = head["text"]
        listing = ListingState(
            {
                name: StoredDirectory(
                    _identity(mark),
                    {file: (_identity(each), str(value)) for file, (each, value) in files.items()},
                    tuple(directories),
                )
                for name, (mark, files, directories) in head["directories"].items()
            },
            _identity(head["packed"]) if head["packed"] is not None else None,
            bool(head["racy"]),
            lambda: zlib.decompress(file.blobs[start : start + length]),
            bytes.fromhex(head["digest"]),
        )
        device, inode = head["identity"]
        repository = RepositoryState((device, inode), listing, int(head["tags"]), head["symbolic"], head["unreadable"])
        self._written = _Written(head["stamp"], index, entries.folded, places, len(file.blobs), (start, length))
        missing = {oid: set(names) for oid, names in head["missing"].items()}
        return StoredRegistry(repository, index, head["head"], missing)


def _identity(mark: Sequence[int]) -> Identity:
    device, inode, size, mtime, ctime = map(int, mark)
    return device, inode, size, mtime, ctime


def user_stores() -> Callable[[str, Mapping[str, str]], RegistryStore] | None:
    """Return a factory of this user's stores, by checkout and variables; None if there is no place for a cache."""
    cache = user_cache(os.environ)
    return partial(RegistryStore, cache / "registries") if cache is not None else None


def peek(folded: Mapping[str, FoldedArtifact], name: str) -> FoldedArtifact | None:
    """Return the artifact if it was read before."""
    return folded.peek(name) if isinstance(folded, OverlayMapping) else folded.get(name)


def is_as_before(index: Index, name: str, before: Mapping[str, FoldedArtifact]) -> bool:
    """Return whether nothing was folded for an artifact since `before`."""
    folded = peek(index.folded, name)
    if folded is None:
        # Never read since it was restored; or nothing counts for it, and then its refs may be others.
        return name in index.folded
    return before.get(name) is folded
