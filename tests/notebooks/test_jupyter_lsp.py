"""jupyter-lsp finds the language server of an installed gtod, starts it, and brings its answers."""

import json
from typing import Any

from tests.builders import RepositoryBuilder
from tests.notebooks.conftest import Run

_ASK = """
import asyncio, json, sys
from jupyter_lsp.manager import LanguageServerManager
from jupyter_lsp.specs.yaml_language_server import YAMLLanguageServer
from jupyter_server.serverapp import ServerApp
from tornado.websocket import WebSocketHandler

folder, *questions = map(json.loads, sys.argv[1:])


class Browser(WebSocketHandler):
    language_server = "yaml-with-gtod"

    def __init__(self):
        self.messages = asyncio.Queue()

    def write_message(self, message):
        self.messages.put_nowait(json.loads(message))


async def ask():
    manager = LanguageServerManager(parent=ServerApp(root_dir=folder))
    manager.initialize()
    browser = Browser()
    manager.subscribe(browser)
    answers = []
    for question in questions:
        await manager.on_client_message(json.dumps(question), browser)
        while question.get("id") is not None:
            message = await browser.messages.get()
            if message.get("id") == question["id"] and "method" not in message:
                answers.append(message["result"])
                break
    session = manager.sessions[browser.language_server]
    process = session.process
    session.stop()
    process.wait()
    return {"answers": answers, "found": list(manager.language_servers), "other": YAMLLanguageServer.key}

print(json.dumps(asyncio.run(ask())))
"""


def request(number: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def test_it_is_found_and_answers(registry: RepositoryBuilder, run: Run) -> None:
    file = registry.path / "artifacts.yaml"
    uri = {"uri": file.as_uri()}
    opened = {**uri, "languageId": "yaml", "version": 1, "text": file.read_text()}
    questions: list[dict[str, Any]] = [
        request(1, "initialize", {"processId": None, "rootUri": registry.path.as_uri(), "capabilities": {}}),
        {"jsonrpc": "2.0", "method": "initialized", "params": {}},
        {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": opened}},
        request(2, "textDocument/hover", {"textDocument": uri, "position": {"line": 0, "character": 1}}),
    ]
    arguments = [str(registry.path), *questions]
    told = json.loads(run(_ASK, *map(json.dumps, arguments)))
    initialized, hover = told["answers"]
    assert initialized["serverInfo"]["name"] == "gtod"
    assert initialized["capabilities"]["hoverProvider"]
    assert "v2.0.0" in hover["contents"]["value"]
    # JupyterLab takes the first by name where nobody has ranked them: the other one, if both are there.
    assert told["other"] < "yaml-with-gtod"
    assert "yaml-with-gtod" in told["found"]
