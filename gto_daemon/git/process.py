"""The `git` command line, run in a client's environment: for what must be exactly Git (hooks, identity, transport).

No terminal is ever asked anything: a program that wants to know a password fails instead of waiting. What is cancelled
is killed with everything it started.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from gto_daemon import platform
from gto_daemon.environment import is_personal
from gto_daemon.git.layout import Layout
from gto_daemon.registry.errors import RegistryError

#: English, because messages are read; no editor, pager or prompt, because nobody is there to answer.
_FIXED = {
    "LC_ALL": "C.UTF-8",
    "LANGUAGE": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_EDITOR": ":",
    "GIT_PAGER": "cat",
    "GIT_MERGE_AUTOEDIT": "no",
}
_CHUNK = 4096


class CancelledError(Exception):
    """The program was ended because its result is not wanted any more."""


class Cancellation:
    """Whether what is being done is still wanted. Shared by the thread that works and the one that changes its mind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._event = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def cancel(self) -> None:
        """It is not wanted any more: end the program that runs for it."""
        with self._lock:
            self._event.set()
            if self._process is not None:
                platform.kill_group(self._process)

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._event.is_set()

    def wait(self, seconds: float) -> None:
        """Wait so long.

        Raises:
            CancelledError: as soon as it is not wanted any more.

        """
        if self._event.wait(seconds):
            raise CancelledError

    @contextmanager
    def ends(self, process: "subprocess.Popen[bytes]") -> Iterator[None]:
        """Within this context, `cancel` kills the process and all that it started."""
        with self._lock:
            self._process = process
            if self._event.is_set():
                platform.kill_group(process)
        try:
            yield
        finally:
            with self._lock:
                self._process = None


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended: its exit code, what it wrote, and what it complained of."""

    code: int
    stdout: bytes
    stderr: str

    @property
    def succeeded(self) -> bool:
        """Whether the exit code is 0."""
        return self.code == 0

    @property
    def complaint(self) -> str:
        """The lines of standard error that say something, without Git's `fatal: ` and `error: ` at the front."""
        lines = (line.strip() for line in self.stderr.splitlines())
        return "\n".join(line.removeprefix("fatal: ").removeprefix("error: ") for line in lines if line)


class Git:
    """Runs git for one checkout, as a client would from its root.

    Args:
        layout: the checkout; None for commands about none (`clone`).
        environment: the client's variables that count; they take the place of the daemon's own.
        cancellation: ends what runs.

    """

    def __init__(
        self, layout: Layout | None, environment: Mapping[str, str], cancellation: Cancellation | None = None
    ) -> None:
        self.layout = layout
        self.environment = child_environment(environment)
        self.cancellation = cancellation or Cancellation()

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        on_stderr: Callable[[str], None] | None = None,
        cancellable: bool = True,
    ) -> Finished:
        """`git ARGUMENTS`, to its end.

        Args:
            arguments: what follows `git`.
            stdin: what it reads.
            env: variables on top.
            on_stderr: called with each piece of standard error as it comes, as for progress.
            cancellable: whether a cancellation ends it. What must not stop half way is not.

        Raises:
            RegistryError: `GitNotFound`; `WrongArgs` for a NUL.
            CancelledError: it was cancelled.

        """
        if cancellable and self.cancellation.is_cancelled:
            raise CancelledError
        process = self._start(arguments, env)
        guard = self.cancellation if cancellable else Cancellation()
        with guard.ends(process):
            try:
                if on_stderr is None:
                    out, err = process.communicate(stdin)
                else:
                    out, err = _communicate(process, stdin, on_stderr)
            except KeyboardInterrupt:
                # The terminal's Ctrl-C reaches us alone (--no-daemon): git is in a session of its own.
                if cancellable:
                    platform.kill_group(process)
                raise
        if cancellable and self.cancellation.is_cancelled:
            raise CancelledError
        return Finished(process.returncode, out, err.decode("utf-8", "replace"))

    def begin(self, *arguments: str) -> "Begun":
        """Start `git ARGUMENTS`, which reads what it is to do later. It cannot be cancelled, only abandoned.

        Raises:
            RegistryError: `GitNotFound`.

        """
        return Begun(self._start(arguments, None))

    def _start(self, arguments: tuple[str, ...], env: Mapping[str, str] | None) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(
                ["git", *arguments],
                cwd=self.layout.repo if self.layout else "/",
                env={**self.environment, **(env or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Without a controlling terminal neither git, ssh nor gpg can ask it for a password and wait.
                **platform.OWN_GROUP,
            )
        except ValueError as error:  # Python's, for a NUL in an argument or a variable
            raise RegistryError(
                "WrongArgs",
                f"git cannot be told of this: {error}",
                hint="Leave the NUL character out of names, messages and variables.",
                reason="nul",
            ) from error
        except OSError as error:
            where = f" in '{self.layout.repo}'" if self.layout else ""
            raise RegistryError(
                "GitNotFound",
                f"git cannot be run{where}: {error.strerror or error}",
                hint="Install Git, and see that the PATH of the client leads to it.",
            ) from error


class Begun:
    """A program that was started and waits for its input."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def end(self, stdin: bytes) -> Finished:
        """Give it its input, and wait for its end."""
        out, err = self._process.communicate(stdin)
        return Finished(self._process.returncode, out, err.decode("utf-8", "replace"))

    def abandon(self) -> None:
        """End it with nothing to do."""
        if self._process.returncode is None:
            self.end(b"")


def _communicate(
    process: "subprocess.Popen[bytes]", stdin: bytes, on_stderr: Callable[[str], None]
) -> tuple[bytes, bytes]:
    complaint: list[bytes] = []

    def listen(pipe: IO[bytes]) -> None:
        while chunk := os.read(pipe.fileno(), _CHUNK):
            complaint.append(chunk)
            on_stderr(chunk.decode("utf-8", "replace"))

    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise RuntimeError("git was started without pipes")
    listening = threading.Thread(target=listen, args=(process.stderr,), name="git-stderr", daemon=True)
    listening.start()
    with suppress(BrokenPipeError):
        process.stdin.write(stdin)
        process.stdin.close()
    out = process.stdout.read()
    process.wait()
    listening.join()
    process.stdout.close()
    process.stderr.close()
    return out, b"".join(complaint)


def child_environment(client: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program that is run for a client: its own variables in place of the daemon's."""
    own = {
        name: value
        for name, value in os.environ.items()
        if name in ("HOME", "PATH", "XDG_CONFIG_HOME") or not is_personal(name)
    }
    return {**own, **client, **_FIXED}
