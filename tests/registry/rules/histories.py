"""Histories of an artifact, as refs, for rules to judge."""

from dataclasses import dataclass, field

from gto_daemon.registry.objects import Tag, TagRef
from gto_daemon.registry.rules.timeline import Timeline, event_of, in_order
from gto_daemon.registry.rules.values import Who
from gto_daemon.registry.tag_names import parse_tag_name

ANN, BOB, EVE = "ann@example.com", "bob@example.com", "eve@example.com"
HOUR, DAY = 3_600, 86_400
START = 1_767_225_600


def commit(number: int) -> str:
    """The id of a commit."""
    return f"{number:040x}"


def who(*people: str) -> Who:
    """A `who` of these people."""
    return Who(people, frozenset(people))


def tag(name: str, on: int, at: int, by: str = ANN, message: str = "because") -> TagRef:
    """A tag on a commit, `at` seconds after the start."""
    parsed = parse_tag_name(name)
    assert parsed is not None
    oid = f"{abs(hash((name, on, at, by, message))):040x}"[:40]
    return TagRef(name, parsed.artifact, oid, Tag(oid, commit(on), "commit", by, by, START + at, 0, message))


@dataclass
class History:
    """Refs of one artifact."""

    refs: list[TagRef] = field(default_factory=list)

    def add(self, name: str, on: int, at: int, by: str = ANN, message: str = "because") -> "History":
        """Add a tag."""
        self.refs.append(tag(name, on, at, by, message))
        return self

    def timeline(self) -> Timeline:
        """What happened."""
        return Timeline(in_order(self.refs))


def event(name: str, on: int, at: int, by: str = ANN, message: str = "because"):  # type: ignore[no-untyped-def]
    """The event of such a tag."""
    found = event_of(tag(name, on, at, by, message))
    assert found is not None
    return found
