"""When a client and a daemon of different releases meet: the older daemon leaves its place, the older client is told.

A daemon that runs keeps the code that it was started with, also when another release was installed meanwhile. A client
that finds one older than itself starts its own, which has the older one retire as soon as it can take its place. That
takes nothing from anybody. A newer daemon is left where it is: it answers older clients, or tells them that they are
too old.
"""

from __future__ import annotations

from gto_daemon import __version__
from gto_daemon.client.errors import CallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

#: How many daemons one client has replaced, should older clients start theirs again and again.
MAX_REPLACED = 3


def is_outdated(said: Mapping[str, Any] | CallError) -> bool:
    """Whether the outcome of a handshake is that of a daemon which is older than this client, and able to retire."""
    if isinstance(said, CallError):
        return said.kind == "ProtocolMismatch" and bool(said.data["server"] < said.data["client"])
    return is_older(said.get("version", ""), __version__) and "gto/retire" in said.get("capabilities", ())


def is_older(version: str, than: str) -> bool:
    """Return whether the numbers of a release come before those of another one.

    Only the numbers count: pre-releases and builds of one release are as old as each other, and leave each other alone.
    So does what is no version.
    """
    if version == than:
        return False
    numbers, others = _numbers(version), _numbers(than)
    return bool(numbers) and numbers < others


def _numbers(version: str) -> list[int]:
    import re

    found = re.match(r"\d+(?:\.\d+)*", version, re.ASCII)
    numbers = [int(number) for number in found[0].split(".")] if found else []
    while numbers and not numbers[-1]:
        numbers.pop()  # 1.0 is 1.0.0
    return numbers
