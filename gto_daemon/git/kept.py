"""What is kept of git from one act to the next: what it said of a client's configuration, and a git that writes refs.

To start a program takes longer than the rest of an act. `git update-ref --stdin` takes one transaction after another,
and reads refs and objects anew in each; its configuration it reads once. So what is kept belongs to one checkout, as
it was opened, and to one environment, and ends when a file of that configuration changes, or soon when nobody acts.
What git does once for each program (hooks with the act's own variables, reflogs with the time) is left to a fresh one.
"""

import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

from gto_daemon import platform
from gto_daemon.environment import ACT
from gto_daemon.git.client_configuration import ClientConfiguration, configuration_files, read_configuration
from gto_daemon.git.configuration_files import ConfigurationFiles
from gto_daemon.git.layout import Layout
from gto_daemon.git.loose_refs import MAX_REF
from gto_daemon.git.process import TRANSACTION_TIMEOUT, Finished, Git
from gto_daemon.git.program_output import SMALL, ask, communicate
from gto_daemon.git.regular_files import read_regular_file

#: Seconds without an act after which nothing is kept.
IDLE = 5.0
#: Clients of which something is kept at once.
MAX_CLIENTS = 8
#: Transactions of one program, which remembers each object that it saw.
MAX_TRANSACTIONS = 1_000
#: The offset from UTC that a clock shows changes at these moments only, if at all.
_ZONE_SECONDS = 900
_ZONE_FILE = "/etc/localtime"
_ONBRANCH = b"onbranch:"
#: Paths of files that are included which only git knows: in the home of another user, or where it was installed.
_UNKNOWN_PATH = re.compile(rb'(?i)path[ \t]*=[ \t"]*(?:~[^/ \t\r\n"]|%\(prefix\))')
#: Variables that hold configuration (git-config(1)): by what they include, others may change it.
_CONFIGURING = ("GIT_CONFIG_KEY_", "GIT_CONFIG_PARAMETERS")

#: Seconds for a transaction that is no longer wanted to finish by itself.
_GRACE = 2.0
_TRANSACTION = b"start\n%bcommit\n"
_STARTED, _DONE = b"start: ok\n", b"commit: ok\n"

_Key = tuple[Layout, frozenset[tuple[str, str]]]


class Begun:
    """A program that waits for its input, and that had better not be stopped in the middle of it.

    Once cancelled, it has a moment to finish by itself; and it does not take longer than `TRANSACTION_TIMEOUT`.

    Attributes:
        git: whom it runs for now.
        transactions: how many it has done.

    """

    def __init__(self, git: Git, *arguments: str) -> None:
        """Start `git ARGUMENTS`.

        Raises:
            RegistryError: `GitNotFound`.

        """
        self.git = git
        self.transactions = 0
        self._process = git.start(arguments)

    def end(self, stdin: bytes) -> Finished:
        """Give it its input, and wait for its end. What was done then, only the repository tells."""
        process = self._process
        with self.git.cancellation.ends(process, timeout=self.git.end_timeout, grace=_GRACE) as ending:
            try:
                out, err, late = communicate(process, stdin, timeout=TRANSACTION_TIMEOUT, end=ending.begin)
            except BaseException:
                platform.end_group(process, at_once=False)
                raise
        return Finished(process.returncode, out or b"", err.decode("utf-8", "replace"), late)

    @staticmethod
    def takes(lines: bytes) -> bool:
        """Return whether so much can be one transaction of several: what it reads and writes then is not waited for."""
        return platform.POLLS_PIPES and len(lines) <= SMALL - len(_TRANSACTION)

    def transact(self, lines: bytes) -> Finished | None:
        """Have `git update-ref --stdin` do one transaction, and wait for more. It has ended where that did not succeed.

        Returns:
            None: it had ended before, or knows no transactions (Git before 2.30); nothing was done.

        """
        process = self._process
        with self.git.cancellation.ends(process, timeout=self.git.end_timeout, grace=_GRACE) as ending:
            try:
                out, err, late = ask(
                    process, _TRANSACTION % lines, _DONE, timeout=TRANSACTION_TIMEOUT, end=ending.begin
                )
            except BaseException:
                platform.end_group(process, at_once=False)
                raise
        if out.endswith(_DONE):
            self.transactions += 1
            return Finished(0, out, "")
        return Finished(process.returncode, out, err.decode("utf-8", "replace"), late) if _STARTED in out else None

    def abandon(self) -> None:
        """End it before it has anything more to do: an empty transaction would run hooks."""
        if self._process.returncode is None:
            self._process.terminate()
            self._process.communicate()


class Standing:
    """What is kept while nothing changes that it depends on.

    Attributes:
        said: what git said of the configuration, by the variables on top of the client's.
        signing: the configuration to sign by, as a file; None if nobody asked for it yet.

    """

    def __init__(self) -> None:
        self.said: dict[frozenset[tuple[str, str]], ClientConfiguration] = {}
        self.signing: str | None = None
        self._lock = threading.Lock()
        self._writer: Begun | None = None
        self._is_over = False

    @property
    def has_writer(self) -> bool:
        """Whether a git is kept that writes refs."""
        return self._writer is not None

    def take(self) -> Begun | None:
        """Return the git that is kept, if any; it is the caller's from now on."""
        with self._lock:
            writer, self._writer = self._writer, None
        return writer

    def keep(self, writer: Begun) -> None:
        """Keep a git that has finished a transaction, or end it."""
        with self._lock:
            if not self._is_over and self._writer is None and writer.transactions < MAX_TRANSACTIONS:
                self._writer = writer
                return
        writer.abandon()

    def end(self) -> None:
        """End what is kept."""
        with self._lock:
            self._is_over = True
        writer = self.take()
        if writer is not None:
            writer.abandon()


