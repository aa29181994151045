"""Methods about a context, or about the process."""
