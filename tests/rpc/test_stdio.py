"""The language server on stdio, as an editor starts it."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.builders import RepositoryBuilder
from tests.waiting import soon


class Editor(LanguageClient):
    """Keeps the exit code of the server."""

    exit_code: int | None = None

    async def server_exit(self, server: asyncio.subprocess.Process) -> None:
        self.exit_code = server.returncode
        await super().server_exit(server)


async def start(*arguments: str) -> Editor:
    client = Editor()
    await client.start_io(sys.executable, "-m", "gto_daemon", "lsp", *arguments)
    return client


async def test_an_editor_initializes_asks_and_leaves(registry: RepositoryBuilder) -> None:
    client = await start("--standalone")
    folder = types.WorkspaceFolder(uri=registry.path.as_uri(), name="repo")
    async with asyncio.timeout(60):
        result = await client.initialize_session(
            types.InitializeParams(capabilities=types.ClientCapabilities(), workspace_folders=[folder])
        )
        assert result.server_info is not None
        assert result.server_info.name == "gtod"
        shown: Any = await client.protocol.send_request_async("gto/show", {"name": "churn@latest"})
        assert shown.versions[0].version == "v2.0.0"
        await client.shutdown_session()
        await soon(lambda: client.exit_code is not None)
        assert client.exit_code == 0
    await client.stop()


@pytest.mark.parametrize("shutdown", [True, False])
async def test_the_exit_code_is_what_lsp_asks_for(tmp_path: Path, shutdown: bool) -> None:
    texts = ['{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"capabilities":{}}}']
    if shutdown:
        texts.append('{"jsonrpc":"2.0","id":2,"method":"shutdown"}')
    texts.append('{"jsonrpc":"2.0","method":"exit"}')
    sent = "".join(f"Content-Length: {len(text)}\r\n\r\n{text}" for text in texts)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gto_daemon", "lsp", "--standalone"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    async with asyncio.timeout(60):
        out, _ = await process.communicate(sent.encode())
    assert process.returncode == (0 if shutdown else 1)
    assert out.count(b"Content-Length") == len(texts) - 1
