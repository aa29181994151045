"""The language features, without an editor and without a repository."""
