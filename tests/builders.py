"""A real Git repository in a few lines, with exactly the dates, people, tags and oddities that a test needs.

    repo = RepositoryBuilder(tmp_path / "repo")
    first = repo.commit({"model.pkl": "1"}, at=1000)
    repo.tag("churn@v1.0.0", at=1010)
    repo.tag("churn#prod#1", first, at=1020, tz="+0530")

Objects and refs are written straight into the repository, so that one with ten tags costs a few milliseconds, and so
that what Git's own commands refuse to write (a tag without tagger, one whose name is not its ref's) can be had too.
Refs appear by rename, as Git makes them appear. `git()` runs the real thing.
"""

import atexit
import hashlib
import os
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Kind = Literal["blob", "tree", "commit", "tag"]
Content = str | bytes

#: Where the clock of a builder starts, in seconds since the epoch: 2023-11-14 22:13:20 UTC.
START = 1_700_000_000
TAGGER = "Tina Tagger <tina@example.com>"
AUTHOR = "Ann Author <ann@example.com>"
COMMITTER = "Carl Committer <carl@example.com>"


class RepositoryBuilder:
    """One repository under construction.

    Every commit and tag without a date of its own (`at`, seconds since the epoch) is a minute after the one before.
    Object ids are 40 hex digits. `files` maps paths to contents, None removes; a commit keeps its parent's other files.
    """

    def __init__(self, path: Path, *, bare: bool = False, branch: str = "main") -> None:
        self.path = path
        self.bare = bare
        self.clock = START
        self.git_dir = path if bare else path / ".git"
        self._files: dict[str, dict[str, str]] = {}  # commit → path → blob
        shutil.copytree(_empty_git_directory(), self.git_dir)
        (self.git_dir / "HEAD").write_text(f"ref: refs/heads/{branch}\n")
        if bare:
            self.git("config", "core.bare", "true")

    def rename(self, name: str) -> None:
        """Give the folder another name."""
        place = self.path.with_name(name)
        self.path.rename(place)
        self.git_dir = place / self.git_dir.relative_to(self.path)
        self.path = place

    # -- what a history is made of

    def commit(
        self,
        files: Mapping[str, Content | None] | None = None,
        *,
        at: int | None = None,
        tz: str = "+0000",
        author: str = AUTHOR,
        committer: str = COMMITTER,
        author_at: int | None = None,
        message: Content = "Update model\n",
        encoding: str | None = None,
        branch: str | None = None,
        parents: tuple[str, ...] | None = None,
    ) -> str:
        """Add a commit to `branch` (default: the one checked out) and answer its id. The worktree stays as it is.

        `encoding` is for people and message, and named in the commit; without it they are UTF-8.
        """
        ref = f"refs/heads/{branch}" if branch else self.head_ref()
        when = self._tick(at)
        if parents is None:
            tip = self.read_ref(ref)
            parents = (tip,) if tip else ()
        entries = dict(self._files.get(parents[0], {})) if parents else {}
        for path, content in (files or {}).items():
            entries.pop(path, None)
            if content is not None:
                entries[path] = self.blob(content)
        written = when if author_at is None else author_at
        lines = [
            f"tree {self._tree(entries)}",
            *(f"parent {parent}" for parent in parents),
            f"author {author} {written} {tz}",
            f"committer {committer} {when} {tz}",
            *([f"encoding {encoding}"] if encoding else []),
        ]
        text = "\n".join(lines).encode(encoding or "utf-8")
        oid = self.raw("commit", text + b"\n\n" + _bytes(message, encoding))
        self._files[oid] = entries
        if ref:
            self.ref(ref, oid)
        return oid

    def tag(
        self,
        name: Content,
        target: str | None = None,
        *,
        at: int | None = None,
        tz: str = "+0000",
        tagger: Content | None = TAGGER,
        message: Content = "A tag",
        target_kind: Kind = "commit",
        object_name: Content | None = None,
    ) -> str:
        """Make an annotated tag and answer the id of the tag object.

        `target` defaults to HEAD's commit; `target_kind="tag"` nests. `tagger=None` leaves the line out, and
        `object_name` is the name in the object where it differs from the ref's.
        """
        oid = self.tag_object(
            name if object_name is None else object_name,
            target or self.head,
            at=at,
            tz=tz,
            tagger=tagger,
            message=message,
            target_kind=target_kind,
        )
        self.ref(b"refs/tags/" + _bytes(name), oid)
        return oid

    def tag_object(
        self,
        name: Content,
        target: str,
        *,
        at: int | None = None,
        tz: str = "+0000",
        tagger: Content | None = TAGGER,
        message: Content = "A tag",
        target_kind: Kind = "commit",
    ) -> str:
        """A tag object that no ref names yet."""
        when = self._tick(at)
        lines = [b"object " + target.encode(), b"type " + target_kind.encode(), b"tag " + _bytes(name)]
        if tagger is not None:
            lines.append(b"tagger %s %d %s" % (_bytes(tagger), when, tz.encode()))
        text = _bytes(message)
        return self.raw("tag", b"\n".join(lines) + b"\n\n" + text + (b"" if text.endswith(b"\n") else b"\n"))

    def lightweight(self, name: Content, target: str | None = None) -> None:
        """Make a tag that is only a ref."""
        self.ref(b"refs/tags/" + _bytes(name), target or self.head)

    def delete_tag(self, name: str) -> None:
        """Remove a loose tag; the folders that become empty stay, as Git leaves them."""
        (self.git_dir / "refs/tags" / name).unlink()

    def blob(self, content: Content) -> str:
        """Write a blob."""
        return self.raw("blob", _bytes(content))

    def raw(self, kind: Kind, body: bytes) -> str:
        """Write any object, well-formed or not, and answer its id."""
        data = b"%s %d\0%s" % (kind.encode(), len(body), body)
        oid = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        place = self.git_dir / "objects" / oid[:2] / oid[2:]
        if not place.exists():
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(zlib.compress(data, 1))
        return oid

    def ref(self, name: Content, oid: str) -> None:
        """Point a ref (`refs/…`) at an object."""
        place = self.git_dir / os.fsdecode(_bytes(name))
        place.parent.mkdir(parents=True, exist_ok=True)
        lock = place.with_name(place.name + ".lock")
        lock.write_text(f"{oid}\n")
        lock.rename(place)

    # -- where things are

    @property
    def head(self) -> str:
        """HEAD's commit.

        Raises:
            ValueError: nothing is committed yet.

        """
        ref = self.head_ref()
        tip = self.read_ref(ref) if ref else (self.git_dir / "HEAD").read_text().strip()
        if tip is None:
            raise ValueError(f"{self.path} has no commit yet")
        return tip

    def head_ref(self) -> str | None:
        """The branch that HEAD names (`refs/heads/…`), or None when it is detached."""
        text = (self.git_dir / "HEAD").read_text().strip()
        return text.removeprefix("ref: ") if text.startswith("ref: ") else None

    def read_ref(self, name: str | None) -> str | None:
        """What a loose ref points at, or None."""
        place = self.git_dir / name if name else None
        return place.read_text().strip() if place and place.is_file() else None

    def switch(self, branch: str, oid: str | None = None) -> None:
        """Make HEAD name `branch`, creating that at `oid` when it is given. The worktree stays as it is."""
        if oid:
            self.ref(f"refs/heads/{branch}", oid)
        (self.git_dir / "HEAD").write_text(f"ref: refs/heads/{branch}\n")

    def detach(self, oid: str) -> None:
        """Make HEAD that commit."""
        (self.git_dir / "HEAD").write_text(f"{oid}\n")

    # -- the worktree and the real Git

    def write(self, path: str, content: Content) -> Path:
        """Write a file of the worktree, uncommitted; by renaming, as editors do, so that nobody reads half of it."""
        place = self.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_name(f"{place.name}~")
        beside.write_bytes(_bytes(content))
        return beside.replace(place)

    def checkout(self) -> None:
        """Make index and worktree what HEAD says."""
        self.git("reset", "--quiet", "--hard")

    def pack(self) -> None:
        """Move every ref into `packed-refs`."""
        self.git("pack-refs", "--all", "--prune")

    def git(self, *arguments: str, env: Mapping[str, str] | None = None) -> str:
        """Run git in this repository and answer what it printed, without the last newline.

        Raises:
            subprocess.CalledProcessError: with what git said in `stderr`.

        """
        run = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            check=True,
        )
        return run.stdout.removesuffix("\n")

    def _tick(self, at: int | None) -> int:
        self.clock = self.clock + 60 if at is None else at
        return self.clock

    def _tree(self, entries: Mapping[str, str]) -> str:
        here: dict[str, tuple[bytes, str]] = {}
        below: dict[str, dict[str, str]] = {}
        for path, blob in entries.items():
            first, _, rest = path.partition("/")
            if rest:
                below.setdefault(first, {})[rest] = blob
            else:
                here[first] = (b"100644", blob)
        for name, inner in below.items():
            here[name] = (b"40000", self._tree(inner))
        # Git sorts the entries of a tree as if the names of folders ended in a slash.
        ordered = sorted(here.items(), key=lambda item: item[0].encode() + (b"/" if item[1][0] == b"40000" else b""))
        body = b"".join(b"%s %s\0%s" % (mode, name.encode(), bytes.fromhex(oid)) for name, (mode, oid) in ordered)
        return self.raw("tree", body)


def _bytes(content: Content, encoding: str | None = None) -> bytes:
    return content.encode(encoding or "utf-8") if isinstance(content, str) else content


@cache
def _empty_git_directory() -> Path:
    # `git init` once a process and copies afterwards: hundreds of repositories are made in a run of the suite.
    place = Path(tempfile.mkdtemp(prefix="gtod-empty-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    subprocess.run(["git", "init", "--quiet", "--template=", "-b", "main", str(place)], check=True)
    (place / ".git" / "info").mkdir(exist_ok=True)
    return place / ".git"
