"""Pushing, fetching and comparing, with real remotes that refuse, want a password, or never answer."""

import asyncio
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.builders import RepositoryBuilder
from tests.processes import processes
from tests.remotes import PASSWORD, USER, hook, http_remote, remote_of, silent_server
from tests.rpc.peer import CallFailedError, Peer


@pytest.fixture
def remote(registry: RepositoryBuilder, tmp_path: Path) -> Path:
    """A bare repository that has everything of the registry, and is its origin."""
    return remote_of(registry, tmp_path / "remote.git")


def git(place: Path, *arguments: str, **env: str) -> str:
    run = subprocess.run(
        ["git", *arguments], cwd=place, env={**os.environ, **env}, capture_output=True, text=True, check=True
    )
    return run.stdout


def tags(place: Path) -> list[str]:
    return git(place, "tag").splitlines()


async def refused(peer: Peer, method: str, params: dict[str, Any]) -> CallFailedError:
    with pytest.raises(CallFailedError) as caught:
        await peer.call(method, params)
    return caught.value


async def test_all_tags_of_an_act_are_pushed_together(peer: Peer, path: str, remote: Path) -> None:
    answer = await peer.call("gto/assign", {"repo": path, "name": "new", "stage": "prod", "ref": "HEAD", "push": True})
    assert answer["push"] == {
        "ok": True,
        "remote": "origin",
        "atomic": True,
        "tags": [{"tag": "new@v0.0.1", "status": "pushed"}, {"tag": "new#prod#1", "status": "pushed"}],
        "pushes": [{"create": ["new@v0.0.1", "new#prod#1"], "delete": [], "ok": True, "atomic": True}],
    }
    assert {"new@v0.0.1", "new#prod#1"} <= {*tags(remote)}


async def test_a_hook_that_refuses_is_quoted_and_the_act_stands(
    peer: Peer, path: str, remote: Path, registry: RepositoryBuilder
) -> None:
    hook(remote, "pre-receive", 'echo "no tags on friday" >&2; exit 1')
    answer = await peer.call("gto/register", {"repo": path, "name": "new", "push": True})
    push = answer["push"]
    assert (push["ok"], push["kind"]) == (False, "PushRejected")
    assert push["message"].startswith("The command `git push origin new@v0.0.1` failed. Make sure")
    assert "no tags on friday" in push["message"]
    assert "new@v0.0.1" in registry.git("tag")
    assert "new@v0.0.1" not in tags(remote)
    (remote / "hooks" / "pre-receive").unlink()
    again = await peer.call("gto/push", {"repo": path})
    assert again["push"]["tags"] == [{"tag": "new@v0.0.1", "status": "pushed"}]


_SPEAKS = """echo 'Pipeline 4711 started: https://u:secret@ci.example/4711'
echo '  see it'
echo
echo 'Resolving deltas: 100% (1/1), done.'"""


@pytest.mark.parametrize("atomic", ["true", "false"])
async def test_what_the_server_says_on_a_push_that_it_takes_is_told(
    atomic: str, peer: Peer, path: str, remote: Path
) -> None:
    hook(remote, "post-receive", _SPEAKS)
    git(remote, "config", "receive.advertiseAtomic", atomic)
    said = ["Pipeline 4711 started: https://ci.example/4711", "  see it"]
    answer = await peer.call("gto/register", {"repo": path, "name": "new", "push": True})
    assert (answer["push"]["ok"], answer["push"]["remote_messages"]) == (True, said)
    await peer.call("gto/register", {"repo": path, "name": "other"})
    answer = await peer.call("gto/push", {"repo": path})
    assert (answer["push"]["ok"], answer["push"]["remote_messages"]) == (True, said)
    assert "remote_messages" not in (await peer.call("gto/push", {"repo": path}))["push"]


