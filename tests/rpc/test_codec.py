"""What is written is always JSON and always UTF-8."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticSerializationError

from gto_daemon.rpc.jsonrpc.messages import (
    MAX_TOKENS,
    decode,
    encode,
    encode_id,
    error_response,
    notification,
    response,
)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(VALUES)
def test_what_json_can_hold_comes_back(value: Any) -> None:
    assert json.loads(encode(value)) == value
    assert decode(json.dumps(value).encode()) == value


def test_a_name_that_is_not_utf_8_does_not_cost_the_answer() -> None:
    value = {"path": "caf\udce9", "caf\udce9": ["caf\udce9", ("x", 1)]}
    assert json.loads(encode(value)) == {"path": "caf?", "caf?": ["caf?", ["x", 1]]}


def test_infinities_are_null() -> None:
    assert encode([float("inf"), float("nan")]) == b"[null,null]"


def test_what_has_no_json_form_is_refused() -> None:
    with pytest.raises(PydanticSerializationError):
        encode({"a": object()})
    assert encode(datetime(2024, 1, 1, tzinfo=UTC)) == b'"2024-01-01T00:00:00Z"'


def test_a_large_result_is_not_copied_into_its_response() -> None:
    result = encode(["x" * 100_000])
    pieces = response(encode_id(1), result)
    assert any(piece is result for piece in pieces)
    assert json.loads(b"".join(pieces)) == {"jsonrpc": "2.0", "id": 1, "result": ["x" * 100_000]}


def test_messages_are_put_together_from_encoded_parts() -> None:
    assert json.loads(b"".join(response(encode_id("a\n"), b"{}"))) == {"jsonrpc": "2.0", "id": "a\n", "result": {}}
    assert json.loads(error_response(encode_id(None), {"code": 1})) == {
        "jsonrpc": "2.0",
        "id": None,
        "error": {"code": 1},
    }
    assert json.loads(notification("a/b", b"[]")) == {"jsonrpc": "2.0", "method": "a/b", "params": []}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({f"member{number}": number for number in range(MAX_TOKENS)}),
        json.dumps([1] * (MAX_TOKENS + 1)),
        "[" * (MAX_TOKENS + 1),
        '"' * (2 * MAX_TOKENS + 2),
    ],
    ids=["members", "numbers", "brackets", "quotes"],
)
def test_a_message_of_very_many_values_is_not_decoded(text: str) -> None:
    with pytest.raises(ValueError, match="more than 50000 strings, commas and brackets"):
        decode(text.encode())


@pytest.mark.parametrize(
    "value",
    ['a, [b] {c} "d" \\\n' * MAX_TOKENS, ["a@v1.0.0"] * (MAX_TOKENS // 2 - 1), {"text": '\\"' * MAX_TOKENS}],
    ids=["text", "list", "quotes"],
)
def test_a_message_of_a_long_text_or_list_is_decoded(value: Any) -> None:
    assert decode(json.dumps(value).encode()) == value
