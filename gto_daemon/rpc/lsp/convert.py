"""Convert the results of the features to LSP's shapes (LSP 3.17)."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from gto_daemon.daemon.live.editor_file import EditorFile
from gto_daemon.editor.code_lenses import entry_lenses, lens_command
from gto_daemon.editor.entries import ArtifactEntry
from gto_daemon.editor.states import ArtifactStates, StateTexts
from gto_daemon.editor.values import (
    CodeAction,
    Command,
    Completion,
    Diagnostic,
    FileEdit,
    Hover,
    InlayHint,
    Lens,
    Link,
    Symbol,
    TextLocation,
)
from gto_daemon.protocol import JsonObject
from gto_daemon.registry.problems import Range
from gto_daemon.rpc.jsonrpc.messages import encode
from gto_daemon.rpc.lsp.server.client_capabilities import EditorCapabilities
from gto_daemon.rpc.lsp.server.opened import Opened
from gto_daemon.rpc.schema.positions import PositionMapper
from gto_daemon.visible import visible

Json = JsonObject

_SEVERITY: Final = {"error": 1, "warning": 2, "info": 3, "hint": 4}
#: LSP's SymbolKind: Package, Field, Property.
_SYMBOL: Final = {"artifact": 4, "field": 8, "setting": 7}
#: LSP's CompletionItemKind: Field, Value, Module, File, Folder, EnumMember, Class, Keyword, Property.
_COMPLETION: Final = {
    "field": 5,
    "value": 12,
    "artifact": 9,
    "file": 17,
    "folder": 19,
    "stage": 20,
    "type": 7,
    "label": 14,
    "setting": 10,
}
_UNNECESSARY: Final = 1
_SNIPPET: Final = 2


class Wire:
    """The values about one document.

    Args:
        opened: the document.
        documentation: where the codes of diagnostics are explained; the code is put behind `#`.
        contents: another file as it is in the editor, else on disk.
        client: what the client can.

    """

    def __init__(
        self, opened: Opened, documentation: str, contents: Callable[[str], EditorFile], client: EditorCapabilities
    ) -> None:
        self._opened = opened
        self._documentation = documentation
        self._contents = contents
        self._client = client
        self._files: dict[str, EditorFile] = {}
        self._places_in: dict[str, PositionMapper] = {}

    def file(self, path: str) -> EditorFile:
        """Return another file as of its first use: its edits name that version."""
        if path not in self._files:
            self._files[path] = self._contents(path)
        return self._files[path]

    def lenses(self, lenses: Iterable[Lens], repository: int, texts: StateTexts | None) -> list[Json]:
        """Convert to the result of `textDocument/codeLens`.

        Args:
            lenses: the lenses of the document.
            repository: what the session calls the one that they are about.
            texts: what they say; None leaves that to `codeLens/resolve`.

        """
        shapes: list[Json] = []
        last: Range | None = None
        place: Json = {}
        for each in lenses:
            # The lenses of an entry share its place.
            if each.range is not last:
                last, place = each.range, self._opened.places.range(each.range)
            shape: Json = {"range": place, "data": [repository, each.name, each.kind]}
            if texts is not None:
                shape["command"] = command_json(lens_command(texts, each.name, each.kind))
            shapes.append(shape)
        return shapes

    def unresolved_lenses(self, states: ArtifactStates, repository: int, *, writable: bool) -> tuple[bytes, int]:
        """Return the result of `textDocument/codeLens` without what the lenses say, encoded, and how many these are.

        What an entry has is kept with its lines: a thousand entries are asked about with every keystroke.
        """
        document = self._opened.document

        def work_out(entry: ArtifactEntry) -> tuple[int, bytes]:
            lenses = entry_lenses(document, entry, states, writable=writable)
            return len(lenses), encode(self.lenses(lenses, repository, None))[1:-1]

        # A byte order mark counts in the first line, where another entry may be next.
        first = object() if self._opened.places.is_shifted else None
        found = document.kept.lenses.of(document.entries, (states, repository, writable, first), work_out, _moved)
        encoded = b",".join([lenses for _, lenses in found if lenses])
        return b"[%b]" % encoded, sum([count for count, _ in found])

    def diagnostics(self, found: Iterable[Diagnostic]) -> list[Json]:
        """Convert to diagnostics, for `textDocument/diagnostic` and for publishing."""
        return [self.diagnostic(each) for each in found]

    def diagnostic(self, found: Diagnostic) -> Json:
        """Return one diagnostic."""
        shape: Json = {
            "range": self._opened.places.range(found.range),
            "severity": _SEVERITY[found.severity],
            "code": found.code,
            "codeDescription": {"href": f"{self._documentation}#{found.code}"},
            "source": "gto",
            "message": visible(found.message),
        }
        if found.unnecessary:
            shape["tags"] = [_UNNECESSARY]
        return shape

    def hover(self, found: Hover | None) -> Json | None:
        """Convert to the result of `textDocument/hover`."""
        if found is None:
            return None
        content = {"kind": "markdown", "value": found.markdown}
        if not self._client.markdown:
            plain = found.markdown.replace("### ", "").replace("**", "").replace("`", "").replace("\\", "")
            content = {"kind": "plaintext", "value": plain}
        return {"contents": content, "range": self._opened.places.range(found.range)}

    def locations(self, found: Iterable[TextLocation]) -> list[Json]:
        """Convert to the locations of definitions and references."""
        return [self.location(each) for each in found]

    def location(self, found: TextLocation) -> Json:
        """Return one location."""
        return {"uri": self._uri(found.path), "range": self._places(found.path).range(found.range)}

    def links(self, found: Iterable[Link]) -> list[Json]:
        """Convert to the result of `textDocument/documentLink`."""
        return [
            {
                "range": self._opened.places.range(each.range),
                "target": self._target(each),
                "tooltip": visible(each.tooltip),
            }
            for each in found
        ]

    def _target(self, link: Link) -> str | None:
        if link.path is None:
            return link.url
        # LSP has no place for a position in a link; editors read this one.
        return f"{self._uri(link.path)}#L{link.line + 1}" if link.line else self._uri(link.path)

    def symbols(self, found: Sequence[Symbol]) -> list[Json]:
        """Convert to the result of `textDocument/documentSymbol`; flat for clients without hierarchies."""
        if self._client.nested_symbols:
            return [self._symbol(each) for each in found]
        return [
            {
                "name": visible(each.name),
                "kind": _SYMBOL[each.kind],
                "location": {"uri": self._opened.uri, "range": self._opened.places.range(each.range)},
            }
            for each in found
        ]

    def _symbol(self, found: Symbol) -> Json:
        place = self._opened.places.range
        return {
            "name": visible(found.name) or "''",
            "detail": visible(found.detail),
            "kind": _SYMBOL[found.kind],
            "range": place(found.range),
            "selectionRange": place(found.selection),
            "children": [self._symbol(child) for child in found.children],
        }

    def hints(self, found: Iterable[InlayHint]) -> list[Json]:
        """Convert to the result of `textDocument/inlayHint`."""
        return [
            {
                "position": self._opened.places.position(each.range.start),
                "label": visible(each.label),
                "tooltip": visible(each.tooltip),
                "paddingLeft": True,
            }
            for each in found
        ]

    def completions(self, found: Iterable[Completion]) -> list[Json]:
        """Convert to the result of `textDocument/completion`."""
        return [self._completion(each) for each in found]

    def _completion(self, found: Completion) -> Json:
        snippets = self._client.snippets
        text = found.edit.text if snippets or not found.snippet else found.edit.text.replace("$1", "")
        shape: Json = {
            "label": visible(found.label),
            "kind": _COMPLETION[found.kind],
            "sortText": found.sort or found.label,
            "filterText": found.label,
            "textEdit": {"range": self._opened.places.range(found.edit.range), "newText": text},
        }
        if found.snippet and snippets:
            shape["insertTextFormat"] = _SNIPPET
        if found.detail:
            shape["detail"] = visible(found.detail)
        if found.documentation:
            shape["documentation"] = {"kind": "markdown", "value": found.documentation}
        return shape

    def action(self, found: CodeAction) -> Json:
        """Convert to the result of `textDocument/codeAction`."""
        shape: Json = {"title": visible(found.title), "kind": found.kind}
        if found.mends is not None:
            shape["diagnostics"] = [self.diagnostic(found.mends)]
        if found.preferred:
            shape["isPreferred"] = True
        if found.disabled is not None:
            shape["disabled"] = {"reason": visible(found.disabled)}
        if found.edits:
            shape["edit"] = self.edit(found.edits)
        if found.command is not None:
            shape["command"] = command_json(found.command)
        return shape

    def edit(self, edits: Iterable[FileEdit]) -> Json:
        """Return a `WorkspaceEdit`. For an open document it names the version of the text that it was made for."""
        changes: list[Json] = []
        for each in edits:
            uri = self._uri(each.path)
            if each.create:
                changes.append({"kind": "create", "uri": uri, "options": {"ignoreIfExists": True}})
            if each.edits:
                identifier = {"uri": uri, "version": self._version(each.path)}
                changes.append({"textDocument": identifier, "edits": self._written(each)})
        return {"documentChanges": changes}

    def _written(self, edit: FileEdit) -> list[Json]:
        places = self._places(edit.path)
        return [{"range": places.range(each.range), "newText": each.text} for each in edit.edits]

    def _places(self, path: str) -> PositionMapper:
        if self._is_own(path):
            return self._opened.places
        if path not in self._places_in:
            file = self.file(path)
            self._places_in[path] = PositionMapper.of(file.text or "", file.encoding)
        return self._places_in[path]

    def _uri(self, path: str) -> str:
        return self._opened.uri if self._is_own(path) else self.file(path).uri

    def _version(self, path: str) -> int | None:
        return self._opened.version if self._is_own(path) else self.file(path).version

    def _is_own(self, path: str) -> bool:
        return path == self._opened.document.path


def _moved(lenses: tuple[int, bytes], line: int, now: int) -> tuple[int, bytes]:
    # A key is in one line. Within a string the quotes would be escaped.
    count, encoded = lenses
    return count, encoded.replace(b'"line":%d,' % line, b'"line":%d,' % now)


def command_json(command: Command) -> Json:
    """Return a `Command`."""
    return {"title": visible(command.title), "command": command.name, "arguments": [dict(command.argument)]}
