"""What can be asked of a snapshot: one module a question, named after GTO's command.

Every query is a pure function of a `Snapshot` and answers plain data in GTO's own JSON shape and key order.
"""
