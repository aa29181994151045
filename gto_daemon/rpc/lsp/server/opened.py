"""The documents that the editor has open, each with the registry that it is about."""

import asyncio
import os
import posixpath
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from lsprotocol import types

from gto_daemon.daemon.live.editor_file import EditorFile
from gto_daemon.daemon.live.parsed_files import MAX_FILE
from gto_daemon.daemon.live.serial_executor import SerialExecutor
from gto_daemon.editor.document import Kind, ParsedDocument, kind_of, read_document, too_large
from gto_daemon.editor.facts import WorkspaceFacts
from gto_daemon.editor.states import ArtifactStates
from gto_daemon.editor.values import FeatureSettings
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.registry.annotations.vars_files import VariableFiles, variable_files
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.problems import Position, Range
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.lsp.features.document_facts import DocumentFacts
from gto_daemon.rpc.lsp.server.documents import Text, TextDocuments, TextSnapshot, encoding_name
from gto_daemon.rpc.schema.positions import PositionMapper
from gto_daemon.rpc.schema.uris import path_of

if TYPE_CHECKING:
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.rpc.context import Context

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opened:
    """A document, and the registry as of the request."""

    uri: str
    version: int | None
    worktree: "Worktree"
    states: ArtifactStates
    document: ParsedDocument
    places: PositionMapper

    @property
    def snapshot(self) -> Snapshot:
        """The registry."""
        return self.states.snapshot

    def position(self, position: types.Position) -> Position:
        """Return the position that the client's position means."""
        return self.places.read(position.line, position.character)

    def range(self, place: types.Range) -> Range:
        """Return the range that the client's range means."""
        return Range(self.position(place.start), self.position(place.end))


class Located(NamedTuple):
    """Where a document is, and the registry as of the request."""

    text: TextSnapshot
    worktree: "Worktree"
    path: str
    kind: Kind
    states: ArtifactStates


