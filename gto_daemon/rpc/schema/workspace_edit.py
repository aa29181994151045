"""Edits of a text as an LSP `WorkspaceEdit` (LSP 3.17 §workspaceEdit)."""

from collections.abc import Iterable

from gto_daemon.daemon.live.editor_file import EditorFile
from gto_daemon.protocol import JsonObject
from gto_daemon.registry.annotations.editing import Edit
from gto_daemon.rpc.schema.positions import PositionMapper


def workspace_edit(file: EditorFile, edits: Iterable[Edit]) -> JsonObject:
    """Return the edit of one file; a file that does not exist is created first.

    Args:
        file: the file as it was when the edits were computed.
        edits: the edits, in characters of its text without a byte order mark.

    """
    changes: list[JsonObject] = []
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
