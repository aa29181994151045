"""Bare repositories where Git wants them named (`safe.bareRepository=explicit`, the default of Git 3.0)."""

import asyncio
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.remotes import hook, remote_of
from tests.rpc.peer import Peer
from tests.rpc.test_remotes import git, refused, tags


@pytest.fixture
def env() -> dict[str, str]:
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.bareRepository",
        "GIT_CONFIG_VALUE_0": "explicit",
        "GIT_COMMITTER_NAME": "Ann",
        "GIT_COMMITTER_EMAIL": "ann@example.com",
    }


@pytest.fixture
def bare(registry: RepositoryBuilder, tmp_path: Path) -> Path:
    """A bare repository with a remote that has everything."""
    remote_of(registry, tmp_path / "remote.git")
    place = tmp_path / "bare.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(tmp_path / "remote.git"), str(place))
    return place


@pytest.mark.parametrize("below", ["", "refs"])
async def test_every_act_and_question_to_its_remote_is_done(
    below: str, peer: Peer, bare: Path, env: dict[str, str], tmp_path: Path
) -> None:
    asked = {"repo": str(bare / below), "env": env}
    hook(bare, "reference-transaction", f'echo "$1" >> {tmp_path / "hooked"}')
    made = await peer.call("gto/assign", {**asked, "name": "new", "stage": "prod", "ref": "HEAD", "push": True})
    assert made["push"]["ok"]
    assert {"new@v0.0.1", "new#prod#1"} <= {*tags(tmp_path / "remote.git")}
    assert "committed" in (tmp_path / "hooked").read_text()
    await peer.call("gto/register", {**asked, "name": "other"})
    status = await peer.call("gto/syncStatus", {**asked, "refresh": True})
    assert status["counts"] == {"same": 6, "local only": 1}
    assert (await peer.call("gto/push", asked))["push"]["tags"] == [{"tag": "other@v0.0.1", "status": "pushed"}]
    git(tmp_path / "remote.git", "tag", "-a", "-m", "t", "theirs@v1.0.0")
    assert (await peer.call("gto/fetch", asked))["tags"] == [{"tag": "theirs@v1.0.0", "status": "fetched"}]
    await peer.call("gto/deprecate", {**asked, "name": "other", "delete": True})


async def test_one_that_came_with_the_files_of_another_is_git_s_to_refuse(
    peer: Peer, bare: Path, env: dict[str, str], registry: RepositoryBuilder
) -> None:
    within = registry.path / "some" / "found.git"
    within.parent.mkdir()
    await asyncio.to_thread(bare.rename, within)
    for method in ("push", "fetch", "syncStatus", "register"):
        params = {"syncStatus": {"refresh": True}, "register": {"name": "new"}}.get(method, {})
        error = await refused(peer, f"gto/{method}", {"repo": str(within), "env": env, **params})
        assert (error.kind, "safe.bareRepository" in error.message) == ("GitFailed", True)
