"""Keeping the garbage collector away from what lasts."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected(first: bool) -> Iterator[None]:  # noqa: FBT001 - reads as a condition
    """Keep the garbage collector out of the first reading.

    It makes hundreds of thousands of lasting objects, and the collector would walk all of them again and again: a
    third of the time of 100,000 tags. Frozen, they do not slow later collections down either.
    """
    if not first or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def release() -> None:
    """Let what was frozen be collected again: some of it is not needed any more."""
    gc.unfreeze()
