"""The documents that the editor has open, each with the registry that it is about."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path
from pygls.workspace import Workspace

from gto_daemon.daemon.repository import LONGEST_FILE
from gto_daemon.editor.document import Document, Kind, kind_of, read_document
from gto_daemon.editor.facts import Facts
from gto_daemon.editor.values import Settings
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.problems import Position, Range
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.lsp.gathering import gather
from gto_daemon.rpc.lsp.places import Places
from gto_daemon.rpc.lsp.texts import Text, encoding_name

if TYPE_CHECKING:
    from gto_daemon.daemon.worktree import Worktree
    from gto_daemon.rpc.session import Session

#: Characters of a document that is read on the event loop; more of it is read beside, so that nobody waits.
_SHORT = 20_000
_PARAMS = "params.yaml"


@dataclass(frozen=True, slots=True)
class Opened:
    """A document, and the registry at the moment when it was asked about."""

    uri: str
    worktree: "Worktree"
    snapshot: Snapshot
    document: Document
    places: Places

    def position(self, position: types.Position) -> Position:
        """Of the client's position."""
        return self.places.read(position.line, position.character)

    def range(self, place: types.Range) -> Range:
        """Of the client's range."""
        return Range(self.position(place.start), self.position(place.end))

    def path_uri(self, path: str) -> str:
        """The URI of a path relative to the root of the repository."""
        if path == self.document.path:
            return self.uri
        found = from_fs_path(str(self.worktree.layout.config_root / path))
        return found or self.uri


