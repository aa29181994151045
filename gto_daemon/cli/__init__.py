"""The command line: GTO's commands and options word for word, and the daemon's own.

A command turns its options into one request, and the answer into text; it decides nothing about a registry itself.
Invariants: nothing here imports more than `gto_daemon.client` (the one-shot service and the server processes are
reached by late imports of `gto_daemon.app`), and a module's own imports stay light, because a warm answer is waited
for: `subprocess`, `shutil` and their like are imported where they are used. Only the answer goes to stdout.
"""
