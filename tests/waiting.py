"""Waiting for what another process does, where there is no pipe or process to wait on: look, and look again."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], *, within: float = 30.0) -> T:
    """What `look` answers, once that is true-ish; fails after `within` seconds."""
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {within:g} s: {look}"
        time.sleep(0.01)
    return found


async def soon(look: Callable[[], T], *, within: float = 30.0) -> T:
    """`eventually` on an event loop, which goes on meanwhile."""
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {within:g} s: {look}"
        await asyncio.sleep(0.01)
    return found
