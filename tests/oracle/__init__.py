"""The real GTO, beside ours: two releases in environments of their own, asked through long-lived processes.

Invariant: no test is skipped for want of it; `install.py` installs it and `make test` calls that first.
"""
