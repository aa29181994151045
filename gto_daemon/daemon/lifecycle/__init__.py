"""The life cycle of the daemon process: which process serves, where, for whom, and when it stops.

Each module here prevents one failure: two daemons, a socket without a daemon, a socket of another user, a daemon that
never stops, a daemon that fails silently. Invariant: nothing in
this folder knows what is served; it is given a factory of `asyncio.Protocol` and the few questions of `Served`.
"""
