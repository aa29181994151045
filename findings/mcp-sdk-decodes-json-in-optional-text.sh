#!/usr/bin/env bash
# Guess: a tool of the MCP SDK that takes `content: str | None = None` gets the text that the client sent, as one that takes
#        `content: str` does. Optional means that it may be left out.
# Truth: only the annotation `str` itself is left alone. For any other one, text that happens to be JSON is decoded before
#        it is validated. A list or an object, such as the text of a package.json, is then refused because it is no
#        string, and the word `null` arrives as None. Numbers and quoted strings stay text. The schema that the tool
#        publishes says that any string will do.
# Seen with mcp 2.3.0 on 2026-11-30 (mcp/server/mcpserver/utilities/func_metadata.py, pre_parse_json). fastmcp 4.2.3 does
#        not do it.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0
cat > write.py <<'PYTHON'
import asyncio
import logging
from importlib.metadata import version

from mcp import Client
from mcp.server import MCPServer

logging.disable()
server = MCPServer("notes")


@server.tool()
def plain(content: str) -> str:
    return repr(content)


@server.tool()
def optional(content: str | None = None) -> str:
    return repr(content)


async def main():
    print("mcp", version("mcp"))
    seen = {}
    async with Client(server) as client:
        schemas = {tool.name: tool.input_schema["properties"]["content"] for tool in (await client.list_tools()).tools}
        print("schema of the optional one:", schemas["optional"])
        for text in ('{"name": "churn"}', "[]", "null", "1.10", "some words"):
            for tool in ("plain", "optional"):
                result = await client.call_tool(tool, {"content": text})
                seen[tool, text] = "refused" if result.is_error else result.structured_content["result"]
                print(f"{tool:8} was sent {text!r}: {seen[tool, text]}")
    assert all(seen["plain", text] == repr(text) for _, text in seen), "CHANGED"
    assert [seen["optional", text] for text in ('{"name": "churn"}', "[]", "null")] == ["refused", "refused", "None"], "CHANGED"
    assert all(seen["optional", text] == repr(text) for text in ("1.10", "some words")), "CHANGED"


asyncio.run(main())
PYTHON
venv/bin/python write.py
