"""Requests that are read in one pass are read as all others are."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gto_daemon.rpc.handlers import checked_params
from gto_daemon.rpc.jsonrpc.errors import RpcError
from gto_daemon.rpc.jsonrpc.messages import Request, RequestReader, decode, message_of
from gto_daemon.rpc.methods import ROUTES, every, find
from gto_daemon.rpc.schema.params import Params

#: The examples of the documentation are right; these are wrong, odd, or somebody else's to judge.
_ODD = [
    '{"jsonrpc":"2.0","id":1,"method":"gto/checkRef"}',
    '{"jsonrpc":"2.0","id":1,"method":"gto/checkRef","params":null}',
    '{"jsonrpc":"2.0","id":1,"method":"gto/checkRef","params":{"ref":1}}',
    '{"jsonrpc":"2.0","id":1,"method":"gto/checkRef","params":{"ref":"a","reff":"b"}}',
    '{"jsonrpc":"2.0","id":1.5,"method":"gto/checkRef","params":{"ref":"a"}}',
    '{"jsonrpc":"2.0","id":true,"method":"gto/checkRef","params":{"ref":"a"}}',
    '{"jsonrpc":"2.0","id":null,"method":"gto/checkRef","params":{"ref":"a"}}',
    '{"jsonrpc":"1.0","id":1,"method":"gto/checkRef","params":{"ref":"a"}}',
    '{"jsonrpc":"2.0","method":"gto/checkRef","params":{"ref":"a"}}',
    '{"jsonrpc":"2.0","id":1,"params":{"ref":"a","method":"gto/checkRef"}}',
    '{"jsonrpc":"2.0","id":1,"method":"gto/show","params":{"name":"\\"method\\":\\"gto/checkRef\\""}}',
    '{"jsonrpc":"2.0","id":1,"params":{"ref":"\\"method\\":\\"gto/show\\""},"method":"gto/checkRef"}',
    '{"jsonrpc":"2.0","id":1,"method":"gto/history","params":{"as_of":NaN}}',
    '{"jsonrpc":"2.0","id":1,"method":"gto/history","params":{"as_of":"2024-05-31"}}',
    '{"jsonrpc":"2.0","id":1,"method":"gto/history","params":{"as_of":1}}',
    '{"jsonrpc":"2.0","id":1,"method":"gto/history","params":{"limit":1.0}}',
    '{"jsonrpc":"2.0","id":1,"method":"gto/history","params":{"limit":true}}',
    '{"jsonrpc":"2.0","id":1,"method":"gto/checkRef","params":{"ref":"a","ref":"b"}}',
    '{"jsonrpc":"2.0","id":1,"method":"gto/checkRef","params":{"ref":"\\ud800"}}',
    '{"jsonrpc":"2.0","id":1,"method":"gto/checkRef","params":{"ref":"a"}} x',
    '[{"jsonrpc":"2.0","id":1,"method":"gto/checkRef","params":{"ref":"a"}}]',
    '{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"gto/checkRef","params":{"ref":"a"}}',
]


@pytest.fixture(scope="module")
def reader() -> RequestReader[Params]:
    """A reader that has learnt every method."""
    taught: RequestReader[Params] = RequestReader()
    for method in every():
        taught.learn(method.name, method.params)
    return taught


def _read_in_steps(frame: bytes) -> tuple[Any, ...] | None:
    try:
        message = message_of(decode(frame))
        if isinstance(message, Request):
            method = find(message.method)
            if method is not None:
                return message.id, message.method, checked_params(message.method, method.params, message.params)
    except (ValueError, RpcError):
        pass
    return None


@pytest.mark.parametrize("text", _ODD)
def test_what_is_read_in_one_pass_is_what_is_read_in_steps(reader: RequestReader[Params], text: str) -> None:
    frame = text.encode()
    found = reader.read(frame)
    assert found is None or tuple(found) == _read_in_steps(frame)


_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 3), st.floats(), st.text(max_size=3), st.just("latest"),
    st.lists(st.text(max_size=2), max_size=2),
)  # fmt: skip


@settings(deadline=None)
@given(st.data())
def test_any_members_of_any_method(reader: RequestReader[Params], data: st.DataObject) -> None:
    method = find(data.draw(st.sampled_from(list(ROUTES))))
    assert method is not None
    names = [field.alias or name for name, field in method.params.model_fields.items()]
    params = data.draw(st.dictionaries(st.sampled_from([*names, "other"]), _VALUES, max_size=4))
    request = {"jsonrpc": "2.0", "id": 1, "method": method.name, "params": params}
    frame = json.dumps(request).encode()
    found, expected = reader.read(frame), _read_in_steps(frame)
    assert (None if found is None else tuple(found)) == expected


def test_a_method_is_read_in_one_pass_once_it_was_asked(reader: RequestReader[Params]) -> None:
    frame = b'{"jsonrpc": "2.0", "id": "x", "method": "gto/checkRef", "params": {"ref": "a@v1.0.0"}}'
    fresh: RequestReader[Params] = RequestReader()
    assert fresh.read(frame) is None
    assert reader.read(frame) is not None
