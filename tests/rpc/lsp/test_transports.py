"""The same features over stdio, as an editor starts it, and over the daemon's socket, by pytest-lsp's client."""

import ast
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.io_ import run_async
from pytest_lsp import LanguageClient, client_capabilities

from gto_daemon.client.control import stop
from gto_daemon.rpc.service import Service
from gto_daemon.rpc.transport.connection import connection_factory
from tests.builders import RepositoryBuilder
from tests.rpc.peer import scheduled


def able(client: LanguageClient) -> LanguageClient:
    """It answers the requests of a server that pytest-lsp's client knows nothing of, although it claims to."""
    for method in ("client/registerCapability", "workspace/codeLens/refresh", "workspace/diagnostic/refresh"):
        client.feature(method)(lambda *_params: None)
    return client


class SocketClient(LanguageClient):
    """pytest-lsp's client, which starts servers on stdio only, on a unix socket."""

    async def start_unix(self, path: Path) -> None:
        reader, writer = await asyncio.open_unix_connection(path)
        self.protocol.set_writer(writer)
        reading = run_async(stop_event=self._stop_event, reader=reader, protocol=self.protocol)
        self._async_tasks.append(asyncio.create_task(reading))
        self.writer = writer

    async def stop(self) -> None:
        self.writer.close()
        await super().stop()


@pytest_asyncio.fixture(params=["the daemon", "standalone", "a socket"])
async def client(request: pytest.FixtureRequest, service: Service) -> AsyncIterator[LanguageClient]:
    if request.param == "a socket":
        with tempfile.TemporaryDirectory(prefix="gtod-", dir="/tmp") as directory:
            place = Path(directory) / "gtod.sock"
            server = await asyncio.get_running_loop().create_unix_server(connection_factory(service), place)
            over_socket = SocketClient()
            able(over_socket)
            await over_socket.start_unix(place)
            yield over_socket
            async with asyncio.timeout(30):
                await over_socket.stop()
            server.close()
        return
    client = able(LanguageClient())
    options = ["--standalone"] if request.param == "standalone" else []
    await client.start_io(sys.executable, "-m", "gto_daemon", "lsp", *options)
    yield client
    async with asyncio.timeout(30):
        await client.stop()
    await asyncio.to_thread(stop)


async def test_an_editors_day(client: LanguageClient, registry: RepositoryBuilder) -> None:
    # A folder whose URI is encoded; most of those at work have one.
    registry.rename("my models (é) #1")
    root = registry.path.resolve()
    uri = (root / "artifacts.yaml").as_uri()
    document = types.TextDocumentIdentifier(uri=uri)
    async with asyncio.timeout(90):
        await client.initialize_session(
            types.InitializeParams(
                capabilities=client_capabilities("visual-studio-code"),
                workspace_folders=[types.WorkspaceFolder(uri=root.as_uri(), name="repo")],
            )
        )
        text = (root / "artifacts.yaml").read_text()
        opened = types.TextDocumentItem(uri=uri, language_id="yaml", version=1, text=text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=opened))
        lenses = await client.text_document_code_lens_async(types.CodeLensParams(text_document=document))
        assert lenses is not None
        first = await client.code_lens_resolve_async(lenses[0])
        assert first.command is not None
        assert first.command.title == "v2.0.0 · dev v2.0.0 · prod v1.0.0"
        start = types.Position(line=0, character=0)
        actions = await client.text_document_code_action_async(
            types.CodeActionParams(
                text_document=document,
                range=types.Range(start=start, end=start),
                context=types.CodeActionContext(diagnostics=[], only=["refactor.gto.assign"]),
            )
        )
        assert actions is not None
        (action,) = actions
        assert action.title == "Assign churn v2.0.0 to prod — churn#prod#3"
        # lsprotocol takes every action that has a command for a command, and makes a text of the command it has.
        command = ast.literal_eval(str(action.command))
        await client.workspace_execute_command_async(
            types.ExecuteCommandParams(command=command["command"], arguments=command["arguments"])
        )
        assert registry.git("cat-file", "-t", "refs/tags/churn#prod#3").strip() == "tag"
        hover = await client.text_document_hover_async(types.HoverParams(text_document=document, position=start))
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert "| prod | `v2.0.0` |" in hover.contents.value
        # The edit is for the text that was there when it was asked for, whatever was typed behind the question.
        renaming = asyncio.ensure_future(
            client.text_document_rename_async(
                types.RenameParams(
                    text_document=document, position=types.Position(line=3, character=1), new_name="segments"
                )
            )
        )
        await scheduled()
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                text_document=types.VersionedTextDocumentIdentifier(uri=uri, version=2),
                content_changes=[types.TextDocumentContentChangeWholeDocument(text=f"new: {{}}\n{text}")],
            )
        )
        edit = await renaming
        assert edit is not None
        assert edit.document_changes is not None
        (change,) = edit.document_changes
        assert isinstance(change, types.TextDocumentEdit)
        assert change.text_document == types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=1)
        assert change.edits[0].range.start.line == 3
        await client.shutdown_session()


def test_the_page_of_diagnostics_is_part_of_the_package() -> None:
    from gto_daemon.rpc.lsp.features.requests import DOCUMENTATION

    assert Path(DOCUMENTATION.removeprefix("file://")).is_file()
