"""The shapes of results. What is GTO's keeps GTO's names and order (GTO 1.10.1, base.py and api.py)."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

EventKind = Literal["registration", "deregistration", "assignment", "unassignment", "deprecation"]


class Shape(BaseModel):
    """A JSON object. Optional members are absent where they do not apply."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class Position(Shape):
    """A place in a text, as in LSP."""

    line: int = Field(description="From 0.")
    character: int = Field(description="From 0, in Unicode code points.")


class Range(Shape):
    """From `start` up to, not including, `end`, as in LSP."""

    start: Position
    end: Position


class Problem(Shape):
    """What could not be read as meant, or reads as something its author hardly meant."""

    code: str = Field(description="Stable, kebab-case.")
    severity: Literal["error", "warning", "info"]
    message: str = Field(description="Names the thing and the reason.")
    hint: str = Field(description="The remedy.")
    tag: str | None = Field(None, description="Name of the tag concerned.")
    oid: str | None = Field(None, description="Object concerned, hex digits.")
    commit: str | None = Field(None, description="Commit concerned, hex digits.")
    path: str | None = Field(None, description="File concerned, relative to the root of the repository.")
    range: Range | None = Field(None, description="Where in the file.")
    artifact: str | None = Field(None, description="Artifact concerned.")


class Result(Shape):
    """The result of a method."""


class RepositoryResult(Result):
    """An answer about a repository."""

    clock: str = Field(description="The state that was asked. Opaque; equal clock, equal content.")
    problems: list[Problem] = Field(description="What could not be read; the rest of the answer stands.")


class ActedResult(RepositoryResult):
    """An answer to something that was done to a repository, or would be."""

    repo: str = Field(description="Which one: the worktree that was asked, as `gto/didChange` names it.")


class Authored(Shape):
    """Who did something, when and why."""

    created_at: str = Field(description="RFC 3339, with the writer's own offset.")
    author: str
    author_email: str
    message: str


class Enrichment(Shape):
    """An annotation, as GTO nests it in a commit event."""

    source: Literal["gto", "dvc"] = Field(description="`gto`: artifacts.yaml; `dvc`: a dvc.yaml.")
    artifact: "Annotation"


class Annotation(Shape):
    """What artifacts.yaml or a dvc.yaml says of an artifact. Members that the file leaves out may be absent."""

    type: str | None = None
    path: str | None = None
    virtual: bool | None = Field(None, description="GTO's; an entry of a dvc.yaml has none.")
    labels: list[str] | None = None
    description: str | None = None
    custom: Any = Field(None, description="Whatever the file has there.")


class TagEvent(Authored):
    """What one tag did."""

    priority: int | None = Field(None, description="GTO's order of events of one second.")
    addition: bool | None = Field(None, description="Whether it adds rather than takes away.")
    artifact: str
    commit_hexsha: str = Field(description="The commit that the tag is on, hex digits.")
    tag: str
    version: str | None = None
    stage: str | None = None
    event: EventKind | None = None


class CommitEvent(Authored):
    """The commit of a version, with the annotation there."""

    priority: int
    addition: bool
    artifact: str
    commit_hexsha: str
    version: str
    enrichments: list[Enrichment]
    committer: str
    committer_email: str


class Summary(Shape):
    """What the present state of a version or stage derives from. Null where nothing of it can be read."""

    is_active: bool
    activated_at: str | None
    created_at: str | None
    author: str | None
    author_email: str | None
    message: str | None
    ref: str = Field(description="The tag it derives from, or the commit where there is none.")


class StageOfVersion(Summary):
    """A stage that a version is in."""

    artifact: str
    commit_hexsha: str
    version: str
    stage: str
    assignments: list[TagEvent]
    unassignments: list[TagEvent]


class Version(Summary):
    """A version of an artifact, as `gto show NAME --json`."""

    artifact: str
    commit_hexsha: str
    version: str = Field(description="`v` and a semantic version, or the id of a commit that was not registered.")
    enrichments: list[CommitEvent]
    registrations: list[TagEvent]
    deregistrations: list[TagEvent]
    stages: list[StageOfVersion]
    discovered: bool = Field(description="No tag registers it: only a stage or an annotation names it.")


class ArtifactRow(Shape):
    """An artifact, as `gto show --json`."""

    version: str | None = Field(description="The greatest active registered version.")
    stage: dict[str, str | None] = Field(description="Stage to its versions, joined by a comma; null where none is.")
    registered: bool
    active: bool


class HistoryRow(Shape):
    """An event, as `gto history --json`."""

    timestamp: str
    artifact: str
    event: Literal["commit", "registration", "deregistration", "assignment", "unassignment", "deprecation"]
    priority: int
    version: str | None
    stage: str | None
    commit: str
    author: str
    author_email: str
    message: str
    ref: str


class Events(Shape):
    """Rows of history that came and went. A tag that was moved is in both."""

    added: list[HistoryRow]
    removed: list[HistoryRow]
