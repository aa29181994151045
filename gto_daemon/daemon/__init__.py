"""The imperative shell: repositories that are open, kept true to what is on disk.

Data has one direction: refs on disk, listing, delta, index, answer. Invariant: nothing edits an index but a delta
that came from a listing, and everything that touches Git runs in the one thread of its repository.
"""
