"""`gto/clone`: a remote repository is cloned once, then only followed, and never makes us run anything of its own."""

import asyncio
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.rpc import PROTOCOL
from tests.builders import RepositoryBuilder
from tests.processes import processes
from tests.remotes import PASSWORD, USER, hook, http_remote, remote_of, silent_server
from tests.rpc.peer import Peer
from tests.rpc.test_remotes import git, refused, tags
from tests.waiting import soon


@pytest.fixture
def remote(registry: RepositoryBuilder, tmp_path: Path) -> Path:
    """A bare repository that has everything of the registry, and is its origin."""
    return remote_of(registry, tmp_path / "remote.git")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A client's environment, whose cache is in this test's directory."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM")}
    return {**kept, "XDG_CACHE_HOME": str(tmp_path / "cache")}


@pytest.fixture
def clones(tmp_path: Path) -> Path:
    """Where its clones are."""
    return tmp_path / "cache" / "gtod" / "clones"


def listed(place: Path) -> list[Path]:
    return list(place.iterdir()) if place.exists() else []


def mode(place: Path) -> int:
    return stat.S_IMODE(place.stat().st_mode)


async def test_a_clone_has_what_the_remote_has(peer: Peer, remote: Path, env: dict[str, str], clones: Path) -> None:
    answer = await peer.call("gto/clone", {"url": remote.as_uri(), "env": env})
    place = Path(answer["repo"])
    assert answer == {"repo": str(place), "url": remote.as_uri(), "cloned": True, "changed": True}
    assert listed(clones) == [place]
    assert {mode(each) for each in (place, clones, clones.parent)} == {0o700}
    shown = await peer.call("gto/show", {"repo": str(place)})
    assert shown["artifacts"]["churn"]["version"] == "v2.0.0"
    assert not (place / "hooks").exists()
    assert git(place, "config", "--local", "--name-only", "--list").split() == [
        "core.repositoryformatversion",
        "core.filemode",
        "core.bare",
        "remote.origin.url",
    ]


async def test_a_second_call_fetches_what_is_new_and_nothing_else(
    peer: Peer, remote: Path, env: dict[str, str], tmp_path: Path
) -> None:
    ask = {"url": remote.as_uri(), "env": env}
    place = Path((await peer.call("gto/clone", ask))["repo"])
    objects = (place / "objects").stat().st_ino

    async def again(name: str) -> tuple[dict[str, Any], list[str]]:
        trace = tmp_path / name
        answer = await peer.call("gto/clone", {**ask, "env": {**env, "GIT_TRACE2_EVENT": str(trace)}})
        ran = [json.loads(line) for line in trace.read_text().splitlines()]
        return answer, [each["argv"][1] for each in ran if each["event"] == "start" and each["argv"][0] == "git"]

    answer, ran = await again("same")
    assert (answer["cloned"], answer["changed"]) == (False, False)
    assert {"ls-remote", "for-each-ref"} <= {*ran}
    assert not {"clone", "init", "fetch"} & {*ran}
    git(remote, "tag", "-a", "-m", "x", "new@v1.0.0", "churn@v2.0.0")
    answer, ran = await again("new")
    assert (answer["cloned"], answer["changed"]) == (False, True)
    assert "fetch" in ran
    assert not {"clone", "init"} & {*ran}
    assert (place / "objects").stat().st_ino == objects


async def test_a_clone_follows_tags_branches_and_head(
    peer: Peer, remote: Path, env: dict[str, str], registry: RepositoryBuilder
) -> None:
    ask = {"url": remote.as_uri(), "env": env}
    place = Path((await peer.call("gto/clone", ask))["repo"])
    git(remote, "tag", "-d", "churn#prod#1")
    git(remote, "tag", "-f", "-a", "-m", "moved", "churn#dev#2", "churn@v1.0.0^{}")
    # A folder of the name of a tag that was.
    git(remote, "tag", "-a", "-m", "x", "churn#prod#1/x", "churn@v1.0.0^{}")
    git(remote, "branch", "other", "churn@v1.0.0^{}")
    git(remote, "symbolic-ref", "HEAD", "refs/heads/other")
    git(remote, "branch", "-D", "main")
    await peer.call("gto/clone", ask)
    listing = ("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags")
    assert git(place, *listing) == git(remote, *listing)
    assert git(place, "symbolic-ref", "HEAD") == "refs/heads/other\n"
    assert git(place, "for-each-ref", "--format=%(refname)", "refs/remotes") == "refs/remotes/origin/other\n"
    shown = await peer.call("gto/show", {"repo": str(place)})
    assert shown["artifacts"]["churn"]["stage"] == {"dev": "v1.0.0"}
    head = registry.commit({"a": "on no branch"})
    git(registry.path, "push", "--quiet", "origin", f"{head}:refs/elsewhere/x")
    git(remote, "update-ref", "--no-deref", "HEAD", head)
    await peer.call("gto/clone", ask)
    assert git(place, "rev-parse", "HEAD").strip() == head
    assert git(place, "rev-parse", "--abbrev-ref", "HEAD") == "HEAD\n"
    assert not (await peer.call("gto/clone", ask))["changed"]


