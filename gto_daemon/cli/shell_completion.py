"""Shell completion: names from a running daemon, and nothing if none is running.

Completion never starts a daemon and never waits for a slow one: a key press must not be felt.
"""

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from gto_daemon.cli.local_service import without_daemon
from gto_daemon.cli.repository_path import NoSuchPathError, repository_path

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import Version

#: What chooses a version by a metric, `max:KEY` or `min:KEY`, begins with, and no version does.
_BY_METRIC = "m"
#: Seconds an answer may take; it usually takes less than a thousandth of that.
_PATIENCE = 0.5


def complete_artifact(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of artifacts; after `@` their versions, after `#` their stages."""
    name, separator, rest = _split(incomplete)
    if not separator:
        return _matching(_ask(ctx, "gto/show", {}).get("artifacts", {}), incomplete)
    if separator == "@" and rest.startswith(_BY_METRIC):
        return _matching([f"{name}@{choice}" for choice in _choices(ctx, name)], incomplete)
    versions = _versions(ctx, name)
    if separator == "@":
        endings = ["latest", "greatest", *_registered(versions)]
    else:
        endings = sorted({stage["stage"] for version in versions for stage in version["stages"]})
    return _matching([f"{name}{separator}{ending}" for ending in endings] if versions else [], incomplete)


def complete_version(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the versions of the artifact that is named already, the greatest first."""
    name = _named(ctx)
    return _matching(_registered(_versions(ctx, name)) if name else [], incomplete)


def complete_assignable(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the versions of the artifact that is named already, or its metrics behind `max:` and `min:`."""
    name = _named(ctx)
    if name is None or not incomplete.startswith(_BY_METRIC):
        return complete_version(ctx, parameter, incomplete)
    return _matching(_choices(ctx, name), incomplete)


def complete_key(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the metrics or params, as the command is about, of the artifact that is named already, or of all."""
    method = "gto/params" if ctx.info_name == "params" else "gto/metrics"
    before, comma, last = incomplete.rpartition(",")
    keys = _matching(_keys(ctx, _named(ctx), method), last)
    return [f"{before}{comma}{key}" for key in keys]


def complete_place(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the stages, and the versions of the artifact that is named already."""
    return [*complete_stage(ctx, parameter, incomplete), *complete_version(ctx, parameter, incomplete)]


def complete_stage(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the stages that may be assigned, or that a tag has."""
    return _matching(_ask(ctx, "gto/stages", {}).get("stages", []), incomplete)


def complete_method(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the methods of the protocol."""
    from gto_daemon.app.oneshot import method_names

    return _matching(method_names(), incomplete)


def complete_command(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of commands."""
    parent = ctx.parent
    group = parent.command if parent is not None else None
    return _matching(group.list_commands(ctx), incomplete) if isinstance(group, click.Group) else []


def complete_ref(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of GTO tags, newest first."""
    return _matching([row["ref"] for row in _ask(ctx, "gto/history", {}).get("events", [])], incomplete)


def complete_file(
    _ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> "list[click.shell_completion.CompletionItem]":
    """Return the files, which the shell itself knows best."""
    return _by_the_shell("file", incomplete)


def complete_directory(
    _ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> "list[click.shell_completion.CompletionItem]":
    """Return the directories, which the shell itself knows best."""
    return _by_the_shell("dir", incomplete)


def _by_the_shell(kind: str, incomplete: str) -> "list[click.shell_completion.CompletionItem]":
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type=kind)]


def _named(ctx: click.Context) -> str | None:
    # click leaves the arguments unnamed where the last word is an option without its value.
    name: str | None = ctx.params.get("name") or next(iter(ctx.args), None)
    return None if name is None else _split(name)[0]


def _choices(ctx: click.Context, name: str) -> list[str]:
    keys = _keys(ctx, name)
    return [f"{direction}:{key}" for direction in ("max", "min") for key in keys]


def _keys(ctx: click.Context, name: str | None, method: str = "gto/metrics") -> list[str]:
    return [*_ask(ctx, method, {"name": name, "versions": ["latest"]}).get("short", {}).values()]


def _versions(ctx: click.Context, name: str) -> "list[Version]":
    found: list[Version] = _ask(ctx, "gto/show", {"name": name, "versions_per_stage": -1}).get("versions", [])
    return found


def _registered(versions: "list[Version]") -> list[str]:
    """Return the names of versions that a tag registers; the others are commits, and no command takes them."""
    return [version["version"] for version in versions if version["registrations"]]


def _ask(ctx: click.Context, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    from gto_daemon.client import CallError, Client, DaemonUnavailable

    if without_daemon(bool(ctx.params.get("no_daemon")), os.environ):
        return {}
    try:
        repo = repository_path(ctx.params.get("repo"), os.environ)
        with Client.connect(start=False, timeout=_PATIENCE) as client:
            result: Mapping[str, Any] = client.call(method, {"repo": repo, **params})
    except (CallError, DaemonUnavailable, NoSuchPathError):
        return {}  # anything printed here would count as completions
    return result


def _matching(words: Any, incomplete: str) -> list[str]:
    found = [word for word in words if word.startswith(incomplete)]
    # A part of a name will do where it has no character at which a shell's word ends.
    return found or [word for word in words if incomplete in word and not re.search("[@#:/]", incomplete)]


def _split(text: str) -> tuple[str, str, str]:
    parts = re.split("([@#])", text, maxsplit=1)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (text, "", "")