class _Client:
    """One client of one checkout."""

    def __init__(self, layout: Layout, environment: Mapping[str, str]) -> None:
        self._layout = layout
        self._environment = environment
        self._files: ConfigurationFiles | None = None
        self._lock = threading.Lock()
        self._is_over = False
        self._basis: object = None
        self._standing: Standing | None = None
        self.used = 0.0

    def standing(self) -> tuple[Standing | None, Standing | None]:
        """Return what is kept now, None where nothing can be; and what was kept, and has to be ended."""
        with self._lock:
            before = self._standing
            try:
                basis = self._present()
            except OSError:
                basis = None  # git says what is wrong with it
            if before is not None and basis is not None and basis == self._basis:
                return before, None
            self._basis = basis
            self._standing = None if basis is None or self._is_over else Standing()
            return self._standing, before

    def _present(self) -> object:
        """Return what is another value whenever git might say something else; None where that cannot be known."""
        if self._files is None:
            self._files = configuration_files(self._layout, self._environment)
        texts = self._files.texts()
        if any(map(_UNKNOWN_PATH.search, texts)):
            return None
        # A branch may be a condition of what is included (`includeIf.onbranch`).
        head = (
            read_regular_file(self._layout.git_dir / "HEAD", MAX_REF)
            if any(_ONBRANCH in text.lower() for text in texts)
            else None
        )
        # The folder that it was started in lives as long as it, so that its number is not given to another.
        places = [_place(place) for place in (self._layout.common, self._layout.git_dir, self._layout.repo)]
        zone = os.stat(_ZONE_FILE).st_mtime_ns if os.path.exists(_ZONE_FILE) else 0  # noqa: PTH110, PTH116 - for every act
        return texts, head, places, zone, int(time.time()) // _ZONE_SECONDS

    def end(self) -> None:
        """End what is kept, for good."""
        with self._lock:
            self._is_over = True
            standing, self._standing = self._standing, None
        if standing is not None:
            standing.end()


class KeptGits:
    """What is kept for the clients of a process. For any thread.

    Args:
        limit: clients of which something is kept at once; 0 to keep nothing.
        idle: seconds without an act after which nothing is kept of a client.

    """

    def __init__(self, limit: int = MAX_CLIENTS, idle: float = IDLE) -> None:
        self._limit = limit
        self._idle = idle
        self._changed = threading.Condition()
        self._clients: OrderedDict[_Key, _Client] = OrderedDict()
        self._thread: threading.Thread | None = None

    def standing(self, git: Git) -> Standing | None:
        """Return what is kept for a client as it is configured now; None where nothing can be kept."""
        # A time that the client chose may be relative to the present one.
        if git.layout is None or not self._limit or "GIT_COMMITTER_DATE" in git.environment:
            return None
        if any(
            name.startswith(_CONFIGURING) and "include" in git.environment[name].lower() for name in git.environment
        ):
            return None
        client = self._client(git.layout, {name: value for name, value in git.environment.items() if name != ACT})
        if client is None:
            return None
        standing, before = client.standing()
        if before is not None:
            before.end()
        return standing

    def configuration(self, git: Git, env: Mapping[str, str], standing: Standing | None = None) -> ClientConfiguration:
        """Return the configuration of a client.

        Args:
            git: whom it is for.
            env: variables on top of its own.
            standing: what is kept for it, where that was just looked at.

        Raises:
            RegistryError: `GitNotFound`, `GitFailed`.
            CancelledError: it was cancelled.

        """
        standing, key = standing or self.standing(git), frozenset(env.items())
        known = None if standing is None else standing.said.get(key)
        if known is None:
            known = read_configuration(git, env)
            if standing is not None and known.succeeded and len(standing.said) < self._limit:
                standing.said[key] = known
        return known

    def _client(self, layout: Layout, environment: Mapping[str, str]) -> _Client | None:
        key = layout, frozenset(environment.items())
        with self._changed:
            if self._thread is None:
                thread = threading.Thread(target=self._end_idle, name="kept-gits", daemon=True)
                try:
                    thread.start()
                except RuntimeError:
                    return None  # the system gives no thread
                self._thread = thread
            client = self._clients.pop(key, None) or _Client(layout, environment)
            self._clients[key] = client
            client.used = monotonic()
            excess = [self._clients.popitem(last=False)[1] for _ in range(len(self._clients) - self._limit)]
        for each in excess:
            each.end()
        return client

    def _end_idle(self) -> None:
        while True:
            with self._changed:
                now = monotonic()
                idle = [key for key, client in self._clients.items() if client.used + self._idle <= now]
                ended = [self._clients.pop(key) for key in idle]
                if not self._clients:
                    self._thread = None
                elif not ended:
                    self._changed.wait(min(client.used for client in self._clients.values()) + self._idle - now)
                is_last = not self._clients
            for each in ended:
                each.end()
            if is_last:
                return

    def close(self) -> None:
        """End all that is kept."""
        with self._changed:
            ended = list(self._clients.values())
            self._clients.clear()
            self._changed.notify_all()
        for each in ended:
            each.end()


def _place(directory: Path | str) -> tuple[int, int]:
    found = os.stat(directory)  # noqa: PTH116 - for every act
    return found.st_dev, found.st_ino
