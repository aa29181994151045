"""What runs on this machine, as Linux tells it in `/proc`."""

from pathlib import Path
from typing import Literal


def processes(what: Literal["cmdline", "environ"] = "cmdline") -> str:
    """The command lines of all processes, or their environments, a line each; of those that may be read."""
    lines: list[str] = []
    for place in Path("/proc").glob(f"[0-9]*/{what}"):
        try:
            lines.append(place.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return "\n".join(lines)
