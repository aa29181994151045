# ruff: noqa: FBT001, FBT002  (GTO's signatures)
"""The writing functions of `gto.api`, answered by the daemon, with its names and defaults.

Each is one act: planned and validated before anything is touched, and done as a whole or not at all. What comes back is
the event that it made, as a row of `gto history --json`; None where tags were deleted. A push that fails raises nothing
and undoes nothing, as the tags are there: use `Client.call` to have all of the answer, or a plan (`dry_run`).

Every function raises `CallError`, whose `kind` is the name of GTO's exception, and `DaemonUnavailable`.

Source: GTO 1.10.1, api.py; `annotate` and `remove` GTO 0.2.8, api.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gto_daemon.client.api import Repo, ask

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gto_daemon.client.blocking import Client
    from gto_daemon.protocol.registry import Annotation, HistoryRow


def register(
    repo: Repo,
    name: str,
    ref: str,
    version: str | None = None,
    message: str | None = None,
    simple: bool | None = None,
    force: bool = False,
    bump_major: bool = False,
    bump_minor: bool = False,
    bump_patch: bool = False,
    push: bool = False,
    author: str | None = None,
    author_email: str | None = None,
    *,
    client: Client | None = None,
) -> HistoryRow | None:
    """Register a version of an artifact on the commit `ref`: `version`, or the one that comes next.

    Raises:
        ValueError: more than one of `version` and the bumps is given.

    """
    bumps = [part for part, on in (("major", bump_major), ("minor", bump_minor), ("patch", bump_patch)) if on]
    if len(bumps) + bool(version) > 1:
        raise ValueError("Need to specify either version or single bump argument")
    params = {
        "repo": repo,
        "name": name,
        "ref": ref,
        "version": version,
        "message": message,
        "simple": simple,
        "force": force,
        "bump": bumps[0] if bumps else None,
        "push": push,
        "author": author,
        "author_email": author_email,
        "client": client,
    }
    return _event("gto/register", params)


def assign(
    repo: Repo,
    name: str,
    stage: str,
    version: str | None = None,
    ref: str | None = None,
    name_version: str | None = None,
    message: str | None = None,
    simple: bool | None = False,
    force: bool = False,
    push: bool = False,
    skip_registration: bool = False,
    author: str | None = None,
    author_email: str | None = None,
    *,
    client: Client | None = None,
) -> HistoryRow | None:
    """Assign a stage to a version: `version`, or the one on the commit `ref`, registered first if need be."""
    return _event("gto/assign", locals())


def unassign(
    repo: Repo,
    name: str,
    ref: str | None = None,
    version: str | None = None,
    stage: str | None = None,
    message: str | None = None,
    simple: bool | None = None,
    force: bool = False,
    delete: bool = False,
    push: bool = False,
    author: str | None = None,
    author_email: str | None = None,
    *,
    client: Client | None = None,
) -> HistoryRow | None:
    """Take a version out of a stage; with `delete`, delete the tags that put it there."""
    return _event("gto/unassign", locals())


def deregister(
    repo: Repo,
    name: str,
    ref: str | None = None,
    version: str | None = None,
    message: str | None = None,
    simple: bool | None = None,
    force: bool = False,
    delete: bool = False,
    push: bool = False,
    author: str | None = None,
    author_email: str | None = None,
    *,
    client: Client | None = None,
) -> HistoryRow | None:
    """Take back the registration of a version; with `delete`, delete every tag of it."""
    return _event("gto/deregister", locals())


def deprecate(
    repo: Repo,
    name: str,
    ref: str | None = None,
    message: str | None = None,
    simple: bool | None = None,
    force: bool = False,
    delete: bool = False,
    push: bool = False,
    author: str | None = None,
    author_email: str | None = None,
    *,
    client: Client | None = None,
) -> HistoryRow | None:
    """Deprecate an artifact; with `delete`, delete every tag of it."""
    return _event("gto/deprecate", locals())


def annotate(
    repo: Repo,
    name: str,
    type: str | None = None,  # noqa: A002  (GTO's name)
    path: str | None = None,
    must_exist: bool = False,
    allow_same_path: bool = False,
    labels: Sequence[str] | None = None,
    description: str = "",
    custom: Any = None,
    commit: bool = False,
    push: bool = False,
    branch: str | None = None,
    *,
    client: Client | None = None,
) -> Annotation:
    """Describe an artifact in its annotation file, and change nothing else in the file. Return the annotation."""
    params = {
        "name": name,
        "type": type,
        "path": path,
        "must_exist": must_exist,
        "allow_same_path": allow_same_path,
        "labels": list(labels) if labels else None,
        "description": description,
        "custom": custom,
        "commit": commit,
        "push": push,
        "branch": branch,
    }
    annotation: Annotation = ask("gto/annotate", params, repo, client)["annotation"]
    return annotation


def remove(
    repo: Repo,
    name: str,
    commit: bool = False,
    push: bool = False,
    branch: str | None = None,
    *,
    client: Client | None = None,
) -> None:
    """Take an artifact out of its annotation file."""
    _ask("gto/removeAnnotation", locals())


def _event(method: str, arguments: Mapping[str, Any]) -> HistoryRow | None:
    events: list[HistoryRow] = _ask(method, arguments)["events"]
    return events[-1] if events else None


def _ask(method: str, arguments: Mapping[str, Any]) -> Any:
    """Return the answer to the arguments of a function above, which but for two are the params of the method."""
    params = {name: value for name, value in arguments.items() if name not in ("repo", "client")}
    return ask(method, params, arguments["repo"], arguments["client"])
