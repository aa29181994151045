"""An editor in memory: it opens documents, applies edits as an editor does, and answers what the server asks of it."""

import asyncio
import itertools
from pathlib import Path
from typing import Any

from gto_daemon.rpc.lsp.refresh import TASK_NAME
from tests.rpc.peer import CallFailedError, Peer

#: What a modern editor says that it can.
CAPABLE: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"], "dynamicRegistration": True},
        "definition": {"dynamicRegistration": True},
        "documentLink": {"dynamicRegistration": True},
        "synchronization": {"dynamicRegistration": True},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
            "disabledSupport": True,
        },
        "completion": {"completionItem": {"snippetSupport": True}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "rename": {"prepareSupport": True},
    },
    "workspace": {
        "applyEdit": True,
        "codeLens": {"refreshSupport": True},
        "inlayHint": {"refreshSupport": True},
        "diagnostics": {"refreshSupport": True},
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
    },
    "window": {"workDoneProgress": True},
    "experimental": {"serverStatusNotification": True},
}
PULLING: dict[str, Any] = {**CAPABLE, "textDocument": {**CAPABLE["textDocument"], "diagnostic": {}}}


async def looked() -> None:
    """Whatever looks at what editors show has come to its end."""
    while looking := [task for task in asyncio.all_tasks() if task.get_name() == TASK_NAME]:
        await asyncio.wait(looking)


class Editor:
    """One editor.

    Attributes:
        said: notifications of the server that were not waited for, oldest first.
        asked: requests of the server, each answered with what `answers` has for its method, else null.
        refused: methods of requests of the server that are refused.
        unanswered: methods of requests of the server that are never answered.

    """

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.said: list[Any] = []
        self.asked: list[Any] = []
        self.answers: dict[str, Any] = {}
        self.refused: set[str] = set()
        self.unanswered: set[str] = set()
        self._ids = itertools.count(1000)
        self._versions = itertools.count(1)

    async def initialize(
        self, *folders: Path, capabilities: dict[str, Any] | None = None, **options: Any
    ) -> dict[str, Any]:
        params = {
            "processId": None,
            "capabilities": CAPABLE if capabilities is None else capabilities,
            "workspaceFolders": [{"uri": each.as_uri(), "name": each.name} for each in folders],
            **({"initializationOptions": options} if options else {}),
        }
        result: dict[str, Any] = await self.request("initialize", params)
        self.notify("initialized", {})
        return result

    def notify(self, method: str, params: Any) -> None:
        self.peer.send({"jsonrpc": "2.0", "method": method, "params": params})

    def open(self, path: Path, text: str | None = None, *, uri: str | None = None) -> str:
        """Open a file, by another spelling of its URI than the usual one if `uri` is one."""
        uri = path.as_uri() if uri is None else uri
        content = path.read_text() if text is None else text
        document = {"uri": uri, "languageId": "yaml", "version": next(self._versions), "text": content}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return uri

    def change(self, uri: str, *changes: Any) -> int:
        """Whole texts, or `(line, character, line, character, text)`."""
        version = next(self._versions)
        shapes = []
        for change in changes:
            if isinstance(change, str):
                shapes.append({"text": change})
            else:
                start = {"line": change[0], "character": change[1]}
                end = {"line": change[2], "character": change[3]}
                shapes.append({"range": {"start": start, "end": end}, "text": change[4]})
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": shapes})
        return version

    def close(self, uri: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    async def request(self, method: str, params: Any = None) -> Any:
        """The result of a request.

        Raises:
            CallFailedError: it was refused.

        """
        request_id = next(self._ids)
        self.peer.send({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params})
        answer = await self.answer(request_id)
        if "error" in answer:
            raise CallFailedError(answer["error"])
        return answer["result"]

    async def answer(self, request_id: int | str) -> Any:
        """The answer to a request that was sent."""
        while True:
            message = await self._message()
            if message.get("id") == request_id and "method" not in message:
                return message

    async def ask(self, method: str, uri: str, **params: Any) -> Any:
        """A request about a document."""
        return await self.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, **params})

    async def at(self, method: str, uri: str, line: int, character: int, **params: Any) -> Any:
        """A request about a position."""
        return await self.ask(method, uri, position={"line": line, "character": character}, **params)

    async def actions(self, uri: str, line: int, character: int = 0, *only: str) -> list[Any]:
        place = {"line": line, "character": character}
        context: dict[str, Any] = {"diagnostics": [], **({"only": list(only)} if only else {})}
        found: list[Any] = await self.ask("codeAction", uri, range={"start": place, "end": place}, context=context)
        return found

    async def execute(self, command: dict[str, Any]) -> Any:
        params = {"command": command["command"], "arguments": command.get("arguments")}
        return await self.request("workspace/executeCommand", params)

    async def titles(self, uri: str) -> list[str]:
        """Of all lenses, each resolved."""
        lenses = await self.ask("codeLens", uri)
        return [(await self.request("codeLens/resolve", lens))["command"]["title"] for lens in lenses]

    async def until(self, method: str) -> Any:
        """The params of the next notification, or request of the server, of that method."""
        for heard in (self.said, self.asked):
            for each in heard:
                if each["method"] == method:
                    heard.remove(each)
                    return each.get("params")
        while True:
            message = await self._message()
            if message.get("method") == method:
                (self.asked if "id" in message else self.said).remove(message)
                return message.get("params")

    async def published(self, uri: str) -> list[str]:
        """The codes of the next diagnostics of a document."""
        while True:
            params = await self.until("textDocument/publishDiagnostics")
            if params["uri"] == uri:
                return [each["code"] for each in params["diagnostics"]]

    async def nothing_more(self) -> list[Any]:
        """What the server said since, after everything that it had to do is done."""
        await looked()
        await self.request("workspace/symbol", {"query": "-"})
        heard, self.said, self.asked = [*self.said, *self.asked], [], []
        return heard

    async def _message(self) -> Any:
        message = await self.peer.message()
        if "method" in message:
            if "id" in message:
                self.asked.append(message)
                self._answer(message)
            else:
                self.said.append(message)
        return message

    def _answer(self, message: dict[str, Any]) -> None:
        method = message["method"]
        answer = self.answers.get(method)
        if method in self.refused:
            outcome: dict[str, Any] = {"error": {"code": -32601, "message": f"no {method} here"}}
        else:
            outcome = {"result": answer(message["params"]) if callable(answer) else answer}
        if method not in self.unanswered:
            self.peer.send({"jsonrpc": "2.0", "id": message["id"], **outcome})
