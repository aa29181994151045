"""The parts that methods about remotes share."""

from pydantic import Field

from gto_daemon.rpc.schema.params import ActParams

#: Refusals of any request to a remote.
REFUSALS = ("AuthenticationFailed", "RemoteNotFound", "RemoteUnavailable")


class RemoteParams(ActParams):
    """The remote."""

    remote: str | None = Field(
        None,
        description="A configured remote, or a URL. By default, as for git: to push and to compare, "
        "`branch.NAME.pushRemote` or `remote.pushDefault`; otherwise the branch's upstream remote, the only remote, or "
        "`origin`.",
    )
