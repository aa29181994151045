"""`gtod mcp` as hosts start it, and the SDK's client of it in a thread of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mcp_types as types
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, StdioServerParameters

import gto_daemon

#: How the SDK's client begins: with the handshake of the revisions of 2025, or with the question of that of 2026.
ERAS = ("legacy", "auto")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "gto_daemon", "mcp", *arguments]


def environment() -> dict[str, str]:
    """What a host gives a server: this checkout is found wherever it is started."""
    return {**os.environ, "PYTHONPATH": str(Path(gto_daemon.__file__).parents[1])}


@dataclass
class Agent:
    """A client whose coroutines are called from a test that is none.

    Attributes:
        questions: what the person was asked.
        answer: what the person says to it.
        before_answer: what happens while the person thinks.

    """

    portal: BlockingPortal
    client: Client
    questions: list[str] = field(default_factory=list)
    answer: str = "accept"
    before_answer: Callable[[], object] = lambda: None
    heard: list[Any] = field(default_factory=list)

    def tools(self) -> dict[str, types.Tool]:
        return {tool.name: tool for tool in self.portal.call(self.client.list_tools).tools}

    def call(self, tool: str, **arguments: Any) -> types.CallToolResult:
        return self.portal.call(self.client.call_tool, tool, arguments)

    def ask(self, tool: str, **arguments: Any) -> Any:
        """The structured content of an answer that is none of a refusal."""
        result = self.call(tool, **arguments)
        assert not result.is_error, result.content
        return result.structured_content

    def subscribe(self, uri: str) -> None:
        request = types.SubscribeRequest(params=types.SubscribeRequestParams(uri=uri))
        self.portal.call(self.client.session.send_request, request, types.EmptyResult)

    def unsubscribe(self, uri: str) -> None:
        request = types.UnsubscribeRequest(params=types.UnsubscribeRequestParams(uri=uri))
        self.portal.call(self.client.session.send_request, request, types.EmptyResult)

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return self.portal.call(function, *arguments)


@contextmanager
def agent(
    *arguments: str,
    era: str = "legacy",
    cwd: Path | None = None,
    can_ask: bool = True,
    roots: Callable[[], list[str]] | None = None,
) -> Iterator[Agent]:
    made: list[Agent] = []

    async def elicit(_context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
        made[0].questions.append(params.message)
        made[0].before_answer()
        return types.ElicitResult(action=made[0].answer, content={})  # type: ignore[arg-type]

    async def list_roots(_context: Any) -> types.ListRootsResult:
        assert roots is not None
        return types.ListRootsResult(roots=[types.Root(uri=uri) for uri in roots()])

    async def hear(message: Any) -> None:
        made[0].heard.append(message)

    program, *rest = command(*arguments)
    client = Client(
        StdioServerParameters(command=program, args=rest, cwd=cwd or "/", env=environment()),
        mode=era,
        elicitation_callback=elicit if can_ask else None,
        list_roots_callback=list_roots if roots else None,
        message_handler=hear,
    )
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(client) as entered:
        made.append(Agent(portal, entered))
        yield made[0]


class Wire:
    """A client that writes bytes, as no SDK would."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            command(*arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            cwd="/",
        )

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def read(self) -> bytes:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def leave(self) -> int:
        """Send no more, and wait for the server to end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(60)

    def close(self) -> None:
        self.process.kill()
        self.process.wait(60)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
