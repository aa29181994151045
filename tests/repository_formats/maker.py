"""One registry, made by Git itself in whatever format `git init` was told to, with everything that is odd in it.

    MadeByGit(path).init("--object-format=sha256").fill()

`tests/builders.py` writes files of one format in a few milliseconds; this runs `git` some sixty times, and so can make
any format that the git on the `PATH` knows.
"""

import os
import subprocess
from pathlib import Path

START = 1_700_000_000
_ANNOTATIONS = (
    b"churn:\n  type: model\n  path: models/churn.pkl\n  description: The %dth\n"
    b"noted:\n  type: dataset\n  path: https://example.com/d\n"
)


class MadeByGit:
    """A repository; every commit and tag is a minute after the one before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = START

    def init(self, *options: str) -> "MadeByGit":
        """Make it."""
        subprocess.run(["git", "init", "--quiet", "-b", "main", *options, str(self.path)], check=True)
        return self

    def git(self, *arguments: str, stdin: bytes = b"", at: int | None = None) -> str:
        """What git prints, without the last line end.

        Raises:
            subprocess.CalledProcessError: with what git said in `stderr`.

        """
        self.clock = self.clock + 60 if at is None else at
        date = f"@{max(self.clock, 0)} +0130"
        env = {**os.environ, "GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date}
        run = subprocess.run(
            ["git", "-C", str(self.path), *arguments], env=env, input=stdin, capture_output=True, check=True
        )
        return os.fsdecode(run.stdout).removesuffix("\n")

    def commit(self, number: int) -> str:
        """A commit with the annotation file, a model and a script; answers its id."""
        script = "100755," + self.git("hash-object", "-w", "--stdin", stdin=b"#!/bin/sh\n") + ",bin/run"
        model = "100644," + self.git("hash-object", "-w", "--stdin", stdin=b"model %d\n" % number) + ",models/churn.pkl"
        notes = "100644," + self.git("hash-object", "-w", "--stdin", stdin=_ANNOTATIONS % number) + ",artifacts.yaml"
        for entry in (script, model, notes):
            self.git("update-index", "--add", "--cacheinfo", entry)
        parent = self._head()
        tree = self.git("write-tree")
        oid = self.git("commit-tree", tree, *(["-p", parent] if parent else []), "-m", f"Model {number}")
        self.git("update-ref", "HEAD", oid)
        return oid

    def tag(self, name: str, target: str = "HEAD", message: str = "A tag", at: int | None = None) -> None:
        """An annotated tag, as `git tag` makes it."""
        self.git("tag", "-a", "-m", message, name, target, at=at)

    def raw_tag(self, name: bytes, target: str, rest: bytes, *, kind: str = "commit") -> None:
        """A tag that no command of Git's would make; `rest` is what follows its `tag` line."""
        body = b"object %s\ntype %s\ntag %s\n%s" % (target.encode(), kind.encode(), name, rest)
        oid = self.git("hash-object", "-t", "tag", "-w", "--literally", "--stdin", stdin=body)
        self.git("update-ref", "--stdin", "-z", stdin=b"create refs/tags/%s\0%s\0" % (name, oid.encode()))

    def fill(self) -> "MadeByGit":
        """The registry: two artifacts with lives of their own, and one oddity of each kind."""
        first = self.commit(1)
        self.tag("churn@v1.0.0")
        self.tag("models/net=net@v0.1.0")
        second = self.commit(2)
        self.tag("churn@v1.1.0")
        self.tag("churn#prod#1", first)
        self.tag("churn#prod#2", second)
        self.tag("churn#dev#3", second)
        self.tag("churn#dev!#4", second)
        self.tag("unregistered#prod", first)
        self.tag("gone@v1.0.0")
        self.tag("gone@deprecated")
        self.tag("back@v1.0.0")
        self.tag("back@v1.0.0!#2")
        self.tag("back@v1.0.0#3")
        self.tag("Churn@v5.0.0", message="Only the case differs")
        self.tag("release-1", message="No tag of GTO's")
        self.git("tag", "churn@v9.9.9")
        self.oddities(first)
        # One loose file with a name that is not UTF-8 is enough to break a watcher, which is a format of its own.
        self.git("pack-refs", "--all")
        self.commit(3)
        return self

    def oddities(self, commit: str) -> None:
        """Tags of tags, trees and blobs; without a tagger; from before 1970 and after 2038; in no encoding."""
        self.tag("inner", commit)
        self.tag("nested@v1.0.0", self.git("rev-parse", "refs/tags/inner"))
        self.tag("onblob@v1.0.0", f"{commit}:artifacts.yaml")
        self.tag("ontree@v1.0.0", f"{commit}^{{tree}}")
        self.tag("future@v1.0.0", commit, at=4_102_444_800)
        self.clock = START + 10_000
        person = b"tagger Tina <tina@example.com> "
        self.raw_tag(b"nobody@v1.0.0", commit, b"\nNo tagger\n")
        self.raw_tag(b"past@v1.0.0", commit, person + b"-86400 -0330\n\nBefore 1970\n")
        self.raw_tag(b"latin@v1.0.0", commit, person + b"1700000000 +0000\n\ncaf\xe9\n")
        self.raw_tag(b"caf\xe9@v1.0.0", commit, person + b"1700000000 +0000\n\nThe name is not UTF-8\n")

    def _head(self) -> str | None:
        try:
            return self.git("rev-parse", "--verify", "--quiet", "HEAD")
        except subprocess.CalledProcessError:
            return None
