"""What a sender is, and what it says of a try."""

from dataclasses import dataclass
from typing import Protocol

from gto_daemon.daemon.sinks.outbox_tables import Waiting


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of sending one event.

    Attributes:
        accepted: whether the sink has it.
        said: what the sink said, in words of ours, or what went wrong.
        pause: seconds for which the sink wants to be left alone; None where it does not say.

    """

    accepted: bool
    said: str
    pause: float | None = None


class Sender(Protocol):
    """A connection to a sink, kept open from one event to the next. In one thread at a time."""

    def send(self, event: Waiting) -> Outcome:
        """Send an event, in a limited time. Never raises for what the other side does."""

    def close(self) -> None:
        """Close the connection."""
