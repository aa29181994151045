"""Whether a client that sends no more still listens: it may have shut down one direction (`nc`), or be gone."""

import select
from typing import Any, Final

#: Seconds between two looks. The end of input is told by asyncio, that nobody listens any more is not.
INTERVAL: Final = 0.25


def hung_up(socket: Any) -> bool:
    """Whether the other end of a unix socket is closed in both directions.

    False for a transport without a socket, and over TCP until something is written to it: there a client that is gone
    looks like one that only sends no more.
    """
    if socket is None or socket.fileno() < 0:
        return False
    poll = select.poll()
    # POLLHUP is told unasked. On macOS it would also tell of the one direction if reading were asked about.
    poll.register(socket.fileno(), select.POLLOUT)
    return any(events & (select.POLLHUP | select.POLLERR) for _, events in poll.poll(0))
