"""The imperative shell: open repositories, kept up to date with the disk.

Data flows in one direction: refs on disk, listing, delta, index, result. Invariant: only deltas that come from a
listing change an index, and everything that uses Git runs in the one thread of its repository.
"""
