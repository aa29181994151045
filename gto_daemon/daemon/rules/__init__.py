"""Rules of promotion in a repository: where they are read from, what the past was bound by, and audits by them."""
