"""The only code that touches a repository: where it lies, what its refs are, what its objects hold.

It knows Git and nothing of what a tag means to GTO; it answers in the value types of `registry`. Invariant:
nothing here writes into a repository for the daemon's own purposes, and every read is counted where it happens.
"""
