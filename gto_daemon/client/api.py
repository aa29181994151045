# ruff: noqa: FBT001, FBT002  (GTO's signatures)
"""GTO's Python interface, answered by the daemon: the reading functions of `gto.api`, with its names and defaults.

What comes back is the JSON that `gto … --json` prints, as dictionaries and lists (`gto_daemon.protocol` says what is in
them), where `gto.api` makes objects. `repo` is a path of anything inside a repository. Every function takes
`client`, a connected `Client` to ask through; without it each call makes a connection of its own, or with
`GTOD_NO_DAEMON=1` answers in this process.

Every function raises `CallError`, whose `kind` is the name of GTO's exception, and `DaemonUnavailable`.

Source: GTO 1.10.1, api.py.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from gto_daemon.client.blocking import Client
from gto_daemon.client.paths import absolute
from gto_daemon.client.tables import HISTORY_COLUMNS, TAG_COLUMNS, VERSION_COLUMNS, RegistryTable, RowsTable

if TYPE_CHECKING:
    from gto_daemon.protocol import JsonObject
    from gto_daemon.protocol.registry import (
        Annotation,
        HistoryRow,
        StageOfVersion,
        TagEvent,
        TagParts,
        Version,
    )

Repo: TypeAlias = "str | os.PathLike[str]"
Sort: TypeAlias = Literal["timestamp", "semver"]


@overload
def show(
    repo: Repo,
    name: None = None,
    registered_only: bool = ...,
    deprecated: bool = ...,
    assignments_per_version: int = ...,
    versions_per_stage: int = ...,
    sort: Sort = ...,
    *,
    client: Client | None = ...,
) -> RegistryTable: ...


@overload
def show(
    repo: Repo,
    name: str,
    registered_only: bool = ...,
    deprecated: bool = ...,
    assignments_per_version: int = ...,
    versions_per_stage: int = ...,
    sort: Sort = ...,
    *,
    client: Client | None = ...,
) -> RowsTable[Version]: ...


def show(
    repo: Repo,
    name: str | None = None,
    registered_only: bool = False,
    deprecated: bool = False,
    assignments_per_version: int = -1,
    versions_per_stage: int = 1,
    sort: Sort = "timestamp",
    *,
    client: Client | None = None,
) -> RegistryTable | RowsTable[Version]:
    """Return the registry, artifact by name; or the versions of one artifact, greatest first.

    `name` may be `a@latest`, `a@greatest`, `a@v1.2.3` or `a#stage`, and the versions are still a list.
    """
    params = {
        "name": name,
        "registered_only": registered_only,
        "deprecated": deprecated,
        "assignments_per_version": assignments_per_version,
        "versions_per_stage": versions_per_stage,
        "sort": sort,
    }
    answer = ask("gto/show", params, repo, client)
    return RegistryTable(answer["artifacts"]) if name is None else RowsTable(answer["versions"], VERSION_COLUMNS)


def history(
    repo: Repo, artifact: str | None = None, ascending: bool = False, *, client: Client | None = None
) -> RowsTable[HistoryRow]:
    """Return the events, newest first unless `ascending`. `artifact` may be `a#stage` or `a@version` too."""
    events = ask("gto/history", {"name": artifact, "ascending": ascending}, repo, client)["events"]
    return RowsTable(events, HISTORY_COLUMNS)


def check_ref(repo: Repo, ref: str, *, client: Client | None = None) -> RowsTable[TagEvent]:
    """Return what the tag `ref` (short, or `refs/tags/…`) did: one event, or none when it is no event."""
    event: TagEvent | None = ask("gto/checkRef", {"ref": ref}, repo, client)["event"]
    return RowsTable([] if event is None else [event], TAG_COLUMNS)


def describe(repo: Repo, name: str, rev: str | None = None, *, client: Client | None = None) -> Annotation | None:
    """Return what artifacts.yaml, or else a dvc.yaml, says of the artifact at `rev` (default HEAD); None when nothing.

    `name` may be a shortcut as in `show`, then not together with `rev`.
    """
    annotation: Annotation | None = ask("gto/describe", {"name": name, "rev": rev}, repo, client)["annotation"]
    return annotation


def get_stages(
    repo: Repo, allowed: bool = False, used: bool = False, *, client: Client | None = None
) -> list[str] | None:
    """Return the stages; those that the configuration allows (None: any), or those in use."""
    stages: list[str] | None = ask("gto/stages", {"allowed": allowed, "used": used}, repo, client)["stages"]
    return stages


@overload
def find_latest_version(
    repo: Repo, name: str, all: Literal[False] = False, registered: bool = ..., *, client: Client | None = ...
) -> Version | None: ...


@overload
def find_latest_version(
    repo: Repo, name: str, all: Literal[True], registered: bool = ..., *, client: Client | None = ...
) -> RowsTable[Version]: ...


def find_latest_version(
    repo: Repo,
    name: str,
    all: bool = False,  # noqa: A002  (GTO's name)
    registered: bool = True,
    *,
    client: Client | None = None,
) -> Version | RowsTable[Version] | None:
    """The greatest active version, or None; with `all` every one, greatest first. `registered`: none else counts."""
    # GTO looks past the deprecation of the artifact, but not past that of a version.
    rows = show(repo, name, registered_only=registered, deprecated=True, client=client)
    versions = [row for row in rows if row["is_active"] and (row["registrations"] or not registered)]
    if all:
        return RowsTable(versions, VERSION_COLUMNS)
    return versions[0] if versions else None


def find_versions_in_stage(
    repo: Repo,
    name: str,
    stage: str,
    assignments_per_version: int = -1,
    versions_per_stage: int = 1,
    registered_only: bool = False,
    *,
    client: Client | None = None,
) -> RowsTable[StageOfVersion] | None:
    """Return the versions in `stage`, greatest first, with the tags that put them there; None when there are none."""
    # GTO: `which` sorts by version, whatever `show` does. It looks past the deprecation of the artifact.
    rows = show(
        repo,
        name,
        registered_only=registered_only,
        deprecated=True,
        assignments_per_version=assignments_per_version,
        versions_per_stage=versions_per_stage,
        sort="semver",
        client=client,
    )
    # A version that was registered twice has two rows, which share its stages.
    found = {each["version"]: each for row in rows for each in row["stages"] if each["stage"] == stage}
    return RowsTable(found.values(), VERSION_COLUMNS) if found else None


def parse_tag(name: str, *, client: Client | None = None) -> TagParts:
    """Return the parts of a tag's name: `name`, `action`, and `version`, `stage` and `counter` where it has them."""
    parts: TagParts = ask("gto/parseTag", {"name": name}, None, client)["parts"]
    return parts


def ask(method: str, params: JsonObject, repo: Repo | None, client: Client | None) -> Any:
    """Return the result of a method, through `client` or a connection of its own. What is None is not sent."""
    given = {key: value for key, value in params.items() if value is not None}
    if repo is not None:
        given["repo"] = absolute(repo)
    if client is not None:
        return client.call(method, given)
    if os.environ.get("GTOD_NO_DAEMON", "").strip().lower() in ("1", "true", "t", "yes", "y", "on"):
        from gto_daemon.app.oneshot import OneShot

        return OneShot().call(method, given, dict(os.environ))
    with Client.connect() as connection:
        return connection.call(method, given)
