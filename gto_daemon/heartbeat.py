"""When what is looked at regularly is looked at: all of it together, for as few wake-ups as possible."""

import asyncio


def next_beat(now: float, interval: float) -> float:
    """Return when whatever has this interval is due next. Timers of the same moment cost one wake-up."""
    return (now // interval + 1) * interval


async def until_next_beat(interval: float) -> None:
    """Wait until whatever has this interval is due."""
    loop = asyncio.get_running_loop()
    now = loop.time()
    await asyncio.sleep(next_beat(now, interval) - now)
