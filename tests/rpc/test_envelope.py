"""Every valid id gets exactly one answer, and what is no message is told so."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from gto_daemon.rpc.jsonrpc.framing import Style
from gto_daemon.rpc.jsonrpc.limits import ClientLimits
from gto_daemon.rpc.schema.validation import MAX_FAULTS
from tests.rpc.peer import CallFailedError, Peer

PARSE = {"jsonrpc": "2.0", "id": 1, "method": "gto/parseTag", "params": {"name": "a@v1.0.0"}}

FAULTS: list[tuple[Any, int, int | str | None, str]] = [
    (1, -32600, None, "a message is a JSON object"),
    ("x", -32600, None, "a message is a JSON object"),
    (None, -32600, None, "a message is a JSON object"),
    ({}, -32600, None, "it has no method"),
    ({"id": 7}, -32600, 7, "it has no method"),
    ({"id": 7, "method": "gto/status"}, -32600, 7, "jsonrpc"),
    ({"jsonrpc": "1.0", "id": "a", "method": "gto/status"}, -32600, "a", "jsonrpc"),
    ({"jsonrpc": "2.0", "id": 7, "method": 1}, -32600, 7, "its method must be a string"),
    ({"jsonrpc": "2.0", "id": 7, "method": ["a"]}, -32600, 7, "its method must be a string"),
    ({"jsonrpc": "2.0", "id": 7, "method": "gto/status", "params": 1}, -32600, 7, "an object, an array, or absent"),
    ({"jsonrpc": "2.0", "id": 1.5, "method": "gto/status"}, -32600, None, "its id must be an integer or a string"),
    ({"jsonrpc": "2.0", "id": True, "method": "gto/status"}, -32600, None, "its id must be an integer or a string"),
    ({"jsonrpc": "2.0", "id": None, "method": "gto/status"}, -32600, None, "its id must be an integer or a string"),
    ({"jsonrpc": "2.0", "id": {}, "method": "gto/status"}, -32600, None, "its id must be an integer or a string"),
    ({"jsonrpc": "2.0", "id": 7, "method": "gto/nothing"}, -32601, 7, "Method not found: gto/nothing"),
    ({"jsonrpc": "2.0", "id": 7, "method": "$/nothing"}, -32601, 7, "Method not found: $/nothing"),
    ({"jsonrpc": "2.0", "id": 7, "method": "rpc.nothing"}, -32601, 7, "Method not found"),
    ({"jsonrpc": "2.0", "id": 7, "method": "gto/parseTag", "params": ["a"]}, -32602, 7, "by name"),
    ({"jsonrpc": "2.0", "id": 7, "method": "textDocument/hover", "params": {}}, -32002, 7, "initialize"),
    ({"jsonrpc": "2.0", "id": 7, "method": "shutdown"}, -32002, 7, "initialize"),
]


@pytest.mark.parametrize("style", ["lines", "headers"])
@pytest.mark.parametrize(("message", "code", "request_id", "words"), FAULTS)
async def test_a_faulty_message_gets_one_error_and_the_next_one_its_answer(
    connect: Callable[..., Peer], style: Style, message: Any, code: int, request_id: int | str | None, words: str
) -> None:
    peer = connect(style)
    peer.send(PARSE, message, {**PARSE, "id": 2})
    before, error, after = await peer.messages()
    assert (error["id"], error["error"]["code"]) == (request_id, code)
    assert words in error["error"]["message"]
    assert (before["id"], after["id"]) == (1, 2)


@pytest.mark.parametrize(
    "text", [b"{", b"{]", b'{"a":NaN}', b'{"a":"\\ud800"}', b'{"a":"\xff"}', b"{}{}", b'{"id":' + b"1" * 5000 + b"}"]
)
async def test_what_is_no_json_is_a_parse_error_and_the_connection_lives(peer: Peer, text: bytes) -> None:
    peer.send_bytes(text + b"\n" + json.dumps(PARSE).encode() + b"\n")
    error, answer = await peer.messages()
    assert (error["id"], error["error"]["code"]) == (None, -32700)
    assert answer["id"] == 1


async def test_nesting_without_end_is_a_parse_error(peer: Peer) -> None:
    peer.send_bytes(b'{"a":' + b"[" * 100_000 + b"\n")
    (error,) = await peer.messages()
    assert error["error"]["code"] == -32700


@pytest.mark.parametrize("request_id", [0, -1, 10**18, 10**400, "", "a", "é\n\0", "9" * 100])
async def test_an_id_comes_back_as_it_was_sent(peer: Peer, request_id: int | str) -> None:
    for _ in range(3):
        peer.send({**PARSE, "id": request_id})
        (answer,) = await peer.messages()
        assert answer["id"] == request_id
        assert "result" in answer


async def test_notifications_are_not_answered_whatever_they_say(peer: Peer) -> None:
    peer.send(
        {"jsonrpc": "2.0", "method": "gto/show", "params": {}},
        {"jsonrpc": "2.0", "method": "nothing"},
        {"jsonrpc": "2.0", "method": "$/setTrace", "params": {"value": "off"}},
        {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 99}},
        {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": [1]}},
        {"jsonrpc": "2.0", "method": "$/cancelRequest"},
        {"jsonrpc": "2.0", "id": 5, "result": None},
        {"jsonrpc": "2.0", "id": 5, "error": {"code": 1, "message": ""}},
        PARSE,
    )
    assert [message["id"] for message in await peer.messages()] == [1]


async def test_null_params_count_as_absent(peer: Peer) -> None:
    peer.send({"jsonrpc": "2.0", "id": 1, "method": "gto/repositories", "params": None})
    (answer,) = await peer.messages()
    assert answer["result"] == {"repositories": []}


async def test_every_fault_of_the_params_is_told(peer: Peer) -> None:
    params = {"repo": 1, "name": "a", "sort": "size", "limit": 0, "colour": "red"}
    peer.send({"jsonrpc": "2.0", "id": 1, "method": "gto/show", "params": params})
    (answer,) = await peer.messages()
    error = answer["error"]
    assert error["code"] == -32602
    assert {tuple(fault["loc"]): fault["type"] for fault in error["data"]["errors"]} == {
        ("repo",): "string_type",
        ("sort",): "literal_error",
        ("limit",): "greater_than_equal",
        ("colour",): "extra_forbidden",
    }
    assert "colour: there is no such member" in error["message"]
    assert all(set(fault) == {"loc", "msg", "type"} for fault in error["data"]["errors"])


@pytest.mark.parametrize("client_limits", [ClientLimits(time_slice=60.0)])
async def test_all_requests_of_one_read_are_answered_with_one_write(peer: Peer) -> None:
    peer.send(*({**PARSE, "id": number} for number in range(50)))
    assert len(peer.transport.writes) == 1
    assert [answer["id"] for answer in peer.received()] == list(range(50))


async def test_a_batch_is_answered_with_one_array(peer: Peer) -> None:
    batch = [PARSE, {"jsonrpc": "2.0", "method": "nothing"}, 1, {**PARSE, "id": "b"}, {"jsonrpc": "2.0", "id": 3}]
    peer.send(batch, {**PARSE, "id": 4})
    answers, single = await peer.messages()
    assert [answer["id"] for answer in answers] == [1, None, "b", 3]
    assert single["id"] == 4


async def test_a_batch_of_notifications_is_not_answered(peer: Peer) -> None:
    peer.send([{"jsonrpc": "2.0", "method": "nothing"}], PARSE)
    assert [message["id"] for message in await peer.messages()] == [1]


@pytest.mark.parametrize(("batch", "words"), [([], "empty"), ([1] * 1001, "a batch of 1001; 1000 are allowed")])
async def test_an_empty_or_endless_batch_is_one_error(peer: Peer, batch: list[Any], words: str) -> None:
    peer.send(batch)
    (error,) = await peer.messages()
    assert (error["id"], error["error"]["code"]) == (None, -32600)
    assert words in error["error"]["message"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"hello\n", "not a header: b'hello'"),
        (b"Content-Length: 2\r\nhello\r\n", "not a header: b'hello"),
        (b"Content-Length: 2\n\n{}", "has to end with a carriage return and a newline"),
        (b"Content-Length: 2\r\n\r\n{}hello\n", "not a header: b'hello'"),
    ],
)
async def test_a_line_that_is_no_header_is_refused_when_it_ends(peer: Peer, data: bytes, words: str) -> None:
    for byte in data:
        peer.send_bytes(bytes([byte]))
    await peer.closed()
    error = peer.received()[-1]
    assert (error["id"], error["error"]["code"]) == (None, -32700)
    assert words in error["error"]["message"]


@pytest.mark.parametrize("data", [b"hello", b"Content-Length: 20\r\n", b"Content-Length: 20\r\n\r\n", b"{", b"[1"])
async def test_an_input_that_ends_within_a_message_is_said_to(peer: Peer, data: bytes) -> None:
    peer.send_bytes(data)
    peer.end()
    await peer.closed()
    (error,) = peer.received()
    assert (error["id"], error["error"]["code"]) == (None, -32700)


@pytest.mark.parametrize(
    ("method", "near"),
    [
        ("gto/shwo", "gto/show"),
        ("show", "gto/show"),
        ("gto.register", "gto/register"),
        ("gto/removeAnotation", "gto/removeAnnotation"),
    ],
)
@pytest.mark.parametrize("style", ["lines", "headers"])
async def test_a_method_that_is_misspelt_is_answered_with_the_one_that_is_meant(
    connect: Callable[..., Peer], style: Any, method: str, near: str
) -> None:
    peer = connect(style)
    with pytest.raises(CallFailedError, match="Did you mean") as caught:
        await peer.call(method)
    assert (caught.value.code, caught.value.data["near"][0]) == (-32601, near)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"nam": "churn"}, "nam: there is no such member. Did you mean 'name'?"),
        ({"all_branche": True}, "Did you mean 'all_branches'?"),
        ({"all_branches": 1}, "all_branches: has to be true or false"),
        ({"name": 1}, "name: has to be a string"),
        ({"annotations": "x"}, "annotations: has to be 'gto' or 'all'"),
    ],
)
async def test_params_that_are_wrong_are_said_in_words_of_ours(peer: Peer, params: Any, words: str) -> None:
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/show", {"repo": "/", **params})
    assert caught.value.code == -32602
    assert words in caught.value.message


async def test_of_very_many_faults_the_first_few_are_told(peer: Peer) -> None:
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/show", {f"member{number}": 1 for number in range(1000)})
    assert len(caught.value.data["errors"]) == MAX_FAULTS
    assert caught.value.message.endswith("and 980 more")
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/push", {"tags": [1] * 1000, "remot": "x"})
    assert len(caught.value.data["errors"]) == MAX_FAULTS
    assert caught.value.message.endswith(f"and {1001 - MAX_FAULTS} more")


async def test_lsp_has_no_batches(connect: Callable[..., Peer]) -> None:
    peer = connect("headers")
    peer.send([PARSE, PARSE], {**PARSE, "id": 2})
    error, answer = await peer.messages()
    assert (error["id"], error["error"]["code"]) == (None, -32600)
    assert answer["id"] == 2


@pytest.mark.parametrize("data", [b"\x00\x01", b"Content-Length: -1\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"])
async def test_a_stream_without_framing_gets_an_error_and_is_closed(peer: Peer, data: bytes) -> None:
    peer.send_bytes(data)
    await peer.closed()
    written = b"".join(peer.transport.writes)
    assert b'"id":null,"error":{"code":-32700' in written
