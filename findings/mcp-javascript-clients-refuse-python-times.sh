#!/usr/bin/env bash
# Guess: structured content that the MCP SDK for Python made from a pydantic model, and that its own client accepts, is
#        accepted by the SDK for JavaScript as well: both look at the same JSON Schema.
# Truth: pydantic's schema says `"format": "date-time"` for a datetime and `"format": "duration"` for a timedelta. To
#        Python's client a format is an annotation; the one for JavaScript enforces it, by RFC 3339, which wants an offset
#        in a time and knows no fractions of a second in a duration. A naive datetime, and a training that took 1.5
#        seconds, make every call of the tool fail there, with no word of it on the server.
# Seen with mcp 2.3.0 and the command line of @modelcontextprotocol/inspector 2.12.0 on 2026-11-30.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0
npm install --silent --no-audit --no-fund --ignore-scripts @modelcontextprotocol/inspector@2.12.0 > npm.log
cat > server.py <<'PYTHON'
from datetime import datetime, timedelta, timezone

from mcp.server import MCPServer
from pydantic import BaseModel

server = MCPServer("trainings")
NOON = datetime(2026, 11, 30, 12)


class Training(BaseModel):
    at: datetime
    took: timedelta


@server.tool()
def aware() -> Training:
    return Training(at=NOON.replace(tzinfo=timezone.utc), took=timedelta(seconds=90))


@server.tool()
def naive() -> Training:
    return Training(at=NOON, took=timedelta(seconds=90))


@server.tool()
def fraction() -> Training:
    return Training(at=NOON.replace(tzinfo=timezone.utc), took=timedelta(seconds=1.5))


if __name__ == "__main__":
    server.run()
PYTHON
cat > python_client.py <<'PYTHON'
import asyncio
from importlib.metadata import version

from mcp import Client
from server import server


async def main():
    print("mcp", version("mcp"))
    async with Client(server) as client:
        for tool in ("aware", "naive", "fraction"):
            print("Python: ", tool, (await client.call_tool(tool, {})).structured_content)


asyncio.run(main())
PYTHON
venv/bin/python python_client.py
echo "inspector $(node -p 'require("@modelcontextprotocol/inspector/package.json").version')"
for tool in aware naive fraction; do
    if node_modules/.bin/mcp-inspector --cli venv/bin/python server.py --connect-timeout 0 --method tools/call --tool-name $tool > out 2> err; then
        echo "JavaScript: $tool accepted" | tee -a seen
    else
        echo "JavaScript: $tool refused: $(grep -o 'must match format[^}]*' err)" | tee -a seen
    fi
done
diff seen - << 'SEEN' || { echo "CHANGED"; exit 1; }
JavaScript: aware accepted
JavaScript: naive refused: must match format \"date-time\""
JavaScript: fraction refused: must match format \"duration\""
SEEN
