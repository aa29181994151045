"""The shapes of params, and their validation."""
