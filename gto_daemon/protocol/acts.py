"""The results of acts: the plan, the tags, the pushes, the annotation."""

from typing import NotRequired, TypedDict

from gto_daemon.protocol import JsonObject
from gto_daemon.protocol.registry import Annotation, HistoryRow
from gto_daemon.protocol.results import ActedResult, ChosenVersion


class PlanWarning(TypedDict):
    """Something that the user may not have intended."""

    code: str
    """A stable identifier in kebab-case."""
    message: str


class PersonShape(TypedDict):
    """The person who creates a tag."""

    name: str
    email: str


class NewTag(TypedDict):
    """A tag to create."""

    tag: str
    target: str
    """The commit id, in hex digits."""
    message: str
    tagger: PersonShape


class CreatedTag(NewTag):
    """A tag that was created."""

    oid: str
    """The id of the tag object, in hex digits."""


class OldTag(TypedDict):
    """A tag to delete, or a deleted tag."""

    tag: str
    oid: str
    """The id of the object that it points at, in hex digits."""


_From = TypedDict("_From", {"from": str | None})


class Replacement(_From):
    """A stage that changes hands. Null means no version."""

    artifact: str
    stage: str
    to: str | None


class Dependency(TypedDict):
    """A ref that must not have changed since the plan was made."""

    ref: str
    oid: str | None
    """The object id that the ref must have; null if the ref must not exist."""


class Plan(TypedDict):
    """What an act will do."""

    act: str
    """The name of the method."""
    create: list[NewTag]
    delete: list[OldTag]
    replaces: list[Replacement]
    warnings: list[PlanWarning]
    depends: list[Dependency]
    signed: bool
    """Whether the rules of promotion want the tags signed. Tags are signed under `tag.gpgSign` too."""
    chosen: NotRequired[list[ChosenVersion]]
    """The versions that a metric chose (`max:KEY`), in the order of the acts; absent if none was."""


class PlannedPush(TypedDict):
    """One push: the tags that it sends (versions before tags that depend on them) and the tags that it deletes."""

    create: list[str]
    delete: list[str]


class MadePush(PlannedPush):
    """A push that was made. If one fails, the pushes after it are not made."""

    ok: NotRequired[bool]
    atomic: NotRequired[bool]
    """Whether the remote accepted either all of its tags or none."""


class MadeTag(TypedDict):
    """A tag object: who created it, when, and on which commit."""

    oid: str
    tagger: str
    email: str
    created_at: str
    target: str
    """The commit id, in hex digits."""


class Clash(TypedDict):
    """Two different tags with the same name. Null if the object cannot be read."""

    local: MadeTag | None
    remote: MadeTag | None


class SentTag(TypedDict):
    """What happened to one tag."""

    tag: str
    status: str
    """`pushed`, `deleted`, `up to date`, `rejected`, `not sent`, `unknown` (the push was aborted); `fetched`,
    `different`, `not there`, `not fetched`; `deleted at remote`: the remote had the tag and no longer has it, so it is
    sent only if you name it; with `dry_run` `would be pushed`, `would be deleted` and `would be fetched`."""
    reason: NotRequired[str]
    """The reason, as the remote or Git words it."""
    along_with: NotRequired[str]
    """The tag that depends on this registration, which the request did not name and the remote lacked."""
    clash: NotRequired[Clash | None]
    """Present if the remote has a different tag with the same name."""


class Push(TypedDict):
    """The outcome of a push."""

    ok: bool
    remote: str
    atomic: NotRequired[bool]
    """Whether the remote accepts either all tags or none."""
    tags: list[SentTag]
    pushes: NotRequired[list[MadePush]]
    """The pushes in order; with `dry_run`, the planned ones."""
    warnings: NotRequired[list[PlanWarning]]
    """Absent if there are none."""
    remote_messages: NotRequired[list[str]]
    """The output of the server and its hooks, line by line (git's `remote:`); absent if there was none."""
    kind: NotRequired[str]
    """If it failed: the kind of the refusal."""
    message: NotRequired[str]
    hint: NotRequired[str]
    """The remedy; or which tags were left out, and how to send them."""


class ActResult(ActedResult):
    """The plan with `dry_run`, otherwise what was done."""

    plan: NotRequired[Plan]
    events: NotRequired[list[HistoryRow]]
    """The events of the created tags, in order."""
    created: NotRequired[list[CreatedTag]]
    deleted: NotRequired[list[OldTag]]
    replaces: NotRequired[list[Replacement]]
    warnings: NotRequired[list[PlanWarning]]
    chosen: NotRequired[list[ChosenVersion]]
    """The versions that a metric chose, as in the plan."""
    remote: NotRequired[str | None]
    """The remote that `push` sends the tags to, or would send them to."""
    push_urls: NotRequired[list[str]]
    """With `dry_run` and `push`: where Git pushes for that remote, without credentials."""
    pushes: NotRequired[list[PlannedPush]]
    """The pushes that send the tags, in order."""
    may_go_along: NotRequired[list[str]]
    """With `dry_run` and `push`: registrations that tags of the plan depend on. Those that the remote lacks are pushed
    too; the remote is not asked for a plan. Absent if there are none."""
    push: NotRequired[Push]
    """The outcome of the push. A failed push does not undo the act."""


class AnnotationPush(TypedDict):
    """The outcome of pushing the commit."""

    ok: bool
    remote_messages: NotRequired[list[str]]
    """The output of the server and its hooks, line by line (git's `remote:`); absent if there was none."""
    kind: NotRequired[str]
    """If it failed: the kind of the refusal."""
    message: NotRequired[str]
    hint: NotRequired[str]


class AnnotationActResult(ActedResult):
    """What the file says now, or would say."""

    path: str
    """The file, relative to the root of the repository."""
    annotation: Annotation | None
    """The annotation without default values; null if it was removed."""
    written: bool
    warnings: list[PlanWarning]
    diff: NotRequired[str]
    """With `dry_run`: the change to the file as a unified diff."""
    edit: NotRequired[JsonObject]
    """With `apply: edit`: an LSP WorkspaceEdit for the document version that it names."""
    commit: NotRequired[str | None]
    """The id of the new commit, in hex digits; null if the file was as it should be."""
    push: NotRequired[AnnotationPush]
