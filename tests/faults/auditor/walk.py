"""What a repository goes through: everything that Git, gtod and other programs do to one, as single steps.

Each step is drawn by its caller (hypothesis, or a seeded generator), so that a failing walk can be told as a list.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.builders import RepositoryBuilder

ARTIFACTS = ("churn", "segment", "team/nlp", "models=deep")
VERSIONS = ("v0.1.0", "v1.0.0", "v1.1.0", "v2.0.0")
STAGES = ("dev", "prod")
TAGS = tuple(
    f"{artifact}{said}"
    for artifact in ARTIFACTS
    for said in (
        *(f"@{version}{end}" for version in VERSIONS for end in ("", "!")),
        *(f"#{stage}{end}#{number}" for stage in STAGES for end in ("", "!") for number in (1, 2)),
        "@deprecated",
    )
)
FILES = (
    "churn:\n  type: model\n",
    "churn:\n  type: model\n  path: m.pkl\nsegment: {}\n",
    "team/nlp:\n  type: dataset\nnew:\n  type: model\n",
    "churn: [\n",
    "",
)
CONFIGURATIONS = ("stages: [dev, prod]\n", "stages: [dev]\n", "types: [model]\n", "stages: 5\n", None)


class Walk:
    """One repository with a linked checkout, a second clone and a remote.

    Args:
        place: an empty directory for all of them.
        ask: asks the daemon: `ask(method, params)`; None for a refusal.

    Attributes:
        silent: whether the last step is one that no directory shows, so that only an event tells of it.

    """

    def __init__(self, place: Path, ask: Callable[[str, dict[str, Any]], Any]) -> None:
        self.repo = RepositoryBuilder(place / "repo")
        self.silent = False
        self._clock = self.repo.clock
        self._ask = ask
        self._linked = place / "linked"
        self.commits = [self.repo.commit({"m.pkl": str(number), "artifacts.yaml": FILES[0]}) for number in range(3)]
        self.repo.checkout()
        self._remote = place / "remote.git"
        self._clone = place / "clone"
        self._run("clone", "--quiet", "--bare", str(self.repo.path), str(self._remote), cwd=place)
        self._run("clone", "--quiet", str(self._remote), str(self._clone), cwd=place)
        self.repo.git("remote", "add", "origin", str(self._remote))
        self._locks: list[Path] = []

    @property
    def checkouts(self) -> list[Path]:
        """Every checkout that is there."""
        return [self.repo.path, *([self._linked] if self._linked.exists() else [])]

    def step(self, name: str, first: int, second: int) -> None:
        """Do one of `STEPS`; the numbers choose among what there is to choose from."""
        self.silent = False
        getattr(self, name)(first, second)

    # --- what Git does ---------------------------------------------------------------------------------------

    def tag(self, first: int, second: int) -> None:
        """An annotated tag; one that is there is moved by force."""
        self._git("tag", "-a", "-f", "-m", f"message {second % 5}", _of(TAGS, first), self._commit(second))

    def tag_lightly(self, first: int, second: int) -> None:
        self._git("tag", "-f", _of(TAGS, first), self._commit(second))

    def delete(self, first: int, _second: int) -> None:
        self._git("tag", "-d", _of(TAGS, first))

    def delete_several(self, first: int, second: int) -> None:
        self._git("tag", "-d", *[_of(TAGS, first + number) for number in range(second % 5 + 1)])

    def transaction(self, first: int, second: int) -> None:
        """Several tags come and go at once."""
        lines = []
        for name in {_of(TAGS, first + number) for number in range(second % 6 + 1)}:
            oid = self.repo.tag_object(name, self._commit(second), at=self._tick(), message=f"of {second % 3}")
            lines.append(f"update refs/tags/{name} {oid}\n")
        self._git("update-ref", "--stdin", stdin="".join(lines))

    def pack_refs(self, _first: int, second: int) -> None:
        self._git("pack-refs", "--all", *(["--no-prune"] if second % 4 == 0 else []))

    def collect(self, _first: int, _second: int) -> None:
        self._git("gc", "--quiet", "--prune=now")

    def repack(self, _first: int, second: int) -> None:
        self._git("repack", "-d", "--quiet", *(["-a"] if second % 2 else []))

    def commit(self, first: int, second: int) -> None:
        """A commit of HEAD's branch that may change the annotations."""
        tip = self._run("rev-parse", "HEAD").strip()
        if self.repo.head_ref() is None:
            self._git("switch", "--quiet", "--force", "main")
            tip = self._run("rev-parse", "HEAD").strip()
        files = {"artifacts.yaml": _of(FILES, first), "m.pkl": str(second)}
        self.commits.append(self.repo.commit(files, at=self._tick(), parents=(tip,)))
        self.repo.checkout()

    def move_branch(self, first: int, second: int) -> None:
        self._git("branch", "-f", f"side{first % 2}", self._commit(second))

    def check_out(self, first: int, second: int) -> None:
        if first % 2:
            self._git("checkout", "--quiet", "--force", "--detach", self._commit(second))
        else:
            self._git("switch", "--quiet", "--force", "main")

    def reset(self, _first: int, second: int) -> None:
        self._git("reset", "--quiet", "--hard", self._commit(second))

    def worktree(self, _first: int, second: int) -> None:
        """The linked checkout comes, or goes."""
        if self._linked.exists():
            self._git("worktree", "remove", "--force", str(self._linked))
        else:
            self._git("worktree", "add", "--quiet", "--force", "--detach", str(self._linked), self._commit(second))

    def fetch(self, first: int, _second: int) -> None:
        """Others' tags come from the remote."""
        prune = ["--prune"] if first % 3 == 0 else []
        self._git("fetch", "--quiet", "--force", *prune, "origin", "+refs/tags/*:refs/tags/*")

    def push(self, first: int, _second: int) -> None:
        self._git("push", "--quiet", "--force", *(["--prune"] if first % 3 == 0 else []), "origin", "refs/tags/*")

    def others_push(self, first: int, second: int) -> None:
        """Somebody tags in another clone and pushes that."""
        tip = self._run("rev-parse", "HEAD", cwd=self._clone).strip()
        self._git("tag", "-a", "-f", "-m", f"theirs {second % 3}", _of(TAGS, first), tip, cwd=self._clone)
        self._git("push", "--quiet", "--force", "origin", "refs/tags/*", cwd=self._clone)

    # --- what other programs do, and what is left of them ----------------------------------------------------

    def write_in_place(self, first: int, second: int) -> None:
        """As go-git writes: into the file of a ref, not beside it."""
        name = _of(TAGS, first)
        place = self.repo.git_dir / "refs/tags" / name
        oid = self.repo.tag_object(name, self._commit(second), at=self._tick(), message=f"in place {second % 3}")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("r+" if place.exists() else "w") as file:
                file.write(f"{oid}\n")
        except OSError:
            # One of the names is a folder of another, which is Git's rule and this program's, too.
            return
        self.silent = True

    def leave_lock(self, first: int, _second: int) -> None:
        """A git is killed."""
        name = "packed-refs" if first % 4 == 0 else f"refs/tags/{_of(TAGS, first)}"
        place = self.repo.git_dir / f"{name}.lock"
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
        except OSError:
            return
        self._locks.append(place)

    def clear_locks(self, _first: int, _second: int) -> None:
        """Somebody tidies up."""
        for place in self._locks:
            place.unlink(missing_ok=True)
        self._locks.clear()

    def configure(self, first: int, second: int) -> None:
        text = _of(CONFIGURATIONS, first)
        place = _of(self.checkouts, second) / ".gto"
        if text is None:
            place.unlink(missing_ok=True)
        else:
            beside = place.with_name(".gto~")
            beside.write_text(text)
            beside.rename(place)

    def edit(self, first: int, _second: int) -> None:
        """The annotations on disk change, uncommitted."""
        self.repo.write("artifacts.yaml", _of(FILES, first))

    # --- what gtod does --------------------------------------------------------------------------------------

    def register(self, first: int, second: int) -> None:
        self._act("gto/register", first, ref=self._commit(second))

    def assign(self, first: int, second: int) -> None:
        self._act("gto/assign", first, stage=_of(STAGES, first + second), ref=self._commit(second))

    def unassign(self, first: int, second: int) -> None:
        self._act("gto/unassign", first, stage=_of(STAGES, first + second), version=_of(VERSIONS, second))

    def deregister(self, first: int, second: int) -> None:
        self._act("gto/deregister", first, version=_of(VERSIONS, second), delete=second % 2 == 0)

    def deprecate(self, first: int, _second: int) -> None:
        self._act("gto/deprecate", first)

    def _act(self, method: str, first: int, **params: Any) -> None:
        name = _of(ARTIFACTS, first).replace("=", ":")
        self._ask(method, {"repo": str(self.repo.path), "name": name, **params})

    # --- how -------------------------------------------------------------------------------------------------

    def _commit(self, number: int) -> str:
        return self.commits[-1 - number % min(len(self.commits), 6)]

    def _tick(self) -> int:
        self._clock += 60
        return self._clock

    def _git(self, *arguments: str, stdin: str | None = None, cwd: Path | None = None) -> None:
        """Something that may be refused, which is a step like any other: a lock is there, or a name is taken."""
        self._invoke(arguments, stdin, cwd)

    def _run(self, *arguments: str, cwd: Path | None = None) -> str:
        run = self._invoke(arguments, None, cwd)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def _invoke(
        self, arguments: tuple[str, ...], stdin: str | None, cwd: Path | None
    ) -> "subprocess.CompletedProcess[str]":
        date = f"{self._tick()} +0000"
        return subprocess.run(
            ["git", "-c", "gc.auto=0", *arguments],
            cwd=cwd or self.repo.path,
            env={**os.environ, "GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def remove(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.repo.path.parent)


#: The names of the steps; one is in here as often as it is to be more likely than the others.
STEPS = (
    *("tag",) * 4, "tag_lightly", "delete", "delete", "delete_several", "transaction", "transaction", "pack_refs",
    "pack_refs", "collect", "repack", "commit", "commit", "move_branch", "check_out", "reset", "worktree", "fetch",
    "push", "others_push", "write_in_place", "write_in_place", "leave_lock", "clear_locks", "clear_locks", "configure",
    "edit", "register", "register", "assign", "assign", "unassign", "deregister", "deprecate",
)  # fmt: skip


def _of(values: Any, number: int) -> Any:
    return values[number % len(values)]
