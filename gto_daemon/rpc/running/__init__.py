"""On which thread a method runs: beside an event loop in a daemon, or in the caller's in a one-shot command."""
