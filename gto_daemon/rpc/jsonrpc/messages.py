"""JSON in and out, and the envelope: what kind of message a value is (JSON-RPC 2.0 §4).

Encoded text is always valid JSON and valid UTF-8.
"""

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from pydantic_core import (
    PydanticSerializationError,
    SchemaValidator,
    ValidationError,
    core_schema,
    from_json,
    to_json,
)

from gto_daemon.protocol import JsonObject
from gto_daemon.rpc.jsonrpc.errors import INVALID_REQUEST, RpcError

if TYPE_CHECKING:
    from pydantic import BaseModel

M = TypeVar("M", bound="BaseModel")

#: Bytes of a result that is not copied into its response.
MIN_SHARED: Final = 64 * 1024

#: Strings, commas and brackets of a message that are decoded: a second's worth of them would hold up everybody else.
MAX_TOKENS: Final = 50_000
#: The same of edits of a document: to replace a word everywhere is one for each place, of some 18 each, and a document
#: that missed some would not be the editor's.
MAX_EDIT_TOKENS: Final = 1_000_000
#: Each of those once. It cannot fail within a string, however that ends, so it takes one pass.
_TOKEN: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[,\[{]', re.DOTALL)

#: A guess at the method, by which to choose the schema; that it is the method of the request is checked with the rest.
_METHOD: Final = re.compile(rb'"method":\s?"([^"\\]+)"')
_ID: Final = core_schema.union_schema(
    [core_schema.int_schema(strict=True), core_schema.str_schema(strict=True)], mode="left_to_right"
)

_ANSWER = b'{"jsonrpc":"2.0","id":%b,"result":%b}'
_HEAD = b'{"jsonrpc":"2.0","id":%b,"result":'
_FAULT = b'{"jsonrpc":"2.0","id":%b,"error":%b}'


class TooManyTokensError(ValueError):
    """A message has too many values to decode."""


def decode(text: bytes, max_tokens: int = MAX_TOKENS) -> Any:
    """Decode a JSON text.

    Raises:
        ValueError: it is not JSON, and where (NaN, infinities and lone surrogates are not); or it has too many values.

    """
    if len(text) > max_tokens and sum(1 for _ in islice(_TOKEN.finditer(text), max_tokens + 1)) > max_tokens:
        raise TooManyTokensError(f"it has more than {max_tokens} strings, commas and brackets")
    return from_json(text, allow_inf_nan=False)


def encode(value: Any) -> bytes:
    """Encode `value` as JSON.

    Raises:
        PydanticSerializationError: it holds something that has no JSON form.

    """
    try:
        return to_json(value, inf_nan_mode="null")
    except PydanticSerializationError:
        # Paths whose bytes are not UTF-8 arrive as lone surrogates; one such name must not cost the whole answer.
        return to_json(_printable(value), inf_nan_mode="null")


def encode_id(request_id: int | str | None) -> bytes:
    """Encode an id for a response."""
    if type(request_id) is int:
        return b"%d" % request_id
    return b"null" if request_id is None else to_json(request_id)


def response(request_id: bytes, result: bytes) -> tuple[bytes, ...]:
    """Return a response in pieces; both parts are encoded already.

    A large result is a piece of its own: many clients may be sent the same one, and it is not copied for each.
    """
    if len(result) < MIN_SHARED:
        return (_ANSWER % (request_id, result),)
    return _HEAD % request_id, result, b"}"


def error_response(request_id: bytes, error: JsonObject) -> bytes:
    """Encode an error response."""
    return _FAULT % (request_id, encode(error))


def notification(method: str, params: bytes) -> bytes:
    """Encode a notification; `params` is already encoded."""
    return b'{"jsonrpc":"2.0","method":"%b","params":%b}' % (method.encode(), params)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_printable(key): _printable(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(member) for member in value]
    return value


Id = int | str


@dataclass(slots=True)
class Request:
    """A request, which gets exactly one response. `params` is None if absent or null: several editors send null."""

    id: Id
    method: str
    params: JsonObject | list[Any] | None
    raw: JsonObject


@dataclass(slots=True)
class Notification:
    """A notification, which gets no response."""

    method: str
    params: JsonObject | list[Any] | None
    raw: JsonObject


@dataclass(slots=True)
class Response:
    """The client's answer to a request of ours."""

    raw: JsonObject


@dataclass(slots=True)
class InvalidMessage:
    """An invalid message. `id` is None if it is unknown."""

    id: Id | None
    error: RpcError


Message = Request | Notification | Response | InvalidMessage


class CheckedRequest(NamedTuple, Generic[M]):
    """A request of which nothing is left to check but whether the client may make it."""

    id: Id
    method: str
    params: M


class RequestReader(Generic[M]):
    """Reads requests in one pass, from the bytes of a frame to checked params, if their methods were asked before.

    Only what is right in every respect is read. Anything else is left to `decode`, `message_of` and the validation of
    params, which say what is wrong with it. Building the schema of a method costs as much as reading some hundred.
    """

    def __init__(self) -> None:
        self._models: dict[bytes, type[M]] = {}
        self._validators: dict[bytes, SchemaValidator] = {}

    def learn(self, method: str, model: type[M]) -> None:
        """Read later requests of this method."""
        self._models.setdefault(method.encode(), model)

    def read(self, frame: bytes) -> CheckedRequest[M] | None:
        """Return the request in a frame; None for anything else, and for one that is not certainly right."""
        found = _METHOD.search(frame)
        if found is None or len(frame) > MAX_TOKENS:
            return None
        validator = self._validators.get(found[1])
        if validator is None:
            model = self._models.get(found[1])
            if model is None:
                return None
            validator = self._validators[found[1]] = _validator(found[1].decode(), model)
        try:
            request: dict[str, Any] = validator.validate_json(frame)
        except ValidationError:
            return None
        return CheckedRequest(request["id"], request["method"], request["params"])


def _validator(method: str, model: "type[BaseModel]") -> SchemaValidator:
    model.model_rebuild()
    field = core_schema.typed_dict_field
    request = {
        "jsonrpc": field(core_schema.literal_schema(["2.0"])),
        "id": field(_ID),
        "method": field(core_schema.literal_schema([method])),
        "params": field(model.__pydantic_core_schema__),
    }
    return SchemaValidator(core_schema.typed_dict_schema(request, extra_behavior="forbid"))


def message_of(value: Any) -> Message:
    """Convert a JSON value to a message. A batch (a list) is up to the caller."""
    if type(value) is not dict:
        return InvalidMessage(None, RpcError(INVALID_REQUEST, "Invalid request: a message is a JSON object"))
    if "method" not in value and "id" in value and ("result" in value or "error" in value):
        return Response(value)
    wrong = _what_is_wrong(value)
    if wrong is not None:
        request_id = value.get("id")
        error = RpcError(INVALID_REQUEST, f"Invalid request: {wrong}")
        return InvalidMessage(request_id if is_id(request_id) else None, error)
    if "id" in value:
        return Request(value["id"], value["method"], value.get("params"), value)
    return Notification(value["method"], value.get("params"), value)


def is_id(value: Any) -> bool:
    """Return whether a request may have `value` as its id. JSON-RPC allows fractions and null, but LSP does not."""
    return type(value) is int or type(value) is str


def _what_is_wrong(value: JsonObject) -> str | None:
    params = value.get("params")
    if "method" not in value:
        return "it has no method"
    if value.get("jsonrpc") != "2.0":
        return 'its member jsonrpc must be "2.0"'
    if type(value["method"]) is not str:
        return "its method must be a string"
    if params is not None and type(params) is not dict and type(params) is not list:
        return "its params must be an object, an array, or absent"
    if "id" in value and not is_id(value["id"]):
        return "its id must be an integer or a string"
    return None