async def test_a_remote_takes_all_tags_of_an_act_or_none(peer: Peer, path: str, remote: Path) -> None:
    hook(remote, "update", 'case "$1" in *prod*) exit 1;; esac')
    act = {"repo": path, "stage": "prod", "ref": "HEAD", "push": True}
    answer = await peer.call("gto/assign", {**act, "name": "a"})
    assert not answer["push"]["ok"]
    assert not [tag for tag in tags(remote) if tag.startswith("a")]
    git(remote, "config", "receive.advertiseAtomic", "false")
    answer = await peer.call("gto/assign", {**act, "name": "b"})
    assert (answer["push"]["ok"], answer["push"]["atomic"]) == (False, False)
    assert [tag for tag in tags(remote) if tag.startswith("b")] == ["b@v0.0.1"]


async def test_deletions_are_pushed_too(peer: Peer, path: str, remote: Path) -> None:
    act = {"repo": path, "name": "churn", "stage": "prod", "version": "v1.0.0", "delete": True, "push": True}
    answer = await peer.call("gto/unassign", act)
    assert answer["push"]["tags"] == [{"tag": "churn#prod#1", "status": "deleted"}]
    assert "churn#prod#1" not in tags(remote)
    again = await peer.call("gto/push", {"repo": path, "delete": ["churn#prod#1"]})
    assert again["push"]["tags"] == [{"tag": "churn#prod#1", "status": "up to date"}]


async def test_a_clash_is_explained_and_nothing_is_overwritten(
    peer: Peer, path: str, remote: Path, registry: RepositoryBuilder, tmp_path: Path
) -> None:
    registry.git("config", "--add", "remote.origin.fetch", "+refs/tags/*:refs/tags/*")
    registry.git("config", "fetch.prune", "true")
    zoe = {"GIT_COMMITTER_NAME": "Zoe Other", "GIT_COMMITTER_DATE": "@1700009999 +0000"}
    git(remote, "tag", "-a", "-m", "hers", "new@v0.0.1", "churn@v1.0.0", **zoe)
    answer = await peer.call("gto/register", {"repo": path, "name": "new", "push": True})
    push = answer["push"]
    assert push["kind"] == "PushRejected"
    (told,) = push["tags"]
    assert told["clash"]["remote"]["tagger"] == "Zoe Other"
    assert told["clash"]["local"]["tagger"] == "Uma User"
    assert "made by Zoe Other at 2023-11-15T00:59:59+00:00 on the remote" in push["message"]
    status = await peer.call("gto/syncStatus", {"repo": path, "refresh": True})
    assert [(tag["tag"], tag["status"]) for tag in status["tags"]] == [("new@v0.0.1", "different")]
    fetched = await peer.call("gto/fetch", {"repo": path})
    assert [(tag["tag"], tag["status"]) for tag in fetched["tags"]] == [("new@v0.0.1", "different")]
    mine = answer["created"][0]["oid"]
    assert registry.git("rev-parse", "new@v0.0.1") == mine


async def test_an_act_stands_when_the_remote_goes_away_while_its_clash_is_explained(
    peer: Peer, path: str, remote: Path, registry: RepositoryBuilder
) -> None:
    hook(remote, "update", 'mv "$(pwd)" "$(pwd).gone"; exit 1')
    answer = await peer.call("gto/register", {"repo": path, "name": "new", "push": True})
    assert [tag["tag"] for tag in answer["created"]] == ["new@v0.0.1"]
    push = answer["push"]
    assert (push["ok"], push["kind"]) == (False, "PushRejected")
    assert "could not be looked at" in push["message"]
    assert "new@v0.0.1" in registry.git("tag")


async def test_a_push_stands_when_the_remote_goes_away_after_it(
    peer: Peer, path: str, remote: Path, registry: RepositoryBuilder
) -> None:
    await peer.call("gto/register", {"repo": path, "name": "new"})
    hook(remote, "post-receive", 'mv "$(pwd)" "$(pwd).gone"')
    answer = await peer.call("gto/push", {"repo": path})
    assert answer["push"]["tags"] == [{"tag": "new@v0.0.1", "status": "pushed"}]
    status = await peer.call("gto/syncStatus", {"repo": path})
    assert status["counts"] == {"same": 5}


