"""What `gto/tree` and `gto/artifact` have in common."""

from typing import Literal

from pydantic import Field

from gto_daemon.rpc.schema.results import Problem, Range, Shape


class Entry(Shape):
    """Where the annotation that counts stands."""

    path: str = Field(description="Relative to the root of the repository.")
    range: Range = Field(description="The entry's key.")


class ArtifactState(Shape):
    """What is known of an artifact without its versions."""

    name: str = Field(description="`model`, or `some/dir:model`.")
    dir: str = Field(description="The folder in the name; empty for one of the root.")
    label: str = Field(description="The name without its folder.")
    type: str | None
    description: str
    latest: str | None = Field(description="The greatest active registered version.")
    stages: dict[str, list[str]] = Field(description="Stage to the versions in it, by the default rules of `gto/show`.")
    since: dict[str, str] = Field(description="Stage to when the version that holds it came there, RFC 3339.")
    registered: bool = Field(description="Whether any tag is about it.")
    deprecated: bool
    annotated_in: list[str] = Field(description="The files that describe it; the first counts.")
    location: Entry | None = Field(None, description="Where that annotation stands; absent without one.")


class TreeRow(ArtifactState):
    """An artifact of the tree."""

    tags: int = Field(description="How many tags are about it.")
    unpushed: int | None = Field(
        None, description="How many of them the remote is known to lack; absent where nothing is known."
    )
    problems: list[Problem] = Field(description="Those that concern this artifact.")


class NextVersion(Shape):
    """A version that `gto/register` would choose."""

    version: str
    bump: Literal["patch", "minor", "major"] | None = Field(description="What to ask for; null for the first version.")
