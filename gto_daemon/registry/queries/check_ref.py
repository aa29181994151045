"""`gto check-ref`: the event of a tag."""

from typing import TYPE_CHECKING

from gto_daemon.registry.events import tag_event_json
from gto_daemon.registry.fold import event_of
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import parse_tag_name

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import CheckRefAnswer, NoEventCause

_PREFIX = "refs/tags/"


def check_ref(snapshot: Snapshot, ref: str) -> "CheckRefAnswer":
    """Return `{event}` as `gto check-ref --json`, or `{event: null, reason, cause}` if the ref is not an event.

    `ref` is a tag's name, short or with `refs/tags/`, in its tag form (`some/dir=model@v1.0.0`).
    """
    name = ref.removeprefix(_PREFIX)
    parsed = parse_tag_name(name)
    if parsed is None:
        from gto_daemon.registry.queries.near_misses import why_misspelt  # noqa: PLC0415  (for no event)

        misspelt = why_misspelt(name, snapshot)
        other = f"'{name}' is not a GTO tag name; those look like model@v1.2.3, model#prod#1 or dir=model@deprecated"
        return _no("other-name" if misspelt is None else "misspelt", misspelt or other)
    refs = snapshot.index.on_commit_of(parsed.artifact, name)
    found = next(iter(refs), None)
    if found is None:
        return _no("absent", f"there is no tag '{name}' in this repository; it may not have been fetched")
    if found.tag is None:
        if found.problems:
            return _no("unreadable", found.problems[0].message)
        return _no("lightweight", f"'{name}' is a lightweight tag; GTO reads annotated tags only")
    event = event_of(found, refs)
    if event is not None:
        return {"event": tag_event_json(event, named=True, ranked=False)}
    return _no("unreadable", found.problems[0].message if found.problems else f"'{name}' has no meaning to GTO")


def _no(cause: "NoEventCause", reason: str) -> "CheckRefAnswer":
    return {"event": None, "reason": reason, "cause": cause}
