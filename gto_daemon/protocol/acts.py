"""What acts answer: the plan, the tags, the pushes, the annotation."""

from typing import NotRequired, TypedDict

from gto_daemon.protocol import JsonObject
from gto_daemon.protocol.registry import Annotation, HistoryRow
from gto_daemon.protocol.results import ActedResult


class PlanWarning(TypedDict):
    """Something that the user may not have meant."""

    code: str
    """Stable, kebab-case."""
    message: str


class PersonShape(TypedDict):
    """Who makes a tag."""

    name: str
    email: str


class NewTag(TypedDict):
    """A tag to be created."""

    tag: str
    target: str
    """The commit, hex digits."""
    message: str
    tagger: PersonShape


class CreatedTag(NewTag):
    """A tag that was created."""

    oid: str
    """Of the tag object, hex digits."""


class OldTag(TypedDict):
    """A tag to be deleted, or that was."""

    tag: str
    oid: str
    """What it points at, hex digits."""


_From = TypedDict("_From", {"from": str | None})


class Replacement(_From):
    """A stage that another version will hold. Null stands for none."""

    artifact: str
    stage: str
    to: str | None


class Dependency(TypedDict):
    """A ref that has to be as it was when the plan was made."""

    ref: str
    oid: str | None
    """Null: it must not exist."""


class Plan(TypedDict):
    """What an act is going to do."""

    act: str
    """The method."""
    create: list[NewTag]
    delete: list[OldTag]
    replaces: list[Replacement]
    warnings: list[PlanWarning]
    depends: list[Dependency]


class PlannedPush(TypedDict):
    """One push: tags that it sends, versions before what rests on them, and tags that it deletes there."""

    create: list[str]
    delete: list[str]


class MadePush(PlannedPush):
    """A push that was made. The last may have failed; then those after it were not made."""

    ok: NotRequired[bool]
    atomic: NotRequired[bool]
    """Whether the remote took all of its tags or none."""


class MadeTag(TypedDict):
    """A tag object: who made it, when, and on what."""

    oid: str
    tagger: str
    email: str
    created_at: str
    target: str
    """The commit, hex digits."""


class Clash(TypedDict):
    """One name, two tags. Null where the object cannot be read."""

    local: MadeTag | None
    remote: MadeTag | None


class SentTag(TypedDict):
    """What became of one tag."""

    tag: str
    status: str
    """`pushed`, `deleted`, `up to date`, `rejected`, `not sent`, `unknown` (the push was given up); `fetched`,
    `different`, `not there`, `not fetched`; `deleted at remote`: the remote had it and has it no more, so it is sent
    only if it is named; with `dry_run` `would be pushed`, `would be deleted` and `would be fetched`."""
    reason: NotRequired[str]
    """In the words of the remote, or of Git."""
    along_with: NotRequired[str]
    """The tag that rests on this registration, which was not asked for and which the remote lacked."""
    clash: NotRequired[Clash | None]
    """Where the remote has another tag of that name."""


class Push(TypedDict):
    """What became of a push."""

    ok: bool
    remote: str
    atomic: NotRequired[bool]
    """Whether the remote takes all tags or none."""
    tags: list[SentTag]
    pushes: NotRequired[list[MadePush]]
    """The pushes, in their order; with `dry_run` as planned."""
    warnings: NotRequired[list[PlanWarning]]
    """Absent if there are none."""
    remote_messages: NotRequired[list[str]]
    """What the server and its hooks said, line by line (git's `remote:`); absent if nothing."""
    kind: NotRequired[str]
    """Where it failed: the kind of the refusal."""
    message: NotRequired[str]
    hint: NotRequired[str]
    """The remedy; or what was left out, and how it is sent."""


class ActResult(ActedResult):
    """With `dry_run` the plan, else what was done."""

    plan: NotRequired[Plan]
    events: NotRequired[list[HistoryRow]]
    """What the created tags did, in their order."""
    created: NotRequired[list[CreatedTag]]
    deleted: NotRequired[list[OldTag]]
    replaces: NotRequired[list[Replacement]]
    warnings: NotRequired[list[PlanWarning]]
    remote: NotRequired[str | None]
    """Where `push` sends the tags, or would."""
    pushes: NotRequired[list[PlannedPush]]
    """The pushes that send the tags, in their order."""
    push: NotRequired[Push]
    """What became of the push. One that fails does not undo the act."""


class AnnotationPush(TypedDict):
    """What became of pushing the commit."""

    ok: bool
    remote_messages: NotRequired[list[str]]
    """What the server and its hooks said, line by line (git's `remote:`); absent if nothing."""
    kind: NotRequired[str]
    """Where it failed: the kind of the refusal."""
    message: NotRequired[str]
    hint: NotRequired[str]


class AnnotationActResult(ActedResult):
    """What the file says now, or would."""

    path: str
    """The file, relative to the root of the repository."""
    annotation: Annotation | None
    """Without what is the default; null when it was removed."""
    written: bool
    warnings: list[PlanWarning]
    diff: NotRequired[str]
    """With `dry_run`: what would change in the file, as a unified diff."""
    edit: NotRequired[JsonObject]
    """With `apply: edit`: an LSP WorkspaceEdit, for the version of the document that it names."""
    commit: NotRequired[str]
    """The commit that was made, hex digits."""
    push: NotRequired[AnnotationPush]
