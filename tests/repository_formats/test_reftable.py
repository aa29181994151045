"""Repositories that come to the reftable format, and a Git that does not know it."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.daemon.hub import Hub
from gto_daemon.registry.errors import RegistryError
from tests.daemon.reading import latest
from tests.repository_formats.conftest import use_newest_git
from tests.repository_formats.formats import Repository, git
from tests.repository_formats.git_comparison import assert_as_git_sees_it
from tests.repository_formats.test_moves import assert_hears, listening

Template = Callable[..., Path]


async def test_a_conversion_to_reftable_and_back_changes_nothing(
    live_hub: Hub, template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_newest_git(monkeypatch)
    repo = shutil.copytree(template(), tmp_path / "repo")
    # Git 2.47 converts no reflogs.
    shutil.rmtree(repo / ".git/logs")
    git(repo, "config", "core.logAllRefUpdates", "false")
    worktree, heard = await listening(live_hub, repo)
    before = latest(await worktree.fresh())
    for number, target in enumerate(("reftable", "files", "reftable")):
        await asyncio.to_thread(git, repo, "refs", "migrate", f"--ref-format={target}")
        assert latest(await worktree.fresh()) == before
        await assert_hears(live_hub, repo, heard, f"late{number}")
        before = latest(await worktree.fresh())
        await asyncio.to_thread(assert_as_git_sees_it, Repository(repo, repo))


def test_reftable_is_refused_where_git_does_not_know_it(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.MonkeyPatch.context() as newest:
        use_newest_git(newest)
        repo = shutil.copytree(template("--ref-format=reftable"), tmp_path / "repo")
    hub = Hub(watch=False)
    monkeypatch.setenv("PATH", "/nowhere")
    for _ in range(2):
        with pytest.raises(RegistryError) as caught:
            hub.worktree(str(repo)).fresh_blocking()
        assert caught.value.kind == "UnsupportedRepository"
        assert "Install Git 2.45 or newer" in caught.value.hint
    monkeypatch.undo()
    use_newest_git(monkeypatch)
    assert latest(hub.worktree(str(repo)).fresh_blocking())["churn"] == "v1.1.0"
    asyncio.run(hub.close())
