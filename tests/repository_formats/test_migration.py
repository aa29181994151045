"""`git refs migrate`, stopped after each of its steps: nobody is told that a tag is gone, or answered so."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gto_daemon.daemon.hub import Hub
from gto_daemon.registry.errors import RegistryError
from tests.daemon.reading import latest, refs
from tests.repository_formats.conftest import use_newest_git
from tests.repository_formats.formats import git
from tests.waiting import eventually, soon

Template = Callable[..., Path]
FORMATS = ("reftable", "files")


class Migration:
    """One of `repo` to another format, in Git's own steps: from a copy that Git has migrated."""

    def __init__(self, repo: Path, target: str) -> None:
        self.git_dir = repo / ".git"
        migrated = repo.with_name("migrated")
        shutil.copytree(repo, migrated, symlinks=True)
        git(migrated, "refs", "migrate", f"--ref-format={target}")
        self._source = migrated / ".git"
        self._folder = self.git_dir / "ref_migration.aBcDeF"
        self._target = target

    def steps(self) -> Iterator[str]:
        """Do one step after the other, and say which."""
        self._folder.mkdir()
        yield "the folder is made"
        for name in ("refs", "packed-refs", "reftable", "HEAD"):
            source = self._source / name
            if source.is_dir():
                shutil.copytree(source, self._folder / name, copy_function=shutil.copyfile)
            elif source.is_file():
                shutil.copyfile(source, self._folder / name)
        yield "the refs are written in the new format"
        if self._target == "reftable":
            for tag in sorted((self.git_dir / "refs/tags").iterdir())[:2]:
                tag.unlink()
            yield "two tags are removed"
            shutil.rmtree(self.git_dir / "refs/tags")
            yield "all loose tags are removed"
            shutil.rmtree(self.git_dir / "refs")
            yield "refs is removed"
            (self.git_dir / "HEAD").unlink()
            yield "HEAD is removed"
            (self.git_dir / "packed-refs").unlink()
            yield "packed-refs is removed"
        else:
            shutil.rmtree(self.git_dir / "reftable")
            yield "the tables are removed"
            (self.git_dir / "HEAD").unlink()
            shutil.rmtree(self.git_dir / "refs")
            yield "what stands for HEAD and refs is removed"
        for entry in sorted(self._folder.iterdir(), reverse=True):
            entry.rename(self.git_dir / entry.name)
            yield f"{entry.name} is moved to its place"
        self._folder.rmdir()
        yield "the folder is removed"
        shutil.copyfile(self._source / "config", self.git_dir / "config.lock")
        (self.git_dir / "config.lock").rename(self.git_dir / "config")
        yield "the configuration says so"


@pytest.fixture
def newest(monkeypatch: pytest.MonkeyPatch) -> None:
    use_newest_git(monkeypatch)


def _migration(template: Template, tmp_path: Path, target: str) -> tuple[Path, Migration]:
    """A repository with loose and packed tags in the other format, and its migration to this one."""
    repo = shutil.copytree(template(), tmp_path / "repo", symlinks=True)
    # Git 2.47 migrates no reflogs.
    shutil.rmtree(repo / ".git/logs")
    git(repo, "config", "core.logAllRefUpdates", "false")
    if target == "files":
        git(repo, "refs", "migrate", "--ref-format=reftable")
    git(repo, "pack-refs", "--all")
    for name in ("late@v1.0.0", "late@v1.1.0", "late@v1.2.0"):
        git(repo, "tag", "-a", "-m", "m", name, "HEAD" if name.endswith("v1.0.0") else "HEAD~1")
    return repo, Migration(repo, target)


