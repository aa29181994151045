#!/usr/bin/env bash
# Guess: a server of the MCP SDK that agrees on revision 2025-03-26 answers a batch of JSON-RPC requests, since that
#        revision says that one MUST be accepted. And a request that is wrong gets an error with its id.
# Truth: over stdio, whatever does not fit the SDK's models of a message is dropped: nothing is answered, and nothing is
#        logged by default. That is a batch, in every revision; a request whose params are an array, which JSON-RPC allows;
#        and one whose id is a fraction or that lacks `"jsonrpc"`. A client that sets no timeout waits for an answer that
#        does not come. The server itself goes on, and answers the next request.
# Seen with mcp 2.3.0 on 2026-11-30 (mcp/server/stdio.py hands on an exception in place of the message).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0
cat > server.py <<'PYTHON'
from mcp.server import MCPServer

MCPServer("plain").run()
PYTHON
cat > client.py <<'PYTHON'
import json
import subprocess
import sys
from importlib.metadata import version

server = subprocess.Popen([sys.executable, "server.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def send(message):
    server.stdin.write(json.dumps(message).encode() + b"\n")
    server.stdin.flush()


def request(number, method, **rest):
    return {"jsonrpc": "2.0", "id": number, "method": method, **rest}


me = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "client", "version": "1"}}
send(request(1, "initialize", params=me))
agreed = json.loads(server.stdout.readline())["result"]["protocolVersion"]
send({"jsonrpc": "2.0", "method": "notifications/initialized"})
send([request(2, "ping"), request(3, "ping")])
send(request(4, "ping", params=[]))
send(request(5.5, "ping"))
send({"id": 6, "method": "ping"})
send(request(7, "ping", params={}))
answered = []
server.stdin.close()
for line in server.stdout:
    answered.append(json.loads(line)["id"])
print("mcp", version("mcp"), "agreed on", agreed)
print("sent: a batch of 2 and 3, 4 with params [], 5.5, 6 without a version, 7; answered:", answered)
assert (agreed, answered, server.wait()) == ("2025-03-26", [7], 0), "CHANGED"
PYTHON
venv/bin/python client.py
