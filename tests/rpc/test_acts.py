"""Acts over the protocol: planned, conditional, all or nothing, as the client's Git would."""

import asyncio
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.daemon.acts import performing
from gto_daemon.rpc import PROTOCOL
from gto_daemon.rpc.methods.acts import apply
from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer

pytestmark = pytest.mark.usefixtures("registry")


def everything(repo: RepositoryBuilder) -> dict[str, bytes]:
    """Every file of the repository."""
    return {str(path): path.read_bytes() for path in repo.path.rglob("*") if path.is_file()}


def tags(repo: RepositoryBuilder) -> list[str]:
    return repo.git("tag").splitlines()


async def refused(peer: Peer, method: str, params: dict[str, Any]) -> CallFailedError:
    with pytest.raises(CallFailedError) as caught:
        await peer.call(method, params)
    return caught.value


async def test_a_dry_run_answers_the_plan_and_writes_nothing(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    before = everything(registry)
    answer = await peer.call(
        "gto/assign", {"repo": path, "name": "churn", "stage": "prod", "version": "v2.0.0", "dry_run": True}
    )
    plan = answer["plan"]
    assert plan["act"] == "gto/assign"
    assert plan["create"] == [
        {
            "tag": "churn#prod#3",
            "target": registry.head,
            "message": "Assigning stage prod to artifact churn version v2.0.0",
            "tagger": {"name": "Uma User", "email": "uma@example.com"},
        }
    ]
    assert plan["delete"] == []
    assert plan["replaces"] == [{"artifact": "churn", "stage": "prod", "from": "v1.0.0", "to": "v2.0.0"}]
    assert {"ref": "refs/tags/churn#prod#3", "oid": None} in plan["depends"]
    assert everything(registry) == before


async def test_an_act_answers_what_it_did_and_the_next_read_has_it(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    answer = await peer.call("gto/register", {"repo": path, "name": "segment", "bump": None})
    (event,), (created,) = answer["events"], answer["created"]
    assert (event["ref"], event["event"], event["version"]) == ("segment@v0.0.1", "registration", "v0.0.1")
    assert created["oid"] == registry.git("rev-parse", "segment@v0.0.1")
    shown = await peer.call("gto/show", {"repo": path, "name": "segment@latest"})
    assert shown["versions"][0]["version"] == "v0.0.1"
    assert shown["clock"] == answer["clock"]


async def test_a_plan_is_carried_out_if_nothing_moved_and_refused_if_something_did(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    act = {"repo": path, "name": "churn", "stage": "prod", "version": "v2.0.0"}
    clock = (await peer.call("gto/assign", {**act, "dry_run": True}))["clock"]
    registry.tag("other@v1.0.0")
    await peer.call("gto/assign", {**act, "expect_clock": clock})
    again = (await peer.call("gto/assign", {**act, "force": True, "dry_run": True}))["clock"]
    registry.tag("churn#prod!#9", at=registry.clock + 10)
    error = await refused(peer, "gto/assign", {**act, "force": True, "expect_clock": again})
    assert error.kind == "RegistryChanged"
    assert error.data["moved"] == ["tags"]
    assert [row["ref"] for row in error.data["events"]] == ["churn#prod!#9"]


async def test_a_moved_head_and_another_configuration_refuse_a_plan(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    act = {"repo": path, "name": "new", "ref": "HEAD"}
    clock = (await peer.call("gto/register", {**act, "dry_run": True}))["clock"]
    registry.commit({"a": "b"})
    error = await refused(peer, "gto/register", {**act, "expect_clock": clock})
    assert (error.kind, error.data["moved"]) == ("RegistryChanged", ["targets"])
    clock = (await peer.call("gto/register", {**act, "dry_run": True}))["clock"]
    registry.write(".gto", "stages: [dev]\n")
    error = await refused(peer, "gto/register", {**act, "expect_clock": clock})
    assert (error.kind, error.data["moved"]) == ("RegistryChanged", ["configuration"])
    assert "new@v0.0.1" not in tags(registry)


async def test_several_acts_are_one_and_later_ones_see_earlier_ones(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    actions = [
        {"method": "register", "params": {"name": "a"}},
        {"method": "gto/assign", "params": {"name": "a", "stage": "prod", "version": "v0.0.1"}},
        {"method": "assign", "params": {"name": "b", "stage": "prod", "ref": "a@v0.0.1"}},
        {"method": "unassign", "params": {"name": "a", "stage": "prod", "version": "v0.0.1"}},
        {"method": "assign", "params": {"name": "a", "stage": "prod", "version": "v0.0.1"}},
    ]
    answer = await peer.call("gto/apply", {"repo": path, "actions": actions})
    names = ["a@v0.0.1", "a#prod#1", "b@v0.0.1", "b#prod#1", "a#prod!#2", "a#prod#3"]
    assert [tag["tag"] for tag in answer["created"]] == names
    assert answer["replaces"] == [
        {"artifact": "a", "stage": "prod", "from": None, "to": "v0.0.1"},
        {"artifact": "b", "stage": "prod", "from": None, "to": "v0.0.1"},
    ]
    shown = await peer.call("gto/show", {"repo": path})
    assert shown["artifacts"]["a"]["stage"]["prod"] == "v0.0.1"


async def test_one_refusal_among_several_acts_does_none_of_them(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    before = tags(registry)
    actions = [
        {"method": "register", "params": {"name": "a"}},
        {"method": "assign", "params": {"name": "churn", "stage": "prod", "version": "v9.0.0"}},
    ]
    error = await refused(peer, "gto/apply", {"repo": path, "actions": actions})
    assert (error.kind, error.message) == ("WrongArgs", "Action 1: Version 'v9.0.0' is not registered")
    wrong = await refused(
        peer, "gto/apply", {"repo": path, "actions": [{"method": "register", "params": {"nmae": "a"}}]}
    )
    assert wrong.code == -32602
    assert wrong.data["errors"][0]["loc"][:3] == ["actions", 0, "params"]
    foreign = await refused(peer, "gto/apply", {"repo": path, "actions": [{"method": "annotate", "params": {}}]})
    assert foreign.kind == "WrongArgs"
    assert tags(registry) == before


async def test_acts_that_are_too_many_are_refused_before_any_is_looked_at(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    action = {"method": "register", "params": {"name": "a"}}
    for wrong in (action, {"nonsense": 1}):
        error = await refused(peer, "gto/apply", {"repo": path, "actions": [wrong] * (apply.MAX_ACTIONS + 1)})
        assert error.code == -32602
        assert "actions: has more than 1000" in error.message


async def test_planning_ends_with_the_client_that_asked_for_it(
    connect: Callable[..., Peer], path: str, registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer, other = connect(), connect()
    planned: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def plan_act(draft: Any, request: Any, inputs: Any) -> None:
        planned.append(request.name)
        begun.set()
        assert go_on.wait(60)

    monkeypatch.setattr(performing, "plan_act", plan_act)
    actions = [{"method": "register", "params": {"name": f"m{number}"}} for number in range(100)]
    peer.send({"jsonrpc": "2.0", "id": 1, "method": "gto/apply", "params": {"repo": path, "actions": actions}})
    assert await asyncio.to_thread(begun.wait, 60)
    peer.transport.abort()
    await peer.closed()
    go_on.set()
    # The repository's thread is free after the one that was being planned.
    assert await other.call("gto/at", {"repo": path})
    assert planned == ["m0"]


async def test_an_act_right_after_another_counts(peer: Peer, path: str) -> None:
    act = {"repo": path, "name": "churn", "stage": "prod"}
    for version in ("v2.0.0", "v1.0.0", "v2.0.0"):
        await peer.call("gto/assign", {**act, "version": version, "force": True})
        shown = await peer.call("gto/show", {"repo": path})
        assert shown["artifacts"]["churn"]["stage"]["prod"] == version
    await peer.call("gto/unassign", {**act, "version": "v2.0.0"})
    await peer.call("gto/assign", {**act, "version": "v2.0.0"})
    shown = await peer.call("gto/show", {"repo": path})
    assert shown["artifacts"]["churn"]["stage"]["prod"] == "v2.0.0"


async def test_a_rollback_assigns_what_the_stage_held_before(peer: Peer, path: str) -> None:
    act = {"repo": path, "name": "churn", "stage": "prod"}
    error = await refused(peer, "gto/rollback", act)
    assert error.kind == "NoEarlierVersion"
    await peer.call("gto/assign", {**act, "version": "v2.0.0"})
    answer = await peer.call("gto/rollback", act)
    assert answer["replaces"] == [{"artifact": "churn", "stage": "prod", "from": "v2.0.0", "to": "v1.0.0"}]
    told = await peer.call("gto/why", act)
    assert told["holds"] == ["v1.0.0"]
    assert [link["effect"] for link in told["chain"] if link["before"] != link["after"]] == [
        "v1.0.0 came into prod",
        "v2.0.0 took prod from v1.0.0",
        "v1.0.0 took prod from v2.0.0",
    ]


async def test_a_version_deregistered_since_is_passed_over_by_a_rollback(peer: Peer, path: str) -> None:
    act = {"repo": path, "name": "churn", "stage": "prod"}
    await peer.call("gto/assign", {**act, "version": "v2.0.0"})
    await peer.call("gto/register", {"repo": path, "name": "churn", "ref": "HEAD~0", "force": True, "simple": False})
    await peer.call("gto/deregister", {"repo": path, "name": "churn", "version": "v1.0.0"})
    error = await refused(peer, "gto/rollback", act)
    assert error.kind == "NoEarlierVersion"
    assert "v1.0.0" in error.message


async def test_a_commit_with_two_versions_gets_no_stage(peer: Peer, path: str, registry: RepositoryBuilder) -> None:
    registry.tag("churn@v3.0.0")
    before = tags(registry)
    for about in ({"version": "v3.0.0"}, {"ref": "HEAD"}):
        error = await refused(peer, "gto/assign", {"repo": path, "name": "churn", "stage": "prod", **about})
        assert error.kind == "ManyVersions"
        assert sorted(error.data["versions"]) == ["v2.0.0", "v3.0.0"]
    assert tags(registry) == before


async def test_an_untrusted_session_does_nothing(connect: Callable[..., Peer], path: str) -> None:
    peer = connect()
    await peer.call("gto/handshake", {"client": "x", "version": "1", "protocol": PROTOCOL, "trusted": False})
    for method, params in (("gto/register", {"name": "a"}), ("gto/push", {}), ("gto/syncStatus", {})):
        assert (await refused(peer, method, {"repo": path, **params})).kind == "Untrusted"


async def test_an_untrusted_session_runs_no_git_to_read_either(
    connect: Callable[..., Peer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "sha256"
    await asyncio.to_thread(run, "git", "init", "--quiet", "--object-format=sha256", str(made))
    trusted, untrusted = connect(), connect()
    greeting = {"client": "x", "version": "1", "protocol": PROTOCOL}
    await untrusted.call("gto/handshake", {**greeting, "trusted": False})
    assert (await trusted.call("gto/show", {"repo": str(made)}))["artifacts"] == {}
    # Were one run, it would not be found, and the refusal would be another one.
    monkeypatch.setenv("PATH", "/nowhere")
    for method in ("gto/show", "gto/doctor", "gto/subscribe", "gto/tree"):
        error = await refused(untrusted, method, {"repo": str(made)})
        assert error.kind == "Untrusted"
        assert "only git itself reads" in error.message


async def test_ones_own_change_is_told_after_the_answer(peer: Peer, path: str) -> None:
    await peer.call("gto/subscribe", {"repo": path})
    answer = await peer.call("gto/register", {"repo": path, "name": "a"})
    assert peer.notifications == []
    told = await peer.notification()
    assert told["clock"] == answer["clock"]
    assert (told["artifacts"], told["origin"]) == (["a"], "self")


async def test_the_identity_is_the_clients(peer: Peer, path: str, registry: RepositoryBuilder) -> None:
    env = {"GIT_COMMITTER_NAME": "Cleo Client", "GIT_COMMITTER_EMAIL": "cleo@example.com", "HOME": os.environ["HOME"]}
    await peer.call("gto/register", {"repo": path, "name": "a", "env": env})
    await peer.call("gto/register", {"repo": path, "name": "b", "author": "Ann", "author_email": "a@x.y", "env": env})
    made = registry.git("for-each-ref", "--format=%(taggername) %(taggeremail)", "refs/tags/a@*", "refs/tags/b@*")
    assert made.splitlines() == ["Cleo Client <cleo@example.com>", "Ann <a@x.y>"]


async def test_a_hook_may_refuse_and_is_quoted(peer: Peer, path: str, registry: RepositoryBuilder) -> None:
    hook = registry.git_dir / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\n[ "$1" = prepared ] || exit 0\necho "not on a friday, $MOOD" >&2\nexit 1\n')
    hook.chmod(0o755)
    before = tags(registry)
    env = {name: os.environ[name] for name in ("HOME", "PATH", "GIT_CONFIG_GLOBAL")}
    error = await refused(peer, "gto/assign", {"repo": path, "name": "new", "stage": "prod", "ref": "HEAD", "env": env})
    assert error.kind == "HookRefused"
    assert "not on a friday" in error.data["words"]
    assert tags(registry) == before


async def test_a_lock_that_was_left_behind_is_named_and_left_alone(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    lock = registry.git_dir / "refs/tags/a@v0.0.1.lock"
    lock.touch()
    error = await refused(peer, "gto/register", {"repo": path, "name": "a"})
    assert error.kind == "RefLocked"
    assert Path(error.data["path"]).name == lock.name
    assert error.data["age_s"] >= 0
    assert lock.exists()
    await peer.call("gto/register", {"repo": path, "name": "b"})


async def test_a_name_that_is_a_folder_of_another_is_refused(peer: Peer, path: str) -> None:
    act = {"repo": path, "name": "churn", "version": "v2.0.0", "simple": True}
    await peer.call("gto/assign", {**act, "stage": "eu"})
    error = await refused(peer, "gto/assign", {**act, "stage": "eu/west"})
    assert error.kind == "TagConflict"


async def test_warnings_tell_what_was_hardly_meant(peer: Peer, path: str, registry: RepositoryBuilder) -> None:
    same = registry.commit({"README": "x"})
    answer = await peer.call("gto/register", {"repo": path, "name": "churn", "ref": same, "dry_run": True})
    assert [each["code"] for each in answer["plan"]["warnings"]] == ["unchanged-artifact"]
    registry.write("artifacts.yaml", "churn: {type: model, path: elsewhere.pkl}\n")
    registry.commit({"models/churn.pkl": "3"})
    answer = await peer.call("gto/register", {"repo": path, "name": "churn", "dry_run": True})
    assert [each["code"] for each in answer["plan"]["warnings"]] == ["uncommitted-annotation"]
    registry.tag("pre@v1.0.0-rc.1", same)
    answer = await peer.call("gto/register", {"repo": path, "name": "pre", "dry_run": True})
    assert [each["code"] for each in answer["plan"]["warnings"]] == ["prerelease-skipped"]


def run(*argv: str, **env: str) -> None:
    subprocess.run(argv, env={**os.environ, **env}, check=True, capture_output=True)


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[Path]:
    """A place for keys with a path short enough for the socket of gpg-agent."""
    place = Path(os.environ["GTOD_RUNTIME_DIR"]).parent / "keys"
    place.mkdir(mode=0o700)
    yield place
    subprocess.run(["gpgconf", "--kill", "all"], env={**os.environ, "GNUPGHOME": str(place)}, check=False)
    shutil.rmtree(place)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen to make a key")
async def test_tags_are_signed_with_ssh_where_git_would(
    peer: Peer, path: str, registry: RepositoryBuilder, keys: Path
) -> None:
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(keys / "key"))
    public = (keys / "key.pub").read_text()
    (keys / "allowed").write_text(f"uma@example.com {public}")
    for key, value in (
        ("tag.gpgSign", "true"),
        ("gpg.format", "ssh"),
        ("user.signingKey", str(keys / "key")),
        ("gpg.ssh.allowedSignersFile", str(keys / "allowed")),
    ):
        registry.git("config", key, value)
    answer = await peer.call("gto/assign", {"repo": path, "name": "new", "stage": "prod", "ref": "HEAD"})
    for tag in answer["created"]:
        registry.git("verify-tag", tag["tag"])
    assert answer["events"][0]["message"] == "Registering artifact new version v0.0.1"
    registry.git("config", "user.signingKey", str(keys / "nowhere"))
    error = await refused(peer, "gto/register", {"repo": path, "name": "unsigned"})
    assert error.kind == "SigningFailed"
    assert "unsigned@v0.0.1" not in tags(registry)


@pytest.mark.skipif(shutil.which("gpg") is None, reason="needs gpg to make a key")
async def test_tags_are_signed_with_openpgp_where_git_would(
    peer: Peer, path: str, registry: RepositoryBuilder, keys: Path
) -> None:
    made = ("--batch", "--passphrase", "", "--quick-gen-key", "Uma User <uma@example.com>", "ed25519", "sign")
    run("gpg", *made, GNUPGHOME=str(keys))
    registry.git("config", "tag.gpgSign", "true")
    env = {name: os.environ[name] for name in ("HOME", "PATH", "GIT_CONFIG_GLOBAL")} | {"GNUPGHOME": str(keys)}
    await peer.call("gto/register", {"repo": path, "name": "new", "env": env})
    registry.git("verify-tag", "new@v0.0.1", env={"GNUPGHOME": str(keys)})


async def test_an_act_answers_which_worktree_was_asked(
    repo: RepositoryBuilder, peer: Peer, path: str, tmp_path: Path
) -> None:
    linked = tmp_path / "linked"
    repo.git("worktree", "add", "--quiet", str(linked))
    repo.git("init", "--bare", "--quiet", str(tmp_path / "remote.git"))
    repo.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    (linked / "below").mkdir()
    wanted = {"name": "churn", "stage": "prod", "version": "v2.0.0", "force": True}
    for asked, answered in ((path, path), (str(linked / "below"), str(linked))):
        for method, params in (
            ("gto/assign", {**wanted, "dry_run": True}),
            ("gto/assign", wanted),
            ("gto/apply", {"actions": [{"method": "assign", "params": wanted}]}),
            ("gto/annotate", {"name": "churn", "dry_run": True, "type": "model"}),
            ("gto/push", {}),
            ("gto/fetch", {}),
        ):
            assert (await peer.call(method, {"repo": asked, **params}))["repo"] == answered, method
    stores = {(await peer.call("gto/status", {"repo": each}))["repository"]["common"] for each in (path, str(linked))}
    assert stores == {f"{path}/.git"}
