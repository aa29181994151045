"""Keep the garbage collector away from long-lived objects."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: New objects until the youngest are looked through, and how often that happens before older ones are.
_THRESHOLDS = (20_000, 20, 50)
#: Lasting objects that a first reading has to make for them to be frozen: those of some 5,000 tags.
_WORTH_FREEZING = 50_000


def collect_seldom() -> None:
    """Run the collector less often than Python's default of every 700 objects.

    An answer of some thousand entries makes as many objects that go as soon as it is sent, and by the default one
    collection in a hundred walks everything: 20 ms, which is most of the time of such an answer.
    """
    gc.set_threshold(*_THRESHOLDS)


@contextmanager
def gc_paused(first: bool) -> Iterator[None]:  # noqa: FBT001 - reads as a condition
    """Pause the garbage collector during the first reading.

    It makes hundreds of thousands of lasting objects, and the collector would walk all of them again and again: a
    third of the time of 100,000 tags. Frozen, they do not slow later collections down either.

    A small reading is not frozen: that would freeze everything, garbage too, and a checkout that comes and goes would
    have the process grow by whatever was garbage each time.
    """
    if not first or not gc.isenabled():
        yield
        return
    gc.disable()
    before = gc.get_count()[0]
    try:
        yield
    finally:
        # Nothing was collected meanwhile, so the youngest are what was made, and is still there.
        if gc.get_count()[0] - before > _WORTH_FREEZING:
            gc.freeze()
        gc.enable()


def unfreeze() -> None:
    """Let the garbage collector see frozen objects again, because some are no longer needed."""
    gc.unfreeze()
