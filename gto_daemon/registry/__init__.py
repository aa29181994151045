"""The functional core: what a repository's tags, commits and annotations mean.

Everything here is a pure function of frozen values. Invariant: no module of this package imports Git, files, sockets,
clocks or asyncio, and none imports another package of ours (a test ensures it). A failure is a `RegistryError` (the
request is refused) or a `Problem` (something could not be read; the rest is valid).
"""
