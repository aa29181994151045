"""Repositories that are open, and kept true to what is on disk."""
