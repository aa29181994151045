"""The functional core: what a repository's tags, commits and annotations mean.

Everything here is a pure function over frozen values. Invariant: no module of this package imports Git, files,
sockets, clocks or asyncio, and none imports another package of ours (a test keeps it). What can go wrong is a
`RegistryError` (the thing asked for is refused) or a `Problem` (something could not be read; the rest answers).
"""
