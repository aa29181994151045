"""Open repositories, kept up to date with the disk."""
