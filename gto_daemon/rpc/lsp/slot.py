"""The language server of a session: nothing until `initialize`, and pygls from then on."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final

from gto_daemon.daemon.live.editor_file import EditorFile, unopened
from gto_daemon.protocol import JsonObject
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.jsonrpc.errors import INVALID_REQUEST, SERVER_NOT_INITIALIZED, RpcError
from gto_daemon.rpc.jsonrpc.messages import Request, decode, encode
from gto_daemon.rpc.lsp.early_initialize import InitializeRequest, is_same_answer, read_initialize
from gto_daemon.rpc.lsp.preload import is_language_server_loaded, load_language_server
from gto_daemon.rpc.methods import method_not_found
from gto_daemon.rpc.subscriptions import ClientWriter

if TYPE_CHECKING:
    from gto_daemon.rpc.context import Context
    from gto_daemon.rpc.lsp.server.language_server import LanguageServer

logger = logging.getLogger(__name__)

#: The prefixes of LSP's own requests. Before `initialize` they get that error, other methods "method not found".
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
#: Notifications that carry the text of a document.
DID_CHANGE: Final = "textDocument/didChange"
OF_DOCUMENTS: Final = ("textDocument/didOpen", DID_CHANGE)


class LanguageServerSlot:
    """Handles LSP's own messages for a session.

    Args:
        context: the context with the repositories of the language server.
        writer: the client.

    Attributes:
        is_loading: the language server is waited for; until it is there, messages have to wait to keep their order.
        server: the language server, once the client sent `initialize`, and it is loaded.

    """

    def __init__(self, context: "Context", writer: ClientWriter) -> None:
        self.is_loading = False
        self.server: LanguageServer | None = None
        self._context = context
        self._writer = writer
        self._deferred: _Deferred | None = None

    def editor_file(self, path: str) -> EditorFile:
        """Return a file as the editor knows it, by its absolute path."""
        return unopened(path) if self.server is None else self.server.editor_file(path)

    def folders(self) -> list[str]:
        """Return the absolute paths of the workspace folders."""
        if self.server is None:
            return [] if self._deferred is None else self._deferred.client.folders()
        return self.server.folders()

    def close(self) -> None:
        """Stop: the client is gone."""
        if self._deferred is not None:
            self._deferred.close()
        if self.server is not None:
            self.server.close()

    def feed(self, raw: JsonObject) -> None:
        """Handle a notification or a response of the client. Before `initialize` it is dropped."""
        if self.server is not None:
            self.server.feed(raw)
        elif self._deferred is not None:
            self._deferred.notifications.append(raw)
            if raw.get("method") != "initialized":
                self._hasten(self._deferred)

    def request(self, request: Request) -> Coroutine[Any, Any, bytes]:
        """Start to answer a request, and return an awaitable of the encoded result.

        Raises:
            RpcError: it is not one of LSP's methods, or it comes at the wrong time.

        """
        if request.method == "initialize":
            if self.server is not None or self._deferred is not None:
                raise RpcError(INVALID_REQUEST, "Invalid request: initialize is sent once (LSP 3.17 §initialize)")
            if is_language_server_loaded():
                return self._initialize(request)
            client = read_initialize(request.params)
            return self._load_and_initialize(request) if client is None else self._defer(request, client)
        if self.server is not None:
            return self.server.request(request.raw)
        if self._deferred is not None:
            return self._request_later(request, self._hasten(self._deferred))
        if request.method == "shutdown" or request.method.startswith(_LANGUAGE):
            raise RpcError(SERVER_NOT_INITIALIZED, f"{request.method} needs initialize first (LSP 3.17 §initialize)")
        raise method_not_found(request.method)

    def _load_and_initialize(self, request: Request) -> Coroutine[Any, Any, bytes]:
        self.is_loading = True

        async def load() -> bytes:
            try:
                await asyncio.to_thread(load_language_server)
                initialized = self._initialize(request)
            finally:
                self.is_loading = False
                self._writer.resume()
            return await initialized

        return load()

    def _initialize(self, request: Request) -> Coroutine[Any, Any, bytes]:
        from gto_daemon.rpc.lsp.server.language_server import LanguageServer  # noqa: PLC0415  (0.4 s, see preload.py)

        server = LanguageServer(self._context, self._writer.send)
        outcome = server.request(request.raw)
        # Only now: a client whose params were refused may try again.
        self.server = server
        if self._deferred is None:
            self._context.introduce(trusted=_is_trusted(request.params), environment=None)
        return outcome

    # --- a client that can wait ------------------------------------------------------------------------------

    def _defer(self, request: Request, client: InitializeRequest) -> Coroutine[Any, Any, bytes]:
        self._deferred = deferred = _Deferred(request, client)
        self._context.introduce(trusted=_is_trusted(request.params), environment=None)
        deferred.reading = asyncio.create_task(self._read_first(deferred), name="registries of an editor")

        async def answer() -> bytes:
            return encode(client.result())

        return answer()

    async def _read_first(self, deferred: "_Deferred") -> None:
        """Read what the client will ask for while it is busy with the response, and load the language server after."""
        reading = (self._context.read_ahead(path) for path in deferred.client.folders())
        for failure in await asyncio.gather(*reading, return_exceptions=True):
            # A refusal is told to those who ask.
            if isinstance(failure, Exception) and not isinstance(failure, RegistryError):
                logger.error("a registry could not be read ahead", exc_info=failure)
        if deferred.loading is None:
            deferral = self._context.limits.deferral
            deferred.timer = asyncio.get_running_loop().call_later(deferral, self._begin, deferred)

    def _hasten(self, deferred: "_Deferred") -> "asyncio.Task[None]":
        """Load the language server now: nothing else is accepted until it is there."""
        self.is_loading = True
        return self._begin(deferred)

    def _begin(self, deferred: "_Deferred") -> "asyncio.Task[None]":
        if deferred.timer is not None:
            deferred.timer.cancel()
        if deferred.loading is None:
            deferred.loading = asyncio.create_task(self._catch_up(deferred), name="language server")
        return deferred.loading

    async def _catch_up(self, deferred: "_Deferred") -> None:
        try:
            await asyncio.to_thread(load_language_server)
            # Messages that arrive while pygls catches up would come too early.
            self.is_loading = True
            answer = await self._initialize(deferred.request)
            if not is_same_answer(decode(answer), deferred.client.result()):
                logger.error("initialize was answered before pygls was there, which answers: %s", answer.decode())
            for raw in deferred.notifications:
                self.feed(raw)
        except Exception:
            # This is not the client's fault, and the client already expects language features.
            logger.exception("a session ends: its language server cannot begin")
            self._context.ended = "the language server cannot begin"
        finally:
            self._deferred = None
            self.is_loading = False
            self._writer.resume()

    async def _request_later(self, request: Request, loading: "asyncio.Task[None]") -> bytes:
        await asyncio.shield(loading)
        if self.server is None:
            raise RpcError(SERVER_NOT_INITIALIZED, f"Invalid request: {self._context.ended}")
        return await self.server.request(request.raw)


class _Deferred:
    """The messages that the language server has not received yet."""

    def __init__(self, request: Request, client: InitializeRequest) -> None:
        self.request = request
        self.client = client
        self.notifications: list[JsonObject] = []
        self.reading: asyncio.Task[None]
        self.timer: asyncio.TimerHandle | None = None
        self.loading: asyncio.Task[None] | None = None

    def close(self) -> None:
        """Stop: the client is gone."""
        self.reading.cancel()
        if self.timer is not None:
            self.timer.cancel()
        if self.loading is not None:
            self.loading.cancel()


def _is_trusted(params: Any) -> bool:
    """Return whether `initialize` leaves the session its trust."""
    options = params.get("initializationOptions") if isinstance(params, dict) else None
    return not (isinstance(options, dict) and options.get("trusted") is False)
