"""Whether git can act on a repository without waiting for ever or filling the memory.

It reads and writes more than libgit2 reads for us: the index, attributes, messages, logs, other checkouts. One pipe
among them, and git and its client wait until somebody writes into it. They are looked at before each
act, for a few `stat` calls. What is outside the repository, such as `~/.gitconfig`, is the user's own.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from gto_daemon.git.configuration_files import CONTINUED, ConfigurationFiles, home_directory, readings
from gto_daemon.git.layout import Layout
from gto_daemon.git.loose_refs import MAX_REF
from gto_daemon.git.readable import check_files, check_revision, unreadable_file
from gto_daemon.git.regular_files import check_file, read_regular_file

#: Other checkouts that are looked at, and remotes as they were kept before there was a configuration.
MAX_LISTED = 256
#: Bytes of the index, of which most is mapped.
_MAX_INDEX = 1 << 30
#: Bytes of what is read from its beginning to its end: attributes, patterns, messages.
_MAX_TEXT = 64 << 20
#: What is only appended to, or mapped, does no harm by its length.
_ANY_LENGTH = 1 << 60
_OF_CHECKOUT = (
    ("index", _MAX_INDEX),
    ("logs/HEAD", _ANY_LENGTH),
    *((f"info/{name}", _MAX_TEXT) for name in ("attributes", "exclude", "sparse-checkout")),
    *((name, _MAX_TEXT) for name in ("COMMIT_EDITMSG", "MERGE_MSG", "MERGE_MODE", "MERGE_RR", "SQUASH_MSG")),
    *((name, _MAX_TEXT) for name in ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "FETCH_HEAD")),
    *((name, _MAX_TEXT) for name in ("gc.pid", "gc.log")),
)
_OF_FILES = (".gitattributes", ".gitignore", ".gitmodules", ".mailmap")
_OF_OBJECTS = ("info/alternates", "info/commit-graph", "pack/multi-pack-index")
_OF_OTHER_CHECKOUT = ("HEAD", "commondir", "gitdir", "locked")
#: Variables that hold the place of a file: `core.attributesFile`, `core.excludesFile`, `commit.template`, …
_PLACE = re.compile(rb"(?im)^(?:[^\n]*\])?[ \t]*(?:\w*file|template|signingkey|ssl\w+)[ \t]*=[ \t]*(.*)")


class ReadableByGit:
    """Looks whether whatever git reads or writes for an act in one checkout are files. For any thread."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._configuration = ConfigurationFiles.of_repository(layout)
        self._places: tuple[tuple[bytes, ...], list[Path]] = ((), [])

    def require(self) -> None:
        """See that they are.

        Raises:
            RegistryError: `UnreadableRepository`.

        """
        layout = self._layout
        try:
            check_files(layout)
            texts, places = self._configuration.texts(), self._places
            if texts is not places[0]:
                places = self._places = texts, [place for text in texts for place in _places(layout, text)]
            for place in places[1]:
                if not _is_null_device(place):
                    check_file(str(place), _MAX_TEXT)
            check_revision(layout, "HEAD")
            for path, limit in _acted_on(layout):
                check_file(path, limit)
        except OSError as error:
            raise unreadable_file(layout, error) from error


def require_loggable(layout: Layout, refs: Iterable[str]) -> None:
    """See that the logs of refs are files: git appends to each that is there, for a tag too.

    Raises:
        RegistryError: `UnreadableRepository`.

    """
    try:
        for ref in refs:
            check_file(f"{layout.common}/logs/{ref}", _ANY_LENGTH)
    except OSError as error:
        raise unreadable_file(layout, error) from error


def require_committable(layout: Layout, path: str) -> None:
    """See that what git reads and writes to commit one file are files: what is on the way to it, the branch's log.

    Raises:
        RegistryError: `UnreadableRepository`.

    """
    folders = Path(layout.repo, path).parents
    try:
        head = read_regular_file(layout.git_dir / "HEAD", MAX_REF) or b""
        if head.startswith(b"ref:"):
            check_file(f"{layout.common}/logs/{os.fsdecode(head[4:]).strip()}", _ANY_LENGTH)
        for folder in folders[: folders.index(Path(layout.repo))]:
            for name in _OF_FILES:
                check_file(f"{folder}/{name}", _MAX_TEXT)
    except OSError as error:
        raise unreadable_file(layout, error) from error


def _acted_on(layout: Layout) -> Iterator[tuple[str, int]]:
    for directory in {layout.git_dir, layout.common}:
        for name, limit in _OF_CHECKOUT:
            yield f"{directory}/{name}", limit
    if layout.worktree is not None:
        for name in _OF_FILES:
            yield f"{layout.worktree}/{name}", _MAX_TEXT
    for name in _OF_OBJECTS:
        yield f"{layout.common}/objects/{name}", _ANY_LENGTH
    for checkout in _listed(f"{layout.common}/worktrees"):
        for name in _OF_OTHER_CHECKOUT:
            yield f"{checkout}/{name}", MAX_REF
    for folder in ("remotes", "branches"):
        for path in _listed(f"{layout.common}/{folder}"):
            yield path, MAX_REF


def _listed(directory: str) -> Iterator[str]:
    try:
        with os.scandir(directory) as entries:
            for entry, _ in zip(entries, range(MAX_LISTED), strict=False):
                yield entry.path
    except (FileNotFoundError, NotADirectoryError):
        return


def _places(layout: Layout, text: bytes) -> Iterator[Path]:
    for found in (_PLACE.findall(text), _PLACE.findall(CONTINUED.sub(b"", text))):
        for value in found:
            for place in map(os.fsdecode, readings(value)):
                yield home_directory() / place[2:] if place.startswith("~/") else Path(layout.repo, place)


def _is_null_device(path: Path) -> bool:
    """Return whether nothing is ever read there, which is how a file is switched off."""
    try:
        return path.samefile(os.devnull)
    except (OSError, ValueError):
        return False
