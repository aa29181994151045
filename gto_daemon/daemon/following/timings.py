"""How often a follower checks, and how long it waits."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FollowerTimings:
    """Durations in seconds, except the last two.

    Attributes:
        heartbeat: that a lost event may stay unnoticed.
        poll: between comparisons when there are no events at all: 0.1 ms of `stat` each.
        arming: after a start, until the watch is surely armed.
        arming_poll: between comparisons meanwhile.
        deep: between listings that trust no mtime.
        late_event: that an event may come after the heartbeat has found its change.
        max_comparing_pause: between comparisons at the most, however long one takes.
        max_lateness: that a heartbeat may be late, besides those in which the process was at work itself: the watching
            goes on in threads that Python does not hold up. Later, it stood still (SIGSTOP, a debugger, a machine
            without memory), and what happened meanwhile may be more than the system's queue holds: it drops the rest
            without a word that reaches us (watchfiles#348).
        max_unheard: changes in a row that may have no event until there are no events any more. watchfiles says nothing
            when it cannot watch a folder that is new (the limit of watches), and network file systems take a watch and
            never send an event.
        comparing_share: comparing takes its time where there are many loose refs; the pause after it is as many times
            as long as it took.

    """

    heartbeat: float = 1.0
    poll: float = 0.1
    arming: float = 1.0
    arming_poll: float = 0.05
    deep: float = 300.0
    late_event: float = 0.5
    max_comparing_pause: float = 10.0
    max_lateness: float = 1.0
    max_unheard: int = 3
    comparing_share: float = 50.0
