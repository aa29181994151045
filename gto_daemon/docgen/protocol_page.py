"""`docs/protocol.md`: what a reader learns in ten minutes, and the way to the reference."""

import re
from pathlib import Path

from gto_daemon.docgen.openrpc import digest
from gto_daemon.docgen.reference import anchor
from gto_daemon.docgen.topics import TOPICS
from gto_daemon.protocol import JsonObject
from gto_daemon.rpc.jsonrpc.messages import MAX_TOKENS

_PROSE = Path(__file__).with_name("protocol.md")


def page(document: JsonObject) -> str:
    """Return the page, its markers replaced."""
    replacements = {
        "digest": digest(document),
        "map": _map(document),
        "megabytes": str(document["x-max-frame"] // 1024**2),
        "openrpc": document["openrpc"].rpartition(".")[0],
        "tokens": f"{MAX_TOKENS:,}",
        "version": document["info"]["version"],
    }
    return re.sub(r"<!-- (\w+) -->", lambda marker: replacements[marker[1]], _PROSE.read_text())


def _map(document: JsonObject) -> str:
    summaries = {each["name"]: each["summary"] for each in (*document["methods"], *document["x-notifications"])}
    parts = []
    for topic in TOPICS:
        rows = (
            f"| [`{name}`](protocol/{topic.page}.md#{anchor(name)}) | {_first_sentence(summaries[name])} |"
            for name in topic.names
        )
        head = f"[**{topic.title}**](protocol/{topic.page}.md): {topic.summary}\n\n| | |\n|---|---|\n"
        parts.append(head + "\n".join(rows))
    return "\n\n".join(parts)


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].removesuffix(".") + "."
