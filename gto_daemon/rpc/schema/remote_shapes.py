"""What the methods about remotes have in common."""

from pydantic import Field

from gto_daemon.rpc.schema.params import ActParams
from gto_daemon.rpc.schema.results import Shape

#: Refusals of any question to a remote.
REFUSALS = ("AuthenticationFailed", "RemoteNotFound", "RemoteUnavailable")


class RemoteParams(ActParams):
    """The remote."""

    remote: str | None = Field(
        None,
        description="A configured remote, or a URL. By default, as for git: to push and to compare, "
        "`branch.NAME.pushRemote` or `remote.pushDefault`; else the remote that the branch follows, the only one there "
        "is, or `origin`.",
    )


class MadeTag(Shape):
    """A tag object: who made it, when, and on what."""

    oid: str
    tagger: str
    email: str
    created_at: str
    target: str = Field(description="The commit, hex digits.")


class Clash(Shape):
    """One name, two tags. Null where the object cannot be read."""

    local: MadeTag | None
    remote: MadeTag | None


class SentTag(Shape):
    """What became of one tag."""

    tag: str
    status: str = Field(
        description="`pushed`, `deleted`, `up to date`, `rejected`, `not sent`, `unknown` (the push was given up); "
        "`fetched`, `different`, `not there`, `not fetched`; "
        "`deleted at remote`: the remote had it and has it no more, so it is sent only if it is named; "
        "with `dry_run` `would be pushed`, `would be deleted` and `would be fetched`."
    )
    reason: str | None = Field(None, description="In the words of the remote, or of Git.")
    along_with: str | None = Field(
        None,
        description="The tag that rests on this registration, which was not asked for and which the remote lacked.",
    )
    clash: Clash | None = Field(None, description="Where the remote has another tag of that name.")


class PlanWarning(Shape):
    """Something that the user may not have meant."""

    code: str = Field(description="Stable, kebab-case.")
    message: str


class PlannedPush(Shape):
    """One push: tags that it sends, versions before what rests on them, and tags that it deletes there."""

    create: list[str]
    delete: list[str]


class MadePush(PlannedPush):
    """A push that was made. The last may have failed; then those after it were not made."""

    ok: bool | None = None
    atomic: bool | None = Field(None, description="Whether the remote took all of its tags or none.")


class Push(Shape):
    """What became of a push."""

    ok: bool
    remote: str
    atomic: bool | None = Field(None, description="Whether the remote takes all tags or none.")
    tags: list[SentTag]
    pushes: list[MadePush] | None = Field(None, description="The pushes, in their order; with `dry_run` as planned.")
    warnings: list[PlanWarning] | None = Field(None, description="Absent if there are none.")
    remote_messages: list[str] | None = Field(
        None, description="What the server and its hooks said, line by line (git's `remote:`); absent if nothing."
    )
    kind: str | None = Field(None, description="Where it failed: the kind of the refusal.")
    message: str | None = None
    hint: str | None = Field(None, description="The remedy; or what was left out, and how it is sent.")
