"""Events that arrive: what is sent to a sink, and what is told of sinks."""

from typing import Any, Literal, TypedDict

from gto_daemon.protocol.registry import Annotation, Signature

DeliveryState = Literal["pending", "delivered", "dead"]


class SentVerdict(TypedDict):
    """The verdict of the rules on an event: `allowed`, `violating`, `overridden`, `unknown` or `not-judged`."""

    verdict: str
    override: str | None
    rules: list[Literal["delete", "signed", "who", "from", "soak", "branches"]]


class EventData(TypedDict):
    """The `data` of a CloudEvent.

    `old` and `new` are the ids of the tag's object before and after; `replaced` is the version that the stage had.
    """

    repository: str
    url: str | None
    artifact: str
    event: str
    version: str | None
    stage: str | None
    replaced: str | None
    ref: str
    old: str | None
    new: str | None
    commit: str | None
    author: str | None
    author_email: str | None
    message: str | None
    signature: Signature | None
    verdict: SentVerdict | None
    annotation: Annotation | None


class CloudEvent(TypedDict, total=False):
    """A CloudEvent 1.0.2 in JSON. `time` is missing where nobody knows it: when a tag was deleted, Git does not say."""

    specversion: str
    id: str
    type: str
    source: str
    subject: str
    time: str
    datacontenttype: str
    data: EventData | dict[str, Any]


class SinkRow(TypedDict):
    """A sink, and how far it is."""

    name: str
    type: str
    address: str
    health: Literal["ok", "failing", "waiting"]
    message: str
    pending: int
    delivered: int
    dead: int
    oldest_pending: str | None
    last_delivered: str | None


class SinksResult(TypedDict):
    """The sinks of the user's `fleet.yaml`. `delivering` is false where another process of the user delivers."""

    fleet: str
    delivering: bool
    message: str
    sinks: list[SinkRow]


class DeliveryRow(TypedDict):
    """An event on its way to a sink."""

    sink: str
    id: str
    event: str
    repository: str
    artifact: str
    ref: str
    state: DeliveryState
    attempts: int
    at: str
    message: str


class DeliveriesResult(TypedDict):
    """Deliveries, the newest first."""

    deliveries: list[DeliveryRow]


class SinkTestResult(TypedDict):
    """The answer of a sink to an event of type `dev.gtod.test.v1`."""

    accepted: bool
    message: str
    id: str


class ReplayResult(TypedDict):
    """How many events are on their way again."""

    events: int
