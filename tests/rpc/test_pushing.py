"""What is pushed and what is not: tags that were deleted at the remote, and registrations that others rest on."""

import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.app.oneshot import OneShot
from gto_daemon.client import CallError
from gto_daemon.daemon.live.remote_state import MAX_DELETED, RemoteState
from tests.builders import RepositoryBuilder
from tests.remotes import hook, http_remote, remote_of
from tests.rpc.peer import CallFailedError, Peer
from tests.rpc.test_remotes import git, tags


@pytest.fixture
def remote(registry: RepositoryBuilder, tmp_path: Path) -> Path:
    return remote_of(registry, tmp_path / "remote.git")


Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(path: str) -> Ask:
    """Ask a method of a process that has only just begun."""

    def ask(method: str, repo: str = path, **params: Any) -> dict[str, Any]:
        result: dict[str, Any] = OneShot().call(f"gto/{method}", {"repo": repo, **params}, dict(os.environ))
        return result

    return ask


def delete(remote: Path, *names: str) -> None:
    for name in names:
        git(remote, "update-ref", "-d", f"refs/tags/{name}")


def statuses(answer: dict[str, Any]) -> dict[str, str]:
    return {row["tag"]: row["status"] for row in answer.get("push", answer)["tags"]}


# --- deleted at the remote ---------------------------------------------------------------------------------------


def test_what_was_deleted_at_the_remote_stays_away(ask: Ask, remote: Path) -> None:
    ask("syncStatus", refresh=True)
    delete(remote, "churn#prod#1")
    ask("register", name="new")
    assert statuses(ask("push", dry_run=True)) == {"new@v0.0.1": "would be pushed", "churn#prod#1": "deleted at remote"}
    answer = ask("push")
    assert answer["push"]["ok"]
    assert statuses(answer) == {"new@v0.0.1": "pushed", "churn#prod#1": "deleted at remote"}
    assert "churn#prod#1" not in tags(remote)
    for method in ("syncStatus", "fetch"):
        told = ask(method)
        assert statuses(told) == {"churn#prod#1": "deleted at remote"}
        assert told["hint"] == answer["push"]["hint"]
    (row,) = (row for row in ask("tree")["artifacts"] if row["name"] == "churn")
    assert row["unpushed"] == 0
    assert statuses(ask("push", tags=["churn#prod#1"])) == {"churn#prod#1": "pushed"}
    assert statuses(ask("push")) == {}


def test_what_a_process_sent_is_known_to_have_been_there(ask: Ask, remote: Path) -> None:
    ask("register", name="new", push=True)
    delete(remote, "new@v0.0.1")
    assert statuses(ask("push")) == {"new@v0.0.1": "deleted at remote"}
    ask("register", name="other")
    ask("push", tags=["other@v0.0.1"])
    ask("push", delete=["other@v0.0.1"])
    assert statuses(ask("push"))["other@v0.0.1"] == "deleted at remote"


def test_every_worktree_and_clone_knows_it(ask: Ask, remote: Path, registry: RepositoryBuilder, tmp_path: Path) -> None:
    ask("syncStatus", refresh=True)
    registry.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
    git(tmp_path, "clone", "--quiet", str(remote), "clone")
    delete(remote, "churn#prod#1")
    for place in ("tree", "clone"):
        assert statuses(ask("push", str(tmp_path / place))) == {"churn#prod#1": "deleted at remote"}
    assert statuses(ask("push", str(tmp_path / "clone"), tags=["churn#prod#1"])) == {"churn#prod#1": "pushed"}
    assert ask("syncStatus", refresh=True)["counts"] == {"same": 4}


def test_a_remote_of_another_url_is_another(
    ask: Ask, remote: Path, registry: RepositoryBuilder, tmp_path: Path
) -> None:
    ask("syncStatus", refresh=True)
    git(tmp_path, "init", "--quiet", "--bare", "empty.git")
    registry.git("remote", "set-url", "origin", str(tmp_path / "empty.git"))
    assert set(statuses(ask("push")).values()) == {"pushed"}
    registry.git("remote", "set-url", "origin", os.path.relpath(remote, registry.path))
    delete(remote, "churn#prod#1")
    assert statuses(ask("push")) == {"churn#prod#1": "deleted at remote"}
    assert statuses(ask("push", remote=str(remote))) == {"churn#prod#1": "deleted at remote"}


def test_a_token_in_the_url_makes_no_other_remote(ask: Ask, remote: Path, registry: RepositoryBuilder) -> None:
    with http_remote(remote) as url:
        registry.git("remote", "set-url", "origin", url.replace("://", "://ann:s3cret@"))
        ask("syncStatus", refresh=True)
        delete(remote, "churn#prod#1")
        registry.git("config", "http.extraHeader", "Authorization: Basic YW5uOnMzY3JldA==")
        registry.git("remote", "set-url", "origin", url)
        assert statuses(ask("push")) == {"churn#prod#1": "deleted at remote"}


