"""A daemon that differs from ours: `odd_daemon.py PROTOCOL VERSION CLOCK`.

It speaks another version of the protocol, says another version of itself, and its clock is ahead of the machine's by
the seconds that the file CLOCK holds, whenever it looks: so the clock can be made to jump, and the machine's is left.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path


def jumping(real: Callable[[], float], ahead: Callable[[], float]) -> Callable[[], float]:
    return lambda: real() + ahead()


def main(protocol: str, version: str, clock: str) -> int:
    place = Path(clock)

    def ahead() -> float:
        return float(place.read_text() or 0) if place.exists() else 0.0

    real_ns = time.time_ns
    time.time = jumping(time.time, ahead)
    time.time_ns = lambda: real_ns() + int(ahead() * 1_000_000_000)

    import gto_daemon
    from gto_daemon import rpc

    if version:
        gto_daemon.__version__ = version
    if protocol:
        rpc.PROTOCOL = int(protocol)  # type: ignore[misc]
    from gto_daemon.app.serve import main as serve

    return serve()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
