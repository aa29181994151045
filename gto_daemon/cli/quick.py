"""A fast path for the most frequent commands of scripts: a plain `--json` read, with a running daemon or without one.

Importing click takes longer than all the rest of such a command, so the few forms below are understood without it, and
without anything else that comes with a dozen modules (`json`, `socket`, `typing`). This is a shortcut only, never a
second meaning: whatever is not exactly one of them, and every answer that is not a plain success (an error, a problem
or a reason to tell, no daemon yet), is left to the commands, which then ask again. A daemon that a client starts goes
the short way as well.
"""

from __future__ import annotations

import os
import sys

from gto_daemon.cli.local_service import without_daemon
from gto_daemon.cli.repository_path import NoSuchPathError, repository_path
from gto_daemon.cli.slow_notice import notice_when_slow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gto_daemon.cli.local_service import LocalService
    from gto_daemon.protocol import JsonObject

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
_NO_DAEMON = "--no-daemon"
#: The member of a result that GTO's `--json` prints.
_PRINTED = ("artifacts", "versions", "events", "event", "stages")


def quick_answer(arguments: Sequence[str], environment: Mapping[str, str], local: LocalService) -> str | None:
    """Return what the command prints, or None when it has to go the long way.

    Args:
        arguments: the command line, without the program's name.
        environment: the variables.
        local: what answers without a daemon.

    """
    if "_GTOD_COMPLETE" in environment:
        return None
    asked = _request(arguments)
    if asked is None:
        return None
    method, repo, params, no_daemon = asked
    try:
        from gto_daemon.client.lean_json import indented

        params["repo"] = repository_path(repo, environment)
        with notice_when_slow(method, params):
            in_process = without_daemon(no_daemon, environment)
            result = local.read(method, params) if in_process else _ask_daemon(method, params)
    except (NoSuchPathError, ImportError):
        return None
    if result is None:
        return None
    value = next((result[member] for member in _PRINTED if member in result), None)
    if result.get("problems") or result.get("reason") or value is None:
        return None
    return indented(value) + "\n"


def _ask_daemon(method: str, params: JsonObject) -> JsonObject | None:
    """Return the result of the daemon that runs, or None where there is more to say."""
    from gto_daemon.client.environment import for_reading
    from gto_daemon.client.single_question import ask

    return ask(method, params, for_reading(os.environ))


def _request(arguments: Sequence[str]) -> tuple[str, str | None, JsonObject, bool] | None:
    """Method, `-r`, params and `--no-daemon` of a command line in one of the forms."""
    words = iter(arguments)
    command = next(words, None)
    no_daemon = command == _NO_DAEMON
    if no_daemon:
        command = next(words, None)
    if command not in _FORMS or "--json" not in arguments:
        return None
    method, argument, flags = _FORMS[command]
    params: JsonObject = {}
    repo = None
    for word in words:
        if word in ("-r", "--repo"):
            repo = next(words, None)
            if repo is None:
                return None
        elif word == _NO_DAEMON:
            no_daemon = True
        elif word in flags:
            params[flags[word]] = True
        elif argument is not None and argument not in params and not word.startswith("-"):
            params[argument] = word
        elif word != "--json":
            return None
    if method == "gto/checkRef" and not params:
        return None
    return method, repo, params, no_daemon


def serve_quickly() -> None:
    """Run the daemon, and exit, if this process has the command line with which clients start it."""
    if sys.argv[1:2] != ["serve"]:
        return
    from gto_daemon.client.daemon_command import ARGUMENTS

    if tuple(sys.argv[1:]) == ARGUMENTS:
        from gto_daemon.app.serve import main

        sys.exit(main(detached=True, ready_fd=int(ARGUMENTS[-1])))


def print_quickly(local: LocalService) -> bool:
    """Run this process's command line if the fast path can, and return whether it did."""
    answer = quick_answer(sys.argv[1:], os.environ, local)
    if answer is None:
        return False
    try:
        sys.stdout.write(answer)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader had enough (head). Python would complain when it flushes once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError:
        # The commands say so.
        return False
    return True
