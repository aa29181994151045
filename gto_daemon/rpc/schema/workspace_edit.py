"""Edits of a text as an LSP `WorkspaceEdit` (LSP 3.17 §workspaceEdit)."""

from collections.abc import Iterable
from typing import Any

from gto_daemon.daemon.task_context import EditorFile
from gto_daemon.registry.annotations.editing import Edit
from gto_daemon.rpc.schema.positions import PositionMapper


def workspace_edit(file: EditorFile, edits: Iterable[Edit]) -> dict[str, Any]:
    """Return the edit of one file; one without a text is created first.

    Args:
        file: as it was when the edits were made.
        edits: characters of its text, of which a byte order mark is none.

    """
    changes: list[dict[str, Any]] = []
    if file.text is None:
        changes.append({"kind": "create", "uri": file.uri, "options": {"ignoreIfExists": True}})
    places = PositionMapper.of(file.text or "", file.encoding)
    changes.append(
        {
            "textDocument": {"uri": file.uri, "version": file.version},
            "edits": [{"range": places.between(edit.start, edit.end), "newText": edit.text} for edit in edits],
        }
    )
    return {"documentChanges": changes}
