"""The texts that the editor has open, kept by pygls but for what it takes for a line, and by what it finds them.

pygls splits as `str.splitlines` does, also at form feeds and U+2028, so an edit behind one would go astray. LSP knows
three line ends (LSP 3.17 §textDocuments). And pygls keeps documents by their decoded URIs, under which nobody finds
one in a folder with a space in its name.
"""

import os
from dataclasses import dataclass
from typing import Any

from lsprotocol import types
from pygls.workspace import TextDocument, Workspace

from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.rpc.lsp.places import Places
from gto_daemon.rpc.uris import document_key, path_of


def encoding_name(encoding: types.PositionEncodingKind | str | None) -> str:
    """The encoding of positions, as LSP names it."""
    return str(getattr(encoding, "value", encoding or "utf-16"))


@dataclass(frozen=True, slots=True)
class TextSnapshot:
    """A document as it was when a request about it came: positions of the request, and edits, are of this text.

    Attributes:
        uri: by which the editor opened it, however the request spells it.
        version: the editor's.
        source: the text.
        lines: of the text.

    """

    uri: str
    version: int | None
    source: str
    lines: Lines


class Text(TextDocument):
    """An open document."""

    _lines_of: tuple[str, Lines] | None = None

    def snapshot(self) -> TextSnapshot:
        """Return what it is now."""
        return TextSnapshot(self.uri, self.version, self.source, self.places())

    def is_at(self, path: str) -> bool:
        """Whether it is the file at an absolute path without symbolic links in its folders."""
        own = path_of(self.uri)
        if own is None or os.path.basename(own) != os.path.basename(path):  # noqa: PTH119
            return False
        folder = os.path.dirname(own)  # noqa: PTH120
        return os.path.normcase(os.path.realpath(folder)) == os.path.normcase(os.path.dirname(path))  # noqa: PTH120

    def places(self) -> Lines:
        """The lines of the text. An edit needs them as they were, and the features as they are then."""
        text = self.source
        if self._lines_of is None or self._lines_of[0] is not text:
            self._lines_of = (text, Lines(text))
        return self._lines_of[1]

    def _apply_incremental_change(self, change: types.TextDocumentContentChangePartial) -> None:
        text = self.source
        lines = self.places()
        places = Places(text, lines, encoding_name(self.position_codec.encoding))
        start = lines.index(places.read(change.range.start.line, change.range.start.character))
        end = lines.index(places.read(change.range.end.line, change.range.end.character))
        self._source = text[: min(start, end)] + change.text + text[max(start, end) :]


class Texts(Workspace):
    """The workspace of a session."""

    def _create_text_document(
        self, doc_uri: str, source: str | None = None, version: int | None = None, language_id: str | None = None
    ) -> Text:
        return Text(
            doc_uri,
            source=source,
            version=version,
            language_id=language_id,
            sync_kind=self._sync_kind,
            position_codec=self._position_codec,
        )

    def open_text(self, uri: str) -> Text | None:
        """Return the open document of that URI, in whatever encoding."""
        found = self._text_documents.get(document_key(uri))
        return found if isinstance(found, Text) else None

    def put_text_document(self, text_document: types.TextDocumentItem, notebook_uri: str | None = None) -> None:
        """Take the text of a document that was opened."""
        del notebook_uri  # the server asks for no notebooks
        self._text_documents[document_key(text_document.uri)] = self._create_text_document(
            text_document.uri, text_document.text, text_document.version, text_document.language_id
        )

    def update_text_document(
        self, text_doc: types.VersionedTextDocumentIdentifier, change: types.TextDocumentContentChangeEvent
    ) -> None:
        """Take one change of a document."""
        text = self._text_documents[document_key(text_doc.uri)]
        text.apply_change(change)
        text.version = text_doc.version

    def remove_text_document(self, doc_uri: str) -> None:
        """Forget a document that was closed."""
        self._text_documents.pop(document_key(doc_uri), None)

    def add_folder(self, folder: types.WorkspaceFolder) -> None:
        """Take a workspace folder."""
        self._folders[document_key(folder.uri)] = folder

    def remove_folder(self, folder_uri: str) -> None:
        """Forget a workspace folder."""
        self._folders.pop(document_key(folder_uri), None)

    @classmethod
    def of(cls, workspace: Any, params: types.InitializeParams) -> "Texts":
        """One in place of pygls' own, as it was made for `initialize`."""
        return cls(
            workspace.root_uri, workspace._sync_kind, params.workspace_folders or [], workspace.position_encoding
        )
