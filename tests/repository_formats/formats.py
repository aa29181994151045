"""The formats of repositories: each makes the same registry, or the part of it that it can hold, another way."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.repository_formats.maker import MadeByGit

Template = Callable[..., Path]


@dataclass(frozen=True)
class Repository:
    """What is asked about.

    Attributes:
        asked: the path that a client gives.
        git: where Git itself is run to say what is there, and to make a tag.
        env: for that Git.

    """

    asked: Path
    git: Path
    env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RepositoryFormat:
    """A format, by name, and how to make it below an empty directory.

    Attributes:
        options: those of `git init` for the registry that it is made from.
        newest: whether it takes Git 2.45.

    """

    name: str
    make: Callable[[Path, Path], Repository]
    options: tuple[str, ...] = ()
    newest: bool = False

    def __str__(self) -> str:
        return self.name


def git(place: Path, *arguments: str) -> str:
    """What git prints.

    Raises:
        subprocess.CalledProcessError: with what git said in `stderr`.

    """
    run = subprocess.run(["git", "-C", str(place), *arguments], capture_output=True, text=True, check=True)
    return run.stdout.removesuffix("\n")


def filled(place: Path, *options: str) -> Path:
    """The registry that the formats are made from."""
    MadeByGit(place).init(*options).fill()
    return place


def _copied(source: Path, place: Path) -> Path:
    shutil.copytree(source, place / "repo", symlinks=True)
    return place / "repo"


def _plain(source: Path, place: Path) -> Repository:
    repo = _copied(source, place)
    git(repo, "reset", "--quiet", "--hard")
    return Repository(repo, repo)


def _subdirectory(source: Path, place: Path) -> Repository:
    repo = _plain(source, place).git
    return Repository(repo / "models", repo)


def _through_a_link(source: Path, place: Path) -> Repository:
    repo = _plain(source, place).git
    (place / "link").symlink_to(repo)
    return Repository(place / "link", repo)


def _bare(source: Path, place: Path) -> Repository:
    # Not cloned: a clone has a format of its own, and no HEAD that is detached.
    (place / "repo.git").mkdir()
    shutil.copytree(source / ".git", place / "repo.git", dirs_exist_ok=True)
    git(place / "repo.git", "config", "core.bare", "true")
    return Repository(place / "repo.git", place / "repo.git")


def _mirror(source: Path, place: Path) -> Repository:
    git(place, "clone", "--quiet", "--mirror", str(source), "mirror.git")
    return Repository(place / "mirror.git", place / "mirror.git")


def _linked(source: Path, place: Path) -> Repository:
    repo = _copied(source, place)
    git(repo, "worktree", "add", "--quiet", "-b", "side", str(place / "linked"))
    return Repository(place / "linked", place / "linked")


def _worktree_configuration(source: Path, place: Path) -> Repository:
    repo = _linked(source, place)
    git(repo.git, "config", "extensions.worktreeConfig", "true")
    git(repo.git, "config", "--worktree", "core.sparseCheckout", "true")
    return repo


def _detached(source: Path, place: Path) -> Repository:
    repo = _copied(source, place)
    git(repo, "checkout", "--quiet", "--detach", "HEAD~1")
    return Repository(repo, repo)


def _submodule(source: Path, place: Path) -> Repository:
    outer = place / "outer"
    ids = git(source, "rev-parse", "--show-object-format")
    git(place, "init", "--quiet", f"--object-format={ids}", str(outer))
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(source), "inner")
    return Repository(outer / "inner", outer / "inner")


def _separate(source: Path, place: Path) -> Repository:
    repo = _copied(source, place)
    git(repo, "init", "--quiet", f"--separate-git-dir={place / 'elsewhere'}")
    return Repository(repo, repo)


def _git_dir(source: Path, place: Path) -> Repository:
    """A git directory and files that know nothing of each other but by `GIT_DIR` and `GIT_WORK_TREE`."""
    repo = _copied(source, place)
    (repo / ".git").rename(place / "meta")
    env = {"GIT_DIR": str(place / "meta"), "GIT_WORK_TREE": str(repo)}
    return Repository(place / "meta", repo, env)


def _collected(source: Path, place: Path) -> Repository:
    repo = _copied(source, place)
    git(repo, "gc", "--quiet", "--aggressive", "--prune=now")
    git(repo, "commit-graph", "write", "--reachable", "--changed-paths")
    git(repo, "multi-pack-index", "write")
    return Repository(repo, repo)


def _shallow(source: Path, place: Path) -> Repository:
    git(place, "clone", "--quiet", "--depth=1", f"file://{source}", "shallow")
    return Repository(place / "shallow", place / "shallow")


def _shallow_with_all_tags(source: Path, place: Path) -> Repository:
    repo = _shallow(source, place)
    git(repo.git, "fetch", "--quiet", "--depth=1", "origin", "refs/tags/*:refs/tags/*")
    return repo


def _served(source: Path, place: Path) -> Path:
    repo = _copied(source, place)
    git(repo, "config", "uploadpack.allowFilter", "true")
    git(repo, "config", "uploadpack.allowAnySHA1InWant", "true")
    return repo


def _partial(what: str) -> Callable[[Path, Path], Repository]:
    def make(source: Path, place: Path) -> Repository:
        url = f"file://{_served(source, place)}"
        git(place, "clone", "--quiet", "--no-checkout", f"--filter={what}", url, "partial")
        return Repository(place / "partial", place / "partial")

    return make


def _partial_by_extension(source: Path, place: Path) -> Repository:
    """As Git before 2.29 configured it."""
    repo = _partial("blob:none")(source, place)
    git(repo.git, "config", "core.repositoryFormatVersion", "1")
    git(repo.git, "config", "extensions.partialClone", "origin")
    return repo


def _borrowing(source: Path, place: Path) -> Repository:
    """Objects from an alternate that has an alternate itself."""
    git(place, "clone", "--quiet", "--shared", str(source), "between")
    git(place, "clone", "--quiet", "--shared", str(place / "between"), "borrowing")
    return Repository(place / "borrowing", place / "borrowing")


def _replaced(source: Path, place: Path) -> Repository:
    """Objects that `git replace` shows as others: a registry is what was tagged, not what is shown for it."""
    repo = _copied(source, place)
    git(repo, "replace", "HEAD", "HEAD~1")
    return Repository(repo, repo, {"GIT_NO_REPLACE_OBJECTS": "1"})


def _not_utf8(source: Path, place: Path) -> Repository:
    """Names of loose refs, branches, folders and files in Latin 1; the file system has to take them."""
    made = MadeByGit(_copied(source, place))
    blob = made.git("hash-object", "-w", "--stdin", stdin=b"artifacts: {}\n")
    tree = made.git(
        "mktree", "-z", stdin=b"100644 blob %s\tdvc.yaml\0100644 blob %s\tcaf\xe9\0" % ((blob.encode(),) * 2)
    )
    notes = made.git("rev-parse", "HEAD:artifacts.yaml")
    entries = b"040000 tree %s\td\xe9p\xf4t\0100644 blob %s\tartifacts.yaml\0" % (tree.encode(), notes.encode())
    commit = made.git("commit-tree", made.git("mktree", "-z", stdin=entries), "-p", "HEAD", "-m", "Latin 1")
    made.git("update-ref", "HEAD", commit)
    for ref in (b"refs/heads/\xe9t\xe9", b"refs/tags/d\xe9p\xf4t/x@v1.0.0", b"refs/tags/\xff"):
        made.git("update-ref", "--stdin", "-z", stdin=b"create %s\0%s\0" % (ref, commit.encode()))
    return Repository(made.path, made.path)


def _symbolic(source: Path, place: Path) -> Repository:
    repo = _copied(source, place)
    git(repo, "symbolic-ref", "refs/tags/alias@v1.0.0", "refs/tags/churn@v1.0.0")
    git(repo, "symbolic-ref", "refs/tags/nowhere@v1.0.0", "refs/tags/none")
    return Repository(repo, repo)


def _of_a_million_files(source: Path, place: Path) -> Repository:
    """One folder of a hundred files a hundred times, and that a hundred times: three tree objects."""
    repo = MadeByGit(_copied(source, place))
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"x")
    tree = repo.git("mktree", stdin=b"".join(b"100644 blob %s\tfile%02d\n" % (blob.encode(), n) for n in range(100)))
    for _ in range(2):
        tree = repo.git(
            "mktree", stdin=b"".join(b"040000 tree %s\tfolder%02d\n" % (tree.encode(), n) for n in range(100))
        )
    notes = repo.git("rev-parse", "HEAD:artifacts.yaml")
    entries = f"040000 tree {tree}\tmillion\n100644 blob {notes}\tartifacts.yaml\n"
    commit = repo.git("commit-tree", repo.git("mktree", stdin=entries.encode()), "-p", "HEAD", "-m", "A million files")
    repo.git("update-ref", "HEAD", commit)
    repo.tag("churn@v7.0.0")
    return Repository(repo.path, repo.path)


_SHA256 = ("--object-format=sha256",)
_REFTABLE = ("--ref-format=reftable",)

REPOSITORY_FORMATS = (
    RepositoryFormat("plain", _plain),
    RepositoryFormat("subdirectory", _subdirectory),
    RepositoryFormat("through-a-link", _through_a_link),
    RepositoryFormat("bare", _bare),
    RepositoryFormat("mirror", _mirror),
    RepositoryFormat("linked-worktree", _linked),
    RepositoryFormat("worktree-configuration", _worktree_configuration),
    RepositoryFormat("detached-head", _detached),
    RepositoryFormat("submodule", _submodule),
    RepositoryFormat("separate-git-dir", _separate),
    RepositoryFormat("GIT_DIR", _git_dir),
    RepositoryFormat("collected", _collected),
    RepositoryFormat("shallow", _shallow),
    RepositoryFormat("shallow-with-all-tags", _shallow_with_all_tags),
    RepositoryFormat("partial-without-files", _partial("blob:none")),
    RepositoryFormat("partial-without-folders", _partial("tree:0")),
    RepositoryFormat("partial-by-extension", _partial_by_extension),
    RepositoryFormat("alternates", _borrowing),
    RepositoryFormat("replaced-objects", _replaced),
    RepositoryFormat("symbolic-tags", _symbolic),
    RepositoryFormat("names-not-utf8", _not_utf8),
    RepositoryFormat("a-million-files", _of_a_million_files),
    RepositoryFormat("sha256", _plain, _SHA256),
    RepositoryFormat("sha256-bare", _bare, _SHA256),
    RepositoryFormat("sha256-linked-worktree", _linked, _SHA256),
    RepositoryFormat("sha256-submodule", _submodule, _SHA256),
    RepositoryFormat("sha256-collected", _collected, _SHA256),
    RepositoryFormat("sha256-partial", _partial("blob:none"), _SHA256),
    RepositoryFormat("sha256-alternates", _borrowing, _SHA256),
    RepositoryFormat("sha256-symbolic-tags", _symbolic, _SHA256),
    RepositoryFormat("sha256-names-not-utf8", _not_utf8, _SHA256),
    RepositoryFormat("reftable", _plain, _REFTABLE, newest=True),
    RepositoryFormat("reftable-bare", _bare, _REFTABLE, newest=True),
    RepositoryFormat("reftable-linked-worktree", _linked, _REFTABLE, newest=True),
    RepositoryFormat("reftable-symbolic-tags", _symbolic, _REFTABLE, newest=True),
    RepositoryFormat("reftable-sha256", _plain, (*_REFTABLE, *_SHA256), newest=True),
)
