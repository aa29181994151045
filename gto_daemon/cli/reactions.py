"""What `watch --exec` runs for an event."""

import json
import os
import subprocess
from collections.abc import Mapping
from typing import Any

#: Characters of a variable, at four bytes each still under Linux' limit of 128 KiB (execve(2), MAX_ARG_STRLEN).
LONGEST = 30_000

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


def run_for_event(command: str, event: Mapping[str, Any], *, repo: str, clock: str) -> int:
    """Run the command through the shell and wait for it; its exit code, or minus the signal that ended it.

    The event's values reach the command as variables and as JSON, never as part of its text: a tag's message is
    written by whoever pushed the tag, and must not be able to run anything.
    """
    done = subprocess.run(  # noqa: S602  (the user's own command line)
        command,
        shell=True,
        input=(json.dumps(event) + "\n").encode(),
        env={**os.environ, **event_environment(event, repo=repo, clock=clock)},
        check=False,
    )
    return done.returncode


def event_environment(event: Mapping[str, Any], *, repo: str, clock: str) -> dict[str, str]:
    """The variables of one event; what it does not have is empty.

    A variable holds no zero byte and no more than `LONGEST` characters; the JSON has everything.
    """
    values = {variable: event.get(field) or "" for variable, field in _VARIABLES.items()}
    values |= {"GTOD_REPO": repo, "GTOD_CLOCK": clock}
    return {name: value.replace("\0", "")[:LONGEST] for name, value in values.items()}