class OpenDocuments:
    """The open documents of one session.

    Args:
        context: the context with the repositories and the environment.
        texts: the texts, once there are any.
        folders: absolute paths of the workspace folders.
        settings: what the client wants.

    """

    def __init__(
        self,
        context: "Context",
        texts: Callable[[], TextDocuments | None],
        folders: Callable[[], list[str]],
        settings: Callable[[], FeatureSettings],
    ) -> None:
        self._context = context
        self._texts = texts
        self._folders = folders
        self._settings = settings
        self.facts_of = DocumentFacts()
        self._states: WeakKeyDictionary[Worktree, ArtifactStates] = WeakKeyDictionary()
        self._repos: dict[str, str] = {}
        self._found: dict[str, tuple[int, tuple[Worktree, str] | None]] = {}
        self._parsed: dict[str, tuple[str, str, VariableFiles, ParsedDocument]] = {}
        # In their own thread: a long one must not keep the repository's other clients waiting either.
        self._thread = SerialExecutor("documents")

    @property
    def encoding(self) -> str:
        """The encoding of positions."""
        texts = self._texts()
        return encoding_name(texts.position_encoding if texts is not None else None)

    def uris(self) -> list[str]:
        """Return the URIs of all documents, as the editor opened them."""
        return [each.uri for each in self._all()]

    def text(self, uri: str) -> Text | None:
        """Return the open document of a URI, however it is spelled."""
        texts = self._texts()
        return None if texts is None else texts.open_text(uri)

    def snapshot(self, uri: str, read_generation: int | None = None) -> TextSnapshot | None:
        """Return what an open document is now, for a request of that read; None for one that is not open."""
        text = self.text(uri)
        return None if text is None else text.snapshot(read_generation)

    def _all(self) -> list[Text]:
        texts = self._texts()
        # A copy at once: acts ask from threads of their own.
        return [each for each in list(texts.text_documents.values()) if isinstance(each, Text)] if texts else []

    async def session_worktree(self, path: str) -> "Worktree | None":
        """Return the checkout that contains a folder, or None."""
        try:
            worktree = await self._context.worktree_at(path)
        except RegistryError:
            # A folder without a repository, or with one that cannot be read, has no registry; `gto/status` says why.
            return None
        return None if worktree.layout.worktree is None else worktree

    def forget(self, uri: str) -> None:
        """Note that it was closed."""
        self._repos.pop(uri, None)
        self._found.pop(uri, None)
        self._thread.submit(self._parsed.pop, uri, None)  # behind whatever reads it at the moment

    async def run(self, job: Callable[[], T]) -> T:
        """Run a job about a document in a thread of the session: it may take seconds, for which nobody else waits."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, job)

    def close(self) -> None:
        """Cancel everything that has not started: the client is gone."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def repo_of(self, uri: str) -> str | None:
        """Return the checkout that contained a file when it was last looked up."""
        return self._repos.get(uri)

    async def worktree_of(self, uri: str, read_generation: int | None = None) -> "tuple[Worktree, str] | None":
        """Return the checkout that contains a file and the path there; None if there is none, or a bare repository.

        Where the path leads is looked up once for what comes with one read of the socket. An edit, and what is asked
        behind it, come together.
        """
        known = self._found.get(uri)
        if read_generation is not None and known is not None and known[0] == read_generation:
            return known[1]
        found = await self._look_up(uri)
        if read_generation is not None and self.text(uri) is not None:
            self._found[uri] = (read_generation, found)
        return found

    async def _look_up(self, uri: str) -> "tuple[Worktree, str] | None":
        path = path_of(uri)
        if path is None:
            return None
        folder = _existing_folder(path)
        worktree = await self.session_worktree(folder)
        if worktree is None:
            self._repos.pop(uri, None)
            return None
        if self.text(uri) is not None:
            self._repos[uri] = worktree.repo
        inside = _inside(folder, path, worktree)
        return None if inside.startswith("..") else (worktree, inside.replace(os.sep, "/"))

    async def read(self, text: TextSnapshot | None) -> Opened | None:
        """Return a document with its registry; None if it is not open, or not a file of a registry."""
        located = await self.locate(text)
        if located is None:
            return None
        return self.opened(located) if self._is_read(located) else await self.run(lambda: self.opened(located))

    async def locate(self, text: TextSnapshot | None) -> Located | None:
        """Return where a document is, with its registry; None if it is not open, or not a file of a registry."""
        if text is not None:
            text.check()
        found = None if text is None else await self.worktree_of(text.uri, text.read_generation)
        if found is None or text is None:
            return None
        worktree, path = found
        worktree.follow_files()
        try:
            snapshot = worktree.current(text.read_generation) or await worktree.fresh()
        except RegistryError:
            # It is gone, or broken beyond reading: the status of the server says so.
            return None
        kind = kind_of(path, snapshot.config.index, everywhere=self._settings().everywhere)
        if kind is None:
            return None
        return Located(text, worktree, path, kind, self._states_of(worktree, snapshot))

    def opened(self, located: Located) -> Opened:
        """Return the document, read. In the thread for documents."""
        text, worktree, path, kind, states = located
        text.check()
        if text.source is None:
            document = too_large(path, kind)
        else:
            document = self._read(text.uri, worktree, path, kind, text.source)
        shifted = text.source is not None and text.source.startswith("\ufeff")
        places = PositionMapper(document.text, document.lines, self.encoding, shifted=shifted)
        return Opened(text.uri, text.version, worktree, states, document, places)

    def _is_read(self, located: Located) -> bool:
        """Return whether there is nothing left to read. What a `dvc.yaml` depends on is on disk."""
        known = self._parsed.get(located.text.uri)
        return known is not None and known[:2] == (located.kind, located.text.source) and located.kind != "dvc"

    def _states_of(self, worktree: "Worktree", snapshot: Snapshot) -> ArtifactStates:
        states = self._states.get(worktree)
        if states is None or states.snapshot is not snapshot:
            states = self._states[worktree] = ArtifactStates(snapshot)
        return states

    def _read(self, uri: str, worktree: "Worktree", path: str, kind: Kind, source: str) -> ParsedDocument:
        variables = self._variables(worktree, path, source) if kind == "dvc" else {}
        known = self._parsed.get(uri)
        if known is not None and known[:3] == (kind, source, variables):
            return known[3]
        before = known[3] if known is not None and known[0] == kind else None
        document = read_document(path, kind, source, variables, before)
        self._parsed[uri] = (kind, source, variables, document)
        return document

    async def facts(
        self, opened: Opened, *, paths: bool = True, mentions: bool = False, words: bool = False
    ) -> WorkspaceFacts:
        """Return the facts about a document."""
        others = await self._others(opened)
        worktree, snapshot, document = opened.worktree, opened.snapshot, opened.document
        return await worktree.run(
            lambda: self.facts_of.gather(
                worktree, snapshot, document, others, paths=paths, mentions=mentions, words=words
            )
        )

    def file(self, path: str) -> EditorFile:
        """Return a file as the editor knows it, by its absolute path. From any thread."""
        real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))  # noqa: PTH118, PTH119, PTH120
        text = next((each for each in self._all() if each.is_at(real)), None)
        if text is not None:
            now = text.snapshot()
            return EditorFile(now.uri, now.version, now.source, self.encoding, is_too_large=now.source is None)
        for folder in self._folders():
            # An editor that opened a folder through a link knows the files in it by that link.
            root = os.path.realpath(folder)
            if real.startswith(os.path.join(root, "")):  # noqa: PTH118
                return EditorFile(Path(folder, os.path.relpath(real, root)).as_uri(), encoding=self.encoding)
        return EditorFile(Path(real).as_uri(), encoding=self.encoding)

    def contents(self, worktree: "Worktree", path: str) -> EditorFile:
        """Return the content of a file of a checkout in the editor, or else on disk, if it exists."""
        place = worktree.layout.config_root / path
        file = self.file(str(place))
        if file.text is not None or file.is_too_large:
            return file
        return replace(file, text=self._on_disk(place))

    @staticmethod
    def _on_disk(place: Path) -> str | None:
        try:
            data = read_regular_file(place, MAX_FILE)
        except OSError:
            # Not ours to read: there is nothing that could be offered to change in it.
            return None
        return None if data is None else data.decode("utf-8", "replace").removeprefix("\ufeff")

    async def _others(self, opened: Opened) -> dict[str, ParsedDocument]:
        others: dict[str, ParsedDocument] = {}
        for uri in self.uris():
            other = await self.read(self.snapshot(uri)) if uri != opened.uri else None
            if other is not None and other.worktree is opened.worktree and other.document.kind in ("artifacts", "dvc"):
                others[other.document.path] = other.document
        return others

    @staticmethod
    def _variables(worktree: "Worktree", path: str, source: str) -> VariableFiles:
        found: dict[str, bytes] = {}
        for name in variable_files(source.encode("utf-8", "surrogatepass"), posixpath.dirname(path)):
            try:
                data = read_regular_file(worktree.layout.config_root / name, MAX_FILE)
            except OSError:
                # Not readable is the same as not there to the reader of `dvc.yaml`, which says what is unresolved.
                continue
            if data is not None:
                found[name] = data
        return found


# pathlib would cost each keystroke more.
def _existing_folder(path: str) -> str:
    """Return the folder of a file, or the nearest existing one above it."""
    folder = os.path.realpath(os.path.dirname(path))  # noqa: PTH120
    while folder and not os.path.isdir(folder) and folder != os.path.dirname(folder):  # noqa: PTH112, PTH120
        folder = os.path.dirname(folder)  # noqa: PTH120
    return folder


def _inside(folder: str, path: str, worktree: "Worktree") -> str:
    return os.path.relpath(os.path.join(folder, os.path.basename(path)), worktree.layout.config_root)  # noqa: PTH118, PTH119
