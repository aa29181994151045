"""Methods about a session or the process."""
