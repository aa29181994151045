"""A client that can wait for the language features is answered before pygls is there, and by what pygls would say."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gto_daemon.daemon.hub import Hub
from gto_daemon.rpc import PROTOCOL
from gto_daemon.rpc.jsonrpc.limits import ClientLimits
from gto_daemon.rpc.lsp import slot as language
from gto_daemon.rpc.lsp.early_initialize import is_same_answer, read_initialize
from gto_daemon.rpc.lsp.server.language_server import LanguageServer
from gto_daemon.rpc.service import Service
from gto_daemon.rpc.transport.connection import Connection
from tests.rpc.peer import CallFailedError, Peer
from tests.waiting import soon

FLAGS = st.booleans()
SUPPORT = st.fixed_dictionaries({}, optional={"dynamicRegistration": FLAGS, "relatedDocumentSupport": FLAGS})
#: Every capability that pygls 2.1 looks at, and some that it might.
CLIENTS = st.fixed_dictionaries(
    {},
    optional={
        "general": st.fixed_dictionaries(
            {}, optional={"positionEncodings": st.lists(st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-7"]))}
        ),
        "textDocument": st.fixed_dictionaries(
            {},
            optional={
                "diagnostic": SUPPORT,
                "rename": st.fixed_dictionaries({}, optional={"prepareSupport": FLAGS}),
                "synchronization": st.fixed_dictionaries(
                    {}, optional={"willSave": FLAGS, "willSaveWaitUntil": FLAGS, "didSave": FLAGS}
                ),
                "codeAction": st.fixed_dictionaries({}, optional={"disabledSupport": FLAGS}),
                "semanticTokens": st.none(),
            },
        ),
        "notebookDocument": st.just({"synchronization": {}}),
        "workspace": st.fixed_dictionaries(
            {},
            optional={
                "workspaceFolders": FLAGS,
                "fileOperations": st.fixed_dictionaries({}, optional={"willCreate": FLAGS, "didRename": FLAGS}),
            },
        ),
        "experimental": st.just({"serverStatusNotification": True}),
    },
)
COMMANDS = st.lists(st.sampled_from(["gto.revealArtifact", "gto.registerVersion", "gto.assign", "other"]))


def initialize(*paths: str, **options: Any) -> dict[str, Any]:
    return {
        "processId": None,
        "rootUri": None,
        "capabilities": {},
        "workspaceFolders": [{"uri": Path(path).as_uri(), "name": Path(path).name} for path in paths],
        "initializationOptions": {"deferred": True, **options},
    }


@pytest.fixture(autouse=True)
def _not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a daemon that has just started. This process has loaded it, so what loads it finds it at once."""
    monkeypatch.setattr(language, "is_language_server_loaded", lambda: False)


async def answer_of_pygls(params: dict[str, Any]) -> Any:
    hub = Hub()
    server = LanguageServer(Connection(Service(hub)).session.context, lambda _message: None)
    answer = await server.request({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params})
    await hub.close()
    return json.loads(answer)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(capabilities=CLIENTS, commands=COMMANDS)
def test_the_answer_is_that_of_pygls(capabilities: dict[str, Any], commands: list[str]) -> None:
    params = {**initialize(clientCommands=commands), "capabilities": capabilities}
    client = read_initialize(params)
    assert client is not None
    answer = asyncio.run(answer_of_pygls(params))
    assert is_same_answer(client.result(), answer), answer
    assert not is_same_answer({**client.result(), "serverInfo": {}}, answer)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {**initialize(), "capabilities": 1},
        {**initialize(), "workspaceFolders": [{"uri": 1}]},
        {**initialize(), "initializationOptions": {"deferred": 1}},
        {**initialize(), "initializationOptions": {}},
    ],
)
def test_others_are_answered_by_pygls_itself(params: dict[str, Any]) -> None:
    assert read_initialize(params) is None


async def test_the_registry_is_answered_before_pygls_is_there(connect: Callable[..., Peer], path: str) -> None:
    peer = connect("headers")
    result = await peer.call("initialize", initialize(path))
    peer.send({"jsonrpc": "2.0", "method": "initialized", "params": {}})
    assert result["capabilities"]["codeLensProvider"]
    assert (await peer.call("gto/stages", {}))["stages"] == ["dev", "prod"]
    assert peer.connection.session.context.workspace.server is None
    with pytest.raises(CallFailedError, match="once"):
        await peer.call("initialize", initialize(path))


async def test_the_registry_is_read_before_the_client_asks(connect: Callable[..., Peer], path: str) -> None:
    peer = connect("headers")
    await peer.call("initialize", initialize(path, f"{path}/nowhere"))
    hub = peer.connection.session.context.process.hub
    await soon(lambda: any(row["tags"] > 0 for row in hub.repositories()))


async def test_trust_is_taken_at_once(connect: Callable[..., Peer], path: str) -> None:
    peer = connect("headers")
    await peer.call("initialize", initialize(path, trusted=False))
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/register", {"name": "churn"})
    assert caught.value.kind == "Untrusted"


