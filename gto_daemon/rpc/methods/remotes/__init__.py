"""Methods that talk to other repositories."""
