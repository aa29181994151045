"""What a slow command says on a terminal."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from threading import Timer
    from typing import Any, Final

#: Seconds until something is said.
DELAY: Final = 1.0


class notice_when_slow:  # noqa: N801  (reads as the statement it is used in)
    """A context that says on a terminal's error output what is being waited for, once that takes more than a second.

    Not `contextlib.contextmanager`, and nothing imported for a quick answer: this is on the way of every one.
    """

    def __init__(self, method: str, params: Mapping[str, Any]) -> None:
        self._method, self._params = method, params
        self._timer: Timer | None = None

    def __enter__(self) -> None:
        """Begin to wait."""
        if not sys.stderr.isatty():
            return
        from threading import Timer

        self._timer = Timer(DELAY, self._tell)
        self._timer.daemon = True
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        """End; whatever is being said is said first."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()

    def _tell(self) -> None:
        from gto_daemon.cli.printing import echo

        echo(f"{_doing(self._method, self._params)} …", err=True)


def _doing(method: str, params: Mapping[str, Any]) -> str:
    from gto_daemon.client.messages import ACTS

    if method == "gto/clone":
        # A password may be in it.
        return "Cloning the repository"
    if method == "gto/push" or params.get("push"):
        return "Pushing"
    if method in ("gto/fetch", "gto/syncStatus"):
        return "Waiting for the remote"
    if method == "gto/verifySignatures":
        return "Verifying signatures"
    if method in ACTS:
        return "Waiting for Git and its hooks"
    return f"Reading the registry of {params.get('repo', 'the repository')}"
