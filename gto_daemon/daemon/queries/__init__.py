"""Queries that need more than the current snapshot."""
