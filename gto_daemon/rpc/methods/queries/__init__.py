"""Methods that read a registry."""