async def test_the_configuration_is_that_of_the_remotes_head(
    peer: Peer, remote: Path, env: dict[str, str], registry: RepositoryBuilder, tmp_path: Path
) -> None:
    ask = {"url": remote.as_uri(), "env": env}
    repo = (await peer.call("gto/clone", ask))["repo"]

    async def allowed(**entry: str | None) -> Any:
        for content in entry.values():
            (registry.path / ".gto").unlink(missing_ok=True)
            if content is not None and "\n" not in content:
                (registry.path / ".gto").symlink_to(content)
            elif content is not None:
                (registry.path / ".gto").write_text(content)
        git(registry.path, "add", "--all", ".gto")
        git(registry.path, "commit", "--quiet", "-m", "configure")
        git(registry.path, "push", "--quiet", "origin", "main")
        await peer.call("gto/clone", ask)
        return (await peer.call("gto/stages", {"repo": repo, "allowed": True}))["stages"]

    assert await allowed(file="stages: [dev, prod]\n") == ["dev", "prod"]
    assert await allowed(file="stages: [dev]\n") == ["dev"]
    secret = tmp_path / "secret"
    secret.write_text("stages: [secret]\n")
    assert await allowed(link=str(secret)) is None
    # A link that leads out is not followed, and what it was to forbid is not allowed either.
    act = {"repo": repo, "name": "churn", "version": "v1.0.0", "stage": "other", "env": env}
    assert (await refused(peer, "gto/assign", act)).kind == "WrongConfig"
    assert await allowed(file="stages: [prod]\n") == ["prod"]
    (registry.path / "config").mkdir()
    (registry.path / "config" / "gto.yaml").write_text("stages: [linked]\n")
    git(registry.path, "add", "config")
    assert await allowed(link="config/gto.yaml") == ["linked"]
    assert await allowed(link="config") is None
    assert (await refused(peer, "gto/assign", act)).kind == "WrongConfig"
    assert await allowed(nothing=None) is None


async def test_a_password_is_used_and_never_shown(peer: Peer, remote: Path, env: dict[str, str], clones: Path) -> None:
    with http_remote(remote) as url:
        error = await refused(peer, "gto/clone", {"url": url, "env": env})
        assert error.kind == "AuthenticationFailed"
        assert url in error.message
        wrong = url.replace("://", f"://{USER}:wr@ng-one@")
        error = await refused(peer, "gto/clone", {"url": wrong, "env": env})
        assert error.kind in ("AuthenticationFailed", "RemoteUnavailable")
        assert "ng-one" not in error.message + str(error.data)
        assert not listed(clones)
        right = url.replace("://", f"://{USER}:{PASSWORD}@")
        answer = await peer.call("gto/clone", {"url": right, "env": env})
        assert PASSWORD not in str(answer)
        act = {"repo": answer["repo"], "name": "new", "push": True, "env": env}
        assert (await peer.call("gto/register", act))["push"]["ok"]
    assert "new@v0.0.1" in tags(remote)
    gone = await refused(peer, "gto/clone", {"url": right, "env": env})
    assert gone.kind == "RemoteUnavailable"
    assert PASSWORD not in gone.message + str(gone.data)


