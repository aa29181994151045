"""LSP's own methods: pygls answers them, and the answers it owes are given."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.protocol import JsonRPCProtocol, LanguageServerProtocol
from pygls.server import JsonRPCServer
from pygls.workspace import TextDocument, Workspace

from gto_daemon.rpc import PROTOCOL
from gto_daemon.rpc.lsp.server import language_server
from gto_daemon.rpc.lsp.server.protocol import CONVERTER, Server, new_server
from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer

FOLDERS_CHANGED = "workspace/didChangeWorkspaceFolders"


def folders(*paths: str) -> list[dict[str, str]]:
    return [{"uri": Path(path).as_uri(), "name": Path(path).name} for path in paths]


def initialize(*paths: str, **options: Any) -> dict[str, Any]:
    return {"processId": None, "capabilities": {}, "workspaceFolders": folders(*paths), **options}


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> list[Server]:
    """Pygls' servers of the sessions that begin from here on."""
    made: list[Server] = []

    def record() -> Server:
        made.append(new_server())
        return made[-1]

    monkeypatch.setattr(language_server, "new_server", record)
    return made


@pytest_asyncio.fixture
async def editor(connect: Callable[..., Peer], path: str) -> AsyncIterator[Peer]:
    peer = connect("headers")
    await peer.call("initialize", initialize(path))
    peer.send({"jsonrpc": "2.0", "method": "initialized", "params": {}})
    yield peer


def notify(peer: Peer, method: str, params: Any) -> None:
    peer.send({"jsonrpc": "2.0", "method": method, "params": params})


def test_the_private_names_of_pygls_that_we_use_are_there() -> None:
    for name in ("_send_data", "_handle_cancel_notification"):
        assert hasattr(JsonRPCProtocol, name)
    for owner, name in ((TextDocument, "_apply_incremental_change"), (Workspace, "_create_text_document")):
        assert callable(getattr(owner, name))
    server = new_server()
    protocol = server.protocol
    assert isinstance(protocol, LanguageServerProtocol)
    assert isinstance(server, JsonRPCServer)
    assert vars(protocol)["_shutdown"] is False
    assert vars(protocol)["_workspace"] is None
    assert vars(protocol)["_converter"] is CONVERTER
    assert protocol.get_result_type("initialize") is types.InitializeResponse
    assert protocol.get_result_type("initialized") is None
    assert protocol.fm.builtin_features["exit"].__func__.__qualname__ == "Protocol.lsp_exit"
    assert isinstance(protocol.fm.commands, dict)


def test_pygls_does_not_keep_a_server_that_decoded_messages() -> None:
    server = new_server()
    assert server.protocol.get_message_type("initialized") is types.InitializedNotification
    assert server.protocol.get_result_type("shutdown") is types.ShutdownResponse
    seen = weakref.ref(server)
    del server
    gc.collect()
    assert seen() is None


async def test_initialize_tells_what_the_server_is(connect: Callable[..., Peer], path: str) -> None:
    peer = connect("headers")
    result = await peer.call("initialize", initialize(path))
    assert result["serverInfo"]["name"] == "gtod"
    assert result["capabilities"]["workspace"]["workspaceFolders"]["supported"] is True


async def test_messages_behind_initialize_keep_their_order(connect: Callable[..., Peer], path: str) -> None:
    peer = connect("headers")
    peer.send(
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": initialize(path)},
        {"jsonrpc": "2.0", "method": "initialized", "params": {}},
        {"jsonrpc": "2.0", "id": 2, "method": "gto/stages", "params": {}},
        {"jsonrpc": "2.0", "id": 3, "method": "shutdown"},
        {"jsonrpc": "2.0", "method": "exit"},
    )
    await peer.closed()
    answers = {answer["id"]: answer for answer in peer.received()}
    assert answers[2]["result"]["stages"] == ["dev", "prod"]
    assert answers[3]["result"] is None


async def test_exit_without_shutdown_ends_nobody_else(connect: Callable[..., Peer], editor: Peer, path: str) -> None:
    other = connect()
    notify(editor, "exit", None)
    await editor.closed()
    assert await other.call("gto/stages", {"repo": path})


async def test_after_shutdown_every_request_is_refused(editor: Peer) -> None:
    for _ in range(3):
        assert await editor.call("gto/stages")
    assert await editor.call("shutdown") is None
    for method in ("gto/stages", "textDocument/hover", "shutdown", "nothing"):
        with pytest.raises(CallFailedError, match="shut down") as caught:
            await editor.call(method)
        assert caught.value.code == -32600


async def test_initialize_is_sent_once(editor: Peer, path: str) -> None:
    with pytest.raises(CallFailedError) as caught:
        await editor.call("initialize", initialize(path))
    assert caught.value.code == -32600