def test_a_tag_that_was_made_anew_is_a_new_one(ask: Ask, remote: Path, registry: RepositoryBuilder) -> None:
    ask("syncStatus", refresh=True)
    delete(remote, "churn#prod#1")
    ask("push")
    registry.git("tag", "-d", "churn#prod#1")
    registry.git("tag", "-a", "-m", "again", "churn#prod#1", "churn@v1.0.0^{}")
    assert statuses(ask("push")) == {"churn#prod#1": "pushed"}


def test_a_remote_that_was_made_anew_gets_nothing_until_it_is_asked_for(
    ask: Ask, remote: Path, path: str, tmp_path: Path
) -> None:
    ask("syncStatus", refresh=True)
    remote.rename(tmp_path / "gone.git")
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    answer = ask("push")
    assert set(statuses(answer).values()) == {"deleted at remote"}
    assert "4 tags were at origin and are deleted there" in answer["push"]["hint"]
    assert set(statuses(ask("push", all=True)).values()) == {"pushed"}
    assert len(tags(remote)) == 4


def test_where_nothing_is_remembered_everything_is_pushed(
    ask: Ask, remote: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    delete(remote, "churn#prod#1")
    assert statuses(ask("push")) == {"churn#prod#1": "pushed"}
    for stored in (tmp_path / "cache/gtod/remotes").glob("*.remote"):
        stored.write_bytes(stored.read_bytes()[:-1])
    delete(remote, "churn#prod#1")
    assert statuses(ask("push")) == {"churn#prod#1": "pushed"}


async def test_where_nothing_can_be_written_down_a_process_goes_by_what_it_knows(
    peer: Peer, path: str, remote: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    await peer.call("gto/syncStatus", {"repo": path, "refresh": True})
    delete(remote, "churn#prod#1")
    assert statuses(await peer.call("gto/push", {"repo": path})) == {"churn#prod#1": "deleted at remote"}


def test_what_is_remembered_of_a_remote_is_bounded() -> None:
    tags = {f"m@v1.0.{n}": str(n) for n in range(MAX_DELETED + 2)}
    state = RemoteState().after_answer(tags, 1.0).after_answer({}, 2.0)
    assert [oid for _, oid in state.deleted] == [*tags.values()][2:]
    assert not state.has_deleted("m@v1.0.1", "1")
    assert state.has_deleted("m@v1.0.2", "2")
    assert not state.has_deleted("m@v1.0.2", "another")


def test_of_a_push_that_was_taken_in_part_what_was_taken_is_known(ask: Ask, remote: Path) -> None:
    git(remote, "config", "receive.advertiseAtomic", "false")
    hook(remote, "update", 'case "$1" in *b@*) exit 1;; esac')
    ask("register", name="a")
    ask("register", name="b")
    assert statuses(ask("push")) == {"a@v0.0.1": "pushed", "b@v0.0.1": "rejected"}
    delete(remote, "a@v0.0.1")
    (remote / "hooks/update").unlink()
    assert statuses(ask("push")) == {"a@v0.0.1": "deleted at remote", "b@v0.0.1": "pushed"}


# --- what others rest on -----------------------------------------------------------------------------------------

ACTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "assign": ("assign", {"name": "m", "version": "v0.0.1", "stage": "prod"}, "m#prod#1"),
    "unassign": ("unassign", {"name": "m", "version": "v0.0.1", "stage": "dev"}, "m#dev!#2"),
    "deregister": ("deregister", {"name": "m", "version": "v0.0.1"}, "m@v0.0.1!"),
    "deprecate": ("deprecate", {"name": "m"}, "m@deprecated"),
    "apply": (
        "apply",
        {"actions": [{"method": "gto/assign", "params": {"name": "m", "version": "v0.0.1", "stage": "prod"}}]},
        "m#prod#1",
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_registration_goes_along_with_what_rests_on_it(act: str, ask: Ask, remote: Path) -> None:
    ask("register", name="m")
    method, params, tag = ACTS[act]
    if act == "unassign":
        ask("assign", name="m", version="v0.0.1", stage="dev")
    answer = ask(method, **params, push=True)
    assert answer["push"]["ok"], answer["push"]
    along = {row["tag"]: row.get("along_with") for row in answer["push"]["tags"]}
    assert along == {"m@v0.0.1": tag, tag: None}
    assert {"m@v0.0.1", tag} <= {*tags(remote)}


def test_so_it_does_with_a_rollback_and_a_tag_that_is_named(ask: Ask, remote: Path) -> None:
    delete(remote, *tags(remote))
    answer = ask("push", tags=["churn#prod#1"])
    assert statuses(answer) == {"churn@v1.0.0": "pushed", "churn#prod#1": "pushed"}
    ask("assign", name="churn", version="v1.0.0", stage="dev")
    answer = ask("rollback", name="churn", stage="dev", push=True)
    assert [row["tag"] for row in answer["push"]["tags"]] == ["churn@v2.0.0", "churn#dev#4"]


def test_a_remote_that_refuses_the_registration_gets_no_stage(ask: Ask, remote: Path) -> None:
    hook(remote, "update", 'case "$1" in *@v*) exit 1;; esac')
    for atomic in ("true", "false"):
        git(remote, "config", "receive.advertiseAtomic", atomic)
        name = f"m-{atomic}"
        ask("register", name=name)
        answer = ask("assign", name=name, version="v0.0.1", stage="prod", push=True)
        assert not answer["push"]["ok"]
        assert statuses(answer) == {f"{name}@v0.0.1": "rejected", f"{name}#prod#1": "rejected"}
        assert not [tag for tag in tags(remote) if tag.startswith(name)]


@pytest.mark.parametrize("how", ["act", "named", "plain"])
def test_a_stage_is_not_sent_without_a_version_that_was_deleted_there(
    how: str, ask: Ask, remote: Path, path: str
) -> None:
    ask("register", name="m", push=True)
    delete(remote, "m@v0.0.1")
    stage = {"name": "m", "version": "v0.0.1", "stage": "prod"}
    if how == "act":
        push = ask("assign", **stage, push=True)["push"]
    else:
        ask("assign", **stage)
        push = ask("push", **({"tags": ["m#prod#1"]} if how == "named" else {}))["push"]
    assert (push["ok"], push["kind"]) == (False, "DeletedAtRemote")
    assert statuses({"push": push})["m#prod#1"] == "not sent"
    assert not [tag for tag in tags(remote) if tag.startswith("m")]
    assert push["hint"] == (
        "To send both: `gtod push --remote=origin m@v0.0.1 'm#prod#1'`; "
        "to take back what is here: `git tag -d 'm#prod#1'`."
    )
    assert statuses(ask("push", tags=["m@v0.0.1", "m#prod#1"])) == {"m@v0.0.1": "pushed", "m#prod#1": "pushed"}


def test_a_version_that_two_registered_on_one_commit_is_one_to_a_stage(ask: Ask, remote: Path) -> None:
    ask("register", name="m")
    ask("register", name="n")
    git(remote, "tag", "-a", "-m", "hers", "m@v0.0.1", "churn@v2.0.0^{}")
    git(remote, "tag", "-a", "-m", "hers", "n@v0.0.1", "churn@v1.0.0^{}")
    assert statuses(ask("assign", name="m", version="v0.0.1", stage="prod", push=True)) == {"m#prod#1": "pushed"}
    push = ask("assign", name="n", version="v0.0.1", stage="prod", push=True)["push"]
    assert (push["ok"], push["kind"]) == (False, "PushRejected")
    assert "n#prod#1" not in tags(remote)


# --- remedies ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["register", "assign", "deregister", "deprecate"])
def test_who_tries_an_act_again_is_told_to_push(act: str, ask: Ask, remote: Path, path: str) -> None:
    if act != "register":
        ask("register", name="m", push=True)
    hook(remote, "pre-receive", "exit 1")
    method, params, tag = ACTS[act] if act != "register" else ("register", {"name": "m"}, "m@v0.0.1")
    first = ask(method, **params, push=True)["push"]
    assert (first["ok"], tag in tags(remote)) == (False, False)
    with pytest.raises(CallError) as caught:
        ask(method, **params, push=True)
    assert f"'{tag}' is here, and is not pushed. To push it: " in caught.value.hint
    (remote / "hooks/pre-receive").unlink()
    for hint in (first["hint"], caught.value.hint):
        delete(remote, *({tag} & {*tags(remote)}))
        words = shlex.split(hint.split("`")[-2])
        assert words == ["gtod", "push", "--remote=origin", tag]
    ask("push", tags=words[3:])
    assert tag in tags(remote)


async def test_a_refused_push_says_how_to_go_on(peer: Peer, path: str, remote: Path) -> None:
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/register", {"repo": path, "name": "churn", "push": True})
    assert caught.value.data["hint"].startswith("Register another commit")
    git(remote, "tag", "-a", "-m", "hers", "new@v0.0.1", "churn@v1.0.0")
    answer = await peer.call("gto/register", {"repo": path, "name": "new", "push": True})
    assert answer["push"]["hint"] == (
        "One of the two has to go. To keep the remote's: `git tag -d new@v0.0.1`, then "
        "`gtod fetch --remote=origin new@v0.0.1`; to keep yours: "
        "`gtod push --remote=origin --delete new@v0.0.1`, then `gtod push --remote=origin new@v0.0.1`"
    )


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_tag_that_the_remote_never_had_is_not_deleted_there(dry_run: bool, ask: Ask, remote: Path) -> None:
    push = ask("push", delete=["nonexist", "churn#prod#1"], dry_run=dry_run)["push"]
    assert (push["ok"], push["kind"]) == (False, "TagNotFound")
    assert "'nonexist'" in push["message"]
    assert statuses({"push": push}) == {
        "nonexist": "not there",
        "churn#prod#1": "would be deleted" if dry_run else "deleted",
    }
    # What was deleted there before is done.
    if not dry_run:
        assert ask("push", delete=["churn#prod#1"])["push"]["ok"]
