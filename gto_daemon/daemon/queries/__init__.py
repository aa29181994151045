"""Questions that take more than the current snapshot."""
