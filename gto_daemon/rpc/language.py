"""The language side of a session: nothing until `initialize`, and pygls from then on."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final

from gto_daemon.rpc.envelope import Request
from gto_daemon.rpc.errors import INVALID_REQUEST, LONGEST_NAME, METHOD_NOT_FOUND, SERVER_NOT_INITIALIZED, RpcError
from gto_daemon.rpc.preload import is_language_server_loaded, load_language_server
from gto_daemon.rpc.subscriptions import Outlet

if TYPE_CHECKING:
    from gto_daemon.rpc.lsp.server import Language
    from gto_daemon.rpc.session import Session

#: What LSP's own requests begin with; without `initialize` they are told so, and others that there is no such method.
_LANGUAGE: Final = (
    "textDocument/",
    "notebookDocument/",
    "workspace/",
    "window/",
    "client/",
    "callHierarchy/",
    "codeAction/",
    "codeLens/",
    "completionItem/",
    "documentLink/",
    "inlayHint/",
    "typeHierarchy/",
    "workspaceSymbol/",
)


class LanguageSide:
    """What a session does with LSP's own messages.

    Args:
        session: whose repositories the language server is about.
        outlet: the client.

    Attributes:
        is_loading: the language server is being loaded; until it is there, messages have to wait to keep their order.
        server: the language server, once the client sent `initialize`.

    """

    def __init__(self, session: "Session", outlet: Outlet) -> None:
        self.is_loading = False
        self.server: Language | None = None
        self._session = session
        self._outlet = outlet

    @property
    def is_shut_down(self) -> bool:
        """Whether the client sent `shutdown`."""
        return self.server is not None and self.server.is_shut_down

    def document(self, path: str) -> tuple[str, int | None] | None:
        """Text and version of an open document."""
        return None if self.server is None else self.server.document(path)

    def folders(self) -> list[str]:
        """Absolute paths of the workspace folders."""
        return [] if self.server is None else self.server.folders()

    def close(self) -> None:
        """The client is gone."""
        if self.server is not None:
            self.server.close()

    def feed(self, raw: dict[str, Any]) -> None:
        """Take a notification or an answer of the client. Before `initialize` there is nobody to take them."""
        if self.server is not None:
            self.server.feed(raw)

    def request(self, request: Request) -> Coroutine[Any, Any, bytes]:
        """Begin to answer a request; to be awaited for the encoded result.

        Raises:
            RpcError: it is none of LSP's, or it is not its time.

        """
        if request.method == "initialize":
            if self.server is not None:
                raise RpcError(INVALID_REQUEST, "Invalid request: initialize is sent once (LSP 3.17 §initialize)")
            return self._initialize(request) if is_language_server_loaded() else self._load_and_initialize(request)
        if self.server is not None:
            return self.server.request(request.raw)
        if request.method == "shutdown" or request.method.startswith(_LANGUAGE):
            raise RpcError(SERVER_NOT_INITIALIZED, f"{request.method} needs initialize first (LSP 3.17 §initialize)")
        raise RpcError(METHOD_NOT_FOUND, f"Method not found: {request.method[:LONGEST_NAME]}")

    def _load_and_initialize(self, request: Request) -> Coroutine[Any, Any, bytes]:
        self.is_loading = True

        async def load() -> bytes:
            try:
                await asyncio.to_thread(load_language_server)
                initialized = self._initialize(request)
            finally:
                self.is_loading = False
                self._outlet.resume()
            return await initialized

        return load()

    def _initialize(self, request: Request) -> Coroutine[Any, Any, bytes]:
        from gto_daemon.rpc.lsp.server import Language  # noqa: PLC0415  (0.4 s, see preload.py)

        server = Language(self._session, self._outlet.send)
        outcome = server.request(request.raw)
        # Only now: a client whose params were refused may try again.
        self.server = server
        self._session.introduce(trusted=server.is_trusted(request.params), environment=None)
        return outcome