async def test_a_silent_remote_is_given_up_with_the_request_and_leaves_nothing(
    peer: Peer, env: dict[str, str], clones: Path
) -> None:
    with silent_server() as (url, came):
        params = {"url": url, "env": env}
        peer.send({"jsonrpc": "2.0", "id": "long", "method": "gto/clone", "params": params})
        assert await asyncio.to_thread(came.wait, 60)
        # Another one waits for the first, and can be given up too.
        peer.send({"jsonrpc": "2.0", "id": "second", "method": "gto/clone", "params": params})
        for name in ("second", "long"):
            peer.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": name}})
            answer = await peer.message()
            assert (answer["id"], answer["error"]["code"]) == (name, -32800)
        await soon(lambda: url not in processes())
        await soon(lambda: not listed(clones))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ext::sh", "no URL"),
        ("ext::sh -c touch% {marker}", "no URL"),
        ("--upload-pack=touch${{IFS}}{marker};", "no URL"),
        ("-oProxyCommand=touch${{IFS}}{marker}", "no URL"),
        ("ssh://-oProxyCommand=touch${{IFS}}{marker}/x", "like an option"),
        ("ssh://ann@-oProxyCommand=touch${{IFS}}{marker}/x", "like an option"),
        ("-oProxyCommand:x", "like an option"),
        ("ann@example.com:--upload-pack=x", "like an option"),
        ("fd::17", "no URL"),
        ("ftp://ann:pw@example.com/x", "transports"),
        ("/srv/x.git", "no URL"),
        ("https://example.com/x\n", "control characters"),
        ("", "no URL"),
    ],
)
async def test_what_is_no_url_of_gits_own_transports_never_reaches_git(
    url: str, reason: str, peer: Peer, env: dict[str, str], tmp_path: Path, clones: Path
) -> None:
    marker = tmp_path / "marker"
    error = await refused(peer, "gto/clone", {"url": url.format(marker=marker), "env": env})
    assert error.kind == "UnsupportedUrl"
    assert reason in error.message
    assert "pw@" not in error.message + str(error.data)
    assert not marker.exists()
    assert not listed(clones)


async def test_a_transport_that_the_client_forbids_or_rewrites_is_not_used(
    peer: Peer, remote: Path, env: dict[str, str], tmp_path: Path
) -> None:
    error = await refused(peer, "gto/clone", {"url": remote.as_uri(), "env": {**env, "GIT_ALLOW_PROTOCOL": "https"}})
    assert "not allowed" in error.message
    marker = tmp_path / "marker"
    rewritten = {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": f"url.ext::touch {marker} .insteadOf",
        "GIT_CONFIG_VALUE_0": "https://example.com/",
        "GIT_CONFIG_KEY_1": "protocol.ext.allow",
        "GIT_CONFIG_VALUE_1": "always",
    }
    await refused(peer, "gto/clone", {"url": "https://example.com/x", "env": {**env, **rewritten}})
    assert not marker.exists()


async def test_an_untrusted_session_clones_nothing(peer: Peer, remote: Path, env: dict[str, str], clones: Path) -> None:
    greeting = {"client": "test", "version": "1", "protocol": PROTOCOL, "trusted": False}
    await peer.call("gto/handshake", greeting)
    error = await refused(peer, "gto/clone", {"url": remote.as_uri(), "env": env})
    assert error.kind == "Untrusted"
    assert not listed(clones)


async def test_progress_is_told_to_who_gave_a_token(peer: Peer, remote: Path, env: dict[str, str]) -> None:
    await peer.call("gto/clone", {"url": remote.as_uri(), "env": env, "workDoneToken": "t"})
    told = [each["params"] for each in peer.notifications if each["method"] == "$/progress"]
    assert told
    assert {each["token"] for each in told} == {"t"}


async def test_a_tag_that_did_not_arrive_is_gone_with_the_next_call(
    peer: Peer, remote: Path, env: dict[str, str]
) -> None:
    ask = {"url": remote.as_uri(), "env": env}
    repo = (await peer.call("gto/clone", ask))["repo"]
    hook(remote, "pre-receive", "exit 1")
    answer = await peer.call("gto/register", {"repo": repo, "name": "new", "push": True, "env": env})
    assert not answer["push"]["ok"]
    await peer.call("gto/clone", ask)
    assert "new" not in (await peer.call("gto/show", {"repo": repo}))["artifacts"]
    (remote / "hooks" / "pre-receive").unlink()
    again = await peer.call("gto/register", {"repo": repo, "name": "new", "push": True, "env": env})
    assert [tag["tag"] for tag in again["created"]] == ["new@v0.0.1"]
    assert "new@v0.0.1" in tags(remote)


async def test_a_clone_is_written_where_git_wants_bare_repositories_named(
    peer: Peer, remote: Path, env: dict[str, str], clones: Path, tmp_path: Path
) -> None:
    strict = {
        **env,
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.bareRepository",
        "GIT_CONFIG_VALUE_0": "explicit",
    }
    repo = (await peer.call("gto/clone", {"url": remote.as_uri(), "env": strict}))["repo"]
    act = {"name": "new", "push": True, "env": strict}
    assert (await peer.call("gto/register", {**act, "repo": repo}))["push"]["ok"]
    assert "new@v0.0.1" in tags(remote)
    # A bare repository that came with somebody's files may carry hooks, and the mark of a clone: Git's refusal stands.
    git(tmp_path, "init", "--quiet", "files")
    git(tmp_path, "init", "--quiet", str(clones))
    for place in (tmp_path / "files" / "found.git", clones / "below" / "found.git"):
        git(tmp_path, "clone", "--quiet", "--bare", str(remote), str(place))
        await asyncio.to_thread((place / "gtod-clone").touch)
        error = await refused(peer, "gto/register", {**act, "name": "other", "repo": str(place)})
        assert "safe.bareRepository" in error.message


