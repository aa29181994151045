"""The events of a fleet: what a change of a tag means, as a CloudEvent 1.0.2, and which sink wants it.

An event is a function of the ref before and after, so whoever sends it gives it the same id.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gto_daemon.protocol import EventKind
from gto_daemon.registry.events import PRIORITY, TagEvent
from gto_daemon.registry.fleet.values import Sink, SinkEvent
from gto_daemon.registry.objects import TagRef
from gto_daemon.registry.rules.globs import matches
from gto_daemon.registry.rules.timeline import Timeline, event_of, in_order
from gto_daemon.registry.tag_names import parse_tag_name

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import Annotation, Signature
    from gto_daemon.protocol.sinks import CloudEvent, EventData, SentVerdict

CONTENT_TYPE: Final = "application/cloudevents+json; charset=utf-8"
TEST_TYPE: Final = "dev.gtod.test.v1"
#: Bytes of an event as JSON; a longer one goes without its annotation, and with a part of its message.
MAX_EVENT: Final = 256 << 10
_MAX_LONG_MESSAGE: Final = 1_024

_KINDS: Final[dict[EventKind, SinkEvent]] = {
    "registration": "version.registered",
    "deregistration": "version.deregistered",
    "assignment": "stage.assigned",
    "unassignment": "stage.unassigned",
    "deprecation": "artifact.deprecated",
}


@dataclass(frozen=True, slots=True)
class FleetEvent:
    """A change of one tag of the registry.

    Attributes:
        repository: the name of the repository in the fleet.
        kind: what happened.
        artifact: the artifact.
        ref: the tag.
        old: the id of its object before; None for a new tag.
        new: the id of its object now; None for a deleted tag.
        version: the version that it is about.
        stage: the stage that it is about.
        replaced: the version that had the stage before; for `stage.assigned` only.
        tag: what the tag says now; None for a deleted one.

    """

    repository: str
    kind: SinkEvent
    artifact: str
    ref: str
    old: str | None
    new: str | None
    version: str | None
    stage: str | None
    replaced: str | None = None
    tag: TagEvent | None = None

    @property
    def subject(self) -> str:
        """What it is about: `churn#prod`, `churn@v1.2.0` or `churn`."""
        if self.stage is not None:
            return f"{self.artifact}#{self.stage}"
        return self.artifact if self.version is None else f"{self.artifact}@{self.version}"

    @property
    def lane(self) -> str:
        """What events have in common that arrive in order."""
        return f"{self.repository}/{self.artifact}"

    def type(self) -> str:
        """Return the type of its CloudEvent."""
        return f"dev.gtod.{self.kind}.v1"

    def id(self, fleet: str) -> str:
        """Return its id, the same on every machine."""
        return event_id(fleet, self.repository, self.type(), self.ref, self.old, self.new)


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What is said of an event besides its tag.

    Attributes:
        url: the remote that the repository follows; None for a repository on this machine.
        signature: the verdict on the signature; None where it is not known.
        verdict: the verdict of the rules; None where it is not known.
        annotation: what the annotations of the commit say of the artifact.

    """

    url: str | None = None
    signature: "Signature | None" = None
    verdict: "SentVerdict | None" = None
    annotation: "Annotation | None" = None


NO_FACTS: Final = EventFacts()


def event_id(*parts: str | None) -> str:
    """Return the id of an event: one of Standard Webhooks, which has no dot."""
    text = "\0".join("" if part is None else part for part in parts)
    return f"evt_{hashlib.sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()}"


def counting(refs: Iterable[TagRef]) -> dict[str, str]:
    """Return the tags that are events, by name, to the ids of their objects."""
    return {ref.name: ref.oid for ref in refs if event_of(ref) is not None}


def changes(repository: str, seen: Mapping[str, str], refs: Mapping[str, TagRef]) -> list[FleetEvent]:
    """Return what happened to the tags of one artifact, in order: deletions, then what tags say, oldest first.

    Args:
        repository: the name of the repository.
        seen: the tags that were events before, by name, to the ids of their objects.
        refs: its tags now.

    """
    events = in_order(refs.values())
    there = {event.ref for event in events}
    found = [gone for ref in sorted(seen.keys() - there) if (gone := _deleted(repository, ref, seen[ref])) is not None]
    # A version may be registered on a commit that had a stage before.
    names = {event.commit: event.version for event in reversed(events) if event.kind == "registration"}
    past = Timeline()
    for event in events:
        old, new = seen.get(event.ref), refs[event.ref].oid
        if old != new:
            found.append(_told(repository, event, old, new, names, past))
        past.add(event)
    return found


