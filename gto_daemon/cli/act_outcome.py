"""The outcome of acts without a response, after Ctrl-C or when the daemon ended: they may be done nevertheless."""

import shlex
from collections.abc import Mapping
from typing import Any

from gto_daemon.cli.printing import echo
from gto_daemon.cli.refusals import Refused
from gto_daemon.client import CallError, Client, DaemonUnavailable
from gto_daemon.client.errors import LostAct
from gto_daemon.client.messages import REQUEST_CANCELLED

_INTERRUPTED = "the command was interrupted"
#: Acts that may be done in part when they were cancelled.
_BETWEEN = ("gto/push", "gto/fetch")
_TO_FILES = ("gto/annotate", "gto/removeAnnotation")


def outcome(client: Client, method: str, params: Mapping[str, Any], cause: BaseException) -> Any:
    """Return the result of an act that was cancelled too late.

    Args:
        client: it waits for the answer.
        method: the act.
        params: as they were sent.
        cause: the exception that came instead of the response.

    Raises:
        KeyboardInterrupt: the act was cancelled.
        CallError: the act was refused.
        Refused: there is no response; the message says whether the act's tags exist, or that this is unknown.

    """
    if isinstance(cause, DaemonUnavailable):
        raise _lost(method, params, cause) from cause
    try:
        return client.outcome()
    except CallError as error:
        if error.code != REQUEST_CANCELLED:
            raise
        said = f"It may have been done in part. {_tells(method, params)}" if method in _BETWEEN else "Nothing was done."
        echo(err=True)  # below the ^C of the terminal
        echo(said, err=True)
        raise KeyboardInterrupt from error
    except KeyboardInterrupt as error:
        raise _unknown(method, params, _INTERRUPTED) from error
    except DaemonUnavailable as error:
        raise _lost(method, params, error) from error


def _lost(method: str, params: Mapping[str, Any], cause: DaemonUnavailable) -> Refused:
    if isinstance(cause, LostAct):
        return Refused(cause.reason, _tells(method, params))
    return _unknown(method, params, str(cause))


def _unknown(method: str, params: Mapping[str, Any], reason: str) -> Refused:
    act = method.removeprefix("gto/")
    return Refused(f"{reason}, and whether {act} was done is not known", _tells(method, params))


def _tells(method: str, params: Mapping[str, Any]) -> str:
    """Return a hint with the command that shows the outcome of an act."""
    name, repo = params.get("name"), shlex.quote(str(params.get("repo", ".")))
    if method in _BETWEEN:
        return f"To see what differs from the remote: `gtod sync-status -r {repo}`"
    if method in _TO_FILES:
        return f"To see what was changed: `git -C {repo} status` and `git -C {repo} log -1 --stat`"
    if isinstance(name, str) and not name.startswith("-"):
        return f"To see what was done: `gtod history -r {repo} {shlex.quote(name)}`"
    return f"To see what was done: `gtod history -r {repo}`"
