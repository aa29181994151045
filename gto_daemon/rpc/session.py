"""A session: one client's requests, each answered exactly once, even after an internal error.

Only this module and `pending_requests.py` ensure that: a request is answered at once, or it is pending until it is
answered.
"""

import hmac
import logging
from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.context import Context, Process
from gto_daemon.rpc.handlers import dispatch
from gto_daemon.rpc.jsonrpc.batch import Batch, members, too_large
from gto_daemon.rpc.jsonrpc.errors import (
    INVALID_REQUEST,
    MAX_NAME_LENGTH,
    PARSE_ERROR,
    RpcError,
    as_rpc_error,
)
from gto_daemon.rpc.jsonrpc.framing import MAX_FRAME
from gto_daemon.rpc.jsonrpc.large_messages import LargeMessage
from gto_daemon.rpc.jsonrpc.limits import ClientLimits
from gto_daemon.rpc.jsonrpc.messages import (
    MAX_EDIT_TOKENS,
    CheckedRequest,
    Id,
    InvalidMessage,
    Message,
    Notification,
    Request,
    Response,
    TooManyTokensError,
    decode,
    encode_id,
    error_response,
    is_id,
    message_of,
    response,
)
from gto_daemon.rpc.jsonrpc.pending_requests import MAX_OPEN, PendingRequests, Respond, server_cancelled
from gto_daemon.rpc.lsp.slot import DID_CHANGE, OF_DOCUMENTS, LanguageServerSlot
from gto_daemon.rpc.methods import find, method_not_found
from gto_daemon.rpc.subscriptions import ClientWriter, Subscriptions

if TYPE_CHECKING:
    from gto_daemon.rpc.jsonrpc.framing import Frame, Style
    from gto_daemon.rpc.schema.params import Params

logger = logging.getLogger(__name__)

#: The methods that work even between incompatible versions of client and daemon. They never change.
_BETWEEN_VERSIONS: Final = ("gto/handshake", "gto/retire", "gto/shutdown")
#: Methods that change nothing though they are of a kind that may.
_REPEATABLE: Final = ("gto/status", "gto/repositories", "gto/syncStatus")
#: LSP's request that may perform any method of ours.
_EXECUTE_COMMAND: Final = "workspace/executeCommand"


