"""The language server of one session: pygls keeps the texts and the life cycle, the features are ours.

A request for a feature is awaited here, past pygls: its answer is encoded once, and a refusal keeps its kind. All
others go to pygls, whose silences (invalid params, a result that has no JSON form) are turned into answers.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, cast

from cattrs import transform_error
from cattrs.errors import ClassValidationError
from lsprotocol import types
from pydantic_core import PydanticSerializationError
from pygls.exceptions import JsonRpcException

from gto_daemon.daemon.live.editor_file import EditorFile
from gto_daemon.protocol import JsonObject
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.jsonrpc.errors import (
    INVALID_PARAMS,
    MAX_NAME_LENGTH,
    METHOD_NOT_FOUND,
    REQUEST_FAILED,
    RpcError,
)
from gto_daemon.rpc.jsonrpc.messages import encode
from gto_daemon.rpc.lsp.server.handlers import LspHandlers
from gto_daemon.rpc.lsp.server.protocol import CONVERTER, new_server
from gto_daemon.rpc.methods import method_not_found
from gto_daemon.visible import visible

if TYPE_CHECKING:
    from gto_daemon.rpc.context import Context

logger = logging.getLogger(__name__)


class LanguageServer:
    """The language server of one session.

    Args:
        context: the context of its session.
        send: sends our requests and notifications to the client.

    """

    def __init__(self, context: "Context", send: Callable[[bytes], None]) -> None:
        self._send = send
        self._waiting: dict[int | str, asyncio.Future[bytes]] = {}
        self._server = new_server()
        self._protocol = self._server.protocol
        self._protocol.say = self._said
        self._editor = LspHandlers(context, self._server, send)

    @property
    def is_shut_down(self) -> bool:
        """Whether the client sent `shutdown`."""
        return self._protocol._shutdown

    def close(self) -> None:
        """Stop: the client is gone."""
        self._editor.close()

    def folders(self) -> list[str]:
        """Return the absolute paths of the workspace folders, or of the root if the client does not know folders."""
        return self._editor.folders()

    def editor_file(self, path: str) -> EditorFile:
        """Return a file as the editor knows it, by its absolute path."""
        return self._editor.documents.file(path)

    def request(self, raw: JsonObject) -> Coroutine[Any, Any, bytes]:
        """Start to answer an LSP request, and return an awaitable of the encoded result.

        Raises:
            RpcError: -32601 or -32602.

        """
        method = raw["method"]
        if self._protocol.get_result_type(method) is None:
            # A notification that carries an id: pygls would take it for one, and answer nothing.
            raise RpcError(METHOD_NOT_FOUND, f"Method not found: {method[:MAX_NAME_LENGTH]} is no request")
        message = self._structured(raw)
        answering = self._editor.answering(method, message.params)
        if answering is not None:
            return self._feature(answering)
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        request_id = raw["id"]
        self._waiting[request_id] = future
        self._protocol.handle_message(message)
        return self._answer(request_id, future)

    def feed(self, raw: JsonObject) -> None:
        """Handle a notification, or the client's response to a request of ours."""
        try:
            if raw.get("method") == types.TEXT_DOCUMENT_DID_CHANGE:
                self._editor.change(raw.get("params"))
            else:
                self._protocol.handle_message(self._structured(raw))
        except RpcError as error:
            logger.warning("a message of the client is ignored: %s", error.message)
        except Exception as error:
            # pygls raises for invalid responses; a waiting caller gets the error, others are logged.
            logger.exception("a message of the client is ignored: %s", raw.get("method", "an answer"))
            asked = raw.get("id") if "method" not in raw else None
            waiting = self._protocol._request_futures.pop(asked, None) if isinstance(asked, int | str) else None
            if waiting is not None:
                waiting.set_exception(JsonRpcException(f"the answer is none: {error}"))

    @staticmethod
    async def _feature(answering: Callable[[], Awaitable[Any]]) -> bytes:
        try:
            answer = await answering()
            return answer if isinstance(answer, bytes) else encode(answer)
        except RegistryError as error:
            # An editor shows the message and nothing else, so the remedy has to be in it.
            # What is done by force has a command of a terminal for a hint.
            hint = "" if "force" in error.data.get("allow", {}) else error.hint
            said = f"{error.message}. {hint}" if hint else error.message
            raise RpcError(REQUEST_FAILED, visible(said), error.as_json()) from error

    async def _answer(self, request_id: int | str, future: "asyncio.Future[bytes]") -> bytes:
        try:
            return await future
        except asyncio.CancelledError:
            self._protocol._handle_cancel_notification(request_id)
            raise
        finally:
            self._waiting.pop(request_id, None)

    def _structured(self, raw: JsonObject) -> Any:
        method = raw.get("method")
        if method is None:
            return self._protocol.structure_message(raw)
        kind = self._protocol.get_message_type(method)
        if kind is None:
            raise method_not_found(method)
        try:
            message = CONVERTER.structure(raw, kind)
        except Exception as error:
            raise _invalid_params(error) from error
        self._editor.name_as_opened(getattr(message, "params", None))
        return message

    def _said(self, message: JsonObject) -> None:
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
