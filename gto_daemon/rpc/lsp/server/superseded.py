"""Requests for what is shown of a whole document, once the editor has asked again for a newer text.

An edit alone supersedes none: until the editor asks again, the answer for the older text may be of use to it, and
refusing it would make lenses disappear while somebody types (LSP 3.17 §responseMessage, ContentModified).
"""

from dataclasses import replace
from typing import Final

from lsprotocol import types

from gto_daemon.rpc.jsonrpc.errors import CONTENT_MODIFIED, SERVER_CANCELLED, RpcError
from gto_daemon.rpc.lsp.server.documents import TextSnapshot

_SAID: Final = "The document was edited, and this was asked for again"
#: LSP lets a server cancel diagnostics, and nothing else of these. The editor has asked again already.
_ERRORS: Final = {
    types.TEXT_DOCUMENT_CODE_LENS: RpcError(CONTENT_MODIFIED, _SAID),
    types.TEXT_DOCUMENT_DIAGNOSTIC: RpcError(SERVER_CANCELLED, _SAID, {"retriggerRequest": False}),
}


class NewestRequests:
    """For each document and method, the version of the text that was last asked about."""

    def __init__(self) -> None:
        self._versions: dict[tuple[str, str], int | None] = {}

    def note(self, method: str, text: TextSnapshot | None) -> TextSnapshot | None:
        """Return the text of a request, which is refused once there is a later one for another version."""
        error = _ERRORS.get(method)
        if text is None or error is None:
            return text
        key, version = (method, text.uri), text.version
        self._versions[key] = version

        def check() -> None:
            if self._versions.get(key, version) != version:
                raise error

        return replace(text, check=check)

    def forget(self, uri: str) -> None:
        """Note that a document was closed."""
        for method in _ERRORS:
            self._versions.pop((method, uri), None)
