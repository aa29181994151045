"""The life of the serving process: who serves, where, for whom, and when it ends.

Ways to be a daemon go wrong one at a time: two of them, none although a socket is there, a socket that somebody else
put there, one that lives for ever, one that says nothing when it fails. Each has a module here. Invariant: nothing in
this folder knows what is served; it is given a factory of `asyncio.Protocol` and the few questions of `Served`.
"""