class OpenDocuments:
    """Those of one session.

    Args:
        session: whose repositories and environment count.
        workspace: the texts, once there are any.
        settings: what the client wants.

    """

    def __init__(
        self, session: "Session", workspace: Callable[[], Workspace | None], settings: Callable[[], Settings]
    ) -> None:
        self._session = session
        self._workspace = workspace
        self._settings = settings
        self._repos: dict[str, str] = {}
        self._parsed: dict[str, tuple[str, str, bytes | None, Document]] = {}
        self._reading: dict[str, tuple[str, asyncio.Future[Document]]] = {}

    @property
    def encoding(self) -> str:
        """Of positions."""
        workspace = self._workspace()
        return encoding_name(workspace.position_encoding if workspace is not None else None)

    def uris(self) -> list[str]:
        """All of them."""
        workspace = self._workspace()
        return [each.uri for each in workspace.text_documents.values()] if workspace is not None else []

    def version(self, uri: str) -> int | None:
        """Of the text that is open."""
        text = self._text(uri)
        return None if text is None else text.version

    async def session_worktree(self, path: str) -> "Worktree | None":
        """The checkout that a folder is in, None for none."""
        try:
            worktree = await self._session.worktree_at(path)
        except RegistryError:
            # A folder without a repository, or with one that cannot be read, has no registry; `gto/status` says why.
            return None
        return None if worktree.layout.worktree is None else worktree

    def forget(self, uri: str) -> None:
        """It was closed."""
        self._repos.pop(uri, None)
        self._parsed.pop(uri, None)
        self._reading.pop(uri, None)

    def repo_of(self, uri: str) -> str | None:
        """The checkout that a file was in when it was looked at last."""
        return self._repos.get(uri)

    async def worktree_of(self, uri: str) -> "tuple[Worktree, str] | None":
        """The checkout that a file is in and its path there; None for none, and for a bare repository."""
        path = to_fs_path(uri) if uri.startswith("file:") else None
        if not path:
            return None
        folder = _existing_folder(path)
        worktree = await self.session_worktree(folder)
        if worktree is None:
            self._repos.pop(uri, None)
            return None
        if self._text(uri) is not None:
            self._repos[uri] = worktree.repo
        inside = _inside(folder, path, worktree)
        return None if inside.startswith("..") else (worktree, inside.replace(os.sep, "/"))

    async def read(self, uri: str) -> Opened | None:
        """A document with its registry; None for one that is not open, or is no file of a registry."""
        found = await self.worktree_of(uri)
        text = self._text(uri)
        if found is None or text is None:
            return None
        worktree, path = found
        worktree.follow_files()
        try:
            snapshot = worktree.current(None) or await worktree.fresh()
        except RegistryError:
            # It is gone, or broken beyond reading: the status of the server says so.
            return None
        kind = kind_of(path, snapshot.config.index, everywhere=self._settings().everywhere)
        text = self._text(uri)
        if kind is None or text is None:
            return None
        source = text.source
        variables = self._variables(worktree, path) if kind == "dvc" and "${" in source else None
        known = self._parsed.get(uri)
        if known is not None and known[:3] == (kind, source, variables):
            document = known[3]
        else:
            document = await self._parse(uri, path, kind, source, variables, text.places())
        shifted = source.startswith("\ufeff")
        places = Places(document.text, document.lines, self.encoding, shifted=shifted)
        return Opened(uri, worktree, snapshot, document, places)

    async def _parse(
        self, uri: str, path: str, kind: Kind, source: str, variables: bytes | None, lines: Lines
    ) -> Document:
        known = self._parsed.get(uri)
        before = known[3] if known is not None and known[0] == kind else None
        if len(source) <= _SHORT or (before is not None and before.pieces):
            document = read_document(path, kind, source, variables, before, lines)
        else:
            # Several features are asked at once; the text is read once for all of them.
            reading = self._reading.get(uri)
            if reading is None or reading[0] is not source:
                job = asyncio.to_thread(read_document, path, kind, source, variables, before, lines)
                reading = self._reading[uri] = (source, asyncio.ensure_future(job))
            document = await asyncio.shield(reading[1])
        self._parsed[uri] = (kind, source, variables, document)
        return document

    async def facts(self, opened: Opened, *, paths: bool = True, mentions: bool = False) -> Facts:
        """What there is to know for it."""
        others = await self._others(opened)
        worktree, snapshot, document = opened.worktree, opened.snapshot, opened.document
        return await worktree.run(lambda: gather(worktree, snapshot, document, others, paths=paths, mentions=mentions))

    def text_of(self, worktree: "Worktree", path: str) -> str | None:
        """A file as it is in the editor, else on disk; None where it is not."""
        place = str(worktree.layout.config_root / path)
        document = self._session.open_document(place)
        if document is not None:
            return document[0]
        try:
            data = read_regular_file(worktree.layout.config_root / path, LONGEST_FILE)
        except OSError:
            # Not ours to read: there is nothing that could be offered to change in it.
            return None
        return None if data is None else data.decode("utf-8", "replace")

    def _text(self, uri: str) -> Text | None:
        workspace = self._workspace()
        text = workspace.text_documents.get(uri) if workspace is not None else None
        return text if isinstance(text, Text) else None

    async def _others(self, opened: Opened) -> dict[str, Document]:
        others: dict[str, Document] = {}
        for uri in self.uris():
            other = await self.read(uri) if uri != opened.uri else None
            if other is not None and other.worktree is opened.worktree and other.document.kind in ("artifacts", "dvc"):
                others[other.document.path] = other.document
        return others

    @staticmethod
    def _variables(worktree: "Worktree", path: str) -> bytes | None:
        try:
            return read_regular_file((worktree.layout.config_root / path).parent / _PARAMS, LONGEST_FILE)
        except OSError:
            # Not readable is the same as not there to the reader of `dvc.yaml`, which says what is unresolved.
            return None


# pathlib would cost each keystroke more.
def _existing_folder(path: str) -> str:
    """The folder of a file, or the nearest one above it that is there."""
    folder = os.path.realpath(os.path.dirname(path))  # noqa: PTH120
    while folder and not os.path.isdir(folder) and folder != os.path.dirname(folder):  # noqa: PTH112, PTH120
        folder = os.path.dirname(folder)  # noqa: PTH120
    return folder


def _inside(folder: str, path: str, worktree: "Worktree") -> str:
    return os.path.relpath(os.path.join(folder, os.path.basename(path)), worktree.layout.config_root)  # noqa: PTH118, PTH119
