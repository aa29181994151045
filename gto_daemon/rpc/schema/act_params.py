"""How an act on tags is carried out, whatever it is."""

from pydantic import Field

from gto_daemon.rpc.schema.params import ActParams


class HowParams(ActParams):
    """How an act is carried out."""

    push: bool = Field(False, description="Push the tags of the act afterwards, all together.")
    remote: str | None = Field(
        None,
        description="Where to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, "
        "`remote.pushDefault`, the remote that the branch follows, the only one there is, `origin`.",
    )
    batch: int | None = Field(
        None,
        ge=0,
        description="How many tags a push has at the most, 0 for any; by default `gtod.pushBatch` of Git's "
        "configuration, or 3: for more at once GitHub starts no workflow.",
    )
    atomic: bool = Field(False, description="Push all of them at once, or none.")
    dry_run: bool = Field(False, description="Answer the plan, and write nothing at all.")
    expect_clock: str | None = Field(
        None,
        description="The `clock` of a plan or an answer: refuse (`RegistryChanged`) if the tags of the artifacts "
        "concerned, what the revision names or the configuration changed since.",
    )


#: Refusals of planning and carrying out, in any act on tags.
REFUSALS = (
    "WrongConfig",
    "ValidationError",
    "WrongArgs",
    "RefNotFound",
    "ManyVersions",
    "TagExists",
    "TagConflict",
    "RegistryChanged",
    "IdentityRequired",
    "SigningFailed",
    "HookRefused",
    "RefLocked",
    "ActInProgress",
)
