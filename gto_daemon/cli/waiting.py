"""What a command says of itself while somebody waits for it at a terminal."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from threading import Event, Thread
    from typing import Any, Final

#: Seconds until something is said, and between two looks at the clock from then on.
INTERVAL: Final = 1.0
_CLEARED: Final = "\r\x1b[K"


class told_when_slow:  # noqa: N801  (reads as the statement it is used in)
    """A context that says on a terminal's error output what is being waited for, once that takes more than a second.

    Not `contextlib.contextmanager`, and nothing imported for a quick answer: this is on the way of every one.
    """

    def __init__(self, method: str, params: Mapping[str, Any]) -> None:
        self._method, self._params = method, params
        self._ended: Event | None = None
        self._thread: Thread

    def __enter__(self) -> None:
        """Begin to wait."""
        if not sys.stderr.isatty():
            return
        from threading import Event, Thread

        self._ended = Event()
        self._thread = Thread(target=self._tell, args=(self._ended,), daemon=True)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        """End, and take back what was said."""
        if self._ended is not None:
            self._ended.set()
            self._thread.join()

    def _tell(self, ended: Event) -> None:
        from gto_daemon.cli.printing import harmless

        doing = harmless(_doing(self._method, self._params))
        seconds = 0
        while not ended.wait(INTERVAL):
            seconds += 1
            _write(f"{_CLEARED}{doing}… {seconds} s")
        if seconds:
            _write(_CLEARED)


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _doing(method: str, params: Mapping[str, Any]) -> str:
    from gto_daemon.client.messages import ACTS

    if method == "gto/clone":
        # A password may be in it.
        return "Cloning the repository"
    if method == "gto/push" or params.get("push"):
        return "Pushing"
    if method in ("gto/fetch", "gto/syncStatus"):
        return "Waiting for the remote"
    if method in ACTS:
        return "Waiting for Git and its hooks"
    return f"Reading the registry of {params.get('repo', 'the repository')}"
