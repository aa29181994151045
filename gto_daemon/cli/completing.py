"""What the shell completes: names from a daemon that runs, and nothing where none does.

Completion never starts a daemon and never waits for a slow one: a key press must not be felt.
"""

import os
import re
from collections.abc import Mapping
from typing import Any

import click

from gto_daemon.cli.here import without_daemon
from gto_daemon.cli.repository_path import NoSuchPathError, repository_path

#: Seconds an answer may take; it usually takes less than a thousandth of that.
_PATIENCE = 0.5


def complete_artifact(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Names of artifacts; after `@` their versions, after `#` their stages."""
    name, separator, _rest = _split(incomplete)
    if not separator:
        return _matching(_ask(ctx, "gto/show", {}).get("artifacts", {}), incomplete)
    versions = _ask(ctx, "gto/show", {"name": name, "versions_per_stage": -1}).get("versions", [])
    if separator == "@":
        endings = ["latest", "greatest", *(version["version"] for version in versions)]
    else:
        endings = sorted({stage["stage"] for version in versions for stage in version["stages"]})
    return _matching([f"{name}{separator}{ending}" for ending in endings] if versions else [], incomplete)


def complete_ref(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Names of GTO tags, newest first."""
    return _matching([row["ref"] for row in _ask(ctx, "gto/history", {}).get("events", [])], incomplete)


def _ask(ctx: click.Context, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    from gto_daemon.client import CallError, Client, DaemonUnavailable

    if without_daemon(bool(ctx.params.get("no_daemon")), os.environ):
        return {}
    try:
        repo = repository_path(ctx.params.get("repo"), os.environ)
        with Client.connect(start=False, timeout=_PATIENCE) as client:
            result: Mapping[str, Any] = client.call(method, {"repo": repo, **params})
    except (CallError, DaemonUnavailable, NoSuchPathError):
        return {}  # there is nobody to tell: what is printed now would be taken for completions
    return result


def _matching(words: Any, incomplete: str) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]


def _split(text: str) -> tuple[str, str, str]:
    parts = re.split("([@#])", text, maxsplit=1)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (text, "", "")
