"""The files of a configuration of Git, with all that they include, read again only when one may have changed."""

import errno
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from gto_daemon.git.fingerprint import Fingerprint
from gto_daemon.git.layout import MAX_CONFIG, Layout
from gto_daemon.git.regular_files import FileTooLongError, check_file, read_regular_file

#: Files that a configuration includes, each counted as often as it is.
_MAX_INCLUDES = 100
_PATH = re.compile(rb"(?i)\bpath[ \t]*=[ \t]*(.*)")
CONTINUED = re.compile(rb"\\\r?\n")
_ESCAPED = re.compile(rb"\\(.)")


class ConfigurationFiles:
    """What these files hold, and each file that they include in whichever condition.

    Args:
        roots: the files. They need not be there.
        home: what `~/` is short for.

    """

    def __init__(self, roots: Iterable[Path], home: Path) -> None:
        self.roots = tuple(roots)
        self._home = home
        # One value, for several threads.
        self._known: tuple[Fingerprint, tuple[bytes, ...]] = (Fingerprint((), racy=True), ())

    @classmethod
    def of_repository(cls, layout: Layout) -> "ConfigurationFiles":
        """Return those of the repository and of the checkout."""
        directories = dict.fromkeys((layout.common, layout.git_dir))
        names = ("config", "config.worktree")
        return cls((directory / name for directory in directories for name in names), home_directory())

    def texts(self) -> tuple[bytes, ...]:
        """Return the content of each, the same object as long as nothing changed. For any thread.

        Raises:
            OSError: one is no file, or they are too long.

        """
        fingerprint, texts = self._known
        if fingerprint.racy or not fingerprint.holds():
            found = [each for root in self.roots for each in self._read(root)]
            texts = tuple(text for _, text in found if text is not None)
            # Each was taken before the file was read.
            self._known = sum((mark for mark, _ in found), Fingerprint((), racy=False)), texts
        return texts

    def _read(self, root: Path) -> Iterator[tuple[Fingerprint, bytes | None]]:
        left = [_MAX_INCLUDES, MAX_CONFIG]
        todo = [root]
        while todo:
            place = todo.pop()
            if "\0" in str(place):
                continue  # nobody can open that
            mark = Fingerprint.of((str(place),))
            if not check_file(str(place), left[1]):
                yield mark, None
                continue
            text = read_regular_file(place, left[1]) or b""
            left[0] -= 1
            left[1] -= len(text)
            if left[0] < 0:
                raise FileTooLongError(errno.EFBIG, f"It includes more than {_MAX_INCLUDES} files", str(root))
            for value in map(os.fsdecode, _included(text)):
                within = (self._home, value[2:]) if value.startswith("~/") else (place.parent, value)
                todo.append(within[0] / within[1])
            yield mark, text


def home_directory() -> Path:
    """Return what `~` is short for; for a user without any, as in a container, a place that is not there."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/nonexistent")


def _included(text: bytes) -> Iterator[bytes]:
    """Yield each path that a configuration may include, as often as it does: not less than libgit2 finds."""
    found: Counter[bytes] = Counter()
    for lines in (text, CONTINUED.sub(b"", text)):
        included = False
        values: Counter[bytes] = Counter()
        for line in lines.split(b"\n"):
            stripped = line.lstrip(b" \t\r\f\v\xef\xbb\xbf")
            if stripped.startswith(b"["):
                included = b"[include" in stripped.lower()
            if included:
                values.update(reading for value in _PATH.findall(stripped) for reading in readings(value))
        found |= values
    return found.elements()


def readings(value: bytes) -> set[bytes]:
    """Return what a value may mean, with and without comment and quotes: more is looked at than is included."""
    plain = value.strip().rstrip(b"\r")
    bare = _ESCAPED.sub(rb"\1", plain.replace(b'\\"', b"\0").replace(b'"', b"").replace(b"\0", b'"'))
    return {each.strip() for text in (plain, bare) for each in (text, re.split(rb"[#;]", text)[0])} - {b""}
