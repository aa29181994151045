"""Signals that ask this process to end while an act is at work: the act is given up in an orderly way first."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from gto_daemon.git.process import Cancellation, CancelledError
from gto_daemon.platform.signals import HeldSignals


@contextmanager
def cancelled_by_signals(cancellation: Cancellation) -> Iterator[None]:
    """Within this context, a signal that asks the process to end cancels what is done, and takes effect afterwards.

    What is done all the same, because it was too late to stop it, is done, and the process goes on.
    """
    # A handler may interrupt anything, a lock being taken too, so all that it does is to write to a pipe.
    reading, writing = os.pipe()

    def watch() -> None:
        if os.read(reading, 1):
            cancellation.cancel()

    watching = threading.Thread(target=watch, name="gtod-signals", daemon=True)
    watching.start()
    held = HeldSignals(lambda: os.write(writing, b"\n"))
    try:
        yield
    except CancelledError:
        held.deliver()
        raise
    finally:
        held.release()
        os.close(writing)
        watching.join()
        os.close(reading)
