"""The envelope: what kind of message a JSON value is, and what is wrong with it if it is none (JSON-RPC 2.0 §4)."""

from dataclasses import dataclass
from typing import Any

from gto_daemon.rpc.jsonrpc.errors import INVALID_REQUEST, RpcError

Id = int | str


@dataclass(slots=True)
class Request:
    """Wants exactly one response. `params` is None when absent or null: several editors send null for absent."""

    id: Id
    method: str
    params: dict[str, Any] | list[Any] | None
    raw: dict[str, Any]


@dataclass(slots=True)
class Notification:
    """Wants none."""

    method: str
    params: dict[str, Any] | list[Any] | None
    raw: dict[str, Any]


@dataclass(slots=True)
class Response:
    """The client's answer to a request of ours."""

    raw: dict[str, Any]


@dataclass(slots=True)
class InvalidMessage:
    """No valid message. `id` is None where none could be told."""

    id: Id | None
    error: RpcError


Message = Request | Notification | Response | InvalidMessage


def message_of(value: Any) -> Message:
    """The message that one JSON value is. A batch (a list) is the caller's to take apart."""
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
    """Whether a request may carry `value` as its id. Fractions and null are allowed by JSON-RPC, but not by LSP."""
    return type(value) is int or type(value) is str


def _what_is_wrong(value: dict[str, Any]) -> str | None:
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
