"""Events that arrive: every change of a tag in the fleet reaches every sink that wants it, at least once and in order.

`publishing` compares the refs of each repository with those that were last written down, and writes the difference as
events into the `outbox`, with the refs, in one transaction; so nothing is lost when the process is killed in between.
`delivering` sends what is in the outbox to one sink, until that accepts it.
"""