class Session:
    """One client.

    Args:
        process: the process that serves the client.
        writer: sends messages to the client.
        token: the token that the client has to send first, or None.
        limits: the limits of the client.

    Attributes:
        context: the context for handlers.

    """

    def __init__(
        self, process: Process, writer: ClientWriter, *, token: str | None = None, limits: ClientLimits = ClientLimits()
    ) -> None:
        self.context = Context(process, process.runner, writer.send, limits)
        self.context.subscriptions = Subscriptions(writer, max_waiting=limits.max_waiting)
        self._writer = writer
        self._token = token
        self._reader = process.request_reader
        self._pending = PendingRequests()
        self._batches: list[Batch] = []
        self._is_given_up = False
        self._language = LanguageServerSlot(self.context, writer)
        self.context.workspace = self._language

    # --- what comes in ---------------------------------------------------------------------------------------

    def receive(self, frame: "Frame", style: "Style", read_generation: int) -> None:
        """Answer one frame, or start to. It raises nothing: an invalid frame gets an error."""
        if not isinstance(frame, bytes):
            self._receive_large(frame)
            return
        self.context.start_read(read_generation)
        if self._token is None and self.context.ended is None:
            checked = self._reader.read(frame)
            if checked is not None:
                self._request(checked, self._writer.send)
                return
        try:
            value = decode(frame)
        except ValueError as error:
            if self._token is not None:
                self.reject()
            elif isinstance(error, TooManyTokensError) and style == "headers" and DID_CHANGE.encode() in frame:
                self._receive_edits(frame)
            else:
                self._refuse(None, RpcError(PARSE_ERROR, f"Parse error: {error}"), self._writer.send)
            return
        if self._token is not None:
            if not _shows_token(value, self._token):
                self.reject(value.get("id") if type(value) is dict else None)
                return
            self._token = None
        if type(value) is list:
            self._batch(value, style)
            return
        self._handle(message_of(value), self._writer.send)

    def _receive_edits(self, frame: bytes) -> None:
        """Accept more edits at once than other messages may have values."""
        refusal = RpcError(PARSE_ERROR, "Parse error: it has too many strings, commas and brackets")
        try:
            message = message_of(decode(frame, MAX_EDIT_TOKENS))
        except TooManyTokensError:
            # The document's text is unknown from now on. A client that reconnects opens it again.
            self.context.ended = "a document has more edits at once than are read"
            message = InvalidMessage(None, refusal)
        except ValueError as error:
            message = InvalidMessage(None, RpcError(PARSE_ERROR, f"Parse error: {error}"))
        if isinstance(message, Notification) and message.method == DID_CHANGE:
            self._language.feed(message.raw)
        else:
            self._refuse(None, message.error if isinstance(message, InvalidMessage) else refusal, self._writer.send)

    def _receive_large(self, large: LargeMessage) -> None:
        said = f"Parse error: a message of {large.size} bytes is too large; {MAX_FRAME} are allowed"
        error = RpcError(PARSE_ERROR, said)
        try:
            message = message_of(decode(large.outline))
        except ValueError:
            message = InvalidMessage(None, error)
        if isinstance(message, Notification):
            if message.method in OF_DOCUMENTS:
                # Its text is longer than any that is looked at.
                self._language.feed(message.raw)
            else:
                logger.warning(
                    "%s of the client is ignored: it has %d bytes", message.method[:MAX_NAME_LENGTH], large.size
                )
        elif isinstance(message, Response):
            self._language.feed({"jsonrpc": "2.0", "id": message.raw["id"], "error": error.as_json()})
        else:
            self._refuse(message.id, error, self._writer.send)

    def reject(self, request_id: Any = None) -> None:
        """Respond that the token is missing, and nothing else."""
        self.context.ended = "the client is not authorized"
        error = as_rpc_error(_unauthorized(), "the first message")
        self._refuse(request_id if is_id(request_id) else None, error, self._writer.send)

    @property
    def is_authorized(self) -> bool:
        """Whether the client has shown the token, or needs none."""
        return self._token is None

    @property
    def open_count(self) -> int:
        """The number of pending requests."""
        return len(self._pending.open)

    @property
    def collected(self) -> int:
        """The bytes of responses that wait for the rest of their batches."""
        return sum(batch.held for batch in self._batches)

    @property
    def collected_shared(self) -> list[bytes]:
        """The large responses that wait for the rest of their batches, and that other clients may share."""
        return [piece for batch in self._batches for piece in batch.shared]

    @property
    def has_room(self) -> bool:
        """Whether another message may be handled. While the language server loads, all wait, to keep their order."""
        return len(self._pending.open) < MAX_OPEN and not self._language.is_loading

    def give_up(self) -> None:
        """Finish every pending request without waiting, and start no new one."""
        self._is_given_up = True
        self._pending.give_up()

    def close(self) -> None:
        """Stop answering: the client is gone."""
        self.context.subscriptions.close()
        self._language.close()
        self._pending.close()
        for batch in self._batches:
            batch.discard()

    def _batch(self, values: list[Any], style: "Style") -> None:
        if style == "headers":
            self._refuse(None, RpcError(INVALID_REQUEST, "Invalid request: LSP has no batches"), self._writer.send)
            return
        try:
            values = members(values)
        except RpcError as error:
            self._refuse(None, error, self._writer.send)
            return
        messages = [message_of(value) for value in values]
        count = sum(isinstance(message, Request | InvalidMessage) for message in messages)
        batch = Batch(
            count,
            self._writer.send,
            on_growth=self._writer.note_held,
            max_bytes=self.context.limits.max_batch_size,
        )
        self._batches = [each for each in self._batches if not each.is_complete] + [batch]
        for message in messages:
            if not isinstance(message, Request):
                self._handle(message, batch.responder(message.id if isinstance(message, InvalidMessage) else None))
                continue
            respond = batch.responder(message.id, is_repeatable=partial(_is_repeatable, message.method))
            if batch.is_full:
                self._refuse(message.id, too_large(is_begun=False), respond)
            else:
                self._handle(message, respond)

    def _handle(self, message: Message, respond: Respond) -> None:
        if self.context.ended is not None:
            # What follows a fatal error is not looked at, but a batch still has to come to its end.
            if isinstance(message, Request | InvalidMessage):
                self._refuse(message.id, RpcError(INVALID_REQUEST, f"Invalid request: {self.context.ended}"), respond)
        elif isinstance(message, Request):
            self._request(message, respond)
        elif isinstance(message, InvalidMessage):
            self._refuse(message.id, message.error, respond)
        elif isinstance(message, Notification):
            self._notification(message)
        else:
            self._language.feed(message.raw)

    # --- requests --------------------------------------------------------------------------------------------

    def _request(self, request: "Request | CheckedRequest[Params]", respond: Respond) -> None:
        request_id, name, params = request.id, request.method, request.params
        if request_id in self._pending.open:
            error = RpcError(INVALID_REQUEST, f"Invalid request: the id {request_id!r} is still in flight")
            self._refuse(request_id, error, respond)
            return
        try:
            if self._is_given_up:
                raise server_cancelled(name)
            # Its module is imported at its first request, which may fail as well.
            method = find(name)
            server = self._language.server
            if server is not None and server.is_shut_down:
                raise RpcError(INVALID_REQUEST, "Invalid request: the session was shut down")
            if self.context.refusal is not None and name not in _BETWEEN_VERSIONS:
                raise self.context.refusal
            outcome: bytes | Coroutine[Any, Any, bytes]
            if method is not None:
                # The runner of a process answers in JSON.
                outcome = cast("bytes | Coroutine[Any, Any, bytes]", dispatch(self.context, method, params))
                if type(request) is Request:
                    self._reader.learn(name, method.params)
            elif type(request) is Request:
                outcome = self._language.request(request)
            else:
                raise method_not_found(name)
        except Exception as error:  # noqa: BLE001  (every request is answered, also the one that hits a bug)
            self._refuse(request_id, as_rpc_error(error, name), respond)
            return
        if isinstance(outcome, bytes):
            respond(*response(encode_id(request_id), outcome))
        else:
            acts = name == _EXECUTE_COMMAND if method is None else method.is_act
            self._pending.start(request_id, name, outcome, respond, acts=acts)

    def _refuse(self, request_id: Id | None, error: RpcError, respond: Respond) -> None:
        respond(error_response(encode_id(request_id), error.as_json()))

    def _notification(self, message: Notification) -> None:
        if message.method == "$/cancelRequest":
            self._pending.cancel(message.params.get("id") if isinstance(message.params, dict) else None)
        elif message.method == "exit":
            self.context.ended = "the session has ended"
        else:
            self._language.feed(message.raw)


def _is_repeatable(method: str) -> bool:
    """Return whether an answered request may as well be sent again."""
    found = find(method)
    return method in _REPEATABLE or (found is not None and found.is_repeatable)


def _shows_token(value: Any, token: str) -> bool:
    """Return whether the first JSON value of a connection is a handshake with the server's token."""
    if type(value) is not dict or value.get("method") != "gto/handshake" or type(value.get("params")) is not dict:
        return False
    given = value["params"].get("token")
    return type(given) is str and hmac.compare_digest(given.encode(), token.encode())


def _unauthorized() -> RegistryError:
    """Return the error for any other first message."""
    return RegistryError(
        "Unauthorized",
        "The first message on this port must be gto/handshake with the server's token",
        hint="The token is in gtod.json of the runtime directory, which only its owner can read.",
    )
