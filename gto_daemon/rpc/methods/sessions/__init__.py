"""Methods about a session, or about the process."""
