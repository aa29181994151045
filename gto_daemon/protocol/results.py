"""The parts that many results share: problems, positions and the clock."""

from typing import NotRequired, TypedDict

from gto_daemon.protocol import Severity


class Position(TypedDict):
    """A position in a text, as in LSP."""

    line: int
    """The line, counted from 0."""
    character: int
    """The character in the line, counted from 0 in Unicode code points."""


class Range(TypedDict):
    """The range from `start` up to, but not including, `end`, as in LSP."""

    start: Position
    end: Position


class Problem(TypedDict):
    """Something that could not be read, or that its author probably did not intend."""

    code: str
    """A stable identifier in kebab-case."""
    severity: Severity
    message: str
    """What is wrong, and why."""
    hint: str
    """The remedy."""
    tag: NotRequired[str | None]
    """The name of the tag concerned."""
    oid: NotRequired[str | None]
    """The id of the object concerned, in hex digits."""
    commit: NotRequired[str | None]
    """The id of the commit concerned, in hex digits."""
    path: NotRequired[str | None]
    """The file concerned, relative to the root of the repository."""
    range: NotRequired[Range | None]
    """The range in the file."""
    artifact: NotRequired[str | None]
    """The artifact concerned."""


class RepositoryResult(TypedDict):
    """A result about a repository."""

    clock: str
    """An opaque id of the state that the result describes. Equal clocks mean equal content."""
    problems: list[Problem]
    """Everything that could not be read; the rest of the result is valid."""


class ActedResult(RepositoryResult):
    """The result of a change to a repository, or of its dry run."""

    repo: str
    """The worktree that the request was about, as `gto/didChange` names it."""


class Page(TypedDict):
    """A page of a long result."""

    next_cursor: NotRequired[str | None]
    """With `limit`: the cursor of the next page; null on the last page."""


class BestVersion(TypedDict):
    """A version that was chosen by a metric."""

    asked: str
    """As it was asked for: `max:auc`."""
    key: str
    """The whole key of the metric."""
    version: str
    value: int | float
    runner_up: str | None
    """The version that would be next; null if no other has the metric."""
    runner_up_value: int | float | None


class ChosenVersion(BestVersion):
    """A version that was chosen by a metric, of an artifact."""

    artifact: str
