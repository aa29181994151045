"""One module per command (or family of them), imported when its command is the one that runs.

Invariant: a module is named in the table of `gto_daemon.cli.program` and nowhere else.
"""
