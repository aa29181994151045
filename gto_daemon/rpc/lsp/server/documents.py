"""The open texts, instead of pygls' own, which split lines and find documents differently from LSP.

pygls splits as `str.splitlines` does, also at form feeds and U+2028, so an edit behind one would go astray. LSP knows
three line ends (LSP 3.17 §textDocuments). And pygls keeps documents by their decoded URIs, under which nobody finds
one in a folder with a space in its name.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock
from typing import Any, Final

from lsprotocol import types
from pygls.workspace import TextDocument, Workspace

from gto_daemon.editor.limits import MAX_DOCUMENT
from gto_daemon.protocol import JsonObject
from gto_daemon.rpc.schema.positions import code_points
from gto_daemon.rpc.schema.uris import document_key, path_of

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def encoding_name(encoding: types.PositionEncodingKind | str | None) -> str:
    """Return the encoding of positions, by its name in LSP."""
    return str(getattr(encoding, "value", encoding or "utf-16"))


def _nothing_else_asked() -> None:
    """Raise nothing."""


@dataclass(frozen=True, slots=True)
class TextSnapshot:
    """A document as of a request: the positions in the request, and edits, refer to this text.

    Attributes:
        uri: by which the editor opened it, however the request spells it.
        version: the editor's.
        source: the text, None where it is too large to be looked at.
        read_generation: of the read of the socket that brought the request: what was found on disk since is new enough.
            None for no request.
        check: raises an `RpcError` once the request is superseded by a later one.

    """

    uri: str
    version: int | None
    source: str | None
    read_generation: int | None = None
    check: Callable[[], None] = _nothing_else_asked


class Text(TextDocument):
    """An open document. If it is too large it is not kept, until the editor sends a whole text that is small enough."""

    def __init__(self, uri: str, source: str, **kwargs: Any) -> None:
        super().__init__(uri, source, **kwargs)
        # Acts and features read it in threads of their own while the editor types.
        self.lock = RLock()
        self._lines: list[str] | None = None
        self._length = 0
        self._encoding = encoding_name(self.position_codec.encoding)
        self.is_too_large = False
        self.replace_all(source)

    @property
    def source(self) -> str:
        """The text, empty while it is too large."""
        with self.lock:
            if self._source is None:
                self._source = "".join(self._lines or ())
            return self._source

    def snapshot(self, read_generation: int | None = None) -> TextSnapshot:
        """Return its present state."""
        with self.lock:
            return TextSnapshot(self.uri, self.version, None if self.is_too_large else self.source, read_generation)

    def is_at(self, path: str) -> bool:
        """Return whether it is the file at an absolute path without symbolic links in its folders."""
        own = path_of(self.uri)
        if own is None or os.path.basename(own) != os.path.basename(path):  # noqa: PTH119
            return False
        folder = os.path.dirname(own)  # noqa: PTH120
        return os.path.normcase(os.path.realpath(folder)) == os.path.normcase(os.path.dirname(path))  # noqa: PTH120

    def replace_all(self, text: str) -> None:
        """Replace the whole text."""
        self._lines = None
        self._length = len(text)
        self.is_too_large = self._length > MAX_DOCUMENT
        self._source = "" if self.is_too_large else text

    def replace(self, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        """Replace the text between two positions, each a line and a character in the client's units.

        Only the lines around it are looked at: to replace a word everywhere is one edit for each place.
        """
        if self.is_too_large:
            return
        if self._lines is None:
            self._lines = _LINE.findall(self.source)
        lines = self._lines
        (first, before), (last, after) = sorted((self._place(*start), self._place(*end)))
        # The lines beside them as well: what ends one with CR, and what begins one with LF, may become one line end.
        low, high = max(first - 1, 0), min(last + 2, len(lines))
        head, tail = "".join(lines[low:first]), "".join(lines[last:high])
        changed = head + "".join(lines[first : first + 1])[:before] + text + tail[after:]
        self._length += len(changed) - sum(map(len, lines[low:high]))
        if self._length > MAX_DOCUMENT:
            self._lines, self._source, self.is_too_large = None, "", True
            return
        lines[low:high] = _LINE.findall(changed)
        self._source = None

    def _place(self, line: int, character: int) -> tuple[int, int]:
        """Return the line and the code point of a client's position; a position beyond the text is at its end."""
        lines = self._lines or []
        if line >= len(lines):
            return len(lines), 0
        return line, code_points(lines[line].rstrip("\r\n"), character, self._encoding)


class TextDocuments(Workspace):
    """The workspace of a session."""

    def open_text(self, uri: str) -> Text | None:
        """Return the open document of that URI, in whatever encoding."""
        found = self._text_documents.get(document_key(uri))
        return found if isinstance(found, Text) else None

    def put_text_document(self, text_document: types.TextDocumentItem, notebook_uri: str | None = None) -> None:
        """Add a document that was opened."""
        del notebook_uri  # the server asks for no notebooks
        self._text_documents[document_key(text_document.uri)] = Text(
            text_document.uri,
            text_document.text,
            version=text_document.version,
            language_id=text_document.language_id,
            position_codec=self._position_codec,
        )

    def change(self, params: JsonObject) -> str | None:
        """Apply the params of `textDocument/didChange` as received: pygls would parse each of its changes twice.

        Returns the URI by which the editor opened the document, None if it did not.

        Raises:
            KeyError, TypeError, ValueError: the params are invalid.

        """
        document = params["textDocument"]
        edits = [_edit(change) for change in params["contentChanges"]]
        text = self.open_text(document["uri"])
        if text is None:
            return None
        with text.lock:
            for place, new in edits:
                if place is None:
                    text.replace_all(new)
                else:
                    text.replace(*place, new)
            # A change of nothing has a version too.
            text.version = document["version"]
        return text.uri

    def remove_text_document(self, doc_uri: str) -> None:
        """Forget a document that was closed."""
        self._text_documents.pop(document_key(doc_uri), None)

    def add_folder(self, folder: types.WorkspaceFolder) -> None:
        """Add a workspace folder."""
        self._folders[document_key(folder.uri)] = folder

    def remove_folder(self, folder_uri: str) -> None:
        """Forget a workspace folder."""
        self._folders.pop(document_key(folder_uri), None)

    @classmethod
    def of(cls, workspace: Any, params: types.InitializeParams) -> "TextDocuments":
        """Return a replacement for pygls' own workspace, as it was made for `initialize`."""
        return cls(
            workspace.root_uri, workspace._sync_kind, params.workspace_folders or [], workspace.position_encoding
        )


def _edit(change: Any) -> tuple[tuple[tuple[int, int], tuple[int, int]] | None, str]:
    place, text = change.get("range"), change["text"]
    if not isinstance(text, str):
        raise TypeError("text is no string")
    return None if place is None else (_position(place["start"]), _position(place["end"])), text


def _position(place: Any) -> tuple[int, int]:
    line, character = place["line"], place["character"]
    if type(line) is not int or type(character) is not int or line < 0 or character < 0:
        raise ValueError(f"no position: {place}")
    return line, character
