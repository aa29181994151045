"""The params and results that the acts on tags have in common."""

from typing import Any, Literal

from pydantic import Field

from gto_daemon.rpc.schema.params import ActParams
from gto_daemon.rpc.schema.remote_shapes import PlannedPush, PlanWarning, Push
from gto_daemon.rpc.schema.results import ActedResult, HistoryRow, Shape


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


class TagActParams(HowParams):
    """An act on one artifact."""

    name: str = Field(description="The artifact: `model` or `some/dir:model`.")
    message: str | None = Field(None, description="Of the tag; GTO's own words by default.")
    author: str | None = Field(None, description="Name of the tagger, in place of the one that Git knows.")
    author_email: str | None = Field(None, description="E-mail of the tagger, likewise.")


class PersonShape(Shape):
    """Who makes a tag."""

    name: str
    email: str


class NewTag(Shape):
    """A tag to be created."""

    tag: str
    target: str = Field(description="The commit, hex digits.")
    message: str
    tagger: PersonShape


class CreatedTag(NewTag):
    """A tag that was created."""

    oid: str = Field(description="Of the tag object, hex digits.")


class OldTag(Shape):
    """A tag to be deleted, or that was."""

    tag: str
    oid: str = Field(description="What it points at, hex digits.")


class Replacement(Shape):
    """A stage that another version will hold. Null stands for none."""

    artifact: str
    stage: str
    before: str | None = Field(alias="from")
    after: str | None = Field(alias="to")


class Dependency(Shape):
    """A ref that has to be as it was when the plan was made."""

    ref: str
    oid: str | None = Field(description="Null: it must not exist.")


class Plan(Shape):
    """What an act is going to do."""

    act: str = Field(description="The method.")
    create: list[NewTag]
    delete: list[OldTag]
    replaces: list[Replacement]
    warnings: list[PlanWarning]
    depends: list[Dependency]


class ActResult(ActedResult):
    """With `dry_run` the plan, else what was done."""

    plan: Plan | None = None
    events: list[HistoryRow] | None = Field(None, description="What the created tags did, in their order.")
    created: list[CreatedTag] | None = None
    deleted: list[OldTag] | None = None
    replaces: list[Replacement] | None = None
    warnings: list[PlanWarning] | None = None
    remote: str | None = Field(None, description="Where `push` sends the tags, or would.")
    pushes: list[PlannedPush] | None = Field(None, description="The pushes that send the tags, in their order.")
    push: Push | None = Field(None, description="What became of the push. One that fails does not undo the act.")


Bump = Literal["major", "minor", "patch"]

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

_COMMIT = "5561a3bda81b18d0b0ca24bc2ced0bb9ca2ac720"


def example_result(tag: str, message: str, **row: Any) -> dict[str, Any]:
    """What an act answers that created one tag, for the documentation."""
    event = {
        "timestamp": "2026-05-31T12:00:00+00:00",
        "artifact": "churn",
        "event": "registration",
        "priority": 3,
        "version": "v3.1.0",
        "stage": None,
        "commit": _COMMIT,
        "author": "Ann Author",
        "author_email": "ann@example.com",
        "message": message,
        "ref": tag,
        **row,
    }
    created = {
        "tag": tag,
        "target": _COMMIT,
        "message": message,
        "tagger": {"name": "Ann Author", "email": "ann@example.com"},
        "oid": "c5a1e2f9d1b0c6d3a1fb0c6f4ac7a7a2f9d3b4e1",
    }
    return {
        "events": [event],
        "created": [created],
        "deleted": [],
        "replaces": [],
        "warnings": [],
        "repo": "/home/ann/registry",
        "clock": "5f0c2a:1:43",
        "problems": [],
    }