@pytest.mark.parametrize("client_limits", [ClientLimits(deferral=0.0)])
async def test_pygls_comes_by_itself_and_is_told_what_it_missed(connect: Callable[..., Peer], path: str) -> None:
    peer = connect("headers")
    params = initialize(path)
    params["capabilities"]["experimental"] = {"serverStatusNotification": True}
    await peer.call("initialize", params)
    peer.send({"jsonrpc": "2.0", "method": "initialized", "params": {}})
    # It tells of its status when it hears `initialized`.
    assert (await peer.notification())["health"] == "ok"
    assert (await peer.call("workspace/symbol", {"query": "churn"}))[0]["name"].startswith("churn")


async def test_what_the_client_said_of_itself_meanwhile_holds(connect: Callable[..., Peer], path: str) -> None:
    peer = connect("headers")
    await peer.call("initialize", initialize(path))
    handshake = {"client": "t", "version": "1", "protocol": PROTOCOL, "optional": ["didRetire"]}
    await peer.call("gto/handshake", {**handshake, "env": {"GTO_X": "y"}})
    await peer.call("workspace/symbol", {"query": "churn"})
    session = peer.connection.session
    assert session.context.wants_did_retire
    assert session.context.environment == {"GTO_X": "y"}


async def test_what_needs_pygls_waits_for_it_in_its_order(connect: Callable[..., Peer], path: str) -> None:
    text = "churn:\n  type: dataset\n"
    uri = Path(path, "artifacts.yaml").as_uri()
    peer = connect("headers")
    await peer.call("initialize", initialize(path))
    peer.send(
        {"jsonrpc": "2.0", "method": "initialized", "params": {}},
        {
            "jsonrpc": "2.0",
            "method": "textDocument/didOpen",
            "params": {"textDocument": {"uri": uri, "languageId": "yaml", "version": 3, "text": text}},
        },
        {
            "jsonrpc": "2.0",
            "id": "lists",
            "method": "textDocument/documentSymbol",
            "params": {"textDocument": {"uri": uri}},
        },
        {"jsonrpc": "2.0", "id": "reads", "method": "gto/describe", "params": {"name": "churn", "worktree": True}},
        {"jsonrpc": "2.0", "id": "ends", "method": "shutdown"},
        {"jsonrpc": "2.0", "method": "exit"},
    )
    await peer.closed()
    answers = {answer["id"]: answer for answer in peer.received() if "id" in answer}
    assert [symbol["name"] for symbol in answers["lists"]["result"]] == ["churn"]
    assert answers["reads"]["result"]["annotation"]["type"] == "model", "what is on disk, whatever an editor shows"
    assert answers["ends"]["result"] is None


async def test_a_client_that_leaves_meanwhile_leaves_nothing_behind(connect: Callable[..., Peer], path: str) -> None:
    peer = connect("headers")
    await peer.call("initialize", initialize(path))
    peer.send({"jsonrpc": "2.0", "method": "workspace/didChangeConfiguration", "params": {"settings": {}}})
    peer.connection.abort()
    await peer.closed()
    await soon(lambda: not [task for task in asyncio.all_tasks() if task.get_name() == "language server"])


async def test_a_language_server_that_cannot_begin_ends_the_session(
    connect: Callable[..., Peer], path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ImportError("pygls is broken")

    peer = connect("headers")
    await peer.call("initialize", initialize(path))
    monkeypatch.setattr(language, "load_language_server", broken)
    with pytest.raises(CallFailedError, match="cannot begin"):
        await peer.call("workspace/symbol", {"query": ""})
    await peer.closed()
    assert "pygls is broken" in caplog.text


def test_nothing_of_it_loads_pygls() -> None:
    # In this process all is loaded, so another one is asked.
    code = (
        "import sys; from gto_daemon.rpc.lsp.early_initialize import read_initialize;"
        "asked = {'processId': None, 'capabilities': {}, 'initializationOptions': {'deferred': True}};"
        "read_initialize(asked).result();"
        "sys.exit('lsprotocol' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_a_request_that_waited_is_about_the_text_of_its_time(connect: Callable[..., Peer], path: str) -> None:
    editor = connect("headers")
    params = initialize(path)
    params["capabilities"] = {"workspace": {"workspaceEdit": {"documentChanges": True}}}
    await editor.call("initialize", params)
    uri = (Path(path) / "artifacts.yaml").as_uri()
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": "first: {}\nsecond: {}\n"}
    rename = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 1}, "newName": "renamed"}
    typed = {
        "textDocument": {"uri": uri, "version": 2},
        "contentChanges": [{"text": "new: {}\nfirst: {}\nsecond: {}\n"}],
    }
    editor.send(
        {"jsonrpc": "2.0", "method": "initialized", "params": {}},
        {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}},
        {"jsonrpc": "2.0", "id": "rename", "method": "textDocument/rename", "params": rename},
        {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": typed},
    )
    while (answer := await editor.message()).get("id") != "rename":
        pass
    (change,) = answer["result"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 1}
    assert change["edits"][0]["range"]["start"] == {"line": 1, "character": 0}
