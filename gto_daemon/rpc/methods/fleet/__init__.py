"""Methods about a fleet: many repositories as one."""
