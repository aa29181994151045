"""The secrets of a sink: from files that only the user may read, or from commands. They are never shown or logged."""

import os
import shlex
import stat
import subprocess
import threading
import time
from pathlib import Path
from typing import Final

from gto_daemon import platform
from gto_daemon.git.process import Cancellation
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.fleet.signing import read_secret
from gto_daemon.registry.fleet.values import Sink

#: Bytes that are read of a secret.
_MAX_BYTES: Final = 4_096
#: Seconds for which what a file or a command said is used, and seconds for a command to say it.
_FILE_KEPT: Final = 10.0
_COMMAND_KEPT: Final = 300.0
_COMMAND_TIMEOUT: Final = 10.0


class Secrets:
    """The secrets of one sink, the newest first. From any thread.

    Args:
        sink: the sink.
        folder: the folder of fleet.yaml, from which its paths are.

    """

    def __init__(self, sink: Sink, folder: Path) -> None:
        self._sink = sink
        self._folder = folder
        self._lock = threading.Lock()
        self._known: tuple[bytes, ...] = ()
        self._until = 0.0

    def read(self) -> tuple[bytes, ...]:
        """Return the secrets.

        Raises:
            RegistryError: `SecretUnusable`.

        """
        with self._lock:
            if not self._known or time.monotonic() >= self._until:
                self._known = tuple(
                    read_secret(text, f"the sink '{self._sink.name}', {place},") for place, text in self._texts()
                )
                kept = _COMMAND_KEPT if self._sink.secret_commands else _FILE_KEPT
                self._until = time.monotonic() + kept
            return self._known

    def forget(self) -> None:
        """Read them again the next time, as after a receiver has refused them."""
        with self._lock:
            self._until = 0.0

    def _texts(self) -> list[tuple[str, bytes]]:
        files = [(f"'{path}'", read_private(user_path(path, self._folder))) for path in self._sink.secret_files]
        # Not the command: what it is given may be as secret as what it says.
        commands = [
            (f"command {place}", _said(command, f"command {place} of the sink '{self._sink.name}'"))
            for place, command in enumerate(self._sink.secret_commands, 1)
        ]
        return files + commands


def user_path(path: str, folder: Path) -> Path:
    """Return where a path of fleet.yaml leads: absolute, below `~`, or from the folder of the file."""
    return folder / Path(path).expanduser()


def read_private(path: Path) -> bytes:
    """Return the content of a short file that only the user may read.

    Raises:
        RegistryError: `SecretUnusable`.

    """
    try:
        descriptor = os.open(path, platform.READ_FLAGS)
        try:
            found = os.fstat(descriptor)
            _check(path, found)
            return os.read(descriptor, _MAX_BYTES)
        finally:
            os.close(descriptor)
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
        raise _refused(f"'{path}'", reason, "Write the secret into a file that only you may read.") from error


def _check(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise _refused(f"'{path}'", "is no regular file", "Write the secret into a file that only you may read.")
    if not platform.is_mine(found):
        raise _refused(f"'{path}'", "belongs to another user", f"Copy it: `install -m 600 {path} …`.")
    if platform.is_open_to_others(found):
        raise _refused(f"'{path}'", "may be read by others", f"Run `chmod 600 {shlex.quote(str(path))}`.")


def _said(command: str, place: str) -> bytes:
    """Return what a command writes. What it complains of is not kept, because secrets may be in it."""
    hint = "Run it by hand: it has to write the secret, and nothing else, within 10 seconds, without asking anything."
    try:
        words = shlex.split(command)
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            **platform.OWN_GROUP,
        )
    except (OSError, ValueError, IndexError) as error:
        raise _refused(place, f"cannot be run: {type(error).__name__}", hint) from None
    with process, Cancellation().ends(process, timeout=1.0, grace=_COMMAND_TIMEOUT) as ending:
        ending.begin()
        output = b"" if process.stdout is None else process.stdout.read(_MAX_BYTES + 1)
        if len(output) > _MAX_BYTES:
            platform.end_group(process, at_once=True)
        code = process.wait()
    if code != 0 or len(output) > _MAX_BYTES:
        raise _refused(place, f"failed (exit code {code})" if code else "says too much", hint)
    return output


def _refused(place: str, reason: str, hint: str) -> RegistryError:
    return RegistryError("SecretUnusable", f"The secret {place} {reason}", hint=hint)
