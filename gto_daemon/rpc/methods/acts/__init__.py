"""Methods that create or delete tags, or edit annotations."""
