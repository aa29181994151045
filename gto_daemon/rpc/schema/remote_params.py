"""What the methods about remotes have in common."""

from pydantic import Field

from gto_daemon.rpc.schema.params import ActParams

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
