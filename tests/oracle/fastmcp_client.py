"""What an agent on `fastmcp` does with `gtod mcp`, run by the interpreter that has it: `fastmcp_client.py COMMAND...`.

Writes what came of it to stdout, as one JSON object.
"""

import asyncio
import json
import sys
from typing import Any

from fastmcp import Client
from fastmcp.client.transports import StdioTransport


async def main(command: str, *arguments: str) -> dict[str, Any]:
    """Read, plan and act."""
    asked: list[str] = []

    async def elicit(message: str, *_rest: Any) -> dict[str, Any]:
        asked.append(message)
        return {}

    transport = StdioTransport(command=command, args=[*arguments], keep_alive=False)
    async with Client(transport, elicitation_handler=elicit) as client:
        tools = await client.list_tools()
        registry = await client.call_tool("registry", {})
        link = next(block for block in registry.content if block.type == "resource_link")
        resource = await client.read_resource(str(link.uri))
        plan = await client.call_tool("plan", {"actions": [{"act": "register", "name": "segment"}]})
        done = await client.call_tool("apply_plan", {"plan_id": plan.structured_content["plan_id"]})
        refused = await client.call_tool("artifact", {"name": "nothing"}, raise_on_error=False)
        return {
            "tools": [tool.name for tool in tools],
            "registry": registry.structured_content,
            "resource": json.loads(resource[0].text),
            "asked": asked,
            "done": done.structured_content,
            "refused": refused.is_error,
        }


print(json.dumps(asyncio.run(main(*sys.argv[1:]))))  # noqa: T201
