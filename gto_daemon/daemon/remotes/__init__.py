"""Remotes and clones: what they have, what is pushed and fetched."""
