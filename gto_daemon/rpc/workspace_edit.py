"""Edits of a text as an LSP `WorkspaceEdit` (LSP 3.17 §workspaceEdit); characters are UTF-16 code units there."""

from collections.abc import Iterable
from typing import Any

from gto_daemon.registry.annotations.editing import Edit
from gto_daemon.registry.annotations.positions import Lines


def workspace_edit(uri: str, version: int | None, text: str | None, edits: Iterable[Edit]) -> dict[str, Any]:
    """The edit of one document. `text` None: the file is not there, and is created first."""
    changes: list[dict[str, Any]] = []
    if text is None:
        changes.append({"kind": "create", "uri": uri, "options": {"ignoreIfExists": True}})
    lines = Lines(text or "")
    changes.append(
        {
            "textDocument": {"uri": uri, "version": version},
            "edits": [
                {
                    "range": {
                        "start": _position(text or "", lines, edit.start),
                        "end": _position(text or "", lines, edit.end),
                    },
                    "newText": edit.text,
                }
                for edit in edits
            ],
        }
    )
    return {"documentChanges": changes}


def _position(text: str, lines: Lines, at: int) -> dict[str, int]:
    place = lines.position(at)
    before = text[at - place.character : at]
    return {"line": place.line, "character": len(before.encode("utf-16-le")) // 2}
