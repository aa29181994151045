"""Annotation files: what is read, what is left out and why, and where it stands."""
