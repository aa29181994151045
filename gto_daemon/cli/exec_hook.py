"""What `watch --exec` runs for an event."""

import json
import os
import queue
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from gto_daemon import platform

#: Characters of a variable, at four bytes each still under Linux' limit of 128 KiB (execve(2), MAX_ARG_STRLEN).
MAX_VARIABLE_LENGTH = 30_000

#: Fields of a history row, and the variables that carry them.
_VARIABLES = {
    "GTOD_EVENT": "event",
    "GTOD_ARTIFACT": "artifact",
    "GTOD_VERSION": "version",
    "GTOD_STAGE": "stage",
    "GTOD_REF": "ref",
    "GTOD_COMMIT": "commit",
    "GTOD_AUTHOR": "author",
    "GTOD_AUTHOR_EMAIL": "author_email",
    "GTOD_MESSAGE": "message",
    "GTOD_TIMESTAMP": "timestamp",
}


#: Seconds that a command has to end when told to.
_END_TIMEOUT: Final = 5.0


class ExecHook:
    """Runs a command for each event, one after the other, without delaying the output.

    Args:
        command: for the shell.
        tell: gets a line about a command that failed or takes long.
        slow: seconds after which it gets one about a command that runs, again and again.

    """

    def __init__(self, command: str, tell: Callable[[str], None], *, slow: float = 60.0) -> None:
        self._command = command
        self._slow = slow
        self._tell = tell
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = threading.Event()
        self._waiting: queue.SimpleQueue[tuple[Mapping[str, Any], str, str]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="exec", daemon=True)
        self._thread.start()

    def run_for(self, event: Mapping[str, Any], *, repo: str, clock: str) -> None:
        """Run the command for an event, once those before have ended."""
        self._waiting.put((event, repo, clock))

    def close(self) -> None:
        """End the command that runs, and all that it started; run it for no other event."""
        with self._lock:
            self._closed.set()
            process = self._process
        if process is None:
            return
        platform.end_group(process, at_once=False)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_TIMEOUT)
        # Its children may ignore a signal that it obeyed.
        platform.end_group(process, at_once=True)

    def _work(self) -> None:
        while True:
            event, repo, clock = self._waiting.get()
            with self._lock:
                if self._closed.is_set():
                    return
                self._process = process = start_for_event(self._command, event, repo=repo, clock=clock)
            code = self._ended(process, event)
            with self._lock:
                self._process = None
                if self._closed.is_set():
                    return
            if code:
                self._tell(f"the command ended with {code} for {event['ref']}; watching goes on")

    def _ended(self, process: "subprocess.Popen[bytes]", event: Mapping[str, Any]) -> int:
        given: bytes | None = (json.dumps(event) + "\n").encode()
        ran = 0.0
        while True:
            try:
                process.communicate(given, timeout=self._slow)
            except subprocess.TimeoutExpired:
                given = None
                ran += self._slow
                waiting = self._waiting.qsize()
                self._tell(
                    f"the command has run for {ran:.0f} s for {event['ref']}; it has yet to run for {waiting} more"
                )
            else:
                return process.returncode


def start_for_event(command: str, event: Mapping[str, Any], *, repo: str, clock: str) -> "subprocess.Popen[bytes]":
    """Start the command through the shell; it reads the event as JSON.

    The event's values reach the command as variables and as JSON, never as part of its text: a tag's message is
    written by the person who pushed the tag, and must not be able to run anything.
    """
    return subprocess.Popen(  # noqa: S602  (the user's own command line)
        command,
        shell=True,
        stdin=subprocess.PIPE,
        env={**os.environ, **event_environment(event, repo=repo, clock=clock)},
        # Of its own, so that all of it can be ended.
        **platform.OWN_GROUP,
    )


def event_environment(event: Mapping[str, Any], *, repo: str, clock: str) -> dict[str, str]:
    """Return the variables of one event; what it does not have is empty.

    A variable holds no zero byte and no more than `MAX_VARIABLE_LENGTH` characters; the JSON has everything.
    """
    values = {variable: event.get(field) or "" for variable, field in _VARIABLES.items()}
    values |= {"GTOD_REPO": repo, "GTOD_CLOCK": clock}
    return {name: value.replace("\0", "")[:MAX_VARIABLE_LENGTH] for name, value in values.items()}
