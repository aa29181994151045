#!/usr/bin/env bash
# Guess: `mcp-inspector --cli … --tool-arg push=yes` sends true for a param whose schema says boolean, or the text, or
#        refuses it. And `version=1.10` is sent as text where the schema says that the param is a string.
# Truth: what is JSON is sent as that JSON, whatever the schema says: 1.10 becomes the number 1.1, which the server refuses
#        as no string, and `null` is null. Only what is no JSON is fitted to the schema, and of that any word but "true" is
#        sent as false for a boolean: `yes`, `on`, `Y`. The call succeeds, and did the opposite.
#        `--tool-args-json '{"push": true}'` sends what it says.
# Seen with @modelcontextprotocol/inspector 2.12.0 and a server of mcp 2.3.0 on 2026-11-30.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0
npm install --silent --no-audit --no-fund --ignore-scripts @modelcontextprotocol/inspector@2.12.0 > npm.log
cat > server.py <<'PYTHON'
from mcp.server import MCPServer

server = MCPServer("registry")


@server.tool()
def register(push: bool, version: str = "next") -> str:
    return f"push {push!r}, version {version!r}"


server.run()
PYTHON
register() {
    echo "$* -> $(node_modules/.bin/mcp-inspector --cli venv/bin/python server.py --connect-timeout 0 --method tools/call --tool-name register "$@" 2> err |
        grep -oE '"text": .*|valid string.*input_type=[a-z]+' | grep -oE "push (True|False), version '[a-z0-9.]+'|input_value=[0-9.]+, input_type=[a-z]+" | head -n 1)" | tee -a seen
}
echo "inspector $(node -p 'require("@modelcontextprotocol/inspector/package.json").version')"
register --tool-arg push=true
register --tool-arg push=yes
register --tool-arg push=on
register --tool-arg push=true version=1.10
register --tool-args-json '{"push": true, "version": "1.10"}'
diff seen - << 'SEEN' || { echo "CHANGED"; exit 1; }
--tool-arg push=true -> push True, version 'next'
--tool-arg push=yes -> push False, version 'next'
--tool-arg push=on -> push False, version 'next'
--tool-arg push=true version=1.10 -> input_value=1.1, input_type=float
--tool-args-json {"push": true, "version": "1.10"} -> push True, version '1.10'
SEEN