async def test_no_update_takes_away_what_is_on_its_way(
    connect: Callable[..., Peer], remote: Path, env: dict[str, str], tmp_path: Path
) -> None:
    acting, other = connect(), connect()
    ask = {"url": remote.as_uri(), "env": env}
    repo = (await acting.call("gto/clone", ask))["repo"]
    came, go = tmp_path / "came", tmp_path / "go"
    for each in (came, go):
        os.mkfifo(each)
    hook(remote, "pre-receive", f"echo > {came}; read line < {go}")
    act = asyncio.create_task(acting.call("gto/register", {"repo": repo, "name": "new", "push": True, "env": env}))
    await asyncio.to_thread(came.read_text)
    update = asyncio.create_task(other.call("gto/clone", ask))
    # The remote does not have the tag, and the update would take it away.
    await asyncio.wait({update}, timeout=0.5)
    assert not update.done()
    await asyncio.to_thread(go.write_text, "go\n")
    assert (await act)["push"]["ok"]
    await update
    assert "new@v0.0.1" in tags(Path(repo))


async def test_a_clone_that_a_killed_git_left_locked_is_made_anew(
    peer: Peer, remote: Path, env: dict[str, str], clones: Path
) -> None:
    ask = {"url": remote.as_uri(), "env": env}
    place = Path((await peer.call("gto/clone", ask))["repo"])
    await peer.call("gto/show", {"repo": str(place)})
    (place / "packed-refs.lock").touch()
    git(remote, "tag", "-d", "churn@v2.0.0")
    answer = await peer.call("gto/clone", ask)
    assert answer["cloned"]
    assert listed(clones) == [place]
    assert (await peer.call("gto/show", {"repo": str(place)}))["artifacts"]["churn"]["version"] == "v1.0.0"


async def test_a_cache_that_cannot_be_used_is_refused(
    peer: Peer, remote: Path, env: dict[str, str], clones: Path, tmp_path: Path
) -> None:
    ask = {"url": remote.as_uri(), "env": env}
    await asyncio.to_thread(clones.parent.mkdir, parents=True)
    for make in (clones.touch, lambda: clones.symlink_to(tmp_path)):
        make()
        error = await refused(peer, "gto/clone", ask)
        assert (error.kind, error.data["path"]) == ("CacheUnusable", str(clones))
        await asyncio.to_thread(clones.unlink)
    nowhere = {**env, "XDG_CACHE_HOME": "relative", "HOME": ""}
    assert (await refused(peer, "gto/clone", {**ask, "env": nowhere})).kind == "CacheUnusable"


async def test_a_cache_that_is_open_to_others_is_closed(
    peer: Peer, remote: Path, env: dict[str, str], clones: Path
) -> None:
    await asyncio.to_thread(clones.mkdir, mode=0o755, parents=True)
    await peer.call("gto/clone", {"url": remote.as_uri(), "env": env})
    assert (mode(clones), mode(clones.parent)) == (0o700, 0o700)


async def test_without_a_cache_directory_it_is_below_home(
    peer: Peer, remote: Path, env: dict[str, str], tmp_path: Path
) -> None:
    home = {**env, "XDG_CACHE_HOME": "relative", "HOME": str(tmp_path / "home")}
    answer = await peer.call("gto/clone", {"url": remote.as_uri(), "env": home})
    assert Path(answer["repo"]).parent == tmp_path / "home" / ".cache" / "gtod" / "clones"


async def test_many_who_ask_at_once_get_one_clone(
    connect: Callable[..., Peer], remote: Path, env: dict[str, str], clones: Path
) -> None:
    ask = {"url": remote.as_uri(), "env": env}
    answers = await asyncio.gather(*(connect().call("gto/clone", ask) for _ in range(4)))
    assert sorted(answer["cloned"] for answer in answers) == [False, False, False, True]
    assert listed(clones) == [Path(answers[0]["repo"])]


async def test_the_path_of_a_url_may_have_blanks(peer: Peer, remote: Path, env: dict[str, str], tmp_path: Path) -> None:
    place = tmp_path / "re mote.git"
    await asyncio.to_thread(remote.rename, place)
    cloned = await peer.call("gto/clone", {"url": f"file://{place}", "env": env})
    assert cloned["cloned"]
