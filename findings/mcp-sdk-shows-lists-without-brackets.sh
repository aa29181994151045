#!/usr/bin/env bash
# Guess: a tool of the MCP SDK that returns data sends it as structured content and, for clients that read text only, the
#        same data as JSON in a text block, as the protocol recommends.
# Truth: a list is taken apart. Every item has a text block of its own, lists within lists are flattened, and strings lose
#        their quotes: [[1, 2], [3]] and [1, 2, 3] are the same text, and so are ["1"] and [1]. An empty list has no block
#        at all, so a reader of text cannot tell "there are none" from a tool that answers nothing. Objects are JSON.
# Seen with mcp 2.3.0 on 2026-11-30 (mcp/server/mcpserver/utilities/func_metadata.py, _convert_to_content). fastmcp 4.2.3
#        sends the JSON of the list.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0
cat > lists.py <<'PYTHON'
import asyncio
from importlib.metadata import version

from mcp import Client
from mcp.server import MCPServer

server = MCPServer("lists")


@server.tool()
def nested() -> list[list[int]]:
    return [[1, 2], [3]]


@server.tool()
def flat() -> list[int]:
    return [1, 2, 3]


@server.tool()
def words() -> list[str]:
    return ["1", "2", "3"]


@server.tool()
def empty() -> list[str]:
    return []


async def main():
    print("mcp", version("mcp"))
    async with Client(server) as client:
        results = {name: await client.call_tool(name, {}) for name in ("nested", "flat", "words", "empty")}
    texts = {name: [block.text for block in result.content] for name, result in results.items()}
    for name, result in results.items():
        print(f"{name:6} structured: {result.structured_content['result']!s:20} text: {texts[name]}")
    assert texts["nested"] == texts["flat"] == texts["words"] == ["1", "2", "3"], "CHANGED"
    assert texts["empty"] == [], "CHANGED"


asyncio.run(main())
PYTHON
venv/bin/python lists.py
