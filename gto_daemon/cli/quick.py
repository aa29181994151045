"""The short way for what scripts ask most: a plain `--json` read from a daemon that runs.

Importing click takes 50 of the 70 ms that such a command lasts, so the few forms below are understood without it. This
is a shortcut only, never a second meaning: whatever is not exactly one of them, and every answer that is not a plain
success (an error, a problem to report, no daemon yet), is left to the commands, which then ask again.
"""

from __future__ import annotations

import os
import sys

from gto_daemon.cli.repository_path import NoSuchPathError, repository_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

#: Command to its method, the param that its argument is, and the params that its flags set.
_FORMS: dict[str, tuple[str, str | None, dict[str, str]]] = {
    "show": (
        "gto/show",
        "name",
        {
            "-d": "deprecated",
            "--deprecated": "deprecated",
            "--ro": "registered_only",
            "--registered-only": "registered_only",
        },
    ),
    "history": ("gto/history", "name", {"--asc": "ascending", "--ascending": "ascending", "--commits": "commits"}),
    "check-ref": ("gto/checkRef", "ref", {}),
    "stages": ("gto/stages", None, {}),
}
#: The member of a result that GTO's `--json` prints.
_PRINTED = ("artifacts", "versions", "events", "event", "stages")


def quick_answer(arguments: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """What the command prints, or None when it has to go the long way."""
    if "GTOD_NO_DAEMON" in environment or "_GTOD_COMPLETE" in environment:
        return None
    asked = _request(arguments)
    if asked is None:
        return None
    method, repo, params = asked
    from gto_daemon.client import CallError, Client, DaemonUnavailable

    try:
        params["repo"] = repository_path(repo, environment)
        with Client.connect(start=False) as client:
            result: dict[str, Any] = client.call(method, params)
            if client.is_outdated:
                return None  # the long way has it replaced
    except (NoSuchPathError, CallError, DaemonUnavailable):
        return None
    value = next((result[member] for member in _PRINTED if member in result), None)
    if result["problems"] or value is None:
        return None
    import json

    return json.dumps(value, indent=4) + "\n"


def _request(arguments: Sequence[str]) -> tuple[str, str | None, dict[str, Any]] | None:
    """Method, `-r` and params of a command line in one of the forms."""
    if not arguments or arguments[0] not in _FORMS or "--json" not in arguments:
        return None
    method, argument, flags = _FORMS[arguments[0]]
    repo, params = None, dict[str, "Any"]()
    words = iter(arguments[1:])
    for word in words:
        if word in ("-r", "--repo"):
            repo = next(words, None)
            if repo is None:
                return None
        elif word in flags:
            params[flags[word]] = True
        elif argument is not None and argument not in params and not word.startswith("-"):
            params[argument] = word
        elif word != "--json":
            return None
    if method == "gto/checkRef" and not params:
        return None
    return method, repo, params


def print_quickly() -> bool:
    """Answer this process's command line if the short way leads there; whether it did."""
    answer = quick_answer(sys.argv[1:], os.environ)
    if answer is None:
        return False
    try:
        sys.stdout.write(answer)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader had enough (head). Python would complain when it flushes once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    return True
