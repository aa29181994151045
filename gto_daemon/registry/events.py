"""The events of a registry: what a tag says happened, and the commits that versions stand on."""

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from gto_daemon.protocol import EventKind
from gto_daemon.registry.annotations import Annotation
from gto_daemon.registry.objects import Commit, Moment, Tag

if TYPE_CHECKING:
    from gto_daemon.protocol import registry as protocol

#: GTO 1.10.1, base.py: ties within a second are ordered by it in history.
PRIORITY: Final[dict[str, int]] = {
    "commit": 0,
    "deprecation": 2,
    "registration": 3,
    "deregistration": 4,
    "assignment": 5,
    "unassignment": 6,
}
_ADDITIONS = frozenset(("commit", "registration", "assignment"))


class TagEvent(NamedTuple):
    """What one tag did. `version` of an assignment is resolved through the commit, so it may be a commit's id."""

    kind: EventKind
    artifact: str
    ref: str
    tag: Tag
    version: str | None
    stage: str | None

    @property
    def seconds(self) -> int:
        """When the tag was made, seconds since the epoch."""
        return self.tag.seconds

    @property
    def time(self) -> Moment:
        """When the tag was made."""
        return self.tag.time

    @property
    def commit(self) -> str:
        """The commit that the tag is on, 40 or 64 hex digits."""
        return self.tag.target

    @property
    def author(self) -> str:
        """The tagger's name."""
        return self.tag.tagger

    @property
    def author_email(self) -> str:
        """The tagger's e-mail."""
        return self.tag.email

    @property
    def message(self) -> str:
        """The tag's message, stripped."""
        return self.tag.message


class CommitEvent(NamedTuple):
    """The commit of a version, with the annotation that the artifact has there."""

    artifact: str
    version: str
    object: Commit
    annotation: Annotation | None

    @property
    def kind(self) -> Literal["commit"]:
        """The kind, in addition to the kinds of tags."""
        return "commit"

    @property
    def seconds(self) -> int:
        """The committer's time, seconds since the epoch."""
        return self.object.seconds

    @property
    def time(self) -> Moment:
        """The committer's time."""
        return self.object.time

    @property
    def commit(self) -> str:
        """Its id, 40 or 64 hex digits."""
        return self.object.oid

    @property
    def ref(self) -> str:
        """A commit event has no tag; GTO shows the commit."""
        return self.object.oid

    @property
    def author(self) -> str:
        """The commit's author, not its committer."""
        return self.object.author

    @property
    def author_email(self) -> str:
        """The author's e-mail."""
        return self.object.author_email

    @property
    def message(self) -> str:
        """The whole message, as committed."""
        return self.object.message

    @property
    def stage(self) -> None:
        """None: a commit is in no stage."""
        return


Event = TagEvent | CommitEvent


def tag_event_json(event: TagEvent, *, named: bool = False, ranked: bool = True) -> "protocol.TagEvent":
    """Return the event of a tag in GTO's own shape and key order (GTO 1.10.1, base.py).

    Args:
        event: the event.
        named: with the `event` key, which assignments and `check-ref` have, and the others do not.
        ranked: with `priority` and `addition`, which `check-ref` leaves out.

    """
    shape: protocol.TagEvent = {
        "priority": PRIORITY[event.kind],
        "addition": event.kind in _ADDITIONS,
        "artifact": event.artifact,
        "created_at": event.time.isoformat(),
        "author": event.author,
        "author_email": event.author_email,
        "message": event.message,
        "commit_hexsha": event.commit,
        "tag": event.ref,
    }
    if not ranked:
        del shape["priority"], shape["addition"]
    if event.version is not None:
        shape["version"] = event.version
    if event.stage is not None:
        shape["stage"] = event.stage
    if named:
        shape["event"] = event.kind
    return shape


def commit_event_json(event: CommitEvent) -> "protocol.CommitEvent":
    """Return the commit of a version in GTO's own shape and key order (GTO 1.10.1, base.py)."""
    return {
        "priority": PRIORITY[event.kind],
        "addition": event.kind in _ADDITIONS,
        "artifact": event.artifact,
        "created_at": event.time.isoformat(),
        "author": event.author,
        "author_email": event.author_email,
        "message": event.message,
        "commit_hexsha": event.commit,
        "version": event.version,
        "enrichments": [enrichment_json(event.annotation)] if event.annotation else [],
        "committer": event.object.committer,
        "committer_email": event.object.committer_email,
    }


def enrichment_json(annotation: Annotation) -> "protocol.Enrichment":
    """Return an annotation as GTO nests it in a commit event; `dvc` marks annotations that GTO itself does not read."""
    return {"source": "dvc" if annotation.virtual is None else "gto", "artifact": annotation.as_json()}


def history_row(event: Event) -> "protocol.HistoryRow":
    """Return one row of `gto history --json` (GTO 1.10.1, api.py)."""
    return {
        "timestamp": event.time.isoformat(),
        "artifact": event.artifact,
        "event": event.kind,
        "priority": PRIORITY[event.kind],
        "version": event.version,
        "stage": event.stage,
        "commit": event.commit,
        "author": event.author,
        "author_email": event.author_email,
        "message": event.message,
        "ref": event.ref,
    }
