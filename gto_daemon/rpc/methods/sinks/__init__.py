"""Methods about sinks: where the events of the user's fleet are sent."""
