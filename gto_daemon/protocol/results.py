"""What many results have in common: problems, places, and which state was asked."""

from typing import NotRequired, TypedDict

from gto_daemon.protocol import Severity


class Position(TypedDict):
    """A place in a text, as in LSP."""

    line: int
    """From 0."""
    character: int
    """From 0, in Unicode code points."""


class Range(TypedDict):
    """From `start` up to, not including, `end`, as in LSP."""

    start: Position
    end: Position


class Problem(TypedDict):
    """What could not be read as meant, or reads as something its author hardly meant."""

    code: str
    """Stable, kebab-case."""
    severity: Severity
    message: str
    """Names the thing and the reason."""
    hint: str
    """The remedy."""
    tag: NotRequired[str | None]
    """Name of the tag concerned."""
    oid: NotRequired[str | None]
    """Object concerned, hex digits."""
    commit: NotRequired[str | None]
    """Commit concerned, hex digits."""
    path: NotRequired[str | None]
    """File concerned, relative to the root of the repository."""
    range: NotRequired[Range | None]
    """Where in the file."""
    artifact: NotRequired[str | None]
    """Artifact concerned."""


class RepositoryResult(TypedDict):
    """An answer about a repository."""

    clock: str
    """The state that was asked. Opaque; equal clock, equal content."""
    problems: list[Problem]
    """What could not be read; the rest of the answer stands."""


class ActedResult(RepositoryResult):
    """An answer to something that was done to a repository, or would be."""

    repo: str
    """Which one: the worktree that was asked, as `gto/didChange` names it."""


class Page(TypedDict):
    """A page of a long answer."""

    next_cursor: NotRequired[str | None]
    """With `limit`: where the next page starts, null on the last."""
