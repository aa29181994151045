"""The `git` command line, run in a client's environment: for what must be exactly Git (hooks, identity, transport).

No terminal is ever asked anything: a program that wants to know a password fails instead of waiting. What is cancelled
is told to end with everything that it started, and then made to.
"""

import errno
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gto_daemon import platform
from gto_daemon.environment import ACT, is_basic
from gto_daemon.git.layout import Layout
from gto_daemon.git.program_output import MAX_OUTPUT, communicate
from gto_daemon.git.resource_exhaustion import is_exhaustion
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
#: Seconds for a git that was told to end to take its locks away, and its hooks to end, before they are made to.
END_TIMEOUT = 5.0
#: Seconds for git to say its version.
VERSION_TIMEOUT = 10.0
#: Seconds for a transaction and its hooks.
TRANSACTION_TIMEOUT = 600.0


class CancelledError(Exception):
    """The program was ended because its result is no longer wanted."""


class AnswerTooLongError(OSError):
    """A program answers more than is kept. `words` is what it complained of."""

    def __init__(self, words: str) -> None:
        super().__init__(errno.EFBIG, "It answers without end")
        self.words = words


class _Ending:
    """The end of a program that runs, and of all that it started: by itself, told to, or made to."""

    def __init__(self, process: "subprocess.Popen[bytes]", grace: float, timeout: float) -> None:
        self._process = process
        self._grace = grace
        self._timeout = timeout
        self._lock = threading.Lock()
        self._begun = False
        self._over = threading.Event()

    def begin(self) -> None:
        """Start ending it. Calling this again does nothing."""
        with self._lock:
            if not self._begun:
                self._begun = True
                threading.Thread(target=self._run, name="git-ending", daemon=True).start()

    def is_over(self) -> None:
        """Note that it has ended: its process id may be reused from now on."""
        with self._lock:
            self._over.set()

    def _run(self) -> None:
        for seconds, at_once in ((self._grace, False), (self._timeout, True)):
            self._over.wait(seconds)
            with self._lock:
                if self._over.is_set():
                    return
                platform.end_group(self._process, at_once=at_once)


