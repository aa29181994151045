"""Objects and revisions through the git command line, for repositories that libgit2 cannot open.

One `git cat-file --batch` is kept open, which answers an object or a revision in some 30 µs; a program started for each
would take 4 ms. Programs run in the daemon's own environment, not a client's: what they read is shared by all sessions.
"""

import hashlib
import os
import subprocess
import threading
import weakref
from contextlib import suppress
from typing import NamedTuple

from gto_daemon import platform
from gto_daemon.git.checksums import DAMAGED_TABLE
from gto_daemon.git.default_remote import read_default_remote, read_remotes
from gto_daemon.git.layout import Layout
from gto_daemon.git.process import Finished, Git, child_environment
from gto_daemon.git.readable import Readable
from gto_daemon.git.store import BRANCHES, MAX_OBJECT, StoredObject, unreadable
from gto_daemon.registry.errors import RegistryError

#: A read never fetches what a partial clone left out (the second for Git before 2.39.4, which does not know the first),
#: and reads objects as they are, like libgit2.
READING = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    # Tables that only make git faster, and that it dies of when they are damaged.
    "GIT_CONFIG_COUNT": "2",
    "GIT_CONFIG_KEY_0": "core.multiPackIndex",
    "GIT_CONFIG_VALUE_0": "false",
    "GIT_CONFIG_KEY_1": "core.commitGraph",
    "GIT_CONFIG_VALUE_1": "false",
}
_UNKNOWN = ("unknown repository extension", "Expected git repo version", "unknown object format", "unknown ref storage")
_CHUNK = 1 << 20
#: Seconds that git is waited for, up to twice as many for an object.
READ_TIMEOUT = 60.0
#: How often an object is asked for when somebody kills the program that is asked.
_ATTEMPTS = 3

_FORMATS = {
    DAMAGED_TABLE: (
        "an index of a pack that is damaged",
        "See what `git fsck` says, then make it anew: `git repack -a -d`",
    ),
    "refstorage": (
        "the reftable format",
        "Install Git 2.45 or newer where gtod runs. Or read a clone in Git's own format of files.",
    ),
    "objectformat": ("SHA-256 object ids", "Install Git 2.29 or newer where gtod runs."),
}


class _Answer(NamedTuple):
    """What `cat-file` says of an object; `data` is None where it is longer than what was wanted."""

    oid: str
    kind: str
    data: bytes | None
    size: int


