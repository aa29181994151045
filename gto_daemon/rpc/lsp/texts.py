"""The texts that the editor has open, kept by pygls but for what it takes for a line.

pygls splits as `str.splitlines` does, also at form feeds and U+2028, so an edit behind one would go astray. LSP knows
three line ends (LSP 3.17 §textDocuments).
"""

from typing import Any

from lsprotocol import types
from pygls.workspace import TextDocument, Workspace

from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.rpc.lsp.places import Places


def encoding_name(encoding: types.PositionEncodingKind | str | None) -> str:
    """The encoding of positions, as LSP names it."""
    return str(getattr(encoding, "value", encoding or "utf-16"))


class Text(TextDocument):
    """An open document."""

    _lines_of: tuple[str, Lines] | None = None

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

    @classmethod
    def of(cls, workspace: Any, params: types.InitializeParams) -> "Texts":
        """One in place of pygls' own, as it was made for `initialize`."""
        return cls(
            workspace.root_uri, workspace._sync_kind, params.workspace_folders or [], workspace.position_encoding
        )
