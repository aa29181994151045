"""Starting the daemon: a process of its own, and a pipe on which it says that it is ready, or why not.

Any number of clients may do this at once. Their daemons settle it among themselves by the lock: one serves, the others
say `running` and go, and each client is served by the one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import gto_daemon
from gto_daemon import platform
from gto_daemon.client import address, daemon_command
from gto_daemon.client.environment import for_daemon
from gto_daemon.client.errors import DaemonUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

#: Seconds for a daemon to be ready. It takes half a second; a machine under load may take long.
START_TIMEOUT = 60.0
#: What the daemon writes, as a line, when clients may connect: to it, or to the one that was there before.
_READY = (b"ready\n", b"running\n")


def spawn() -> None:
    """Start a daemon and wait until one can be connected to.

    Raises:
        DaemonUnavailable: it did not start; the reason is the daemon's own, or the last line of its traceback.

    """
    address.checked_directory()
    if not sys.executable:
        raise DaemonUnavailable("this Python does not know its own program, so it cannot start one; run: `gtod start`")
    try:
        # Until it has opened its log, the pipe is its stderr too: a broken installation explains itself this way.
        starter = subprocess.Popen(
            [sys.executable, "-P", "-m", "gto_daemon", *daemon_command.ARGUMENTS],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=_environment(),
            **platform.OWN_SESSION,
        )
    except OSError as error:
        raise DaemonUnavailable(f"cannot run {sys.executable}: {error.strerror}") from error
    said = _read_until_ready(starter, START_TIMEOUT)
    if said is None:
        raise DaemonUnavailable(
            f"the daemon was not ready within {START_TIMEOUT:g} s; see {address.in_directory(address.LOG)}"
        )
    code = platform.reap_starter(starter)
    if not said.endswith(_READY):
        raise DaemonUnavailable(f"the daemon did not start: {_reason(said) or f'exit code {code}'}")


def _read_until_ready(starter: subprocess.Popen[bytes], timeout: float) -> bytes | None:
    """What it said up to the line that it is ready, or to its end; None when neither came within `timeout` seconds."""
    said: list[bytes] = []

    def listen(pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                said.append(line)
                if line in _READY:
                    return

    if starter.stdout is None:
        raise RuntimeError("the daemon was started without a pipe")
    # A thread, because not every system can wait for a pipe with a limit.
    listening = threading.Thread(target=listen, args=(starter.stdout,), name="gtod-starting", daemon=True)
    listening.start()
    listening.join(timeout)
    return None if listening.is_alive() else b"".join(said)


def _reason(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""


def _environment() -> dict[str, str]:
    environment = for_daemon(os.environ)
    # From a checkout that is not installed, `-P` (no working directory in sys.path: ours is not trusted) and cwd=/
    # leave nothing to find the package by. Installed, nothing is added: site-packages must not come before the
    # standard library.
    home = os.path.dirname(os.path.dirname(os.path.abspath(gto_daemon.__file__)))
    if os.path.basename(home) not in ("site-packages", "dist-packages"):
        inherited = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{home}{os.pathsep}{inherited}" if inherited else home
    return environment
