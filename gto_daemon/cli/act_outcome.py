"""Acts whose answer did not come, because of Ctrl-C, or because the daemon ended: they may be done all the same."""

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
        cause: what came instead of the answer.

    Raises:
        KeyboardInterrupt: it was given up.
        CallError: it was refused.
        Refused: there is no answer; it says whether the act's tags are there, or that this is not known.

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
    """Return the command that tells what became of an act."""
    name, repo = params.get("name"), shlex.quote(str(params.get("repo", ".")))
    if method in _BETWEEN:
        return f"What differs from the remote, this tells: `gtod sync-status -r {repo}`"
    if method in _TO_FILES:
        return f"What was changed, these tell: `git -C {repo} status` and `git -C {repo} log -1 --stat`"
    if isinstance(name, str) and not name.startswith("-"):
        return f"What was done, this tells: `gtod history -r {repo} {shlex.quote(name)}`"
    return f"What was done, this tells: `gtod history -r {repo}`"
