"""Generate the files that are derived from the models and kept in the project; a test fails if they are out of date.

`make docs`, or `python -m gto_daemon.docgen.documents`, writes them below the working directory.
"""

import asyncio
import json
from pathlib import Path

from gto_daemon.daemon.hub import Hub
from gto_daemon.docgen.json_schemas import json_schemas
from gto_daemon.docgen.openrpc import document
from gto_daemon.docgen.protocol_page import page
from gto_daemon.docgen.reference import ProtocolReference
from gto_daemon.protocol import JsonObject
from gto_daemon.rpc.lsp.server.language_server import LanguageServer
from gto_daemon.rpc.service import Service
from gto_daemon.rpc.transport.connection import Connection


def generated() -> dict[str, str]:
    """Return the generated texts, by their paths in the project."""
    described = document()
    return {
        "gto_daemon/protocol/openrpc.json": _as_text(described),
        "docs/protocol.md": page(described),
        **{f"docs/protocol/{name}.md": text for name, text in ProtocolReference(described).pages().items()},
        **{f"docs/{name}": _as_text(schema) for name, schema in json_schemas().items()},
        "gto_daemon/rpc/lsp/capabilities.json": _as_text(asyncio.run(_capabilities())),
    }


def _as_text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


async def _capabilities() -> object:
    """Return the capabilities that pygls announces to a client that supports everything which affects them."""
    hub = Hub()
    language = LanguageServer(Connection(Service(hub)).session.context, lambda _message: None)
    document = {"diagnostic": {}, "rename": {"prepareSupport": True}}
    params: JsonObject = {"processId": None, "rootUri": None, "capabilities": {"textDocument": document}}
    answer = await language.request({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params})
    await hub.close()
    return json.loads(answer)["capabilities"]


def write(root: Path) -> None:
    """Write the generated files below `root`, the top of the project."""
    for path, text in generated().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


if __name__ == "__main__":
    write(Path())
