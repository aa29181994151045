"""How often a follower checks, and how long it waits."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FollowerTimings:
    """Durations in seconds, but for numbers and shares.

    Attributes:
        heartbeat: how long a lost event may stay unnoticed.
        watched_beats: of so many heartbeats, one is enough where a watch sees everything: it loses no event, and only a
            writer who keeps a file open causes none.
        poll: the interval of comparisons when there are no events at all; each takes 0.1 ms of `stat`.
        deep: the interval of listings that trust no mtime.
        late_event: how long an event may arrive after the heartbeat has found its change.
        max_comparing_pause: the maximum interval of comparisons, however long one takes.
        max_lateness: how late a heartbeat may be, not counting the time in which the process itself worked: the watch
            runs in threads that Python does not block. If it is later, the process stood still (SIGSTOP, a debugger,
            a machine without memory), and the system's queue may have overflowed, which drops events silently
            (watchfiles#348).
        max_unheard: how many changes in a row may come without an event before events are considered broken. watchfiles
            reports nothing if it cannot watch a new folder (the limit of watches), and network file systems accept a
            watch and never send an event.
        max_pace: the maximum pause between two looks while events come without end.
        comparing_share: a comparison takes long if there are many loose refs; the pause after it is this many times as
            long.
        pace_share: likewise of the pause between two looks while events come without end.
        often: reads of sockets in a second from which on a repository is followed although nobody listens.
        max_unasked: how long that goes on without a question.
        max_comparisons: how many repositories are compared in a second, all together; a hundredth of a processor's
            time. Where there are more, each is compared less often.

    """

    heartbeat: float = 1.0
    watched_beats: int = 2
    poll: float = 0.1
    deep: float = 300.0
    late_event: float = 0.5
    max_comparing_pause: float = 10.0
    max_lateness: float = 1.0
    max_unheard: int = 3
    max_pace: float = 0.25
    comparing_share: float = 50.0
    pace_share: float = 2.0
    often: int = 50
    max_unasked: float = 60.0
    max_comparisons: float = 100.0