def _deleted(repository: str, ref: str, old: str) -> FleetEvent | None:
    parsed = parse_tag_name(ref)
    if parsed is None:
        return None
    return FleetEvent(repository, "tag.deleted", parsed.artifact, ref, old, None, parsed.version, parsed.stage)


def _told(
    repository: str, event: TagEvent, old: str | None, new: str, names: Mapping[str, str | None], past: Timeline
) -> FleetEvent:
    kind: SinkEvent = _KINDS[event.kind] if old is None else "tag.moved"
    version = event.version if event.version is not None else names.get(event.commit)
    replaced = None
    if event.kind == "assignment" and event.stage is not None:
        holder = past.holder(event.stage)
        if holder is not None and holder != event.commit:
            replaced = names.get(holder) or holder
    return FleetEvent(
        repository, kind, event.artifact, event.ref, old, new, version, event.stage, replaced=replaced, tag=event
    )


def happened_since(repository: str, refs: Iterable[TagRef], since: int) -> list[FleetEvent]:
    """Return what the tags of one artifact say that were made at or after a time, as when each was new."""
    known = {ref.name: ref for ref in refs}
    return [event for event in changes(repository, {}, known) if event.tag is not None and event.tag.seconds >= since]


def order_of(event: FleetEvent) -> tuple[int, int]:
    """Return by what events of several artifacts are sorted, stably."""
    return (0, 0) if event.tag is None else (event.tag.seconds, PRIORITY[event.tag.kind])


def wants(sink: Sink, repository: str, artifact: str, stage: str | None, kind: str) -> bool:
    """Return whether a sink is to be sent an event."""
    if sink.events is not None and kind not in sink.events:
        return False
    if sink.stages is not None and stage not in sink.stages:
        return False
    if sink.artifacts is None:
        return True
    whole = f"{repository}/{artifact}"
    return any(matches(glob, artifact) or matches(glob, whole) for glob in sink.artifacts)


def cloud_event(fleet: str, event: FleetEvent, facts: EventFacts = NO_FACTS) -> bytes:
    """Return an event as a CloudEvent in JSON."""
    tag = event.tag
    data: EventData = {
        "repository": event.repository,
        "url": facts.url,
        "artifact": event.artifact,
        "event": event.kind,
        "version": event.version,
        "stage": event.stage,
        "replaced": event.replaced,
        "ref": event.ref,
        "old": event.old,
        "new": event.new,
        "commit": None if tag is None else tag.commit,
        "author": None if tag is None else tag.author,
        "author_email": None if tag is None else tag.author_email,
        "message": None if tag is None else tag.message,
        "signature": facts.signature,
        "verdict": facts.verdict,
        "annotation": facts.annotation,
    }
    shape = _shape(event.id(fleet), event.type(), fleet, event.subject)
    if tag is not None:
        shape["time"] = tag.time.isoformat()
    shape["data"] = data
    text = _encoded(shape)
    if len(text) > MAX_EVENT:
        data["annotation"] = None
        data["message"] = None if data["message"] is None else data["message"][:_MAX_LONG_MESSAGE]
        text = _encoded(shape)
    return text


def test_event(fleet: str, sink: str, number: str) -> tuple[str, bytes]:
    """Return the id and the text of an event that says nothing but that events arrive.

    Args:
        fleet: the name of the fleet.
        sink: the name of the sink.
        number: tells this event from the others.

    """
    identity = event_id(fleet, sink, TEST_TYPE, number)
    shape = _shape(identity, TEST_TYPE, fleet, sink)
    shape["data"] = {"sink": sink}
    return identity, _encoded(shape)


def _shape(identity: str, of_type: str, fleet: str, subject: str) -> "CloudEvent":
    return {
        "specversion": "1.0",
        "id": identity,
        "type": of_type,
        "source": f"gtod:{fleet}",
        "subject": subject,
        "datacontenttype": "application/json",
    }


def _encoded(shape: "CloudEvent") -> bytes:
    # Escaped, so that a lone surrogate of a name that is no UTF-8 is no reason to send nothing.
    return json.dumps(shape, separators=(",", ":"), default=str).encode("ascii")
