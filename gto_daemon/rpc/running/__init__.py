"""The threads that methods run in: beside an event loop in a daemon, or the caller's in a one-shot command."""
