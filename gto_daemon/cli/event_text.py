"""Text for events: GTO's sentences of `check-ref`, and the lines of `watch`."""

from collections.abc import Mapping, Sequence
from typing import Any

from gto_daemon.cli.rows import spaced

_SENTENCES = {
    "registration": 'Version "{version}" of artifact "{artifact}" was registered',
    "deregistration": 'Version "{version}" of artifact "{artifact}" was deregistered',
    "assignment": 'Stage "{stage}" was assigned to version "{version}" of artifact "{artifact}"',
    "unassignment": 'Stage "{stage}" was unassigned from version "{version}" of artifact "{artifact}"',
    "deprecation": 'Artifact "{artifact}" was deprecated',
    "commit": 'Commit of version "{version}" of artifact "{artifact}"',
}


def sentence(event: Mapping[str, Any]) -> str:
    """Return what happened, in the words of GTO 1.10.1; `event` is a row of history or the answer of check-ref."""
    return _SENTENCES[event["event"]].format_map(event)


def added_line(event: Mapping[str, Any]) -> str:
    """One line for an event that came: its time, what happened, the tag and who made it."""
    return f"{spaced(event['timestamp'])}  {sentence(event)} ({event['ref']} by {event['author'] or 'nobody named'})"


def removed_line(event: Mapping[str, Any]) -> str:
    """One line for an event that went, because its tag did."""
    return f"{spaced(event['timestamp'])}  Tag {event['ref']} is gone: {sentence(event)}"


def changed_line(before: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """One line for a tag that is there still and says something else, because it or what it rests on changed."""
    was, now = sentence(before), sentence(event)
    said = f"is on {event['commit'][:7]} now" if was == now else "is read anew"
    return f"{spaced(event['timestamp'])}  Tag {event['ref']} {said}: {now}" + (
        f"; before: {was}" if was != now else ""
    )


def artifacts_line(artifacts: Sequence[str]) -> str:
    """One line for a change without events: HEAD, an annotation or the configuration moved."""
    return f"HEAD, annotations or configuration changed: {', '.join(artifacts) or 'no artifact differs'}"