class Cancellation:
    """Whether what is being done is still wanted. Shared by the thread that works and the one that changes its mind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._event = threading.Event()
        self._endings: set[_Ending] = set()

    def cancel(self) -> None:
        """Cancel: end the programs that run for it."""
        with self._lock:
            self._event.set()
            for ending in self._endings:
                ending.begin()

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._event.is_set()

    def check(self) -> None:
        """See that it is still wanted.

        Raises:
            CancelledError: it is not.

        """
        if self._event.is_set():
            raise CancelledError

    def wait(self, seconds: float) -> None:
        """Wait so long.

        Raises:
            CancelledError: as soon as it is no longer wanted.

        """
        if self._event.wait(seconds):
            raise CancelledError

    @contextmanager
    def ends(self, process: "subprocess.Popen[bytes]", *, timeout: float, grace: float = 0) -> Iterator[_Ending]:
        """Within this context, `cancel` has the process end, and all that it started.

        Git takes its locks away when it is told to end, so it is, and made to only `timeout` seconds later.

        Args:
            process: it was started in a group of its own.
            timeout: seconds for it to end once it is told to.
            grace: seconds for it to finish by itself before it is told to.

        """
        ending = _Ending(process, grace, timeout)
        with self._lock:
            self._endings.add(ending)
            if self._event.is_set():
                ending.begin()
        try:
            yield ending
        finally:
            ending.is_over()
            with self._lock:
                self._endings.discard(ending)


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended: its exit code, what it wrote, what it complained of, and whether it took too long."""

    code: int
    stdout: bytes
    stderr: str
    timed_out: bool = False

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
        environment: the client's variables; see `child_environment`.
        cancellation: ends what runs.
        max_output: bytes of an answer; a program that answers more is ended.

    """

    def __init__(
        self,
        layout: Layout | None,
        environment: Mapping[str, str],
        cancellation: Cancellation | None = None,
        *,
        max_output: int = MAX_OUTPUT,
    ) -> None:
        self.layout = layout
        self._max_output = max_output
        self.environment = child_environment(environment) | _named(layout)
        self.cancellation = cancellation or Cancellation()
        # In a hook of an act of ours: sooner than the act around it, which is told to end at the same time.
        self.end_timeout = END_TIMEOUT / 2 ** environment.get(ACT, "").count(",")

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        on_stderr: Callable[[str], None] | None = None,
        cancellable: bool = True,
        timeout: float | None = None,
        silence: float | None = None,
    ) -> Finished:
        """`git ARGUMENTS`, to its end.

        Args:
            arguments: what follows `git`.
            stdin: what it reads.
            env: variables on top.
            on_stderr: called with each piece of standard error as it comes, as for progress.
            cancellable: whether a cancellation ends it. What must not stop half way is not.
            timeout: seconds after which it is ended.
            silence: seconds without a word from it after which it is ended.

        Raises:
            RegistryError: `GitNotFound`; `WrongArgs` for a NUL; `GitFailed` for an answer without end.
            CancelledError: it was cancelled.

        """
        guard = self.cancellation if cancellable else Cancellation()
        guard.check()
        process = self.start(arguments, env)
        try:
            return self._finish(process, guard, stdin, on_stderr=on_stderr, timeout=timeout, silence=silence)
        except AnswerTooLongError as error:
            raise RegistryError(
                "GitFailed",
                f"git {arguments[0]} was ended, because it answered more than {self._max_output >> 20} MiB",
                hint="See what it says in a terminal.",
                words=error.words,
            ) from error

    def run_program(self, program: str, *arguments: str, stdin: bytes = b"", timeout: float) -> Finished:
        """Run another program that Git would run, from the same directory and in the same environment.

        Raises:
            OSError: it cannot be started, or answers without end.
            CancelledError: it was cancelled.

        """
        self.cancellation.check()
        try:
            process = self._popen((program, *arguments), self.environment)
        except ValueError as error:
            raise OSError(errno.EINVAL, str(error)) from error
        return self._finish(process, self.cancellation, stdin, on_stderr=None, timeout=timeout)

    def _finish(
        self,
        process: "subprocess.Popen[bytes]",
        guard: Cancellation,
        stdin: bytes,
        *,
        on_stderr: Callable[[str], None] | None,
        timeout: float | None,
        silence: float | None = None,
    ) -> Finished:
        """Return how a program ended.

        Raises:
            AnswerTooLongError: it had to be ended, because it answered too much.
            CancelledError: it was cancelled.

        """
        with guard.ends(process, timeout=self.end_timeout) as ending:
            try:
                out, err, late = communicate(
                    process,
                    stdin,
                    timeout=timeout,
                    end=ending.begin,
                    max_output=self._max_output,
                    on_stderr=on_stderr,
                    silence=silence,
                )
            except BaseException:
                # The terminal's Ctrl-C reaches us alone (--no-daemon): git is in a session of its own.
                platform.end_group(process, at_once=guard is self.cancellation)
                raise
        guard.check()
        if out is None:
            raise AnswerTooLongError(err.decode("utf-8", "replace"))
        return Finished(process.returncode, out, err.decode("utf-8", "replace"), late)

    def start(self, arguments: tuple[str, ...], env: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
        """Start `git ARGUMENTS`, with three pipes and in a group of its own.

        Raises:
            RegistryError: `GitNotFound`, `WrongArgs`.

        """
        try:
            return self._popen(("git", *arguments), {**self.environment, **(env or {})})
        except ValueError as error:  # Python's, for a NUL in an argument or a variable
            raise RegistryError(
                "WrongArgs",
                f"git cannot be told of this: {error}",
                hint="Leave the NUL character out of names, messages and variables.",
                reason="nul",
            ) from error
        except OSError as error:
            raise self._not_started(error) from error

    def _popen(self, command: tuple[str, ...], env: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            command,
            cwd=self.layout.repo if self.layout else "/",
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Without a controlling terminal neither git, ssh nor gpg can ask it for a password and wait.
            **platform.OWN_GROUP,
        )

    def _not_started(self, error: OSError) -> RegistryError:
        where = f" in '{self.layout.repo}'" if self.layout else ""
        message = f"git cannot be run{where}: {error.strerror or error}"
        if error.errno == errno.E2BIG:
            largest = max(self.environment, key=lambda name: len(self.environment[name]), default="")
            hint = f"Make the variables of the client shorter; the longest is {largest}."
            return RegistryError("WrongArgs", message, hint=hint, reason="env")
        if is_exhaustion(error) or error.errno == errno.EAGAIN:
            return RegistryError("GitFailed", message, hint="Try again later.", retryable=True, words=message)
        if self.layout is not None and not Path(self.layout.repo).is_dir():
            hint = "See whether it was moved or deleted, or whether you may look into it."
            return RegistryError("UnreadableRepository", message, hint=hint, path=self.layout.repo)
        return RegistryError(
            "GitNotFound", message, hint="Install Git, and see that the PATH of the client leads to it."
        )


def git_version() -> str | None:
    """Return the version of the git on this process's PATH; None where there is none."""
    try:
        said = Git(None, {}).run("version", timeout=VERSION_TIMEOUT).stdout.decode("utf-8", "replace")
    except RegistryError:
        return None
    return said.removeprefix("git version").strip() or None


def _named(layout: Layout | None) -> dict[str, str]:
    """Return what names a bare repository to git: `safe.bareRepository=explicit` refuses one that is only found.

    One within the files of another repository may have come with them, hooks and all, so it stays to be found.
    """
    if layout is None or layout.worktree is not None:
        return {}
    if any((folder / ".git").exists() for folder in layout.git_dir.parents):
        return {}
    return {"GIT_DIR": str(layout.git_dir)}


def child_environment(client: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a program that is run for a client: the client's, and what is needed here.

    What the daemon was started with is none of it. Only a client that sent no environment, or a part that no program
    would be found with (there is no PATH), has that rest on what is basic.
    """
    whole = any(name.upper() == "PATH" for name in client)
    basic = {} if whole else {name: value for name, value in os.environ.items() if is_basic(name)}
    return {**basic, **client, **_FIXED}