async def test_what_only_the_remote_has_is_fetched(
    peer: Peer, path: str, remote: Path, registry: RepositoryBuilder
) -> None:
    unknown = await peer.call("gto/syncStatus", {"repo": path})
    assert (unknown["asked_at"], set(unknown["counts"])) == (None, {"unknown"})
    git(remote, "tag", "-a", "-m", "x", "other@v1.0.0", "churn@v2.0.0")
    git(remote, "tag", "-a", "-m", "x", "not-gtos", "churn@v2.0.0")
    status = await peer.call("gto/syncStatus", {"repo": path, "refresh": True})
    assert status["counts"] == {"remote only": 1, "same": 4}
    fetched = await peer.call("gto/fetch", {"repo": path})
    assert fetched["tags"] == [{"tag": "other@v1.0.0", "status": "fetched"}]
    shown = await peer.call("gto/show", {"repo": path})
    assert shown["artifacts"]["other"]["version"] == "v1.0.0"
    assert "not-gtos" not in registry.git("tag")


async def test_a_password_is_never_asked_for(peer: Peer, path: str, remote: Path, registry: RepositoryBuilder) -> None:
    with http_remote(remote) as url:
        registry.git("remote", "set-url", "origin", url)
        error = await refused(peer, "gto/syncStatus", {"repo": path, "refresh": True})
        assert error.kind == "AuthenticationFailed"
        registry.git("remote", "set-url", "origin", url.replace("://", f"://{USER}:wrong-one@"))
        answer = await peer.call("gto/register", {"repo": path, "name": "new", "push": True})
        assert answer["push"]["kind"] == "AuthenticationFailed"
        assert "wrong-one" not in str(answer)
        registry.git("remote", "set-url", "origin", url.replace("://", f"://{USER}:{PASSWORD}@"))
        answer = await peer.call("gto/push", {"repo": path})
        assert answer["push"]["tags"] == [{"tag": "new@v0.0.1", "status": "pushed"}]
    assert "new@v0.0.1" in tags(remote)


async def test_what_is_no_remote_is_told_from_one_that_does_not_answer(peer: Peer, path: str, remote: Path) -> None:
    ask = {"repo": path, "refresh": True}
    nobody = await refused(peer, "gto/syncStatus", {**ask, "remote": "nobody"})
    assert (nobody.kind, nobody.data["hint"].startswith("There is: origin.")) == ("RemoteNotFound", True)
    gone = await refused(peer, "gto/syncStatus", {**ask, "remote": "http://user:pw@127.0.0.1:9/x"})
    assert gone.kind == "RemoteUnavailable"
    assert "pw@" not in str(gone.data) + gone.message
    for wrong in ("--upload-pack=touch x", "ext::sh -c touch% x"):
        error = await refused(peer, "gto/syncStatus", {**ask, "remote": wrong})
        assert error.kind in ("RemoteNotFound", "RemoteUnavailable", "GitFailed")


async def test_a_remote_that_never_answers_is_given_up_when_the_client_says_so(
    connect: Callable[..., Peer], path: str, remote: Path, registry: RepositoryBuilder
) -> None:
    peer = connect()
    with silent_server() as (url, came):
        registry.git("remote", "set-url", "origin", url)
        params = {"repo": path, "refresh": True}
        peer.send({"jsonrpc": "2.0", "id": "long", "method": "gto/syncStatus", "params": params})
        assert await asyncio.to_thread(came.wait, 60)
        shown = await peer.call("gto/show", {"repo": path})
        assert shown["artifacts"]
        peer.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "long"}})
        answer = await peer.message()
        assert (answer["id"], answer["error"]["code"]) == ("long", -32800)
        async with asyncio.timeout(60):
            while url in await asyncio.to_thread(processes):
                await asyncio.to_thread(os.sched_yield)


async def test_progress_is_told_to_who_gave_a_token(peer: Peer, path: str, remote: Path) -> None:
    await peer.call("gto/register", {"repo": path, "name": "new", "push": True, "workDoneToken": "t"})
    told = [each["params"] for each in peer.notifications if each["method"] == "$/progress"]
    assert told
    assert {each["token"] for each in told} == {"t"}
    assert all(0 <= each["value"]["percentage"] <= 100 for each in told)
