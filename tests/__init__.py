"""The tests, laid out like the package; what several of them share is at the top.

`builders` makes Git repositories in a few lines, `oracle` asks the real GTO, `registries` are facts of public ones.
Invariant: every repository here is a real one, and nothing of the machine's own Git or GTO set-up reaches a test.
"""
