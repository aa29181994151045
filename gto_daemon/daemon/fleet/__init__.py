"""The fleet: many repositories as one, with one answer about all, one clock, and one stream of changes."""
