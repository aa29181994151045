"""A server of the MCP SDK with one tool and nothing behind it: `empty_server.py FILE`, whose JSON is the answer."""

import json
import sys
from pathlib import Path

from mcp.server import MCPServer
from mcp_types import CallToolResult

ANSWER = CallToolResult.model_validate(json.loads(Path(sys.argv[1]).read_text()))
server = MCPServer("empty")


@server.tool()
def registry() -> CallToolResult:
    """Answer what is in the file."""
    return ANSWER


server.run()