@pytest.mark.parametrize("params", [{}, {"capabilities": 1}, {"capabilities": {}, "workspaceFolders": [{"uri": 1}]}])
async def test_bad_params_are_refused_and_may_be_mended(
    connect: Callable[..., Peer], path: str, params: dict[str, Any]
) -> None:
    peer = connect("headers")
    with pytest.raises(CallFailedError) as caught:
        await peer.call("initialize", params)
    assert caught.value.code == -32602
    assert caught.value.data["errors"]
    assert await peer.call("initialize", initialize(path))


async def test_requests_that_pygls_does_not_know_or_would_not_answer(editor: Peer) -> None:
    for method in ("textDocument/signatureHelp", "initialized", "$/unknown", "textDocument/unknown"):
        with pytest.raises(CallFailedError) as caught:
            await editor.call(method, {"textDocument": {"uri": "file:///a"}, "position": {"line": 0, "character": 0}})
        assert caught.value.code == -32601
    with pytest.raises(CallFailedError) as caught:
        await editor.call("textDocument/hover", {})
    assert caught.value.code == -32602


async def test_garbage_for_the_language_server_does_no_harm(editor: Peer) -> None:
    notify(editor, "textDocument/didOpen", {})
    notify(editor, "textDocument/didOpen", [1])
    notify(editor, "textDocument/didChange", {"textDocument": {"uri": "x", "version": 1}, "contentChanges": []})
    editor.send({"jsonrpc": "2.0", "id": 77, "result": 1}, {"jsonrpc": "2.0", "id": {}, "error": [], "x": 1})
    assert await editor.call("gto/stages")


async def test_a_result_without_json_form_is_answered(
    servers: list[Server], editor: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    (server,) = servers

    @server.feature("textDocument/signatureHelp")
    def signature_help(_params: types.SignatureHelpParams) -> Any:
        return {"when": object()}

    params = {"textDocument": {"uri": "file:///a"}, "position": {"line": 0, "character": 0}}
    with pytest.raises(CallFailedError) as caught:
        await editor.call("textDocument/signatureHelp", params)
    assert caught.value.code == -32603


async def test_a_language_request_can_be_cancelled(servers: list[Server], editor: Peer) -> None:
    (server,) = servers
    began, ended = asyncio.Event(), asyncio.Event()

    @server.feature("textDocument/signatureHelp")
    async def signature_help(_params: types.SignatureHelpParams) -> None:
        try:
            began.set()
            await asyncio.Event().wait()
        finally:
            ended.set()

    params = {"textDocument": {"uri": "file:///a"}, "position": {"line": 0, "character": 0}}
    editor.send({"jsonrpc": "2.0", "id": 1, "method": "textDocument/signatureHelp", "params": params})
    await editor.call("gto/stages")
    await began.wait()  # cancelled before that it would never run, and so never end
    notify(editor, "$/cancelRequest", {"id": 1})
    assert [(answer["id"], answer["error"]["code"]) for answer in await editor.messages()] == [(1, -32800)]
    await ended.wait()
    assert await editor.call("gto/stages")
    assert editor.received() == []


async def test_the_workspace_folder_is_the_default_repository(
    editor: Peer, make_repository: Callable[..., RepositoryBuilder], path: str
) -> None:
    assert (await editor.call("gto/stages"))["stages"] == ["dev", "prod"]
    other = make_repository("other")
    other.commit()
    notify(editor, FOLDERS_CHANGED, {"event": {"added": folders(str(other.path)), "removed": []}})
    with pytest.raises(CallFailedError) as caught:
        await editor.call("gto/stages")
    assert (caught.value.code, caught.value.data["folders"]) == (-32602, [path, str(other.path)])
    assert path in caught.value.message
    notify(editor, FOLDERS_CHANGED, {"event": {"added": [], "removed": folders(path)}})
    for _ in range(3):
        assert (await editor.call("gto/stages"))["stages"] == []
    notify(editor, FOLDERS_CHANGED, {"event": {"added": [], "removed": folders(str(other.path))}})
    with pytest.raises(CallFailedError) as caught:
        await editor.call("gto/stages")
    assert caught.value.kind == "RepositoryRequired"


async def test_an_editor_without_folders_has_its_root(connect: Callable[..., Peer], path: str) -> None:
    peer = connect("headers")
    await peer.call("initialize", {"processId": None, "capabilities": {}, "rootUri": Path(path).as_uri()})
    assert (await peer.call("gto/stages"))["stages"] == ["dev", "prod"]


async def test_an_untrusted_workspace_is_an_untrusted_session(connect: Callable[..., Peer], path: str) -> None:
    peer = connect("headers")
    await peer.call("initialize", initialize(path, initializationOptions={"trusted": False}))
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/shutdown")
    assert caught.value.kind == "Untrusted"


async def test_initialize_keeps_the_environment_of_the_handshake(connect: Callable[..., Peer], path: str) -> None:
    peer = connect("headers")
    hello = {"client": "test", "version": "1", "protocol": PROTOCOL, "env": {"GTO_STAGES": '["qa"]'}}
    await peer.call("gto/handshake", hello)
    await peer.call("initialize", initialize(path))
    assert (await peer.call("gto/stages", {"allowed": True}))["stages"] == ["qa"]
