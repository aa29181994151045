"""The reason why a process does not become the daemon."""


class CannotServe(Exception):  # noqa: N818  (a refusal, shown to the user as it is)
    """The process cannot become the daemon; the message has what, why and the remedy, on one line."""
