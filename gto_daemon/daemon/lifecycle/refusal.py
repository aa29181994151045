"""The reason why a process does not become the daemon."""


class CannotServe(Exception):  # noqa: N818  (a refusal, shown to the user as it is)
    """The message names the thing, the reason and the remedy, on one line."""
