"""The params that all acts on tags share."""

from pydantic import Field

from gto_daemon.rpc.schema.params import ActParams, Params


class PushSizeParams(Params):
    """How many tags a push has."""

    batch: int | None = Field(
        None,
        ge=0,
        description="The maximum number of tags per push, 0 for no limit; by default `gtod.pushBatch` in Git's "
        "configuration, or 3, because GitHub starts no workflow for a larger push.",
    )
    atomic: bool = Field(False, description="Push all tags at once, or none.")


class HowParams(ActParams, PushSizeParams):
    """How to carry out an act."""

    push: bool = Field(False, description="Push the tags of the act afterwards.")
    remote: str | None = Field(
        None,
        description="The remote to push to: a configured remote, or a URL. By default, as for git: "
        "`branch.NAME.pushRemote`, `remote.pushDefault`, the branch's upstream remote, the only remote, or `origin`.",
    )
    dry_run: bool = Field(False, description="Return the plan and write nothing.")
    expect_clock: str | None = Field(
        None,
        description="The `clock` of a plan or a result. Refuse (`RegistryChanged`) if the tags of the artifacts "
        "concerned, the target of the revision or the configuration have changed since.",
    )


#: Refusals of all acts on tags, while they are planned or carried out.
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
    "RulesUnreadable",
    "TransitionNotAllowed",
    "TooEarly",
    "NotOnBranch",
    "SignatureRequired",
    "NotAllowed",
    "DeletionNotAllowed",
    "HookRefused",
    "RefLocked",
    "ActInProgress",
)
