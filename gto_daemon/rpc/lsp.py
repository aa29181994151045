"""The language server: LSP's own methods, by pygls.

pygls reads no bytes here and writes none: it gets whole messages whose envelope was checked, and what it says goes
back through `Language`, which turns its silences (invalid params, a result that has no JSON form) into answers.
pygls 2.1 is pinned, because a few private names are overridden; one test fails when they change.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Final, cast

from cattrs import Converter, transform_error
from cattrs.errors import ClassValidationError
from lsprotocol import types
from pydantic_core import PydanticSerializationError
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter
from pygls.protocol.language_server import lsp_method
from pygls.uris import to_fs_path

from gto_daemon import __version__
from gto_daemon.rpc.errors import INVALID_PARAMS, METHOD_NOT_FOUND, RpcError
from gto_daemon.rpc.wire import encode

logger = logging.getLogger(__name__)

#: Shared: a converter costs 2 ms to make, and a session without one 0.04 ms.
_CONVERTER: Final[Converter] = default_converter()  # type: ignore[no-untyped-call]


class _Protocol(LanguageServerProtocol):
    """pygls' protocol, with its mouth and its exit taken over."""

    def __init__(self, server: "_Server", converter: Converter) -> None:
        super().__init__(server, converter)
        self.say: Callable[[dict[str, Any]], None] = _nobody_listens

    def _send_data(self, data: Any) -> None:
        self.say(self._converter.unstructure(data) if hasattr(data, "__attrs_attrs__") else data)

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_arguments: Any) -> Generator[Any, Any, None]:
        """Do nothing: the session ends the connection. pygls would end the process, with everybody else in it."""
        yield from ()


class _Server(LanguageServer):
    """pygls' server of one session."""

    protocol: _Protocol

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log it. pygls would show it to the user in a pop-up, where nobody can do anything about it."""
        logger.warning("language server: %s: %s", getattr(source, "__name__", source), error)


def _nobody_listens(message: dict[str, Any]) -> None:
    raise RuntimeError(f"a language server without a session said {message!r}")


class Language:
    """The language server of one session.

    Args:
        send: takes messages of ours to the client that are no answers.

    """

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._waiting: dict[int | str, asyncio.Future[bytes]] = {}
        self._server = _Server("gtod", __version__, protocol_cls=_Protocol, converter_factory=lambda: _CONVERTER)
        self._protocol = self._server.protocol
        self._protocol.say = self._said

    @property
    def is_shut_down(self) -> bool:
        """Whether the client sent `shutdown`."""
        return self._protocol._shutdown

    def folders(self) -> list[str]:
        """Absolute paths of the workspace folders, of the root where the client knows no folders."""
        workspace = self._protocol._workspace
        if workspace is None:
            return []
        uris = list(workspace.folders) or ([workspace.root_uri] if workspace.root_uri else [])
        return [path for uri in uris if (path := to_fs_path(uri))]

    def document(self, path: str) -> tuple[str, int | None] | None:
        """Text and version of an open document, by its absolute path; None when the editor does not have it open."""
        workspace = self._protocol._workspace
        documents = list(workspace.text_documents.values()) if workspace is not None else []
        # By path and not by URI, because editors escape the same path differently.
        found = next((each for each in documents if to_fs_path(each.uri) == path), None)
        return None if found is None else (found.source, found.version)

    @staticmethod
    def is_trusted(params: Any) -> bool:
        """Whether `initialize` leaves the session its trust."""
        options = params.get("initializationOptions") if isinstance(params, dict) else None
        return not (isinstance(options, dict) and options.get("trusted") is False)

    def request(self, raw: dict[str, Any]) -> Coroutine[Any, Any, bytes]:
        """Begin to answer one of LSP's requests; to be awaited for the encoded result.

        Raises:
            RpcError: -32601 or -32602.

        """
        if self._protocol.get_result_type(raw["method"]) is None:
            # A notification that carries an id: pygls would take it for one, and answer nothing.
            raise RpcError(METHOD_NOT_FOUND, f"Method not found: {raw['method']} is no request")
        message = self._structured(raw)
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        request_id = raw["id"]
        self._waiting[request_id] = future
        self._protocol.handle_message(message)
        return self._answer(request_id, future)

    def feed(self, raw: dict[str, Any]) -> None:
        """Take a notification, or the client's answer to a request of ours."""
        try:
            self._protocol.handle_message(self._structured(raw))
        except RpcError as error:
            logger.warning("a message of the client is ignored: %s", error.message)
        except Exception:
            # pygls raises on answers that are none; nobody waits for ours, so the log is the place for it.
            logger.exception("a message of the client is ignored: %s", raw.get("method", "an answer"))

    async def _answer(self, request_id: int | str, future: "asyncio.Future[bytes]") -> bytes:
        try:
            return await future
        except asyncio.CancelledError:
            self._protocol._handle_cancel_notification(request_id)
            raise
        finally:
            self._waiting.pop(request_id, None)

    def _structured(self, raw: dict[str, Any]) -> Any:
        method = raw.get("method")
        if method is None:
            return self._protocol.structure_message(raw)
        kind = self._protocol.get_message_type(method)
        if kind is None:
            raise RpcError(METHOD_NOT_FOUND, f"Method not found: {method}")
        try:
            return _CONVERTER.structure(raw, kind)
        except Exception as error:
            raise _invalid_params(error) from error

    def _said(self, message: dict[str, Any]) -> None:
        if "method" in message:
            self._send(encode(message))
            return
        future = self._waiting.pop(message["id"], None)
        if future is None or future.done():
            return  # it was cancelled, and that is answered
        if "error" in message:
            error = message["error"]
            _fail(future, RpcError(error["code"], error["message"], error.get("data")))
        else:
            try:
                future.set_result(encode(message.get("result")))
            except PydanticSerializationError as error:
                _fail(future, error)


def _fail(future: "asyncio.Future[bytes]", error: Exception) -> None:
    future.set_exception(error)
    # Looked at once, so that asyncio does not report it as lost when the request was cancelled meanwhile.
    future.exception()


def _invalid_params(error: Exception) -> RpcError:
    cause = error.__cause__ if isinstance(error.__cause__, ClassValidationError) else error
    faults = [
        {"loc": place.removeprefix("$.").split("."), "msg": what, "type": "invalid"}
        for what, _, place in (each.partition(" @ ") for each in transform_error(cast("Any", cause)))
    ]
    said = "; ".join(f"{'.'.join(fault['loc'])}: {fault['msg']}" for fault in faults)
    return RpcError(INVALID_PARAMS, f"Invalid params: {said}", {"errors": faults})
