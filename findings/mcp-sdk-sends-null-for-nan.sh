#!/usr/bin/env bash
# Guess: a tool of the MCP SDK that returns a metric, `-> float` or `-> dict[str, float]`, either sends NaN in some way or
#        answers with an error. What it sends was validated against the return type, so that clients can rely on it.
# Truth: the validated value is written as JSON afterwards, and NaN becomes `null`. The tool's own output schema has
#        `"type": "number"`, so the client of the same SDK raises RuntimeError at a result that the server took for right.
#        The text block beside it says `NaN`, which no JSON parser has to read. Infinity is the same.
# Seen with mcp 2.3.0 on 2026-11-30. fastmcp 4.2.3 answers with an error that names the value.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0
cat > metrics.py <<'PYTHON'
import asyncio
import sys
from importlib.metadata import version

from mcp import Client, StdioServerParameters
from mcp.server import MCPServer

server = MCPServer("metrics")


@server.tool()
def metrics() -> dict[str, float]:
    return {"auc": float("nan"), "f1": 0.5}


async def main():
    print("mcp", version("mcp"))
    seen = []

    async def look(context, call_next):
        result = await call_next(context)
        if context.method == "tools/call":
            seen.append(result)
        return result

    server.middleware.append(look)
    async with Client(server) as client:
        (tool,) = (await client.list_tools()).tools
        print("schema:", tool.output_schema)
        try:
            await client.call_tool("metrics", {})
        except RuntimeError as error:
            told = str(error).splitlines()[0]
        else:
            sys.exit("CHANGED")
    (sent,) = seen
    print("sent:", sent["structuredContent"], "isError:", sent["isError"])
    print("as text:", sent["content"][0]["text"].replace("\n", " "))
    print("the client:", told)
    assert tool.output_schema["additionalProperties"] == {"type": "number"}, "CHANGED"
    assert sent["structuredContent"] == {"auc": None, "f1": 0.5} and not sent["isError"], "CHANGED"
    assert "NaN" in sent["content"][0]["text"], "CHANGED"


asyncio.run(main())
PYTHON
venv/bin/python metrics.py
