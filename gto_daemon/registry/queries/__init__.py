"""The queries of a snapshot: one module each, named after GTO's command.

Every query is a pure function of a `Snapshot` and returns plain data in GTO's own JSON shape and key order.
"""
