"""What is generated from the models and kept in the project; a test fails when the two differ.

`make docs`, or `python -m gto_daemon.rpc.documents`, writes it below the working directory.
"""

import json
from pathlib import Path

from gto_daemon.rpc.openrpc import document
from gto_daemon.rpc.page import page
from gto_daemon.rpc.typed_dicts import typed_dicts


def generated() -> dict[str, str]:
    """Path inside the project to the text that belongs there."""
    described = document()
    return {
        "docs/openrpc.json": json.dumps(described, indent=2, ensure_ascii=False) + "\n",
        "docs/protocol.md": page(described),
        "gto_daemon/client/types.py": typed_dicts(described),
    }


def write(root: Path) -> None:
    """Write what is generated below `root`, the top of the project."""
    for path, text in generated().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


if __name__ == "__main__":
    write(Path())
