"""Acts: plan, carry out, check the outcome. The registry makes the plan; only side effects are here.

One act at a time works on a repository, across all processes of a user's gtod (`lock.py`), from planning to the
transaction. Against other programs (`gto`, `git tag`) the transaction itself protects: nothing is overwritten,
and an act is planned again if the registry has changed.
"""
