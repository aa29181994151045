"""Operations on refs as fast as a file system takes them: a day of tagging in some minutes.

The refs are written as Git, libgit2 and go-git write them, without a process for each. What there should be is kept
beside, and `git for-each-ref` is asked whether it agrees.
"""

import random
import subprocess
from collections.abc import Callable

from tests.builders import RepositoryBuilder

_NAMES = 300
_VALUES = 3
_PACK_EVERY = 4_000


class RawLife:
    """A repository whose tags come, move and go.

    Attributes:
        expected: the tags that there are, with the object that each names.
        silent: whether something was written that no directory shows, so that only an event tells of it.

    """

    def __init__(self, repo: RepositoryBuilder, luck: random.Random) -> None:
        self.repo = repo
        self.expected: dict[str, str] = {}
        self.silent = False
        self._luck = luck
        self._tags = repo.git_dir / "refs/tags"
        commits = [repo.commit({"m.pkl": str(number)}) for number in range(5)]
        self._objects = {
            name: [repo.tag_object(name, luck.choice(commits), message=f"value {value}") for value in range(_VALUES)]
            for name in _names()
        }
        self._choices = list(self._objects)
        self._loose: set[str] = set()
        self._packed: frozenset[str] = frozenset()
        self._done = 0
        self._operations: list[Callable[[str], None]] = [
            *[self._write] * 6, *[self._delete] * 3, self._write_in_place
        ]  # fmt: skip

    @property
    def objects(self) -> list[str]:
        """Every tag object that a ref may name."""
        return [oid for oids in self._objects.values() for oid in oids]

    def step(self) -> None:
        """One operation."""
        self._done += 1
        if self._done % _PACK_EVERY == 0:
            self._pack()
        else:
            self._luck.choice(self._operations)(self._luck.choice(self._choices))

    def _write(self, name: str) -> None:
        oid = self._luck.choice(self._objects[name])
        lock = self._tags / f"{name}.lock"
        # Packing takes directories away that it emptied, and whoever writes makes them again.
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.write_bytes(oid.encode() + b"\n")
        lock.rename(self._tags / name)
        self.expected[name] = oid
        self._loose.add(name)

    def _write_in_place(self, name: str) -> None:
        if name in self._loose:
            oid = self._luck.choice(self._objects[name])
            with (self._tags / name).open("r+b") as file:
                file.write(oid.encode() + b"\n")
            self.expected[name] = oid
            self.silent = True

    def _delete(self, name: str) -> None:
        if name not in self.expected:
            return
        if name in self._loose and name not in self._packed:
            (self._tags / name).unlink()
        else:
            self._git("update-ref", "-d", f"refs/tags/{name}")
        del self.expected[name]
        self._loose.discard(name)

    def _pack(self) -> None:
        self._git("pack-refs", "--all", "--prune")
        self._packed = frozenset(self.expected)
        self._loose.clear()

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.repo.path, check=True, capture_output=True)

    def listed(self) -> dict[str, str]:
        """What Git says there is."""
        lines = self.repo.git("for-each-ref", "--format=%(refname:strip=2) %(objectname)", "refs/tags").splitlines()
        return dict(line.split(" ") for line in lines)


def _names() -> list[str]:
    return [f"{('', 'team/', 'deep/er/')[number % 3]}m{number % 40}@v1.{number}.0" for number in range(_NAMES)]