class GitStore:
    """A `Store`. Nothing runs until something is read.

    Args:
        layout: the checkout whose HEAD counts.
        extension: why libgit2 does not do: the key of the extension, in lower case.

    """

    runs_git = True

    def __init__(self, layout: Layout, extension: str) -> None:
        self._layout = layout
        self._readable = Readable(layout)
        self._extension = extension
        self._process: subprocess.Popen[bytes] | None = None
        self._end: weakref.finalize[..., GitStore] | None = None
        self._opens = False
        self._progress = _Progress()

    def close(self) -> None:
        """End the program. It may be read from again, which starts one."""
        if self._end is not None:
            self._end()

    def read(self, oid: str, limit: int | None = MAX_OBJECT) -> StoredObject | None:
        """Return the object."""
        found = self._ask(oid, limit=MAX_OBJECT if limit is None else limit)
        if found is None:
            return None
        data = found.data
        if data is None:
            if limit is not None:
                return StoredObject(found.kind, None, found.size)
            data = self.run("cat-file", found.kind, oid).stdout
        if _hash(found.kind, data, len(oid)) != oid:
            # git does not look whether a file is the object that it is named after.
            return None
        return StoredObject(found.kind, data, found.size)

    def head(self) -> str | None:
        """HEAD's commit."""
        return self.resolve("HEAD")

    def resolve(self, rev: str) -> str | None:
        """Return the commit that a revision names."""
        self._readable.require(rev)
        found = self._ask(rev, limit=0)
        if found is not None and found.kind == "tag":
            # Asked in a second step: `^{commit}` is part of the text in `:/text` and of the path in `HEAD:path`.
            found = self._ask(f"{found.oid}^{{commit}}", limit=0)
        return found.oid if found is not None and found.kind == "commit" else None

    def ref(self, name: str) -> str | None:
        """Return the commit that the ref of exactly this full name leads to."""
        return self.resolve(name) if self.run("show-ref", "--verify", "--quiet", name).succeeded else None

    def branches(self) -> list[str]:
        """Return the full names of the branches that lead to a commit."""
        listed = self.run("for-each-ref", "--format=%(refname)", *BRANCHES)
        return os.fsdecode(listed.stdout).split()

    def remotes(self) -> list[str]:
        """Return the names of the configured remotes."""
        return read_remotes(self.run)

    def default_remote(self, *, push: bool) -> str:
        """Return the remote that is pushed to, or else fetched from, where none is named."""
        return read_default_remote(self.run, push=push)

    def remote_url(self, name: str) -> str | None:
        """Return where a configured remote is."""
        if name not in self.remotes():
            return None
        return os.fsdecode(self.run("remote", "get-url", "--", name).stdout).rstrip("\n") or None

    def oldest_root(self) -> str | None:
        """Return the oldest commit without parents that HEAD leads to."""
        if self.head() is None:
            return None
        asked = self.run("rev-list", "--max-parents=0", "--date-order", "HEAD")
        if not asked.succeeded:
            raise RegistryError(
                "GitFailed",
                f"git does not tell the first commit of the repository: {asked.complaint or f'exit code {asked.code}'}",
                hint="See what git says in a terminal.",
                words=asked.complaint,
            )
        return next(reversed(os.fsdecode(asked.stdout).split()), None)

    def variable(self, name: str) -> str | None:
        """Return the value of a variable of Git's configuration."""
        return os.fsdecode(self.run("config", "--get", name).stdout).removesuffix("\n") or None

    def symbolic_ref(self, name: str) -> str | None:
        """Return the ref that a symbolic ref leads to."""
        return os.fsdecode(self.run("symbolic-ref", "--quiet", name).stdout).strip() or None

    def between(self, old: str, new: str, limit: int) -> tuple[list[str], bool]:
        """Return the commits that `new` has and `old` has not."""
        asked = self.run("rev-list", "--date-order", f"--max-count={limit + 1}", new, f"^{old}", "--")
        found = asked.stdout.decode("ascii").split()
        return found[:limit], asked.succeeded and len(found) <= limit

    def run(self, *arguments: str) -> Finished:
        """`git ARGUMENTS`, which only reads, and fetches nothing for that.

        Raises:
            RegistryError: `UnsupportedRepository`, `UnreadableRepository`.

        """
        self._readable.require()
        self._open()
        return _run(self._layout, *arguments)

    def _ask(self, name: str, limit: int) -> _Answer | None:
        """Return what `cat-file` says; None for what is missing, damaged or ambiguous."""
        try:
            line = os.fsencode(name)
        except UnicodeEncodeError:
            return None
        if not line or b"\n" in line or b"\0" in line:
            return None
        for _ in range(_ATTEMPTS):
            process = self._started()
            self._progress.begin()
            try:
                return self._exchange(process, line, limit)
            except (BrokenPipeError, EOFError):
                # git dies of a damaged object, and of one that a partial clone lacks; then it would die again.
                killed = process.wait() < 0
                self.close()
                if self._progress.is_late:
                    raise unreadable(self._layout.repo, f"git did not answer within {READ_TIMEOUT} s") from None
                if not killed:
                    break
            finally:
                self._progress.done()
        return None

    def _exchange(self, process: "subprocess.Popen[bytes]", line: bytes, limit: int) -> _Answer | None:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("git was started without pipes")
        process.stdin.write(line + b"\n")
        process.stdin.flush()
        header = process.stdout.readline()
        if not header.endswith(b"\n"):
            raise EOFError
        oid, _, rest = header[:-1].partition(b" ")
        kind, _, size = rest.partition(b" ")
        if header.endswith((b" missing\n", b" ambiguous\n")) or not size.isdigit():
            return None
        length = int(size)
        answer = _Answer(oid.decode("ascii"), kind.decode("ascii"), None, length)
        if length > MAX_OBJECT:
            # git has said how long it is, and dies of GIT_ALLOC_LIMIT, or would send it all.
            self.close()
            return answer
        wanted = length <= limit
        data = process.stdout.read(length) if wanted else None
        if data is not None and len(data) < length:
            raise EOFError
        left = 1 if wanted else length + 1
        while left:
            skipped = process.stdout.read(min(left, _CHUNK))
            if not skipped:
                raise EOFError
            left -= len(skipped)
        return answer._replace(data=data)

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._end is None or not self._end.alive:
            self._open()
            self._process = subprocess.Popen(
                ["git", "--git-dir", os.fspath(self._layout.git_dir), "cat-file", "--batch"],
                # Not in the repository, which may be moved or unmounted meanwhile.
                cwd="/",
                # git allocates no more at once; it would unpack an object of 2 GB before it says a word of its content.
                env={**child_environment({}), **READING, "GIT_ALLOC_LIMIT": f"{MAX_OBJECT + 1}"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                **platform.OWN_GROUP,
            )
            self._progress = _Progress()
            self._end = weakref.finalize(self, _end, self._process, self._progress)
            threading.Thread(target=_watch, args=(self._process, self._progress), name="git-watch", daemon=True).start()
        return self._process

    def _open(self) -> None:
        """See once that git opens the repository, found where it may be, so that git looks at its owner.

        Raises:
            RegistryError: `UnsupportedRepository`, `UnreadableRepository`.

        """
        if self._opens:
            return
        try:
            found = _run(self._layout, "rev-parse", "--git-dir")
        except RegistryError as error:
            raise self._unsupported(error.message) from error
        if any(sign in found.stderr for sign in _UNKNOWN):
            raise self._unsupported(f"git says: {' '.join(found.complaint.split())}")
        if not found.succeeded:
            raise unreadable(self._layout.repo, found.complaint)
        self._opens = True

    def _unsupported(self, reason: str) -> RegistryError:
        plain = (f"the extension '{self._extension}'", "Install a newer Git where gtod runs, or read a plain clone.")
        what, remedy = _FORMATS.get(self._extension, plain)
        return RegistryError(
            "UnsupportedRepository",
            f"'{self._layout.repo}' uses {what}, which neither libgit2 nor the git here can read ({reason})",
            hint=remedy,
            path=self._layout.repo,
            format=self._extension,
        )


def _hash(kind: str, data: bytes, digits: int) -> str:
    algorithm = hashlib.sha256() if digits == 64 else hashlib.sha1(usedforsecurity=False)
    algorithm.update(f"{kind} {len(data)}\0".encode())
    algorithm.update(data)
    return algorithm.hexdigest()


def _run(layout: Layout, *arguments: str) -> Finished:
    return Git(layout, {}).run(*arguments, env=READING, timeout=READ_TIMEOUT)


class _Progress:
    """Whether an answer is waited for, and which one, for the thread that sees to it that this has an end."""

    __slots__ = ("_asked", "_busy", "ended", "is_late")

    def __init__(self) -> None:
        self._asked = 0
        self._busy = False
        self.is_late = False
        self.ended = threading.Event()

    def begin(self) -> None:
        self._asked += 1
        self._busy = True

    def done(self) -> None:
        self._busy = False

    @property
    def awaited(self) -> int | None:
        return self._asked if self._busy else None


def _watch(process: "subprocess.Popen[bytes]", progress: _Progress) -> None:
    """Kill git when it has been at one answer for too long: an object may be on a disk, or in a pipe, that hangs."""
    awaited = None
    while not progress.ended.wait(READ_TIMEOUT):
        if awaited is not None and progress.awaited == awaited:
            progress.is_late = True
            process.kill()
            return
        awaited = progress.awaited


def _end(process: "subprocess.Popen[bytes]", progress: _Progress) -> None:
    progress.ended.set()
    # It ends at the end of its input. Killed, because it may be in the middle of a large object.
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    process.wait()
