"""Random things that happen to a repository with two checkouts."""

import random
import subprocess
from pathlib import Path

from tests.builders import RepositoryBuilder

_TAGS = [
    f"{name}{said}" for name in ("a", "b", "dir=c") for said in ("@v1.0.0", "@v1.0.0!", "@v2.0.0", "#p#1", "#p!#2")
]
_FILES = ["a:\n  type: m\n", "b:\n  path: p\nnew:\n  type: m\n", "a: [\n", None]


class RandomOperations:
    """Random things that happen to a repository."""

    def __init__(self, repo: RepositoryBuilder, seed: int) -> None:
        self.random = random.Random(seed)
        self.repo = repo
        self.commits = [repo.commit({"x": str(number)}) for number in range(3)]
        repo.checkout()
        self.linked = repo.path.with_name("linked")
        repo.git("worktree", "add", "--quiet", "--detach", str(self.linked))
        self.hidden: Path | None = None

    def step(self) -> None:
        self.random.choice(
            [
                self.tag,
                self.tag,
                self.tag,
                self.odd_tag,
                self.delete,
                self.delete,
                self.pack,
                self.commit,
                self.commit,
                self.checkout,
                self.configure,
                self.break_ref,
                self.hide_object,
                self.alias,
            ]
        )()

    def quiet(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.repo.path, capture_output=True, check=False)

    def name(self) -> str:
        return self.random.choice(_TAGS)

    def target(self) -> str:
        return self.random.choice([*self.commits, "9" * 40])

    def tag(self) -> None:
        at = 1_700_000_000 + self.random.randrange(5)
        self.repo.tag(self.name(), self.target(), at=at, message=str(self.random.randrange(3)))

    def odd_tag(self) -> None:
        kind = self.random.randrange(4)
        if kind == 0:
            self.repo.lightweight(self.name(), self.random.choice(self.commits))
        elif kind == 1:
            self.repo.tag(self.name(), self.random.choice(self.commits), tagger=None)
        elif kind == 2:
            inner = self.repo.tag_object("inner", self.random.choice(self.commits))
            self.repo.tag(self.name(), inner, target_kind="tag")
        else:
            self.repo.tag(self.name(), self.repo.blob("text"), target_kind="blob")

    def delete(self) -> None:
        self.quiet("update-ref", "-d", f"refs/tags/{self.name()}")

    def pack(self) -> None:
        if self.random.random() < 0.3 and self.hidden is None:
            self.quiet("repack", "-a", "-d", "--quiet")
        # Git packs no refs while one of them is broken.
        self.quiet("pack-refs", "--all")

    def commit(self) -> None:
        files = {"artifacts.yaml": self.random.choice(_FILES), "x": str(self.random.random())}
        self.repo.switch("main")
        self.commits.append(self.repo.commit(files, parents=(self.random.choice(self.commits),)))

    def checkout(self) -> None:
        self.repo.detach(self.random.choice(self.commits))
        (self.repo.git_dir / "worktrees/linked/HEAD").write_text(f"{self.random.choice(self.commits)}\n")

    def configure(self) -> None:
        root = self.random.choice([self.repo.path, self.linked])
        text = self.random.choice(["stages: [p]\n", "stages: [q]\n", "INDEX: other.yaml\n", "stages: 5\n", None])
        place = root / ".gto"
        if text is not None:
            place.write_text(text)
        elif place.exists():
            place.unlink()

    def break_ref(self) -> None:
        place = self.repo.git_dir / "refs/tags" / self.name()
        if self.random.random() < 0.5 or not place.is_file():
            self.repo.ref(f"refs/tags/{self.name()}", self.random.choice(["", "nonsense"]))
        else:
            place.unlink()

    def hide_object(self) -> None:
        """A tag object that is missing for a while, as in a clone that is being repaired."""
        if self.hidden is not None:
            self.hidden.rename(self.hidden.with_suffix(""))
            self.hidden = None
            return
        oid = self.repo.tag(self.name(), self.random.choice(self.commits), message=str(self.random.random()))
        place = self.repo.git_dir / "objects" / oid[:2] / oid[2:]
        self.hidden = place.rename(place.with_suffix(".hidden"))

    def alias(self) -> None:
        self.quiet("symbolic-ref", f"refs/tags/{self.name()}", f"refs/tags/{self.name()}")
