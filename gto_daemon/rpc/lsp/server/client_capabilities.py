"""The client's capabilities in `initialize`."""

from dataclasses import dataclass
from typing import Any

from lsprotocol import types


@dataclass(frozen=True, slots=True)
class EditorCapabilities:
    """The client's capabilities that affect what it is sent.

    Attributes:
        encoding: the encoding of positions: `utf-8`, `utf-16` or `utf-32`.
        markdown: hovers may be markdown.
        snippets: completions may have places to fill in.
        nested_symbols: symbols may have children.
        document_changes: edits may name the version of the document that they are of.
        creates: edits may create files.
        actions: code actions may be more than commands; `disabled`: they may say why they cannot be done.
        pulls: it asks for diagnostics, so that none are published.
        refreshes: which of `codeLens`, `inlayHint` and `diagnostics` the server may ask it to refresh.
        progress: the server may begin a progress of its own.
        applies: it takes `workspace/applyEdit`.
        registers: methods that may be registered while it runs.
        status: it takes `experimental/serverStatus`.

    """

    encoding: str = "utf-16"
    markdown: bool = False
    snippets: bool = False
    nested_symbols: bool = False
    document_changes: bool = False
    creates: bool = False
    actions: bool = False
    disabled: bool = False
    pulls: bool = False
    refreshes: frozenset[str] = frozenset()
    progress: bool = False
    applies: bool = False
    registers: frozenset[str] = frozenset()
    status: bool = False


def read_client(capabilities: types.ClientCapabilities, encoding: str) -> EditorCapabilities:
    """Read the capabilities in `initialize`."""
    hover = _get(capabilities, "text_document.hover.content_format") or []
    operations = _get(capabilities, "workspace.workspace_edit.resource_operations")
    experimental = capabilities.experimental
    can_refresh = {name for name, path in _REFRESHES.items() if _get(capabilities, f"workspace.{path}.refresh_support")}
    return EditorCapabilities(
        encoding=encoding,
        markdown=types.MarkupKind.Markdown in hover,
        snippets=bool(_get(capabilities, "text_document.completion.completion_item.snippet_support")),
        nested_symbols=bool(_get(capabilities, "text_document.document_symbol.hierarchical_document_symbol_support")),
        # A client that can create files supports `documentChanges`, which that needs (LSP 3.17 §workspaceEdit).
        document_changes=bool(operations or _get(capabilities, "workspace.workspace_edit.document_changes")),
        creates=types.ResourceOperationKind.Create in (operations or []),
        actions=_get(capabilities, "text_document.code_action.code_action_literal_support") is not None,
        disabled=bool(_get(capabilities, "text_document.code_action.disabled_support")),
        pulls=_get(capabilities, "text_document.diagnostic") is not None,
        refreshes=frozenset(can_refresh),
        progress=bool(_get(capabilities, "window.work_done_progress")),
        applies=bool(_get(capabilities, "workspace.apply_edit")),
        registers=frozenset(name for name, path in _REGISTERS.items() if _get(capabilities, path)),
        status=isinstance(experimental, dict) and experimental.get("serverStatusNotification") is True,
    )


_REFRESHES = {"codeLens": "code_lens", "inlayHint": "inlay_hint", "diagnostics": "diagnostics"}
_REGISTERS = {
    "textDocument/synchronization": "text_document.synchronization.dynamic_registration",
    "textDocument/hover": "text_document.hover.dynamic_registration",
    "textDocument/definition": "text_document.definition.dynamic_registration",
    "textDocument/documentLink": "text_document.document_link.dynamic_registration",
    "workspace/didChangeConfiguration": "workspace.did_change_configuration.dynamic_registration",
    "workspace/didChangeWatchedFiles": "workspace.did_change_watched_files.dynamic_registration",
}


def _get(capabilities: Any, path: str) -> Any:
    """Return a capability by its path; None if the client does not have it."""
    found = capabilities
    for name in path.split("."):
        # lsprotocol leaves `experimental` and the like as plain objects.
        found = getattr(found, name, None)
        if found is None:
            return None
    return found
