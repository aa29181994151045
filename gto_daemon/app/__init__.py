"""The composition root: where the parts become a daemon, a language server on stdio, or an answer in process.

Invariant: it may import everything, and nothing imports it but by a late import in `cli` and `client`.
"""