@pytest.mark.usefixtures("newest")
@pytest.mark.parametrize("target", FORMATS)
def test_an_answer_is_the_last_good_one_or_says_that_a_migration_is_under_way(
    template: Template, tmp_path: Path, target: str
) -> None:
    repo, migration = _migration(template, tmp_path, target)
    daemon = Hub(watch=False)
    before = refs(daemon.worktree(str(repo)).fresh_blocking())
    refused = {"daemon": 0, "command": 0}
    for step in migration.steps():
        command = Hub(watch=False)
        for who, hub in (("daemon", daemon), ("command", command)):
            try:
                worktree = hub.worktree(str(repo))
                seen = refs(worktree.current(None) or worktree.fresh_blocking())
            except RegistryError as error:
                if (error.kind, error.retryable) != ("RefsMigrating", True):
                    raise
                refused[who] += 1
            else:
                assert seen == before, (who, step)
        asyncio.run(command.close())
        if step == "the folder is removed":
            assert [row["health"] for row in daemon.repositories()] == ["error"], "it counts what cannot be shown"
    assert min(refused.values()) > 3
    assert [row["health"] for row in daemon.repositories()] == ["ok"]
    worktree = daemon.worktree(str(repo))
    git(repo, "tag", "-a", "-m", "m", "after@v1.0.0")
    assert refs(worktree.fresh_blocking()) - before == {"after@v1.0.0"}
    asyncio.run(daemon.close())


@pytest.mark.usefixtures("newest")
@pytest.mark.parametrize("target", FORMATS)
async def test_who_listens_hears_nothing_of_a_migration(
    live_hub: Hub, template: Template, tmp_path: Path, target: str
) -> None:
    repo, migration = await asyncio.to_thread(_migration, template, tmp_path, target)
    worktree = live_hub.worktree(str(repo))
    heard: list[str] = []
    undo = worktree.listen(lambda change: heard.extend(event.ref for event in (*change.added, *change.removed)))
    before = latest(await worktree.fresh())
    for _ in migration.steps():
        # Whatever the follower is about to do, it does it on this state of things too.
        try:
            await worktree.fresh()
        except RegistryError as error:
            if error.kind != "RefsMigrating":
                raise
    assert latest(await worktree.fresh()) == before
    await soon(lambda: live_hub.status(worktree)["health"] == "ok")
    await asyncio.to_thread(git, repo, "tag", "-a", "-m", "m", "after@v1.0.0")
    await soon(lambda: "after@v1.0.0" in heard)
    assert heard == ["after@v1.0.0"]
    undo()


@pytest.mark.usefixtures("newest")
def test_what_a_trial_or_a_killed_migration_left_behind_holds_up_nothing(template: Template, tmp_path: Path) -> None:
    repo, _ = _migration(template, tmp_path, "reftable")
    git(repo, "refs", "migrate", "--ref-format=reftable", "--dry-run")
    (folder,) = (repo / ".git").glob("ref_migration.*")
    (repo / ".git/ref_migration.killed").mkdir()
    os.utime(folder / "reftable/tables.list", (1_700_000_000, 1_700_000_000))
    worktree = Hub(watch=False).worktree(str(repo))
    before = refs(worktree.fresh_blocking())
    git(repo, "tag", "-d", "late@v1.1.0")
    assert before - refs(worktree.fresh_blocking()) == {"late@v1.1.0"}
    everything = "git for-each-ref --format='delete %(refname)' refs/tags | git update-ref --stdin"
    subprocess.run(["sh", "-c", everything], cwd=repo, check=True)
    assert refs(worktree.fresh_blocking()) == set()
    assert refs(Hub(watch=False).worktree(str(repo)).fresh_blocking()) == set()


@pytest.mark.usefixtures("newest")
def test_a_folder_called_reftable_makes_no_reftable_repository(template: Template, tmp_path: Path) -> None:
    repo, _ = _migration(template, tmp_path, "reftable")
    (repo / ".git/reftable").mkdir()
    worktree = Hub(watch=False).worktree(str(repo))
    before = refs(eventually(lambda: worktree.fresh_blocking() and worktree.current(None)))
    git(repo, "tag", "-a", "-m", "m", "after@v1.0.0")
    assert worktree.current(None) is None
    assert refs(worktree.fresh_blocking()) - before == {"after@v1.0.0"}


@pytest.mark.usefixtures("newest")
def test_a_repository_in_another_one_is_not_taken_for_that_one_meanwhile(template: Template, tmp_path: Path) -> None:
    repo, migration = _migration(template, tmp_path, "reftable")
    git(tmp_path, "init", "--quiet")
    for step in migration.steps():
        if step == "HEAD is removed":
            with pytest.raises(RegistryError, match="being migrated"):
                Hub(watch=False).worktree(str(repo))
    assert Hub(watch=False).worktree(str(repo)).repo == str(repo)
