"""What is in the outbox: its tables, and the values that are read from them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from gto_daemon.protocol.sinks import DeliveryState

VERSION: Final = 1
PENDING, DELIVERED, DEAD = 0, 1, 2
STATES: Final[dict[int, "DeliveryState"]] = {PENDING: "pending", DELIVERED: "delivered", DEAD: "dead"}

SCHEMA: Final = """
CREATE TABLE repository(name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE seen(repository TEXT, artifact TEXT, ref TEXT, oid TEXT, PRIMARY KEY(repository, artifact, ref))
    WITHOUT ROWID;
CREATE TABLE event(seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, kind TEXT, repository TEXT, artifact TEXT,
    stage TEXT, ref TEXT, sink TEXT, body BLOB, at REAL);
CREATE TABLE sink(name TEXT PRIMARY KEY, place INTEGER, configured REAL, delivered INTEGER, delivered_at REAL)
    WITHOUT ROWID;
CREATE TABLE delivery(sink TEXT, seq INTEGER, lane TEXT, state INTEGER, attempts INTEGER, at REAL, message TEXT,
    PRIMARY KEY(sink, seq)) WITHOUT ROWID;
CREATE INDEX waiting ON delivery(sink, lane, seq) WHERE state = 0;
CREATE INDEX by_state ON delivery(sink, state, at);
CREATE INDEX by_event ON delivery(seq);
CREATE TABLE lane(sink TEXT, name TEXT, head INTEGER, attempts INTEGER, failing REAL, PRIMARY KEY(sink, name))
    WITHOUT ROWID;
CREATE INDEX by_head ON lane(sink, head);
"""


class Enqueued(NamedTuple):
    """An event to be sent, and the change of a ref that it was made of."""

    id: str
    kind: str
    repository: str
    artifact: str
    stage: str | None
    ref: str
    new: str | None
    body: bytes


class Waiting(NamedTuple):
    """An event that a sink is to be sent."""

    seq: int
    id: str
    body: bytes
    at: float
    subject: str


@dataclass(frozen=True, slots=True)
class Lane:
    """The next events of one artifact for a sink.

    Attributes:
        name: `repository/artifact`.
        attempts: how often the first of them was tried.
        failing: seconds for which the lane has been tried without success.
        events: the events, in order.

    """

    name: str
    attempts: int
    failing: float
    events: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class SinkState:
    """How far a sink is. The times are in seconds since the epoch."""

    pending: int
    dead: int
    delivered: int
    oldest: float | None
    delivered_at: float | None
